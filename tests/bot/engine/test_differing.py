"""No agreement is claimed over sentences that answer differently."""

from __future__ import annotations

import pytest

from bot.analysis.evidence import SURE, Candidate, Said, Scored
from bot.engine.embedded import _read_otherwise
from index.types import Article, Source, Span


def _scored(said: Said | None) -> Scored:
    text = "The rope was cut at dawn."
    article = Article("a", "s", "a.txt", 1, text, Source("Wire"), "a")
    return Scored(Candidate(article, Span(0, len(text)), text, ()), 0.9, (), said)


@pytest.mark.parametrize(
    ("one", "other", "otherwise"),
    [
        (Said("140 metres", 4.0), Said("190 metres", SURE), True),
        (Said("140 metres", 4.0), Said("190 metres", SURE - 1), False),
        (Said("140 metres", -1.0), Said("190 metres", SURE), False),
        (Said("140 metres", 4.0), Said("0.14 km", SURE), False),
        (Said("140 metres", 4.0), None, False),
    ],
)
def test_another_answer_counts_where_the_reader_is_sure_of_it(one: Said, other: Said | None, otherwise: bool) -> None:
    assert _read_otherwise(_scored(one), _scored(other)) is otherwise
