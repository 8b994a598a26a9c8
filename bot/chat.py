"""The bot in the terminal: a conversation with a bounded memory, so that follow-ups are understood."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections import deque
from pathlib import Path

from bot import jsonout
from bot.desk import Desk
from bot.types import Question, Turn
from index.errors import ParallaxError

REMEMBERED = 8
HELP = "/summary  /conflicts  /timeline  /sources  /story NAME  /help  /quit - anything else is a question"


def chat(desk: Desk, story: str, as_json: bool = False) -> int:
    """Talk until the end of input or /quit. Owns the home's vectors where nobody else does."""
    from bot import terminal
    from bot.cli import _console

    console = _console()
    desk.home.open_vectors()
    desk.home.follow()
    interactive = sys.stdin.isatty()
    _remember_lines(desk.home.path / "chat_history", interactive)
    history: deque[Turn] = deque(maxlen=REMEMBERED)
    if interactive and not as_json:
        console.print(f"Story {story}. {HELP}", style="dim")
    while True:
        try:
            line = input("> " if interactive else "").strip()
        except (EOFError, KeyboardInterrupt):
            return 0
        if not line:
            continue
        command, _, rest = line.partition(" ")
        try:
            names = {a.file: a.source.publisher for a in asyncio.run(desk.sources(story))}
            if command in ("/quit", "/exit"):
                return 0
            if command == "/story" and rest.strip():
                asyncio.run(desk.sources(rest.strip()))
                story = rest.strip()
                history.clear()
                console.print(f"story {story}", style="dim")
            elif command == "/summary":
                terminal.summary(console, asyncio.run(desk.summarise(story)), names)
            elif command in ("/conflicts", "/discrepancies"):
                terminal.ledger(console, asyncio.run(desk.discrepancies(story)), names)
            elif command == "/timeline":
                terminal.timeline(console, asyncio.run(desk.timeline(story)), names)
            elif command == "/sources":
                terminal.sources(console, asyncio.run(desk.sources(story)))
            elif command.startswith("/"):
                console.print(HELP, style="dim")
            else:
                reply = asyncio.run(desk.ask(Question(line, story, tuple(history))))
                history.append(Turn(line, " ".join(s.text for s in reply.answer.statements)[:500]))
                if as_json:
                    print(json.dumps(jsonout.reply(reply, names), ensure_ascii=False), flush=True)
                else:
                    terminal.reply(console, reply, names)
        except ParallaxError as problem:
            print(f"parallax: {problem}", file=sys.stderr)


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
