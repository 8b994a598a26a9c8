"""A scorecard as JSON, in the terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bot.jsonout import Json
from bot.scorecard.run import Card
from bot.scorecard.score import Figures

RATIOS: Sequence[tuple[str, str, str, str]] = (
    ("status_accuracy", "status", "status_right", "questions"),
    ("answer_recall", "answered", "answered", "answerable"),
    ("cited", "cited", "cited", "answered"),
    ("abstention", "abstained", "abstained", "unanswerable"),
    ("conflict_flagged", "conflict flagged", "conflict_flagged", "conflict_questions"),
    ("others_flagged", "others flagged", "other_flagged", "other_questions"),
    ("statements_right", "statements right", "statements_right", "statements"),
    ("traps_flagged", "traps flagged", "trapped", "traps"),
    ("across_stories", "across stories", "across", "all_flags"),
)
"""(key of the JSON, heading, part, whole)."""


COSTS = ("requests", "tokens")
"""What a question costs with a model; 0 where no endpoint was asked."""


def ratios(figures: Figures) -> dict[str, float | None]:
    """All ratios of some figures by key, None where there is nothing to count."""
    found: dict[str, float | None] = {
        "ledger_precision": figures.precision,
        "ledger_recall": figures.recall,
        "ledger_f1": figures.f1,
    }
    return found | {key: figures.ratio(part, whole) for key, _, part, whole in RATIOS}


def as_json(card: Card) -> dict[str, Json]:
    """The contract's {"stories": {name: figures}, "total": figures}."""

    def one(figures: Figures) -> Json:
        by: dict[str, Json] = {
            name: {key: dict(counter) for key, counter in sorted(table.items())}
            for name, table in (("by_kind", figures.kinds), ("by_scope", figures.scopes))
        }
        return {
            **ratios(figures),
            "misquoted": figures.counts["misquoted"],
            **{f"{what}_per_question": figures.ratio(what, "questions") for what in COSTS},
            "counts": dict(figures.counts),
            **by,
            "missed": list(figures.missed),
        }

    return {
        "engine": card.engine,
        "merged": card.merged,
        "stories": {name: one(f) for name, f in card.stories.items()},
        "total": one(card.total),
    }


def _cells(figures: Figures) -> list[str]:
    shown = [_percent(x) for x in (figures.precision, figures.recall, figures.f1)]
    return (
        shown
        + [_percent(figures.ratio(part, whole)) for _, _, part, whole in RATIOS]
        + [str(figures.counts["misquoted"])]
        + [_rounded(figures.ratio(what, "questions")) for what in COSTS]
    )


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _rounded(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


HEADINGS = [
    "ledger P", "ledger R", "ledger F1", *(heading for _, heading, _, _ in RATIOS), "misquoted", "requests per question", "tokens per question",
]  # fmt: skip


def show(console: Console, card: Card) -> None:
    """Print a scorecard, a column for each story."""
    table = Table("", *card.stories, "total", box=None, header_style="bold")
    columns = [_cells(f) for f in (*card.stories.values(), card.total)]
    for i, heading in enumerate(HEADINGS):
        table.add_row(heading, *(column[i] for column in columns))
    console.print(f"engine: {card.engine}{', all stories merged into one' if card.merged else ''}")
    console.print(table)
    for name, tables in (("kind", card.total.kinds), ("scope", card.total.scopes)):
        console.print(f"\nledger by {name}:")
        for key, c in sorted(tables.items()):
            console.print(
                f"  {key:10} entries {c['entries']:3}  right {c['right']:3}  gold {c['gold']:3}  found {c['found']:3}"
            )


def markdown(cards: Sequence[tuple[str, Card]], head: str) -> str:
    """A scorecard as a document: for each card a table of its stories, the ledger by kind and scope, and what was missed."""
    lines = [head.rstrip(), ""]
    for title, card in cards:
        lines += [
            f"## {title}",
            "",
            f"Engine: {card.engine}.",
            "",
            "| story | " + " | ".join(HEADINGS) + " |",
            "|---" * (len(HEADINGS) + 1) + "|",
        ]
        for name, figures in (*card.stories.items(), ("**total**", card.total)):
            lines.append(f"| {name} | " + " | ".join(_cells(figures)) + " |")
        lines.append("")
        for what, tables in (("kind", card.total.kinds), ("scope", card.total.scopes)):
            lines += [f"| {what} | entries | right | gold | found |", "|---|---|---|---|---|"]
            lines += [
                f"| {key} | {c['entries']} | {c['right']} | {c['gold']} | {c['found']} |"
                for key, c in sorted(tables.items())
            ]
            lines.append("")
        for name, figures in card.stories.items():
            if figures.missed:
                lines += [f"### Missed: {name}", "", *(f"- {m}" for m in figures.missed), ""]
    return "\n".join(lines).rstrip() + "\n"
