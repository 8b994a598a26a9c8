"""Prompts for models: one Markdown file for each task of the engine.

A file has notes for its writers, then a part "## System" and a part "## User" with $variables. A writer can edit one without
reading Python: the loader checks that exactly the variables of its task occur.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from string import Template

VARIABLES: dict[str, frozenset[str]] = {
    "answer": frozenset(["boundary", "sources", "disagreements", "question", "not_in_sources", "mark"]),
    "read": frozenset(["boundary", "articles"]),
    "compare": frozenset(["boundary", "pairs"]),
    "summarise": frozenset(["boundary", "sources", "disagreements"]),
    "condense": frozenset(["boundary", "conversation", "context", "question"]),
}
"""The variables of each task's prompt."""


class BadPrompt(Exception):
    """A prompt file cannot be used; says which and why."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A task's prompt; `digest` changes with every edit and is kept beside what the prompt produced."""

    name: str
    system: str
    user: str
    digest: str

    def fill(self, **values: str) -> tuple[str, str]:
        """The system's and the user's message. Raises KeyError for a variable without a value."""
        return Template(self.system).substitute(values), Template(self.user).substitute(values)


@lru_cache(maxsize=len(VARIABLES))
def load(name: str) -> Prompt:
    """A task's prompt. Raises BadPrompt."""
    return parse(name, (files("prompts") / f"{name}.md").read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Prompt:
    """Read a prompt's file. Raises BadPrompt that names what is missing or not known."""
    parts = re.split(r"(?m)^## (System|User)\s*$", text)
    if parts[1::2] != ["System", "User"]:
        raise BadPrompt(f"prompts/{name}.md needs a part '## System' and then a part '## User'")
    system, user = parts[2].strip(), parts[4].strip()
    for part in (system, user):
        if not Template(part).is_valid():
            raise BadPrompt(f"prompts/{name}.md has a lone '$'; write '$$' for a dollar sign")
    found = {*Template(system).get_identifiers(), *Template(user).get_identifiers()}
    known = VARIABLES[name]
    if found != known:
        wrong = ", ".join(f"${v}" for v in sorted(found ^ known))
        raise BadPrompt(
            f"prompts/{name}.md: {wrong} - it must have exactly {', '.join(f'${v}' for v in sorted(known))}"
        )
    return Prompt(name, system, user, hashlib.sha256(text.encode()).hexdigest()[:12])
