"""Lists of values of many things, and the other way round which things have a value."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

#: Counting a few lists one by one costs this many times as much for each as counting all of them.
_DEARER = 8


@dataclass(frozen=True, slots=True)
class Groups:
    """g groups of numbers.

    ``starts``: (g + 1,) int64. ``members``: (starts[g],) int32, ascending within a group.
    """

    starts: NDArray[np.int64]
    members: NDArray[np.int32]

    def sizes(self) -> NDArray[np.int64]:
        """(g,) how many numbers each group has."""
        return np.diff(self.starts)

    def of(self, groups: NDArray[np.integer] | Sequence[int]) -> NDArray[np.int32]:
        """The numbers of some groups, one group after another."""
        chosen = np.asarray(groups, dtype=np.int64)
        if len(chosen) == 1:
            return self.members[self.starts[chosen[0]] : self.starts[chosen[0] + 1]]
        firsts = self.starts[chosen]
        lengths = self.starts[chosen + 1] - firsts
        before = np.cumsum(lengths) - lengths
        places = np.arange(int(lengths.sum())) + np.repeat(firsts - before, lengths)
        found: NDArray[np.int32] = self.members[places]
        return found


def group_by(keys: NDArray[np.integer], groups: int) -> Groups:
    """The places of equal keys.

    Args:
        keys: (k,) from 0 to ``groups`` − 1.
        groups: how many there are.
    """
    starts = np.append(0, np.cumsum(np.bincount(keys, minlength=groups))).astype(np.int64)
    return Groups(starts, np.argsort(keys, kind="stable").astype(np.int32))


@dataclass(frozen=True)  # without slots: names without case are kept once they were asked for
class ValueLists:
    """A list of values for each of n things.

    ``values``: (v,) UTF-8 byte strings, ascending. ``offsets``: (n + 1,) int64. ``codes``:
    (offsets[n],) int32 into ``values``, ascending within a list. ``holders``: v groups, the things
    whose list holds each value.
    """

    values: NDArray[np.bytes_]
    offsets: NDArray[np.int64]
    codes: NDArray[np.int32]
    holders: Groups

    def counts(self, weights: NDArray[np.int64]) -> NDArray[np.int64]:
        """(v,) int64, the sum of weights of the lists that hold each value.

        Args:
            weights: (n,) of each list.
        """
        repeated = np.repeat(weights, np.diff(self.offsets))
        return np.bincount(self.codes, weights=repeated, minlength=len(self.values)).astype(
            np.int64
        )

    def counts_of(self, things: NDArray[np.integer]) -> NDArray[np.int64]:
        """(v,) int64, how many of some things hold each value; a thing counts as often as it comes.

        Costs what their lists are long, or what all lists are where that is less.
        """
        if len(things) * _DEARER < len(self.offsets):
            codes = Groups(self.offsets, self.codes).of(things)
            return np.bincount(codes, minlength=len(self.values))
        return self.counts(np.bincount(things, minlength=len(self.offsets) - 1))

    def code(self, value: str) -> int | None:
        """The code of a value, None where no list holds it."""
        wanted = value.encode()
        place = bisect_left(self.values, wanted)
        return place if place < len(self.values) and self.values[place] == wanted else None

    def starting(self, prefix: str) -> range:
        """The codes of the values that start with a prefix."""
        first = bisect_left(self.values, prefix.encode())
        return range(first, bisect_left(self.values, prefix.encode() + b"\xff"))

    def codes_of(self, name: str) -> tuple[int, ...]:
        """The codes of the values that are this name, case aside; ascending."""
        return self._without_case.get(name.casefold(), ())

    @cached_property
    def _without_case(self) -> Mapping[str, tuple[int, ...]]:
        found: dict[str, tuple[int, ...]] = {}
        for code, value in enumerate(self.values.tolist()):
            name = value.decode().casefold()
            found[name] = (*found.get(name, ()), code)
        return found

    def taken(self, things: NDArray[np.integer]) -> ValueLists:
        """The lists of some things, in their order, with the codes of all."""
        lengths = self.offsets[things + 1] - self.offsets[things]
        offsets = np.append(0, np.cumsum(lengths)).astype(np.int64)
        codes = Groups(self.offsets, self.codes).of(things)
        return _both_ways(self.values, offsets, codes)


def value_lists(lists: Iterable[Sequence[str]]) -> ValueLists:
    """Lists as they are kept; a list that has a value twice holds it twice."""
    found = list(lists)
    values = sorted({value.encode() for one in found for value in one})
    codes = {value: code for code, value in enumerate(values)}
    offsets = np.append(0, np.cumsum([len(one) for one in found])).astype(np.int64)
    flat = [code for one in found for code in sorted(codes[value.encode()] for value in one)]
    return _both_ways(np.array(values or [], dtype=np.bytes_), offsets, np.array(flat, np.int32))


def _both_ways(
    values: NDArray[np.bytes_], offsets: NDArray[np.int64], codes: NDArray[np.int32]
) -> ValueLists:
    places = group_by(codes, len(values))
    owners = np.repeat(np.arange(len(offsets) - 1, dtype=np.int32), np.diff(offsets))
    return ValueLists(values, offsets, codes, Groups(places.starts, owners[places.members]))
