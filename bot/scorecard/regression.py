"""Logistic regression by Newton's method with a ridge penalty (le Cessie and van Houwelingen 1992)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.analysis.logistic import Model, shipped

Floats = npt.NDArray[np.float64]
STEPS = 60
"""At most."""
SETTLED = 1e-7
"""A change of the scaled weights that is none."""


def fit(rows: Sequence[Mapping[str, float]], target: Sequence[float], ridge: float, positive_weight: float) -> Model:
    """Fit a model to rows of features and their outcomes, 0 or 1.

    Features are scaled for the fitting and the weights scaled back, so that they act on raw features; `positive_weight`
    tells how much an outcome of 1 counts against one of 0.
    """
    names = sorted(rows[0])
    raw: Floats = np.array([[row[n] for n in names] for row in rows])
    outcome: Floats = np.array(target)
    mean, spread = raw.mean(axis=0), raw.std(axis=0) + 1e-6
    scaled = np.hstack([(raw - mean) / spread, np.ones((len(rows), 1))])
    importance = np.where(outcome > 0, positive_weight, 1.0)
    penalty = np.append(np.full(len(names), ridge), 1e-6)
    weights: Floats = np.zeros(len(names) + 1)
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(scaled @ weights, -30, 30)))
        gradient = scaled.T @ (importance * (p - outcome)) + penalty * weights
        hessian = (scaled * (importance * p * (1 - p))[:, None]).T @ scaled + np.diag(penalty)
        step = np.linalg.solve(hessian, gradient)
        weights = weights - step
        if np.abs(step).max() < SETTLED:
            break
    back = weights[:-1] / spread
    return Model(
        float(weights[-1] - (back * mean).sum()), {n: round(float(w), 4) for n, w in zip(names, back, strict=True)}
    )


def write(name: str, model: Model) -> None:
    """Write a model beside the engine's others."""
    target = Path(str(files("bot.analysis") / name))
    target.write_text(
        json.dumps({"bias": round(model.bias, 4), "weights": dict(model.weights)}, indent=1) + "\n", encoding="utf-8"
    )
    shipped.cache_clear()
    print(f"wrote {name}")
