"""The lexical index: texts found by their words, scored by BM25.

Postings, lengths and the texts' own tokens are numpy arrays, memory-mapped. Exact masks, scores of
any rows and equal bytes for equal content are what the ranking needs of it; a search engine library
takes a mask as a list of terms, scores only what it found itself, and names its files at random. A
change of the corpus writes the arrays anew, from the store.
"""

from __future__ import annotations

import math
import os
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from semsearch.errors import DamageError
from semsearch.index.dense import Ranked, best_rows

#: Saturation of term frequency and length normalisation (Robertson and Zaragoza 2009, section 3.3).
K1, B = 1.2, 0.75
_ARRAYS = ("vocabulary", "starts", "rows", "frequencies", "lengths", "offsets", "tokens")


@dataclass(frozen=True, slots=True)
class LexicalQuery:
    """What is asked.

    ``groups``: each a group of alternatives of which the best counts; an alternative is a run of
    tokens, one token or a phrase. ``phrases``: runs of tokens that a text must hold. ``excluded``:
    runs that it must not hold.
    """

    groups: tuple[tuple[tuple[str, ...], ...], ...]
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()


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


class SlowLexicalIndex:
    """The slow honest one: it looks at every text, as it was given.

    Args:
        texts: the tokens of each text.
    """

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self._texts = [tuple(text) for text in texts]
        total = sum(map(len, self._texts))
        self._mean = total / len(self._texts) if total else 1.0

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
        return np.array(
            [
                math.fsum(max(self._one(run, self._texts[row]) for run in group)
                          for group in query.groups)
                for row in rows
            ],
            dtype=np.float32,
        )  # fmt: skip

    def matching(self, query: LexicalQuery) -> NDArray[np.bool_]:
        """Which texts hold all phrases and none of what is excluded."""
        return np.array(
            [
                all(_occurrences(run, text) for run in query.phrases)
                and not any(_occurrences(run, text) for run in query.excluded)
                for text in self._texts
            ],
            dtype=np.bool_,
        )

    def idf(self, token: str) -> float:
        """How rare a token is."""
        return _idf(len(self._texts), sum(token in text for text in self._texts))

    def token_numbers(self, row: int) -> Sequence[int]:
        """The tokens of a text in order, as numbers."""
        known = self._known()
        return [known.index(token) for token in self._texts[row]]

    def numbers(self, tokens: Iterable[str]) -> frozenset[int]:
        """The numbers of some tokens."""
        known = self._known()
        return frozenset(known.index(token) for token in tokens if token in known)

    def _known(self) -> list[str]:
        return sorted({token for text in self._texts for token in text}, key=str.encode)

    def _one(self, run: tuple[str, ...], text: tuple[str, ...]) -> float:
        frequency = _occurrences(run, text)
        if not frequency:
            return 0.0
        idf = max(self.idf(token) for token in run)
        return idf * frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * len(text) / self._mean))


@dataclass(frozen=True, slots=True)
class MappedLexicalIndex:
    """Postings in memory-mapped arrays.

    Args:
        vocabulary: (v,) UTF-8 byte strings, ascending.
        starts: (v + 1,) int64, where the postings of each token start.
        rows: (p,) int32, the texts that hold a token, ascending within a token.
        frequencies: (p,) int32, how often.
        lengths: (n,) int32, tokens of each text.
        offsets: (n + 1,) int64, where each text starts in ``tokens``.
        tokens: (t,) int32, the tokens of all texts, as rows of ``vocabulary``.
        mean: tokens of a text in the mean.
    """

    vocabulary: NDArray[np.bytes_]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    frequencies: NDArray[np.int32]
    lengths: NDArray[np.int32]
    offsets: NDArray[np.int64]
    tokens: NDArray[np.int32]
    mean: float

    def __len__(self) -> int:
        return len(self.lengths)

    def search(
        self, query: LexicalQuery, limit: int, *, allowed: NDArray[np.bool_] | None = None
    ) -> Ranked:
        """The best rows; see ``LexicalIndex``."""
        if query.groups:
            totals = self._totals(query)
            rows = np.flatnonzero(totals > 0)
        else:
            totals = np.zeros(len(self), dtype=np.float64)
            rows = np.arange(len(self))
        if allowed is not None:
            rows = rows[allowed[rows]]
        if query.phrases or query.excluded:
            rows = rows[self.matching(query)[rows]]
        return best_rows(rows, totals[rows].astype(np.float32), limit)

    def score(self, query: LexicalQuery, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Scores by groups of some rows; see ``LexicalIndex``."""
        scores: NDArray[np.float32] = self._totals(query)[rows].astype(np.float32)
        return scores

    def matching(self, query: LexicalQuery) -> NDArray[np.bool_]:
        """Which texts hold all phrases and none of what is excluded."""
        kept = np.ones(len(self), dtype=np.bool_)
        for run in query.phrases:
            held = np.zeros(len(self), dtype=np.bool_)
            held[self._postings(run)[0]] = True
            kept &= held
        for run in query.excluded:
            kept[self._postings(run)[0]] = False
        return kept

    def idf(self, token: str) -> float:
        """How rare a token is."""
        number = self._number(token)
        held = 0 if number is None else int(self.starts[number + 1] - self.starts[number])
        return _idf(len(self), held)

    def token_numbers(self, row: int) -> Sequence[int]:
        """The tokens of a text in order, as numbers."""
        found: list[int] = self.tokens[self.offsets[row] : self.offsets[row + 1]].tolist()
        return found

    def numbers(self, tokens: Iterable[str]) -> frozenset[int]:
        """The numbers of some tokens."""
        found = (self._number(token) for token in tokens)
        return frozenset(number for number in found if number is not None)

    def _totals(self, query: LexicalQuery) -> NDArray[np.float64]:
        totals = np.zeros(len(self), dtype=np.float64)
        for group in query.groups:
            if len(group) == 1:
                rows, scores = self._scored(group[0])
                totals[rows] += scores
                continue
            best = np.zeros(len(self), dtype=np.float64)
            for run in group:
                rows, scores = self._scored(run)
                best[rows] = np.maximum(best[rows], scores)
            totals += best
        return totals

    def _scored(self, run: tuple[str, ...]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        rows, frequencies = self._postings(run)
        idf = max(self.idf(token) for token in run)
        often = frequencies.astype(np.float64)
        norm = K1 * (1 - B + B * self.lengths[rows] / self.mean)
        return rows, idf * often * (K1 + 1) / (often + norm)

    def _postings(self, run: tuple[str, ...]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The rows that hold a run of tokens, and how often."""
        numbers = [self._number(token) for token in run]
        if None in numbers:
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)
        lists = [slice(self.starts[n], self.starts[n + 1]) for n in numbers if n is not None]
        if len(lists) == 1:
            return self.rows[lists[0]], self.frequencies[lists[0]]
        rows = self.rows[lists[0]]
        for postings in lists[1:]:
            rows = np.intersect1d(rows, self.rows[postings], assume_unique=True)
        wanted = tuple(n for n in numbers if n is not None)
        often = np.array(
            [
                _occurrences(wanted, tuple(self.tokens[self.offsets[r] : self.offsets[r + 1]]))
                for r in rows
            ],
            dtype=np.int32,
        )
        return rows[often > 0], often[often > 0]

    def _number(self, token: str) -> int | None:
        wanted = token.encode()
        place = int(np.searchsorted(self.vocabulary, wanted))
        found = place < len(self.vocabulary) and bytes(self.vocabulary[place]) == wanted
        return place if found else None


