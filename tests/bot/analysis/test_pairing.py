"""Which sentences are compared with which: those that share words, and those that are alike without sharing any."""

from __future__ import annotations

import numpy as np

from bot.analysis import claims, contrast, pairing
from index.sentences import sentences
from index.types import Article, Source


def assertions(text: str) -> list[contrast.Assertion]:
    article = Article("a", "s", "a.txt", 1, text, Source(), "a")
    return contrast.assertions(claims.read(article, sentences(text), 2026))


def test_sentences_of_an_article_that_share_a_word_are_compared() -> None:
    own = assertions("The bridge fell on Monday.\n\nNobody was hurt.\n\nThe bridge was closed in May.")
    assert pairing.inside(own) == [(0, 2)]


def test_of_a_long_article_each_sentence_is_compared_with_those_it_shares_most_with() -> None:
    told = "\n\n".join(
        f"The harbour pilot Anders number {n} counted {n} ships that day." for n in range(pairing.LONG_ARTICLE + 20)
    )
    own = assertions(told)
    pairs = pairing.inside(own)
    assert len(pairs) < len(own) * (len(own) - 1) / 2
    assert all(i < j for i, j in pairs)


def test_each_sentence_is_compared_with_those_that_are_most_alike() -> None:
    near, far = contrast.NEAR + 0.1, contrast.NEAR - 0.1
    cosines = np.array([[1, near, far], [near, 1, near], [far, near, 1]], dtype=np.float32)
    assert pairing.alike(cosines, 1) == [(0, 1)]
    assert pairing.alike(cosines, 2) == [(0, 1), (1, 2)]
    assert pairing.alike(np.zeros((0, 0), dtype=np.float32), 5) == []


def test_a_sentence_is_compared_with_so_many_alike_ones_at_most() -> None:
    cosines = np.full((40, 40), 0.9, dtype=np.float32)
    assert len(pairing.alike(cosines, 1)) == pairing.MOST_ALIKE
