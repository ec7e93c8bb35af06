"""Cross-encoders: a model that reads question and text together, named by the user."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semsearch.errors import EncoderError


class CrossEncoder:
    """Any model that ``sentence_transformers.CrossEncoder`` loads.

    Args:
        name: name or folder, as sentence-transformers takes it.

    Raises:
        EncoderError: the model cannot be loaded.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        from sentence_transformers import CrossEncoder as Loaded

        try:
            self._model: Any = Loaded(name)
        except Exception as error:  # the libraries raise whatever they like
            reason = str(error).strip().splitlines()[0] if str(error).strip() else "no reason given"
            raise EncoderError(
                f"the cross-encoder {name!r} cannot be loaded, expected a name or folder of a"
                f" sentence-transformers cross-encoder: {reason}"
            ) from error

    def scores(self, query: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """(len(texts),) float64 scores of the texts for a query, larger is better.

        Raises:
            EncoderError: the model gives something else than one score for a text.
        """
        if not texts:
            return np.zeros(0, dtype=np.float64)
        with self._lock:
            found = self._model.predict([(query, text) for text in texts], show_progress_bar=False)
        scores = np.asarray(found, dtype=np.float64)
        if scores.size != len(texts):
            raise EncoderError(
                f"the cross-encoder {self.name!r} gave scores of shape {scores.shape} for"
                f" {len(texts):,} texts, expected one score for each"
            )
        return scores.reshape(len(texts))


def load_cross_encoder(name: str) -> CrossEncoder:
    """The cross-encoder with this name.

    Raises:
        EncoderError: it cannot be loaded.
    """
    return CrossEncoder(name)
