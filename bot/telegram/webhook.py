"""A webhook: Telegram brings the updates. One is confirmed by the answer 200, which is given once it is taken in."""

from __future__ import annotations

import asyncio
import hmac
import json

import structlog
from aiohttp import web

from bot.telegram.intake import Intake
from bot.telegram.logs import places
from index.errors import ParallaxError

LARGEST = 1_000_000
"""Bytes of a request; an update has a few thousand."""
HEADER = "X-Telegram-Bot-Api-Secret-Token"
log = structlog.get_logger(__name__)


class Webhook:
    """Listens for Telegram on every path; whoever does not know the secret is told nothing."""

    def __init__(self, intake: Intake, secret: str) -> None:
        self._intake = intake
        self._secret = secret.encode()
        self._order = asyncio.Lock()
        self._runner: web.AppRunner | None = None

    async def start(self, port: int, host: str = "0.0.0.0") -> int:  # noqa: S104  # a proxy stands before it
        """Listen; returns the port. Raises OSError where it is taken."""
        app = web.Application(client_max_size=LARGEST)
        app.router.add_post("/{path:.*}", self._take)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        if not hmac.compare_digest(request.headers.get(HEADER, "").encode(), self._secret):
            return web.Response(status=403)
        if (request.content_length or 0) > LARGEST:
            return web.Response(status=413)
        try:
            update = json.loads(await request.read())
        except (ValueError, UnicodeDecodeError):
            return web.Response(status=400)
        if not isinstance(update, dict):
            return web.Response(status=400)
        try:
            async with self._order:
                await self._intake.take([update])
        except ParallaxError as problem:
            log.warning("taking in failed", where=places(problem))
            return web.Response(status=503)
        return web.Response()
