"""Stories by parts, so that each is scored by models that have not seen it: every N-th story makes a part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Fitted = TypeVar("Fitted")
Reading = TypeVar("Reading")


def in_turn(readers: Sequence[Reading], stories: int) -> list[Reading | None]:
    """The reader of each of so many stories: the K-th of N readers reads every N-th story from the K-th on; None for all where there is none."""
    return [readers[number % len(readers)] if readers else None for number in range(stories)]


def parted(names: Sequence[str], parts: int) -> list[tuple[list[str], list[str]]]:
    """The names of each part with the names of all others: the K-th part is every `parts`-th name from the K-th on."""
    return [(list(names[k::parts]), [n for i, n in enumerate(names) if i % parts != k]) for k in range(parts)]


def unseen(
    names: Sequence[str], parts: int, fitted: Callable[[Sequence[str]], Fitted], whole: Fitted
) -> dict[str, Fitted]:
    """For each name what was fitted on the other parts; without parts `whole`, which has seen all."""
    found = dict.fromkeys(names, whole)
    for own, others in parted(names, parts):
        found |= dict.fromkeys(own, fitted(others))
    return found
