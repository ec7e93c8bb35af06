"""``semsearch diff``."""

from __future__ import annotations

from typing import Annotated

import typer

from semsearch.cli.options import AsJson, Index, Model, open_searcher, print_json


def diff(
    question: Annotated[str, typer.Argument(help='Such as "does EMT induce IL-6".')],
    since: Annotated[
        str,
        typer.Option(
            "--since",
            metavar="DATE|GENERATION",
            help="A date such as 2026-01-31 (UTC), for the generation that was published last"
            " before it; or the number of a generation.",
        ),
    ],
    index: Index = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Print which statements have come and gone for a question, and whether the verdict differs."""
    from semsearch.alerts import diff as compare
    from semsearch.alerts.texts import quoted

    found = compare(open_searcher(index, model), question, since)
    if as_json:
        print_json(found)
        return
    published = "" if found.since_published is None else f", published {found.since_published}"
    typer.echo(f"since generation {found.since}{published}")
    typer.echo(f"until generation {found.until}, published {found.until_published}")
    if found.verdict_then is not None:
        same = "still" if found.verdict_then == found.verdict_now else f"{found.verdict_then}, now"
        typer.echo(f"verdict: {same} {found.verdict_now}")
    elif found.verdict_now is not None:
        typer.echo(f"verdict: now {found.verdict_now}; that of then cannot be told")
    typer.echo(f"come: {len(found.come):,} of {found.evidence:,} statements")
    for one in found.come:
        typer.echo(f"  + {_says(one.says)}{quoted(one)}")
    if found.gone is None:
        typer.echo("gone: cannot be told for this question")
        return
    typer.echo(f"gone: {len(found.gone):,}")
    for one in found.gone:
        typer.echo(f"  - {_says(one.says)}{quoted(one)}")


def _says(says: str | None) -> str:
    return "" if says is None else f"{says.replace('_', ' ')}: "
