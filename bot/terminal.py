"""Replies as a person likes to read them in a terminal. Text of articles is data: it never becomes markup or control codes."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.analysis.discrepancies import heading
from bot.analysis.grounding import words_in
from bot.types import Added, Citation, Ledger, Reply, Statement, Status, Summary, TimelineEvent
from index.library import StoryRow
from index.types import Article, Certainty, Discrepancy, Relation
from index.visible import visible

HEADS = {
    Status.AGREED: ("The sources agree", "green"),
    Status.SINGLE: ("One source says", "cyan"),
    Status.CONFLICT: ("The sources disagree", "yellow"),
    Status.UNANSWERABLE: ("Not in the sources", "magenta"),
}
RELATIONS = {
    Relation.UPDATE: "updated", Relation.SCOPE: "another time, place or part", Relation.OPINION: "opinions", Relation.WORDING: "the same in other words",
    Relation.CONTRADICTION: "contradiction", Relation.COMPETING_ACCOUNTS: "competing accounts",
}  # fmt: skip


PIPE_WIDTH = 100
"""Columns of what is written into a file or a pipe."""


def output() -> Console:
    """Where replies are printed: the terminal at its own width, a file or a pipe at a fixed one."""
    return Console(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


class Numbers:
    """Numbers sources by first use; the list holds exactly the used ones."""

    def __init__(self, names: dict[str, str | None]) -> None:
        self._names = names
        self._order: list[str] = []

    def of(self, file: str) -> str:
        if file not in self._order:
            self._order.append(file)
        return f"[{self._order.index(file) + 1}]"

    def list(self) -> RenderableType:
        lines = Text()
        for number, file in enumerate(self._order, 1):
            name = self._names.get(file)
            lines.append(f"[{number}] ", style="bold")
            lines.append(clean(f"{name} · {file}" if name else file) + "\n", style="dim")
        lines.rstrip()
        return lines


def clean(text: str) -> str:
    """Text of an article on one line, without what a terminal would obey."""
    return " ".join(visible(text).text.split())


def _statement(statement: Statement, numbers: Numbers) -> Text:
    marks = " ".join(dict.fromkeys(numbers.of(c.file) for c in statement.citations))
    line = Text("• ")
    line.append(clean(statement.text))
    told = words_in(clean(statement.short_answer), line.plain)
    if told:
        line.stylize("underline", told.start, told.end)
    if statement.unnamed:
        line.append(f" — {clean(statement.unnamed)}")
    if marks:
        line.append(f" {marks}", style="bold")
    return line


def discrepancy(entry: Discrepancy, numbers: Numbers, quotes: int = 2) -> RenderableType:
    """One entry: what it is about, and for each position the value, how many origins hold it and its quotes."""
    head = Text(clean(heading(entry)), style="bold")
    notes = [RELATIONS[entry.relation]]
    if entry.scope.value == "within":
        notes.append("one article contradicts itself")
    if entry.certainty is Certainty.POSSIBLE:
        notes.append("possible")
    head.append(f"  ({', '.join(notes)})", style="dim")
    lines: list[RenderableType] = [head]
    for position in entry.sides:
        files = list(dict.fromkeys(c.file for c in position.claims))
        if not position.spoken:
            line = Text("  ▸ ")
            line.append(clean(position.value), style="yellow")
            line.append("  " + " ".join(numbers.of(f) for f in files), style="bold")
            if position.origins > 1:
                line.append(f"  {position.origins} origins", style="dim")
            lines.append(line)
        seen = list(dict.fromkeys((c.quote, c.file, c.attributed_to) for c in position.claims))
        for number, (quote, file, speaker) in enumerate(seen[:quotes]):
            told = f" — {clean(speaker)}" if speaker else ""
            said = Text(f"“{clean(quote)}” {numbers.of(file)}{told}", style="italic")
            item = Table.grid(padding=(0, 1, 0, 0))
            item.add_row("  ▸" if position.spoken and not number else "   ", said)
            lines.append(item)
        if len(seen) > quotes:
            lines.append(Padding(Text(f"and {len(seen) - quotes} more", style="dim"), (0, 0, 0, 4)))
    if entry.beside:
        near = [c.file for p in entry.positions[len(entry.sides) :] for c in p.claims]
        marks = " ".join(dict.fromkeys(map(numbers.of, near)))
        rest = f"near it: {len(near)} more sentence{'s' if len(near) > 1 else ''} {marks}"
        lines.append(Padding(Text(rest, style="dim"), (0, 0, 0, 4)))
    return Group(*lines)


def reply(console: Console, r: Reply, names: dict[str, str | None]) -> None:
    """Print a reply: the answer, where the sources disagree, the numbered sources, the notices."""
    numbers = Numbers(names)
    head, colour = HEADS[r.answer.status]
    if r.answer.one_each:
        head = "Said by one source each"
    console.print(Text(r.question, style="bold"))
    console.print(Text(head, style=colour))
    for statement in r.answer.sure:
        console.print(Padding(_statement(statement, numbers), (0, 0, 0, 2)))
    if r.discrepancies:
        blocks: list[RenderableType] = []
        for entry in r.discrepancies:
            blocks += [discrepancy(entry, numbers), Text("")]
        console.print(Panel(Group(*blocks[:-1]), title="Sources disagree", border_style="yellow"))
    if r.answer.possible:
        console.print(Text("Perhaps also", style="dim"))
    for statement in r.answer.possible:
        line = _statement(statement, numbers)
        line.stylize("dim")
        console.print(Padding(line, (0, 0, 0, 2)))
    if any(s.citations for s in r.answer.statements):
        console.print(numbers.list())
    for notice in r.notices:
        console.print(Text(f"note: {notice}", style="dim"))
    for missing in r.unchecked:
        console.print(Text(f"not checked: {clean(missing.file)} - {clean(missing.why)}", style="dim"))


def ledger(console: Console, found: Ledger, names: dict[str, str | None]) -> None:
    """Print a story's ledger."""
    numbers = Numbers(names)
    if not found.discrepancies:
        console.print(
            Text(
                "No discrepancy was found." + (" Not all articles could be checked." if found.unchecked else ""),
                style="green",
            )
        )
    for entry in found.discrepancies:
        console.print(discrepancy(entry, numbers))
        console.print()
    if found.explained:
        console.print(Text("Differences that are none:", style="bold"))
        for entry in found.explained:
            values = " / ".join(clean(p.value) for p in entry.sides)
            files = " ".join(dict.fromkeys(numbers.of(c.file) for p in entry.sides for c in p.claims))
            console.print(Padding(Text(f"{RELATIONS[entry.relation]}: {values} {files}", style="dim"), (0, 0, 0, 2)))
    console.print(numbers.list())
    for missing in found.unchecked:
        console.print(Text(f"not checked: {clean(missing.file)} - {clean(missing.why)}", style="dim"))


