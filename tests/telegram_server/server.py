"""A strict Bot API server over real HTTP: it answers as Telegram does, refuses what Telegram refuses, and breaks on demand."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from tests.telegram_server.checks import Refused, keyboard_is_good, links_of, text_is_good

TOKEN = "123456789:AAtesttokentesttokentesttokentest12"  # noqa: S105  # of this server alone
ME = {
    "id": 777000111, "is_bot": True, "first_name": "Parallax", "username": "parallax_test_bot",
    "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True,
}  # fmt: skip
Json = dict[str, Any]
REACTIONS = {"👀", "👍", "👎", "🤷", "🙏", "🙊", "🤔"}
MESSAGES = {"sendmessage", "editmessagetext", "editmessagereplymarkup", "sendmessagedraft"}
LIGHT = {"sendchataction", "setmessagereaction"}
ON_ITS_WAY_S = 0.05
"""Real time in which a call that crossed the refusal of another one may still arrive."""


@dataclass
class Call:
    """One request of the bot: when it came on the loop's clock, what it was, and how it ended."""

    at: float
    method: str
    params: Json
    error: int = 0


@dataclass
class Fault:
    """What happens to the next calls of a method instead of what should."""

    method: str
    kind: str
    times: int = 1
    value: float = 0.0
    chat_id: int | None = None


@dataclass
class Chat:
    """A chat as the server knows it."""

    id: int
    type: str
    title: str = ""
    forum: bool = False
    threads: set[int] = field(default_factory=set)
    admins: set[int] = field(default_factory=set)
    state: str = "member"
    migrated_to: int | None = None

    def json(self) -> Json:
        found: Json = {"id": self.id, "type": self.type}
        if self.type == "private":
            return found | {"first_name": self.title}
        return found | {"title": self.title} | ({"is_forum": True} if self.forum else {})


