"""``semsearch watch``."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.build import make_builder
from semsearch.cli.options import AsJson, Index, Model, Recipe, print_json

if TYPE_CHECKING:
    from semsearch.index.watching import Round, Watcher


def watch(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Folder of articles, with all below it.")
    ],
    index: Index = None,
    model: Model = None,
    recipe: Recipe = None,
    as_json: AsJson = False,
) -> None:
    """Keep an index like a folder, until Ctrl-C: what comes, changes and goes in it.

    A file is read when it has stayed as it is for SEMSEARCH_SETTLE_SECONDS, and its papers leave
    the index when it has been gone for as long. A file that cannot be read is named once, until it
    changes. A server over the index takes each new generation by itself.
    """
    from semsearch.index.watching import Watcher, scan
    from semsearch.settings import settings

    scan(folder)  # a folder that is not there is an error now, and not for ever
    watcher = Watcher(
        builder=make_builder(index, model, recipe),
        folder=folder,
        max_bytes=settings().max_file_bytes,
        settle_seconds=settings().settle_seconds,
    )
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        keep_looking(watcher, settings().watch_seconds, as_json=as_json)
    except KeyboardInterrupt:
        typer.echo("semsearch: watching ends; what was read and encoded is kept", err=True)


def keep_looking(
    watcher: Watcher,
    seconds: float,
    *,
    as_json: bool,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Look for ever, and say what was done; the same trouble is said once."""
    from semsearch.errors import InputError

    trouble: str | None = None
    while True:
        try:
            done = watcher.look()
            now = None if done is None else done.waiting
        except InputError as error:  # the folder has gone, and may come back
            done, now = None, str(error)
        if now is not None and now != trouble:
            typer.echo(f"semsearch: {now}", err=True)
        trouble = now
        if done is not None and done.report is not None:
            _tell(done, as_json=as_json)
        wait(seconds)


def _tell(done: Round, *, as_json: bool) -> None:
    report = done.report
    for one in done.named:
        typer.echo(f"skipped {one.file}: {one.error}", err=True)
    if report is None:
        return
    if as_json:
        print_json(done)
        return
    totals, counts = report.totals, report.index.counts
    typer.echo(
        f"{time.strftime('%Y-%m-%d %H:%M:%S')}: {totals.read:,} read, {totals.unchanged:,}"
        f" unchanged, {totals.skipped:,} skipped, {len(done.gone):,} files gone;"
        f" generation {report.index.generation}: {counts['papers']:,} papers,"
        f" {counts['statements']:,} statements"
    )


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
