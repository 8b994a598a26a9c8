"""Figures for Prometheus, on a local port where one is set."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server


class Metrics:
    """The process's figures; each has its own registry, so that several bots can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.updates = Counter("parallax_updates", "Updates taken in", ["kind"], registry=self.registry)
        self.answers = Counter("parallax_answers", "Answers given", ["status", "engine"], registry=self.registry)
        self.seconds = Histogram("parallax_answer_seconds", "Work on an update, its turn in the send budget included", registry=self.registry)  # fmt: skip
        self.troubles = Counter("parallax_troubles", "What went wrong", ["what"], registry=self.registry)
        self.waiting = Gauge("parallax_waiting", "Updates waiting or in work", registry=self.registry)

    def serve(self, port: int) -> None:
        """Answer on this machine's own address only. Raises OSError where the port is taken."""
        start_http_server(port, addr="127.0.0.1", registry=self.registry)
