"""Writing the files of one generation, from the store and the cache of vectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from semsearch.encode.encoder import Encoder
from semsearch.encode.token_codes import TokenCodec
from semsearch.encode.vectors import VectorCache, cache_key
from semsearch.index.arrays import save_array
from semsearch.index.column_building import write_columns
from semsearch.index.corpus import EncodedTexts
from semsearch.index.dense.files import DensePaths, DenseRecord, write_dense
from semsearch.index.dense.kinds import DenseKind, choose_kind, free_memory
from semsearch.index.dense.recall import with_recall
from semsearch.index.layout import GenerationLayout, replace_file
from semsearch.index.manifest import FORMAT, EncoderRecord, Manifest, stamp
from semsearch.index.token_vectors import write_token_vectors
from semsearch.index.workers import Piece, Workers, uncollected
from semsearch.progress import Progress, Stage
from semsearch.settings import settings
from semsearch.store.database import Database

_ROWS = 4096  # vectors held at once


@dataclass(frozen=True, slots=True)
class Content:
    """What a generation is made of."""

    texts: dict[str, EncodedTexts]  # by kind
    codec: TokenCodec | None
    counts: dict[str, int]
    digest: str

    @property
    def rows(self) -> int:
        """Texts of all kinds."""
        return sum(len(found) for found in self.texts.values())


def write_generation(
    layout: GenerationLayout,
    number: int,
    content: Content,
    *,
    database: Database,
    cache: VectorCache,
    encoder: Encoder,
    recipe: str,
    workers: Workers,
    words: Piece[None],
    progress: Progress,
) -> Manifest:
    """Write all files of a generation, the manifest last; every file is synced.

    Args:
        layout: where to; the folder exists and is empty.
        number: of the generation.
        content: its rows and codec.
        database: the store.
        cache: holds the vectors of all rows.
        encoder: the model.
        recipe: which text of a statement was encoded.
        workers: do what can be done beside the rest.
        words: write the words; they may be at it already.
        progress: shows how far it is.

    Raises:
        OSError: the disk is full.
        DamageError: the cache lacks a vector.
    """
    kinds = ("statements", "abstracts")
    columns = workers.submit(
        _write_columns,
        (
            database.path,
            {kind: layout.columns(kind) for kind in kinds},
            {kind: content.texts[kind].ids for kind in kinds},
        ),
    )
    key = cache_key(encoder)
    sums = {kind: np.zeros(encoder.dimension, dtype=np.float64) for kind in content.texts}
    dense: dict[str, DenseRecord] = {}
    with progress.stage("Writing the index", content.rows) as stage:
        for kind, found in content.texts.items():
            rows = _vectors(cache, key, found, stage, sums[kind])
            dense[kind] = _write_dense(layout.dense(kind), found.ids, rows, encoder.dimension)
            if content.codec is not None:
                write_token_vectors(
                    layout.token_codes(kind),
                    layout.token_offsets(kind),
                    _codes(cache, key, found),
                    code_bytes=content.codec.code_bytes,
                )
    centre = sums["sentences"] / max(len(content.texts["sentences"]), 1)
    save_array(layout.centre, centre.astype(np.float32))
    if content.codec is not None:
        save_array(layout.token_codec, content.codec.as_array())
    with progress.stage("Writing words and columns", None):
        words.result()
        columns.result()
    files = {
        path.relative_to(layout.folder).as_posix(): stamp(path)
        for path in sorted(layout.folder.rglob("*"))
        if path.is_file()
    }
    database.copy(layout.store)  # has no stamp, because corrections are written into it
    manifest = Manifest(
        format=FORMAT,
        generation=number,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        model=encoder.name,
        model_digest=encoder.digest,
        encoder=EncoderRecord(backend=encoder.backend, likeness=encoder.likeness),
        recipe=recipe,
        dimension=encoder.dimension,
        token_bits=content.codec.bits if content.codec is not None else None,
        counts=content.counts,
        dense=dense,
        files=files,
        content_digest=content.digest,
    )
    replace_file(layout.manifest, orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    return manifest


def _write_columns(
    task: tuple[Path, dict[str, Path], dict[str, NDArray[np.bytes_]]],
) -> None:
    store, folders, ids = task
    with closing(Database(store, read_only=True)) as database, uncollected():
        write_columns(folders, database, ids)


def _write_dense(
    paths: DensePaths,
    ids: NDArray[np.bytes_],
    rows: Iterable[NDArray[np.float32]],
    dimension: int,
) -> DenseRecord:
    """The index of the kind that suits, its recall measured."""
    named = settings().dense_index
    asked = None if named is None else DenseKind(named)
    choice = choose_kind(len(ids), dimension, asked=asked, memory=free_memory())
    record = write_dense(paths, ids, rows, dimension=dimension, choice=choice)
    return with_recall(record, paths)


def _vectors(
    cache: VectorCache, key: str, found: EncodedTexts, stage: Stage, total: NDArray[np.float64]
) -> Iterator[NDArray[np.float32]]:
    """The vectors of all rows; what was given is added to ``total``."""
    for start in range(0, len(found), _ROWS):
        lot = found.digest_list(start, start + _ROWS)
        vectors = cache.get(key, lot)
        total += vectors.sum(axis=0, dtype=np.float64)
        yield vectors
        stage.advance(len(lot))


def _codes(cache: VectorCache, key: str, found: EncodedTexts) -> Iterator[bytes]:
    for start in range(0, len(found), _ROWS):
        yield from cache.tokens(key, found.digest_list(start, start + _ROWS))
