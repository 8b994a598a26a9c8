"""Which pairs of sentences are put to the reader beside a question, and what becomes of those that are not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files

import pytest

from bot.analysis import disputes
from bot.analysis.disputes import UNHEARD, known, pair_rows
from bot.analysis.evidence import Said
from bot.analysis.logistic import shipped
from bot.engine.sentence_reader import readers
from bot.scorecard.fit_answers import Case, cases_of
from bot.scorecard.gold import read_set
from index.types import WHOLE, Certainty, Claim, Difference, Kind, Relation
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


def test_the_ledger_is_heard_on_the_pairs_it_has_in_either_order(case: Case) -> None:
    plain = _rows(case, Listening())
    one, other = plain[3][1]
    told = replace(case, ledger={frozenset((other.place, one.place)): 0.9})
    differ = [(f["ledger"], f["ledger*both"] > 0, pair) for f, pair in _rows(told, Listening()) if f["ledger"]]
    assert differ == [(0.9, True, (one, other))]
    assert {f["ledger"] for f, _ in _rows(replace(case, ledger={}), Listening())} == {0.0}


def test_what_is_known_is_what_is_flagged_the_likeliest_of_one_pair(case: Case) -> None:
    a, b, c = [claim for claim in case.claims if claim.facet == WHOLE][:3]

    def difference(one: Claim, other: Claim, relation: Relation, score: float) -> Difference:
        return Difference(one, other, Kind.EVENT, relation, Certainty.POSSIBLE, "", score)

    found = known(
        [
            difference(a, b, Relation.CONTRADICTION, 0.9),
            difference(b, a, Relation.COMPETING_ACCOUNTS, 0.7),
            difference(a, c, Relation.UPDATE, 0.8),
        ]
    )
    assert found == {frozenset((a.place, b.place)): 0.9}


def test_the_engine_hands_its_ledger_to_whoever_finds_the_answer(case: Case) -> None:
    assert any(score >= 0.6 for score in case.ledger.values()), "made by a real desk"


@pytest.mark.parametrize("model", ["dispute", "dispute-reader"])
def test_the_model_weighs_the_features_that_are_made_and_no_others(case: Case, model: str) -> None:
    weights = json.loads((files("bot.analysis") / f"{model}.json").read_text("utf-8"))["weights"]
    if model == "dispute":
        pool = case.scored((shipped("evidence.json"),))[:10]
        rows = pair_rows(case.asked, pool, case.claims, case.topics, case.cosine, case.ledger, None)
    else:
        rows = _rows(case, Listening())
    assert set(rows[0][0]) == set(weights)


def test_sentences_in_which_a_reader_sees_no_answer_dispute_nothing(case: Case) -> None:
    models = tuple(shipped(f"evidence-{name}.json") for name in ("encoded", "reader"))
    pool = case.scored(models)[:10]

    def rated(wants: str, margin: float) -> int:
        heard = [replace(s, said=Said("it", margin)) for s in pool]
        asked = replace(case.asked, wants=wants)  # type: ignore[arg-type]  # one of the words it may be
        reader = Listening()
        return len(disputes.rated(asked, heard, case.claims, case.topics, case.cosine, lambda _: case.ledger, reader))  # type: ignore[arg-type]

    assert rated("who", 1.0) > 0, "the same words, and sure of them"
    assert rated("who", -1.0) == 0, "the same words twice, and sure of neither"
    assert rated("who", -7.5) == 0
    assert rated("whether", -7.5) > 0, "a yes or no is in no words"
