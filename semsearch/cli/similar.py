"""``semsearch similar``."""

from __future__ import annotations

from typing import Annotated

import typer

from semsearch.cli.options import AsJson, Index, Limit, Model, open_searcher, print_json


def similar(
    statement_or_text: Annotated[
        str, typer.Argument(metavar="STATEMENT_OR_TEXT", help="Id of a statement, or any text.")
    ],
    index: Index = None,
    model: Model = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """Find statements that cite in a similar context, without the statement itself."""
    from semsearch.retrieve.query import check_limit, check_text

    check_text(statement_or_text, name="text")
    check_limit(limit)
    result = open_searcher(index, model).similar(statement_or_text, limit=limit)
    if as_json:
        print_json(result)
        return
    from semsearch.cli.printing import console, print_hits

    print_hits(console(), result.hits)
