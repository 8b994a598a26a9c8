"""When two sources are said to give one answer."""

from __future__ import annotations

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


def _likeliest(*answers: Scored) -> float:
    return agreement.likeliest(ASKED, answers, [], TOPICS, _cosine, [], BY_WORDS)


def test_two_origins_that_give_one_answer_agree() -> None:
    assert _likeliest(_scored("a", "Ida Corran"), _scored("b", "Ida Corran")) > agreement.AGREED
    assert _likeliest(_scored("a", "Ida Corran"), _scored("b", "the guard")) < agreement.AGREED


@pytest.mark.parametrize("answers", [1, 2])
def test_one_origin_agrees_with_nobody(answers: int) -> None:
    assert _likeliest(*[_scored("a", "Ida Corran")] * answers) == 0.0


def test_the_best_answer_is_what_they_agree_on() -> None:
    assert (
        _likeliest(_scored("a", "the guard"), _scored("b", "Ida Corran"), _scored("c", "Ida Corran")) < agreement.AGREED
    )


def test_what_is_read_is_told_apart_from_what_only_stands_there() -> None:
    sure = agreement.features(ASKED, _scored("a", "nine people"), _scored("b", "twelve people"), [], TOPICS, _cosine, [])
    unsure = agreement.features(
        ASKED, _scored("a", "nine people"), _scored("b", "twelve people", -3.0), [], TOPICS, _cosine, []
    )
    assert (sure["read_other"], sure["read_other*yes"]) == (1.0, 1.0)
    assert (unsure["read_other"], unsure["read_other*yes"]) == (1.0, 0.0)
