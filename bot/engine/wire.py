"""The wire to a chat model: one request, its retries, its deadline, and the switch that lets a broken endpoint rest.

Whatever goes wrong is an EndpointFailure: the SDK's own retries are off, its timeout is no deadline, a stream without a finish
reason is half an answer, a 200 may hold HTML. One tenacity policy repeats what may pass, with jitter or as Retry-After says, and
never longer than the deadline of the whole.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import httpx2
import openai
from langchain.chat_models import init_chat_model
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from bot.settings import Settings
from index.errors import SettingsError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

TRIES = 2
"""Requests for one completion."""
LONGEST = 100_000
"""Characters of a reply; a longer one is no answer."""
READ_S = 180.0
"""A story is read whole within so long."""
BREAK_AFTER, BREAK_S = 3, 30.0
"""After so many failures in a row nothing is asked for so long."""

Why: TypeAlias = Literal[
    "timeout", "rate", "quota", "key", "model", "server", "network", "empty", "cut", "filtered", "format", "resting"
]
PASSING: frozenset[Why] = frozenset(["rate", "server", "network", "empty", "cut", "format"])
"""What may be over at a second try."""


class EndpointFailure(Exception):
    """The endpoint gave no usable reply; `why` is one word, `after` the seconds it asks to wait."""

    def __init__(self, why: Why, after: float | None = None) -> None:
        super().__init__(why)
        self.why: Why = why
        self.after = after


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole reply, and what it cost in tokens where the endpoint says so (0 where it does not)."""

    text: str
    tokens_in: int
    tokens_out: int


@dataclass(slots=True)
class Usage:
    """What was used since the start: requests sent, completions received, tokens."""

    requests: int = 0
    completions: int = 0
    tokens_in: int = 0
    tokens_out: int = 0


def _silent(text: str) -> None:
    """Nobody watches."""


@dataclass(slots=True)
class Wire:
    """A chat model behind its retry policy, deadline and breaker. `clock` gives seconds that only grow."""

    model: BaseChatModel
    name: str
    deadline_s: float
    clock: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = random.random
    usage: Usage = field(default_factory=Usage)
    _failures: int = 0
    _rests_until: float = 0.0

    @property
    def resting(self) -> bool:
        """Whether nothing is asked for the time being."""
        return self.clock() < self._rests_until

    async def complete(
        self, system: str, user: str, tell: Callable[[str], None] = _silent, within: float | None = None
    ) -> Completion:
        """One completion; `tell` gets the text so far. `within` takes the deadline's place. Raises EndpointFailure."""
        if self.resting:
            raise EndpointFailure("resting")
        seconds = self.deadline_s if within is None else within
        ends = self.clock() + seconds
        try:
            async with asyncio.timeout(max(seconds, 0.0)):
                found = await self._insist([("system", system), ("human", user)], tell, ends)
        except TimeoutError:
            self._failed()
            raise EndpointFailure("timeout") from None
        except EndpointFailure:
            self._failed()
            raise
        self._failures = 0
        self.usage.completions += 1
        return found

    def _failed(self) -> None:
        self._failures += 1
        if self._failures >= BREAK_AFTER:
            self._rests_until = self.clock() + BREAK_S
            self._failures = 0

    async def _insist(
        self, messages: Sequence[tuple[str, str]], tell: Callable[[str], None], ends: float
    ) -> Completion:
        def again(problem: BaseException) -> bool:
            if not isinstance(problem, EndpointFailure) or problem.why not in PASSING:
                return False
            return self.clock() + (problem.after or 0.0) < ends

        def pause(state: RetryCallState) -> float:
            problem = state.outcome.exception() if state.outcome else None
            after = problem.after if isinstance(problem, EndpointFailure) else None
            return after if after is not None else 0.3 + self.jitter()

        policy = AsyncRetrying(
            stop=stop_after_attempt(TRIES), retry=retry_if_exception(again), wait=pause, reraise=True
        )
        async for attempt in policy:
            with attempt:
                return await self._once(messages, tell)
        raise EndpointFailure("network")  # tenacity ends its loop with a result or an error

    async def _once(self, messages: Sequence[tuple[str, str]], tell: Callable[[str], None]) -> Completion:
        """One request, read to its end."""
        self.usage.requests += 1
        parts: list[str] = []
        length, finish, tokens_in, tokens_out = 0, "", 0, 0
        try:
            async for chunk in self.model.astream(list(messages)):
                text = chunk.text if isinstance(chunk.text, str) else ""
                length += len(text)
                if length > LONGEST:
                    raise EndpointFailure("format")
                if text:
                    parts.append(text)
                    tell("".join(parts))
                finish = str(chunk.response_metadata.get("finish_reason") or finish)
                usage = getattr(chunk, "usage_metadata", None)
                if usage:
                    tokens_in, tokens_out = tokens_in + usage["input_tokens"], tokens_out + usage["output_tokens"]
        except (EndpointFailure, asyncio.CancelledError):
            raise
        except Exception as problem:  # HTML, null choices, a cut body: the SDKs raise whatever their parsing meets
            raise _failure(problem) from problem
        self.usage.tokens_in += tokens_in
        self.usage.tokens_out += tokens_out
        if finish == "content_filter":
            raise EndpointFailure("filtered")
        if not finish or finish == "length":
            raise EndpointFailure("cut" if parts else "empty")
        if not "".join(parts).strip():
            raise EndpointFailure("empty")
        return Completion("".join(parts), tokens_in, tokens_out)


