"""From a query vector to ids and scores, out of one published generation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semsearch.errors import DamageError
from semsearch.index.dense import DenseIndex, open_faiss
from semsearch.index.layout import Layout
from semsearch.index.manifest import Manifest, check_files, read_manifest


@dataclass(frozen=True, slots=True)
class Generation:
    """One published generation, opened for searching; it never changes.

    ``statements`` has a row for each statement, ``abstracts`` for each paper with an abstract.
    """

    manifest: Manifest
    statements: DenseIndex
    abstracts: DenseIndex


@dataclass(frozen=True, slots=True)
class Candidate:
    """An id with its score, the inner product of unit vectors."""

    id: str
    score: float


def open_generation(folder: Path) -> Generation:
    """The published generation of an index folder.

    Raises:
        MissingIndexError: the folder holds no index.
        MismatchError: it has a newer format.
        DamageError: a file is missing, or has not the size or count of the manifest.
    """
    layout = Layout(folder)
    generation = layout.generation(layout.published())
    manifest = read_manifest(generation)
    faults = check_files(generation, manifest, hashes=False)
    if faults:
        raise DamageError(f"{faults[0]}; build the index again")
    opened = {
        kind: open_faiss(generation.vectors(kind), generation.ids(kind))
        for kind in ("statements", "abstracts")
    }
    for kind, index in opened.items():
        if len(index) != manifest.counts[kind] or index.dimension != manifest.dimension:
            raise DamageError(
                f"{generation.vectors(kind)} holds {len(index):,} vectors of {index.dimension}"
                f" dimensions, expected {manifest.counts[kind]:,} of {manifest.dimension}"
            )
    return Generation(manifest, opened["statements"], opened["abstracts"])


def nearest(
    index: DenseIndex,
    query: NDArray[np.float32],
    limit: int,
    *,
    allowed: NDArray[np.bool_] | None = None,
) -> list[Candidate]:
    """The best rows for a unit vector, ties by id.

    Args:
        index: statements or abstracts.
        query: (dimension,) float32, unit length.
        limit: most candidates to give.
        allowed: (n,) rows that may be given; None for all.
    """
    ranked = index.search(query, limit, allowed=allowed)
    return [
        Candidate(bytes(index.ids[row]).decode(), float(score))
        for row, score in zip(ranked.rows, ranked.scores, strict=True)
    ]


def row_of(index: DenseIndex, identity: str) -> int | None:
    """The row of an id, or None when the index does not hold it."""
    wanted = identity.encode()
    row = int(np.searchsorted(index.ids, wanted))
    return row if row < len(index) and bytes(index.ids[row]) == wanted else None
