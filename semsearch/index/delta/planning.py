"""Which rows come and go, and whether a delta is worth it or all files are written anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from semsearch.index.arrays import narrowed, open_array
from semsearch.index.columns import Columns, open_columns
from semsearch.index.delta.rows import RowMap
from semsearch.index.dense.kinds import DenseKind, choose_kind
from semsearch.index.layout import KINDS, GenerationLayout
from semsearch.index.manifest import Manifest
from semsearch.index.opening import open_rows
from semsearch.index.papers import places_of, replacing
from semsearch.settings import settings

#: Rows of a delta at most, with those removed: an exact search goes through those that were added.
MOST_ROWS: Final = 20_000
#: Papers of which facts changed at most: what is known of each is read from the store.
MOST_PAPERS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Published:
    """The published generation, as the next one is made from it.

    ``ids``: (n,) of each of ``KINDS`` and of "titles", ascending. ``columns``: of statements and
    abstracts.
    """

    layout: GenerationLayout
    manifest: Manifest
    ids: dict[str, NDArray[np.bytes_]]
    columns: dict[str, Columns]

    @property
    def indexes(self) -> GenerationLayout:
        """Where the indexes of its base are: a whole generation is its own base."""
        return self.layout if self.manifest.delta is None else self.layout.base

    @property
    def base_rows(self) -> dict[str, int]:
        """Rows of its base by kind."""
        if self.manifest.delta is not None:
            return self.manifest.delta.rows
        return {kind: len(ids) for kind, ids in self.ids.items()}

    def rows(self, kind: str) -> RowMap:
        """Which of its rows its base and delta have."""
        count = self.base_rows[kind]
        if self.manifest.delta is not None:
            return open_rows(self.layout, kind, count)
        nothing = np.zeros(0, dtype=np.int64)
        return RowMap(count, nothing, nothing)

    def rows_of(self, papers: Sequence[str]) -> dict[str, NDArray[np.int64]]:
        """The rows of some papers by kind, ascending; those of works are no paper's."""
        wanted = [one.encode() for one in papers]
        columns = self.columns["statements"]
        numbers = places_of(columns.papers, wanted)
        ids = self.ids["sentences"]
        # The ids of sentences are those of their paper, a tab and a number.
        edges = np.array(
            [[one + b"\t", one + b"\n"] for one in wanted] or [], dtype=np.bytes_
        ).reshape(-1, 2)
        spans = np.searchsorted(ids, edges) if len(edges) else np.zeros((0, 2), dtype=np.int64)
        sentences = [np.arange(start, end) for start, end in spans.tolist()]
        return {
            "statements": np.sort(columns.rows_of.of(numbers)).astype(np.int64),
            "abstracts": places_of(self.ids["abstracts"], wanted),
            "sentences": np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *sentences])),
            "titles": places_of(self.ids["titles"], wanted),
        }


@dataclass(frozen=True, slots=True)
class Segment:
    """What becomes of the rows of one kind.

    ``ids``: (n,) of the next generation. ``step``: from the rows of the published one to these.
    ``delta``: from the rows of its delta to those of the next. ``rows``: from the rows of the base
    and those of the next delta to these.
    """

    ids: NDArray[np.bytes_]
    step: RowMap
    delta: RowMap
    rows: RowMap

    @property
    def changed(self) -> int:
        """Rows that the next delta adds and removes."""
        return len(self.rows.removed) + len(self.rows.inserted)


def open_published(layout: GenerationLayout, manifest: Manifest) -> Published:
    """The published generation.

    Raises:
        DamageError: a file cannot be read, or they do not agree.
    """
    ids = {kind: open_array(layout.dense(kind).ids) for kind in KINDS}
    columns = {
        kind: open_columns(layout.columns(kind), len(ids[kind]))
        for kind in ("statements", "abstracts")
    }
    titles = np.union1d(columns["statements"].papers, ids["abstracts"])
    return Published(layout, manifest, ids | {"titles": titles}, columns)


def plan_segment(
    ids: NDArray[np.bytes_], rows: RowMap, removed: NDArray[np.int64], new: NDArray[np.bytes_]
) -> Segment:
    """What becomes of rows of which some go and others come.

    Args:
        ids: (n,) of the published generation.
        rows: which of them its base and its delta have.
        removed: rows that go, ascending.
        new: ids that come, ascending.
    """
    step = replacing(ids, removed, new)
    places = rows.places(removed)
    gone = np.sort(np.append(rows.removed, places.places[~places.in_delta]))
    stay = np.ones(len(rows.inserted), dtype=np.bool_)
    stay[places.places[places.in_delta]] = False
    carried = step.of_base(rows.inserted[stay])
    inserted = np.sort(np.append(carried, step.inserted))
    return Segment(
        ids=narrowed(step.whole(ids, new)),
        step=step,
        delta=RowMap(len(stay), np.flatnonzero(~stay), np.searchsorted(inserted, step.inserted)),
        rows=RowMap(rows.base, gone, inserted),
    )


def most_rows(base: Mapping[str, int]) -> int:
    """Rows that may be added to a base and removed from it before all is written anew.

    Args:
        base: its rows by kind.
    """
    return min(int(settings().delta_share * sum(base[kind] for kind in KINDS)), MOST_ROWS)


def suits(manifest: Manifest, rows: Mapping[str, int]) -> bool:
    """Whether the dense indexes of the base are of the kinds that would be made of some rows.

    Args:
        manifest: of the published generation.
        rows: of the next one by kind.
    """
    named = settings().dense_index
    asked = None if named is None else DenseKind(named)
    base = manifest.counts if manifest.delta is None else manifest.delta.rows
    for kind, record in manifest.dense.items():
        then, now = (
            choose_kind(count, manifest.dimension, asked=asked).kind
            for count in (base[kind], rows[kind])
        )
        if then is not now or (asked is not None and now is not record.kind):
            return False
    return True


def total(segments: Iterable[Segment]) -> int:
    """Rows that a delta of some segments adds and removes."""
    return sum(one.changed for one in segments)
