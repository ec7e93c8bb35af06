"""A generation of base and delta: what it holds, and how it is written."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import orjson
from numpy.typing import NDArray

from semsearch.encode.encoder import Encoder
from semsearch.encode.recipe import StatementRecipe
from semsearch.encode.token_codes import TokenCodec
from semsearch.encode.vectors import VectorCache, cache_key
from semsearch.index.arrays import open_array, save_array
from semsearch.index.column_building import abstract_arrays, statement_arrays, with_cited
from semsearch.index.columns import save_columns, with_sets
from semsearch.index.corpus import (
    EncodedTexts,
    encoded_texts,
    texts_of_papers,
    texts_of_works,
)
from semsearch.index.delta.columns import replaced_columns
from semsearch.index.delta.planning import (
    Published,
    Segment,
    most_rows,
    plan_segment,
    suits,
    total,
)
from semsearch.index.delta.writing import NewRows, link_base, vectors_of, write_segments
from semsearch.index.generation import now, save_centre, stamps, whole_sums
from semsearch.index.layout import DIGESTED, KINDS, GenerationLayout, replace_file, take_store
from semsearch.index.manifest import DeltaRecord, Manifest
from semsearch.index.papers import (
    PaperArrays,
    open_paper_arrays,
    paper_arrays,
    places_of,
    replacing,
)
from semsearch.index.wording import (
    PaperWords,
    change_definitions,
    definitions_of_papers,
    words_of_papers,
)
from semsearch.language.abbreviations import Definitions
from semsearch.store.changes import ChangedPapers
from semsearch.store.citing import paper_facts
from semsearch.store.copying import bring_up_to_date
from semsearch.store.database import Database


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed since a generation was published, and what comes of it.

    ``texts``: those that came, by kind. ``segments``: of each of ``KINDS`` and of "titles".
    ``words``: of the papers whose texts changed, ``gone`` what these defined before. ``papers``:
    all that the corpus holds. ``digests``: of the texts of all statements and abstracts.
    """

    published: Published
    changed: ChangedPapers
    texts: dict[str, EncodedTexts]
    segments: dict[str, Segment]
    words: PaperWords
    gone: Definitions
    papers: PaperArrays
    digests: dict[str, NDArray[np.void]]

    def parts(self) -> dict[str, tuple[NDArray[np.bytes_], NDArray[np.void]]]:
        """What the content digest is made of."""
        found = {kind: (self.segments[kind].ids, self.digests[kind]) for kind in DIGESTED}
        return found | {"papers": (self.papers.ids, self.papers.facts)}


@dataclass(frozen=True, slots=True)
class NewDelta:
    """A generation to be written; see ``Content``."""

    delta: Delta
    cache: VectorCache
    codec: TokenCodec | None
    counts: dict[str, int]
    digest: str


class _Timed(Protocol):
    def timed(self, stage: str) -> AbstractContextManager[None]: ...


def plan_delta(
    published: Published,
    database: Database,
    store: Database,
    changed: ChangedPapers,
    recipe: StatementRecipe,
) -> Delta | None:
    """What comes of some changes; None where all has to be written anew.

    Args:
        published: the published generation.
        database: the store.
        store: that of the published generation.
        changed: papers of which something changed since.
        recipe: which text of a statement is encoded.
    """
    found = texts_of_papers(database, recipe, changed.texts)
    found["works"] = texts_of_works(database, changed.works)
    texts = encoded_texts(database, recipe, found)
    words = words_of_papers(database, changed.texts)
    new = {kind: texts[kind].ids for kind in KINDS}
    titled = [one.encode() for one in sorted(words.tokens["titles"])]
    new["titles"] = np.array(titled or [], dtype=np.bytes_)
    removed = published.rows_of(changed.texts)
    removed["works"] = places_of(published.ids["works"], [one.encode() for one in changed.works])
    segments = {
        kind: plan_segment(ids, published.rows(kind), removed[kind], new[kind])
        for kind, ids in published.ids.items()
    }
    rows = {kind: len(segments[kind].ids) for kind in KINDS}
    if total(segments[kind] for kind in KINDS) > most_rows(published.base_rows) or not suits(
        published.manifest, rows
    ):
        return None
    facts = paper_arrays(paper_facts(database, changed.facts))
    return Delta(
        published=published,
        changed=changed,
        texts=texts,
        segments=segments,
        words=words,
        gone=definitions_of_papers(store, changed.texts),
        papers=open_paper_arrays(published.layout).replaced(changed.facts, facts),
        digests={
            kind: segments[kind].step.whole(
                open_array(published.layout.digests(kind)), texts[kind].digests
            )
            for kind in DIGESTED
        },
    )


