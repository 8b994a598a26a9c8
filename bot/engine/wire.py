"""The wire to a chat model: one request, its retries, its deadline, and the switch that lets a broken endpoint rest.

Whatever goes wrong is an EndpointFailure: the SDK's own retries are off, its timeout is no deadline, a stream without a finish
reason is half an answer, a 200 may hold HTML. One tenacity policy repeats what may pass, with jitter or as Retry-After says, and
never longer than the deadline of the whole. A request that was answered before is not sent again, and none is sent that the day's
account has no room for.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

import httpx2
import openai
from langchain.chat_models import init_chat_model
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from bot.records.usage import Hold, Usage
from bot.settings import Settings
from bot.types import NOBODY, Asker
from index.errors import HomeProblem, SettingsError
from index.replies import Replies

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

RECENT, RECENT_S = 256, 3600.0
"""So many answers are kept in memory, for so long."""
T = TypeVar("T")
TRIES = 2
"""Requests for one completion."""
CHARACTERS_A_TOKEN = 4
"""How long a token is where the endpoint does not count."""
LONGEST = 100_000
"""Characters of a reply; a longer one is no answer."""
READ_S = 180.0
"""A story is read whole within so long."""
BREAK_AFTER, BREAK_S = 3, 30.0
"""After so many failures in a row nothing is asked for so long."""

Why: TypeAlias = Literal[
    "timeout",
    "rate",
    "quota",
    "key",
    "model",
    "server",
    "network",
    "empty",
    "cut",
    "filtered",
    "format",
    "resting",
    "budget",
]
Keeping: TypeAlias = Literal["library", "memory", "nowhere"]
PASSING: frozenset[Why] = frozenset(["rate", "server", "network", "empty", "cut", "format"])
"""What may be over at a second try."""


class EndpointFailure(Exception):
    """The endpoint gave no usable reply; `why` is one word, `after` the seconds it asks to wait."""

    def __init__(self, why: Why, after: float | None = None) -> None:
        super().__init__(why)
        self.why: Why = why
        self.after = after


class Unusable(Exception):
    """A reply that is whole and is not what was asked for."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a model is asked: its two messages, the prompt they were made with, who asks, and how many tokens the reply may take.

    The reply to one that holds nobody's words is kept in the library; to a question, in memory for a while; to one that is
    `private`, nowhere.
    """

    system: str
    user: str
    prompt: str = ""
    asker: Asker = NOBODY
    room: int = 800
    kept: Keeping = "nowhere"

    @property
    def tokens(self) -> int:
        """About how many tokens it has, rather too many than too few."""
        return len((self.system + self.user).encode()) // 3 + 16


@dataclass(slots=True)
class Tally:
    """Requests sent, completions received (a kept reply is none), tokens as the endpoint counts them, else by length."""

    requests: int = 0
    completions: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    def add(self, other: Tally) -> None:
        """Add another one's figures to these."""
        self.requests += other.requests
        self.completions += other.completions
        self.tokens_in += other.tokens_in
        self.tokens_out += other.tokens_out


def _silent(text: str) -> None:
    """Nobody watches."""


