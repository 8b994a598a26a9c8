"""Runs the reader's weights: int8 ONNX by onnxruntime, on one core, loaded at first use.

For each window the model gives every token a logit for beginning the answer and one for ending it; its first token stands for "no
answer" (Devlin et al. 2019, SQuAD 2.0). A span's margin is its two logits' sum less that of the first token: above 0 the model
rather sees an answer than none. The same encoder turns a text by itself into a vector, the mean of its tokens' last states (Reimers and
Gurevych 2019), so that what is worth reading is found by it too; and two sentences read together beside a question get a logit for
giving two sides of what it asks. A second network of the same build knows contradictions without a question and nothing else. How the
weights came about is in CARD.md beside them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Encoding, Tokenizer

WEIGHTS = Path(str(files("bot") / "reader" / "weights"))
LONGEST_SPAN = 40
"""Tokens in an answer at most."""
LONGEST = 192
"""Tokens of a question and a window together; of more the end of the longer one is left out."""
WIDTH = 384
"""Of a vector."""
BATCH = 8
"""Windows read at once, those of about one length together."""
SPANS = 3
"""Answers of one window that are kept."""
WORTH_TURNING = -1.0
"""Logits: pairs of sentences of which the network for contradictions says more than that are heard in the other order too, about one in four. On
unseen pairs the mean precision was 0.519 for one order, 0.535 so, and 0.538 for both of all."""
OUTPUTS = {
    "reader.onnx": {
        "start": "answers",
        "end": "answers",
        "vector": "sentence vectors",
        "dispute": "disputes",
    },
    "contradictions.onnx": {"contrast": "contradictions"},
}
"""What the weights must tell."""
Logits = npt.NDArray[np.float32]
Vector = npt.NDArray[np.float32]


class ReaderMissing(Exception):
    """The weights or what runs them are not there; says which."""


@dataclass(frozen=True, slots=True)
class ReadSpan:
    """Words of a window that may answer the question: [start, end) in its characters, and the margin over "no answer" in logits."""

    start: int
    end: int
    margin: float


class SpanReader:
    """A reader with its weights. Reading is thread safe; loading costs about 0.2 s and 78 MB, once, and the second network half as much
    at its first pair."""

    def __init__(self, folder: Path = WEIGHTS) -> None:
        """Raises ReaderMissing where the weights are not whole or the reader's own network cannot be run; the other one is whole as well, and
        opened when it is first needed."""
        digests = checksums(folder)
        absent = sorted(OUTPUTS.keys() - digests.keys())
        if absent:
            raise ReaderMissing(f"the weights are of an earlier version, without {' and '.join(absent)}")
        for name, digest in digests.items():
            if not (folder / name).is_file() or hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
                raise ReaderMissing(f"{name} is not the file that was shipped")
        self._folder = folder
        try:
            from tokenizers import Tokenizer

            self._reads = _session(folder, "reader.onnx")
        except ImportError as problem:
            raise ReaderMissing(f"{problem.name} is not installed") from None
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(LONGEST, strategy="longest_first")

    def read(self, question: str, windows: Sequence[str], own: Sequence[int] | None = None) -> list[list[ReadSpan]]:
        """For each window its best spans that do not overlap, best first, at most SPANS; a window may have none.

        Answers begin in a window's characters from `own` on, from its first one without it.
        """
        codes = self._tokenizer.encode_batch([(question, window) for window in windows])
        found: list[list[ReadSpan]] = [[] for _ in windows]
        for group, fed in _batches(codes, BATCH):
            starts, ends = self._reads.run(["start", "end"], fed)
            for row, i in enumerate(group):
                first = own[i] if own else 0
                offsets, parts = codes[i].offsets, codes[i].sequence_ids
                inside = [n for n, part in enumerate(parts) if part == 1 and offsets[n][0] >= first]
                if inside:
                    found[i] = _spans(starts[row], ends[row], inside[0], inside[-1] + 1, offsets)
        return found

    def vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Each text by itself as a vector of length 1: (texts, 384). A question's and its answer's point about the same way."""
        found = np.zeros((len(texts), WIDTH), dtype=np.float32)
        # int8 steps are chosen by what is run together: alone, a text always has the same vector
        for group, fed in _batches(self._tokenizer.encode_batch(list(texts)), 1):
            (found[group],) = self._reads.run(["vector"], fed)
        return found

    @cached_property
    def _opposes(self) -> onnxruntime.InferenceSession:
        return _session(self._folder, "contradictions.onnx")

    def disputed(self, question: str, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """For each pair of sentences a logit, the same in either order: above 0 they rather give two sides of what is asked."""
        return self._judged(self._reads, "dispute", [(f"{question} {min(pair)}", max(pair)) for pair in pairs])

    def opposed(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """The same without a question, by the other network: above 0 they rather contradict each other. Of pairs that well may, it is the mean
        of both orders."""
        found = self._judged(self._opposes, "contrast", [(min(pair), max(pair)) for pair in pairs])
        turned = [k for k, logit in enumerate(found) if logit > WORTH_TURNING]
        again = self._judged(self._opposes, "contrast", [(max(pairs[k]), min(pairs[k])) for k in turned])
        for k, logit in zip(turned, again, strict=True):
            found[k] = (found[k] + logit) / 2
        return found

    def _judged(
        self, network: onnxruntime.InferenceSession, output: str, pairs: Sequence[tuple[str, str]]
    ) -> list[float]:
        codes = self._tokenizer.encode_batch(pairs)
        found = [0.0] * len(pairs)
        for (i,), fed in _batches(codes, 1):
            (logits,) = network.run([output], fed)
            found[i] = float(logits[0])
        return found


def _session(folder: Path, name: str) -> onnxruntime.InferenceSession:
    """A network on one core. Raises ReaderMissing where it does not tell what it must."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])
    missing = OUTPUTS[name].keys() - {output.name for output in session.get_outputs()}
    if missing:
        told = " and ".join(OUTPUTS[name][output] for output in sorted(missing))
        raise ReaderMissing(f"{name} is of an earlier version, without {told}")
    return session


def _batches(codes: Sequence[Encoding], most: int) -> Iterator[tuple[list[int], dict[str, npt.NDArray[np.int64]]]]:
    """What the model is fed, at most so many texts at once: which ones, those of about one length together, and their ids, masks and parts."""
    order = sorted(range(len(codes)), key=lambda i: len(codes[i].ids))
    for at in range(0, len(order), most):
        group = order[at : at + most]
        width = max(len(codes[i].ids) for i in group)
        fed = {name: np.zeros((len(group), width), dtype=np.int64) for name in ("ids", "mask", "parts")}
        for row, i in enumerate(group):
            size = len(codes[i].ids)
            fed["ids"][row, :size] = codes[i].ids
            fed["mask"][row, :size] = 1
            fed["parts"][row, :size] = codes[i].type_ids
        yield group, fed


def _spans(starts: Logits, ends: Logits, first: int, last: int, offsets: Sequence[tuple[int, int]]) -> list[ReadSpan]:
    """The best spans between two tokens that do not overlap, with their margins."""
    nothing = float(starts[0] + ends[0])
    sums = starts[first:last, None] + ends[None, first:last]
    size = last - first
    allowed = np.triu(np.ones((size, size), dtype=bool)) & ~np.triu(np.ones((size, size), dtype=bool), LONGEST_SPAN)
    sums = np.where(allowed, sums, -np.inf)
    found: list[ReadSpan] = []
    while len(found) < SPANS and np.isfinite(sums).any():
        a, b = divmod(int(np.argmax(sums)), size)
        span = ReadSpan(offsets[first + a][0], offsets[first + b][1], float(sums[a, b]) - nothing)
        found.append(span)
        sums[: b + 1, a:] = -np.inf  # what begins before its end and ends after its beginning overlaps it
    return found


@lru_cache(maxsize=4)
def checksums(folder: Path) -> dict[str, str]:
    """The SHA-256 of each shipped file by its name. Raises ReaderMissing."""
    try:
        lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    except OSError:
        raise ReaderMissing("the weights are not installed") from None
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


@lru_cache(maxsize=1)
def shipped() -> SpanReader | None:
    """The shipped reader, loaded once; None where it cannot be had."""
    try:
        return SpanReader()
    except ReaderMissing:
        return None


def why_missing() -> str | None:
    """Why there is no reader, None where there is one."""
    try:
        SpanReader().opposed([("It rang.", "It did not ring.")])
    except ReaderMissing as problem:
        return str(problem)
    return None
