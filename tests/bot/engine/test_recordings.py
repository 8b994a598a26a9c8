"""The model engine on recorded replies: the ledger of a story read whole, and its answers, as they were scored when recorded."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.scorecard.run import Card, evaluate
from tests import recordings
from tests.bot.engine.test_model import settings
from tests.conftest import STORIES
from tests.model_server.server import Json, ModelServer

RECORDED = sorted(p.stem for p in recordings.FOLDER.glob("*.json"))


def replay(story: str, place: Path) -> Card:
    """Score a story with its recorded replies; an unknown request is a failure of the endpoint."""
    known = recordings.load(story)

    def script(body: Json) -> str:
        return known[recordings.digest(body)]

    async def run() -> Card:
        async with ModelServer(script) as server:
            given: Any = settings(server, place)
            return await asyncio.to_thread(evaluate, STORIES / story, False, given)

    return asyncio.run(run())


@pytest.mark.parametrize("story", RECORDED)
def test_recorded_replies_give_a_whole_ledger_without_traps_or_misquotes(story: str, tmp_path: Path) -> None:
    card = replay(story, tmp_path)
    total = card.total
    assert card.engine == "openai:scripted"
    assert (total.f1 or 0) >= 0.95
    assert total.counts["trapped"] == 0
    assert total.counts["misquoted"] == 0
    assert (total.ratio("status_right", "questions") or 0) >= 0.8
