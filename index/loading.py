"""Files become texts: decoded strictly, or the visible text of a page or a PDF. Nothing is cleaned here."""

from __future__ import annotations

import codecs
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING

from index.errors import BadArticle
from index.types import Source
from index.visible import HIDDEN

if TYPE_CHECKING:
    from bs4 import BeautifulSoup


MAX_BYTES = 10_000_000
"""A news article has some ten thousand; a file beyond this is a mistake or an attack."""

MAX_CHARACTERS = 2_000_000
"""A PDF or a page that unfolds into more text than this is refused."""

SOURCES_FILES = ("sources.toml", "seeds.toml")
KINDS = (".txt", ".md", ".html", ".htm", ".pdf")


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read: its name in the story, its text as it will be kept, and what is known of it."""

    file: str
    text: str
    source: Source


def load(path: Path, source: Source | None = None) -> Document:
    """Read one file.

    Raises BadArticle for a file that is missing, empty, binary, too large, wrongly encoded or without text.
    """
    source = source or Source()
    data = _bytes(path)
    kind = path.suffix.lower()
    if kind == ".pdf":
        text, told = _pdf(path, data), Source()
    elif kind in (".html", ".htm"):
        text, told = _html(path, data)
    elif kind in KINDS:
        text, told = _decoded(path, data), Source()
    else:
        raise BadArticle(f"{path.name!r}: kind {kind!r} is not read; use {', '.join(KINDS)}")
    if any("\ud800" <= c <= "\udfff" for c in text) or any("\ud800" <= c <= "\udfff" for c in path.name):
        raise BadArticle(f"{path.name!r} holds characters that are no Unicode text; rename it or save it as UTF-8")
    if len(text) > MAX_CHARACTERS:
        raise BadArticle(f"{path.name!r} holds more than {MAX_CHARACTERS:,} characters; split it into articles")
    if not HIDDEN.sub("", text).strip():
        raise BadArticle(f"{path.name!r} holds no text; add a file with the article's words in it")
    return Document(path.name, text, source.or_else(told))


KEYS = ("publisher", "title", "url", "published")


def folder(path: Path) -> tuple[list[Path], list[str]]:
    """The files of a folder that can be articles, in order of name, and the names of the others.

    Sub-folders and the folder's own `sources.toml` are neither.
    """
    files = sorted(p for p in path.iterdir() if p.is_file() and p.name not in SOURCES_FILES and p.name[0] != ".")
    return ([p for p in files if p.suffix.lower() in KINDS], [p.name for p in files if p.suffix.lower() not in KINDS])


@dataclass(frozen=True, slots=True)
class Listing:
    """What a folder's `sources.toml` says: its articles by file name, the story's title, and what in it means nothing."""

    articles: Mapping[str, Source]
    title: str | None
    notices: tuple[str, ...]


def read_listing(path: Path) -> Listing:
    """Read a folder's `sources.toml`; empty where there is none.

    Raises BadArticle where the file is not TOML or a key has the wrong type.
    """
    listing = next((path / name for name in SOURCES_FILES if (path / name).is_file()), None)
    if listing is None:
        return Listing({}, None, ())
    try:
        tables = tomllib.loads(listing.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as problem:
        raise BadArticle(f"{listing.name!r} is not readable as TOML ({problem}); mend or remove it") from problem
    articles = {file: table for file, table in tables.items() if isinstance(table, dict)}
    title = tables.get("title")
    return Listing(
        {file: _source(listing.name, file, table) for file, table in articles.items()},
        title if isinstance(title, str) else None,
        tuple(_strange(path, listing.name, tables)),
    )


def _strange(path: Path, listing: str, tables: Mapping[str, object]) -> Iterator[str]:
    """What in a listing has no effect: tables of files that are not there, keys that nobody reads."""
    for file, table in tables.items():
        if not isinstance(table, dict):
            if file != "title":
                yield f'{listing!r}: {file!r} means nothing; a table is named after a file, as in ["article.txt"]'
            continue
        if not (path / file).is_file():
            yield f"{listing!r} names {file!r}, which is not in the folder; mend the name"
        unknown = sorted(set(table) - set(KEYS))
        if unknown:
            yield f"{listing!r}, {file!r}: {', '.join(map(repr, unknown))} is not read; known are {', '.join(KEYS)}"


def parse_date(text: str, what: str) -> date:
    """An ISO date. Raises BadArticle naming `what` carried it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadArticle(f"{what}: {text!r} is not a date; write it as in 2024-03-08") from None


def _source(listing: str, file: str, table: Mapping[str, object]) -> Source:
    def text(key: str) -> str | None:
        value = table.get(key)
        if value is None or isinstance(value, str):
            return value or None
        raise BadArticle(f"{listing!r}: {key} of {file!r} should be a string in quotes")

    published = table.get("published")
    if isinstance(published, datetime):
        published = published.date()
    if isinstance(published, str):
        published = parse_date(published, f"{listing!r}, {file!r}")
    if published is not None and not isinstance(published, date):
        raise BadArticle(f"{listing!r}: published of {file!r} should be a date, as in 2024-03-08")
    return Source(text("publisher"), text("title"), text("url"), published)


