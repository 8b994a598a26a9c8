"""The reader on the engine's sentences: what is encoded once is kept, and a question has one answer whatever was asked before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from bot.analysis.evidence import Candidate
from bot.engine import sentence_reader
from bot.engine.sentence_reader import SentenceReader
from bot.reader.reader import SpanReader
from index.types import Article, Source, Span

SENTENCES = [
    "The alarm was given by Ida Corran, a cook on the night shift.",
    "The harbour was built of granite in 1902.",
    "Repairs will cost nine million crowns, the county reckons.",
]


class Counting(SpanReader):
    """A reader that counts the texts it encodes."""

    encoded = judged = 0

    def vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.encoded += len(texts)
        return super().vectors(texts)

    def disputed(self, question: str, pairs: Sequence[tuple[str, str]]) -> list[float]:
        self.judged += len(pairs)
        return super().disputed(question, pairs)

    def opposed(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        self.judged += len(pairs)
        return super().opposed(pairs)


def test_a_pair_is_judged_once_beside_a_question_in_whatever_order_it_comes() -> None:
    counting = Counting()
    sentences = SentenceReader(counting)
    one, other, third = SENTENCES
    first = sentences.disputed("Who?", [(one, other), (one, third), (one, other)])
    assert first[0] == first[2]
    assert sentences.disputed("Who?", [(other, one), (third, one)]) == first[:2]
    assert counting.judged == 2
    assert sentences.disputed("Where?", [(one, other)]) != first[:1]
    assert counting.judged == 3


def test_a_pair_is_judged_once_without_a_question_too() -> None:
    counting = Counting()
    sentences = SentenceReader(counting)
    one, other, third = SENTENCES
    first = sentences.opposed([(one, other), (one, third), (other, one)])
    assert first[0] == first[2] == SpanReader().opposed([(one, other)])[0]
    assert sentences.opposed([(third, one)]) == first[1:2]
    assert counting.judged == 2
    assert sentences.opposed([]) == []


def test_a_sentence_is_encoded_once_however_often_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    counting = Counting()
    sentences = SentenceReader(counting)
    article = Article("a", "harbour", "a.txt", 1, " ".join(SENTENCES), Source(), "a")
    candidates = [Candidate(article, Span(i, i + 1), text, ()) for i, text in enumerate(SENTENCES)]
    first = sentences.near("Who raised the alert?", candidates)
    assert counting.encoded == 4
    assert sentences.near("Who raised the alert?", candidates[::-1]) == first[::-1]
    assert counting.encoded == 5, "the question alone"
    monkeypatch.setattr(sentence_reader, "KEPT", 2)
    sentences.near("Where?", candidates[1:])
    sentences.near("Where?", candidates[:1])
    assert counting.encoded == 5 + 1 + 2, "what was kept first is let go first"


def test_words_are_read_in_the_sentence_alone_and_not_in_the_one_before() -> None:
    article = Article("a", "harbour", "a.txt", 1, " ".join(SENTENCES), Source(), "a")
    candidate = Candidate(article, Span(0, 1), SENTENCES[2], (), before=SENTENCES[0])
    said = SentenceReader(SpanReader()).read("Who gave the alarm?", [candidate])[0]
    assert said.text in SENTENCES[2]


def test_sentences_are_alike_as_far_as_they_tell_the_same_and_encoded_once() -> None:
    counting = Counting()
    sentences = SentenceReader(counting)
    told = [*SENTENCES, "Mending it all is going to take nine million, officials think."]
    cosines = sentences.alike(told)
    assert cosines.shape == (4, 4)
    assert np.allclose(cosines, cosines.T, atol=1e-6)
    assert np.allclose(np.diag(cosines), 1.0, atol=1e-3)
    assert max(range(3), key=lambda i: float(cosines[3, i])) == 2
    assert np.array_equal(sentences.alike(told[::-1]), cosines[::-1, ::-1])
    assert counting.encoded == 4
