"""The command line. Errors go to stderr, name the thing and the next step, and exit 2; nobody sees a traceback."""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from bot import jsonout, version
from bot.types import SHIPPED_STORY
from index.errors import ParallaxError
from index.types import Source

if TYPE_CHECKING:
    from bot.desk import Desk
    from bot.settings import Settings
    from index.home import Home

EXAMPLES = """examples:
  parallax ask "When was the video released?"
  parallax add --story harbour-fire articles/
  parallax discrepancies --story harbour-fire
  parallax chat"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0, or 2 for an error that was told."""
    _utf8(sys.stdout, sys.stderr)
    parser, commands = _parser()
    given = list(sys.argv[1:] if arguments is None else arguments)
    first = next((word for word in given if not word.startswith("-")), None)
    if first is not None and first not in commands:
        print(f"parallax: there is no command {first!r}; {_meant(first, commands)}", file=sys.stderr)
        return 2
    if first is not None and given[0] == "--json":
        given = [*given[1:], "--json"]  # each command's own option, wherever it is written
    options, unknown = parser.parse_known_args(given)
    if options.command == "ask":
        options.question += [word for word in unknown if not word.startswith("-")]
        unknown = [word for word in unknown if word.startswith("-")]
    if unknown:
        print(f"parallax: {_not_known(unknown[0], options.parser)}", file=sys.stderr)
        return 2
    if options.command is None:
        parser.print_help()
        return 0
    try:
        from bot.settings import read_settings

        command: Callable[[argparse.Namespace, Settings], int] = options.run
        return command(options, read_settings())
    except ParallaxError as problem:
        print(f"parallax: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as problem:
        print(
            f"parallax: {problem.strerror or problem}: {problem.filename or 'the disk'} - check its space and permissions, then run `parallax doctor`",
            file=sys.stderr,
        )
        return 2


def _not_known(word: str, parser: argparse.ArgumentParser) -> str:
    """What is wrong with a word of the command line that nothing takes, and what was likely meant."""
    if not word.startswith("-"):
        return f"{word!r} is more than this command takes; see its --help"
    name = word.partition("=")[0]
    options = [*sorted(set(re.findall(r"--[a-z]+", parser.format_usage()))), "--help"]
    return f"there is no option {name!r}; {_meant(name, options)}"


def _meant(word: str, choices: Sequence[str]) -> str:
    near = get_close_matches(word, choices, 1, 0.7)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(choices)}"


def _utf8(*streams: object) -> None:
    """Sources hold every kind of character, whatever the terminal's own set is."""
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")


def _parser() -> tuple[argparse.ArgumentParser, list[str]]:
    """The parser, and the names of the commands."""
    parser = argparse.ArgumentParser(
        prog="parallax", description="Reads every source of a news story: what they agree on, where they conflict, what none of them says.",
        epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"parallax {version()}")
    parser.set_defaults(parser=parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace, Settings], int], text: str, story: bool = True
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(run=run, parser=sub)
        sub.add_argument("--json", action="store_true", help="write JSON for programs")
        if story:
            sub.add_argument(
                "--story", default=SHIPPED_STORY, metavar="S", help=f"the story (default: {SHIPPED_STORY})"
            )
        return sub

    command("ask", _ask, "answer a question from the sources").add_argument(
        "question", nargs="*", help="the question; '-' reads one per line"
    )
    command("summary", _summary, "what the sources agree on, where they conflict, what only one says")
    command("timeline", _timeline, "the dated claims in order, disputed dates marked")
    command("discrepancies", _discrepancies, "the places where the sources cannot both be right, as far as found")
    add = command("add", _add, "add articles: .txt, .md, .html, .pdf files or a folder of them")
    add.add_argument("--publisher", metavar="P", help="who published them")
    add.add_argument("--published", metavar="DATE", help="when, as in 2024-03-08")
    add.add_argument("--url", metavar="U", help="where they were found")
    add.add_argument("paths", nargs="+", metavar="PATH")
    remove = command("remove", _remove, "take articles out of a story, or the whole story")
    remove.add_argument("--all", action="store_true", help="all of them: the story itself")
    remove.set_defaults(story=None)
    remove.add_argument("files", nargs="*", metavar="FILE", help="an article's name, as `parallax sources` shows it")
    command("stories", _stories, "the stories of this home", story=False)
    command("sources", _sources, "the articles of a story")
    command("rebuild", _rebuild, "make the vector index anew from the library", story=False)
    command("doctor", _doctor, "what is set, what is missing, what to type next", story=False)
    command("chat", _chat, "ask in a conversation, with follow-ups")
    command("serve", _serve, "the bot in Telegram", story=False)
    evaluate = command("eval", _eval, "score the engine on story sets with a gold.json", story=False)
    evaluate.add_argument("dir", metavar="DIR", help="a folder of story folders, or one of these")
    evaluate.add_argument("--merge", action="store_true", help="put all stories into one and count flags across them")
    return parser, list(commands.choices)


