"""``semsearch search``."""

from __future__ import annotations

from typing import Annotated

import typer

from semsearch.cli.exports import export_target
from semsearch.cli.options import (
    AsJson,
    BaseUrl,
    CrossEncoder,
    Cursor,
    Explain,
    ExportAs,
    FacetAlternatives,
    Facets,
    Filters,
    Fold,
    FusionOf,
    Group,
    Index,
    Limit,
    Mode,
    Model,
    Out,
    RerankBy,
    Sort,
    open_searcher,
    print_json,
    search_options,
)


def search(
    text: Annotated[
        str,
        typer.Argument(
            help='Words or a sentence; also "a phrase", -word, title:, author:, journal:, doi:'
            " and cites:."
        ),
    ],
    index: Index = None,
    model: Model = None,
    limit: Limit = None,
    mode: Mode = "hybrid",
    fusion: FusionOf = "convex",
    rerank: RerankBy = "learned",
    cross_encoder: CrossEncoder = None,
    filters: Filters = None,
    sort: Sort = "relevance",
    cursor: Cursor = None,
    group: Group = False,
    fold: Fold = True,
    facets: Facets = None,
    facet_alternatives: FacetAlternatives = False,
    explain: Explain = False,
    as_json: AsJson = False,
    export_as: ExportAs = None,
    out: Out = None,
    base_url: BaseUrl = None,
) -> None:
    """Find citation statements for a text."""
    from semsearch.retrieve.query import check_text

    target = export_target(export_as, out, base_url, others={"--json": as_json})
    check_text(text, name="text")
    options = search_options(
        limit=limit,
        mode=mode,
        fusion=fusion,
        rerank=rerank,
        cross_encoder=cross_encoder,
        filters=filters,
        sort=sort,
        cursor=cursor,
        group=group,
        fold=fold,
        facets=facets,
        facet_alternatives=facet_alternatives,
    )
    searcher = open_searcher(index, model)
    if target is not None:
        from semsearch.export import export_search

        target.write(export_search(searcher, text, options=options, base_url=target.base_url))
        return
    from semsearch.timing import recorded

    with recorded() as timings:
        result = searcher.search(text, options=options)
    if as_json:
        print_json(result)
        return
    from semsearch.cli.printing import console, print_listed, print_timings

    print_listed(console(), result, result.hits, explain=explain)
    if explain:
        print_timings(console(), timings)
