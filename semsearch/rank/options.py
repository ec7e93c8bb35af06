"""How a search is to be done, beside what is searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from semsearch.errors import QueryError
from semsearch.rank.diversity import SortOrder
from semsearch.rank.fusion import Fusion
from semsearch.rank.statements import Rerank
from semsearch.retrieve.candidates import Mode
from semsearch.retrieve.filter_parsing import parse_parameters
from semsearch.retrieve.filters import Filter, FilterField
from semsearch.retrieve.query import check_limit

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """Options of a search; what is not given is the default.

    ``limit``: hits of a page, None for the setting ``limit``. ``cursor``: where the page starts,
    as the page before gave it. ``cross_encoder``: name or folder of a model that
    ``sentence_transformers.CrossEncoder`` loads, which reads the best hits once more. ``group``:
    hits of one paper under the best of them. ``fold``: near-duplicates under the best of them.
    ``facets``: fields that are counted over the whole result set. ``facet_alternatives``: each of
    them without the filter's own conditions on it, so that its other values are counted too.
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
    facet_alternatives: bool = False

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


def read_options(
    *,
    limit: int | None = None,
    mode: str = Mode.HYBRID,
    fusion: str = Fusion.CONVEX,
    rerank: str = Rerank.LEARNED,
    cross_encoder: str | None = None,
    filters: Sequence[str] = (),
    sort: str = SortOrder.RELEVANCE,
    cursor: str | None = None,
    group: bool = False,
    fold: bool = True,
    facets: Sequence[str] = (),
    facet_alternatives: bool = False,
) -> SearchOptions:
    """Options from the words of a command or a request; a facet named twice is counted once.

    Raises:
        QueryError: a value that there is not, or a filter that cannot be read.
    """
    check_limit(limit)
    return SearchOptions(
        limit=limit,
        cursor=cursor,
        filter=parse_parameters(filters),
        mode=one_of(Mode, "mode", mode),
        fusion=one_of(Fusion, "fusion", fusion),
        rerank=one_of(Rerank, "rerank", rerank),
        cross_encoder=cross_encoder,
        sort=one_of(SortOrder, "sort", sort),
        group=group,
        fold=fold,
        facets=tuple(dict.fromkeys(one_of(FilterField, "facet", facet) for facet in facets)),
        facet_alternatives=facet_alternatives,
    )


def one_of(kind: type[E], name: str, value: str) -> E:
    """A member by its value; ``name`` says what it is.

    Raises:
        QueryError: there is none such.
    """
    if value not in list(kind):
        raise QueryError(f"the {name} is {value[:60]!r}, expected one of {', '.join(kind)}")
    return kind(value)