class TelegramServer:
    """The server; use it as an async context. `epoch` is what its clock shows when the loop's shows 0."""

    def __init__(self, epoch: float = 1_800_000_000.0, latency: float = 0.0, limits: bool = False) -> None:
        self.epoch, self.latency, self.limits = epoch, latency, limits
        self.chats: dict[int, Chat] = {}
        self.messages: dict[tuple[int, int], Json] = {}
        self.order: list[Json] = []
        """Messages of the bot, in the order of sending."""
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.drafts: dict[tuple[int, int], list[str]] = defaultdict(list)
        self.previews: list[Json] = []
        """Texts with entities that the bot showed in other ways than a message: drafts, inline and guest results."""
        self.reactions: dict[tuple[int, int], list[str]] = {}
        self.commands: dict[str, list[Json]] = {}
        self.presses: dict[str, Json | None] = {}
        self.inline: dict[str, Json | None] = {}
        self.guests: dict[str, Json | None] = {}
        self.webhook: Json = {}
        self.refused: list[str] = []
        self.over_limit: list[str] = []
        self.blocked_until: dict[int, float] = {}
        self._refusals: dict[int, tuple[str, float]] = {}
        """The method last refused with a 429 in each chat, and when, on the machine's clock."""
        self.confirmed = 0
        self.served: dict[int, float] = {}
        """When each update was first handed over, on the loop's clock."""
        self.arrivals: list[tuple[float, int]] = []
        """When each message of the bot arrived, and in which chat."""
        self.all_updates: list[Json] = []
        self._updates: dict[int, Json] = {}
        self._next_update, self._next_message = 1000, 1
        self._polling = 0
        self._news = asyncio.Event()
        self._sent: dict[int, deque[float]] = defaultdict(deque)
        self._all: deque[float] = deque()
        self._minute: dict[int, deque[float]] = defaultdict(deque)
        self._runner: web.AppRunner | None = None
        self.url = ""

    # --- life

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, keepalive_timeout=1e9)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    def now(self) -> float:
        """The server's time, seconds since 1970."""
        return self.epoch + asyncio.get_running_loop().time()

    def fault(self, method: str, kind: str, times: int = 1, value: float = 0.0, chat_id: int | None = None) -> None:
        """Break the next calls of a method: "429", "500", "html", "late" (done, but answered after `value` s), "cut", "refuse:TEXT"."""
        self.faults.append(Fault(method.lower(), kind, times, value, chat_id))

    # --- updates

    def update(self, **content: Json) -> int:
        """Put an update in the queue."""
        number = self._next_update
        self._next_update += 1
        self.raw_update({"update_id": number, **content})
        return number

    def raw_update(self, update: Json) -> None:
        """Put an update in the queue as it is."""
        self._updates[int(update["update_id"])] = update
        self.all_updates.append(update)
        self._news.set()

    def new_message_id(self) -> int:
        self._next_message += 1
        return self._next_message

    @property
    def waiting(self) -> int:
        """Updates that the bot has not confirmed."""
        return len(self._updates)

    # --- the wire

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].lower()
        if request.match_info["token"] != TOKEN:
            return self._error(401, "Unauthorized")
        params = {k: v if k == "text" else _value(v) for k, v in (await request.post()).items() if isinstance(v, str)}
        call = Call(asyncio.get_running_loop().time(), method, params)
        self.calls.append(call)
        handler: Callable[[Json], Awaitable[Any]] | None = getattr(self, f"_on_{method}", None)
        if handler is None:
            return self._error(404, "Not Found")
        if self.latency and method != "getupdates":
            await asyncio.sleep(self.latency / 2)
        fault = self._fault(method, params)
        try:
            if fault and fault.kind not in ("late", "cut"):
                return self._broken(fault, params)
            self._check_limits(call)
            result = await handler(params)
        except Refused as problem:
            call.error = problem.code
            if method != "getupdates":
                self.refused.append(f"{method}: {problem.said}")
            return self._error(problem.code, problem.said, problem.parameters)
        if fault and fault.kind == "late":
            await asyncio.sleep(fault.value)
        if fault and fault.kind == "cut" and request.transport:
            request.transport.close()
        if self.latency and method != "getupdates":
            await asyncio.sleep(self.latency / 2)
        return web.json_response({"ok": True, "result": result})

    @staticmethod
    def _error(code: int, said: str, parameters: Json | None = None) -> web.Response:
        body: Json = {"ok": False, "error_code": code, "description": said}
        if parameters:
            body["parameters"] = parameters
        return web.json_response(body, status=code)

    def _fault(self, method: str, params: Json) -> Fault | None:
        for fault in self.faults:
            if fault.method in (method, "*") and fault.chat_id in (None, params.get("chat_id")):
                if method == "getupdates" and fault.method == "*":
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    def _broken(self, fault: Fault, params: Json) -> web.Response:
        if fault.kind == "429":
            if isinstance(params.get("chat_id"), int):
                self.blocked_until[params["chat_id"]] = asyncio.get_running_loop().time() + fault.value
                self._refusals[params["chat_id"]] = fault.method, time.monotonic()
            said = f"Too Many Requests: retry after {int(fault.value)}"
            return self._error(429, said, {"retry_after": int(fault.value)})
        if fault.kind == "html":
            return web.Response(text="<html><body>502 Bad Gateway</body></html>", content_type="text/html", status=502)
        if fault.kind == "html200":
            return web.Response(text="<html>hello</html>", content_type="text/html")
        if fault.kind.startswith("refuse:"):
            return self._error(400, "Bad Request: " + fault.kind.removeprefix("refuse:"))
        return self._error(500, "Internal Server Error")

    def _check_limits(self, call: Call) -> None:
        """Telegram's limits: a message a second to a chat, twenty calls a minute to a group, thirty a second in all."""
        chat, now = call.params.get("chat_id"), call.at
        if not isinstance(chat, int) or call.method not in MESSAGES | LIGHT:
            return
        if now < self.blocked_until.get(chat, 0.0) and not self._on_its_way(call, chat):
            self.over_limit.append(f"{call.method} to {chat} inside a retry_after")
        if not self.limits:
            return
        windows = [(self._all, 1.0, 30, "all")]
        if call.method in MESSAGES:
            windows.append((self._sent[chat], 1.0, 1, "chat"))
        if chat < 0:
            windows.append((self._minute[chat], 60.0, 20, "group"))
        for times, seconds, most, name in windows:
            while times and times[0] <= now - seconds:
                times.popleft()
            if len(times) >= most:
                self.over_limit.append(f"{call.method} to {chat}: {name} limit")
                self.blocked_until[chat] = now + 5
                raise Refused(429, "Too Many Requests: retry after 5", retry_after=5)
        for times, *_ in windows:
            times.append(now)

    def _on_its_way(self, call: Call, chat: int) -> bool:
        """Whether another call than the refused one may have left the bot before it could hear of the refusal."""
        method, at = self._refusals.get(chat, ("", 0.0))
        return call.method != method and time.monotonic() - at < ON_ITS_WAY_S

    # --- methods

    async def _on_getme(self, _params: Json) -> Json:
        return ME

    async def _on_getupdates(self, params: Json) -> list[Json]:
        if self._polling or self.webhook:
            raise Refused(
                409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            )
        offset = int(params.get("offset") or 0)
        for number in [n for n in self._updates if n < offset]:
            del self._updates[number]
        self.confirmed = max(self.confirmed, offset)
        self._polling += 1
        try:
            deadline = asyncio.get_running_loop().time() + float(params.get("timeout") or 0)
            while not self._updates:
                self._news.clear()
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    return []
                try:
                    await asyncio.wait_for(self._news.wait(), left)
                except TimeoutError:
                    return []
            allowed = params.get("allowed_updates") or []
            found = [self._updates[n] for n in sorted(self._updates)][: int(params.get("limit") or 100)]
            for u in found:
                self.served.setdefault(u["update_id"], asyncio.get_running_loop().time())
            return [u for u in found if not allowed or len(u) < 2 or any(k in allowed or k.startswith("x_") for k in u)]
        finally:
            self._polling -= 1

    def _chat(self, params: Json) -> Chat:
        chat = self.chats.get(params.get("chat_id", 0))
        if chat is None:
            raise Refused(400, "Bad Request: chat not found")
        if chat.migrated_to:
            raise Refused(
                400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to
            )
        if chat.state == "blocked":
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if chat.state == "kicked":
            raise Refused(403, "Forbidden: bot was kicked from the group chat")
        return chat

    def _thread(self, chat: Chat, params: Json) -> int:
        thread = params.get("message_thread_id") or 0
        if thread and (not chat.forum or thread not in chat.threads):
            raise Refused(400, "Bad Request: message thread not found")
        return int(thread)

    async def _on_sendmessage(self, params: Json) -> Json:
        chat = self._chat(params)
        thread = self._thread(chat, params)
        entities = params.get("entities") or []
        text = text_is_good(params.get("text"), entities)
        keyboard_is_good(params.get("reply_markup"))
        if params.get("parse_mode"):
            raise Refused(400, "Bad Request: this server takes entities only")
        if not (params.get("link_preview_options") or {}).get("is_disabled"):
            raise Refused(400, "Bad Request: a preview would be made")
        reply = params.get("reply_parameters") or {}
        target = self.messages.get((chat.id, reply.get("message_id", 0)))
        if reply and target is None and not reply.get("allow_sending_without_reply"):
            raise Refused(400, "Bad Request: message to be replied not found")
        message: Json = {
            "message_id": self.new_message_id(), "date": int(self.now()), "chat": chat.json(), "from": ME, "text": text, "entities": entities,
        }  # fmt: skip
        if thread:
            message |= {"message_thread_id": thread, "is_topic_message": True}
        if target:
            message["reply_to_message"] = {k: v for k, v in target.items() if k != "reply_to_message"}
        if params.get("reply_markup"):
            message["reply_markup"] = params["reply_markup"]
        self.messages[chat.id, message["message_id"]] = message
        self.order.append(message)
        self.arrivals.append((asyncio.get_running_loop().time(), chat.id))
        return message

    async def _on_editmessagetext(self, params: Json) -> Json:
        message = self._own(params)
        entities = params.get("entities") or []
        text = text_is_good(params.get("text"), entities)
        keyboard_is_good(params.get("reply_markup"))
        if not (params.get("link_preview_options") or {}).get("is_disabled"):
            raise Refused(400, "Bad Request: a preview would be made")
        if (message["text"], message["entities"], message.get("reply_markup")) == (
            text,
            entities,
            params.get("reply_markup"),
        ):
            raise Refused(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the same",
            )
        message |= {
            "text": text,
            "entities": entities,
            "edit_date": int(self.now()),
            "reply_markup": params.get("reply_markup"),
        }
        return message

    async def _on_editmessagereplymarkup(self, params: Json) -> Json:
        message = self._own(params)
        keyboard_is_good(params.get("reply_markup"))
        if message.get("reply_markup") == params.get("reply_markup"):
            raise Refused(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the same",
            )
        message["reply_markup"] = params.get("reply_markup")
        return message

    def _own(self, params: Json) -> Json:
        chat = self._chat(params)
        message = self.messages.get((chat.id, params.get("message_id", 0)))
        if message is None:
            raise Refused(400, "Bad Request: message to edit not found")
        if message["from"]["id"] != ME["id"]:
            raise Refused(400, "Bad Request: message can't be edited")
        return message

    async def _on_sendmessagedraft(self, params: Json) -> bool:
        chat = self._chat(params)
        if chat.type != "private":
            raise Refused(400, "Bad Request: drafts can be sent to private chats only")
        if not params.get("draft_id"):
            raise Refused(400, "Bad Request: draft_id must be non-zero")
        text_is_good(params.get("text"), params.get("entities") or [])
        self.drafts[chat.id, params["draft_id"]].append(params["text"])
        self.previews.append({"text": params["text"], "entities": params.get("entities") or []})
        return True

    async def _on_sendchataction(self, params: Json) -> bool:
        self._thread(self._chat(params), params)
        return True

    async def _on_setmessagereaction(self, params: Json) -> bool:
        chat = self._chat(params)
        if (chat.id, params.get("message_id")) not in self.messages:
            raise Refused(400, "Bad Request: message to react not found")
        wanted = [r.get("emoji") for r in params.get("reaction") or []]
        if len(wanted) > 1 or not set(wanted) <= REACTIONS:
            raise Refused(400, "Bad Request: REACTION_INVALID")
        self.reactions[chat.id, params["message_id"]] = wanted
        return True

    async def _on_deletemessage(self, params: Json) -> bool:
        message = self._own(params)
        del self.messages[message["chat"]["id"], message["message_id"]]
        self.order.remove(message)
        return True

    async def _on_answercallbackquery(self, params: Json) -> bool:
        return self._once(
            self.presses,
            params,
            "callback_query_id",
            "query is too old and response timeout expired or query ID is invalid",
        )

    async def _on_answerinlinequery(self, params: Json) -> bool:
        results = params.get("results") or []
        if len(results) > 50 or len({r["id"] for r in results}) < len(results):
            raise Refused(400, "Bad Request: RESULTS_TOO_MUCH")
        for result in results:
            self._result_is_good(result)
        return self._once(
            self.inline,
            params,
            "inline_query_id",
            "query is too old and response timeout expired or query ID is invalid",
        )

    async def _on_answerguestquery(self, params: Json) -> Json:
        self._result_is_good(params.get("result") or {})
        self._once(self.guests, params, "guest_query_id", "guest query ID is invalid")
        return {"inline_message_id": "guest1"}

    def _result_is_good(self, result: Json) -> None:
        if not 1 <= len(str(result.get("id", "")).encode()) <= 64 or not result.get("title"):
            raise Refused(400, "Bad Request: RESULT_ID_INVALID")
        content = result.get("input_message_content") or {}
        text_is_good(content.get("message_text"), content.get("entities") or [])
        self.previews.append({"text": content["message_text"], "entities": content.get("entities") or []})
        if not (content.get("link_preview_options") or {}).get("is_disabled"):
            raise Refused(400, "Bad Request: a preview would be made")

    @staticmethod
    def _once(table: dict[str, Json | None], params: Json, name: str, said: str) -> bool:
        key = str(params.get(name))
        if key not in table or table[key] is not None:
            raise Refused(400, f"Bad Request: {said}")
        table[key] = params
        return True

    async def _on_getchatmember(self, params: Json) -> Json:
        chat, user = self._chat(params), params["user_id"]
        status = "administrator" if user in chat.admins else "member"
        found: Json = {"status": status, "user": {"id": user, "is_bot": user == ME["id"], "first_name": "X"}}
        if status == "administrator":
            rights = ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
                      "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories")  # fmt: skip
            found |= dict.fromkeys(rights, False)
        return found

    async def _on_getchat(self, params: Json) -> Json:
        return self._chat(params).json() | {"accent_color_id": 1, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False)}  # fmt: skip

    async def _on_setmycommands(self, params: Json) -> bool:
        for c in params["commands"]:
            if not 1 <= len(c["description"]) <= 256 or not c["command"].islower():
                raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
        scope = params.get("scope") or {"type": "default"}
        if scope["type"] == "chat" and scope["chat_id"] not in self.chats:
            raise Refused(400, "Bad Request: chat not found")
        self.commands[f"{scope['type']}:{params.get('language_code') or ''}"] = params["commands"]
        return True

    async def _on_setwebhook(self, params: Json) -> bool:
        self.webhook = params if params.get("url") else {}
        return True

    async def _on_deletewebhook(self, _params: Json) -> bool:
        self.webhook = {}
        return True

    # --- what tests look at

    def sent_to(self, chat_id: int) -> list[Json]:
        """The bot's messages in a chat, in order, as they are now."""
        return [m for m in self.order if m["chat"]["id"] == chat_id]

    def asked_by(self, user_id: int) -> list[int]:
        """The numbers of the updates in which somebody wrote a message, in order."""
        return [u["update_id"] for u in self.all_updates if u.get("message", {}).get("from", {}).get("id") == user_id]

    def count(self, method: str, chat_id: int | None = None) -> int:
        """How often a method was called."""
        return sum(c.method == method.lower() and chat_id in (None, c.params.get("chat_id")) for c in self.calls)

    def foreign_links(self, own: tuple[str, ...] = ("https://t.me/parallax_test_bot",)) -> list[str]:
        """Links in the bot's messages that lead elsewhere."""
        return [
            u
            for m in (*self.order, *self.previews)
            for u in links_of(m["text"], m["entities"])
            if not u.startswith(own)
        ]


def _value(text: str) -> Any:
    """A parameter as the value that was sent: JSON, a number, or a string."""
    if text[:1] in "[{" or text in ("true", "false"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    try:
        return int(text) if text.lstrip("-").isdecimal() and len(text) < 19 else text
    except ValueError:
        return text
