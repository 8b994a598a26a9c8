"""Nothing in an article or a question becomes markup, a link, or a refused message."""

from __future__ import annotations

from pathlib import Path

from tests.bot.telegram.fuzz import Fuzzed, fuzz
from tests.telegram_server.clock import play


def test_eighty_hostile_articles_and_questions(stocked: Path, tmp_path: Path) -> None:
    found: list[Fuzzed] = []

    async def scenario() -> None:
        found.append(await fuzz(stocked, tmp_path, articles=40, questions=40))

    play(scenario())
    assert (found[0].articles + found[0].rejected, found[0].questions) == (40, 40)
    assert found[0].articles >= 32  # a zero byte makes a file no text
    assert found[0].refused == []
    assert found[0].foreign == []
    assert found[0].unanswered == 0
