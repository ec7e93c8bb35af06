"""``semsearch verify``."""

from __future__ import annotations

from typing import Annotated

import typer

from semsearch.cli.options import AsJson, Index, print_json


def verify(
    index: Index = None,
    sample: Annotated[
        int, typer.Option("--sample", min=0, help="Quotes to check against their source files.")
    ] = 100,
    seed: Annotated[int, typer.Option("--seed", help="Which quotes are drawn.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Check every hash and count of an index, and quotes against their source files."""
    from semsearch.index.verify import verify as check
    from semsearch.settings import settings

    outcome = check(
        index or settings().index,
        sample=sample,
        seed=seed,
        max_bytes=settings().max_file_bytes,
    )
    if as_json:
        print_json(outcome)
    else:
        for fault in outcome.faults:
            typer.echo(f"fault: {fault}")
        typer.echo(
            f"generation {outcome.generation}: {outcome.files_checked} files and"
            f" {outcome.quotes_equal + outcome.quotes_rendered} quotes are right"
            f" ({outcome.quotes_equal} letter for letter, {outcome.quotes_rendered} with formulas"
            f" or omissions), {len(outcome.faults)} faults"
        )
    if not outcome.sound:
        raise typer.Exit(1)
