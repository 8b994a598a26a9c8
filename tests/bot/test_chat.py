"""The conversation in the terminal, while others change the home."""

from __future__ import annotations

import asyncio
import builtins
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.chat import chat
from bot.desk import Desk
from tests.conftest import write


def test_a_chat_whose_story_was_removed_can_take_another_and_be_left(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(desk.add("mill", [write(tmp_path / "a", one="Rain\n\nIt rained at the mill on Tuesday.\n")]))
    asyncio.run(desk.add("pond", [write(tmp_path / "b", two="Ice\n\nThe pond froze over on Friday.\n")]))

    def typed() -> Iterator[str]:
        asyncio.run(desk.remove("mill"))
        yield "When did it rain?"
        yield "/story pond"
        yield "When did the pond freeze?"
        yield "/quit"
        raise AssertionError("the chat went on")

    lines = typed()
    monkeypatch.setattr(builtins, "input", lambda _prompt="": next(lines))
    assert chat(desk, "mill") == 0
    told = capsys.readouterr()
    assert "no story 'mill'" in told.err
    assert "froze over on Friday" in told.out