def write_delta(
    layout: GenerationLayout,
    number: int,
    content: NewDelta,
    *,
    older: GenerationLayout,
    encoder: Encoder,
    database: Database,
    clock: _Timed,
) -> Manifest:
    """Write all files of a generation of base and delta, the manifest last; every file is synced.

    Args:
        layout: where to; the folder exists and is empty.
        number: of the generation.
        content: what it holds.
        older: the generation before the published one, whose store is taken if nobody holds it.
        encoder: the model.
        database: the store.
        clock: is told how long the parts take.

    Raises:
        OSError: the disk is full.
        DamageError: the cache lacks a vector, or a file of the published generation is damaged.
    """
    delta = content.delta
    published, segments = delta.published, delta.segments
    new = NewRows(delta.texts, delta.words, content.cache, cache_key(encoder), content.codec)
    with clock.timed("links"):
        known = link_base(published, layout)
    with clock.timed("segments"):
        dense = write_segments(published, layout, segments, new)
        _write_centre(layout, delta, new)
    with clock.timed("columns"):
        for kind in DIGESTED:
            save_array(layout.digests(kind), delta.digests[kind])
        delta.papers.save(layout)
        _write_columns(layout, delta, database)
    with clock.timed("abbreviations"):
        change_definitions(published.layout, layout, delta.gone, delta.words.definitions)
    with clock.timed("hashes"):
        files = stamps(layout, known)
    with clock.timed("store"):
        _copy_store(layout, older, database)
    before = published.manifest
    manifest = replace(
        before,
        generation=number,
        created=now(),
        counts=content.counts,
        files=files,
        content_digest=content.digest,
        delta=DeltaRecord(
            base=before.content_digest if before.delta is None else before.delta.base,
            generation=before.generation if before.delta is None else before.delta.generation,
            rows=published.base_rows,
            removed={kind: len(one.rows.removed) for kind, one in segments.items()},
            added={kind: len(one.rows.inserted) for kind, one in segments.items()},
            most=most_rows(published.base_rows),
            dense=dense,
        ),
    )
    replace_file(layout.manifest, orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    return manifest


def _copy_store(layout: GenerationLayout, older: GenerationLayout, database: Database) -> None:
    """Copy the store, out of the copy of an older generation where that can be had."""
    if take_store(older, layout.store):
        if bring_up_to_date(layout.store, database, int(older.folder.name)):
            return
        for left in layout.folder.glob(f"{layout.store.name}*"):
            left.unlink()
    database.copy(layout.store)


def _write_centre(layout: GenerationLayout, delta: Delta, new: NewRows) -> None:
    published, segment = delta.published, delta.segments["sentences"]
    sums = open_array(published.layout.centre_sums) - whole_sums(
        vectors_of(published, "sentences", segment.step.removed)
    )
    found = delta.texts["sentences"]
    if len(found):
        sums += whole_sums(new.cache.get(new.key, found.digest_list(0, len(found))))
    save_centre(layout, sums, len(segment.ids))


def _write_columns(layout: GenerationLayout, delta: Delta, database: Database) -> None:
    """Columns in which the rows of all papers of which anything changed are those of the store."""
    published, chosen = delta.published, delta.changed.facts
    columns = published.columns
    ids, statements = statement_arrays(database, chosen)
    held = columns["statements"]
    numbers = places_of(held.papers, [one.encode() for one in chosen])
    rows = np.sort(held.rows_of.of(numbers)).astype(np.int64)
    step = replacing(published.ids["statements"], rows, np.array(ids or [], dtype=np.bytes_))
    found = {"statements": replaced_columns(held, chosen, step, statements)}
    now_held = delta.segments["abstracts"].ids
    wanted = now_held[places_of(now_held, [one.encode() for one in chosen])]
    abstracts = abstract_arrays(database, [bytes(one).decode() for one in wanted])
    held = columns["abstracts"]
    gone = places_of(held.papers, [one.encode() for one in chosen])
    step = replacing(held.papers, gone, abstracts.papers)
    found["abstracts"] = replaced_columns(held, chosen, step, abstracts)
    targets = found["statements"].targets
    for kind, arrays in found.items():
        if len(arrays) != len(delta.segments[kind].ids):
            raise ValueError(f"columns of {kind} and rows of the index do not agree")
        save_columns(layout.columns(kind), with_sets(with_cited(arrays, targets)))
