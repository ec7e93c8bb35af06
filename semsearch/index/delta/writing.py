"""Writing a generation of base and delta: links to what stays, and new files for the rest.

Every delta is made against the base, out of the rows that the delta before it keeps and of those
that came. So there is never a delta of a delta, and what a generation costs grows with what changed
since the base was written.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.token_codes import TokenCodec
from semsearch.encode.vectors import VectorCache
from semsearch.index.arrays import narrowed, open_array, save_array
from semsearch.index.corpus import EncodedTexts
from semsearch.index.delta.planning import Published, Segment
from semsearch.index.dense.files import DenseRecord, open_vectors, write_dense
from semsearch.index.dense.kinds import Choice, DenseKind
from semsearch.index.layout import KINDS, GenerationLayout, sync_folder
from semsearch.index.lexical.files import LexicalWriter, open_lexical
from semsearch.index.manifest import FileStamp, Manifest
from semsearch.index.token_vectors import write_token_vectors
from semsearch.index.wording import LEXICAL_KINDS, PaperWords

#: Which segment has the rows of a lexical index of another name.
SEGMENT_OF: Final = {"contexts": "statements"}
_WHY = "rows that came since the base was written"


@dataclass(frozen=True, slots=True)
class NewRows:
    """What is written of the rows that came.

    ``texts``: by kind, whose vectors the cache holds under ``key``. ``words``: of their papers.
    """

    texts: Mapping[str, EncodedTexts]
    words: PaperWords
    cache: VectorCache
    key: str
    codec: TokenCodec | None


def link_base(published: Published, layout: GenerationLayout) -> dict[str, FileStamp]:
    """Link the files of a base into a new generation; their stamps, which are known.

    Where the file system knows no links they are copied.

    Raises:
        OSError: the disk is full.
    """
    old, new = published.indexes, layout.base
    new.folder.mkdir()
    places = [published.layout.token_codec] if published.layout.token_codec.is_file() else []
    for kind in KINDS:
        paths = old.dense(kind)
        places += [paths.search, paths.vectors, paths.ids]
        places += [old.token_codes(kind), old.token_offsets(kind)]
    for kind in LEXICAL_KINDS:
        new.lexical(kind).mkdir()
        places += sorted(old.lexical(kind).iterdir())
    stamps: dict[str, FileStamp] = {}
    for place in places:
        if not place.is_file():  # vectors of a flat index, codes of a model without tokens
            continue
        target = (
            layout.token_codec
            if place == published.layout.token_codec
            else new.folder / place.relative_to(old.folder)
        )
        _link(place, target)
        name = place.relative_to(published.layout.folder).as_posix()
        stamps[target.relative_to(layout.folder).as_posix()] = published.manifest.files[name]
    for kind in LEXICAL_KINDS:
        sync_folder(new.lexical(kind))
    sync_folder(new.folder)
    return stamps


def write_segments(
    published: Published, layout: GenerationLayout, segments: Mapping[str, Segment], new: NewRows
) -> dict[str, DenseRecord]:
    """Write the indexes of a delta, and the ids of all rows.

    Args:
        published: the generation before.
        layout: where to; ``delta`` is made here.
        segments: of each of ``KINDS`` and of "titles".
        new: what came.

    Returns:
        What the manifest says of the dense indexes of the delta.

    Raises:
        OSError: the disk is full.
        DamageError: the cache lacks a vector.
    """
    delta = layout.delta
    delta.folder.mkdir()
    dense: dict[str, DenseRecord] = {}
    for kind in KINDS:
        segment = segments[kind]
        save_array(layout.dense(kind).ids, segment.ids)
        dense[kind] = _write_dense(published, delta, kind, segment, new)
        if new.codec is not None:
            write_token_vectors(
                delta.token_codes(kind),
                delta.token_offsets(kind),
                _codes(published, kind, segment, new),
                code_bytes=new.codec.code_bytes,
            )
    for kind in LEXICAL_KINDS:
        _write_lexical(published, delta, kind, segments[SEGMENT_OF.get(kind, kind)], new)
    for kind, segment in segments.items():
        paths = delta.rows(kind)
        save_array(paths.removed, segment.rows.removed)
        save_array(paths.inserted, segment.rows.inserted)
    sync_folder(delta.folder)
    return dense


def vectors_of(
    published: Published, kind: str, rows: NDArray[np.int64]
) -> NDArray[np.float32] | NDArray[np.float16]:
    """(m, dimension) the vectors of some rows of a generation, as they are stored."""
    places = published.rows(kind).places(rows)
    manifest = published.manifest
    base = open_vectors(published.indexes.dense(kind), manifest.dense[kind])
    found = np.empty((len(rows), manifest.dimension), dtype=np.float32)
    found[~places.in_delta] = base[places.places[~places.in_delta]]
    if manifest.delta is not None:
        record = manifest.delta.dense[kind]
        delta = open_vectors(published.layout.delta.dense(kind), record)
        found[places.in_delta] = delta[places.places[places.in_delta]]
    return found


def _write_dense(
    published: Published, delta: GenerationLayout, kind: str, segment: Segment, new: NewRows
) -> DenseRecord:
    manifest = published.manifest
    vectors = _new_vectors(kind, segment, new, manifest)
    if manifest.delta is not None:
        record = manifest.delta.dense[kind]
        held = open_vectors(published.layout.delta.dense(kind), record)
        vectors = segment.delta.whole(held.astype(np.float32, copy=False), vectors)
    return write_dense(
        delta.dense(kind),
        narrowed(segment.ids[segment.rows.inserted]),
        [vectors],
        dimension=manifest.dimension,
        choice=Choice(DenseKind.FLAT, _WHY),
    )


def _new_vectors(
    kind: str, segment: Segment, new: NewRows, manifest: Manifest
) -> NDArray[np.float32]:
    """The vectors that came, as the base would store them."""
    found = new.texts[kind]
    if not len(segment.step.inserted):
        return np.zeros((0, manifest.dimension), dtype=np.float32)
    vectors = new.cache.get(new.key, found.digest_list(0, len(found)))
    if manifest.dense[kind].kind is DenseKind.INVERTED:
        return vectors.astype(np.float16).astype(np.float32)
    return vectors


def _codes(published: Published, kind: str, segment: Segment, new: NewRows) -> Iterator[bytes]:
    """The token codes of the rows of the delta."""
    found = new.texts[kind]
    came = iter(new.cache.tokens(new.key, found.digest_list(0, len(found))))
    kept: Iterator[bytes] = iter(())
    if published.manifest.delta is not None:
        old = published.layout.delta
        offsets = open_array(old.token_offsets(kind))
        codes = old.token_codes(kind).read_bytes()
        size = len(codes) // max(int(offsets[-1]), 1)
        kept = (
            codes[offsets[row] * size : offsets[row + 1] * size]
            for row in np.flatnonzero(segment.delta.kept).tolist()
        )
    for carried in segment.delta.from_base.tolist():
        yield next(kept if carried else came)


def _write_lexical(
    published: Published, delta: GenerationLayout, kind: str, segment: Segment, new: NewRows
) -> None:
    writer = LexicalWriter()
    came = new.words.tokens[kind]
    kept: Iterator[list[str]] = iter(())
    if published.manifest.delta is not None:
        old = open_lexical(published.layout.delta.lexical(kind))
        words = [key.decode() for key in old.vocabulary.tolist()]
        kept = (
            [words[number] for number in old.token_numbers(row)]
            for row in np.flatnonzero(segment.delta.kept).tolist()
        )
    places = zip(segment.rows.inserted.tolist(), segment.delta.from_base.tolist(), strict=True)
    for row, carried in places:
        writer.add(next(kept) if carried else came[bytes(segment.ids[row]).decode()])
    writer.write(delta.lexical(kind))


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        with target.open("rb") as stream:
            os.fsync(stream.fileno())
