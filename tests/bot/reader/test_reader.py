"""The embedded reader: words that answer, a margin over "no answer", and nothing lost where the weights are missing."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from functools import partial
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from bot.bootstrap import open_desk
from bot.desk import Desk
from bot.doctor import examine
from bot.engine.embedded import EmbeddedEngine
from bot.reader import reader as reading
from bot.reader.reader import WEIGHTS, ReaderMissing, SpanReader, checksums
from bot.reader.windows import LONGEST, window
from bot.settings import Settings
from bot.types import Question
from index.embedding import WordLlamaEmbedder
from index.home import Home


@pytest.fixture(scope="module")
def reader() -> SpanReader:
    return SpanReader()


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("When was the bridge opened?", "The bridge, closed on Monday for repairs, was opened in 1974.", "1974"),
        ("Who gave the alarm?", "The alarm was given by Ida Corran, a cook on the night shift.", "Ida Corran"),
        ("How many people were hurt?", "Twelve sailors were hurt and four were missing, the mayor said.", "Twelve"),
        ("Where did the train stop?", "The train came to a stop in Selmont, two miles before the tunnel.", "Selmont"),
    ],
)
def test_the_words_that_answer_are_found(reader: SpanReader, question: str, sentence: str, answer: str) -> None:
    best = reader.read(question, [sentence])[0][0]
    assert answer in sentence[best.start : best.end]
    assert best.margin > 0


def test_a_sentence_that_does_not_answer_is_below_one_that_does(reader: SpanReader) -> None:
    told, other = reader.read(
        "Who gave the alarm?", ["The alarm was given by Ida Corran.", "The harbour was built of granite in 1902."]
    )
    assert told[0].margin > 0 > other[0].margin


def test_spans_do_not_overlap_and_begin_in_the_windows_own_part(reader: SpanReader) -> None:
    before, own = "The bridge was opened in 1974. ", "It was closed in 1999 and torn down in 2003."
    whole = reader.read("When was it closed?", [before + own])[0]
    assert all(a.end <= b.start or b.end <= a.start for i, a in enumerate(whole) for b in whole[i + 1 :])
    assert all(s.start >= len(before) for s in reader.read("When was it opened?", [before + own], [len(before)])[0])


def test_odd_texts_break_nothing(reader: SpanReader) -> None:
    odd = ["", "   ", "😀", "a", "word " * 2000, "\u202e\u0000", "1"]
    found = reader.read("What?" * 400, odd)
    assert len(found) == len(odd)
    assert all(0 <= s.start <= s.end <= len(text) for text, spans in zip(odd, found, strict=True) for s in spans)


def test_the_same_question_gives_the_same_answer(reader: SpanReader) -> None:
    sentences = ["The alarm was given by Ida Corran.", "It rang at 4:30 in the morning.", "Nobody slept."]
    assert reader.read("When did it ring?", sentences) == reader.read("When did it ring?", sentences)


SENTENCES = [
    "The alarm was given by Ida Corran, a cook on the night shift.",
    "The harbour was built of granite in 1902.",
    "Repairs will cost nine million crowns, the county reckons.",
]


@pytest.mark.parametrize(
    ("question", "nearest"),
    [
        ("Who raised the alert?", 0),
        ("Of what stone is the port made?", 1),
        ("How expensive is it to mend the damage?", 2),
    ],
)
def test_a_question_is_nearest_to_its_answer_though_no_word_is_the_same(
    reader: SpanReader, question: str, nearest: int
) -> None:
    asked, *told = reader.vectors([question, *SENTENCES])
    assert max(range(len(told)), key=lambda i: float(asked @ told[i])) == nearest


def test_a_vector_has_length_1_and_does_not_depend_on_what_is_encoded_beside_it(reader: SpanReader) -> None:
    odd = ["", "   ", "😀", "word " * 2000, *SENTENCES * 3]
    together = reader.vectors(odd)
    assert together.shape == (len(odd), 384)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1.0, abs=1e-3)
    assert np.array_equal(reader.vectors(SENTENCES[:1])[0], together[4])


@pytest.mark.parametrize(
    ("question", "told", "against", "beside"),
    [
        (
            "Where was the mayor when the alarm rang?",
            "The mayor was in the town hall when the alarm rang.",
            "The mayor was not in the town hall when the alarm rang.",
            "The mayor has been in office since 2011.",
        ),
        (
            "How many people were injured?",
            "Nine workers were injured in the fire at the mill.",
            "The fire at the mill injured 30 workers.",
            "The fire brigade sent nine engines to the mill.",
        ),
    ],
)
def test_sentences_that_contradict_each_other_are_told_from_those_that_do_not(
    reader: SpanReader, question: str, told: str, against: str, beside: str
) -> None:
    for judged in (reader.opposed, partial(reader.disputed, question)):
        opposed, compatible = judged([(told, against), (told, beside)])
        assert opposed > compatible
        assert judged([(beside, told), (against, told)]) == [compatible, opposed], "in either order"
        assert judged([]) == []


def test_two_sentences_dispute_what_is_asked_and_not_something_else(reader: SpanReader) -> None:
    pair = ("Nine workers were injured in the fire at the mill.", "The fire at the mill injured 30 workers.")
    (asked,) = reader.disputed("How many people were injured?", [pair])
    (beside,) = reader.disputed("When was the mill built?", [pair])
    assert asked > beside


def test_a_window_is_a_sentence_with_the_one_before_it_if_they_are_short() -> None:
    assert window("", "It rang.") == ("It rang.", 0)
    assert window("The alarm was tested.", "It rang.") == ("The alarm was tested. It rang.", 22)
    assert window("The alarm was tested.", "It rang. " * LONGEST) == ("It rang. " * LONGEST, 0)


def test_the_shipped_weights_are_the_ones_of_the_card() -> None:
    card = (WEIGHTS / "CARD.md").read_text("utf-8")
    for name, digest in checksums(WEIGHTS).items():
        assert hashlib.sha256((WEIGHTS / name).read_bytes()).hexdigest() == digest
    for network in ("reader.onnx", "contradictions.onnx"):
        assert checksums(WEIGHTS)[network] in card
        assert (WEIGHTS / network).stat().st_size < 25_000_000


def test_weights_that_are_not_whole_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReaderMissing, match="not installed"):
        SpanReader(tmp_path)
    shutil.copytree(WEIGHTS, tmp_path / "w")
    (tmp_path / "w" / "reader.onnx").write_bytes(b"half a file")
    with pytest.raises(ReaderMissing, match=r"reader\.onnx is not the file"):
        SpanReader(tmp_path / "w")


def test_weights_of_an_earlier_version_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = onnxruntime.InferenceSession.get_outputs
    monkeypatch.setattr(onnxruntime.InferenceSession, "get_outputs", lambda session: outputs(session)[:2])
    with pytest.raises(ReaderMissing, match="earlier version, without disputes and sentence vectors"):
        SpanReader()


def test_weights_without_a_network_that_tells_contradictions_are_refused(tmp_path: Path) -> None:
    shutil.copytree(WEIGHTS, tmp_path / "w")
    sums = (tmp_path / "w" / "SHA256SUMS").read_text("utf-8").splitlines()
    (tmp_path / "w" / "SHA256SUMS").write_text("\n".join(s for s in sums if "contradictions" not in s), "utf-8")
    with pytest.raises(ReaderMissing, match=r"without contradictions\.onnx"):
        SpanReader(tmp_path / "w")


def test_without_the_reader_the_rules_answer_and_doctor_says_what_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Home(tmp_path / "home", WordLlamaEmbedder()) as home:
        open_desk(home)
        desk = Desk(home, EmbeddedEngine(home.embedder, reader=lambda: None))
        reply = asyncio.run(desk.ask(Question("How fast does the ISS fly?", "iss-video")))
        assert "7.66 km/s" in reply.answer.statements[0].citations[0].quote
        monkeypatch.setattr(reading, "WEIGHTS", tmp_path)
        monkeypatch.setattr(SpanReader.__init__, "__defaults__", (tmp_path,))
        found = {f.what: f for f in examine(Settings(_env_file=None), home)}  # type: ignore[call-arg]
    assert found["reader"].level == "problem"
    assert "rules answer alone" in found["reader"].said
