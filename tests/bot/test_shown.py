"""An answer as people see it: first what answers, then what is disputed, last what may belong to it."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from bot import jsonout, terminal
from bot.telegram import rendering
from bot.telegram.texts import Texts
from bot.types import Answer, Citation, Reply, Statement, Status
from index.types import Certainty, Span


def _statement(text: str, file: str, certainty: Certainty) -> Statement:
    return Statement(text, (Citation(file, None, text, Span(0, len(text))),), certainty=certainty)


REPLY = Reply(
    "Who rang?", "bell", Answer(Status.SINGLE, (
        _statement("The sexton rang.", "b.txt", Certainty.SURE), _statement("Somebody was seen.", "a.txt", Certainty.POSSIBLE),
    )), (), "embedded", (), (), 1,
)  # fmt: skip


def test_in_the_terminal_what_may_belong_to_it_stands_apart() -> None:
    out = io.StringIO()
    terminal.reply(Console(file=out, width=80, markup=False), REPLY, {})
    lines = out.getvalue().splitlines()
    at = lines.index("Perhaps also")
    assert "The sexton rang. [1]" in lines[at - 1]
    assert "Somebody was seen. [2]" in lines[at + 1]


@pytest.mark.parametrize("language", ["en", "de", "ru"])
def test_in_telegram_too_with_the_numbers_that_its_buttons_use(language: str) -> None:
    texts = Texts(language)
    answer = rendering.answer(REPLY, {}, texts).text
    sure, possible = answer.split(texts("perhaps"))
    assert "The sexton rang. [1]" in sure
    assert "Somebody was seen. [2]" in possible
    assert [line.strip() for line in rendering.used_sources(REPLY, {}, texts).text.splitlines()[1:]] == [
        "[1] b.txt",
        "[2] a.txt",
    ]
    quotes = rendering.quotes(REPLY, {}, texts).text
    assert quotes.index("“The sexton rang.” [1]") < quotes.index("“Somebody was seen.” [2]")


def test_programs_are_told_which_is_which() -> None:
    told = jsonout.reply(REPLY, {})
    assert isinstance(told, dict)
    statements = told["statements"]
    assert isinstance(statements, list)
    assert [s["certainty"] for s in statements if isinstance(s, dict)] == ["sure", "possible"]


def test_one_source_each_is_said_of_what_answers_alone() -> None:
    assert not REPLY.answer.one_each
