"""The bot in the terminal: a conversation with a bounded memory, so that follow-ups are understood."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot import jsonout
from bot.analysis.followups import small_talk, wants_overview
from bot.desk import Desk
from bot.types import Question, Turn
from index.errors import ParallaxError

if TYPE_CHECKING:
    from rich.console import Console

REMEMBERED = 8
HELP = "/summary  /conflicts  /timeline  /sources  /story [NAME]  /help  /quit - anything else is a question"


def chat(desk: Desk, story: str, as_json: bool = False) -> int:
    """Talk until the end of input or /quit. Owns the home's vectors where nobody else does."""
    from bot import terminal

    console = terminal.output()
    pages = None if as_json else console
    desk.home.open_vectors()
    desk.home.follow()
    interactive = sys.stdin.isatty()
    _remember_lines(desk.home.path / "chat_history", interactive)
    history: deque[Turn] = deque(maxlen=REMEMBERED)
    if interactive and not as_json:
        console.print(f"Story {story}. {HELP}", style="dim")
    told = ""
    while True:
        try:
            line = input("> " if interactive else "").strip()
        except (EOFError, KeyboardInterrupt):
            return 0
        if not line:
            continue
        command, _, rest = line.partition(" ")
        try:
            if command in ("/quit", "/exit", "quit", "exit") and not rest:
                return 0
            if command == "/story":
                if named := rest.strip():
                    asyncio.run(desk.sources(named))
                    story = named
                    history.clear()
                    console.print(f"story {story}", style="dim")
                else:
                    _stories(desk, story, pages)
                continue
            names = {a.file: a.source.publisher for a in asyncio.run(desk.sources(story))}
            if command.startswith("/"):
                _page(desk, story, command, names, pages)
            elif not as_json and small_talk(line):
                console.print(HELP, style="dim")
            elif not as_json and wants_overview(line):
                _page(desk, story, "/summary", names, console)
            else:
                reply = asyncio.run(desk.ask(Question(line, story, tuple(history))))
                history.append(Turn(line, " ".join(s.text for s in reply.answer.sure)[:500]))
                if as_json:
                    jsonout.write(jsonout.reply(reply, names))
                else:
                    terminal.reply(console, replace(reply, unchecked=() if told == story else reply.unchecked), names)
                    told = story
        except ParallaxError as problem:
            print(f"parallax: {problem}", file=sys.stderr)


def _stories(desk: Desk, current: str, console: Console | None) -> None:
    """The known stories, and which one is asked about."""
    from bot import terminal

    rows = asyncio.run(desk.stories())
    if console is None:
        jsonout.write(jsonout.stories(rows))
        return
    terminal.stories(console, rows)
    console.print(f"Asking about {current}; `/story NAME` changes that.", style="dim")


def _page(desk: Desk, story: str, command: str, names: dict[str, str | None], console: Console | None) -> None:
    """Show what a slash command asks for; as JSON where there is no console."""
    from bot import terminal

    if command == "/summary":
        summary = asyncio.run(desk.summarise(story))
        terminal.summary(console, summary, names) if console else jsonout.write(jsonout.summary(summary))
    elif command in ("/conflicts", "/discrepancies"):
        ledger = asyncio.run(desk.discrepancies(story))
        terminal.ledger(console, ledger, names) if console else jsonout.write(jsonout.ledger(ledger, names))
    elif command == "/timeline":
        events = asyncio.run(desk.timeline(story))
        terminal.timeline(console, events, names) if console else jsonout.write(jsonout.timeline(story, events))
    elif command == "/sources":
        articles = asyncio.run(desk.sources(story))
        terminal.sources(console, articles) if console else jsonout.write(jsonout.sources(story, articles))
    elif console:
        console.print(HELP, style="dim")
    else:
        print(HELP, file=sys.stderr)


def _remember_lines(file: Path, interactive: bool) -> None:
    """Keep typed lines between chats, as a shell does, where the platform can."""
    if not interactive:
        return
    with contextlib.suppress(ImportError, OSError):
        import atexit
        import readline

        if file.exists():
            readline.read_history_file(file)
        readline.set_history_length(500)
        atexit.register(readline.write_history_file, file)
