"""Tokens of texts by the tokenizers library, as the reference makes them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: File of a tokenizer beside a model.
TOKENIZER = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class Padded:
    """A batch as a model takes it: (n, longest) int64 token ids and 1 where there is a token."""

    ids: NDArray[np.int64]
    mask: NDArray[np.int64]


class Tokenizing:
    """Cuts texts into tokens, up to a limit.

    Args:
        path: a tokenizer.json.
        limit: most tokens of a text, special tokens included.
        padding: id of the token that fills up.
    """

    def __init__(self, path: Path, *, limit: int, padding: int) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(limit)
        self._padding = padding
        self._kept: dict[str, Any] = {}
        self._lock = threading.Lock()

    def counts(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text; what was read is kept for ``read`` until the next call."""
        found = self._tokenizer.encode_batch(list(texts))
        with self._lock:
            self._kept = dict(zip(texts, found, strict=True))
        return [len(one.ids) for one in found]

    def read(self, texts: Sequence[str]) -> list[Any]:
        """``tokenizers.Encoding`` of each text."""
        if len(texts) == 1:
            return [self._tokenizer.encode(texts[0])]
        with self._lock:
            kept = [self._kept.get(text) for text in texts]
        if None not in kept:
            return kept
        found: list[Any] = self._tokenizer.encode_batch(list(texts))
        return found

    def padded(self, read: Sequence[Any]) -> Padded:
        """What ``read`` gave, as one batch."""
        lists = [one.ids for one in read]
        ids = np.full((len(lists), max(map(len, lists))), self._padding, dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, found in enumerate(lists):
            ids[row, : len(found)] = found
            mask[row, : len(found)] = 1
        return Padded(ids, mask)
