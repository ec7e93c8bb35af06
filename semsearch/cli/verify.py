"""``semsearch verify``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from semsearch.cli.options import AsJson, Index, print_json


def verify(
    index: Index = None,
    sample: Annotated[
        int, typer.Option("--sample", min=0, help="Quotes to check against their source files.")
    ] = 100,
    seed: Annotated[int, typer.Option("--seed", help="Which quotes are drawn.")] = 0,
    tallies: Annotated[
        bool,
        typer.Option("--tallies/--no-tallies", help="Add up the tallies of every cited work."),
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Check every hash, count and tally of an index, and quotes against their source files."""
    from semsearch.cli.progress import progress
    from semsearch.errors import DamageError
    from semsearch.index.verify import verify as check
    from semsearch.report.sums import check_tallies
    from semsearch.settings import settings

    folder = index or settings().index
    outcome = check(folder, sample=sample, seed=seed, max_bytes=settings().max_file_bytes)
    faults = list(outcome.faults)
    sums = None
    if tallies:
        try:
            sums = check_tallies(folder, progress=progress())
            faults += sums.faults
        except DamageError as error:  # said already, unless it is of the store alone
            faults += [] if str(error) in faults else [str(error)]
    _keep(folder, outcome.generation, len(faults))
    if as_json:
        counted = None if sums is None else {**asdict(sums), "faults": len(sums.faults)}
        print_json({**asdict(outcome), "faults": faults, "tallies": counted})
    else:
        for fault in faults:
            typer.echo(f"fault: {fault}")
        typer.echo(
            f"generation {outcome.generation}: {outcome.files_checked} files and"
            f" {outcome.quotes_equal + outcome.quotes_rendered} quotes are right"
            f" ({outcome.quotes_equal} letter for letter, {outcome.quotes_rendered} with formulas"
            " or omissions)"
        )
        if sums is not None:
            typer.echo(
                f"tallies of {sums.works:,} works over {sums.citations - sums.without_work:,} of"
                f" {sums.citations:,} citations were added up"
            )
        typer.echo(f"{len(faults)} faults")
    if faults:
        raise typer.Exit(1)


def _keep(folder: Path, generation: int, faults: int) -> None:
    """Note the outcome for ``semsearch doctor``, where the folder may be written."""
    from semsearch.errors import StorageError
    from semsearch.index.layout import Layout
    from semsearch.index.manifest import read_manifest
    from semsearch.index.verified import Verified, keep_verified

    layout = Layout(folder)
    digest = read_manifest(layout.generation(generation)).content_digest
    now = datetime.now(UTC).isoformat(timespec="seconds")
    done = Verified(generation=generation, content_digest=digest, verified=now, faults=faults)
    try:
        keep_verified(layout, done)
    except StorageError as error:
        typer.echo(f"the outcome was not noted: {error}", err=True)
