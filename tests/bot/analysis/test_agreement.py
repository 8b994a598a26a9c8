"""When two sources are said to give one answer."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files

import pytest

from bot.analysis import agreement
from bot.analysis.comparison import Topics
from bot.analysis.evidence import Candidate, Said, Scored
from bot.analysis.logistic import Model
from bot.analysis.questions import read_question
from index.types import Article, Source, Span

ASKED = read_question("Who gave the alarm?", lambda _: {})


def _cosine(one: str, other: str) -> float:
    return float(one == other)


TOPICS = Topics(lambda _: 1, _cosine)
BY_WORDS = Model(-2.0, {"read_same": 4.0, "disputed": -9.0})


def _scored(origin: str, words: str, margin: float = 3.0) -> Scored:
    article = Article(origin, "harbour", f"{origin}.txt", 1, words, Source(), origin)
    return Scored(Candidate(article, Span(0, 5), f"It was {words} who gave it.", ()), 0.9, (), Said(words, margin))


def _agreeing(*pool: Scored) -> list[Scored]:
    found = agreement.agreeing(ASKED, pool[0], pool, [], TOPICS, _cosine, [], None, BY_WORDS)
    assert [p for p, _ in found] == sorted((p for p, _ in found), reverse=True)
    return [mate for p, mate in found if p >= agreement.AGREED]


def test_two_origins_that_give_one_answer_agree() -> None:
    same, other = _scored("b", "Ida Corran"), _scored("c", "the guard")
    assert _agreeing(_scored("a", "Ida Corran"), other, same) == [same]


@pytest.mark.parametrize("answers", [1, 2])
def test_one_origin_agrees_with_nobody(answers: int) -> None:
    assert _agreeing(*[_scored("a", "Ida Corran")] * answers) == []


def test_the_best_answer_is_what_they_agree_on() -> None:
    assert _agreeing(_scored("a", "the guard"), _scored("b", "Ida Corran"), _scored("c", "Ida Corran")) == []


def test_an_answer_that_stands_in_the_other_sentence_is_told_of() -> None:
    def told(words: str, said: str) -> float:
        other = replace(_scored("b", words, -3.0), said=Said(said, -3.0))
        return agreement.features(ASKED, _scored("a", "Ida Corran"), other, [], TOPICS, _cosine, [])["echoes"]

    assert told("Ida Corran", "") == 1.0
    assert told("Jan Corran", "") == 0.5
    assert told("the guard", "") == 0.0


def test_what_is_read_is_told_apart_from_what_only_stands_there() -> None:
    sure = agreement.features(
        ASKED, _scored("a", "nine people"), _scored("b", "twelve people"), [], TOPICS, _cosine, []
    )
    unsure = agreement.features(
        ASKED, _scored("a", "nine people"), _scored("b", "twelve people", -3.0), [], TOPICS, _cosine, []
    )
    assert (sure["read_other"], sure["read_other*yes"]) == (1.0, 1.0)
    assert (unsure["read_other"], unsure["read_other*yes"]) == (1.0, 0.0)


@pytest.mark.parametrize("model", ["agreement", "agreement-reader"])
def test_the_model_weighs_the_features_that_are_made_and_no_others(model: str) -> None:
    weights = json.loads((files("bot.analysis") / f"{model}.json").read_text("utf-8"))["weights"]
    pair = [_scored(name, "Ida Corran") for name in "ab"]
    if model == "agreement":
        pair = [replace(s, said=None) for s in pair]
    assert set(agreement.features(ASKED, pair[0], pair[1], [], TOPICS, _cosine, [])) == set(weights)
