"""Prompts can be edited without reading Python: what is wrong in one is said by name."""

from __future__ import annotations

import pytest

from prompts import VARIABLES, BadPrompt, load, parse

GOOD = "# Notes\n\n## System\n\nBe brief. $boundary $conversation\n\n## User\n\n$context $question\n"


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_every_task_has_a_prompt_that_can_be_filled(name: str) -> None:
    system, user = load(name).fill(**{v: f"<{v}>" for v in VARIABLES[name]})
    assert all(f"<{v}>" in system + user for v in VARIABLES[name])
    assert "$" not in system + user


def test_an_edit_changes_the_digest() -> None:
    assert parse("condense", GOOD).digest != parse("condense", GOOD + "\n").digest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("## User\n$question", "## System"),
        (GOOD.replace("$context", ""), r"\$context"),
        (GOOD.replace("$context", "$context $contxt"), r"\$contxt"),
        (GOOD + "It costs 5 $ a day", "lone"),
    ],
)
def test_a_spoilt_prompt_is_told_by_name(text: str, said: str) -> None:
    with pytest.raises(BadPrompt, match=said):
        parse("condense", text)
