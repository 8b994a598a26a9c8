"""A quote is found exactly, typographic variants aside, or it is not shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analysis.grounding import ground, locate
from bot.types import Draft, DraftQuote, DraftStatement, Status
from index.types import Article, Source

TEXT = "The treatment would not improve it. “48 died,” she said – at the ﬁrst count."


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("would not improve", "would not improve"),
        ('"48 died," she said - at the first count.', "“48 died,” she said – at the ﬁrst count."),
        ("The  treatment\nwould", "The treatment would"),
        ("would improve", None),
        ("12 died", None),
        ("", None),
        ("   ", None),
    ],
)
def test_only_typographic_variants_are_folded(quote: str, expected: str | None) -> None:
    span = locate(quote, TEXT)
    assert (TEXT[span.start : span.end] if span else None) == expected


def test_a_hidden_character_in_the_text_does_not_hide_a_quote() -> None:
    text = "Ros\u200bcosmos released it."
    span = locate("Roscosmos released", text)
    assert span
    assert text[span.start : span.end] == "Ros\u200bcosmos released"


@given(st.text(max_size=60), st.text(max_size=60), st.text(min_size=1, max_size=30))
def test_a_part_of_a_text_is_found_in_it(before: str, after: str, quote: str) -> None:
    if quote.strip():
        span = locate(quote, before + quote + after)
        assert span is not None or not quote.isprintable()


def test_a_statement_without_a_found_quote_is_dropped_and_counted() -> None:
    article = Article("a", "s", "a.txt", 1, TEXT, Source("Wire"), "a")
    draft = Draft(
        Status.AGREED,
        (
            DraftStatement("It would not.", (DraftQuote("a", "would not improve"),)),
            DraftStatement("It would.", (DraftQuote("a", "would improve"), DraftQuote("b", "x"))),
        ),
    )
    answer, lost = ground(draft, {"a": article})
    assert [s.text for s in answer.statements] == ["It would not."]
    assert lost == 2


def test_an_answer_that_loses_every_quote_is_unanswerable() -> None:
    answer, _ = ground(Draft(Status.AGREED, (DraftStatement("It would.", (DraftQuote("a", "x"),)),)), {})
    assert answer.status is Status.UNANSWERABLE
    assert answer.statements == ()


@pytest.mark.parametrize(("short", "kept"), [("48 died", "48 died"), ("49 died", "")])
def test_a_short_answer_is_words_of_its_statement(short: str, kept: str) -> None:
    article = Article("a", "s", "a.txt", 1, TEXT, Source("Wire"), "a")
    said = "“48 died,” she said"
    answer, _ = ground(Draft(Status.SINGLE, (DraftStatement(said, (DraftQuote("a", said),), short),)), {"a": article})
    assert answer.statements[0].short_answer == kept
