"""``semsearch backup`` and ``semsearch restore``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.options import AsJson, Index, print_json

if TYPE_CHECKING:
    from semsearch.index.backup.contents import Backup


def backup(
    target: Annotated[
        Path,
        typer.Argument(
            metavar="TARGET",
            help="What is made: a tar file where the name ends in .tar, else a folder.",
        ),
    ],
    index: Index = None,
    vectors: Annotated[
        bool,
        typer.Option(
            "--vectors/--no-vectors",
            help="With the cache of vectors, which spares the next build from encoding again.",
        ),
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Write a consistent copy of an index, which may be served and built into meanwhile.

    TARGET is whole, with every hash checked, or not there. It holds the store, the published
    generation, keys (as hashes), saved searches and articles that were sent over HTTP.
    """
    from semsearch.cli.progress import progress
    from semsearch.index.backup.taking import take_backup

    made = take_backup(index, target, vectors=vectors, progress=progress())
    _say(made, f"wrote {target}", as_json=as_json)


def restore(
    source: Annotated[
        Path, typer.Argument(metavar="BACKUP", help="What `semsearch backup` wrote.")
    ],
    index: Index = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of the index that is there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make an index folder out of a backup.

    Every hash is checked before anything is put in place; what is there stays complete until then.
    """
    from semsearch.cli.progress import progress
    from semsearch.index.backup.restoring import restore_backup
    from semsearch.settings import settings

    made = restore_backup(source, index, replace=replace, progress=progress())
    _say(made, f"restored {index or settings().index}", as_json=as_json)


def _say(made: Backup, done: str, *, as_json: bool) -> None:
    if as_json:
        files = {"files": len(made.files), "bytes": made.bytes}
        print_json({name: getattr(made, name) for name in _SAID} | files)
        return
    typer.echo(
        f"{done}: generation {made.generation}, {len(made.files)} files, {made.bytes:,} bytes,"
        f" of {made.created}"
    )


_SAID = ("format", "created", "generation", "content_digest")