def summary(console: Console, s: Summary, names: dict[str, str | None]) -> None:
    """Print a summary."""
    numbers = Numbers(names)
    for line in s.statements:
        console.print(_statement(line, numbers))
    console.print(numbers.list())
    for notice in s.notices:
        console.print(Text(f"note: {notice}", style="dim"))


def timeline(console: Console, events: Sequence[TimelineEvent], names: dict[str, str | None]) -> None:
    """Print a timeline, disputed dates marked."""
    if not events:
        console.print(
            "No dated claim was found; relative days need to know when an article was published (--published)."
        )
        return
    numbers = Numbers(names)
    table = Table(box=None, show_header=False, pad_edge=False)
    for event in events:
        mark = Text(" disputed", style="yellow") if event.disputed else Text("")
        table.add_row(
            Text(event.label, style="bold") + mark,
            Text(clean(event.text) + " " + _marks(event.citations, numbers)),
        )
    console.print(table)
    console.print(numbers.list())


def _marks(citations: Sequence[Citation], numbers: Numbers) -> str:
    return " ".join(dict.fromkeys(numbers.of(c.file) for c in citations))


def stories(console: Console, rows: Sequence[tuple[StoryRow, int]]) -> None:
    """Print the known stories."""
    table = Table("story", "articles", "discrepancies", "title", box=None, header_style="bold")
    for row, flagged in rows:
        table.add_row(row.name, str(row.articles), str(flagged), clean(row.title or ""))
    console.print(table)


def sources(console: Console, articles: Sequence[Article]) -> None:
    """Print the articles of a story."""
    table = Table("file", "publisher", "published", "version", "title", box=None, header_style="bold")
    for a in articles:
        s = a.source
        table.add_row(
            Text(clean(a.file)),
            Text(clean(s.publisher or "unknown")),
            s.published.isoformat() if s.published else "unknown",
            str(a.version),
            Text(clean(s.title or "")),
        )
    console.print(table)


def added(console: Console, a: Added) -> None:
    """Print what became of added files."""
    for label, files in (
        ("added", a.added),
        ("updated", a.updated),
        ("unchanged", a.unchanged),
        ("skipped (unknown kind)", a.skipped),
    ):
        if files:
            console.print(Text(f"{label}: {', '.join(clean(f) for f in files)}"))
    for notice in a.notices:
        console.print(Text(clean(notice), style="dim"))
