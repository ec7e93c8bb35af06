"""Options of a search as parameters of a request, or in its JSON body."""

from __future__ import annotations

from collections.abc import Sequence
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
    "facet_alternatives",
)  # fmt: skip
_ALTERNATIVES = (
    "Count each field without the filter's own conditions on it: what its other values would find."
)
#: Parameters of an export beside those of the result that it writes.
EXPORT_NAMES = ("format", "base_url")


async def _options(  # noqa: PLR0917 - FastAPI makes parameters of them
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
    facet_alternatives: Annotated[bool, Query(description=_ALTERNATIVES)] = False,
) -> SearchOptions:
    refuse_unknown(request, _NAMES)
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
        facet_alternatives=facet_alternatives,
    )


Options = Annotated[SearchOptions, Depends(_options)]


def refuse_unknown(request: Request, names: Sequence[str]) -> None:
    """Refuse a parameter that a route does not take; an export takes ``EXPORT_NAMES`` besides.

    Raises:
        QueryError: the first of them is named.
    """
    known = (*names, *EXPORT_NAMES) if request.url.path.endswith("/export") else names
    if unknown := [name for name in request.query_params if name not in known]:
        raise QueryError(
            f"there is no parameter {unknown[0][:60]!r}, expected one of {', '.join(known)}"
        )


class AskedBody(BaseModel):
    """A query with its options; the same names as the parameters."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(
        description="The question, or what is searched.", examples=["does EMT induce IL-6"]
    )
    limit: int | None = Field(
        default=None, description="Most hits to give; without it the setting `limit`."
    )
    mode: Mode = Field(default=Mode.HYBRID, description="Retrievers that are asked.")
    fusion: Fusion = Field(default=Fusion.CONVEX, description="How both become one list.")
    rerank: Rerank = Field(default=Rerank.LEARNED, description="What orders the fused list.")
    filter: Any = Field(
        default=None,
        description='Such as {"and": [{"section": ["results"]}, {"year": {"from": 2010}}]}.',
    )
    sort: SortOrder = Field(default=SortOrder.RELEVANCE, description="Order of the hits.")
    cursor: str | None = Field(default=None, description="`next` of the page before.")
    group: bool = Field(
        default=False, description="Put the hits of one paper under the best of them."
    )
    fold: bool = Field(default=True, description="Put near-duplicates under the best of them.")
    facets: list[FilterField] = Field(
        default=[], description="Fields that are counted over the whole result set."
    )
    facet_alternatives: bool = Field(default=False, description=_ALTERNATIVES)

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
            facet_alternatives=self.facet_alternatives,
        )
        return found if self.filter is None else replace(found, filter=parse_filter(self.filter))
