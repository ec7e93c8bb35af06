"""The fitted model of citation types: a multinomial logistic regression over named features.

It is data with a card, ``data/citation_types.json``, fitted by ``scripts/train_citation_types.py``;
its SHA-256 stands in ``data/citation_types.sha256``, and a file that does not fit it is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray

from semsearch.errors import EncoderError
from semsearch.records import CitationType

#: Classes of the model, in the order of its weights, the most marked first.
TYPES: Final = (CitationType.CONTRASTING, CitationType.SUPPORTING, CitationType.MENTIONING)
MODEL_FILE: Final = "citation_types.json"
HASH_FILE: Final = "citation_types.sha256"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeModel:
    """A linear model with calibrated probabilities.

    ``name``: "citation-types " and the beginning of its digest, as ``decided_by`` has it.
    ``places``: feature → row of ``weights``, (n, 3) float64 in the order of ``TYPES``.
    ``words``: those of all features that are words in a row.
    ``bias``: (3,) float64. ``temperature``: divides the sums before they become probabilities
    (Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2).
    """

    name: str
    places: Mapping[str, int]
    words: frozenset[str]
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]
    temperature: float

    def probabilities(self, features: Mapping[str, float]) -> NDArray[np.float64]:
        """(3,) float64 probabilities that sum to 1, in the order of ``TYPES``."""
        known = [name for name in features if name in self.places]
        rows = [self.places[name] for name in known]
        values = [features[name] for name in known]
        sums = self.bias + np.array(values, dtype=np.float64) @ self.weights[rows]
        return softmax(sums / self.temperature)


def softmax(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities from sums over the last axis; any shape, float64."""
    powers = np.exp(sums - sums.max(axis=-1, keepdims=True))
    chances: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return chances


def make_model(raw: Mapping[str, Any], name: str) -> TypeModel:
    """The model of an object in the form of the file: ``weights``, ``bias``, ``temperature``."""
    names: Iterable[str] = raw["weights"]
    table = [raw["weights"][one] for one in names]
    return TypeModel(
        name=name,
        places={one: place for place, one in enumerate(raw["weights"])},
        words=frozenset(
            word for one in names if one.startswith("w:") for word in one[2:].split(" ")
        ),
        weights=np.array(table, dtype=np.float64).reshape(-1, len(TYPES)),
        bias=np.array(raw["bias"], dtype=np.float64),
        temperature=float(raw["temperature"]),
    )


def read_model(folder: Path) -> TypeModel:
    """The model of a folder.

    Raises:
        EncoderError: a file is missing, or the model does not fit its hash.
    """
    path = folder / MODEL_FILE
    try:
        content = path.read_bytes()
        wanted = (folder / HASH_FILE).read_text("ascii").split()[0]
    except (OSError, IndexError, UnicodeDecodeError) as error:
        raise EncoderError(
            f"the model of citation types in {folder} cannot be read: {error}"
        ) from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != wanted:
        raise EncoderError(
            f"{path} is damaged: its SHA-256 is {digest[:12]}…, expected {wanted[:12]}…;"
            " install semsearch again"
        )
    return make_model(orjson.loads(content), f"citation-types {digest[:12]}")


@cache
def shipped_model() -> TypeModel:
    """The model that comes with this package.

    Raises:
        EncoderError: its file is missing or damaged.
    """
    return read_model(Path(str(files("semsearch.classify") / "data")))
