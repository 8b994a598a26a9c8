"""A figure that a sentence says was changed, and years that are told by the way: differences that are none, and those that are some."""

from __future__ import annotations

from datetime import date

import pytest

from bot.analysis import claims, contrast
from bot.analysis.comparison import Topics
from index.sentences import sentences
from index.types import Article, Relation, Source

DAY = date(2026, 5, 4)
TOPICS = Topics(lambda term: 1, lambda a, b: 0.0)


def assertion(text: str, file: str = "a.txt") -> contrast.Assertion:
    article = Article(file, "s", file, 1, text, Source(published=DAY), file)
    return contrast.assertions(claims.read(article, sentences(text), 2026))[0]


@pytest.mark.parametrize(
    ("later", "before"),
    [
        ("The number of people treated in hospital rose to five on Thursday.", "Three people were taken to hospital."),
        ("The death toll had climbed to about 12 by noon.", "Nine people were killed."),
        ("The number of missing fell to 4 in the evening.", "Eleven people are missing."),
    ],
)
def test_a_figure_that_moved_on_is_an_update_of_the_one_before(later: str, before: str) -> None:
    one, other = assertion(later), assertion(before, "b.txt")
    told = contrast.difference(one, other, contrast.FLAGGED, TOPICS)
    assert told is not None
    assert told.relation is Relation.UPDATE
    assert contrast.revised(other, one, TOPICS)
    assert contrast.difference(one, other, 0.0, TOPICS) is None, "on another matter it is nothing"


def test_a_figure_that_moved_the_other_way_is_no_update() -> None:
    one, other = (
        assertion("The number of people treated rose to five."),
        assertion("Nine people were treated.", "b.txt"),
    )
    told = contrast.difference(one, other, contrast.FLAGGED, TOPICS)
    assert told is not None
    assert told.relation.flagged


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("The gate, which weighs 14 tonnes, was installed in 1987 and belongs to the board.", ()),
        ("The lodge, built in 1924, is safe.", ()),
        ("On the bench will be Hugh Rasmussen, who coached here from 2009 to 2014.", ()),
        ("It has hung there since 1987.", ()),
        ("In 2009 a similar gate failed and two people drowned.", ("year 2009",)),
        ("The ferry sank in 2011.", ("year 2011",)),
    ],
)
def test_a_year_told_by_the_way_sets_a_sentence_in_no_other_time(text: str, frame: tuple[str, ...]) -> None:
    assert assertion(text).whole.frame == frame
