"""Search by word in a base and a delta of it as if they were one index.

Each segment scores its own rows, with idf and mean length counted over both: these are the same
whole numbers as in an index of all texts, so that the scores are the same to the last bit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from semsearch.index.delta.rows import RowMap
from semsearch.index.dense.protocol import Ranked
from semsearch.index.dense.segmented import merged
from semsearch.index.lexical.mapped import MappedLexicalIndex
from semsearch.index.lexical.protocol import KEY_BYTES, LexicalQuery

_REMEMBERED: Final = 65536  # tokens of questions whose texts are counted once


@dataclass(frozen=True, slots=True, eq=False)
class _Statistics:
    """Counted over both segments; see ``WordStatistics``."""

    base: MappedLexicalIndex
    delta: MappedLexicalIndex
    rows: RowMap
    texts: int
    mean: float
    _holding: dict[str, int] = field(default_factory=dict)

    def holding(self, token: str) -> int:
        """How many texts hold a token."""
        known = self._holding.get(token)
        if known is not None:
            return known
        old, removed = self.base.rows_of(token), self.rows.removed
        few, many = (old, removed) if len(old) < len(removed) else (removed, old)
        gone = 0
        if len(few):
            near = np.minimum(np.searchsorted(many, few), len(many) - 1)
            gone = int(np.count_nonzero(many[near] == few))
        found = len(old) - gone + len(self.delta.rows_of(token))
        if len(self._holding) >= _REMEMBERED:
            self._holding.clear()
        self._holding[token] = found
        return found


class SegmentedLexicalIndex:
    """A base without some texts and a delta; see ``LexicalIndex``.

    Args:
        base: the large one.
        delta: the small one.
        rows: which rows are which.
    """

    def __init__(self, base: MappedLexicalIndex, delta: MappedLexicalIndex, rows: RowMap) -> None:
        tokens = len(base.tokens) - int(base.lengths[rows.removed].sum(dtype=np.int64))
        mean = (tokens + len(delta.tokens)) / max(len(rows), 1) or 1.0
        common = _Statistics(base, delta, rows, len(rows), mean)
        self._base = replace(base, common=common)
        self._delta = replace(delta, common=common)
        self._common = common
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def search(
        self, query: LexicalQuery, limit: int, *, allowed: NDArray[np.bool_] | None = None
    ) -> Ranked:
        """The best rows; see ``LexicalIndex``."""
        rows = self._rows
        if allowed is None:
            old, new = (rows.kept if len(rows.removed) else None), None
        else:
            old, new = rows.base_mask(allowed), allowed[rows.inserted]
        return merged(
            self._base.search(query, limit, allowed=old),
            self._delta.search(query, limit, allowed=new),
            rows,
            limit,
        )

    def score(self, query: LexicalQuery, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Scores by groups of some rows; see ``LexicalIndex``."""
        found = np.empty(len(rows), dtype=np.float32)
        for index, held, places in self._parts(rows):
            found[held] = index.score(query, places)
        return found

    def matching(self, query: LexicalQuery) -> NDArray[np.bool_]:
        """Which texts hold all phrases and none of what is excluded."""
        return self._rows.whole(self._base.matching(query), self._delta.matching(query))

    def idf(self, token: str) -> float:
        """How rare a token is."""
        return self._base.idf(token)

    def token_numbers(self, row: int) -> Sequence[int]:
        """The tokens of a text in order, as numbers."""
        found = self._rows.places(np.array([row]))
        place = int(found.places[0])
        if not found.in_delta[0]:
            return self._base.token_numbers(place)
        known: list[int] = self._delta_numbers[self._delta.token_numbers(place)].tolist()
        return known

    def numbers(self, tokens: Iterable[str]) -> frozenset[int]:
        """The numbers of some tokens; those that no text of the base holds come after its own."""
        wanted = frozenset(tokens)
        new = self._delta_numbers[sorted(self._delta.numbers(wanted))].tolist()
        held = [token for token in wanted if self._common.holding(token)]
        return self._base.numbers(held) | frozenset(new)

    def said(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Keys of texts that say the same; they are the same in every index."""
        found = np.empty(len(rows), dtype=np.int64)
        for index, held, places in self._parts(rows):
            found[held] = index.said(places)
        return found

    def texts_holding(self) -> Mapping[str, int]:
        """How many texts hold each token; see ``LexicalIndex``."""
        return self._held

    @cached_property
    def _held(self) -> Mapping[str, int]:
        found = Counter(self._base.texts_holding())
        found.update(self._delta.texts_holding())
        gone: Counter[int] = Counter()
        for row in self._rows.removed.tolist():
            gone.update(set(self._base.token_numbers(row)))
        for number, count in gone.items():
            key = bytes(self._base.vocabulary[number])
            if len(key) < KEY_BYTES:
                found[key.decode()] -= count
        return {token: count for token, count in found.items() if count}

    @cached_property
    def _delta_numbers(self) -> NDArray[np.int64]:
        """The number of each token of the delta: the base's where that has it, else a new one."""
        old, new = self._base.vocabulary, self._delta.vocabulary
        numbers = np.arange(len(new), dtype=np.int64) + len(old)
        if len(old):
            places = np.minimum(np.searchsorted(old, new), len(old) - 1)
            same = old[places] == new
            numbers[same] = places[same]
        return numbers

    def _parts(
        self, rows: NDArray[np.int64]
    ) -> Iterator[tuple[MappedLexicalIndex, NDArray[np.bool_], NDArray[np.int64]]]:
        """Each segment, which of some rows it has, and where."""
        found = self._rows.places(rows)
        yield self._base, ~found.in_delta, found.places[~found.in_delta]
        yield self._delta, found.in_delta, found.places[found.in_delta]