@dataclass(slots=True)
class Wire:
    """A chat model behind its retry policy, deadline, breaker, account and kept replies. `clock` gives seconds that only grow."""

    model: BaseChatModel
    name: str
    deadline_s: float
    account: Usage | None = None
    replies: Replies | None = None
    clock: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = random.random
    used: Tally = field(default_factory=Tally)
    _recent: dict[str, tuple[float, str]] = field(default_factory=dict)
    _failures: int = 0
    _rests_until: float = 0.0

    @property
    def resting(self) -> bool:
        """Whether nothing is asked for the time being."""
        return self.clock() < self._rests_until

    async def complete(
        self,
        request: Request,
        take: Callable[[str], T],
        tell: Callable[[str], None] = _silent,
        within: float | None = None,
    ) -> T:
        """What `take` makes of one completion; it raises Unusable for a reply that is no good. `tell` gets the text so far, `within`
        takes the deadline's place. Raises EndpointFailure."""
        digest = Replies.digest(self.name, request.system, request.user)
        before = await self._before(request, digest)
        if before is not None:
            with contextlib.suppress(Unusable):
                return take(before)
        if self.resting:
            raise EndpointFailure("resting")
        text, taken = await self._in_time(request, take, tell, self.deadline_s if within is None else within)
        if request.kept == "memory":
            self._recent[digest] = (self.clock(), text)
            while len(self._recent) > RECENT:
                self._recent.pop(next(iter(self._recent)))
        elif request.kept == "library" and self.replies is not None:
            with contextlib.suppress(HomeProblem):  # the reply is here all the same
                await asyncio.to_thread(self.replies.keep, digest, self.name, request.prompt, text)
        return taken

    async def _before(self, request: Request, digest: str) -> str | None:
        """The reply that the same request had, None where it is not kept."""
        text: str | None = None
        if request.kept == "memory":
            at, text = self._recent.get(digest, (0.0, None))
            text = text if self.clock() - at < RECENT_S else None
        elif request.kept == "library" and self.replies is not None:
            with contextlib.suppress(HomeProblem):
                text = await asyncio.to_thread(self.replies.find, digest)
        return text

    async def _in_time(
        self, request: Request, take: Callable[[str], T], tell: Callable[[str], None], seconds: float
    ) -> tuple[str, T]:
        """A usable reply before the deadline and what was taken from it, with the breaker told how it went."""
        ends = self.clock() + seconds
        try:
            async with asyncio.timeout(max(seconds, 0.0)):
                found = await self._insist(request, take, tell, ends)
        except TimeoutError:
            await self._failed("timeout")
            raise EndpointFailure("timeout") from None
        except EndpointFailure as problem:
            if problem.why != "budget":  # no fault of the endpoint's
                await self._failed(problem.why)
            raise
        self._failures = 0
        self.used.completions += 1
        return found

    async def _failed(self, why: Why) -> None:
        self._failures += 1
        if self._failures >= BREAK_AFTER:
            self._rests_until = self.clock() + BREAK_S
            self._failures = 0
            if self.account is not None:
                with contextlib.suppress(HomeProblem):
                    await asyncio.to_thread(self.account.rest, self.name, BREAK_S, why)

    async def _insist(
        self, request: Request, take: Callable[[str], T], tell: Callable[[str], None], ends: float
    ) -> tuple[str, T]:
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
                text = await self._accounted(request, tell)
                try:
                    return text, take(text)
                except Unusable:
                    raise EndpointFailure("format") from None
        raise EndpointFailure("network")  # tenacity ends its loop with a result or an error

    async def _accounted(self, request: Request, tell: Callable[[str], None]) -> str:
        """One request, held for before it is sent where there is a limit, and charged for however it ends."""
        held = await self._held(request) if self.account is not None else None
        tally = Tally(requests=1)
        try:
            return await self._once(request, tell, tally)
        finally:
            self.used.add(tally)
            if held is not None:
                await asyncio.shield(self._charge(held, tally))

    async def _held(self, request: Request) -> Hold | None:
        """Room for a request in the day's account. Raises EndpointFailure where there is none, or where a limited account cannot be read."""
        account, who = self.account, request.asker
        assert account is not None  # noqa: S101 - the caller's promise
        holding = asyncio.ensure_future(
            asyncio.to_thread(account.hold, who.chat_id, who.user_id, request.tokens, request.room)
        )
        try:
            held = await asyncio.shield(holding)
        except asyncio.CancelledError:
            with contextlib.suppress(HomeProblem):
                late = await holding
                if late is not None:
                    await self._charge(late, Tally())
            raise
        except HomeProblem:
            if account.limits.any:
                raise EndpointFailure("budget") from None
            return None
        if held is None:
            raise EndpointFailure("budget")
        return held

    async def _charge(self, held: Hold, tally: Tally) -> None:
        """Charge the account. What the library cannot take now stays held until the hold is given up."""
        if self.account is not None:
            with contextlib.suppress(HomeProblem):
                await asyncio.to_thread(self.account.charge, held, tally.requests, tally.tokens_in, tally.tokens_out)

    async def _once(self, request: Request, tell: Callable[[str], None], tally: Tally) -> str:
        """One request, read to its end."""
        parts: list[str] = []
        length, finish, tokens_in, tokens_out = 0, "", 0, 0
        try:
            limited = self.account is not None and self.account.limits.any
            most: dict[str, Any] = {"max_tokens": request.room} if limited else {}
            async for chunk in self.model.astream([("system", request.system), ("human", request.user)], **most):
                text = chunk.text if isinstance(chunk.text, str) else ""
                length += len(text)
                if length > LONGEST:
                    raise EndpointFailure("format")
                if text:
                    parts.append(text)
                    tell("".join(parts))
                finish = str(chunk.response_metadata.get("finish_reason") or finish)
                counted = getattr(chunk, "usage_metadata", None)
                if counted:
                    tokens_in, tokens_out = tokens_in + counted["input_tokens"], tokens_out + counted["output_tokens"]
        except (EndpointFailure, asyncio.CancelledError):
            raise
        except Exception as problem:  # HTML, null choices, a cut body: the SDKs raise whatever their parsing meets
            raise _failure(problem) from problem
        finally:
            if parts or tokens_in:  # what came was paid for, whether it was used or not
                tally.tokens_in += tokens_in or (len(request.system) + len(request.user)) // CHARACTERS_A_TOKEN
                tally.tokens_out += tokens_out or length // CHARACTERS_A_TOKEN
        if finish == "content_filter":
            raise EndpointFailure("filtered")
        if not finish or finish == "length":
            raise EndpointFailure("cut" if parts else "empty")
        if not "".join(parts).strip():
            raise EndpointFailure("empty")
        return "".join(parts)


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


def open_wire(settings: Settings, account: Usage | None = None, replies: Replies | None = None) -> Wire:
    """The wire that the settings name, with the account it charges and the replies it keeps. Raises SettingsError where the model cannot be set up, as without a key."""
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
    return Wire(model, name, settings.parallax_deadline_s, account, replies)
