"""The slow honest lexical index, against which the others are held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from semsearch.index.dense.protocol import Ranked, best_rows
from semsearch.index.lexical.protocol import (
    K1,
    KEY_BYTES,
    B,
    LexicalQuery,
    TokenRun,
    rarity,
    vocabulary_key,
)
from semsearch.language.tokens import SILENT_TOKENS


class SlowLexicalIndex:
    """The slow honest one: it looks at every text, as it was given.

    Args:
        texts: the tokens of each text.
    """

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self._texts = [tuple(text) for text in texts]
        self._mean = sum(map(len, self._texts)) / max(len(self._texts), 1) or 1.0

    def __len__(self) -> int:
        return len(self._texts)

    def search(
        self, query: LexicalQuery, limit: int, *, allowed: NDArray[np.bool_] | None = None
    ) -> Ranked:
        """The best rows; see ``LexicalIndex``."""
        kept = self.matching(query)
        if allowed is not None:
            kept &= allowed
        rows = np.flatnonzero(kept)
        scores = self.score(query, rows)
        if query.groups:
            rows, scores = rows[scores > 0], scores[scores > 0]
        return best_rows(rows, scores, limit)

    def score(self, query: LexicalQuery, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Scores by groups of some rows; see ``LexicalIndex``."""
        scores = np.zeros(len(rows), dtype=np.float64)
        for place, row in enumerate(rows):
            for group in query.groups:  # in order: another order would round otherwise
                scores[place] += max(self._one(run, self._texts[row]) for run in group)
        return scores.astype(np.float32)

    def matching(self, query: LexicalQuery) -> NDArray[np.bool_]:
        """Which texts hold all phrases and none of what is excluded."""
        kept = (
            all(_occurrences(run, text) for run in query.phrases)
            and not any(_occurrences(run, text) for run in query.excluded)
            for text in self._texts
        )
        return np.fromiter(kept, dtype=np.bool_, count=len(self))

    def idf(self, token: str) -> float:
        """How rare a token is."""
        return rarity(len(self._texts), sum(token in text for text in self._texts))

    def token_numbers(self, row: int) -> Sequence[int]:
        """The tokens of a text in order, as numbers."""
        known = self._known()
        return [known.index(token) for token in self._texts[row]]

    def numbers(self, tokens: Iterable[str]) -> frozenset[int]:
        """The numbers of some tokens."""
        known = self._known()
        return frozenset(known.index(token) for token in tokens if token in known)

    def said(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Keys of texts that say the same; see ``LexicalIndex``."""
        keys: dict[TokenRun, int] = {}
        spoken = (tuple(t for t in self._texts[row] if t not in SILENT_TOKENS) for row in rows)
        return np.array([keys.setdefault(one, len(keys)) for one in spoken], dtype=np.int64)

    def texts_holding(self) -> Mapping[str, int]:
        """How many texts hold each token; see ``LexicalIndex``."""
        return Counter(
            token
            for text in self._texts
            for token in frozenset(text)
            if len(token.encode()) < KEY_BYTES
        )

    def _known(self) -> list[str]:
        return sorted({token for text in self._texts for token in text}, key=vocabulary_key)

    def _one(self, run: TokenRun, text: tuple[str, ...]) -> float:
        frequency = _occurrences(run, text)
        if not frequency:
            return 0.0
        idf = max(self.idf(token) for token in run)
        return idf * frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * len(text) / self._mean))


def _occurrences(run: Sequence[object], text: Sequence[object]) -> int:
    """How often a run of tokens stands in a text."""
    size = len(run)
    if size == 1:
        return text.count(run[0])
    wanted = tuple(run)
    return sum(tuple(text[at : at + size]) == wanted for at in range(len(text) - size + 1))
