"""An OpenAI-compatible endpoint over real HTTP, whose replies are scripted and which breaks on demand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web

KEY = "sk-test-key-of-this-server-alone"
Json = dict[str, Any]
Script = Callable[[Json], str]


class ModelServer:
    """Serves /v1/chat/completions; `script` writes a reply from a request, `faults` come before it, one a request."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.faults: list[str] = []
        self.requests: list[Json] = []
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=20_000_000)
        app.router.add_post("/v1/chat/completions", self._complete)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, keepalive_timeout=1e9)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(body)
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return _error(401, "invalid_api_key", f"Incorrect API key provided: {KEY}")
        fault = self.faults.pop(0) if self.faults else ""
        return await _broken(fault, request, body) or await self._stream(request, body, self.script(body), fault)

    async def _stream(self, request: web.Request, body: Json, text: str, fault: str) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        pieces = [text[i : i + 20] for i in range(0, len(text), 20)]
        if fault == "huge":
            pieces = ["x" * 10_000] * 100
        for number, piece in enumerate(pieces):
            if fault == "cut" and number == len(pieces) // 2:
                if request.transport:
                    request.transport.close()
                return response
            if fault == "error_event" and number == len(pieces) // 2:
                await response.write(b'data: {"error": {"message": "overloaded", "type": "server_error"}}\n\n')
                return response
            if fault == "drip":
                await asyncio.sleep(0.3)
            await response.write(_event({"delta": {"content": piece}}))
        finish = {"no_finish": None, "length": "length", "filtered": "content_filter"}.get(fault, "stop")
        if finish:
            await response.write(_event({"delta": {}, "finish_reason": finish}))
        prompt = sum(len(str(m.get("content", ""))) for m in body["messages"]) // 4
        usage = {"prompt_tokens": prompt, "completion_tokens": len(text) // 4, "total_tokens": prompt + len(text) // 4}
        await response.write(f"data: {json.dumps({'id': '1', 'object': 'chat.completion.chunk', 'created': 1, 'model': 'm', 'choices': [], 'usage': usage})}\n\n".encode())  # fmt: skip
        await response.write(b"data: [DONE]\n\n")
        return response


def _event(choice: Json) -> bytes:
    chunk = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "finish_reason": None, **choice}],
    }
    return f"data: {json.dumps(chunk)}\n\n".encode()


def _error(status: int, code: str, said: str, **headers: str) -> web.Response:
    return web.json_response({"error": {"message": said, "type": code, "code": code}}, status=status, headers=headers)


async def _broken(fault: str, request: web.Request, body: Json) -> web.StreamResponse | None:
    """The reply that a fault makes, None where it only spoils the stream."""
    if fault == "500":
        return _error(500, "server_error", "boom")
    if fault == "429":
        return _error(429, "rate_limit_exceeded", "slow down", **{"Retry-After": "0"})
    if fault == "429_long":
        return _error(429, "rate_limit_exceeded", "slow down", **{"Retry-After": "3600"})
    if fault == "quota":
        return _error(429, "insufficient_quota", "You exceeded your current quota")
    if fault == "wrong_model":
        return _error(404, "model_not_found", f"The model {body.get('model')} does not exist")
    if fault == "html":
        return web.Response(text="<html><body>Gateway</body></html>", content_type="text/html")
    if fault == "empty":
        return web.Response(text="")
    if fault == "garbage":
        return web.Response(body=b"\x00\xff{{{", content_type="application/json")
    events = {
        "no_choices": b'data: {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": null}\n\ndata: [DONE]\n\n',
        "null_content": _event({"delta": {"content": None}}) + _event({"delta": {}, "finish_reason": "stop"}) + b"data: [DONE]\n\n",
        "empty_text": _event({"delta": {}, "finish_reason": "stop"}) + b"data: [DONE]\n\n",
    }  # fmt: skip
    if fault in events:
        return web.Response(body=events[fault], content_type="text/event-stream")
    if fault in ("hang", "keep_alive"):
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for _ in range(6000):
            await asyncio.sleep(0.05)
            if fault == "keep_alive":
                await response.write(b": keep-alive\n\n")
        return response
    return None
