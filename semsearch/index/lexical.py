"""The lexical index: texts found by their words, scored by BM25.

Postings, lengths and the texts' own tokens are numpy arrays, memory-mapped: they give exact masks,
scores of any rows, and equal bytes for equal texts. ``scripts/benchmark_lexical.py`` measures
tantivy 0.27 beside them, with the same tokens and queries (84 questions on the real articles,
repeated for the larger sizes; medians in ms, arrays / tantivy):

==================================== ============ ============ ==============
rows                                       82,016      820,160      1,886,368
==================================== ============ ============ ==============
best 1,000 rows                       0.43 / 0.38   3.40 / 1.04    7.84 / 2.09
the same, 50 % allowed, by number     0.74 / 20.0   7.32 / 236     21.6 / 542
the same, 10 % allowed, by number     0.47 / 6.55   6.19 / 85.8    12.8 / 152
the same, 10 %, by an indexed field   0.37 / 0.28   3.46 / 1.65    8.22 / 3.47
scores of 1,000 given rows            0.27 / 3.23   0.39 / 8.68    0.45 / 9.24
both, as a hybrid query needs them    0.70 / 3.61   3.79 / 9.72    8.29 / 11.3
build, s                               1.0 / 0.7    11.4 / 6.4     26.9 / 13.0
on disk, MB                           28.8 / 6.7     252 / 56.5     573 / 127
==================================== ============ ============ ==============

"By number": the mask as a set of row numbers, as a filter of any form needs it; "by an indexed
field": as one term that was indexed with the text, the best case for tantivy. So for a hybrid query
the arrays are the faster at these sizes, with and without a mask. Tantivy, which skips what cannot
be among the best, is faster at finding those alone, and always takes less room.
Its lengths are kept in one byte, so that scores are not exactly BM25, and its files have
random names. A change of the corpus writes the arrays anew, from the store.
"""

from __future__ import annotations

import hashlib
import math
import os
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from semsearch.errors import DamageError
from semsearch.index.dense import Ranked, best_rows
from semsearch.index.layout import sync_folder

#: Saturation of term frequency and length normalisation (Robertson and Zaragoza 2009, section 3.3).
K1, B = 1.2, 0.75
_KEY_BYTES = 64  # a row of the vocabulary is as wide as the longest token, unless it is longer
_CHUNK = 65536  # texts in which a phrase is looked for at once
_ARRAYS = ("vocabulary", "starts", "rows", "frequencies", "lengths", "offsets", "tokens")


