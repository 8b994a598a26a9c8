"""`parallax serve`: the bot from its start to its graceful end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine

os.environ.setdefault("PTB_TIMEDELTA", "1")  # read when python-telegram-bot is imported

import httpx
import structlog
from telegram import Bot
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application
from telegram.request import HTTPXRequest

from bot.desk import Desk
from bot.records.records import DAY_S, Records
from bot.settings import Settings
from bot.telegram.access import Access
from bot.telegram.addressing import Self
from bot.telegram.application import ALLOWED, App, furnish
from bot.telegram.budget import BudgetLimiter, SendBudget, seconds_of
from bot.telegram.commands import publish
from bot.telegram.intake import Intake
from bot.telegram.lanes import Lanes
from bot.telegram.logs import places
from bot.telegram.metrics import Metrics
from bot.telegram.office import Office
from bot.telegram.polling import Poller
from bot.telegram.sending import Sender
from bot.telegram.webhook import Webhook
from index.errors import ParallaxError, SettingsError

CONNECTIONS = 128
KEEPALIVE_S = 120.0
"""An idle connection is kept so long: a new one costs a TLS handshake."""
STOP_S = 6.0
"""What is in work at the end has so long to be finished."""
SWEEP_S = 3600.0
log = structlog.get_logger(__name__)


def build(settings: Settings, budget: SendBudget | None = None) -> App:
    """The application on its real wire. Raises SettingsError without a token."""
    token = settings.telegram_bot_token.get_secret_value() if settings.telegram_bot_token else ""
    if not token:
        raise SettingsError(
            "serve: TELEGRAM_BOT_TOKEN is not set; get one from @BotFather in Telegram and put it into the environment or .env"
        )
    logging.getLogger("httpx").setLevel(logging.WARNING)  # at INFO it writes addresses, and these hold the token
    limits = httpx.Limits(
        max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=KEEPALIVE_S
    )
    request = HTTPXRequest(connection_pool_size=CONNECTIONS, pool_timeout=10.0, httpx_kwargs={"limits": limits})
    return (
        Application.builder()
        .token(token)
        .base_url(f"{settings.telegram_api_url}/bot")
        .base_file_url(f"{settings.telegram_api_url}/file/bot")
        .request(request)
        .get_updates_request(HTTPXRequest())
        .rate_limiter(BudgetLimiter(budget or SendBudget()))
        .updater(None)
        .build()
    )


async def insist(call: Callable[[], Awaitable[object]]) -> None:
    """Make a call to Telegram until it is answered. Raises SettingsError for a token that Telegram does not know."""
    pause = 1.0
    while True:
        try:
            await call()
            return
        except InvalidToken:
            raise SettingsError(
                "serve: Telegram does not know TELEGRAM_BOT_TOKEN; copy it again from @BotFather"
            ) from None
        except TelegramError as problem:
            log.warning("Telegram does not answer", where=places(problem))
            await asyncio.sleep(max(pause, seconds_of(problem)) if isinstance(problem, RetryAfter) else pause)
            pause = min(30.0, pause * 2)


class Serving:
    """One running bot. Enter it, `recover`, take updates in, and leave it to stop gracefully."""

    def __init__(self, settings: Settings, desk: Desk, records: Records, now: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self.budget = SendBudget()
        self.app = build(settings, self.budget)
        self.metrics = Metrics()
        self.metrics.watch(lambda: desk.engine.state)
        self.lanes = Lanes()
        self._desk, self._records, self._now = desk, records, now
        self.intake: Intake
        self.office: Office

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Serving]:
        """The bot, ready to take updates in; at the end what is in work is finished. Raises SettingsError."""
        await self.connect()
        bot: Bot = self.app.bot
        me = Self(bot.id, bot.username)
        sender = Sender(bot, self._records, self.metrics)
        access = Access.of(self.settings)
        self.office = Office(
            self._desk, self._records, self.settings, access, bot, me, sender, self.budget, self.metrics, self._now
        )
        furnish(self.app, self.office)
        self.intake = Intake(self.app, self.office, self.lanes)
        background = [asyncio.create_task(self._publish(bot, access)), asyncio.create_task(self._sweep())]
        waited = await self.intake.recover()
        log.info("started", bot=bot.username, waited=waited)
        try:
            yield self
        finally:
            for task in background:
                task.cancel()
            self.intake.close()
            finished = await self.lanes.drain(STOP_S)
            log.info("stopped", finished=finished)
            await self.app.shutdown()

    async def connect(self) -> None:
        """Reach Telegram, however long that takes. Raises SettingsError for a token it does not know."""
        await insist(self.app.initialize)

    async def _publish(self, bot: Bot, access: Access) -> None:
        await insist(lambda: publish(bot, access.admins))

    async def _sweep(self) -> None:
        """Delete what is older than the retention, at the start and every hour."""
        while True:
            with contextlib.suppress(ParallaxError):
                before = self._now() - self.settings.parallax_retention_days * DAY_S
                await asyncio.to_thread(self._records.expire, before, self._now())
            await asyncio.sleep(SWEEP_S)


async def serve(settings: Settings, desk: Desk, records: Records) -> None:
    """Run until SIGTERM or SIGINT. Raises SettingsError, HomeProblem."""
    serving = Serving(settings, desk, records)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    if settings.parallax_metrics_port:
        try:
            serving.metrics.serve(settings.parallax_metrics_port)
        except OSError as problem:
            raise SettingsError(
                f"PARALLAX_METRICS_PORT: {settings.parallax_metrics_port} cannot be used ({problem.strerror})"
            ) from None
    if not await _before(stop, serving.connect()):
        return
    async with serving.running():
        if settings.parallax_webhook_url:
            await _by_webhook(serving, stop)
        else:
            await _by_polling(serving, stop)


async def _before(stop: asyncio.Event, work: Coroutine[object, object, None]) -> bool:
    """Do something unless the process is told to stop first; whether it was done."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working.done():
        working.result()
        return True
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working
    return False


async def _by_polling(serving: Serving, stop: asyncio.Event) -> None:
    bot: Bot = serving.app.bot
    poller = Poller(bot, serving.intake)

    async def poll() -> None:
        await insist(bot.delete_webhook)
        await poller.run()

    try:
        await _before(stop, poll())
    except InvalidToken:
        raise SettingsError(
            "serve: Telegram no longer knows TELEGRAM_BOT_TOKEN; copy it again from @BotFather"
        ) from None
    with contextlib.suppress(TelegramError):
        await poller.confirm()


async def _by_webhook(serving: Serving, stop: asyncio.Event) -> None:
    settings, bot = serving.settings, serving.app.bot
    secret = settings.parallax_webhook_secret.get_secret_value() if settings.parallax_webhook_secret else ""
    webhook = Webhook(serving.intake, secret)
    try:
        await webhook.start(settings.parallax_webhook_port)
    except OSError as problem:
        raise SettingsError(
            f"PARALLAX_WEBHOOK_PORT: {settings.parallax_webhook_port} cannot be used ({problem.strerror})"
        ) from None

    async def register() -> None:
        await bot.set_webhook(settings.parallax_webhook_url, secret_token=secret, allowed_updates=ALLOWED)

    try:
        if await _before(stop, insist(register)):
            await stop.wait()
    finally:
        await webhook.stop()
