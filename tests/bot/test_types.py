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
