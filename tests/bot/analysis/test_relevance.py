"""Which of the likeliest sentences are shown as the answer, and which as what may be."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files

import pytest

from bot.analysis import relevance
from bot.analysis.evidence import Candidate, Said, Scored
from bot.analysis.logistic import Model
from bot.analysis.questions import read_question
from bot.analysis.relevance import MOST_OF_ONE, MOST_POSSIBLE, MOST_SURE, Selection, features, selected
from index.types import Article, Source, Span

ASKED = read_question("Who gave the alarm?", lambda _: {})
ARTICLES = {name: Article(name, "harbour", f"{name}.txt", 1, "", Source(), name) for name in "abc"}


def _scored(place: int, score: float, margin: float | None = None, words: str = "it", article: str = "a") -> Scored:
    candidate = Candidate(ARTICLES[article], Span(10 * place, 10 * place + 5), f"Sentence {place} says it.", ())
    return Scored(candidate, score, (), None if margin is None else Said(words, margin))


BY_SCORE = Model(0.0, {"score": 1.0})


def test_likely_sentences_answer_and_less_likely_ones_may() -> None:
    pool = [_scored(1, 0.9), _scored(2, 0.5), _scored(3, 0.3), _scored(4, 0.05)]
    chosen = selected(ASKED, pool, [], None, BY_SCORE)
    assert chosen.sure == tuple(pool[:2])
    assert chosen.possible == (pool[2],)


def test_of_some_sentences_one_answers_however_unlikely() -> None:
    pool = [_scored(1, 0.04), _scored(2, 0.03)]
    chosen = selected(ASKED, pool, [], None, BY_SCORE)
    assert (chosen.sure, chosen.possible) == ((pool[0],), ())
    assert selected(ASKED, [], [], None, BY_SCORE) == relevance.Selection((), ())


def test_no_more_are_shown_than_a_reader_likes_to_read() -> None:
    pool = [_scored(n, 0.9, article="abc"[n % 3]) for n in range(8)] + [_scored(n, 0.3) for n in range(8, 14)]
    chosen = selected(ASKED, pool, [], None, BY_SCORE)
    assert (len(chosen.sure), len(chosen.possible)) == (MOST_SURE, MOST_POSSIBLE)


@pytest.mark.parametrize(
    ("article", "words", "shown"), [("a", "Ida Corran", 1), ("b", "Ida Corran", 2), ("a", "the guard", 2)]
)
def test_a_source_gives_an_answer_once(article: str, words: str, shown: int) -> None:
    pool = [_scored(1, 0.9, 3.0, "Ida Corran"), _scored(2, 0.8, 2.0, words, article)]
    assert len(selected(ASKED, pool, [], None, BY_SCORE).sure) == shown


def test_a_sentence_is_seen_beside_the_others() -> None:
    first, second = features(ASKED, [_scored(1, 0.9, 4.0), _scored(2, 0.5, -2.0)], [])
    assert first["score_behind"] == first["read_behind"] == 0.0
    assert second["score_behind"] < 0.0
    assert second["read_behind"] == second["read_behind_first"] == pytest.approx(-1.0)
    assert (first["first_of_source"], second["first_of_source"]) == (1.0, 0.0)


def test_without_a_reader_nothing_is_told_of_what_it_read() -> None:
    (row,) = features(ASKED, [_scored(1, 0.9)], [])
    assert not any(name.startswith("read") for name in row)


def test_what_another_source_has_of_the_best_answer_is_told_of() -> None:
    best = _scored(1, 0.9, 4.0, "Ida Corran")
    mate = replace(
        _scored(2, 0.3, -2.0, "nobody", "b"),
        candidate=replace(_scored(2, 0.3, article="b").candidate, text="Corran did."),
    )
    first, second = features(ASKED, [best, mate], [])
    assert (first["echoes"], second["echoes"], second["echoed"]) == (0.0, 0.5, 0.0)


def test_sentences_that_agree_answer_as_well_in_place_of_the_last_others() -> None:
    sure = [_scored(n, 0.9) for n in range(MOST_SURE)]
    mate, second = _scored(20, 0.3, article="b"), _scored(21, 0.3, article="b")
    more = Selection(tuple(sure), (mate, second)).with_sure([mate, second])
    assert more == Selection((*sure[:-1], mate), (second,)), "one of each source"
    few = Selection(tuple(sure[:2]), ()).with_sure([sure[1], mate])
    assert few.sure == (*sure[:2], mate)


def test_one_source_does_not_fill_the_answer() -> None:
    pool = [_scored(n, 0.9) for n in range(4)] + [_scored(9, 0.8, article="b")]
    assert [s.candidate.article.id for s in selected(ASKED, pool, [], None, BY_SCORE).sure] == ["a"] * MOST_OF_ONE + [
        "b"
    ]


@pytest.mark.parametrize("model", ["relevance", "relevance-reader"])
def test_the_model_weighs_the_features_that_are_made_and_no_others(model: str) -> None:
    weights = json.loads((files("bot.analysis") / f"{model}.json").read_text("utf-8"))["weights"]
    assert set(features(ASKED, [_scored(1, 0.9, 4.0 if model.endswith("reader") else None)], [])[0]) == set(weights)
