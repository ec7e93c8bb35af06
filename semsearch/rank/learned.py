"""The learned combination: a weighted sum of features, and how likely its value means an answer.

The weights are data with a card, ``rank/data/statements.json``, fitted by ``scripts/train_ranking``
for one encoder; with another encoder statements are ranked by fusion and late interaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import orjson
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingModel:
    """A weighted sum of named features.

    ``encoder``: digest of the encoder that the features were made with. ``weights``: by name of a
    feature, none below 0. ``slope`` and ``intercept``: of the logistic function that turns the sum
    into the probability of grade 2 or 3 (Platt 1999).
    """

    encoder: str
    weights: Mapping[str, float]
    slope: float
    intercept: float

    def scores(self, features: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """(m,) float64 probabilities, 0–1, of m candidates; summed in the order of names."""
        total = np.zeros(len(features["dense"]), dtype=np.float64)
        for name in sorted(self.weights):
            total += self.weights[name] * features[name]
        chance: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-(self.slope * total + self.intercept)))
        return chance


@cache
def shipped_model() -> RankingModel:
    """The combination that comes with this package."""
    raw = orjson.loads((files("semsearch.rank") / "data" / "statements.json").read_bytes())
    return RankingModel(
        encoder=raw["encoder"],
        weights=raw["weights"],
        slope=raw["slope"],
        intercept=raw["intercept"],
    )


@cache
def abstract_weights() -> Mapping[str, float]:
    """Weights of the features of abstracts by name, from ``scripts/train_abstract_ranking``."""
    raw = orjson.loads((files("semsearch.rank") / "data" / "abstracts.json").read_bytes())
    weights: dict[str, float] = raw["weights"]
    return weights
