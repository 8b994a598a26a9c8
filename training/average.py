"""Averages the weights of several passes into one model, which reads a little better than each (Wortsman et al. 2022, model soups)."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

WEIGHTS = "model.safetensors"


def average(passes: list[Path], out: Path) -> None:
    """Write the mean of the passes' weights to `out`, with the first one's configuration. All have the same tensors."""
    loaded = [load_file(str(folder / WEIGHTS)) for folder in passes]
    mean = {
        name: torch.stack([w[name].float() for w in loaded]).mean(0).to(first.dtype)
        for name, first in loaded[0].items()
    }
    out.mkdir(parents=True, exist_ok=True)
    save_file(mean, str(out / WEIGHTS), metadata={"format": "pt"})
    shutil.copy(passes[0] / "config.json", out)


def main() -> None:
    """Average the folders named."""
    parser = argparse.ArgumentParser(description="Average the weights of several passes.")
    parser.add_argument("passes", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    average(args.passes, args.out)


if __name__ == "__main__":
    main()