def _open(settings: Settings) -> Home:
    from bot.bootstrap import open_home

    return open_home(settings)


def _desk(home: Home, settings: Settings) -> Desk:
    from bot.bootstrap import open_desk

    return open_desk(home, settings)


def _publishers(desk: Desk, story: str) -> dict[str, str | None]:
    return {a.file: a.source.publisher for a in asyncio.run(desk.sources(story))}


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    from bot.types import Question

    with _open(settings) as home:
        desk = _desk(home, settings)
        home.library.require(options.story)
        if not desk.heard_whole(options.story):
            home.open_vectors()
        question = " ".join(options.question).strip()
        many = question == "-"
        lines = (line.strip() for line in sys.stdin) if many else iter([question])
        publishers = _publishers(desk, options.story)
        for text in lines:
            if not text:
                if many:
                    continue
                raise ParallaxError(
                    'the question is empty; type one in quotes, as in: parallax ask "When was the video released?"'
                )
            reply = asyncio.run(desk.ask(Question(text, options.story)))
            if options.json or many:
                jsonout.write(jsonout.reply(reply, publishers))
            else:
                from bot import terminal

                terminal.reply(terminal.output(), reply, publishers)
    return 0


def _summary(options: argparse.Namespace, settings: Settings) -> int:
    with _open(settings) as home:
        desk = _desk(home, settings)
        summary = asyncio.run(desk.summarise(options.story))
        if options.json:
            jsonout.write(jsonout.summary(summary))
        else:
            from bot import terminal

            terminal.summary(terminal.output(), summary, _publishers(desk, options.story))
    return 0


def _timeline(options: argparse.Namespace, settings: Settings) -> int:
    with _open(settings) as home:
        desk = _desk(home, settings)
        events = asyncio.run(desk.timeline(options.story))
        if options.json:
            jsonout.write(jsonout.timeline(options.story, events))
        else:
            from bot import terminal

            terminal.timeline(terminal.output(), events, _publishers(desk, options.story))
    return 0


def _discrepancies(options: argparse.Namespace, settings: Settings) -> int:
    with _open(settings) as home:
        desk = _desk(home, settings)
        ledger = asyncio.run(desk.discrepancies(options.story))
        publishers = _publishers(desk, options.story)
        if options.json:
            jsonout.write(jsonout.ledger(ledger, publishers))
        else:
            from bot import terminal

            terminal.ledger(terminal.output(), ledger, publishers)
    return 0


def _add(options: argparse.Namespace, settings: Settings) -> int:
    from index.library import check_name
    from index.loading import parse_date
    from index.visible import visible

    check_name(options.story)
    published = parse_date(options.published, "--published") if options.published else None
    source = Source(options.publisher, None, options.url, published)
    with _open(settings) as home:
        desk = _desk(home, settings)
        paths = [Path(p) for p in options.paths]
        result = asyncio.run(desk.add(options.story, paths, source, _progress(options.json)))
        if options.json:
            jsonout.write(jsonout.added(result))
        else:
            from bot import terminal

            terminal.added(terminal.output(), result)
    for _, error in result.failed:
        print(f"parallax: {visible(error).text}", file=sys.stderr)
    return 2 if result.failed else 0


