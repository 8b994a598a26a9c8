"""Figures for Prometheus, on a local port where one is set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server


class Used(Protocol):
    """What an engine has used since its start, and whether it asks nothing for a while."""

    @property
    def requests(self) -> int: ...

    @property
    def tokens_in(self) -> int: ...

    @property
    def tokens_out(self) -> int: ...

    @property
    def resting(self) -> bool: ...


class Metrics:
    """The process's figures; each has its own registry, so that several bots can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.updates = Counter("parallax_updates", "Updates taken in", ["kind"], registry=self.registry)
        self.answers = Counter("parallax_answers", "Answers given", ["status", "engine"], registry=self.registry)
        self.seconds = Histogram("parallax_answer_seconds", "Work on an update, its turn in the send budget included", registry=self.registry)  # fmt: skip
        self.troubles = Counter("parallax_troubles", "What went wrong", ["what"], registry=self.registry)
        self.waiting = Gauge("parallax_waiting", "Updates waiting or in work", registry=self.registry)

    def watch(self, state: Callable[[], Used]) -> None:
        """Show what an engine has used, and whether it rests."""
        for name, said, read in (
            ("model_requests", "Requests to the model's endpoint", lambda: state().requests),
            ("model_tokens_in", "Tokens sent to the model", lambda: state().tokens_in),
            ("model_tokens_out", "Tokens received from the model", lambda: state().tokens_out),
            ("model_resting", "1 while a failing endpoint is left alone", lambda: state().resting),
        ):
            Gauge(f"parallax_{name}", said, registry=self.registry).set_function(lambda read=read: float(read()))  # type: ignore[misc]

    def serve(self, port: int) -> None:
        """Answer on this machine's own address only. Raises OSError where the port is taken."""
        start_http_server(port, addr="127.0.0.1", registry=self.registry)
