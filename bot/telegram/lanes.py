"""Lanes: what belongs to one conversation is done in order, conversations beside each other."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Hashable

LAST_S = 2.0
"""What is cancelled has so long to come to its end."""

Work = Callable[[], Awaitable[None]]


class Lanes:
    """Runs work by lane. Work handles its own errors: what it raises ends with it."""

    def __init__(self) -> None:
        self._lanes: dict[Hashable, deque[Work]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, lane: Hashable, work: Work) -> None:
        """Append work to a lane."""
        waiting = self._lanes.get(lane)
        if waiting is not None:
            waiting.append(work)
            return
        self._lanes[lane] = deque([work])
        task = asyncio.create_task(self._run(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def pending(self) -> int:
        """How much work is waiting or running."""
        return sum(len(w) for w in self._lanes.values())

    async def _run(self, lane: Hashable) -> None:
        waiting = self._lanes[lane]
        try:
            while waiting:
                with contextlib.suppress(Exception):  # handled and told where the work was made
                    await waiting[0]()
                waiting.popleft()
        finally:
            del self._lanes[lane]

    async def drain(self, seconds: float) -> bool:
        """Wait for all work, at most so long, then cancel the rest; True where all of it was done."""
        if not self._tasks:
            return True
        _, left = await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=LAST_S)
        return not left
