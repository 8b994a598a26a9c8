"""The reader's figures on rows, from a reader whose every word is written down."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from bot.reader.reader import ReadSpan
from training.measure import auc, on_rows


class Written:
    """Sees an answer in what holds "three", less surely than in what holds "seven"; finds a window near its question that holds "bridge"."""

    def read(self, question: str, windows: Sequence[str]) -> list[list[ReadSpan]]:
        (window,) = windows
        at = max(window.find("three"), window.find("seven"))
        return [[] if at < 0 else [ReadSpan(at, at + 5, 2.0 if "seven" in window else 1.0)]]

    def vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return np.array([[1.0, 0.0], [1.0, 0.0] if "bridge" in texts[1] else [0.0, 1.0]], dtype=np.float32)


def row(window: str, spans: list[list[int]], kind: str, source: str) -> str:
    return json.dumps({"question": "How many?", "window": window, "spans": spans, "kind": kind, "source": source})


def test_likeness_helps_to_tell_answers_from_none_and_both_sets_are_pooled(tmp_path: Path) -> None:
    rows = [
        row("The bridge has three arches.", [[15, 20]], "gold", "squad2"),
        row("Seven inns and seven mills.", [], "unanswerable", "squad2"),
        row("Nothing.", [], "stranger", "squad2"),
        row("The bridge has seven towers.", [[15, 27]], "gold", "squadshifts"),
        row("It has three.", [], "stranger", "squadshifts"),
    ]
    (tmp_path / "rows.jsonl").write_text("\n".join(rows), "utf-8")
    found = on_rows(Written(), tmp_path / "rows.jsonl")  # type: ignore[arg-type]  # asked for spans and vectors only
    assert found["squad2"]["no-answer AUC"] == 0.5
    assert found["squad2"]["no-answer AUC with likeness"] == 1.0
    assert found["squad2"]["AUC, stranger"] == 1.0
    assert found["squad2"]["span F1"] == 100.0
    assert found["squadshifts"]["span F1"] == pytest.approx(66.7)
    assert found["both SQuAD sets"]["rows"] == 5
    assert set(found) == {"squad2", "squadshifts", "both SQuAD sets"}


def test_the_auc_is_the_chance_that_an_answer_has_the_greater_margin() -> None:
    assert auc([3.0, 1.0], [2.0, 0.0]) == 0.75
    assert auc([1.0], [2.0]) == 0.0
