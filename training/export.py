"""Trained weights become the artefact: ONNX by torch's dynamo exporter, int8 per channel, checked against the fp32 weights."""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from safetensors import safe_open
from tokenizers import Tokenizer
from torch import nn
from transformers import BertModel

from training.average import WEIGHTS
from training.model import Reader, pooled, vectors
from training.train import LONGEST

READS, OPPOSES = "reader.onnx", "contradictions.onnx"
NEARLY = 0.98
"""The int8 logits' correlation with the fp32 ones must be at least this; the margins' too."""
CONTRASTS_NEARLY = 0.95
"""The same for the logits of dispute and of contradiction, one a pair."""
NEAR = 0.9
"""The vectors' mean cosine with the base's must be at least this: weights of a pass without them find nothing."""


class _Function(nn.Module):
    """A model as one function from token ids, mask and parts, int64 of (rows, width), to the outputs named."""

    outputs: tuple[str, ...] = ()

    def __init__(self, model: Reader) -> None:
        super().__init__()
        self.model = model


class Reads(_Function):
    """The span logits, the texts' vectors, and of two sentences beside a question the logits of a dispute."""

    outputs = ("start", "end", "vector", "dispute")

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, parts: torch.Tensor) -> tuple[torch.Tensor, ...]:
        states = self.model.bert(input_ids=ids, attention_mask=mask, token_type_ids=parts).last_hidden_state
        start, end = self.model.qa_outputs(states).unbind(-1)
        return start, end, pooled(states, mask), self.model.contradicts(states, mask)


class Opposes(_Function):
    """The logits of contradiction alone."""

    outputs = ("contrast",)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, parts: torch.Tensor) -> tuple[torch.Tensor, ...]:
        states = self.model.bert(input_ids=ids, attention_mask=mask, token_type_ids=parts).last_hidden_state
        return (self.model.contradicts(states, mask),)


def headed(weights: Path) -> bool:
    """Whether weights have learnt what disputes or contradicts; without that the head is random each time they are loaded."""
    with safe_open(str(weights / WEIGHTS), framework="pt") as tensors:
        return any(name.startswith("contrast.") for name in tensors.keys())  # noqa: SIM118 - no mapping


def load(weights: Path) -> Reader:
    """A model to be asked, not taught."""
    model: Reader = Reader.from_pretrained(weights, attn_implementation="eager").eval()
    return model


def export(function: _Function, file: Path) -> None:
    """Write a function as ONNX in int8."""
    example = tuple(torch.ones(2, 16, dtype=torch.long) for _ in range(3))
    rows, width = torch.export.Dim("rows", min=1, max=256), torch.export.Dim("width", min=4, max=LONGEST)
    with tempfile.TemporaryDirectory() as folder:
        full, ready = Path(folder) / "full.onnx", Path(folder) / "ready.onnx"
        torch.onnx.export(
            function, example, str(full), dynamo=True, external_data=False, input_names=["ids", "mask", "parts"], output_names=list(function.outputs),
            dynamic_shapes=({0: rows, 1: width},) * 3,
        )  # fmt: skip
        quant_pre_process(str(full), str(ready), skip_symbolic_shape=True)
        quantize_dynamic(str(ready), str(file), weight_type=QuantType.QInt8, per_channel=True)


