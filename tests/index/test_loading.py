"""Files become texts, or a clear error that names the file and the next step."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from index.errors import BadArticle
from index.loading import MAX_BYTES, folder, load, read_listing
from index.types import Source
from tests.conftest import SEEDS


def _file(tmp_path: Path, name: str, data: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def _pdf(path: Path, *lines: str) -> Path:
    from reportlab.pdfgen.canvas import Canvas

    page = Canvas(str(path))
    for number, line in enumerate(lines):
        page.drawString(72, 720 - 20 * number, line)
    page.save()
    return path


PAGE = """<html><head><title>Mill burns</title><meta property="og:site_name" content=" The\u200b Mill  Courier ">
<meta property="article:published_time" content="{when}"></head><body><p>It burned on Friday.</p></body></html>"""


@pytest.mark.parametrize(
    ("when", "day"), [("2024-03-08T09:00:00+01:00", date(2024, 3, 8)), ("2024-03-08", date(2024, 3, 8)), ("soon", None)]
)
def test_a_page_says_who_put_it_out_and_when(tmp_path: Path, when: str, day: date | None) -> None:
    file = _file(tmp_path, "a.html", PAGE.format(when=when).encode())
    assert load(file).source == Source("The Mill Courier", "Mill burns", None, day)
    given = Source("Wire", "Fire", "https://a.example", date(2024, 3, 9))
    assert load(file, given).source == given


def test_the_shipped_articles_are_kept_to_the_last_byte() -> None:
    for path in SEEDS.glob("*.txt"):
        assert load(path).text.encode() == path.read_bytes().removeprefix(b"\xef\xbb\xbf")


def test_a_byte_order_mark_is_dropped_and_line_ends_are_kept(tmp_path: Path) -> None:
    assert load(_file(tmp_path, "a.txt", b"\xef\xbb\xbfOne.\r\nTwo.\n")).text == "One.\r\nTwo.\n"


def test_utf16_with_its_mark_is_read(tmp_path: Path) -> None:
    assert load(_file(tmp_path, "a.txt", "Skårholm".encode("utf-16"))).text == "Skårholm"


def test_a_page_gives_its_visible_text_and_its_title(tmp_path: Path) -> None:
    page = b"""<html><head><title>Fire in the harbour</title><style>p{color:red}</style></head><body><script>alert(1)</script>
    <p>The fire began at <b>02:14</b>.</p><p style="display: none">hidden bait</p><div>Nobody was <i>hurt</i>.<!-- remark --></div></body></html>"""
    document = load(_file(tmp_path, "a.html", page))
    assert document.text == "The fire began at 02:14.\n\nNobody was hurt."
    assert document.source.title == "Fire in the harbour"


def test_a_page_is_read_in_the_charset_it_declares(tmp_path: Path) -> None:
    page = '<html><head><meta charset="iso-8859-1"></head><body><p>Skårholm</p></body></html>'.encode("latin-1")
    assert load(_file(tmp_path, "a.html", page)).text == "Skårholm"


def test_a_pdf_gives_its_text(tmp_path: Path) -> None:
    assert "The fire began at 02:14." in load(_pdf(tmp_path / "a.pdf", "The fire began at 02:14.")).text


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b" \n\t\n", "is empty"),
        ("invisible.txt", "\u200b\u2060".encode(), "holds no text"),
        ("latin.txt", "Skårholm".encode("latin-1"), "is not UTF-8 (byte 2); save it as UTF-8"),
        ("binary.txt", b"\x7fELF\x00\x00", "binary data"),
        ("binary.html", b"\x00\x01\x02", "binary data"),
        ("odd.html", b'<meta charset="klingon"><p>x', "unknown charset 'klingon'"),
        ("rot.html", b'<meta charset="rot13"><p>x', "is not ROT13"),
        ("undefined.html", b'<meta charset="undefined"><p>x', "is not UNDEFINED"),
        ("escape.html", b'<meta charset="unicode_escape"><p>\\ud800 x', "no Unicode text"),
        ("not.pdf", b"just words", "is not a PDF"),
        ("broken.pdf", b"%PDF-1.4\ngarbage", "damaged PDF"),
        ("report.docx", b"PK\x03\x04", "kind '.docx' is not read"),
    ],
)
def test_a_bad_file_is_named_with_what_to_do(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    with pytest.raises(BadArticle) as problem:
        load(_file(tmp_path, name, data))
    assert name in str(problem.value)
    assert said in str(problem.value)


def test_a_pdf_without_text_is_called_so(tmp_path: Path) -> None:
    with pytest.raises(BadArticle, match="PDF without text, perhaps a scan"):
        load(_pdf(tmp_path / "scan.pdf"))


def test_a_missing_file_and_a_folder_in_its_place_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadArticle, match="does not exist"):
        load(tmp_path / "none.txt")
    (tmp_path / "dir.txt").mkdir()
    with pytest.raises(BadArticle, match="is a folder"):
        load(tmp_path / "dir.txt")


def test_a_file_beyond_the_limit_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(max(50_000_000, MAX_BYTES + 1))
    with pytest.raises(BadArticle, match="has 50 MB; an article may have 10 MB"):
        load(path)


def test_a_folder_is_read_without_subfolders_and_unknown_kinds_are_named(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "c.jpg", "sources.toml", ".hidden.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / "sub").mkdir()
    files, skipped = folder(tmp_path)
    assert [f.name for f in files] == ["a.md", "b.txt"]
    assert skipped == ["c.jpg"]


def test_sources_toml_tells_publisher_title_url_and_date(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(
        '["a.txt"]\npublisher = "Coastwire"\nurl = "https://example.org/a"\npublished = 2024-03-08\n'
    )
    source = read_listing(tmp_path).articles["a.txt"]
    assert (source.publisher, source.url, source.published) == ("Coastwire", "https://example.org/a", date(2024, 3, 8))


@pytest.mark.parametrize("text", ["[a.txt", '["a.txt"]\npublisher = 7\n', '["a.txt"]\npublished = "soon"\n'])
def test_a_bad_sources_toml_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "sources.toml").write_text(text)
    with pytest.raises(BadArticle, match=r"sources\.toml"):
        read_listing(tmp_path)


def test_a_pipe_is_no_article(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(BadArticle, match="is not a regular file"):
        load(tmp_path / "pipe.txt")


def test_what_a_listing_says_in_vain_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A boat sank.")
    (tmp_path / "sources.toml").write_text(
        'titel = "Boats"\n["a.txt"]\npublsher = "The Harbour Post"\n["ghost.txt"]\ntitle = "Gone"\n'
    )
    listing = read_listing(tmp_path)
    assert ["titel" in n or "publsher" in n or "ghost.txt" in n for n in listing.notices] == [True] * 3
    assert listing.articles["a.txt"].publisher is None
