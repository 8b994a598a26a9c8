"""The engine's models are fitted on what readers say of stories that they have not seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.scorecard import fit_answers, fit_contrast
from bot.scorecard.fit_contrast import Pair, told_pairs
from bot.scorecard.gold import GoldStory, read_set
from tests.conftest import STORIES


class Saying:
    """A reader that says one thing of every pair."""

    def __init__(self, logit: float) -> None:
        self.logit = logit

    def against(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        return [self.logit for _ in pairs]

    near = read = None


def test_readers_take_turns_story_by_story(monkeypatch: pytest.MonkeyPatch) -> None:
    def only(gold: GoldStory) -> list[Pair]:
        return [Pair((0, 1), ("It rained.", "It stayed dry."), {"negation": 1.0}, frozenset(), trap=False)]

    monkeypatch.setattr(fit_contrast, "pairs_of", only)
    monkeypatch.setattr(fit_contrast, "SUSPECTED", 0.0)
    golds = read_set(STORIES)[:5]
    told = told_pairs(golds, [Saying(1.0), Saying(2.0), Saying(3.0)])  # type: ignore[list-item]  # asked of pairs only
    assert [told[g.story][0].said for g in golds] == [1.0, 2.0, 3.0, 1.0, 2.0]


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
