"""Words as they are read: tags that the tagger is known to get wrong, verbs as they are written, days that are none of the event."""

from __future__ import annotations

import pytest

from bot.analysis.claims import read
from bot.analysis.words import tokens
from index.sentences import sentences
from index.types import Article, Source


@pytest.mark.parametrize(
    ("text", "word", "tag"),
    [
        ("The alarm did not sound.", "sound", "VB"),
        ("The shop didn't open on Monday.", "open", "VB"),
        ("The valve could never close.", "close", "VB"),
        ("They did not immediately respond.", "immediately", "RB"),
        ("The sound was not loud.", "sound", "NN"),
    ],
)
def test_behind_did_not_stands_a_verb(text: str, word: str, tag: str) -> None:
    assert next(t.tag for t in tokens(text) if t.text == word) == tag


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The alarm never went off, they say.", "never went off"),
        ("The alarm did not sound.", "did not sound"),
        ("The alarm sounded at once.", "sounded"),
    ],
)
def test_what_did_or_did_not_happen_is_told_in_the_words_of_its_sentence(text: str, value: str) -> None:
    article = Article("a", "s", "a.txt", 1, text, Source("Wire"), "a")
    assert value in {c.value for c in read(article, sentences(text)) if c.facet == "whether"}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("LISK, Jan 17 (Continent Wire) - Police shot a wolf on January 16.", ["January 16"]),
        ("KARSHOLT (Meridian Press), 5 February - An excavator fell on February 4.", ["February 4"]),
        ("ZÜRICH, Jan. 17, 2024 (CNA) —“Nobody knew.”", []),
        ("The shop closed on March 5 - it has no heating.", ["March 5"]),
        ("PARIS was flooded on March 12 - and again in May.", ["March 12"]),
    ],
)
def test_the_day_of_a_dateline_is_no_day_of_the_event(text: str, days: list[str]) -> None:
    article = Article("a", "s", "a.txt", 1, text, Source("Wire"), "a")
    assert [c.value for c in read(article, sentences(text), 2024) if c.facet == "date"] == days