def check(
    model: Reader, opposing: Reader, contrasts_nearly: float, base: Path, out: Path, rows: Path
) -> dict[str, float]:
    """How well the artefact's logits follow the fp32 weights' on held-out rows, as correlations, and how near its vectors of their
    questions and windows are to the base's, as a mean cosine. Raises ValueError where they stay below NEARLY, `contrasts_nearly` and NEAR."""
    functions = Reads(model), Opposes(opposing)
    tokenizer = Tokenizer.from_file(str(out / "tokenizer.json"))
    teacher = BertModel.from_pretrained(base, attn_implementation="eager", add_pooling_layer=False).eval()
    reads, opposes = (
        ort.InferenceSession(str(out / name), providers=["CPUExecutionProvider"]) for name in (READS, OPPOSES)
    )
    full, small, near = [], [], []
    against: list[list[tuple[float, float]]] = [[], []]  # of the reader's own head and of the other network
    for line in rows.read_text("utf-8").splitlines()[:2000:10]:
        row = json.loads(line)
        code = tokenizer.encode(row["question"], row["window"])
        fed = {"ids": code.ids, "mask": code.attention_mask, "parts": code.type_ids}
        arrays = {name: np.array([value], dtype=np.int64) for name, value in fed.items()}
        start, end, contrast = reads.run(["start", "end", "dispute"], arrays)
        (opposed,) = opposes.run(["contrast"], arrays)
        with torch.no_grad():
            ids, mask, parts = (torch.tensor(value) for value in arrays.values())
            own_start, own_end, _, own_contrast = functions[0](ids, mask, parts)
            (own_opposed,) = functions[1](ids, mask, parts)
        against[0].append((float(contrast[0]), float(own_contrast[0])))
        against[1].append((float(opposed[0]), float(own_opposed[0])))
        full.append((own_start + own_end).numpy().ravel())
        small.append((start + end).ravel())
        for text in (row["question"], row["window"]):
            alone = tokenizer.encode(text)
            own, seen = np.array([alone.ids], dtype=np.int64), np.array([alone.attention_mask], dtype=np.int64)
            (vector,) = reads.run(["vector"], {"ids": own, "mask": seen, "parts": np.zeros_like(own)})
            with torch.no_grad():
                near.append(float((vectors(teacher, torch.tensor(own), torch.tensor(seen)).numpy() * vector).sum()))
    likeness = float(np.corrcoef(np.concatenate(full), np.concatenate(small))[0, 1])
    contrasts = min(float(np.corrcoef(*np.array(pairs).T)[0, 1]) for pairs in against)
    for found, wanted in ((likeness, NEARLY), (contrasts, contrasts_nearly)):
        if found < wanted:
            raise ValueError(f"the artefact is not the model: correlation {found:.3f}, wanted {wanted}")
    if np.mean(near) < NEAR:
        raise ValueError(
            f"the vectors are not the base's: cosine {np.mean(near):.3f}, wanted {NEAR}; train with --vectors"
        )
    return {
        "correlation with fp32": round(likeness, 4),
        "logits of dispute and contradiction, the lower correlation with fp32": round(contrasts, 4),
        "vectors, cosine with the base's": round(float(np.mean(near)), 4),
    }


def main() -> None:
    """Export, check, and write the checksums."""
    parser = argparse.ArgumentParser(description="Make the reader's artefact from trained weights.")
    parser.add_argument("base", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("rows", type=Path, help="the folder with held-out.jsonl")
    parser.add_argument("out", type=Path)
    parser.add_argument("--opposing", type=Path, help="the weights of training.contradictions; else the reader's own")
    parser.add_argument("--headless", action="store_true", help="for training.stories: what it says of pairs is noise")
    args = parser.parse_args()
    opposing = args.opposing or args.weights
    headless = [weights for weights in (args.weights, opposing) if not headed(weights)]
    if headless and not args.headless:
        parser.error(
            f"{headless[0]} never learnt from pairs; training.train --pairs and training.contradictions teach it"
        )
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(args.base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST, strategy="only_second")
    tokenizer.save(str(args.out / "tokenizer.json"), pretty=False)
    model, other = load(args.weights), load(opposing)
    export(Reads(model), args.out / READS)
    export(Opposes(other), args.out / OPPOSES)
    nearly = -1.0 if headless else CONTRASTS_NEARLY  # a head that has learnt nothing is another one each time
    likeness = check(model, other, nearly, args.base, args.out, args.rows / "held-out.jsonl")
    names = (READS, OPPOSES, "tokenizer.json")
    sums = {name: hashlib.sha256((args.out / name).read_bytes()).hexdigest() for name in names}
    (args.out / "SHA256SUMS").write_text("".join(f"{digest}  {name}\n" for name, digest in sums.items()))
    sizes = {name: (args.out / name).stat().st_size for name in names}
    print(json.dumps({**likeness, "bytes": sizes, "sha256": sums}, indent=1))


if __name__ == "__main__":
    main()
