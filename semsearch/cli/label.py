"""``semsearch label``."""

from __future__ import annotations

from typing import Annotated

import typer

from semsearch.cli.options import AsJson, Index, print_json
from semsearch.records import CitationType


def label(
    statement: Annotated[str, typer.Argument(metavar="STATEMENT", help="Id of the statement.")],
    kind: Annotated[
        CitationType,
        typer.Argument(metavar="TYPE", help=f"One of {', '.join(CitationType)}."),
    ],
    reference: Annotated[
        str | None,
        typer.Option(
            "--reference", metavar="KEY", help="Key of one reference. [default: all it cites]"
        ),
    ] = None,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Correct the type of a citation; it holds whatever is built or read again.

    Filters and facets follow at the next build.
    """
    from semsearch.index.citation_types import correct_citation

    references = correct_citation(index, statement, kind, reference)
    if as_json:
        print_json({"statement": statement, "type": kind, "references": references})
    else:
        typer.echo(f"{statement} is {kind} towards {', '.join(references)}")
