"""The files of a dense index: its ids, its vectors, and what FAISS searches."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from semsearch.errors import DamageError, MismatchError
from semsearch.index.arrays import open_array, save_array
from semsearch.index.dense.inverted import InvertedIndex
from semsearch.index.dense.kinds import LISTED_ROWS, Choice, DenseKind, code_parts, memory_bytes
from semsearch.index.dense.protocol import DenseIndex, Rows, faiss_library
from semsearch.index.dense.scanned import LEVELS, ByteScanner, PlainScanner, ScannedIndex

_CHUNK: Final = 16_384  # rows that are worked on at once
_SEED: Final = 20240501
_TRAINED: Final = 50  # rows for each list, from which its centre is learnt
_ROUNDS: Final = 10  # of k-means
#: Lists looked at, of about √n, until ``recall.py`` has found how many are needed.
_LISTS: Final = 128


@dataclass(frozen=True, slots=True)
class DensePaths:
    """Where a dense index lies.

    ``search``: for ``faiss.read_index``; of a flat index it is the vectors. ``vectors``: for
    ``numpy.load``, of other kinds. ``ids``: for ``numpy.load``.
    """

    search: Path
    vectors: Path
    ids: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseRecord:
    """What a manifest says of a dense index.

    ``memory_bytes``: that a search goes through. ``recall_at_10``: share of the ten best rows that
    are found, 1 for exact indexes, else estimated when it was made (``recall.py``). ``scale`` and
    ``error``: as ``ByteScanner`` takes them. ``lists``: looked at for a query.
    """

    kind: DenseKind
    why: str
    memory_bytes: int
    recall_at_10: float
    scale: float | None = None
    error: float | None = None
    lists: int | None = None


def write_dense(
    paths: DensePaths,
    ids: NDArray[np.bytes_],
    rows: Iterable[NDArray[np.float32]],
    *,
    dimension: int,
    choice: Choice,
) -> DenseRecord:
    """Write a dense index; memory is that of its codes, the vectors are streamed.

    Args:
        paths: where to.
        ids: (n,) UTF-8 byte strings, ascending and unique.
        rows: chunks of (m, dimension) float32, together n unit rows.
        dimension: of the vectors.
        choice: the kind, and why.

    Returns:
        What ``open_dense`` needs to know, but for the recall, which is that of an exact index.

    Raises:
        ValueError: ids are not ascending, rows and ids do not agree in number, or there are too few
            rows for the kind.
        OSError: the disk is full.
    """
    if np.any(ids[1:] <= ids[:-1]):
        raise ValueError("the ids are not ascending and unique")
    if choice.kind is DenseKind.INVERTED and len(ids) < LISTED_ROWS:
        raise ValueError(f"{len(ids)} rows cannot be put into lists, expected {LISTED_ROWS}")
    save_array(paths.ids, ids)
    memory = memory_bytes(choice.kind, len(ids), dimension)
    made = {"kind": choice.kind, "why": choice.why, "memory_bytes": memory, "recall_at_10": 1.0}
    if choice.kind is DenseKind.FLAT:
        header = bytearray(_serialized(faiss_library().IndexFlatIP(dimension)))
        # What FAISS writes for an empty index, with the number of rows and of floats set.
        header[8:16] = len(ids).to_bytes(8, "little")
        header[-8:] = (len(ids) * dimension).to_bytes(8, "little")
        _write_rows(paths.search, bytes(header), len(ids), rows, np.dtype("<f4"))
        return DenseRecord(**made)  # type: ignore[arg-type]
    kept = np.dtype("<f2" if choice.kind is DenseKind.INVERTED else "<f4")
    largest = _write_rows(paths.vectors, _header(len(ids), dimension, kept), len(ids), rows, kept)
    vectors = open_array(paths.vectors)
    if choice.kind is DenseKind.INVERTED:
        index, lists = _inverted(vectors)
        found: dict[str, Any] = {"lists": lists}
    else:
        scale = LEVELS / max(largest, 1e-9)
        index, error = _bytes_of(vectors, scale)
        found = {"scale": scale, "error": error}
    _write_index(paths.search, index)
    return DenseRecord(**made, **found)  # type: ignore[arg-type]


def open_dense(paths: DensePaths, record: DenseRecord | None) -> DenseIndex:
    """An index that ``write_dense`` wrote, memory-mapped.

    Args:
        paths: where it is.
        record: from the manifest; None where that has none.

    Raises:
        MismatchError: without a record: an older semsearch wrote the index.
        DamageError: a file cannot be read, or they do not agree.
    """
    if record is None:
        raise MismatchError(
            f"{paths.search.parent} was written by an older semsearch; build the index again:"
            " what was encoded is not encoded again"
        )
    faiss = faiss_library()
    try:
        index = faiss.read_index(str(paths.search), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        raise DamageError(f"{paths.search} cannot be read as a FAISS index") from error
    ids = open_array(paths.ids)
    if len(ids) != index.ntotal:
        raise DamageError(
            f"{paths.search} holds {index.ntotal:,} vectors and {paths.ids.name} {len(ids):,} ids"
        )
    if record.kind is DenseKind.FLAT:
        return ScannedIndex(ids, _flat_vectors(paths.search, index), index, PlainScanner())
    vectors = open_array(paths.vectors)
    if vectors.shape != (len(ids), index.d):
        raise DamageError(
            f"{paths.vectors} has shape {vectors.shape}, expected ({len(ids)}, {index.d})"
        )
    if record.kind is DenseKind.INVERTED:
        return InvertedIndex(ids, vectors, index, lists=record.lists or _LISTS)
    if record.scale is None or record.error is None:
        raise DamageError(f"the manifest lacks scale and error of {paths.search}")
    return ScannedIndex(ids, vectors, index, ByteScanner(record.scale, record.error))


def open_vectors(paths: DensePaths, record: DenseRecord) -> Rows:
    """(n, dimension) the vectors as they are stored, memory-mapped.

    Raises:
        DamageError: a file cannot be read.
    """
    if record.kind is DenseKind.FLAT:
        faiss = faiss_library()
        index = faiss.read_index(str(paths.search), faiss.IO_FLAG_MMAP_IFC)
        return _flat_vectors(paths.search, index)
    rows: Rows = open_array(paths.vectors)
    return rows


def chunks_of(vectors: Rows) -> Iterator[NDArray[np.float32]]:
    """The rows as float32, some at a time."""
    for start in range(0, len(vectors), _CHUNK):
        yield vectors[start : start + _CHUNK].astype(np.float32, copy=False)


def _bytes_of(vectors: Rows, scale: float) -> tuple[Any, float]:
    """The codes of ``ByteScanner``, and the largest error of a row."""
    faiss = faiss_library()
    kind = faiss.ScalarQuantizer.QT_8bit_direct_signed
    index = faiss.IndexScalarQuantizer(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    error = 0.0
    for chunk in chunks_of(vectors):
        codes = np.rint(chunk * np.float32(scale))
        lost = chunk.astype(np.float64) - codes / scale
        error = max(error, float(np.linalg.norm(lost, axis=1).max()))
        index.add(codes)
    return index, error


def _inverted(vectors: Rows) -> tuple[Any, int]:
    """Lists of codes, and how many of them to look at."""
    faiss = faiss_library()
    count, dimension = vectors.shape
    number = int(2 ** round(np.log2(count) / 2))
    name = f"IVF{number},PQ{code_parts(dimension)}x4fs"
    index = faiss.index_factory(dimension, name, faiss.METRIC_INNER_PRODUCT)
    index.cp.niter, index.cp.seed = _ROUNDS, _SEED
    index.cp.min_points_per_centroid = 1  # few rows are few, and need no warning
    index.pq.cp.seed, index.pq.cp.min_points_per_centroid = _SEED, 1
    drawn = np.random.default_rng(_SEED).choice(count, min(count, _TRAINED * number), replace=False)
    index.train(vectors[np.sort(drawn)].astype(np.float32))
    for chunk in chunks_of(vectors):
        index.add(chunk)
    return index, min(_LISTS, number)


def _write_rows(
    path: Path,
    header: bytes,
    count: int,
    rows: Iterable[NDArray[np.float32]],
    kept: np.dtype[Any],
) -> float:
    """Write vectors, synced; the largest absolute value among them."""
    written, largest = 0, 0.0
    with path.open("wb") as stream:
        stream.write(header)
        for chunk in rows:
            written += len(chunk)
            stream.write(np.ascontiguousarray(chunk, dtype=kept).tobytes())
            largest = max(largest, float(np.abs(chunk).max(initial=0)))
        stream.flush()
        os.fsync(stream.fileno())
    if written != count:
        raise ValueError(f"{written:,} vectors for {count:,} ids")
    return largest


def _header(count: int, dimension: int, kept: np.dtype[Any]) -> bytes:
    """What ``numpy.save`` writes before an array."""
    from io import BytesIO

    stream = BytesIO()
    np.lib.format.write_array_header_1_0(
        stream, {"descr": kept.str, "fortran_order": False, "shape": (count, dimension)}
    )
    return stream.getvalue()


def _write_index(path: Path, index: Any) -> None:
    faiss = faiss_library()
    with path.open("wb") as stream:
        faiss.write_index(index, faiss.PyCallbackIOWriter(stream.write))
        stream.flush()
        os.fsync(stream.fileno())


def _serialized(index: Any) -> bytes:
    found: bytes = faiss_library().serialize_index(index).tobytes()
    return found


def _flat_vectors(path: Path, index: Any) -> NDArray[np.float32]:
    """The vectors in the file of a flat index, which end it."""
    count, dimension = int(index.ntotal), int(index.d)
    if not count:
        return np.zeros((0, dimension), dtype=np.float32)
    offset = path.stat().st_size - 4 * count * dimension
    return np.asarray(
        np.memmap(path, dtype="<f4", mode="r", offset=offset, shape=(count, dimension))
    )
