"""Writing docs/scorecard.md: a story set scored story by story and merged into one, with what was missed.

python -m bot.scorecard.write DIR [--write FILE]
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from rich.console import Console

from bot.scorecard.run import evaluate
from bot.scorecard.show import markdown, show

HEAD = """# Scorecard

**Development stories, tuned on.** Written by `make scorecard` on {day}, embedded engine. The engine's lexicon and thresholds were
chosen looking at these stories, and its fitted models have seen all of them but `iss-video`; for stories that a model has not
seen, see [models.md](models.md).

The definitions are in `bot/scorecard/score.py`: *ledger* precision, recall and F1 over flagged entries; *status* accuracy; questions
*answered* with every accepted value shown; *cited* from a right file; *abstained* where the sources do not say; conflict questions and
other questions *flagged*; *traps flagged*; *misquoted* must be 0.
"""


def main() -> int:
    """Score a set twice, print it and write it if asked to."""
    parser = argparse.ArgumentParser(prog="python -m bot.scorecard.write")
    parser.add_argument("dir", type=Path)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    apart, merged = evaluate(options.dir), evaluate(options.dir, merge=True)
    console = Console(width=160)
    show(console, apart)
    show(console, merged)
    if options.write:
        cards = [("Story by story", apart), ("All stories merged into one", merged)]
        options.write.write_text(markdown(cards, HEAD.format(day=date.today().isoformat())), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