@dataclass(frozen=True, slots=True)
class LexicalQuery:
    """What is asked.

    ``groups``: each a group of alternatives of which the best counts; an alternative is a run of
    tokens, one token or a phrase. ``phrases``: runs of tokens that a text must hold. ``excluded``:
    runs that it must not hold.

    Raises:
        ValueError: a group has no alternative, or a run no token.
    """

    groups: tuple[tuple[tuple[str, ...], ...], ...]
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        runs = [*(run for group in self.groups for run in group), *self.phrases, *self.excluded]
        if not all(self.groups) or not all(runs):
            raise ValueError(f"{self} has a group without alternatives or a run without tokens")


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

    def texts_holding(self) -> Mapping[str, int]:
        """Every token that stands for itself in the vocabulary, and how many texts hold it."""


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
        return _idf(len(self._texts), sum(token in text for text in self._texts))

    def token_numbers(self, row: int) -> Sequence[int]:
        """The tokens of a text in order, as numbers."""
        known = self._known()
        return [known.index(token) for token in self._texts[row]]

    def numbers(self, tokens: Iterable[str]) -> frozenset[int]:
        """The numbers of some tokens."""
        known = self._known()
        return frozenset(known.index(token) for token in tokens if token in known)

    def texts_holding(self) -> Mapping[str, int]:
        """How many texts hold each token; see ``LexicalIndex``."""
        return Counter(
            token
            for text in self._texts
            for token in frozenset(text)
            if len(token.encode()) < _KEY_BYTES
        )

    def _known(self) -> list[str]:
        return sorted({token for text in self._texts for token in text}, key=_key)

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
        vocabulary: (v,) byte strings, ascending: tokens in UTF-8, the longest by their digest.
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
        totals = self._totals(query)
        rows = np.flatnonzero(totals > 0) if query.groups else np.arange(len(self))
        if allowed is not None:
            rows = rows[allowed[rows]]
        if query.phrases or query.excluded:
            rows = rows[self.matching(query)[rows]]
        return best_rows(rows, totals[rows].astype(np.float32), limit)

    def score(self, query: LexicalQuery, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Scores by groups of some rows; see ``LexicalIndex``."""
        totals = np.zeros(len(rows), dtype=np.float64)
        for group in query.groups:
            best = np.zeros(len(rows), dtype=np.float64)
            for run in group:
                held, frequencies = self._postings(run)
                if not len(held):
                    continue
                place = np.minimum(np.searchsorted(held, rows.astype(held.dtype)), len(held) - 1)
                found = held[place] == rows
                scored = self._bm25(run, rows[found], frequencies[place[found]])
                best[found] = np.maximum(best[found], scored)
            totals += best
        scores: NDArray[np.float32] = totals.astype(np.float32)
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

    def texts_holding(self) -> Mapping[str, int]:
        """How many texts hold each token; see ``LexicalIndex``."""
        counts = np.diff(self.starts).tolist()
        keys = self.vocabulary.tolist()
        return {
            key.decode(): count
            for key, count in zip(keys, counts, strict=True)
            if len(key) < _KEY_BYTES
        }

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
        return rows, self._bm25(run, rows, frequencies)

    def _bm25(
        self,
        run: tuple[str, ...],
        rows: NDArray[np.int32] | NDArray[np.int64],
        frequencies: NDArray[np.int32],
    ) -> NDArray[np.float64]:
        """The scores of some rows for a run of tokens that each holds so often."""
        idf = max(self.idf(token) for token in run)
        often = frequencies.astype(np.float64)
        norm = K1 * (1 - B + B * self.lengths[rows] / self.mean)
        scores: NDArray[np.float64] = idf * often * (K1 + 1) / (often + norm)
        return scores

    def _postings(self, run: tuple[str, ...]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The rows that hold a run of tokens, and how often."""
        known = [n for n in map(self._number, run) if n is not None]
        if len(known) < len(run):
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)
        lists = [slice(int(self.starts[n]), int(self.starts[n + 1])) for n in known]
        if len(lists) == 1:
            return self.rows[lists[0]], self.frequencies[lists[0]]
        lists.sort(key=lambda postings: postings.stop - postings.start)
        rows = self.rows[lists[0]]
        for postings in lists[1:]:
            held = np.zeros(len(self), dtype=np.bool_)
            held[self.rows[postings]] = True
            rows = rows[held[rows]]
        often = np.zeros(len(rows), dtype=np.int32)
        for first in range(0, len(rows), _CHUNK):
            often[first : first + _CHUNK] = self._runs(known, rows[first : first + _CHUNK])
        return rows[often > 0], often[often > 0]

    def _runs(self, wanted: Sequence[int], rows: NDArray[np.int32]) -> NDArray[np.int64]:
        """How often two or more tokens stand side by side in each of some texts."""
        lengths = self.lengths[rows].astype(np.int64)
        ends = np.cumsum(lengths)
        owner = np.repeat(np.arange(len(rows)), lengths)
        place = np.arange(len(owner)) + np.repeat(self.offsets[rows] - (ends - lengths), lengths)
        tokens = self.tokens[place]
        starts = max(len(owner) - len(wanted) + 1, 0)
        last = len(wanted) - 1
        found = owner[:starts] == owner[last : last + starts]  # no run goes over into another text
        for at, number in enumerate(wanted):
            found &= tokens[at : at + starts] == number
        return np.bincount(owner[:starts][found], minlength=len(rows))

    def _number(self, token: str) -> int | None:
        wanted = _key(token)
        if len(wanted) > self.vocabulary.dtype.itemsize:
            return None  # and numpy would copy the vocabulary to a wider one
        place = int(np.searchsorted(self.vocabulary, wanted))
        known = place < len(self.vocabulary) and bytes(self.vocabulary[place]) == wanted
        return place if known else None


def write_lexical(folder: Path, texts: Iterable[Sequence[str]]) -> None:
    """Write a lexical index; equal texts give equal bytes.

    Args:
        folder: made here.
        texts: the tokens of each text, in the order of the rows of the dense index.

    Raises:
        ValueError: a token is empty or ends in a zero byte, which numpy cannot tell apart.
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
    words = sorted(numbers, key=_key)
    if any(not word or word.endswith("\0") for word in words):
        raise ValueError("a token is empty or ends in a zero byte")
    rank = np.zeros(len(words), dtype=np.int32)
    rank[[numbers[word] for word in words]] = np.arange(len(words), dtype=np.int32)
    of_posting = rank[np.array(posted, dtype=np.int64)]
    order = np.argsort(of_posting, kind="stable")
    counts = np.bincount(of_posting, minlength=len(words))
    folder.mkdir()
    for name, content in {
        "vocabulary": np.array([_key(word) for word in words], dtype=np.bytes_),
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
    sync_folder(folder)


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
        and int(arrays["starts"][-1]) == len(arrays["rows"])
        and int(arrays["offsets"][-1]) == len(arrays["tokens"])
    )
    if not fits:
        raise DamageError(f"the files of {folder} do not agree in length")
    mean = len(arrays["tokens"]) / max(len(arrays["lengths"]), 1) or 1.0
    return MappedLexicalIndex(**arrays, mean=mean)  # type: ignore[arg-type]


def _idf(texts: int, holding: int) -> float:
    return math.log(1 + (texts - holding + 0.5) / (holding + 0.5))


def _key(token: str) -> bytes:
    """What stands for a token in the vocabulary: a pasted sequence of 5,000 letters is one token.

    No other token is the same: a digest is longer than the longest token that stands for itself.
    """
    plain = token.encode()
    return plain if len(plain) < _KEY_BYTES else hashlib.sha256(plain).hexdigest().encode()


def _occurrences(run: Sequence[object], text: Sequence[object]) -> int:
    """How often a run of tokens stands in a text."""
    size = len(run)
    if size == 1:
        return text.count(run[0])
    wanted = tuple(run)
    return sum(tuple(text[at : at + size]) == wanted for at in range(len(text) - size + 1))
