"""What kind of answer a question wants, and what it is about."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from bot.analysis.questions import read_question
from bot.analysis.words import tokens


def _known(terms: Iterable[str]) -> dict[str, int]:
    return dict.fromkeys(terms, 1)


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("Did the hospital pay any money to the people who did it?", "whether"),
        ("Is it known who took the money?", "who"),
        ("Who pays the people who did it?", "who"),
        ("Have they said when it rang?", "when"),
        ("Did Orde who runs it leave?", "who"),
    ],
)
def test_a_word_of_asking_behind_a_noun_asks_nothing(text: str, wants: str) -> None:
    assert read_question(text, _known).wants == wants


@pytest.mark.parametrize(
    ("text", "wants", "unit"),
    [
        ("On which night did the bell vanish?", "when", "day"),
        ("how come it failed", "why", ""),
        ("What made them strike?", "why", ""),
        ("whats the real reason she stopped", "why", ""),
        ("What was made of wood?", "what", ""),
        ("what was the death toll", "many", ""),
        ("number of injured?", "many", ""),
        ("What does the bell weigh?", "measure", "kg"),
        ("what is his age", "measure", "s"),
        ("How many days has he got?", "long", "s"),
        ("How many day trippers came?", "many", ""),
        ("What happened to the temperature sensor?", "what", ""),
        ("What caused the temperature to drop?", "why", ""),
        ("Which distance runner won?", "which", ""),
        ("What is the temperature in the shed?", "measure", "degree"),
        ("What made headlines?", "what", ""),
        ("What are the causes of the fire?", "why", ""),
        ("Which evening newspaper wrote it?", "what", ""),
    ],
)
def test_what_kind_of_answer_is_wanted_however_it_is_said(text: str, wants: str, unit: str) -> None:
    asked = read_question(text, _known)
    assert (asked.wants, asked.unit) == (wants, unit)


def test_words_that_only_tell_the_kind_of_answer_are_not_looked_for() -> None:
    assert read_question("What was the motive for the theft?", _known).terms == ("theft",)
    assert read_question("What was the motive?", _known).terms == ("motiv",)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("What colour is the van?", {"van"}),
        ("What nationality are the owners?", {"owner"}),
        ("What is the name of the ship?", {"ship"}),
        ("How old is the rector?", {"rector"}),
        ("How high is the tower?", {"high", "tower"}),
        ("How many weeks was the strike?", {"strike"}),
        ("What colour is it?", {"colour"}),
        ("Did the colour fade?", {"colour", "fade"}),
        ("What did the mayor say about jobs?", {"mayor", "job"}),
        ("Why did Real Madrid sack the coach?", {"real", "madrid", "sack", "coach"}),
        ("How many reasons did the minister give?", {"reason", "minist", "give"}),
    ],
)
def test_what_is_asked_for_and_never_said_is_not_looked_for_beside_what_is(text: str, terms: set[str]) -> None:
    assert set(read_question(text, _known).terms) == terms


def test_a_question_of_words_of_asking_alone_is_about_those() -> None:
    asked = read_question("Who said they knew exactly what they wanted?", _known)
    assert set(asked.terms) == {"exact", "want"}
    assert read_question("What happened?", _known).terms == ()
    assert "know" not in read_question("Do you know who rang the bell?", _known).terms


def test_several_of_a_name_are_that_name_and_no_slip() -> None:
    name = tokens("the Russian crew")[1].norm
    known_there = {name: 3, "modul": 2}
    asked = read_question(
        "Did the Russians disconnect the modules?", lambda norms: {n: known_there.get(n, 0) for n in norms}
    )
    assert asked.corrected == ()
    assert name in asked.terms


@pytest.mark.parametrize("word", ["apologise", "organised", "criticising"])
def test_a_british_spelling_is_no_slip(word: str) -> None:
    story = {"apology": 3, "apologies": 2, "organ": 2, "critic": 2}
    asked = read_question(f"Did the council {word}?", lambda terms: {t: story[t] for t in terms if t in story})
    assert asked.corrected == ()
