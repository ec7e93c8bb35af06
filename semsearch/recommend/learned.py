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
        """(m,) float64 probabilities, 0–1, of m candidates, at least one."""
        chance = 1.0 / (1.0 + np.exp(-(self.slope * self.sums(features) + self.intercept)))
        found: NDArray[np.float64] = chance.round(6)
        return found

    def sums(self, features: Features) -> NDArray[np.float64]:
        """(m,) float64 weighted sums of the features that there are, in the order of names."""
        total = np.zeros(len(next(iter(features.values()))))
        for name in sorted(self.weights):
            if name in features:
                total += self.weights[name] * features[name]
        return total


@cache
def work_model() -> WorkModel:
    """The combination that comes with this package."""
    raw = orjson.loads((files("semsearch.recommend") / "data" / "works.json").read_bytes())
    return WorkModel(weights=raw["weights"], slope=raw["slope"], intercept=raw["intercept"])