def _failure(problem: Exception) -> EndpointFailure:
    """An SDK's exception as what it means. Its text is not kept: it may quote a key or a source."""
    if isinstance(problem, openai.APITimeoutError):
        return EndpointFailure("timeout")
    if isinstance(problem, openai.APIConnectionError):
        return EndpointFailure("network")
    if isinstance(problem, openai.APIStatusError):
        status, code = problem.status_code, str(problem.code or "")
        if status == 429:
            return (
                EndpointFailure("quota")
                if code == "insufficient_quota"
                else EndpointFailure("rate", _retry_after(problem))
            )
        if status in (401, 403):
            return EndpointFailure("key")
        if status in (400, 404, 422):
            return EndpointFailure("model")
        return EndpointFailure("server", _retry_after(problem))
    if isinstance(problem, openai.APIError):
        return EndpointFailure("server")
    return EndpointFailure("format")


def _retry_after(problem: openai.APIStatusError) -> float | None:
    try:
        return max(0.0, float(problem.response.headers.get("retry-after", "")))
    except ValueError:
        return None


def open_wire(settings: Settings) -> Wire:
    """The wire that the settings name. Raises SettingsError where the model cannot be set up, as without a key."""
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    name = settings.model
    more: dict[str, Any] = {}
    if name.startswith("openai:"):
        if not key:
            raise SettingsError(
                f"PARALLAX_MODEL is {name!r}, but OPENAI_API_KEY is not set; set it, or unset PARALLAX_MODEL"
            )
        # a connection is not kept: a client that outlives its event loop would hand out dead ones
        client = openai.DefaultAsyncHttpxClient(limits=httpx2.Limits(max_keepalive_connections=0))
        address = settings.openai_base_url or None
        more = {"api_key": key, "base_url": address, "stream_usage": True, "http_async_client": client}
    try:
        model = init_chat_model(
            name, max_retries=0, timeout=max(settings.parallax_deadline_s, READ_S), temperature=0, **more
        )
    except Exception as problem:  # each provider's package has its own way to refuse
        raise SettingsError(
            f"PARALLAX_MODEL {name!r} cannot be used ({type(problem).__name__}); write it as in openai:gpt-4.1-mini, and install its package"
        ) from None
    return Wire(model, name, settings.parallax_deadline_s)
