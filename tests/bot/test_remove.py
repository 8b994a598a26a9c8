"""Articles are taken out of a story with all that was read from them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.desk import Desk
from bot.types import Question, Reply
from index.errors import UnknownArticle, UnknownStory
from index.library import Removed
from index.tables import metadata
from tests.conftest import write

ONE = "Fire at the mill\n\nNine workers were injured in the fire at the mill on Monday.\n"
TWO = "Mill burns\n\nThe fire at the mill on Monday injured 30 workers, the mayor said.\n"
LATER = "Mill burns\n\nThe fire at the mill injured 31 workers on Monday, the mayor says now.\n"


def _rows(desk: Desk) -> dict[str, int]:
    """How many rows each of the library's tables has."""
    with desk.home.library.engine.connect() as connection:
        return {
            name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }


def _cited(reply: Reply) -> set[str]:
    return {c.file for s in reply.answer.statements for c in s.citations}


def test_what_was_removed_is_in_no_answer_and_no_table(desk: Desk, tmp_path: Path) -> None:
    question = Question("How many workers were injured?", "mill-fire")
    before = _rows(desk)
    asyncio.run(desk.add("mill-fire", [write(tmp_path, a=ONE, b=TWO)]))
    assert asyncio.run(desk.discrepancies("mill-fire")).discrepancies
    assert _cited(asyncio.run(desk.ask(question))) == {"a.txt", "b.txt"}
    assert asyncio.run(desk.remove("mill-fire", ["b.txt"])) == Removed(("b.txt",), story_gone=False)
    assert _cited(asyncio.run(desk.ask(question))) == {"a.txt"}
    assert not asyncio.run(desk.discrepancies("mill-fire")).discrepancies
    added = asyncio.run(desk.add("mill-fire", [write(tmp_path, b=LATER) / "b.txt"]))
    assert added.added == ["b.txt"], "another version of it is a new article"
    asyncio.run(desk.add("mill-fire", [write(tmp_path, b=TWO) / "b.txt"]))
    assert asyncio.run(desk.remove("mill-fire")) == Removed(("a.txt", "b.txt"), story_gone=True)
    assert _rows(desk) == before
    with pytest.raises(UnknownStory):
        asyncio.run(desk.remove("mill-fire"))


def test_nothing_is_removed_where_one_name_is_wrong(desk: Desk, tmp_path: Path) -> None:
    asyncio.run(desk.add("mill-fire", [write(tmp_path, a=ONE, b=TWO)]))
    before = _rows(desk)
    with pytest.raises(UnknownArticle, match=r"no article 'c\.txt'; it has a\.txt, b\.txt"):
        asyncio.run(desk.remove("mill-fire", ["a.txt", "c.txt"]))
    assert _rows(desk) == before
