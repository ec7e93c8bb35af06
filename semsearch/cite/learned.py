"""The learned combination of the features of works, and how likely its value means a citation.

The weights are data with a card, ``cite/data/works.json``, fitted by ``scripts/train_citing.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import orjson
from numpy.typing import NDArray

from semsearch.rank.features import Features


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkModel:
    """A weighted sum of named features.

    ``weights``: by name of a feature, none below 0; a feature that an index does not have counts
    as 0. ``slope`` and ``intercept``: of the logistic function that turns the sum into the
    probability that the work is cited at the place (Platt 1999).
    """

    weights: Mapping[str, float]
    slope: float
    intercept: float

    def scores(self, features: Features) -> NDArray[np.float64]:
        """(m,) float64 probabilities, 0–1, summed in the order of names."""
        total = sum(self.weights[name] * features[name] for name in self.ordered(features))
        chance = 1.0 / (1.0 + np.exp(-(self.slope * np.asarray(total) + self.intercept)))
        found: NDArray[np.float64] = chance.round(6)
        return found

    def ordered(self, features: Features) -> list[str]:
        """The names of the features that count and are there."""
        return [name for name in sorted(self.weights) if name in features]


@cache
def work_model() -> WorkModel:
    """The combination that comes with this package."""
    raw = orjson.loads((files("semsearch.cite") / "data" / "works.json").read_bytes())
    return WorkModel(weights=raw["weights"], slope=raw["slope"], intercept=raw["intercept"])
