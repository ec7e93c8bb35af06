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

from semsearch.errors import DamageError, MismatchError, SettingError
from semsearch.index.dense import recall
from semsearch.index.dense.files import (
    DensePaths,
    DenseRecord,
    open_dense,
    open_vectors,
    write_dense,
)
from semsearch.index.dense.inverted import InvertedIndex
from semsearch.index.dense.kinds import (
    INT8_ROWS,
    INVERTED_ROWS,
    Choice,
    DenseKind,
    choose_kind,
    free_memory,
    memory_bytes,
)
from semsearch.index.dense.protocol import DenseIndex, FlatIndex, exact_scores
from semsearch.index.dense.recall import draw, with_recall
from semsearch.index.dense.scanned import ScannedIndex

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


def paths_in(folder: Path) -> DensePaths:
    return DensePaths(folder / "v.faiss", folder / "v.npy", folder / "i.npy")


def written(
    folder: Path, ids: NDArray[np.bytes_], vectors: Vectors, kind: DenseKind = DenseKind.FLAT
) -> DenseRecord:
    chunks = (vectors[start : start + 7] for start in range(0, len(vectors), 7))
    choice = Choice(kind, "asked for")
    return write_dense(paths_in(folder), ids, chunks, dimension=vectors.shape[1], choice=choice)


def through_files(folder: Path, kind: DenseKind = DenseKind.FLAT) -> Make:
    def make(ids: NDArray[np.bytes_], vectors: Vectors) -> DenseIndex:
        return open_dense(paths_in(folder), written(folder, ids, vectors, kind))

    return make


EXACT = [DenseKind.FLAT, DenseKind.INT8]


@pytest.fixture(params=["honest", *EXACT])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    return FlatIndex if request.param == "honest" else through_files(tmp_path, request.param)


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
    kind = data.draw(st.sampled_from(EXACT))
    distinct = unit(np.random.default_rng(7).normal(size=(4, DIMENSION)))
    vectors = distinct[choices]
    ids = np.array([f"{n:03d}".encode() for n in range(len(choices))], dtype=np.bytes_)
    query = distinct[data.draw(st.integers(0, 3))]
    found = through_files(tmp_path, kind)(ids, vectors).search(query, limit)
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


@pytest.mark.parametrize("kind", EXACT)
def test_fewer_vectors_than_ids_are_refused(tmp_path: Path, kind: DenseKind) -> None:
    ids, vectors = make_vectors(3, seed=5)
    with pytest.raises(ValueError, match="2 vectors for 3 ids"):
        through_files(tmp_path, kind)(ids, vectors[:2])


def test_files_that_do_not_agree_are_damage(tmp_path: Path) -> None:
    ids, vectors = make_vectors(5, seed=6)
    record = written(tmp_path, ids, vectors)
    np.save(tmp_path / "i.npy", ids[:4])
    with pytest.raises(DamageError, match=r"v\.faiss holds 5 vectors and i\.npy 4 ids"):
        open_dense(paths_in(tmp_path), record)
    (tmp_path / "i.npy").write_bytes(b"no array")
    with pytest.raises(DamageError, match=r"i\.npy cannot be read"):
        open_dense(paths_in(tmp_path), record)
    (tmp_path / "v.faiss").write_bytes(b"no index")
    with pytest.raises(DamageError, match=r"v\.faiss cannot be read"):
        open_dense(paths_in(tmp_path), record)


def test_vectors_of_another_shape_are_damage(tmp_path: Path) -> None:
    ids, vectors = make_vectors(5, seed=6)
    record = written(tmp_path, ids, vectors, DenseKind.INT8)
    np.save(tmp_path / "v.npy", vectors[:, :4])
    with pytest.raises(DamageError, match=r"v\.npy has shape \(5, 4\), expected \(5, 24\)"):
        open_dense(paths_in(tmp_path), record)


def test_index_without_a_record_is_an_older_one(tmp_path: Path) -> None:
    with pytest.raises(MismatchError, match="build the index again"):
        open_dense(paths_in(tmp_path), None)


def test_kinds_are_what_they_say(tmp_path: Path) -> None:
    ids, vectors = make_vectors(300, seed=8)
    kinds = {kind: type(through_files(tmp_path, kind)(ids, vectors)) for kind in DenseKind}
    assert kinds == {
        DenseKind.FLAT: ScannedIndex,
        DenseKind.INT8: ScannedIndex,
        DenseKind.INVERTED: InvertedIndex,
    }


def test_candidates_that_codes_cannot_tell_apart_are_all_looked_at(tmp_path: Path) -> None:
    """One value far out takes the codes their precision; the answer is still exact."""
    random = np.random.default_rng(11)
    vectors = unit(random.normal(size=(1, 8)) + random.normal(scale=2e-4, size=(500, 8)))
    vectors[0] = np.eye(8)[0]
    ids = np.array([f"{n:03d}".encode() for n in range(500)], dtype=np.bytes_)
    index, honest = through_files(tmp_path, DenseKind.INT8)(ids, vectors), FlatIndex(ids, vectors)
    for query in vectors[1:6]:
        assert index.search(query, 3).rows.tolist() == honest.search(query, 3).rows.tolist()


# -- inverted lists ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[InvertedIndex, FlatIndex, DenseRecord]:
    """An index of inverted lists over vectors in clusters, and the honest one."""
    folder = tmp_path_factory.mktemp("inverted")
    random = np.random.default_rng(3)
    centres = random.normal(size=(60, 32))
    vectors = unit(centres[random.integers(0, 60, 6000)] + random.normal(size=(6000, 32)))
    ids = np.array([f"{n:05d}".encode() for n in range(6000)], dtype=np.bytes_)
    paths = paths_in(folder)
    record = with_recall(written(folder, ids, vectors, DenseKind.INVERTED), paths)
    index = open_dense(paths, record)
    assert isinstance(index, InvertedIndex)
    missing = index.looking_at(2)  # so that it does miss some
    return missing, FlatIndex(ids, open_vectors(paths, record)), record


