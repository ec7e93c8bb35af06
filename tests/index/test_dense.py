"""One contract for every dense index: ids and scores equal those of brute force."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from semsearch.errors import DamageError
from semsearch.index.dense import (
    DenseIndex,
    FaissIndex,
    FlatIndex,
    exact_scores,
    open_faiss,
    write_faiss,
)

DIMENSION = 24
Vectors = NDArray[np.float32]
Make = Callable[[NDArray[np.bytes_], Vectors], DenseIndex]


def unit(vectors: NDArray[np.float64]) -> Vectors:
    found: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return found


def make_vectors(count: int, seed: int) -> tuple[NDArray[np.bytes_], Vectors]:
    """Vectors with many doubles and near-doubles: where ties go wrong."""
    random = np.random.default_rng(seed)
    distinct = unit(random.normal(size=(max(count // 3, 1), DIMENSION)))
    vectors = distinct[random.integers(0, len(distinct), size=count)].astype(np.float64)
    near = random.random(count) < 0.3
    vectors[near] += random.normal(scale=1e-7, size=(int(near.sum()), DIMENSION))
    ids = np.array([f"{n:06d}".encode() for n in range(count)], dtype=np.bytes_)
    return ids if count else np.zeros(0, dtype="S6"), unit(vectors) if count else np.zeros(
        (0, DIMENSION), dtype=np.float32
    )


def through_files(folder: Path) -> Make:
    def make(ids: NDArray[np.bytes_], vectors: Vectors) -> DenseIndex:
        chunks = (vectors[start : start + 7] for start in range(0, len(vectors), 7))
        write_faiss(folder / "v.faiss", folder / "i.npy", ids, chunks, dimension=DIMENSION)
        return open_faiss(folder / "v.faiss", folder / "i.npy")

    return make


@pytest.fixture(params=["flat", "faiss"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    return FlatIndex if request.param == "flat" else through_files(tmp_path)


@pytest.mark.parametrize("count", [0, 1, 5, 400])
@pytest.mark.parametrize("limit", [0, 1, 10, 1000])
@pytest.mark.parametrize("share", [None, 0.0, 0.02, 0.5, 1.0])
def test_ids_and_scores_equal_brute_force(
    make: Make, count: int, limit: int, share: float | None
) -> None:
    ids, vectors = make_vectors(count, seed=count)
    index = make(ids, vectors)
    random = np.random.default_rng(limit)
    allowed = None if share is None else random.random(count) < share
    for query in unit(random.normal(size=(5, DIMENSION))):
        scores = exact_scores(vectors, query)
        rows = [r for r in range(count) if allowed is None or allowed[r]]
        rows = sorted(rows, key=lambda row: (-scores[row], ids[row]))[:limit]
        found = index.search(query, limit, allowed=allowed)
        assert found.rows.tolist() == rows
        assert found.scores.tobytes() == scores[rows].tobytes()


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=60),
    st.integers(1, 70),
    st.data(),
)
def test_doubles_come_in_the_order_of_ids(
    tmp_path: Path, choices: list[int], limit: int, data: st.DataObject
) -> None:
    distinct = unit(np.random.default_rng(7).normal(size=(4, DIMENSION)))
    vectors = distinct[choices]
    ids = np.array([f"{n:03d}".encode() for n in range(len(choices))], dtype=np.bytes_)
    query = distinct[data.draw(st.integers(0, 3))]
    found = through_files(tmp_path)(ids, vectors).search(query, limit)
    honest = FlatIndex(ids, vectors).search(query, limit)
    assert found.rows.tolist() == honest.rows.tolist()
    assert found.scores.tobytes() == honest.scores.tobytes()


def test_vector_of_a_row_is_what_was_put_in(make: Make) -> None:
    ids, vectors = make_vectors(20, seed=1)
    index = make(ids, vectors)
    assert len(index) == 20
    assert index.dimension == DIMENSION
    assert index.vector(7).tobytes() == vectors[7].tobytes()
    assert bytes(index.ids[7]) == b"000007"


def test_streamed_file_is_the_one_that_faiss_writes(tmp_path: Path) -> None:
    ids, vectors = make_vectors(50, seed=2)
    through_files(tmp_path)(ids, vectors)
    honest = faiss.IndexFlatIP(DIMENSION)
    honest.add(vectors)
    faiss.write_index(honest, str(tmp_path / "honest.faiss"))
    assert (tmp_path / "v.faiss").read_bytes() == (tmp_path / "honest.faiss").read_bytes()


def test_threads_get_equal_answers(make: Make) -> None:
    ids, vectors = make_vectors(500, seed=3)
    index = make(ids, vectors)
    queries = unit(np.random.default_rng(4).normal(size=(40, DIMENSION)))
    alone = [index.search(query, 20).rows.tolist() for query in queries]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda query: index.search(query, 20).rows.tolist(), queries))
    assert together == alone


def test_ids_out_of_order_are_refused(tmp_path: Path) -> None:
    ids, vectors = make_vectors(3, seed=5)
    with pytest.raises(ValueError, match="ascending"):
        through_files(tmp_path)(ids[::-1], vectors)


def test_fewer_vectors_than_ids_are_refused(tmp_path: Path) -> None:
    ids, vectors = make_vectors(3, seed=5)
    with pytest.raises(ValueError, match="2 vectors for 3 ids"):
        through_files(tmp_path)(ids, vectors[:2])


def test_files_that_do_not_agree_are_damage(tmp_path: Path) -> None:
    ids, vectors = make_vectors(5, seed=6)
    through_files(tmp_path)(ids, vectors)
    np.save(tmp_path / "i.npy", ids[:4])
    with pytest.raises(DamageError, match=r"v\.faiss holds 5 vectors and i\.npy 4 ids"):
        open_faiss(tmp_path / "v.faiss", tmp_path / "i.npy")
    (tmp_path / "i.npy").write_bytes(b"no array")
    with pytest.raises(DamageError, match=r"i\.npy cannot be read"):
        open_faiss(tmp_path / "v.faiss", tmp_path / "i.npy")
    (tmp_path / "v.faiss").write_bytes(b"no index")
    with pytest.raises(DamageError, match=r"v\.faiss cannot be read"):
        open_faiss(tmp_path / "v.faiss", tmp_path / "i.npy")


def test_both_are_dense_indexes(tmp_path: Path) -> None:
    ids, vectors = make_vectors(3, seed=8)
    indexes: list[DenseIndex] = [FlatIndex(ids, vectors), through_files(tmp_path)(ids, vectors)]
    assert isinstance(indexes[1], FaissIndex)
