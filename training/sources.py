"""The public question sets the reader learns from, each brought to one form: a question, a text, where its answers stand."""

from __future__ import annotations

import csv
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

HELD_OUT = 5
"""One article (or question, where a set has no articles) in this many is held out of training."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question beside a text. `spans` are the answers as [start, end) in characters, none where the text has no answer;
    `unit` is what a split keeps together: an article, or a question with all its documents."""

    question: str
    text: str
    spans: tuple[tuple[int, int], ...]
    unit: str
    source: str

    @property
    def held_out(self) -> bool:
        return held_out(self.unit)


def held_out(unit: str) -> bool:
    """Whether a unit belongs to the held-out part: decided by a checksum of its name alone, so it never moves."""
    return zlib.crc32(unit.encode()) % HELD_OUT == 0


def squad(path: Path, source: str) -> Iterator[Example]:
    """SQuAD 2.0 and SQuADShifts. A question without an answer has no spans."""
    for article in json.loads(path.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            for qa in paragraph["qas"]:
                spans = {(a["answer_start"], a["answer_start"] + len(a["text"])) for a in qa["answers"]}
                yield Example(
                    qa["question"].strip(), text, tuple(sorted(spans)), f"{source}/{article['title']}", source
                )


_TREEBANK = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"'}


def qamr(folder: Path) -> Iterator[Example]:
    """QAMR: answers are token indices; the tokens are put together as they would be written."""
    texts: dict[str, tuple[str, list[tuple[int, int]]]] = {}
    for line in (folder / "wiki-sentences.tsv").read_text("utf-8").splitlines():
        key, _, tokens = line.partition("\t")
        texts[key] = _written(tokens.split(" "))
    for name in ("dev.tsv", "test.tsv"):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                key, question, answers = row[0], row[5], [row[6], *(r.partition(":")[2] for r in row[7:])]
                text, places = texts[key]
                spans = {span for a in answers if (span := _covering(a, places))}
                if spans:
                    yield Example(question.strip(), text, tuple(sorted(spans)), "qamr/" + key.rsplit(":", 2)[0], "qamr")


def _written(tokens: list[str]) -> tuple[str, list[tuple[int, int]]]:
    text, places, opened = "", [], False
    for piece in tokens:
        word = _TREEBANK.get(piece, piece)
        closing = (
            re.fullmatch(r"[.,;:?!%)\]]|'s|'|n't|'(?:re|ve|ll|d|m)", word) or piece == "''" or (word == '"' and opened)
        )
        if text and not closing and not text.endswith(("(", "[", "$")) and not (text.endswith('"') and opened):
            text += " "
        if word == '"':
            opened = piece == "``" or (piece == '"' and not opened)
        places.append((len(text), len(text) + len(word)))
        text += word
    return text, places


def _covering(answer: str, places: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The span of a run of token indices; None where they are none or do not stand together."""
    indices = sorted(int(i) for i in answer.split() if i.isdigit())
    if not indices or indices[-1] - indices[0] != len(indices) - 1 or indices[-1] >= len(places):
        return None
    return places[indices[0]][0], places[indices[-1]][1]


def qed(path: Path) -> Iterator[Example]:
    """QED: Natural Questions whose paragraph holds a short answer."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        spans = {(a["start"], a["end"]) for answers in row["original_nq_answers"] for a in answers}
        question = row["question_text"].strip() + "?"
        yield Example(
            question[0].upper() + question[1:],
            row["paragraph_text"],
            tuple(sorted(spans)),
            "qed/" + row["title_text"],
            "qed",
        )


def quotesum(path: Path) -> Iterator[Example]:
    """QuoteSum: several passages to a question, each with its own short answer."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        for i in range(1, 9):
            text, answer = row.get(f"source{i}", ""), row.get(f"short_ans_{i}", "")
            if text and answer and (spans := occurrences(answer, text)):
                yield Example(row["question"], text, spans, "quotesum/" + row["qid"], "quotesum")


class Asked(BaseModel):
    """A further question that somebody asked of a set's text."""

    question: str
    text: str
    unit: str
    """The one that the set itself gives the text, as in "squad2/Normans": held out or not as that is."""
    answer: str | None
    """Words of the text; None where it does not answer."""


def asked(path: Path) -> Iterator[Example]:
    """Further questions, a line of JSON each, see Asked. Raises ValueError with the file and the line where one is not as it must be."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = Asked.model_validate_json(line)
        except ValidationError as problem:
            raise ValueError(f"{path}, line {number}: {problem.errors()[0]['msg']}") from None
        spans = occurrences(row.answer, row.text) if row.answer else ()
        if row.answer and not spans:
            raise ValueError(f"{path}, line {number}: {row.answer!r} is not in the text")
        yield Example(row.question, row.text, spans, row.unit, "asked")


@dataclass(frozen=True, slots=True)
class Documents:
    """A RAMDocs question with its documents: each a text and the answer it supports, None for noise."""

    question: str
    documents: tuple[tuple[str, str | None], ...]

    @property
    def unit(self) -> str:
        return "ramdocs/" + self.question

    @property
    def held_out(self) -> bool:
        return held_out(self.unit)


def ramdocs(path: Path) -> Iterator[Documents]:
    """RAMDocs: questions with documents that support different answers, misinformation and noise."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        yield Documents(
            row["question"],
            tuple((d["text"], None if d["answer"] == "unknown" else d["answer"]) for d in row["documents"]),
        )


def ramdocs_examples(path: Path) -> Iterator[Example]:
    """Each document of RAMDocs by itself; a document whose answer is not in its words is left out."""
    for asked in ramdocs(path):
        for text, answer in asked.documents:
            spans = occurrences(answer, text) if answer is not None else ()
            if spans or answer is None:
                yield Example(asked.question, text, spans, asked.unit, "ramdocs")


def occurrences(answer: str, text: str) -> tuple[tuple[int, int], ...]:
    """Where an answer stands as whole words, in any case."""
    pattern = r"(?<!\w)" + re.escape(answer.strip()) + r"(?!\w)"
    return tuple(m.span() for m in re.finditer(pattern, text, re.IGNORECASE))
