"""An event loop whose clock jumps over idle time, so that an hour of Telegram passes in seconds. Sockets and threads are real."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any

GRACE_S = 0.001
"""Real time in which something on its way through the machine may still arrive before the clock jumps."""
STUCK_S = 60.0


class _Jumping(selectors.DefaultSelector):
    """Waits for what is really going on, and jumps over the rest."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return super().select(0)
        found = super().select(GRACE_S)
        if found:
            return found
        if self.loop.jobs:
            return super().select(0.02)
        if timeout is None:
            return super().select(STUCK_S)
        self.loop.jump(timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop with its own clock, which starts at 0."""

    def __init__(self) -> None:
        selector = _Jumping()
        selector.loop = self
        self.jobs = 0
        self._now = 0.0
        super().__init__(selector)

    def time(self) -> float:
        return self._now

    def jump(self, seconds: float) -> None:
        self._now += seconds

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:  # type: ignore[override]  # any of them
        self.jobs += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._job_done)
        return future

    async def shutdown_default_executor(self, *args: Any) -> None:
        """Threads end in real time, which must not be jumped over."""
        self.jobs += 1
        try:
            await super().shutdown_default_executor(*args)
        finally:
            self.jobs -= 1

    def _job_done(self, _future: object) -> None:
        self.jobs -= 1


def play(scenario: Coroutine[Any, Any, None]) -> None:
    """Run a scenario on a clock that jumps."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(scenario)
