"""A fitted logistic regression as data: a bias and a weight for each named feature, in a JSON file that can be read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import exp, log


@dataclass(frozen=True, slots=True)
class Model:
    """A bias and a weight for each feature; features act unscaled."""

    bias: float
    weights: Mapping[str, float]

    def probability(self, features: Mapping[str, float]) -> float:
        """How likely it is, 0 to 1, as far as the fitting stories tell; a feature without a weight counts nothing."""
        z = self.bias + sum(weight * features.get(name, 0.0) for name, weight in self.weights.items())
        return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, z))))


def log_odds(probability: float) -> float:
    """The logit of a probability; of a sure one that of nearly sure."""
    return log(max(probability, 1e-4) / max(1 - probability, 1e-4))


@lru_cache(maxsize=16)
def shipped(name: str) -> Model:
    """A model that ships with the engine, by its file's name."""
    data = json.loads((files("bot.analysis") / name).read_text(encoding="utf-8"))
    return Model(float(data["bias"]), {str(k): float(v) for k, v in data["weights"].items()})
