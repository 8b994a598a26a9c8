"""How well sentences answer: beside each other, with and without a reader."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files

import numpy as np
import numpy.typing as npt
import pytest

from bot.analysis import evidence
from bot.analysis.comparison import Topics
from bot.analysis.evidence import UNREAD, Candidate, Said, reading, rows_of, weighed
from bot.analysis.questions import read_question
from index.types import Article, Source, Span

ASKED = read_question("Who gave the alarm?", lambda _: {})


def _cosine(one: str, other: str) -> float:
    shared = set(one.lower().split()) & set(other.lower().split())
    return len(shared) / max(len(one.split()), len(other.split()))


TOPICS = Topics(lambda _: 1, _cosine)


def _candidates(*texts: str) -> list[Candidate]:
    article = Article("a", "harbour", "a.txt", 1, " ".join(texts), Source(), "a")
    return [Candidate(article, Span(10 * i, 10 * i + 5), text, ()) for i, text in enumerate(texts)]


class Written:
    """A reader whose words and likenesses are written down; remembers what it was shown."""

    def __init__(self, near: dict[str, float], said: dict[str, Said]) -> None:
        self._near, self._said = near, said
        self.encoded: list[str] = []
        self.shown: list[str] = []

    def near(self, question: str, candidates: Sequence[Candidate]) -> list[float]:
        self.encoded += [c.text for c in candidates]
        return [self._near.get(c.text, 0.0) for c in candidates]

    def read(self, question: str, candidates: Sequence[Candidate]) -> list[Said]:
        self.shown += [c.text for c in candidates]
        return [self._said.get(c.text, UNREAD) for c in candidates]

    def alike(self, sentences: Sequence[str]) -> npt.NDArray[np.float32]:
        return np.eye(len(sentences), dtype=np.float32)

    def opposed(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        return [0.0] * len(pairs)

    def disputed(self, question: str, pairs: Sequence[tuple[str, str]]) -> list[float]:
        return self.opposed(pairs)


TOLD = "It was a cook who rang the bell."
OTHER = "The harbour is old."


def test_without_a_reader_nothing_of_one_is_in_the_features() -> None:
    rows = rows_of(ASKED, _candidates(TOLD, OTHER), TOPICS, _cosine, None)
    assert not [name for _, features, _ in rows for name in features if "encoded" in name]
    assert all(s.said is None for s in weighed(ASKED, rows, None))


def test_no_sentences_have_no_evidence() -> None:
    reader = Written({}, {})
    assert rows_of(ASKED, [], TOPICS, _cosine, reader) == []
    assert weighed(ASKED, [], reader) == []


def test_what_stays_behind_the_best_is_told_for_each_likeness() -> None:
    rows = rows_of(ASKED, _candidates(TOLD, OTHER), TOPICS, _cosine, Written({TOLD: 0.8, OTHER: 0.1}, {}))
    behind = {c.text: features["encoded_behind"] for c, features, _ in rows}
    assert behind == pytest.approx({TOLD: 0.0, OTHER: -0.7})


def test_a_sentence_in_other_words_is_first_if_the_encoder_says_so() -> None:
    candidates = _candidates("Nobody was hurt.", TOLD, OTHER)
    reader = Written({TOLD: 0.8}, {})
    assert weighed(ASKED, rows_of(ASKED, candidates, TOPICS, _cosine, reader), reader)[0].candidate.text == TOLD


def test_the_likeliest_are_read_and_the_others_stand_as_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "READ", 1)
    reader = Written({TOLD: 0.8}, {TOLD: Said("a cook", 5.0)})
    found = weighed(ASKED, rows_of(ASKED, _candidates(OTHER, TOLD), TOPICS, _cosine, reader), reader)
    assert reader.shown == [TOLD]
    assert [s.said for s in found] == [Said("a cook", 5.0), UNREAD]


def test_of_very_many_sentences_only_the_most_alike_are_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "ENCODED", 2)
    reader = Written({"The alarm rang.": 0.4, "Who gave the alarm to her?": 0.6}, {})
    candidates = _candidates("Nobody slept.", "The alarm rang.", "Who gave the alarm to her?")
    rows = {c.text: f for c, f, _ in rows_of(ASKED, candidates, TOPICS, _cosine, reader)}
    assert sorted(reader.encoded) == ["The alarm rang.", "Who gave the alarm to her?"]
    assert rows["Nobody slept."]["encoded"] == 0.4, "as the least near of those that were"


@pytest.mark.parametrize(
    ("model", "encodes", "reads"),
    [("evidence", False, False), ("evidence-encoded", True, False), ("evidence-reader", True, True)],
)
def test_a_model_weighs_the_features_that_are_made_and_no_others(model: str, encodes: bool, reads: bool) -> None:
    weights = json.loads((files("bot.analysis") / f"{model}.json").read_text("utf-8"))["weights"]
    reader = Written({}, {}) if encodes else None
    made = set(rows_of(ASKED, _candidates(TOLD), TOPICS, _cosine, reader)[0][1])
    made |= set(reading(ASKED, UNREAD, 0.0)) if reads else set()
    assert set(weights) == made


@pytest.mark.parametrize(
    ("text", "aged"),
    [
        ("Ok Da-hyeon, 15, a schoolgirl, waved.", True),
        ("The treasurer, a man aged 44, was arrested.", True),
        ("A retired bell-ringer of 78 died.", True),
        ("Dr Lee (52) said so.", True),
        ("A 78-year-old man died.", True),
        ("Anna Lee turned 40.", True),
        ("The man was aged seventy.", True),
        ("The boat turned 180 degrees.", False),
        ("A father of 12 died.", False),
        ("On Tuesday, 12 of the crew left.", False),
        ("It is in Article (12).", False),
        ("A crowd of 40 people came.", False),
        ("It was on March 3, 2024.", False),
        ("Rooms 12, 15 and 17 were shut.", False),
        ("Twelve of 40 seats were taken.", False),
    ],
)
def test_an_age_is_known_however_it_is_given(text: str, aged: bool) -> None:
    assert ("age" in evidence.read_sentence(text).kinds) is aged
