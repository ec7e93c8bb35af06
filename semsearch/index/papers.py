"""What a generation knows of each paper of the corpus, in arrays beside the index.

From them follow counts and part of the content digest, without a look at the whole store.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from semsearch.errors import DamageError
from semsearch.index.arrays import narrowed, open_array, save_array
from semsearch.index.delta.rows import RowMap
from semsearch.index.layout import GenerationLayout
from semsearch.store.citing import PaperFacts
from semsearch.store.resolving import JoinMethod

_METHODS = tuple(JoinMethod)
_COUNTED = 2  # columns before those of methods: citations, references


@dataclass(frozen=True, slots=True)
class PaperArrays:
    """p papers of the corpus.

    ``ids``: (p,) UTF-8 byte strings, ascending. ``facts``: (p,) 32 bytes, ``PaperFacts.digest``.
    ``counts``: (p, 6) int32: citations, entries of its list, and of these by ``JoinMethod``.
    """

    ids: NDArray[np.bytes_]
    facts: NDArray[np.void]
    counts: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.ids)

    def totals(self) -> dict[str, int]:
        """How many papers, citations and references there are."""
        citations, references = self.counts[:, :_COUNTED].sum(axis=0, dtype=np.int64).tolist()
        return {"papers": len(self), "citations": citations, "references": references}

    def methods(self) -> dict[str, int]:
        """References by what led them to their work, and ``without`` one: they say too little."""
        led = self.counts[:, _COUNTED:].sum(axis=0, dtype=np.int64).tolist()
        found = {method.value: count for method, count in zip(_METHODS, led, strict=True)}
        return found | {"without": self.totals()["references"] - sum(led)}

    def replaced(self, chosen: Iterable[str], now: PaperArrays) -> PaperArrays:
        """The same with what is known now of some papers, and without those that are gone.

        Args:
            chosen: ids of papers, whether they are there or not.
            now: those of them that the corpus holds.
        """
        removed = places_of(self.ids, [one.encode() for one in chosen])
        step = replacing(self.ids, removed, now.ids)
        return PaperArrays(
            narrowed(step.whole(self.ids, now.ids)),
            step.whole(self.facts, now.facts),
            step.whole(self.counts, now.counts),
        )

    def save(self, layout: GenerationLayout) -> None:
        """Write the arrays of a generation.

        Raises:
            OSError: the disk is full.
        """
        for name in ("ids", "facts", "counts"):
            save_array(layout.papers(name), getattr(self, name))


def paper_arrays(found: Iterable[PaperFacts]) -> PaperArrays:
    """Arrays of what is known of papers, in ascending order of ids."""
    papers = list(found)
    counts = ((p.citations, p.references, *p.methods) for p in papers)
    width = _COUNTED + len(_METHODS)
    return PaperArrays(
        np.array([p.paper.encode() for p in papers] or [], dtype=np.bytes_),
        np.frombuffer(b"".join(p.digest for p in papers), dtype="V32"),
        np.fromiter(chain.from_iterable(counts), dtype=np.int32).reshape(len(papers), width),
    )


def open_paper_arrays(layout: GenerationLayout) -> PaperArrays:
    """The arrays of a generation, memory-mapped.

    Raises:
        DamageError: a file cannot be read, or they do not agree.
    """
    found = PaperArrays(*(open_array(layout.papers(name)) for name in ("ids", "facts", "counts")))
    if not len(found.ids) == len(found.facts) == len(found.counts):
        raise DamageError(f"{layout.papers('ids')} and what is known of its papers do not agree")
    return found


def places_of(ids: NDArray[np.bytes_], wanted: Iterable[bytes]) -> NDArray[np.int64]:
    """Where those of some ids stand that are there, ascending.

    Args:
        ids: (n,) ascending.
        wanted: in any order.
    """
    asked = np.array(sorted(set(wanted)) or [], dtype=np.bytes_)
    if not len(ids) or not len(asked):
        return np.zeros(0, dtype=np.int64)
    places = np.minimum(np.searchsorted(ids, asked), len(ids) - 1)
    found: NDArray[np.int64] = places[ids[places] == asked].astype(np.int64)
    return found


def replacing(
    ids: NDArray[np.bytes_], removed: NDArray[np.int64], new: NDArray[np.bytes_]
) -> RowMap:
    """Rows without some, with new ones among them, in the order of ids.

    Args:
        ids: (n,) ascending.
        removed: rows that go.
        new: (m,) ids that come, ascending; none of those that stay.
    """
    going = np.searchsorted(ids, new)
    stay = going - np.searchsorted(removed, going)
    return RowMap(len(ids), removed, (stay + np.arange(len(new))).astype(np.int64))
