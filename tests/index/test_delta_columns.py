"""Lists of values in which some were replaced are those that are made of all anew."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from semsearch.index.delta.columns import replaced_lists
from semsearch.index.delta.rows import RowMap
from semsearch.index.value_lists import ValueLists, value_lists

LISTS = st.lists(st.sampled_from(["a", "ab", "b", "long name", "z", "é"]), max_size=4)


def arrays(found: ValueLists) -> list[tuple[str, bytes]]:
    every = [found.values, found.offsets, found.codes, found.holders.starts, found.holders.members]
    return [(one.dtype.str, one.tobytes()) for one in every]


@given(st.lists(st.tuples(LISTS, st.sampled_from(["stays", "goes", "comes"])), max_size=12))
def test_replaced_lists_are_those_made_anew(parts: Any) -> None:
    current = [one for one, what in parts if what != "comes"]
    removed = [what == "goes" for _, what in parts if what != "comes"]
    whole = [(one, what == "comes") for one, what in parts if what != "goes"]
    step = RowMap(
        len(current),
        np.flatnonzero(np.array(removed, dtype=np.bool_)),
        np.flatnonzero(np.array([came for _, came in whole], dtype=np.bool_)),
    )
    now = value_lists([one for one, came in whole if came])
    found = replaced_lists(value_lists(current), step, now)
    assert arrays(found) == arrays(value_lists([one for one, _ in whole]))
