"""How a search is to be done, beside what is searched."""

from __future__ import annotations

from dataclasses import dataclass

from semsearch.rank.diversity import SortOrder
from semsearch.rank.fusion import Fusion
from semsearch.rank.statements import Rerank
from semsearch.retrieve.candidates import Mode
from semsearch.retrieve.filters import Filter, FilterField


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """Options of a search; what is not given is the default.

    ``limit``: hits of a page, None for the setting ``limit``. ``cursor``: where the page starts,
    as the page before gave it. ``cross_encoder``: name or folder of a model that
    ``sentence_transformers.CrossEncoder`` loads, which reads the best hits once more. ``group``:
    hits of one paper under the best of them. ``fold``: near-duplicates under the best of them.
    ``facets``: fields that are counted over the whole result set.
    """

    limit: int | None = None
    cursor: str | None = None
    filter: Filter | None = None
    mode: Mode = Mode.HYBRID
    fusion: Fusion = Fusion.CONVEX
    rerank: Rerank = Rerank.LEARNED
    cross_encoder: str | None = None
    sort: SortOrder = SortOrder.RELEVANCE
    group: bool = False
    fold: bool = True
    facets: tuple[FilterField, ...] = ()

    def named(self) -> dict[str, object]:
        """What the list of hits depends on, page aside; for cursors."""
        return {
            "filter": None if self.filter is None else self.filter.as_data(),
            "mode": self.mode,
            "fusion": self.fusion,
            "rerank": self.rerank,
            "cross_encoder": self.cross_encoder,
            "sort": self.sort,
            "group": self.group,
            "fold": self.fold,
        }
