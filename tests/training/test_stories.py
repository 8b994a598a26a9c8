"""Rows and pairs from annotated stories: the reader's last pass learns what the annotations say, and parts leave their stories out."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from bot.engine.sentence_reader import readers
from bot.scorecard.fit_answers import Case, cases_of
from bot.scorecard.gold import GoldStory, read_set
from tests.conftest import STORIES
from training import stories


@pytest.fixture(scope="module")
def gold() -> GoldStory:
    return read_set(STORIES / "hollin-dam-alarm")[0]


@pytest.fixture(scope="module")
def cases(gold: GoldStory) -> list[Case]:
    return cases_of([gold], readers([]))


def test_a_row_with_an_answer_marks_an_accepted_value_and_one_without_holds_none(cases: list[Case]) -> None:
    made = {case.gold.id: list(stories.rows(case)) for case in cases}
    marked = 0
    for case in cases:
        accepted = {v.casefold() for group in case.gold.values for v in group}
        for row in made[case.gold.id]:
            assert {row.window[a:b].casefold() for a, b in row.spans} <= accepted
            assert bool(row.spans) == (row.kind == "gold")
            assert row.kind != "gold" or case.gold.status != "unanswerable"
            marked += len(row.spans)
    assert marked >= len([case for case in cases if case.gold.status != "unanswerable"])
    assert all(len([r for r in rows if not r.spans]) <= stories.WRONG for rows in made.values())
    assert any(r.kind == "unanswerable" for rows in made.values() for r in rows)


def test_pairs_hold_every_annotated_contradiction_and_some_that_only_look_like_one(gold: GoldStory) -> None:
    told = list(stories.pairs(gold))
    against = [{pair["one"], pair["other"]} for pair in told if pair["contradict"]]
    assert len(against) >= len(gold.discrepancies)
    assert len(told) > 2 * len(against)


def test_each_part_leaves_its_stories_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["hollin-dam-alarm", "petrel-balloon"]
    for name in names:
        (tmp_path / "set").mkdir(exist_ok=True)
        (tmp_path / "set" / name).symlink_to(STORIES / name)
    (tmp_path / "hard").mkdir()
    beside = {"question": "Who?", "window": "Nobody.", "spans": [], "kind": "none", "source": "other"}
    (tmp_path / "hard" / "train.jsonl").write_text(json.dumps(beside) + "\n", encoding="utf-8")
    out = tmp_path / "out"
    arguments = [str(out), str(tmp_path / "set"), "--beside", str(tmp_path / "hard"), "--parts", "2"]
    monkeypatch.setattr(sys, "argv", ["stories", *arguments])
    stories.main()
    assert "all: 2 stories" in capsys.readouterr().out

    def lines(part: str, name: str) -> list[str]:
        return (out / part / name).read_text("utf-8").splitlines()

    assert len(lines("all", "pairs.jsonl")) == len(lines("0", "pairs.jsonl")) + len(lines("1", "pairs.jsonl"))
    asked = {part: {json.loads(line)["question"] for line in lines(part, "train.jsonl")} for part in ("0", "1")}
    assert asked["0"] & asked["1"] == {"Who?"}, "only what is called to mind"
