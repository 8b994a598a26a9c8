"""Recorded exchanges with a model: requests are known by a digest of their messages, replies are played back over the wire.

Who replied saw the request alone. A changed prompt changes the requests: record anew.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent


def digest(body: dict[str, Any]) -> str:
    """What a request is known by: its messages."""
    return hashlib.sha256(json.dumps(body["messages"], sort_keys=True).encode()).hexdigest()[:16]


def load(name: str) -> dict[str, str]:
    """The replies of a recording by their requests' digests."""
    found: dict[str, str] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found
