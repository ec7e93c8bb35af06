"""``semsearch label``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from semsearch.cli.options import AsJson, Index, print_json
from semsearch.records import CitationType


def label(
    statement: Annotated[
        str | None, typer.Argument(metavar="STATEMENT", help="Id of the statement.")
    ] = None,
    kind: Annotated[
        CitationType | None,
        typer.Argument(metavar="TYPE", help=f"One of {', '.join(CitationType)}."),
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(
            "--reference", metavar="KEY", help="Key of one reference. [default: all it cites]"
        ),
    ] = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take the correction back; the model decides again.")
    ] = False,
    listed: Annotated[bool, typer.Option("--list", help="List all corrections.")] = False,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Correct the type of a citation; it holds whatever is built or read again.

    Filters and facets follow at the next build.
    """
    from semsearch.errors import QueryError
    from semsearch.index.citation_types import correct_citation, withdraw_correction

    if listed:
        if (statement, kind, reference, withdraw) != (None, None, None, False):
            raise QueryError("--list lists all corrections, expected nothing beside it")
        _list(index, as_json=as_json)
        return
    if statement is None:
        raise QueryError("no statement is named, expected its id, or --list")
    if withdraw and kind is not None:
        raise QueryError(f"expected either the type {kind} or --withdraw")
    if withdraw:
        references = withdraw_correction(index, statement, reference)
        said = "is not corrected any more"
    elif kind is not None:
        references = correct_citation(index, statement, kind, reference)
        said = f"is {kind}"
    else:
        raise QueryError(f"no type is given, expected one of {', '.join(CitationType)}")
    if as_json:
        print_json({"statement": statement, "type": kind, "references": references})
    else:
        typer.echo(f"{statement} {said} towards {', '.join(references)}")


def _list(index: Path | None, *, as_json: bool) -> None:
    from semsearch.index.citation_types import list_corrections

    found = list_corrections(index)
    if as_json:
        print_json(found)
        return
    for one in found:
        where = one.paper or "not in the corpus"
        typer.echo(f"{one.statement} is {one.type} towards {one.reference} ({where})")
        if one.text is not None:
            typer.echo(f"    {one.text}")
    typer.echo(f"{len(found)} correction{'' if len(found) == 1 else 's'}")
