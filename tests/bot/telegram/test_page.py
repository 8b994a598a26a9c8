"""Pages hold what Telegram demands of text and entities, whatever is written into them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.page import LINKABLE, MOST_MARKS, Mark, Page, Writer, clean, cut, shortened, split, units

ANY = st.text(alphabet=st.characters(), max_size=200)
KINDS = st.sampled_from(["bold", "italic", "text_link"])


def within(page: Page, mark: Mark) -> str:
    """What a mark covers, as Telegram counts."""
    return page.text.encode("utf-16-le")[2 * mark.start : 2 * mark.end].decode("utf-16-le")


@given(st.lists(st.tuples(ANY, st.none() | KINDS)))
def test_every_mark_covers_what_it_was_said_for(parts: list[tuple[str, str | None]]) -> None:
    writer = Writer()
    for text, kind in parts:
        writer.say(clean(text), kind, "https://a.example" if kind == "text_link" else None)  # type: ignore[arg-type]
    page = writer.page
    said = [clean(t).strip() for t, kind in parts if kind and clean(t).strip()]
    assert [within(page, m).strip() for m in page.marks] == said
    assert page.text == page.text.strip()


@given(ANY)
def test_text_of_an_article_is_never_a_link_and_keeps_its_letters(text: str) -> None:
    page = Writer().data(text).page
    assert page.text == " ".join(clean(text).split())
    covered = [within(page, m) for m in page.marks]
    assert all(m.kind == "code" for m in page.marks)
    assert [m.group() for m in LINKABLE.finditer(page.text)] == covered


def test_addresses_mentions_tags_and_commands_in_an_article_are_code() -> None:
    text = "See https://evil.example/x, evil.example, @someone, #tag, /start and mail a.b@evil.example at 10.0.0.1."
    page = Writer().data(text).page
    assert page.text == text
    assert len(page.marks) == 7


@pytest.mark.parametrize(
    ("text", "stressed", "bold"),
    [
        ("It was  built in 1901,\nthey say.", "built\nin 1901", "built in 1901"),
        ("😀 Ida Corran gave the alarm.", "Ida Corran", "Ida Corran"),
        ("Write to @ida today.", "to @ida", None),
        ("Nobody knows.", "somebody", None),
        ("Nobody knows.", "", None),
    ],
)
def test_the_words_that_answer_are_bold_unless_they_are_code(text: str, stressed: str, bold: str | None) -> None:
    page = Writer().data(text, stressed).page
    assert page.text == Writer().data(text).page.text
    marked = [within(page, m) for m in page.marks if m.kind == "bold"]
    assert marked == ([bold] if bold else [])


@given(st.lists(st.tuples(st.text(max_size=60), KINDS), max_size=40), st.integers(40, 200))
def test_splitting_loses_nothing_and_cuts_no_link(parts: list[tuple[str, str]], limit: int) -> None:
    writer = Writer()
    for text, kind in parts:
        writer.say(clean(text)[:15], kind, "https://a.example" if kind == "text_link" else None).say(" ")  # type: ignore[arg-type]
    page = writer.page
    pages = split(page, limit)
    assert "".join("".join(p.text.split()) for p in pages) == "".join(page.text.split())
    assert all(units(p.text) <= limit and len(p.marks) <= MOST_MARKS for p in pages)
    links = [within(page, m).strip() for m in page.marks if m.kind == "text_link"]
    assert [within(p, m).strip() for p in pages for m in p.marks if m.kind == "text_link"] == links
    assert all(0 <= m.start < m.end <= units(p.text) for p in pages for m in p.marks)


@given(st.text(alphabet="\U0001f600a ", min_size=1, max_size=300), st.integers(5, 50))
def test_no_surrogate_pair_is_cut(text: str, limit: int) -> None:
    assert all(p.text.encode("utf-16-le").decode("utf-16-le") == p.text for p in split(Page(text), limit))


def test_a_crowded_page_is_split_at_its_hundredth_mark() -> None:
    writer = Writer()
    for number in range(250):
        writer.say(str(number), "bold").say(" ")
    assert [len(p.marks) for p in split(writer.page)] == [100, 100, 50]


def test_a_paragraph_is_the_best_place_to_cut() -> None:
    text = "First sentence. Second one.\n\nThird sentence here. Fourth one here."
    assert [p.text for p in split(Page(text), 40)] == [
        "First sentence. Second one.",
        "Third sentence here. Fourth one here.",
    ]
    assert [p.text for p in split(Page("One two. Three four five six."), 20)] == ["One two.", "Three four five six."]


def test_a_shortened_page_fits_with_its_ellipsis() -> None:
    page = shortened(Page("word " * 2000), 4096)
    assert units(page.text) <= 4096
    assert page.text.endswith("…")


def test_cutting_keeps_the_part_of_a_mark_that_remains() -> None:
    assert cut(Page("abcdef", (Mark("bold", 1, 4),)), 2, 4) == Page("cd", (Mark("bold", 0, 2),))
