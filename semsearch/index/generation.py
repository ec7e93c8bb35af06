"""Writing the files of one generation, from the store and the cache of vectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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
from semsearch.index.layout import DIGESTED, GenerationLayout, replace_file
from semsearch.index.manifest import FORMAT, EncoderRecord, FileStamp, Manifest, stamp
from semsearch.index.papers import PaperArrays
from semsearch.index.token_vectors import write_token_vectors
from semsearch.index.workers import Piece, Workers, uncollected
from semsearch.progress import Progress, Stage
from semsearch.settings import settings
from semsearch.store.database import Database

_ROWS = 4096  # vectors held at once
_UNITS = 2.0**24  # of a component of a vector, in sums


@dataclass(frozen=True, slots=True)
class Content:
    """What a generation is made of."""

    texts: dict[str, EncodedTexts]  # by kind
    papers: PaperArrays
    codec: TokenCodec | None
    made_with: dict[str, str]  # what else answers depend on, by name
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
    sums = np.zeros(encoder.dimension, dtype=np.int64)
    dense: dict[str, DenseRecord] = {}
    with progress.stage("Writing the index", content.rows) as stage:
        for kind, found in content.texts.items():
            total = sums if kind == "sentences" else None
            rows = _vectors(cache, key, found, stage, total)
            dense[kind] = _write_dense(layout.dense(kind), found.ids, rows, encoder.dimension)
            if content.codec is not None:
                write_token_vectors(
                    layout.token_codes(kind),
                    layout.token_offsets(kind),
                    _codes(cache, key, found),
                    code_bytes=content.codec.code_bytes,
                )
    save_centre(layout, sums, len(content.texts["sentences"]))
    for kind in DIGESTED:
        save_array(layout.digests(kind), content.texts[kind].digests)
    content.papers.save(layout)
    if content.codec is not None:
        save_array(layout.token_codec, content.codec.as_array())
    with progress.stage("Writing words and columns", None):
        words.result()
        columns.result()
    files = stamps(layout, {})
    database.copy(layout.store)  # has no stamp, because corrections are written into it
    manifest = Manifest(
        format=FORMAT,
        generation=number,
        created=now(),
        model=encoder.name,
        model_digest=encoder.digest,
        encoder=EncoderRecord(backend=encoder.backend, likeness=encoder.likeness),
        recipe=recipe,
        dimension=encoder.dimension,
        token_bits=content.codec.bits if content.codec is not None else None,
        counts=content.counts,
        dense=dense,
        files=files,
        made_with=content.made_with,
        tuned=encoder.tuned,
        content_digest=content.digest,
    )
    replace_file(layout.manifest, orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    return manifest


def now() -> str:
    """The time of publication, UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def stamps(layout: GenerationLayout, known: Mapping[str, FileStamp]) -> dict[str, FileStamp]:
    """The stamp of every file that is there, by name.

    Args:
        layout: of the generation.
        known: those that need not be made.
    """
    names = {
        path.relative_to(layout.folder).as_posix(): path
        for path in sorted(layout.folder.rglob("*"))
        if path.is_file()
    }
    return {name: known.get(name) or stamp(path) for name, path in names.items()}


def whole_sums(vectors: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """(dimension,) the sums of some vectors, in units of 2**-24.

    A float16 of at most 1 is a whole number of these units, so that sums are exact and the order in
    which rows came and went leaves no trace.
    """
    half = vectors.astype(np.float16).astype(np.float64)
    found: NDArray[np.int64] = np.rint(half * _UNITS).astype(np.int64).sum(axis=0)
    return found


def save_centre(layout: GenerationLayout, sums: NDArray[np.int64], rows: int) -> None:
    """Write the mean of vectors, and the ``whole_sums`` that it is made of.

    Raises:
        OSError: the disk is full.
    """
    save_array(layout.centre_sums, sums)
    save_array(layout.centre, (sums / _UNITS / max(rows, 1)).astype(np.float32))


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
    cache: VectorCache,
    key: str,
    found: EncodedTexts,
    stage: Stage,
    total: NDArray[np.int64] | None,
) -> Iterator[NDArray[np.float32]]:
    """The vectors of all rows; their ``whole_sums`` are added to ``total``."""
    for start in range(0, len(found), _ROWS):
        lot = found.digest_list(start, start + _ROWS)
        vectors = cache.get(key, lot)
        if total is not None:
            total += whole_sums(vectors)
        yield vectors
        stage.advance(len(lot))


def _codes(cache: VectorCache, key: str, found: EncodedTexts) -> Iterator[bytes]:
    for start in range(0, len(found), _ROWS):
        yield from cache.tokens(key, found.digest_list(start, start + _ROWS))
