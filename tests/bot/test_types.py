"""What replies are made of."""

from __future__ import annotations

import pytest

from bot.types import Answer, Citation, Statement, Status
from index.types import Span


def _said(*files: str) -> Statement:
    return Statement("It rang.", tuple(Citation(f, None, "It rang.", Span(0, 8)) for f in files))


@pytest.mark.parametrize(
    ("status", "statements", "each"),
    [
        (Status.SINGLE, (_said("a"), _said("b")), True),
        (Status.SINGLE, (_said("a"), _said("a")), False),
        (Status.SINGLE, (_said("a"),), False),
        (Status.AGREED, (_said("a"), _said("b")), False),
    ],
)
def test_one_source_each_is_said_where_the_statements_have_different_ones(
    status: Status, statements: tuple[Statement, ...], each: bool
) -> None:
    assert Answer(status, statements).one_each is each


@pytest.mark.parametrize(
    ("text", "told_by", "unnamed"),
    [
        ("It rang, she said.", ["head of quality Torbjorg Eide"], "head of quality Torbjorg Eide"),
        ("It rang, the head of quality Eide said.", ["head of quality Torbjorg Eide"], None),
        ("The fleet sailed, she said.", ["Ann Lee"], "Ann Lee"),
        ("It rang, she said.", ["she"], None),
        ("It rang.", [None], None),
        ("It rang.", [None, "Torbjorg Eide"], None),
        ("It rang, he said.", ["Ann Lee", "Torbjorg Eide"], None),
    ],
)
def test_who_says_it_is_told_where_its_own_words_do_not(
    text: str, told_by: list[str | None], unnamed: str | None
) -> None:
    citations = tuple(Citation("a", None, text, Span(0, len(text)), who) for who in told_by)
    assert Statement(text, citations).unnamed == unnamed
