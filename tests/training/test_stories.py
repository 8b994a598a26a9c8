"""Rows and pairs from annotated stories: the reader's last pass learns what the annotations say, and parts leave their stories out."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.analysis.contrast import UNKNOWN
from bot.analysis.logistic import shipped
from bot.analysis.pairing import ALIKE_FROM
from bot.engine.sentence_reader import readers
from bot.scorecard.fit_answers import Case, cases_of
from bot.scorecard.fit_contrast import pairs_of, probability
from bot.scorecard.gold import GoldSide, GoldStory, read_set
from tests.conftest import STORIES
from training import stories
from training.rows import Row


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
    told = list(stories.pairs(gold, readers([])[0]))
    against = [{pair["one"], pair["other"]} for pair in told if pair["contradict"]]
    assert len(against) >= len(gold.discrepancies)
    assert len(told) > 2 * len(against)


def test_with_a_reader_pairs_that_are_alike_without_sharing_a_word_are_told_too(gold: GoldStory) -> None:
    (reader,) = readers([])
    by_words, by_both = pairs_of(gold), pairs_of(gold, reader)
    assert {p.sentences for p in by_words} < {p.sentences for p in by_both}
    assert {p.likeness for p in by_words} == {UNKNOWN}
    alike = [p for p in by_both if not p.features["shared"]]
    assert alike
    assert all(p.likeness >= ALIKE_FROM for p in alike)
    rules = shipped("contrast.json")
    suspected = [p for p in by_both if p.suspected(rules)]
    assert len(suspected) < len([p for p in by_both if p.suspected(rules, stories.FAR)])
    quiet = next(p for p in by_both if not p.suspected(rules))
    assert probability(replace(quiet, opposed=9.0), (rules, rules)) == rules.probability(quiet.features)


def test_a_sentence_beside_the_named_passages_neither_answers_nor_is_taken_for_wrong_in_one(cases: list[Case]) -> None:
    def named(*sides: GoldSide) -> list[Row]:
        gold = case.gold.model_copy(update={"evidence": sides})
        return list(stories.rows(replace(case, gold=gold)))

    case = next(c for c in cases if len(c.gold.files) > 1 and len([r for r in stories.rows(c) if r.spans]) > 1)
    answering = next(c for c, _, _ in case.rows if case.right(c))
    side = GoldSide(file=answering.article.file, quote=answering.text)
    (only,) = [row for row in named(side) if row.spans]
    assert only.window.endswith(answering.text)
    wrong = next(row for row in named(side) if not row.spans)
    other = next(c for c, _, _ in case.rows if wrong.window.endswith(c.text))
    there = GoldSide(file=other.article.file, quote=other.text)
    assert wrong.window not in {row.window for row in named(side, there)}, "it answers in words that nobody listed"


def test_pairs_beside_a_question_dispute_it_if_they_hold_two_accepted_values(cases: list[Case]) -> None:
    for case in cases:
        told = list(stories.disputed(case))
        values = [{v.casefold() for v in group} for group in case.gold.values]
        for pair in told:
            held = [
                {i for i, v in enumerate(values) if any(x in pair[s].casefold() for x in v)} for s in ("one", "other")
            ]
            assert not pair["contradict"] or (held[0] - held[1] and held[1] - held[0])
        assert len([p for p in told if not p["contradict"]]) <= stories.BESIDE_A_QUESTION
        assert case.gold.status == "conflict" or not any(p["contradict"] for p in told)
        assert {p["question"] for p in told} <= {case.asked.main}
    asked = [c for c in cases if c.gold.status == "conflict"]
    assert sum(any(p["contradict"] for p in stories.disputed(c)) for c in asked) >= len(asked) / 2


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

    for name in ("pairs.jsonl", "disputes.jsonl"):
        assert len(lines("all", name)) == len(lines("0", name)) + len(lines("1", name)) > 0
    asked = {part: {json.loads(line)["question"] for line in lines(part, "train.jsonl")} for part in ("0", "1")}
    assert asked["0"] & asked["1"] == {"Who?"}, "only what is called to mind"
