"""The rows the reader learns from: what is said to have no answer must not have it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.rows import rows
from training.sources import Example, asked

TEXT = (
    "The Harlow bridge was built in 1931. It is 412 metres long. The county closed the bridge on Monday because of cracks in two pillars. "
    "Mayor Ida Brandt opened a ferry on Tuesday. The ferry carries 60 passengers."
)


def _example(question: str, answer: str) -> Example:
    at = TEXT.index(answer)
    return Example(question, TEXT, ((at, at + len(answer)),), "squad2/harlow", "squad2")


EXAMPLES = [
    _example("When was the Harlow bridge built?", "1931"),
    _example("How long is the bridge?", "412 metres"),
    _example("Why did the county close the bridge?", "cracks in two pillars"),
    _example("Who opened a ferry?", "Mayor Ida Brandt"),
    _example("How many passengers does the ferry carry?", "60"),
]


def test_a_row_without_an_answer_does_not_hold_the_answer_to_its_own_question() -> None:
    made = [r for seed in range(20) for r in rows(EXAMPLES, seed, hard=True)]
    answers = {e.question: TEXT[slice(*e.spans[0])] for e in EXAMPLES}
    none = [r for r in made if not r.spans and r.question in answers]
    assert none
    assert all(answers[r.question] not in r.window for r in none)
    assert all(answers[r.question] in r.window[slice(*r.spans[0])] for r in made if r.spans)


def test_hard_rows_take_the_sentence_most_like_the_question() -> None:
    def alike(hard: bool) -> float:
        removed = [
            r for seed in range(300) for r in rows([EXAMPLES[2]], seed, hard) if r.kind == "gold sentence removed"
        ]
        return sum("bridge" in r.window for r in removed) / len(removed)

    assert alike(True) > alike(False)


def test_the_same_seed_gives_the_same_rows() -> None:
    assert list(rows(EXAMPLES, 3, hard=True)) == list(rows(EXAMPLES, 3, hard=True))


def test_further_questions_are_of_their_texts_article_and_hold_their_answer(tmp_path: Path) -> None:
    file = tmp_path / "asked.jsonl"
    lines: list[dict[str, str | None]] = [
        {"question": "How big is it?", "text": TEXT, "unit": "squad2/harlow", "answer": "412 metres"},
        {"question": "Who designed it?", "text": TEXT, "unit": "squad2/harlow", "answer": None},
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    answered, open_ = asked(file)
    assert [TEXT[a:b] for a, b in answered.spans] == ["412 metres"]
    assert open_.spans == ()
    assert answered.held_out == EXAMPLES[0].held_out
    file.write_text(json.dumps({**lines[0], "answer": "500 metres"}) + "\n", "utf-8")
    with pytest.raises(ValueError, match=r"line 1: '500 metres' is not in the text"):
        list(asked(file))
    file.write_text('{"question": "How big is it?"}\n', "utf-8")
    with pytest.raises(ValueError, match="line 1: Field required"):
        list(asked(file))
