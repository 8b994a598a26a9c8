"""The figures the engine must reach on the development stories; they were tuned on, so these guard against slipping back."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.scorecard.gold import read_set
from bot.scorecard.run import Card, evaluate
from index.errors import ParallaxError
from tests.conftest import STORIES

pytestmark = pytest.mark.xdist_group("targets")  # the stories are scored once
SIX = [p.parent for p in sorted(STORIES.glob("*/gold.json")) if p.parent.name != "iss-video"]


@pytest.fixture(scope="session")
def six(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The six development stories without the shipped one."""
    folder = tmp_path_factory.mktemp("six")
    for story in SIX:
        (folder / story.name).symlink_to(story)
    return folder


@pytest.fixture(scope="session")
def card(six: Path) -> Card:
    return evaluate(six)


def test_no_quote_is_wrong(card: Card) -> None:
    assert card.total.counts["questions"] == 72
    assert card.total.counts["misquoted"] == 0


def test_the_ledger_reaches_its_target_without_traps(card: Card) -> None:
    assert (card.total.f1 or 0) >= 0.75
    assert (card.total.ratio("trapped", "traps") or 0) <= 0.08


def test_questions_reach_their_targets(card: Card) -> None:
    total = card.total
    assert (total.ratio("answered", "answerable") or 0) >= 0.88
    assert (total.ratio("conflict_flagged", "conflict_questions") or 0) >= 0.85
    assert (total.ratio("other_flagged", "other_questions") or 0) <= 0.10
    assert (total.ratio("abstained", "unanswerable") or 0) >= 0.85


def test_merged_into_one_story_few_flags_cross_and_the_other_figures_hold(six: Path, card: Card) -> None:
    apart, merged = card.total, evaluate(six, merge=True).total
    assert (merged.ratio("across", "all_flags") or 0) <= 0.05
    assert merged.counts["misquoted"] == 0
    assert merged.f1 == pytest.approx(apart.f1, abs=0.05)
    assert merged.counts["trapped"] <= apart.counts["trapped"] + 2
    assert (
        merged.ratio("answered", "answerable") or 0
    ) >= 0.85  # five of sixty could be asked of more than one of the stories, or are too vague among six
    lost = apart.counts["abstained"] - merged.counts["abstained"]
    assert lost <= 1, "of twelve, one may find an answer in another story"
    for part, whole in (
        ("conflict_flagged", "conflict_questions"),
        ("other_flagged", "other_questions"),
    ):
        assert merged.ratio(part, whole) == pytest.approx(apart.ratio(part, whole), abs=0.0501), part


def test_a_bad_gold_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "gold.json").write_text('{"story": 1}')
    with pytest.raises(ParallaxError, match=r"gold\.json"):
        read_set(tmp_path)
