"""Tokens and tags: what the tagger is known to get wrong is mended."""

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
