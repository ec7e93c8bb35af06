"""``semsearch keys``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.options import AsJson, Index, print_json
from semsearch.serve.access.keys import KeyScope

if TYPE_CHECKING:
    from semsearch.serve.access.keys import KeyRing

app = typer.Typer(
    help="Keys for the HTTP API: needed for changes, and for reading with SEMSEARCH_REQUIRE_KEY.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the key.")]


@app.command("add")
def add(
    name: Name,
    scope: Annotated[
        KeyScope,
        typer.Option(
            help="What it is good for: read; label, to correct types and save searches too; admin,"
            " to add and remove papers too."
        ),
    ] = KeyScope.READ,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it, once: it is kept as a hash only."""
    text = _ring(index).add(name, scope)
    if as_json:
        print_json({"name": name, "scope": scope, "key": text})
    else:
        typer.echo(text)


@app.command("list")
def show(index: Index = None, as_json: AsJson = False) -> None:
    """Print the keys by name, with scope and times, without the keys themselves."""
    keys = _ring(index).listed()
    if as_json:
        print_json(keys)
        return
    for key in keys:
        ended = "" if key.revoked is None else f"  revoked {key.revoked}"
        typer.echo(f"{key.name}  {key.scope}  made {key.created}{ended}")


@app.command("revoke")
def revoke(name: Name, index: Index = None, as_json: AsJson = False) -> None:
    """End a key; a running server refuses it at once."""
    key = _ring(index).revoke(name)
    if as_json:
        print_json(key)
    else:
        typer.echo(f"{key.name} is revoked")


def _ring(index: Path | None) -> KeyRing:
    """The keys of an index.

    Raises:
        MissingIndexError: the folder holds no index.
    """
    from semsearch.index.layout import Layout
    from semsearch.serve.access.keys import KeyRing
    from semsearch.settings import settings

    folder = index or settings().index
    Layout(folder).published()
    return KeyRing(folder)
