"""Rows and pairs from disputed facts: what the writers gave is what the reader is taught."""

from __future__ import annotations

import json
import random
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from training import facts

FERRY: dict[str, Any] = {
    "story": "ferry",
    "a": [["The ferry had 212 people on board.", "212 people"], ["Two hundred and twelve of us sailed, the purser said.", "Two hundred and twelve"]],
    "b": [["No more than 180 were aboard, says the coastguard.", "No more than 180"], ["With 176 souls she was half full.", "176 souls"]],
    "near": ["She is licensed for 212 people.", "Of those aboard 31 were cold.", "In 2019 she carried 180 guests to the fair."],
    "questions": ["How many people was the boat carrying?", "How full was she?"],
    "unanswered": ["How many sailed back?", "What did a ticket cost?"],
}  # fmt: skip
CAUSE: dict[str, Any] = {
    "story": "ferry",
    "a": [["A lamp set the deck alight.", "A lamp"], ["It began with an oil lamp.", "an oil lamp"]],
    "b": [["Someone threw a flare.", "a flare"], ["Arson, the police believe.", "Arson"]],
    "near": ["Flares are kept aft.", "The lamps were new.", "Nobody was charged in the lamp affair."],
    "questions": ["What started the fire?", "Why did it burn?"],
    "unanswered": ["Who put the fire out?", "How long did it burn?"],
}


def test_an_answer_is_marked_where_it_stands_and_nothing_is_marked_elsewhere() -> None:
    made = list(facts.rows(FERRY, FERRY["near"], random.Random(1)))  # noqa: S311 - a draw, no secret
    answers: dict[str, str] = dict((*FERRY["a"], *FERRY["b"]))
    assert {row.question for row in made if row.spans} == set(FERRY["questions"])
    for row in made:
        sentence = next(s for s in [*answers, *FERRY["near"]] if row.window.endswith(s))
        assert [row.window[a:b] for a, b in row.spans] == (
            [answers[sentence]] if sentence in answers and row.kind == "gold" else []
        )
        assert bool(row.spans) == (row.kind == "gold")
    assert {row.kind for row in made} == {"gold", "none", "unanswerable"}
    assert any(row.window in answers for row in made)
    before = [
        row.window.removesuffix(s).strip() for row in made for s in [*answers, *FERRY["near"]] if row.window.endswith(s)
    ]
    assert {""} < set(before) <= {"", *FERRY["near"]}
    assert not any(row.window == f"{s} {s}" for row in made for s in FERRY["near"])


def test_only_the_two_versions_of_a_fact_contradict_each_other() -> None:
    strangers = [sentence for sentence, _ in CAUSE["a"]]
    told = list(facts.pairs(FERRY, strangers, random.Random(1)))  # noqa: S311 - a draw, no secret
    one, other = ({sentence for sentence, _ in FERRY[side]} for side in ("a", "b"))
    for pair in told:
        across = (pair["one"] in one and pair["other"] in other) or (pair["one"] in other and pair["other"] in one)
        assert pair["contradict"] is across
    assert sum(pair["contradict"] for pair in told) == len(one) * len(other)
    assert {pair["other"] for pair in told} & set(FERRY["near"])
    assert {pair["other"] for pair in told} & set(strangers)


def test_rows_are_mixed_with_those_of_stories_and_all_their_pairs_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    told.mkdir()
    row = {"question": "Who?", "window": "Nobody.", "spans": [], "kind": "none", "source": "stories"}
    pair = {"one": "It rained.", "other": "It stayed dry.", "contradict": True}
    (told / "train.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    (told / "pairs.jsonl").write_text(json.dumps(pair) + "\n", encoding="utf-8")
    (tmp_path / "ferry.jsonl").write_text("".join(json.dumps(f) + "\n" for f in (FERRY, CAUSE)), encoding="utf-8")
    made = []
    for out in (tmp_path / "out", tmp_path / "again"):
        monkeypatch.setattr(
            sys, "argv", ["facts", str(out), str(tmp_path / "ferry.jsonl"), "--beside", str(told), "--rows", "7"]
        )
        facts.main()
        made.append([(out / name).read_text("utf-8").splitlines() for name in ("train.jsonl", "pairs.jsonl")])
    rows, pairs = made[0]
    assert len(rows) == 7 + 1
    assert json.dumps(row) in rows
    assert json.dumps(pair) in pairs
    assert all(one == other for one, other in pairwise(made))


def test_a_fact_whose_answer_is_not_in_its_sentence_is_named(tmp_path: Path) -> None:
    wrong = FERRY | {"a": [["The ferry had 212 people on board.", "213"]]}
    (tmp_path / "f.jsonl").write_text(f"{json.dumps(FERRY)}\n{json.dumps(wrong)}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"f\.jsonl, line 2: '213' does not stand in its sentence"):
        list(facts.read(tmp_path / "f.jsonl"))
    (tmp_path / "f.jsonl").write_text(json.dumps(FERRY | {"near": []}) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 1: a, b, near or questions are too few"):
        list(facts.read(tmp_path / "f.jsonl"))