def _bytes(path: Path) -> bytes:
    try:
        known = path.stat()
        size = known.st_size
        if not (S_ISREG(known.st_mode) or S_ISDIR(known.st_mode)):
            raise BadArticle(f"{path.name!r} is not a regular file; copy its text into one")
        if size > MAX_BYTES:
            raise BadArticle(f"{path.name!r} has {size / 1e6:,.0f} MB; an article may have {MAX_BYTES / 1e6:.0f} MB")
        data = path.read_bytes()
    except FileNotFoundError:
        raise BadArticle(f"{str(path)!r} does not exist; check the path") from None
    except IsADirectoryError:
        raise BadArticle(f"{str(path)!r} is a folder inside a folder; add it by itself") from None
    except OSError as problem:
        raise BadArticle(f"{str(path)!r} cannot be read ({problem.strerror}); check its permissions") from problem
    if not data.strip():
        raise BadArticle(f"{path.name!r} is empty; add a file with the article's words in it")
    return data


def _decoded(path: Path, data: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _strict(path, data, encoding)
    if b"\0" in data:
        raise BadArticle(f"{path.name!r} is not text but binary data; add the article as {', '.join(KINDS)}")
    return _strict(path, data, "utf-8")


def _strict(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError) as problem:
        at = f" (byte {problem.start})" if isinstance(problem, UnicodeDecodeError) else ""
        raise BadArticle(
            f"{path.name!r} is not {encoding.removesuffix('-sig').upper()}{at}; save it as UTF-8 and add it again"
        ) from None


BLOCKS = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "td",
    "th",
    "title",
    "tr",
    "ul",
]
LONGEST_NAME = 100
"""Characters of a publisher's name that a page gives itself."""
UNSEEN = ("script", "style", "template", "noscript", "head", "svg", "iframe", "object", "textarea", "select", "button")


def _html(path: Path, data: bytes) -> tuple[str, Source]:
    """The visible text of a page, blocks apart by a blank line, and what it says of itself: its title, who put it out, when.

    Its address is not taken from it: a page may name any.
    """
    from bs4 import BeautifulSoup, Comment
    from bs4.dammit import EncodingDetector

    if b"\0" in data[:1024] and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise BadArticle(f"{path.name!r} is not a page but binary data; add the article as {', '.join(KINDS)}")
    declared = EncodingDetector.find_declared_encoding(data, is_html=True)
    if declared and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            codecs.lookup(declared)
        except LookupError:
            raise BadArticle(f"{path.name!r} declares the unknown charset {declared!r}; save it as UTF-8") from None
        markup = _strict(path, data, declared)
    else:
        markup = _decoded(path, data)
    try:
        page = BeautifulSoup(markup, "html.parser")
    except RecursionError:
        raise BadArticle(f"{path.name!r} nests its tags too deep; save the article's text as .txt") from None
    told = Source(
        _meta(page, "og:site_name"),
        page.title.get_text(" ", strip=True) if page.title else None,
        None,
        _day(_meta(page, "article:published_time")),
    )
    for tag in page.find_all(UNSEEN):
        tag.decompose()
    for tag in [*page.select("[hidden]"), *page.select("[aria-hidden=true]")]:
        tag.decompose()
    for tag in page.find_all(
        style=lambda s: bool(s) and "none" in s.replace(" ", "") and "display:none" in s.replace(" ", "")
    ):
        tag.decompose()
    for remark in page.find_all(string=lambda s: isinstance(s, Comment)):
        remark.extract()
    for tag in page.find_all("br"):
        tag.replace_with("\n")
    for tag in page.find_all(BLOCKS):
        tag.insert_before("\n\n")
        tag.insert_after("\n\n")
    blocks = (" ".join(block.split()) for block in page.get_text().split("\n"))
    return "\n\n".join(block for block in blocks if block), told


def _meta(page: BeautifulSoup, name: str) -> str | None:
    """What a page's head says under an Open Graph name, on one line; None where it says nothing."""
    tag = page.find("meta", attrs={"property": name})
    content = tag.get("content") if tag else None
    return " ".join(HIDDEN.sub("", content).split())[:LONGEST_NAME] or None if isinstance(content, str) else None


def _day(moment: str | None) -> date | None:
    """The day of an ISO time; None where it is none."""
    try:
        return date.fromisoformat((moment or "")[:10])
    except ValueError:
        return None


def _pdf(path: Path, data: bytes) -> str:
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    if not data.lstrip()[:5] == b"%PDF-":
        raise BadArticle(f"{path.name!r} is not a PDF, whatever its name says; save it again")
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise BadArticle(f"{path.name!r} is locked by a password; save it without one")
        pages: list[str] = []
        for page in reader.pages:
            pages.append(page.extract_text())
            if sum(map(len, pages)) > MAX_CHARACTERS:
                break
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        RecursionError,
        NotImplementedError,
        AttributeError,
    ) as problem:
        raise BadArticle(
            f"{path.name!r} is a damaged PDF ({type(problem).__name__}); save it again or add its text"
        ) from problem
    text = "\n".join(pages)
    if not text.strip():
        raise BadArticle(f"{path.name!r} is a PDF without text, perhaps a scan; add the words as .txt")
    return text
