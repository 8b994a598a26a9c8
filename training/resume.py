"""The artefact as weights to go on from: its int8 matrices in fp32 again, where those of the pass that made it are not at hand.

    python -m training.resume BASE FOLDER OUT [--opposing]

What int8 rounded away is lost, and the next pass makes up for it; the word embeddings are the base's own, which no pass changes. With
`--opposing` the span head is a random one: such weights are for `training.contradictions`, and for `training.export --opposing`.
"""

from __future__ import annotations

import argparse
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer
from transformers import BertConfig

from training.export import NEARLY, OPPOSES, READS, Opposes, Reads
from training.model import Reader

Floats = npt.NDArray[np.float32]
Tensors = dict[str, npt.NDArray[np.generic]]
PREFIX = "model."
"""Of a parameter's name in the artefact."""
TRIED = (
    "Where was the mayor? The mayor was in the town hall when the alarm rang.", "The mayor was at sea that night.", "Nine workers were injured.",
    "The fire injured thirty people.", "The harbour was built in 1902.", "Nobody slept when the bell rang at four.",
)  # fmt: skip
"""Sentences whose pairs are put to both."""
AFTER = 6
"""A matrix's product is scaled and cast within so many nodes before its bias is added."""


def tensors(file: Path) -> dict[str, torch.Tensor]:
    """The parameters of a quantised network by their names in torch. Raises ValueError where a matrix has no bias to be named by."""
    graph = onnx.load(str(file)).graph
    kept: Tensors = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    found = {name: value for name, value in kept.items() if name.startswith(PREFIX) and value.dtype == np.float32}
    users = {read: node for node in graph.node for read in node.input}
    for node in graph.node:
        if node.op_type == "Gather" and node.input[0].endswith("_quantized"):
            own = node.input[0].removesuffix("_quantized")
            found[own] = _in_full(kept, own)
        if node.op_type == "MatMulInteger":
            bias = _bias(node, users, kept)
            found[bias.removesuffix("bias") + "weight"] = _in_full(kept, node.input[1].removesuffix("_quantized")).T
    scales = {name for name in found if name.endswith("_scale")}
    return {
        name.removeprefix(PREFIX): torch.tensor(np.ascontiguousarray(value))
        for name, value in found.items()
        if name not in scales
    }


def _bias(node: onnx.NodeProto, users: dict[str, onnx.NodeProto], kept: Tensors) -> str:
    """The name of the bias that is added to a matrix's product."""
    said = node.output[0]
    for _ in range(AFTER):
        after = users.get(said)
        if after is None:
            break
        named = [read for read in after.input if read in kept and read.endswith(".bias")]
        if after.op_type == "Add" and named:
            return named[0]
        said = after.output[0]
    raise ValueError(f"the product {node.output[0]!r} has no bias: this is no artefact of training.export")


def _in_full(kept: Tensors, name: str) -> Floats:
    """An int8 tensor in fp32."""
    scale, zero = kept[f"{name}_scale"], kept[f"{name}_zero_point"]
    full: Floats = (kept[f"{name}_quantized"].astype(np.float32) - zero.astype(np.float32)) * scale.astype(np.float32)
    return full


def likeness(model: Reader, folder: Path, opposing: bool) -> float:
    """How well the model's logits of pairs follow the artefact's, as a correlation: none where a matrix stands the wrong way round."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    session = ort.InferenceSession(str(folder / (OPPOSES if opposing else READS)), providers=["CPUExecutionProvider"])
    function = Opposes(model) if opposing else Reads(model)
    own, theirs = [], []
    for one, other in combinations(TRIED, 2):
        code = tokenizer.encode(one, other)
        arrays = [np.array([value], dtype=np.int64) for value in (code.ids, code.attention_mask, code.type_ids)]
        theirs.append(
            float(session.run([function.outputs[-1]], dict(zip(("ids", "mask", "parts"), arrays, strict=True)))[0][0])
        )
        with torch.no_grad():
            own.append(float(function(*map(torch.tensor, arrays))[-1][0]))
    return float(np.corrcoef(own, theirs)[0, 1])


def main() -> None:
    """Write the weights."""
    parser = argparse.ArgumentParser(description="Make weights of a reader's artefact, to go on from.")
    parser.add_argument("base", type=Path)
    parser.add_argument("folder", type=Path, help="of the artefact, as bot/reader/weights")
    parser.add_argument("out", type=Path)
    parser.add_argument("--opposing", action="store_true", help="the network for contradictions, not the reader")
    args = parser.parse_args()
    model = Reader.from_pretrained(args.base, config=BertConfig.from_pretrained(args.base))
    told = tensors(args.folder / (OPPOSES if args.opposing else READS))
    told.pop("bert.embeddings.word_embeddings.weight")
    missing, strange = model.load_state_dict(told, strict=False)
    wanted = [name for name in missing if "word_embeddings" not in name and not (args.opposing and "qa_" in name)]
    if wanted or strange:
        raise ValueError(f"{args.folder} does not fit the model: without {wanted}, with {strange}")
    alike = likeness(model.eval(), args.folder, args.opposing)
    if alike < NEARLY:
        raise ValueError(f"the weights are not the artefact: correlation {alike:.3f}, wanted {NEARLY}")
    model.save_pretrained(args.out)
    print(f"correlation with the artefact {alike:.4f}")


if __name__ == "__main__":
    main()
