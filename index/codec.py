"""Claims to and from JSON, with every field checked on the way in: the library may be older than the code."""

from __future__ import annotations

from dataclasses import asdict
from typing import TypedDict

from index.types import Amount, Claim, Kind, Span


class ClaimData(TypedDict):
    """A claim as JSON; spans and amounts are lists of numbers."""

    id: str
    article_id: str
    file: str
    span: list[int]
    quote: str
    kind: str
    facet: str
    topic: str
    value: str
    normal: str
    predicate: str
    terms: list[str]
    context: list[str]
    amounts: list[list[float | str | bool]]
    frame: list[str]
    negated: bool
    tentative: bool
    superseded: bool
    opinion: bool
    attributed_to: str | None
    origin: str


PLAIN = (
    "id",
    "article_id",
    "file",
    "quote",
    "facet",
    "topic",
    "value",
    "normal",
    "predicate",
    "negated",
    "tentative",
    "superseded",
    "opinion",
    "attributed_to",
    "origin",
)


def dump(claim: Claim) -> dict[str, object]:
    """A claim as JSON values; infinite ends of a range are written as "inf"."""
    plain = asdict(claim)
    return {
        **{key: plain[key] for key in PLAIN},
        "span": [claim.span.start, claim.span.end],
        "kind": claim.kind.value,
        "terms": list(claim.terms),
        "context": list(claim.context),
        "frame": list(claim.frame),
        "amounts": [
            ["inf" if v == float("inf") else v for v in (a.low, a.high)] + [a.unit, a.approximate]
            for a in claim.amounts
        ],
    }


def load(data: ClaimData) -> Claim:
    """The claim of `dump`. Its keys are not kept with it: the candidate index has them."""
    return Claim(
        id=data["id"], article_id=data["article_id"], file=data["file"], span=Span(*data["span"]), quote=data["quote"], kind=Kind(data["kind"]),
        facet=data["facet"], topic=data["topic"], value=data["value"], normal=data["normal"], predicate=data["predicate"], terms=tuple(data["terms"]),
        context=tuple(data["context"]), amounts=tuple(Amount(float(low), float(high), str(unit), bool(about)) for low, high, unit, about in data["amounts"]),
        frame=tuple(data["frame"]), negated=data["negated"], tentative=data["tentative"], superseded=data["superseded"], opinion=data["opinion"],
        attributed_to=data["attributed_to"], origin=data["origin"],
    )  # fmt: skip
