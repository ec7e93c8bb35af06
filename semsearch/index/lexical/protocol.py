"""What a lexical index does: queries, and what holds of every implementation."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from semsearch.index.dense.protocol import Ranked

#: Saturation of term frequency and length normalisation (Robertson and Zaragoza 2009, section 3.3).
K1, B = 1.2, 0.75
#: Bytes from which on a token stands in the vocabulary by its digest.
KEY_BYTES: Final = 64
_DIGEST: Final = re.compile(rb"[0-9a-f]{64}")

#: One token, or several side by side.
TokenRun = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LexicalQuery:
    """What is asked.

    ``groups``: each a group of alternatives of which the best counts; an alternative is a run of
    tokens, one token or a phrase. ``phrases``: runs of tokens that a text must hold. ``excluded``:
    runs that it must not hold.

    Raises:
        ValueError: a group has no alternative, or a run no token.
    """

    groups: tuple[tuple[TokenRun, ...], ...]
    phrases: tuple[TokenRun, ...] = ()
    excluded: tuple[TokenRun, ...] = ()

    def __post_init__(self) -> None:
        runs = [*(run for group in self.groups for run in group), *self.phrases, *self.excluded]
        if not all(self.groups) or not all(runs):
            raise ValueError(f"{self} has a group without alternatives or a run without tokens")


class WordStatistics(Protocol):
    """What BM25 counts over all texts.

    ``texts``: how many there are. ``mean``: tokens of a text in the mean, above 0.
    """

    @property
    def texts(self) -> int: ...  # noqa: D102 - see above

    @property
    def mean(self) -> float: ...  # noqa: D102

    def holding(self, token: str) -> int:
        """How many texts hold a token."""


class LexicalIndex(Protocol):
    """Exact search by word.

    Invariants, held by the contract test of every implementation against ``SlowLexicalIndex``:

    - Row *i* is the text of row *i* of the dense index beside it.
    - The score of a text is the sum over groups of the best of their alternatives, each BM25 with
      ``K1`` and ``B`` and the idf ``log(1 + (n − df + 0.5) / (df + 0.5))``, in float64, rounded to
      float32; a phrase has the rarest idf of its tokens and its own frequency. It does not depend
      on other rows asked for, or on the implementation.
    - Only texts with a score above 0 that hold all ``phrases``, none ``excluded`` and are allowed
      are given; without groups, those with the phrases, at score 0.
    - Equal scores come in the order of rows.
    - All methods may be called by several threads.
    """

    def __len__(self) -> int:
        """How many texts there are."""

    def search(
        self, query: LexicalQuery, limit: int, *, allowed: NDArray[np.bool_] | None = None
    ) -> Ranked:
        """The best rows.

        Args:
            query: what is asked.
            limit: most rows to give.
            allowed: (n,) which rows may be given; None allows all.
        """

    def score(self, query: LexicalQuery, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """(len(rows),) float32, the scores by groups of some rows; 0 where no word matches."""

    def matching(self, query: LexicalQuery) -> NDArray[np.bool_]:
        """(n,) which texts hold all phrases and none of what is excluded."""

    def idf(self, token: str) -> float:
        """How rare a token is, above 0."""

    def token_numbers(self, row: int) -> Sequence[int]:
        """The tokens of a text in order, as numbers that are equal for equal tokens."""

    def numbers(self, tokens: Iterable[str]) -> frozenset[int]:
        """The numbers of some tokens; those that no text holds have none."""

    def said(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """(m,) keys of some rows, equal where two texts say the same.

        One token more or another order may turn a statement round ("did not", "decreased", "IL-6
        induces EMT"), so that texts say the same only when nothing but silent words
        (``SILENT_TOKENS``), case, inflection and punctuation differs. Two others have equal keys
        as seldom as two random numbers of 64 bits are equal.
        """

    def texts_holding(self) -> Mapping[str, int]:
        """Every token that stands for itself in the vocabulary, and how many texts hold it."""


def rarity(texts: int, holding: int) -> float:
    """The idf of a token that so many of some texts hold."""
    return math.log(1 + (texts - holding + 0.5) / (holding + 0.5))


def vocabulary_key(token: str) -> bytes:
    """What stands for a token in the vocabulary: a pasted sequence of 5,000 letters is one token.

    No other token is the same: a digest is longer than the longest token that stands for itself.
    What stands for a token stands for itself, so that a text can be read back from its keys.
    """
    plain = token.encode()
    if len(plain) < KEY_BYTES or _DIGEST.fullmatch(plain):
        return plain
    return hashlib.sha256(plain).hexdigest().encode()
