"""``semsearch similar``."""

from __future__ import annotations

from typing import Annotated

import typer

from semsearch.cli.exports import export_target
from semsearch.cli.options import (
    AsJson,
    BaseUrl,
    ExportAs,
    Index,
    Limit,
    Model,
    Out,
    open_searcher,
    print_json,
)


def similar(
    statement_or_text: Annotated[
        str, typer.Argument(metavar="STATEMENT_OR_TEXT", help="Id of a statement, or any text.")
    ],
    index: Index = None,
    model: Model = None,
    limit: Limit = None,
    as_json: AsJson = False,
    export_as: ExportAs = None,
    out: Out = None,
    base_url: BaseUrl = None,
) -> None:
    """Find statements that cite in a similar context, without the statement itself."""
    from semsearch.retrieve.query import check_limit, check_text

    target = export_target(export_as, out, base_url, others={"--json": as_json})
    check_text(statement_or_text, name="text")
    check_limit(limit)
    searcher = open_searcher(index, model)
    if target is not None:
        from semsearch.export import export_similar

        target.write(
            export_similar(searcher, statement_or_text, limit=limit, base_url=target.base_url)
        )
        return
    result = searcher.similar(statement_or_text, limit=limit)
    if as_json:
        print_json(result)
        return
    from semsearch.cli.printing import console, print_hits

    print_hits(console(), result.hits)
