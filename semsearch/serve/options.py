"""Options of a search as parameters of a request, or in its JSON body."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from semsearch.errors import QueryError
from semsearch.rank.diversity import SortOrder
from semsearch.rank.fusion import Fusion
from semsearch.rank.options import SearchOptions, read_options
from semsearch.rank.statements import Rerank
from semsearch.retrieve.candidates import Mode
from semsearch.retrieve.filter_parsing import parse_filter
from semsearch.retrieve.filters import FilterField
from semsearch.serve.responses import Limit

#: Parameters of the routes that take options; a misspelt one would be a search without it.
_NAMES = (
    "q", "limit", "mode", "fusion", "rerank", "filter", "sort", "cursor", "group", "fold", "facet",
)  # fmt: skip


def _options(  # noqa: PLR0917 - FastAPI makes parameters of them
    request: Request,
    limit: Limit = None,
    mode: Annotated[Mode, Query(description="Retrievers that are asked.")] = Mode.HYBRID,
    fusion: Annotated[Fusion, Query(description="How both become one list.")] = Fusion.CONVEX,
    rerank: Annotated[Rerank, Query(description="What orders the fused list.")] = Rerank.LEARNED,
    where: Annotated[
        list[str] | None,
        Query(
            alias="filter",
            description="Only what fits: `section=results|discussion`, `year=2010..2015`,"
            " `-journal=NAME` for not, or JSON; several must all hold.",
            examples=[["year=2010..2015"]],
        ),
    ] = None,
    sort: Annotated[SortOrder, Query(description="Order of the hits.")] = SortOrder.RELEVANCE,
    cursor: Annotated[str | None, Query(description="`next` of the page before.")] = None,
    group: Annotated[
        bool, Query(description="Put the hits of one paper under the best of them.")
    ] = False,
    fold: Annotated[bool, Query(description="Put near-duplicates under the best of them.")] = True,
    facet: Annotated[
        list[FilterField] | None,
        Query(description="Fields that are counted over the whole result set."),
    ] = None,
) -> SearchOptions:
    if unknown := [name for name in request.query_params if name not in _NAMES]:
        raise QueryError(
            f"there is no parameter {unknown[0][:60]!r}, expected one of {', '.join(_NAMES)}"
        )
    return read_options(
        limit=limit,
        mode=mode,
        fusion=fusion,
        rerank=rerank,
        filters=where or [],
        sort=sort,
        cursor=cursor,
        group=group,
        fold=fold,
        facets=facet or [],
    )


Options = Annotated[SearchOptions, Depends(_options)]


class AskedBody(BaseModel):
    """A query with its options; the same names as the parameters."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(examples=["does EMT induce IL-6"])
    limit: int | None = None
    mode: Mode = Mode.HYBRID
    fusion: Fusion = Fusion.CONVEX
    rerank: Rerank = Rerank.LEARNED
    filter: Any = Field(
        default=None,
        description='Such as {"and": [{"section": ["results"]}, {"year": {"from": 2010}}]}.',
    )
    sort: SortOrder = SortOrder.RELEVANCE
    cursor: str | None = None
    group: bool = False
    fold: bool = True
    facets: list[FilterField] = []

    def options(self) -> SearchOptions:
        """The options, checked.

        Raises:
            QueryError: the filter cannot be read, or the limit is out of its range.
        """
        found = read_options(
            limit=self.limit,
            mode=self.mode,
            fusion=self.fusion,
            rerank=self.rerank,
            sort=self.sort,
            cursor=self.cursor,
            group=self.group,
            fold=self.fold,
            facets=self.facets,
        )
        return found if self.filter is None else replace(found, filter=parse_filter(self.filter))