def write_lexical(folder: Path, texts: Iterable[Sequence[str]]) -> None:
    """Write a lexical index; equal texts give equal bytes.

    Args:
        folder: made here.
        texts: the tokens of each text, in the order of the rows of the dense index.

    Raises:
        OSError: the disk is full.
    """
    numbers: dict[str, int] = {}
    sequence, rows, frequencies, posted, lengths = (array("i") for _ in range(5))
    for row, text in enumerate(texts):
        found = [numbers.setdefault(token, len(numbers)) for token in text]
        sequence.extend(found)
        lengths.append(len(found))
        for number, often in Counter(found).items():
            posted.append(number)
            rows.append(row)
            frequencies.append(often)
    words = sorted(numbers, key=str.encode)
    rank = np.zeros(len(words), dtype=np.int32)
    rank[[numbers[word] for word in words]] = np.arange(len(words), dtype=np.int32)
    of_posting = rank[np.array(posted, dtype=np.int64)]
    order = np.argsort(of_posting, kind="stable")
    counts = np.bincount(of_posting, minlength=len(words))
    folder.mkdir()
    for name, content in {
        "vocabulary": np.array([w.encode() for w in words] or [], dtype=np.bytes_),
        "starts": np.append(0, np.cumsum(counts)).astype(np.int64),
        "rows": np.array(rows, dtype=np.int32)[order],
        "frequencies": np.array(frequencies, dtype=np.int32)[order],
        "lengths": np.array(lengths, dtype=np.int32),
        "offsets": np.append(0, np.cumsum(np.array(lengths, dtype=np.int64))).astype(np.int64),
        "tokens": rank[np.array(sequence, dtype=np.int64)],
    }.items():
        with (folder / f"{name}.npy").open("wb") as stream:
            np.save(stream, content)
            stream.flush()
            os.fsync(stream.fileno())


def open_lexical(folder: Path) -> MappedLexicalIndex:
    """A lexical index that ``write_lexical`` wrote, memory-mapped.

    Raises:
        DamageError: a file cannot be read, or they do not agree.
    """
    arrays: dict[str, NDArray[np.generic]] = {}
    for name in _ARRAYS:
        path = folder / f"{name}.npy"
        try:
            arrays[name] = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise DamageError(f"{path} cannot be read as a numpy array: {error}") from error
    fits = (
        len(arrays["starts"]) == len(arrays["vocabulary"]) + 1
        and len(arrays["offsets"]) == len(arrays["lengths"]) + 1
        and len(arrays["rows"]) == len(arrays["frequencies"])
    )
    if not fits:
        raise DamageError(f"the files of {folder} do not agree in length")
    total = len(arrays["tokens"])
    mean = total / len(arrays["lengths"]) if total else 1.0
    return MappedLexicalIndex(**arrays, mean=mean)  # type: ignore[arg-type]


def _idf(texts: int, holding: int) -> float:
    return math.log(1 + (texts - holding + 0.5) / (holding + 0.5))


def _occurrences(run: Sequence[object], text: Sequence[object]) -> int:
    """How often a run of tokens stands in a text."""
    size = len(run)
    if size == 1:
        return text.count(run[0])
    wanted = tuple(run)
    return sum(tuple(text[at : at + size]) == wanted for at in range(len(text) - size + 1))