def _remove(options: argparse.Namespace, settings: Settings) -> int:
    story = options.story or SHIPPED_STORY
    if not options.files and not options.all:
        raise ParallaxError(f"name the articles to remove, as `parallax sources --story {story}` lists them, or --all")
    if options.files and options.all:
        raise ParallaxError("--all removes the whole story; leave it out to remove the articles named")
    if options.all and not options.story:
        raise ParallaxError("name the story that --all removes, as in: parallax remove --story harbour-fire --all")
    with _open(settings) as home:
        desk = _desk(home, settings)
        removed = asyncio.run(desk.remove(story, options.files or None))
        left = asyncio.run(desk.story_names())
    if options.json:
        jsonout.write(jsonout.removed(story, removed))
    else:
        from bot.terminal import clean

        print(f"removed from {story}: {clean(', '.join(removed.files))}")
        if removed.story_gone:
            print(f"story {story} has no article left and is gone")
        if not left:
            print(f"no story is left; the next command opens this home with {SHIPPED_STORY} again")
    return 0


MANY = 20
"""From so many files on a progress bar is shown."""


def _progress(quiet: bool) -> Callable[[int, int, str], None]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress

    from index.visible import visible

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task("reading", total=None)

    def show(done: int, total: int, file: str) -> None:
        if quiet or total < MANY or not sys.stderr.isatty():
            return
        if done == 0:
            bar.start()
        bar.update(task, completed=done, total=total, description=escape(visible(f"reading {file}").text[:40]))
        if done == total:
            bar.stop()

    return show


def _stories(options: argparse.Namespace, settings: Settings) -> int:
    with _open(settings) as home:
        rows = asyncio.run(_desk(home, settings).stories())
        if options.json:
            jsonout.write(jsonout.stories(rows))
        else:
            from bot import terminal

            terminal.stories(terminal.output(), rows)
    return 0


def _sources(options: argparse.Namespace, settings: Settings) -> int:
    with _open(settings) as home:
        articles = asyncio.run(_desk(home, settings).sources(options.story))
        if options.json:
            jsonout.write(jsonout.sources(options.story, articles))
        else:
            from bot import terminal

            terminal.sources(terminal.output(), articles)
    return 0


def _rebuild(options: argparse.Namespace, settings: Settings) -> int:
    with _open(settings) as home:
        count = home.rebuild()
    if options.json:
        jsonout.write({"vectors": count})
    else:
        print(f"the vector index holds {count} passages again")
    return 0


def _doctor(options: argparse.Namespace, settings: Settings) -> int:
    from bot.doctor import examine
    from bot.terminal import clean

    opened: Home | ParallaxError
    try:
        opened = _open(settings)
        _desk(opened, settings)
    except ParallaxError as problem:
        opened = problem
    findings = examine(settings, opened)
    if not isinstance(opened, ParallaxError):
        opened.close()
    if options.json:
        jsonout.write([{"what": f.what, "level": f.level, "said": f.said, "next": f.next or None} for f in findings])
    else:
        for f in findings:
            mark = {"ok": "✓", "note": "·", "problem": "✗"}[f.level]
            print(f"{mark} {clean(f.what)}: {clean(f.said)}" + (f"\n    next: {f.next}" if f.next else ""))
    return 2 if any(f.level == "problem" for f in findings) else 0


def _chat(options: argparse.Namespace, settings: Settings) -> int:
    from bot.chat import chat

    with _open(settings) as home:
        desk = _desk(home, settings)
        home.library.require(options.story)
        return chat(desk, options.story, options.json)


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    from bot.bootstrap import open_records
    from bot.telegram.logs import configure
    from bot.telegram.serve import serve

    configure()
    with _open(settings) as home:
        home.ownership.require("serve")
        desk = _desk(home, settings)
        home.open_vectors()
        home.follow()
        asyncio.run(serve(settings, desk, open_records(home)))
    return 0


def _eval(options: argparse.Namespace, settings: Settings) -> int:
    from bot.scorecard.run import evaluate
    from bot.scorecard.show import as_json, show

    cards = [evaluate(Path(options.dir), options.merge)]
    if settings.model:
        cards.append(evaluate(Path(options.dir), options.merge, settings))
    if options.json:
        more = {"embedded": as_json(cards[0])} if len(cards) > 1 else {}
        jsonout.write({**as_json(cards[-1]), **more})
    else:
        from bot import terminal

        for card in cards:
            show(terminal.output(), card)
    return 0


if __name__ == "__main__":
    sys.exit(main())
