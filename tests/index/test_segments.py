"""Indexes of base and delta: they answer as one index of the same texts does, to the last bit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from semsearch.encode.token_codes import TokenCodec
from semsearch.index.delta.rows import RowMap
from semsearch.index.dense.files import DensePaths, open_dense, write_dense
from semsearch.index.dense.kinds import Choice, DenseKind
from semsearch.index.dense.protocol import DenseIndex, FlatIndex
from semsearch.index.dense.segmented import SegmentedDenseIndex
from semsearch.index.lexical.files import open_lexical, write_lexical
from semsearch.index.lexical.protocol import LexicalQuery
from semsearch.index.lexical.segmented import SegmentedLexicalIndex
from semsearch.index.lexical.slow import SlowLexicalIndex
from semsearch.index.token_vectors import MappedTokenIndex, SegmentedTokenIndex

DIMENSION = 16
WORDS = st.sampled_from(["emt", "il6", "induc", "rice", "β", "not", "zz"])
RUN = st.lists(WORDS, min_size=1, max_size=3).map(tuple)
QUERIES = st.builds(
    LexicalQuery,
    st.lists(st.lists(RUN, min_size=1, max_size=3).map(tuple), max_size=4).map(tuple),
    phrases=st.lists(RUN, max_size=1).map(tuple),
    excluded=st.lists(RUN, max_size=1).map(tuple),
)


@dataclass(frozen=True, slots=True)
class Split:
    """Rows of a whole, each of them in a base or a delta, and rows of the base that are gone."""

    rows: RowMap
    base: NDArray[np.int64]  # the row of the whole that each row of the base is; −1 where gone
    delta: NDArray[np.int64]


@st.composite
def splits(draw: Any, *, most: int = 14) -> Split:
    parts = draw(st.lists(st.sampled_from(["kept", "kept", "gone", "new"]), max_size=most))
    base, delta, whole = [], [], 0
    for part in parts:
        if part == "new":
            delta.append(whole)
        else:
            base.append(whole if part == "kept" else -1)
        whole += part != "gone"
    found = np.array(base, dtype=np.int64)
    inserted = np.array(delta, dtype=np.int64)
    return Split(RowMap(len(base), np.flatnonzero(found < 0), inserted), found, inserted)


def masks(count: int) -> Any:
    bits = st.lists(st.booleans(), min_size=count, max_size=count)
    return st.none() | bits.map(lambda found: np.array(found, dtype=np.bool_))


@given(splits())
def test_rows_are_found_both_ways(split: Split) -> None:
    rows = split.rows
    every = np.arange(len(rows))
    found = rows.places(every)
    assert every[found.in_delta].tolist() == split.delta.tolist()
    assert rows.of_delta(found.places[found.in_delta]).tolist() == split.delta.tolist()
    old = found.places[~found.in_delta]
    assert split.base[old].tolist() == every[~found.in_delta].tolist()
    assert rows.of_base(old).tolist() == every[~found.in_delta].tolist()
    assert rows.whole(split.base, split.delta).tolist() == every.tolist()
    allowed = every % 2 == 0
    assert rows.base_mask(allowed).tolist() == [row >= 0 and row % 2 == 0 for row in split.base]


@pytest.mark.parametrize(
    ("removed", "inserted"), [([2], []), ([1, 1], []), ([], [4]), ([], [1, 0]), ([-1], [])]
)
def test_rows_out_of_order_or_place_are_refused(removed: list[int], inserted: list[int]) -> None:
    with pytest.raises(ValueError, match="not ascending and below"):
        RowMap(2, np.array(removed, dtype=np.int64), np.array(inserted, dtype=np.int64))


def unit(count: int, seed: int) -> NDArray[np.float32]:
    """Rows of which several are equal and several nearly so."""
    random = np.random.default_rng(seed)
    distinct = random.normal(size=(max(count // 2, 1), DIMENSION))
    vectors = distinct[random.integers(0, len(distinct), size=count)]
    vectors += random.choice([0.0, 1e-7], size=(count, 1)) * random.normal(size=vectors.shape)
    found: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(
        np.float32
    )
    return found


def ids_for(count: int) -> NDArray[np.bytes_]:
    return np.array([f"{n:04d}".encode() for n in range(count)] or [], dtype="S4")


def dense(folder: Path, vectors: NDArray[np.float32], kind: DenseKind) -> DenseIndex:
    paths = DensePaths(folder / "v.faiss", folder / "v.npy", folder / "i.npy")
    record = write_dense(
        paths, ids_for(len(vectors)), [vectors], dimension=DIMENSION, choice=Choice(kind, "asked")
    )
    return open_dense(paths, record)


@settings(deadline=None)
@given(
    split=splits(most=40),
    kind=st.sampled_from([DenseKind.FLAT, DenseKind.INT8]),
    seed=st.integers(0, 99),
    limit=st.integers(0, 45),
    room=st.sampled_from([0, 1, 64]),
    data=st.data(),
)
def test_nearest_rows_are_those_of_one_index(
    tmp_path_factory: Any,
    split: Split,
    kind: DenseKind,
    seed: int,
    limit: int,
    room: int,
    data: Any,
) -> None:
    vectors = unit(len(split.rows), seed)
    gone = unit(len(split.base), seed + 1)
    held = np.where((split.base >= 0)[:, None], vectors[split.base], gone) if len(vectors) else gone
    folder = tmp_path_factory.mktemp("dense")
    (folder / "delta").mkdir()
    index = SegmentedDenseIndex(
        ids_for(len(vectors)),
        dense(folder, held.astype(np.float32), kind),
        dense(folder / "delta", vectors[split.delta], DenseKind.FLAT),
        split.rows,
    )
    honest = FlatIndex(index.ids, vectors)
    allowed = data.draw(masks(len(vectors)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("semsearch.index.dense.segmented._ROOM", room)
        for query in (*unit(2, seed + 2), *vectors[:2]):
            found = index.search(query, limit, allowed=allowed)
            expected = honest.search(query, limit, allowed=allowed)
            assert found.rows.tolist() == expected.rows.tolist()
            assert found.scores.tobytes() == expected.scores.tobytes()
            some = np.arange(len(vectors))[::-2]
            assert index.scores(query, some).tobytes() == honest.scores(query, some).tobytes()
    for row in range(len(vectors)):
        assert index.vector(row).tobytes() == vectors[row].tobytes()


@settings(deadline=None)  # twenty files are synced
@given(split=splits(), query=QUERIES, limit=st.integers(0, 15), data=st.data())
def test_texts_are_found_as_in_one_index(
    tmp_path_factory: Any, split: Split, query: LexicalQuery, limit: int, data: Any
) -> None:
    text = st.lists(WORDS, max_size=9)
    texts = [data.draw(text) for _ in range(len(split.rows))]
    held = [texts[row] if row >= 0 else data.draw(text) for row in split.base]
    folder = tmp_path_factory.mktemp("lexical")
    write_lexical(folder / "base", held)
    write_lexical(folder / "delta", [texts[row] for row in split.delta])
    base, delta = open_lexical(folder / "base"), open_lexical(folder / "delta")
    index, slow = SegmentedLexicalIndex(base, delta, split.rows), SlowLexicalIndex(texts)
    allowed = data.draw(masks(len(texts)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("semsearch.index.lexical.best._FIRST", data.draw(st.sampled_from([2, 99])))
        patch.setattr("semsearch.index.lexical.best._WINDOW", 3)
        found = index.search(query, limit, allowed=allowed)
    expected = slow.search(query, limit, allowed=allowed)
    assert found.rows.tolist() == expected.rows.tolist()
    assert found.scores.tobytes() == expected.scores.tobytes()
    every = np.arange(len(texts))
    assert index.score(query, every[::-1]).tobytes() == slow.score(query, every[::-1]).tobytes()
    assert (index.matching(query) == slow.matching(query)).all()
    assert index.texts_holding() == slow.texts_holding()
    for token in ("emt", "rice", "nowhere"):
        assert index.idf(token) == slow.idf(token)
        (number,) = index.numbers([token]) or (None,)
        assert bool(slow.numbers([token])) == (number is not None)
        for row in range(len(texts)):
            where = [n == number for n in index.token_numbers(row)]
            assert where == [one == token for one in texts[row]]
    keys, expected_keys = index.said(every), slow.said(every)
    assert ((keys[:, None] == keys) == (expected_keys[:, None] == expected_keys)).all()


@given(split=splits(), seed=st.integers(0, 99), size=st.integers(1, 6))
def test_tokens_match_as_in_one_index(split: Split, seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    turned, _ = np.linalg.qr(random.normal(size=(DIMENSION, DIMENSION)))
    codec = TokenCodec(np.zeros(DIMENSION, np.float32), turned.astype(np.float32))

    def index(rows: list[NDArray[np.uint8]]) -> MappedTokenIndex:
        codes = np.concatenate([np.zeros((0, codec.code_bytes), np.uint8), *rows])
        return MappedTokenIndex(codec, codes, np.append(0, np.cumsum(list(map(len, rows)))))

    def some(_: object) -> NDArray[np.uint8]:
        shape = (int(random.integers(0, 9)), codec.code_bytes)
        return random.integers(0, 256, size=shape).astype(np.uint8)

    texts = list(map(some, range(len(split.rows))))
    one = index(texts)
    two = SegmentedTokenIndex(
        index([texts[row] if row >= 0 else some(row) for row in split.base]),
        index([texts[row] for row in split.delta]),
        split.rows,
    )
    assert len(two) == len(one)
    query = codec.project(unit(3, seed))
    rows = random.permutation(len(texts))
    for row in rows.tolist():
        assert (two.vectors(row) == one.vectors(row)).all()
    found, expected = (i.block_matches(query, rows, size) for i in (two, one))
    assert found.offsets.tolist() == expected.offsets.tolist()
    assert found.values.tobytes() == expected.values.tobytes()
