"""The webhook: the secret is asked for, bodies are bounded, and 200 means that the question is kept."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp

from bot.telegram.webhook import HEADER, LARGEST, Webhook
from tests.bot.telegram.test_private import Slow
from tests.bot.telegram.world import world
from tests.telegram_server.people import Person

SECRET = "s3cret_s3cret_s3cret"  # noqa: S105  # of this test


def test_only_who_knows_the_secret_is_heard_and_a_200_means_kept(stocked: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with world(stocked, tmp_path, engine=Slow, pollers=0) as w, aiohttp.ClientSession() as session:
            webhook = Webhook(w.serving.intake, SECRET)
            address = f"http://127.0.0.1:{await webhook.start(0, '127.0.0.1')}/hook"
            update = {"update_id": 9000, "message": Person(w.server, 11).message("How fast does the ISS fly?")}

            async def post(body: bytes, secret: str | None = SECRET) -> int:
                async with session.post(address, data=body, headers={HEADER: secret} if secret else {}) as answer:
                    return answer.status

            good = json.dumps(update).encode()
            assert await post(good, None) == 403
            assert await post(good, "wrong") == 403
            assert await post(b"{") == 400
            assert await post(b"[]") == 400
            assert await post(b"x" * (LARGEST + 1)) == 413
            assert not w.records.waiting()
            assert await post(good) == 200
            assert len(w.records.waiting()) == 1
            assert await post(good) == 200
            assert len(w.records.waiting()) == 1
            async with session.get(address, headers={HEADER: SECRET}) as answer:
                assert answer.status == 405
            await webhook.stop()

    asyncio.run(scenario())
