"""Which pairs of sentences are put to the reader beside a question, and what becomes of those that are not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files

import pytest

from bot.analysis import disputes
from bot.analysis.disputes import UNHEARD, pair_rows
from bot.analysis.logistic import shipped
from bot.engine.sentence_reader import readers
from bot.scorecard.fit_answers import Case, cases_of
from bot.scorecard.gold import read_set
from tests.conftest import STORIES


@pytest.fixture(scope="module")
def case() -> Case:
    (gold,) = read_set(STORIES / "hollin-dam-alarm")
    only = gold.model_copy(update={"questions": gold.questions[:1]})
    return cases_of([only], readers([]))[0]


class Listening:
    """A reader that finds every pair a dispute, and remembers which it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.questions: set[str] = set()

    def disputed(self, question: str, pairs: Sequence[tuple[str, str]]) -> list[float]:
        self.questions.add(question)
        self.asked += pairs
        return [4.0] * len(pairs)

    near = read = opposed = None


def _rows(case: Case, reader: object) -> list[tuple[dict[str, float], disputes.Pair]]:
    pool = case.scored(tuple(shipped(f"evidence-{name}.json") for name in ("encoded", "reader")))[:10]
    return pair_rows(case.asked, pool, case.claims, case.topics, case.cosine, case.ledger, reader)  # type: ignore[arg-type]


def test_the_likeliest_pairs_are_heard_beside_the_question_and_the_others_stand_as_unheard(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disputes, "HEARD", 3)
    reader = Listening()
    rows = _rows(case, reader)
    heard = [pair for features, pair in rows if features["heard"]]
    assert [(one.whole.quote, other.whole.quote) for one, other in heard] == sorted(
        reader.asked, key=[(o.whole.quote, p.whole.quote) for _, (o, p) in rows].index
    )
    assert len(heard) == 3 < len(rows)
    assert reader.questions == {case.asked.main}
    assert {features["said"] for features, _ in rows} == {1.0, UNHEARD}
    likely = shipped("dispute.json").probability
    least = min(likely(features) for features, _ in rows if features["heard"])
    assert all(likely(features) <= least for features, _ in rows if not features["heard"])


@pytest.mark.parametrize("model", ["dispute", "dispute-reader"])
def test_the_model_weighs_the_features_that_are_made_and_no_others(case: Case, model: str) -> None:
    weights = json.loads((files("bot.analysis") / f"{model}.json").read_text("utf-8"))["weights"]
    if model == "dispute":
        pool = case.scored((shipped("evidence.json"),))[:10]
        rows = pair_rows(case.asked, pool, case.claims, case.topics, case.cosine, case.ledger, None)
    else:
        rows = _rows(case, Listening())
    assert set(rows[0][0]) == set(weights)
