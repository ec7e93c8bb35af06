"""Fusion of dense and lexical scores."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from semsearch.rank.fusion import convex, reciprocal_rank

SCORES = st.lists(
    st.tuples(st.floats(-1, 1, width=32), st.floats(0, 40, width=32)), min_size=1, max_size=30
)


def test_convex_sum_of_scaled_scores() -> None:
    dense = np.array([0.2, 0.6, 0.4], dtype=np.float32)
    lexical = np.array([10, 0, 5], dtype=np.float32)
    assert np.allclose(convex(dense, lexical, weight=0.6), [0.4, 0.6, 0.5], atol=1e-6)


def test_without_any_match_the_dense_order_stays() -> None:
    dense = np.array([0.2, 0.6, 0.4], dtype=np.float32)
    fused = convex(dense, np.zeros(3, dtype=np.float32))
    assert list(np.argsort(-fused)) == [1, 2, 0]


@given(SCORES)
def test_better_in_both_is_better_fused(pairs: list[tuple[float, float]]) -> None:
    dense, lexical = (np.array(part, dtype=np.float32) for part in zip(*pairs, strict=True))
    fused = convex(dense, lexical)
    assert ((fused >= 0) & (fused <= 1 + 1e-12)).all()
    for one in range(len(pairs)):
        for other in range(len(pairs)):
            if dense[one] >= dense[other] and lexical[one] >= lexical[other]:
                assert fused[one] >= fused[other]


def test_reciprocal_ranks_add_up_and_absence_adds_nothing() -> None:
    fused = reciprocal_rank(
        np.array([1, 0, 2], dtype=np.int32), np.array([3, 1, 0], dtype=np.int32), constant=60
    )
    assert np.allclose(fused, [1 / 61 + 1 / 63, 1 / 61, 1 / 62])
