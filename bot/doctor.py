"""What is set, what is missing and what to type next; never a secret."""

from __future__ import annotations

import shutil
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from bot import version
from bot.bootstrap import open_account, open_records
from bot.reader.reader import why_missing
from bot.settings import Settings
from index.errors import ParallaxError, VectorsBroken
from index.home import Home

Level = Literal["ok", "note", "problem"]
LOW_DISK = 200_000_000
A_REQUEST = 4_000
"""Tokens that a question about a small story takes."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's: what was looked at, how it is, and what to do."""

    what: str
    level: Level
    said: str
    next: str = ""


def examine(settings: Settings, opened: Home | ParallaxError) -> list[Finding]:
    """Look at the installation, the settings and the home. `opened` is the home, or why it could not be opened."""
    findings = [Finding("python", "ok", sys.version.split()[0]), Finding("parallax", "ok", version())]
    if isinstance(opened, ParallaxError):
        findings.append(Finding("home", "problem", str(opened)))
    else:
        findings += _home(opened)
    if settings.model:
        said = f"{settings.model} reads and answers; the embedded engine answers where the model does not"
        findings.append(Finding("engine", "ok", said))
        if isinstance(opened, Home):
            findings.append(_account(opened, settings))
    else:
        findings.append(Finding("engine", "ok", "embedded; reads English, needs no key"))
    findings.append(_reader())
    return findings + _telegram(settings)


def _reader() -> Finding:
    """Whether the embedded engine has its reader, and what is lost without it."""
    why = why_missing()
    if why is None:
        return Finding("reader", "ok", "the embedded engine reads sentences with its own small model")
    lost = "the rules answer alone: fewer questions answered, fewer conflicts found"
    return Finding("reader", "problem", f"{why}; {lost}", "install Parallax again")


def _account(home: Home, settings: Settings) -> Finding:
    """What the model has cost today, and whether its endpoint is left alone."""
    account = open_account(home, settings)
    spent, limits = account.today(), account.limits
    most = f" of {limits.day:,}" if limits.day else ""
    said = f"{spent.requests} requests and {spent.tokens:,}{most} tokens today"
    if limits.price_in or limits.price_out:
        most = f" of {limits.money:.2f}" if limits.money else ""
        said += f", {limits.cost(spent.tokens_in, spent.tokens_out):.2f}{most} in money"
    rest = account.resting(settings.model)
    if rest is not None:
        until = datetime.fromtimestamp(rest[0], UTC).strftime("%H:%M:%S UTC")
        return Finding(
            "model",
            "problem",
            f"left alone until {until} ({rest[1]}); {said}",
            "check the key, the endpoint and its limits",
        )
    cost = limits.cost(spent.tokens_in + A_REQUEST, spent.tokens_out)
    if (limits.day and spent.tokens + A_REQUEST > limits.day) or (limits.money and cost > limits.money):
        return Finding(
            "model",
            "note",
            f"{said}: too little is left of the day's limit for a question, the embedded engine answers",
            "raise PARALLAX_DAILY_TOKENS or PARALLAX_DAILY_COST, or wait for tomorrow",
        )
    return Finding("model", "ok", said)


def _telegram(settings: Settings) -> list[Finding]:
    token = settings.telegram_bot_token
    if not token or not token.get_secret_value():
        return [
            Finding(
                "telegram",
                "note",
                "TELEGRAM_BOT_TOKEN is not set",
                "get one from @BotFather and put it into .env; until then: parallax chat",
            )
        ]
    from bot.telegram.check import check

    return [Finding(what, level, said, then) for what, level, said, then in check(settings)]


def _home(home: Home) -> list[Finding]:
    free = shutil.disk_usage(home.path).free
    found = [Finding("home", "ok", str(home.path))]
    if free < LOW_DISK:
        found.append(Finding("disk", "problem", f"{free / 1e6:.0f} MB free", "free some space before adding articles"))
    rows = home.library.stories()
    total = sum(r.articles for r in rows)
    found.append(
        Finding(
            "library", "ok", f"{len(rows)} stories, {total} articles", "" if total else "parallax add --story NAME PATH"
        )
    )
    for row in rows:
        missed = home.library.unchecked(row.name)
        if missed:
            found.append(
                Finding(
                    "story " + row.name,
                    "note",
                    f"{len(missed)} article(s) not checked: {missed[0][0]} - {missed[0][1]}",
                    f"parallax discrepancies --story {row.name}",
                )
            )
    found.append(_conversations(home))
    found.append(_vectors(home))
    return found


def _conversations(home: Home) -> Finding:
    """What people asked and how they liked it."""
    f = open_records(home).figures(time.time())
    said = f"{f.answers} answers ({f.answers_today} in the last day), 👍 {f.up}, 👎 {f.down}, doubted conflicts: {f.doubts}, waiting: {f.waiting}"
    return Finding("conversations in Telegram", "ok", said, "/review in Telegram" if f.doubts else "")


def _vectors(home: Home) -> Finding:
    try:
        if home.open_vectors():
            return Finding("vectors", "ok", "Chroma is in line with the library")
    except VectorsBroken as problem:
        return Finding("vectors", "problem", str(problem), "parallax rebuild")
    if home.ownership.held:
        return Finding(
            "vectors", "problem", "Chroma cannot be opened; questions are answered from the library", "parallax rebuild"
        )
    return Finding("vectors", "ok", "another process owns Chroma; questions are answered from the library meanwhile")
