"""``semsearch search``."""

from __future__ import annotations

from typing import Annotated

import typer

from semsearch.cli.options import AsJson, Index, Limit, Model, open_searcher, print_json


def search(
    text: Annotated[str, typer.Argument(help="Words or a sentence.")],
    index: Index = None,
    model: Model = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """Find the citation statements nearest in meaning to a text."""
    from semsearch.retrieve.query import check_limit, check_text

    check_text(text, name="text")
    check_limit(limit)
    result = open_searcher(index, model).search(text, limit=limit)
    if as_json:
        print_json(result)
        return
    from semsearch.cli.printing import console, print_hits

    print_hits(console(), result.hits)
