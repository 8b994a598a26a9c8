"""The engine's models are fitted on what readers say of stories that they have not seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.analysis.contrast import heard
from bot.scorecard import fit_answers, fit_contrast
from bot.scorecard.fit_contrast import Pair, told_pairs
from bot.scorecard.gold import GoldStory, read_set
from tests.conftest import STORIES


class Saying:
    """A reader that says one thing of every pair."""

    def __init__(self, logit: float) -> None:
        self.logit = logit

    def opposed(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        return [self.logit for _ in pairs]

    near = read = disputed = alike = None


def test_readers_take_turns_story_by_story(monkeypatch: pytest.MonkeyPatch) -> None:
    def only(gold: GoldStory, reader: object) -> list[Pair]:
        return [Pair((0, 1), ("It rained.", "It stayed dry."), {"negation": 1.0}, frozenset(), trap=False)]

    monkeypatch.setattr(fit_contrast, "pairs_of", only)
    monkeypatch.setattr(fit_contrast, "SUSPECTED", 0.0)
    golds = read_set(STORIES)[:5]
    told = told_pairs(golds, [Saying(1.0), Saying(2.0), Saying(3.0)])  # type: ignore[list-item]  # asked of pairs only
    assert [told[g.story][0].opposed for g in golds] == [1.0, 2.0, 3.0, 1.0, 2.0]


def _pair(number: int, gold: bool, logit: float) -> Pair:
    features = {
        "negation": float(gold or number % 5 == 0),
        "values": 0.0,
        "same_article": 0.0,
        "nearest": 1.0,
        "shared": 1.0,
    }
    right = frozenset(["d"]) if gold else frozenset[str]()
    return Pair((0, number), ("a", str(number)), features, right, False, likeness=0.5, opposed=logit)


@pytest.mark.parametrize("stories", [1, 2, 5, 7])
def test_the_network_is_stacked_on_rules_that_have_not_seen_the_story(stories: int) -> None:
    told = {
        f"s{n}": [_pair(k, k % 4 == 0, 4.0 if k % 4 == 0 else -4.0) for k in range(1 + n, 25 + n)]
        for n in range(stories)
    }
    rules, both = fit_contrast.fit_contrast(told, network=True)
    assert both is not None
    assert set(both.weights) == set(heard(told["s0"][0].features, 0.5, 0.0))
    assert both.weights["read"] > 0
    right, wrong = (p for p in told["s0"][2:8] if p.sentences[1] in (4, 5))
    assert fit_contrast.probability(right, (rules, both)) > 0.5
    assert fit_contrast.probability(wrong, (rules, both)) < 0.5
    assert fit_contrast.fit_contrast(told, network=False) == (rules, None)


@pytest.mark.parametrize("fit", [fit_contrast, fit_answers])
def test_nothing_is_written_that_was_fitted_on_what_the_shipped_reader_learnt_by_heart(
    fit: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {f: f.read_bytes() for f in Path("bot/analysis").glob("*.json")}
    monkeypatch.setattr("sys.argv", ["fit", str(STORIES), "--write"])
    with pytest.raises(SystemExit):
        fit.main()  # type: ignore[attr-defined]  # a module
    assert "--readers" in capsys.readouterr().err
    assert {f: f.read_bytes() for f in Path("bot/analysis").glob("*.json")} == before
