"""``semsearch search``."""

from __future__ import annotations

from typing import Annotated

import typer

from semsearch.cli.options import (
    AsJson,
    CrossEncoder,
    Cursor,
    Explain,
    Facets,
    Filters,
    Fold,
    FusionOf,
    Group,
    Index,
    Limit,
    Mode,
    Model,
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
    explain: Explain = False,
    as_json: AsJson = False,
) -> None:
    """Find citation statements for a text."""
    from semsearch.retrieve.query import check_text

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
    )
    result = open_searcher(index, model).search(text, options=options)
    if as_json:
        print_json(result)
        return
    from semsearch.cli.printing import console, print_listed

    print_listed(console(), result, result.hits, explain=explain)
