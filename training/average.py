"""Weights between those of a pass and of the one that went on from it (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").

What the later pass learnt is kept for the most part, and less is lost of what it forgot. docs/models.md has the figures.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from safetensors.torch import load_file, save_file

WEIGHTS = "model.safetensors"


def between(earlier: Path, later: Path, share: float, out: Path) -> None:
    """Write `share` of the later weights and the rest of the earlier ones to `out`; both folders have the same tensors."""
    one, other = (load_file(str(folder / WEIGHTS)) for folder in (earlier, later))
    mean = {n: ((1 - share) * one[n].float() + share * other[n].float()).to(one[n].dtype) for n in one}
    out.mkdir(parents=True, exist_ok=True)
    save_file(mean, str(out / WEIGHTS), metadata={"format": "pt"})
    shutil.copy(later / "config.json", out)


def main() -> None:
    """Mix the two folders named."""
    parser = argparse.ArgumentParser(description="Weights between those of two passes.")
    parser.add_argument("earlier", type=Path)
    parser.add_argument("later", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--share", type=float, default=0.7, help="of the later pass, 0 to 1")
    args = parser.parse_args()
    between(args.earlier, args.later, args.share, args.out)


if __name__ == "__main__":
    main()
