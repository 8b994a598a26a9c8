"""`parallax serve` and `parallax doctor` as processes, on the strict server."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp

from tests.conftest import Parallax
from tests.telegram_server.people import Person, group
from tests.telegram_server.server import TOKEN, TelegramServer


def test_without_a_token_it_says_where_to_get_one(parallax: Parallax) -> None:
    done = parallax("serve")
    assert done.returncode == 2
    assert "TELEGRAM_BOT_TOKEN is not set" in done.stderr
    assert "@BotFather" in done.stderr


def test_settings_without_meaning_are_all_told_at_once(parallax: Parallax) -> None:
    done = parallax(
        "serve",
        TELEGRAM_BOT_TOKEN=TOKEN,
        PARALLAX_ADMINS="@ada",
        PARALLAX_ACCESS="friends",
        TELEGRAM_API_URL="telegram",
    )
    assert done.returncode == 2
    assert all(name in done.stderr for name in ("PARALLAX_ADMINS", "PARALLAX_ACCESS", "TELEGRAM_API_URL"))
    assert TOKEN not in done.stderr


def _with_server(scenario: Callable[[TelegramServer, dict[str, str]], Awaitable[None]]) -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        async with TelegramServer(epoch=time.time() - loop.time()) as server:
            clean = {k: v for k, v in os.environ.items() if not k.startswith(("PARALLAX_", "OPENAI_", "TELEGRAM_"))}
            await scenario(server, clean | {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": server.url})

    asyncio.run(run())


async def _run(*arguments: str, cwd: Path, env: dict[str, str]) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=cwd,
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return int(process.returncode or 0), out.decode()


def test_a_token_that_telegram_does_not_know(tmp_path: Path) -> None:
    async def scenario(server: TelegramServer, env: dict[str, str]) -> None:
        env |= {"PARALLAX_HOME": str(tmp_path / "home"), "TELEGRAM_BOT_TOKEN": "1:AAAA"}
        code, out = await _run("serve", cwd=tmp_path, env=env)
        assert code == 2
        assert "Telegram does not know TELEGRAM_BOT_TOKEN" in out
        code, out = await _run("doctor", cwd=tmp_path, env=env)
        assert code == 2
        assert "copy it again from @BotFather" in out

    _with_server(scenario)


def test_doctor_checks_token_privacy_mode_and_rights_in_the_listed_chats(tmp_path: Path) -> None:
    async def scenario(server: TelegramServer, env: dict[str, str]) -> None:
        group(server, -5)
        env |= {"PARALLAX_HOME": str(tmp_path / "home"), "PARALLAX_CHATS": "-5, -6"}
        code, out = await _run("doctor", cwd=tmp_path, env=env)
        assert code == 2
        assert "@parallax_test_bot" in out
        assert "privacy mode: on" in out
        assert "chat -5: the bot is member" in out
        assert "chat -6: the bot is not in this chat" in out
        assert TOKEN not in out

    _with_server(scenario)


def test_it_serves_with_metrics_owns_the_home_and_stops_within_ten_seconds(stocked: Path, tmp_path: Path) -> None:
    async def scenario(server: TelegramServer, env: dict[str, str]) -> None:
        import shutil

        shutil.copytree(stocked, tmp_path / "home")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        env |= {"PARALLAX_HOME": str(tmp_path / "home"), "PARALLAX_METRICS_PORT": str(port)}
        Person(server, 11).says("How fast does the ISS fly?")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", cwd=tmp_path, env=env, stderr=asyncio.subprocess.PIPE
        )
        async with asyncio.timeout(60):
            while not server.sent_to(11):
                await asyncio.sleep(0.05)
        assert "7.66" in server.sent_to(11)[0]["text"]
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as answer:
            assert 'parallax_answers_total{engine="embedded",status="single"} 1.0' in await answer.text()
        code, out = await _run("serve", cwd=tmp_path, env=env)
        assert code == 2
        assert "owns this home" in out
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, logged = await process.communicate()
        assert process.returncode == 0
        assert time.monotonic() - started < 10
        assert '"event": "stopped"' in logged.decode()
        assert TOKEN not in logged.decode()
        assert not server.waiting

    _with_server(scenario)
