"""The lexical index in use: postings, lengths and tokens in numpy arrays, memory-mapped.

They give exact masks, scores of any rows, and equal bytes for equal texts. What a query costs
depends on the postings of its words. ``scripts/benchmark_lexical.py`` measures tantivy beside it,
with the same tokens and queries; docs/performance.md has the figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from semsearch.index.dense.protocol import Ranked, best_rows
from semsearch.index.lexical.best import LOOK_UP, Postings, likeliest
from semsearch.index.lexical.protocol import (
    K1,
    KEY_BYTES,
    B,
    LexicalQuery,
    TokenRun,
    WordStatistics,
    rarity,
    vocabulary_key,
)

_CHUNK: Final = 65536  # texts in which a phrase is looked for at once
_REMEMBERED: Final = 65536  # tokens of questions whose numbers are remembered

_NO_ROWS = np.zeros(0, dtype=np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class MappedLexicalIndex:
    """Postings in memory-mapped arrays.

    Args:
        vocabulary: (v,) byte strings, ascending: tokens in UTF-8, the longest by their digest.
        starts: (v + 1,) int64, where the postings of each token start.
        rows: (p,) int32, the texts that hold a token, ascending within a token.
        frequencies: (p,) unsigned, how often.
        impacts: (p,) float32, BM25 of the posting without its idf.
        peaks: (v,) float32, the largest impact of each token.
        lengths: (n,) int32, tokens of each text.
        offsets: (n + 1,) int64, where each text starts in ``tokens``.
        tokens: (t,) int32, the tokens of all texts, as rows of ``vocabulary``.
        digests: (n,) int64, what each text says; see ``LexicalIndex.said``.
        mean: tokens of a text in the mean; what ``impacts`` were made with.
        common: what is counted over more texts than these, where they are a segment of an index.
    """

    vocabulary: NDArray[np.bytes_]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    frequencies: NDArray[np.unsignedinteger]
    impacts: NDArray[np.float32]
    peaks: NDArray[np.float32]
    lengths: NDArray[np.int32]
    offsets: NDArray[np.int64]
    tokens: NDArray[np.int32]
    digests: NDArray[np.int64]
    mean: float
    common: WordStatistics | None = None
    _known: dict[str, int | None] = field(default_factory=dict)
    _holding: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.lengths)

    def search(
        self, query: LexicalQuery, limit: int, *, allowed: NDArray[np.bool_] | None = None
    ) -> Ranked:
        """The best rows; see ``LexicalIndex``."""
        if query.phrases or query.excluded:
            held = self.matching(query)
            allowed = held if allowed is None else held & allowed
        if not query.groups:
            count = min(limit, len(self))
            rows = np.arange(count) if allowed is None else np.flatnonzero(allowed)[: max(limit, 0)]
            return Ranked(rows, np.zeros(len(rows), dtype=np.float32))
        lists = [self._list(group) for group in query.groups] if limit > 0 else []
        lists = [found for found in lists if len(found.rows)]
        if allowed is not None and self._are_few(allowed, lists):
            rows = np.flatnonzero(allowed)
        else:
            rows = likeliest(lists, len(self), max(limit, 1), allowed, sure=self._sure())
        scores = self.score(query, rows)
        return best_rows(rows[scores > 0], scores[scores > 0], limit)

    def score(self, query: LexicalQuery, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Scores by groups of some rows; see ``LexicalIndex``."""
        totals = np.zeros(len(rows), dtype=np.float64)
        norms = self._norms(rows)
        wanted = rows.astype(np.int32)
        for group in query.groups:
            best = np.zeros(len(rows), dtype=np.float64)
            for run in group:
                held, frequencies = self._postings(run)
                if not len(held):
                    continue
                place = np.minimum(np.searchsorted(held, wanted), len(held) - 1)
                found = np.flatnonzero(held[place] == wanted)
                scored = self._bm25(run, frequencies[place[found]], norms[found])
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
        if self.common is not None:
            return rarity(self.common.texts, self.common.holding(token))
        return rarity(len(self), len(self.rows_of(token)))

    def rows_of(self, token: str) -> NDArray[np.int32]:
        """The rows of the texts that hold a token, ascending."""
        number = self._number(token)
        return _NO_ROWS if number is None else self.rows[self._slice(number)]

    def token_numbers(self, row: int) -> Sequence[int]:
        """The tokens of a text in order, as numbers."""
        found: list[int] = self.tokens[self.offsets[row] : self.offsets[row + 1]].tolist()
        return found

    def numbers(self, tokens: Iterable[str]) -> frozenset[int]:
        """The numbers of some tokens."""
        found = (self._number(token) for token in tokens)
        return frozenset(number for number in found if number is not None)

    def said(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Keys of texts that say the same; see ``LexicalIndex``."""
        found: NDArray[np.int64] = self.digests[rows]
        return found

    def texts_holding(self) -> Mapping[str, int]:
        """How many texts hold each token; see ``LexicalIndex``."""
        if not self._holding:
            counts = np.diff(self.starts).tolist()
            keys = self.vocabulary.tolist()
            found = {
                key.decode(): count
                for key, count in zip(keys, counts, strict=True)
                if len(key) < KEY_BYTES
            }
            self._holding.update(found)  # in one step, for other threads
        return self._holding

    def _list(self, group: tuple[TokenRun, ...]) -> Postings:
        """What a group of alternatives adds to the score of each text that holds one."""
        if len(group) == 1 and len(group[0]) == 1:
            number = self._number(group[0][0])
            if number is None:
                return Postings(_NO_ROWS, np.zeros(0, dtype=np.float32), 0.0, 0.0)
            held, idf = self._slice(number), self.idf(group[0][0])
            most = idf * float(self.peaks[number])
            return Postings(self.rows[held], self.impacts[held], idf, most)
        parts = [(run, *self._postings(run)) for run in group]
        rows = np.concatenate([held for _, held, _ in parts])
        scores = np.concatenate(
            [self._bm25(run, often, self._norms(held)) for run, held, often in parts]
        )
        order = np.argsort(rows, kind="stable")
        rows, scores = rows[order], scores[order]
        first = np.flatnonzero(np.diff(rows, prepend=-1))
        impacts = np.maximum.reduceat(scores, first) if len(first) else scores
        most = float(impacts.max(initial=0.0))
        return Postings(rows[first], impacts.astype(np.float32), 1.0, most)

    @staticmethod
    def _are_few(allowed: NDArray[np.bool_], lists: Sequence[Postings]) -> bool:
        """Whether so few rows are allowed that each is sooner looked up than all are added up."""
        postings = sum(len(one.rows) for one in lists)
        return int(np.count_nonzero(allowed)) * len(lists) * LOOK_UP < postings

    def _norms(self, rows: NDArray[np.int32] | NDArray[np.int64]) -> NDArray[np.float64]:
        """What the length of some texts adds to the frequency in the divisor of BM25."""
        mean = self.mean if self.common is None else self.common.mean
        norms = K1 * (1 - B + B * self.lengths[rows].astype(np.float64) / mean)
        return norms

    def _sure(self) -> float:
        """By which factor at least scores made of ``impacts`` are in the right proportion.

        With another mean length an impact is wrong by a factor between 1 and that of the means.
        """
        if self.common is None:
            return 1.0
        return min(self.mean / self.common.mean, self.common.mean / self.mean)

    def _bm25(
        self,
        run: TokenRun,
        frequencies: NDArray[np.unsignedinteger],
        norms: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """The scores of some texts for a run of tokens that each holds so often."""
        idf = max(self.idf(token) for token in run)
        often = frequencies.astype(np.float64)
        scores: NDArray[np.float64] = idf * often * (K1 + 1) / (often + norms)
        return scores

    def _postings(self, run: TokenRun) -> tuple[NDArray[np.int32], NDArray[np.unsignedinteger]]:
        """The rows that hold a run of tokens, and how often."""
        known = [n for n in map(self._number, run) if n is not None]
        if len(known) < len(run):
            return _NO_ROWS, _NO_ROWS.astype(np.uint32)
        lists = sorted(map(self._slice, known), key=lambda held: held.stop - held.start)
        if len(lists) == 1:
            return self.rows[lists[0]], self.frequencies[lists[0]]
        rows = self.rows[lists[0]]
        for held in (self.rows[postings] for postings in lists[1:]):
            place = np.minimum(np.searchsorted(held, rows), len(held) - 1)
            rows = rows[held[place] == rows]
        often = np.zeros(len(rows), dtype=np.uint32)
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

    def _slice(self, number: int) -> slice:
        return slice(int(self.starts[number]), int(self.starts[number + 1]))

    def _number(self, token: str) -> int | None:
        if token in self._known:
            return self._known[token]
        wanted = vocabulary_key(token)
        number = None
        # A longer one is in no vocabulary, and numpy would copy that to a wider one.
        if len(wanted) <= self.vocabulary.dtype.itemsize:
            place = int(np.searchsorted(self.vocabulary, wanted))
            if place < len(self.vocabulary) and bytes(self.vocabulary[place]) == wanted:
                number = place
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[token] = number
        return number
