"""Values as the JSON of the command line. The names are a contract; keys may be added, never taken away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TypeAlias

from bot.analysis.grounding import claim_citation
from bot.types import Added, Citation, Ledger, Reply, Statement, Summary, TimelineEvent
from index.library import Removed, StoryRow
from index.types import Article, Claim, Discrepancy, Unchecked

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"


def write(value: Json) -> None:
    """Print a value as one line, at once: who reads it may wait for it."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def citation(c: Citation) -> Json:
    return {
        "file": c.file,
        "publisher": c.publisher,
        "quote": c.quote,
        "start": c.span.start,
        "end": c.span.end,
        "attributed_to": c.attributed_to,
    }


def statement(s: Statement) -> Json:
    return {
        "text": s.text, "short_answer": s.short_answer or None, "certainty": s.certainty.value, "citations": [citation(c) for c in s.citations],
    }  # fmt: skip


def discrepancy(d: Discrepancy, publishers: dict[str, str | None]) -> Json:
    """An entry of the ledger; `publishers` by file."""

    def claim(c: Claim) -> Json:
        return citation(claim_citation(c, publishers.get(c.file)))

    return {
        "id": d.id, "topic": d.topic, "kind": d.kind.value, "scope": d.scope.value, "relation": d.relation.value, "certainty": d.certainty.value, "why": d.why,
        "positions": [{"value": p.value, "origins": p.origins, "claims": [claim(c) for c in p.claims]} for p in d.positions],
        "beside": d.beside,
    }  # fmt: skip


def unchecked(found: Sequence[Unchecked]) -> Json:
    return [{"file": u.file, "why": u.why} for u in found]


def reply(r: Reply, publishers: dict[str, str | None]) -> Json:
    return {
        "question": r.question, "story": r.story, "status": r.answer.status.value, "statements": [statement(s) for s in r.answer.statements],
        "discrepancies": [discrepancy(d, publishers) for d in r.discrepancies], "engine": r.engine, "notices": list(r.notices), "unchecked": unchecked(r.unchecked),
        "elapsed_ms": r.elapsed_ms,
    }  # fmt: skip


def ledger(found: Ledger, publishers: dict[str, str | None]) -> Json:
    return {
        "story": found.story, "discrepancies": [discrepancy(d, publishers) for d in found.discrepancies],
        "explained": [discrepancy(d, publishers) for d in found.explained], "unchecked": unchecked(found.unchecked),
    }  # fmt: skip


def summary(s: Summary) -> Json:
    return {"story": s.story, "statements": [statement(x) for x in s.statements], "engine": s.engine}


def timeline(story: str, events: Sequence[TimelineEvent]) -> Json:
    return {
        "story": story,
        "events": [
            {
                "date": e.day,
                "text": e.text,
                "disputed": e.disputed,
                "citations": [citation(c) for c in e.citations],
            }
            for e in events
        ],
    }


def sources(story: str, articles: Sequence[Article]) -> Json:
    return {
        "story": story,
        "articles": [
            {"file": a.file, "publisher": a.source.publisher, "title": a.source.title, "url": a.source.url,
             "published": a.source.published.isoformat() if a.source.published else None, "version": a.version, "text": a.text}
            for a in articles
        ],
    }  # fmt: skip


def added(a: Added) -> Json:
    return {
        "story": a.story, "added": list(a.added), "updated": list(a.updated), "unchanged": list(a.unchanged), "skipped": list(a.skipped),
        "failed": [{"file": file, "error": error} for file, error in a.failed], "notices": list(a.notices),
    }  # fmt: skip


def removed(story: str, r: Removed) -> Json:
    return {"story": story, "removed": list(r.files), "story_gone": r.story_gone}


def stories(rows: Sequence[tuple[StoryRow, int]]) -> Json:
    return [
        {"story": row.name, "title": row.title, "articles": row.articles, "discrepancies": flagged}
        for row, flagged in rows
    ]
