"""The indexes of a published generation, whether it is whole or made of base and delta."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semsearch.errors import DamageError
from semsearch.index.arrays import open_array
from semsearch.index.delta.rows import RowMap
from semsearch.index.dense.files import open_dense
from semsearch.index.dense.protocol import DenseIndex
from semsearch.index.dense.segmented import SegmentedDenseIndex
from semsearch.index.layout import GenerationLayout, RowPaths
from semsearch.index.lexical.files import open_lexical
from semsearch.index.lexical.protocol import LexicalIndex
from semsearch.index.lexical.segmented import SegmentedLexicalIndex
from semsearch.index.manifest import Manifest
from semsearch.index.token_vectors import (
    MappedTokenIndex,
    SegmentedTokenIndex,
    TokenIndex,
    open_token_vectors,
)

#: Rows of which lexical indexes are those of another kind.
_ROWS_OF = {"contexts": "statements"}


def open_dense_rows(generation: GenerationLayout, manifest: Manifest, kind: str) -> DenseIndex:
    """The dense index over ``kind``, one of ``KINDS``.

    Raises:
        DamageError: a file cannot be read, or they do not agree.
        MismatchError: an older semsearch wrote it.
    """
    record = manifest.dense.get(kind)
    if manifest.delta is None:
        return open_dense(generation.dense(kind), record)
    base = open_dense(generation.base.dense(kind), record)
    delta = open_dense(generation.delta.dense(kind), manifest.delta.dense.get(kind))
    ids = open_array(generation.dense(kind).ids)
    rows = open_rows(generation, kind, len(base))
    if not len(ids) == len(rows) or len(delta) != len(rows.inserted):
        raise DamageError(
            f"{generation.dense(kind).ids} names {len(ids):,} rows, and base and delta have"
            f" {len(rows):,}, {len(delta):,} of them in the delta"
        )
    return SegmentedDenseIndex(ids, base, delta, rows)


def open_token_rows(
    generation: GenerationLayout, manifest: Manifest, kind: str, bits: int
) -> TokenIndex:
    """The token vectors of the same rows.

    Raises:
        DamageError: a file cannot be read, or they do not agree.
    """

    def opened(segment: GenerationLayout) -> MappedTokenIndex:
        return open_token_vectors(
            segment.token_codes(kind),
            segment.token_offsets(kind),
            generation.token_codec,
            bits=bits,
        )

    if manifest.delta is None:
        return opened(generation)
    base, delta = opened(generation.base), opened(generation.delta)
    rows = open_rows(generation, kind, len(base))
    _check(len(delta), rows, generation.delta.token_offsets(kind))
    return SegmentedTokenIndex(base, delta, rows)


def open_lexical_rows(generation: GenerationLayout, manifest: Manifest, kind: str) -> LexicalIndex:
    """The lexical index over "statements", "contexts", "abstracts" or "titles".

    Raises:
        DamageError: a file cannot be read, or they do not agree.
    """
    if manifest.delta is None:
        return open_lexical(generation.lexical(kind))
    base = open_lexical(generation.base.lexical(kind))
    delta = open_lexical(generation.delta.lexical(kind))
    rows = open_rows(generation, _ROWS_OF.get(kind, kind), len(base))
    _check(len(delta), rows, generation.delta.lexical(kind))
    return SegmentedLexicalIndex(base, delta, rows)


def open_rows(generation: GenerationLayout, kind: str, base: int) -> RowMap:
    """Which rows of a kind the base and the delta of a generation have.

    Args:
        generation: made of base and delta.
        kind: as for the dense indexes, or "titles".
        base: rows of the base.

    Raises:
        DamageError: a file cannot be read, or the rows are out of order or place.
    """
    paths: RowPaths = generation.delta.rows(kind)
    try:
        return RowMap(base, open_array(paths.removed), open_array(paths.inserted))
    except ValueError as error:
        raise DamageError(f"{paths.removed} and {paths.inserted.name}: {error}") from error


def agree_on_ids(generation: GenerationLayout, kind: str, ids: NDArray[np.bytes_]) -> bool:
    """Whether the ids of base and delta make those of the whole.

    Args:
        generation: made of base and delta.
        kind: as for the dense indexes.
        ids: of the whole.
    """
    base, delta = (open_array(one.dense(kind).ids) for one in (generation.base, generation.delta))
    rows = open_rows(generation, kind, len(base))
    return np.array_equal(rows.whole(base, delta), ids)


def _check(found: int, rows: RowMap, path: Path) -> None:
    if found != len(rows.inserted):
        raise DamageError(f"{path} holds {found:,} texts, expected {len(rows.inserted):,}")
