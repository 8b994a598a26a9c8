"""The artefact as weights to go on from: its int8 matrices in fp32 again, where those of the pass that made it are not at hand.

    python -m training.resume BASE FOLDER OUT [--opposing]

What int8 rounded away is lost, and the next pass makes up for it; the word embeddings are the base's own, which no pass changes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper
from transformers import BertConfig

from training.export import OPPOSES, READS
from training.model import Reader

Floats = npt.NDArray[np.float32]
PREFIX = "model."
"""Of a parameter's name in the artefact."""
AFTER = 6
"""A matrix's product is scaled and cast within so many nodes before its bias is added."""


def tensors(file: Path) -> dict[str, torch.Tensor]:
    """The parameters of a quantised network by their names in torch. Raises ValueError where a matrix has no bias to be named by."""
    graph = onnx.load(str(file)).graph
    kept: dict[str, Floats] = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
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


def _bias(node: onnx.NodeProto, users: dict[str, onnx.NodeProto], kept: dict[str, Floats]) -> str:
    """The name of the bias that is added to a matrix's product."""
    said = node.output[0]
    for _ in range(AFTER):
        after = users[said]
        named = [read for read in after.input if read in kept and read.endswith(".bias")]
        if after.op_type == "Add" and named:
            return named[0]
        said = after.output[0]
    raise ValueError(f"the product {node.output[0]!r} has no bias: this is no artefact of training.export")


def _in_full(kept: dict[str, Floats], name: str) -> Floats:
    """An int8 tensor in fp32."""
    scale, zero = kept[f"{name}_scale"], kept[f"{name}_zero_point"]
    full: Floats = (kept[f"{name}_quantized"].astype(np.float32) - zero.astype(np.float32)) * scale.astype(np.float32)
    return full


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
    model.save_pretrained(args.out)


if __name__ == "__main__":
    main()
