"""The gold format of a story set: articles, discrepancies, traps and questions with the answers a reader should reach."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import ParallaxError
from index.types import Kind, Scope


class _Gold(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class GoldSide(_Gold):
    """A statement that takes a position; the same `value` means the same position."""

    file: str
    quote: str
    value: str = ""


class GoldDiscrepancy(_Gold):
    """Statements that cannot both be true."""

    id: str
    kind: Kind
    scope: Scope
    topic: str
    sides: tuple[GoldSide, ...]


class GoldTrap(_Gold):
    """Statements that look like a conflict and are none."""

    id: str
    why: str
    sides: tuple[GoldSide, ...]


class GoldQuestion(_Gold):
    """A question; an answer contains a value group if any of its strings occurs in it, case aside."""

    id: str
    question: str
    status: Literal["conflict", "agreed", "single", "unanswerable"]
    values: tuple[tuple[str, ...], ...]
    files: tuple[str, ...]
    evidence: tuple[GoldSide, ...] = ()
    """The passages that answer, where the annotators named them; empty where they did not."""


class GoldStory(_Gold):
    """One story of a set."""

    story: str
    title: str
    discrepancies: tuple[GoldDiscrepancy, ...]
    traps: tuple[GoldTrap, ...]
    questions: tuple[GoldQuestion, ...]
    folder: Path


def read_set(folder: Path) -> list[GoldStory]:
    """The stories of a folder, or the one that it is. Raises ParallaxError where there is none or a gold.json is off."""
    files = [folder / "gold.json"] if (folder / "gold.json").is_file() else sorted(folder.glob("*/gold.json"))
    if not files:
        raise ParallaxError(f"{str(folder)!r} holds no gold.json, nor does a folder in it; give a story set")
    return [_read(file) for file in files]


def _read(file: Path) -> GoldStory:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        return GoldStory.model_validate({**data, "folder": file.parent})
    except (OSError, ValueError, TypeError, ValidationError) as problem:
        first = str(problem).splitlines()[0]
        raise ParallaxError(f"{str(file)!r} is no gold.json ({first}); see the format in CONTRIBUTING.md") from problem