@pytest.mark.parametrize("limit", [1, 10, 300])
@pytest.mark.parametrize("share", [None, 0.5, 0.05])
def test_inverted_lists_score_and_order_as_brute_force_and_find_most(
    many: tuple[InvertedIndex, FlatIndex, DenseRecord],
    monkeypatch: pytest.MonkeyPatch,
    limit: int,
    share: float | None,
) -> None:
    monkeypatch.setattr(InvertedIndex, "few", 10)
    index, honest, _ = many
    random = np.random.default_rng(limit)
    allowed = None if share is None else random.random(len(index)) < share
    most = len(index) if allowed is None else int(allowed.sum())
    hit = 0
    rows = random.integers(0, len(index), 20)
    queries = [
        unit(honest.vector(row)[None] + random.normal(scale=0.1, size=32))[0] for row in rows
    ]
    for query in queries:
        found = index.search(query, limit, allowed=allowed)
        assert len(found.rows) == len(set(found.rows.tolist())) == min(limit, most)
        assert allowed is None or allowed[found.rows].all()
        assert found.scores.tobytes() == honest.scores(query, found.rows).tobytes()
        order = sorted(zip(-found.scores, found.rows, strict=True))
        assert [row for _, row in order] == found.rows.tolist()
        hit += len(set(found.rows) & set(honest.search(query, limit, allowed=allowed).rows))
    assert hit / (len(queries) * min(limit, most)) > 0.5


def test_few_allowed_rows_are_all_looked_at(
    many: tuple[InvertedIndex, FlatIndex, DenseRecord],
) -> None:
    index, honest, _ = many
    random = np.random.default_rng(5)
    for query in unit(random.normal(size=(10, 32))):
        allowed = random.random(len(index)) < 0.02
        found, true = (one.search(query, 20, allowed=allowed) for one in (index, honest))
        assert found.rows.tolist() == true.rows.tolist()
        assert found.scores.tobytes() == true.scores.tobytes()


def test_declared_recall_is_what_is_found(
    many: tuple[InvertedIndex, FlatIndex, DenseRecord],
) -> None:
    index, honest, record = many
    sample = draw(np.array([honest.vector(row) for row in range(len(honest))]))
    assert sample.recall(honest) == 1.0
    assert record.lists is not None
    assert sample.recall(index.looking_at(record.lists)) == record.recall_at_10 >= 0.99
    assert sample.recall(index) < 0.99


@pytest.mark.parametrize(("wanted", "lists"), [(0.0, 16), (2.0, 32)])
def test_lists_are_added_until_the_recall_is_reached_or_all_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: float, lists: int
) -> None:
    monkeypatch.setattr(recall, "WANTED", wanted)
    ids, vectors = make_vectors(600, seed=9)
    record = with_recall(written(tmp_path, ids, vectors, DenseKind.INVERTED), paths_in(tmp_path))
    assert record.lists == lists
    index = open_dense(paths_in(tmp_path), record)
    assert draw(open_vectors(paths_in(tmp_path), record)).recall(index) == record.recall_at_10


def test_few_rows_cannot_be_put_into_lists(tmp_path: Path) -> None:
    ids, vectors = make_vectors(255, seed=2)
    with pytest.raises(ValueError, match="255 rows cannot be put into lists, expected 256"):
        written(tmp_path, ids, vectors, DenseKind.INVERTED)
    choice = choose_kind(255, DIMENSION, asked=DenseKind.INVERTED)
    assert choice == Choice(DenseKind.FLAT, "fewer than 256 rows, too few for lists")


def test_same_rows_make_the_same_files(tmp_path: Path) -> None:
    ids, vectors = make_vectors(700, seed=2)
    for kind in DenseKind:
        files = []
        for name in ("one", "two"):
            folder = tmp_path / f"{kind}-{name}"
            folder.mkdir()
            written(folder, ids, vectors, kind)
            files.append({p.name: p.read_bytes() for p in folder.iterdir()})
        assert files[0] == files[1], kind


# -- choice -------------------------------------------------------------------------------------


def test_kind_is_chosen_by_the_number_of_rows() -> None:
    sizes = [10, INT8_ROWS - 1, INT8_ROWS, INVERTED_ROWS - 1, INVERTED_ROWS, 10**7]
    kinds = [choose_kind(size, 384).kind for size in sizes]
    assert kinds == ["flat", "flat", "int8", "int8", "inverted", "inverted"]


def test_kind_that_is_asked_for_is_taken() -> None:
    assert choose_kind(300, 384, asked=DenseKind.INVERTED).kind is DenseKind.INVERTED


def test_smaller_kind_is_chosen_where_memory_is_short() -> None:
    choice = choose_kind(300_000, 384, memory=50_000_000)
    assert choice.kind is DenseKind.INVERTED
    assert choice.why == (
        "the kind int8 would need 122,400,000 bytes of memory, and 50,000,000 are free"
    )


def test_kind_that_does_not_fit_is_refused_with_the_number_that_is_needed() -> None:
    with pytest.raises(SettingError, match="needs 1,560,000,000 bytes of memory, and 900,000,000"):
        choose_kind(10**6, 384, asked=DenseKind.FLAT, memory=900_000_000)


def test_ten_million_statements_take_little_memory() -> None:
    assert memory_bytes(DenseKind.INVERTED, 10**7, 384) / 10**7 <= 120


def test_free_memory_is_known_here() -> None:
    free = free_memory()
    assert free is None or free > 0
