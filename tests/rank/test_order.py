"""Late interaction, folding and sorting."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from semsearch.encode.encoder import TokenVectors
from semsearch.encode.token_codes import TokenCodec
from semsearch.index.token_vectors import SlowTokenIndex
from semsearch.rank.diversity import SortOrder, gather, sorted_by
from semsearch.rank.late_interaction import interact
from semsearch.rank.learned import shipped_model
from semsearch.rank.wordings import MOST_WORDINGS, query_tokens, wordings_of

CODEC = TokenCodec(np.zeros(32, np.float32), np.eye(32, dtype=np.float32)[:16], 4)


def test_sides_are_matched_by_themselves() -> None:
    axes = np.eye(32, dtype=np.float32)
    wordings = wordings_of("does EMT induce IL6", "EMT", "IL6", ())
    spans = np.array([[5, 8], [9, 15], [16, 19]], dtype=np.int32)
    (asked,) = query_tokens(wordings, [TokenVectors(spans, axes[:3])], CODEC, lambda word: 1.0)
    assert (asked.agent.tolist(), asked.target.tolist()) == ([1, 0, 0], [0, 0, 1])
    codes = CODEC.encode(np.vstack([axes[:3], axes[:1]]))
    index = SlowTokenIndex(CODEC, codes, np.array([0, 3, 4, 4]))
    found = interact(index, [asked], np.array([0, 1, 2]))
    assert found.agent[0] > 0.9
    assert found.target[0] > 0.9
    assert found.agent[1] > 0.9
    assert found.target[1] < 0.3
    assert found.mean[2] == 0


def test_wordings_follow_the_replacements_and_keep_the_sides() -> None:
    found = wordings_of("does EMT induce IL6", "EMT", "IL6", [(5, 8, "a b"), (16, 19, "c")] * 3)
    assert [one.text for one in found] == [
        "does EMT induce IL6", "does a b induce IL6", "does EMT induce c",
    ]  # fmt: skip
    assert len(found) <= MOST_WORDINGS
    assert found[1].text[slice(*(found[1].agent or (0, 0)))] == "a b"


def test_a_name_written_out_weighs_as_much_as_its_short_form() -> None:
    axes = np.eye(32, dtype=np.float32)
    wordings = wordings_of("HIV kills", None, None, [(0, 3, "immune virus")])
    tokens = [
        TokenVectors(np.array([[0, 3], [4, 9]], dtype=np.int32), axes[:2]),
        TokenVectors(np.array([[0, 6], [7, 12], [13, 18]], dtype=np.int32), axes[:3]),
    ]
    rare = {"HIV": 4.0, "kills": 2.0, "immune": 9.0, "virus": 3.0}
    short, long = query_tokens(wordings, tokens, CODEC, rare.__getitem__)
    assert short.weights.tolist() == [4, 2]
    assert long.weights.tolist() == [3, 1, 2]


@given(st.lists(st.integers(0, 4), max_size=12))
def test_gathering_keeps_every_item_once_and_the_order_of_firsts(keys: list[int]) -> None:
    found = gather(np.array(keys, dtype=np.int64))
    groups = [(first, *found.under.get(first, ())) for first in found.firsts.tolist()]
    assert sorted(place for group in groups for place in group) == list(range(len(keys)))
    assert groups == sorted(groups)
    assert all(list(group) == sorted(group) for group in groups)
    assert [{keys[place] for place in group} for group in groups] == [
        {key} for key in dict.fromkeys(keys)
    ]


@given(st.lists(st.integers(-1, 3), max_size=9))
def test_sorting_keeps_relevance_among_equals(years: list[int]) -> None:
    items = np.arange(len(years))
    column = np.array(years, dtype=np.int16)
    found = sorted_by(SortOrder.YEAR, items, year=column, citations=column.astype(np.int32))
    pairs = [(-years[item], item) for item in found.tolist()]
    assert pairs == sorted(pairs)
    same = sorted_by(SortOrder.RELEVANCE, items, year=column, citations=column.astype(np.int32))
    assert same.tolist() == items.tolist()


def test_shipped_weights_rank_more_of_everything_higher() -> None:
    model = shipped_model()
    assert all(weight >= 0 for weight in model.weights.values())
    features = {name: np.array([0.2, 0.5, 0.9]) for name in {*model.weights, "dense"}}
    scores = model.scores(features)
    assert (np.diff(scores) > 0).all()
    assert ((scores > 0) & (scores < 1)).all()
