"""The model engine on recorded replies: ledgers of stories read whole and in part, and answers, as they were scored when recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.scorecard.gold import read_set
from bot.scorecard.run import Card, evaluate, score_set
from bot.settings import Settings
from tests import recordings
from tests.bot.engine.test_model import settings
from tests.conftest import STORIES
from tests.model_server.server import Json, ModelServer

IN_PART = "six-stories-in-part"
RECORDED = sorted(p.stem for p in recordings.FOLDER.glob("*.json") if p.stem != IN_PART)


def replay(recording: str, place: Path, score: Callable[[Settings], Card], **more: Any) -> Card:
    """Score with recorded replies; an unknown request is a failure of the endpoint."""
    known = recordings.load(recording)

    def script(body: Json) -> str:
        return known[recordings.digest(body)]

    async def run() -> Card:
        async with ModelServer(script) as server:
            return await asyncio.to_thread(score, settings(server, place, **more))

    return asyncio.run(run())


@pytest.mark.parametrize("story", RECORDED)
def test_recorded_replies_give_a_whole_ledger_without_traps_or_misquotes(story: str, tmp_path: Path) -> None:
    card = replay(story, tmp_path, lambda given: evaluate(STORIES / story, False, given))
    total = card.total
    assert card.engine == "openai:scripted"
    assert (total.f1 or 0) >= 0.95
    assert total.counts["trapped"] == 0
    assert total.counts["misquoted"] == 0
    assert (total.ratio("status_right", "questions") or 0) >= 0.9


def test_six_stories_in_one_are_read_in_part_without_a_flag_across(tmp_path: Path) -> None:
    golds = [g.model_copy(update={"questions": ()}) for g in read_set(STORIES) if g.story != "iss-video"]
    assert len(golds) == 6
    card = replay(IN_PART, tmp_path, lambda given: score_set(golds, True, given), parallax_story_tokens=500)
    total = card.total
    assert (total.f1 or 0) >= 0.95
    assert total.counts["trapped"] == total.counts["across"] == total.counts["misquoted"] == 0
