"""Which sentences are compared with which: those that share words, and those that are alike without sharing any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from bot.analysis import claims, contrast, pairing
from bot.analysis.comparison import Topics
from index.sentences import sentences
from index.types import Article, Source

TOPICS = Topics(lambda term: 1, lambda a, b: 0.0)


def assertions(text: str, file: str = "a.txt") -> list[contrast.Assertion]:
    article = Article(file, "s", file, 1, text, Source(), file)
    return contrast.assertions(claims.read(article, sentences(text), 2026))


class Alike:
    """An encoder to which sentences are alike that are written down together."""

    def __init__(self, *pairs: tuple[str, str]) -> None:
        self._pairs = [set(pair) for pair in pairs]
        self.encoded: list[str] = []

    def alike(self, sentences: Sequence[str]) -> npt.NDArray[np.float32]:
        self.encoded += sentences
        return np.array(
            [[1.0 if a == b else 0.8 if {a, b} in self._pairs else 0.0 for b in sentences] for a in sentences],
            dtype=np.float32,
        ).reshape(len(sentences), len(sentences))

    near = read = disputed = opposed = None


def compared(
    own: list[contrast.Assertion], others: list[contrast.Assertion], reader: Alike | None
) -> dict[tuple[str, str], float]:
    """The quotes of the pairs that are compared, with how alike the encoder finds them; every sentence is near the first of its own."""
    near = {a.whole.id: others if a is own[0] else [] for a in own}
    found = pairing.compared(own, near, lambda a, b: 0.0, TOPICS, reader)  # type: ignore[arg-type]  # asked for likeness only
    return {(p.one.whole.quote, p.other.whole.quote): p.likeness for p in found}


FELL, NOBODY, CLOSED = "The bridge fell on Monday.", "Nobody was hurt.", "The bridge was closed in May."
TREATED = "Nine people needed treatment at a clinic."


def test_sentences_that_share_a_word_are_compared_without_a_reader() -> None:
    own = assertions(f"{FELL}\n\n{NOBODY}\n\n{CLOSED}")
    assert pairing.inside(own) == [(0, 2)]
    assert compared(own, assertions(TREATED, "b.txt"), None) == {(FELL, CLOSED): contrast.UNKNOWN}


def test_sentences_that_share_none_are_compared_if_they_are_alike() -> None:
    own, others = assertions(f"{FELL}\n\n{NOBODY}"), assertions(f"{TREATED}\n\n{CLOSED}", "b.txt")
    reader = Alike((NOBODY, TREATED))
    found = compared(own, others, reader)
    assert found[NOBODY, TREATED] == pytest.approx(0.8)
    assert (NOBODY, CLOSED) not in found
    assert sorted(reader.encoded) == sorted([FELL, NOBODY, TREATED, CLOSED]), "each once"


def test_of_many_sentences_an_article_s_own_and_as_many_others_are_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "ENCODED", 4)
    own = assertions("\n\n".join(f"The {n} bridge fell." for n in ("old", "new", "long", "grey", "stone")))
    others = assertions("\n\n".join(f"The {n} bridge stood." for n in ("iron", "last", "first")), "b.txt")
    reader = Alike()
    found = compared(own, others, reader)
    assert reader.encoded == [a.whole.quote for a in (*own[:2], *others[:2])]
    assert found[own[0].whole.quote, others[2].whole.quote] == contrast.UNKNOWN
    assert found[own[0].whole.quote, others[1].whole.quote] == 0.0


def test_a_reprint_is_not_compared_with_what_it_reprints() -> None:
    own, others = assertions(FELL), assertions(f"{FELL}\n\n{CLOSED}", "b.txt")
    assert set(compared(own, others, Alike())) == {(FELL, CLOSED)}
    assert set(compared(own, others, None)) == {(FELL, CLOSED)}


def test_an_article_without_sentences_has_nothing_to_compare() -> None:
    assert compared([], [], None) == {}
    assert pairing.compared([], {}, lambda a, b: 0.0, TOPICS, Alike()) == []  # type: ignore[arg-type]  # asked for likeness only


def test_of_a_long_article_each_sentence_is_compared_with_those_it_shares_most_with() -> None:
    count = pairing.LONG_ARTICLE + 20
    own = assertions("\n\n".join(f"Pilot Number{n} met Number{n + 1} and Other{n // 2}." for n in range(count)))
    pairs = pairing.inside(own)
    assert {(n, n + 1) for n in range(0, count - 1, 2)} <= set(pairs)
    assert all(i < j for i, j in pairs)
    everything = [replace(a, canon=frozenset([*a.canon, "harbour"])) for a in own]
    assert set(pairing.inside(everything)) == set(pairs), "what nearly all share leads nowhere"


def test_each_sentence_is_compared_with_those_that_are_most_alike() -> None:
    near, far = pairing.ALIKE_FROM + 0.1, pairing.ALIKE_FROM - 0.1
    cosines = np.array([[1, near, far], [near, 1, near], [far, near, 1]], dtype=np.float32)
    assert pairing.alike(cosines, 1) == [(0, 1)]
    assert pairing.alike(cosines, 2) == [(0, 1), (1, 2)]
    assert pairing.alike(cosines, 2, {(0, 1)}) == [(1, 2)], "what is compared already is not counted"


def test_a_sentence_is_compared_with_so_many_alike_ones_at_most() -> None:
    cosines = np.full((40, 40), 0.9, dtype=np.float32)
    assert len(pairing.alike(cosines, 1)) == pairing.MOST_ALIKE
    known = {(0, j) for j in range(1, 30)}
    assert pairing.alike(cosines, 1, known) == [(0, j) for j in range(30, 40)]
