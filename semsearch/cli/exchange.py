"""``semsearch export-store`` and ``semsearch import-store``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from semsearch.cli.options import AsJson, Index, print_json


def export_store(
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FILE", help="Where to; whole or not at all. - prints it."),
    ],
    index: Index = None,
) -> None:
    """Write all of the store that no build can derive, as JSON Lines.

    Papers, statements, references, citations, corrections, files, notices, and what services said.
    The same store gives the same bytes. docs/store-export.md describes the lines.
    """
    from semsearch.index import exchange

    if str(out) == "-":
        stream = typer.get_binary_stream("stdout")
        for line in exchange.store_lines(index):
            stream.write(line)
        stream.flush()
        return
    exchange.export_store(index, out)
    typer.echo(f"wrote {out}: {out.stat().st_size:,} bytes", err=True)


def import_store(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="What `semsearch export-store` wrote; - is standard input."
        ),
    ],
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Make the store of a new index from an exported one; then `semsearch build` publishes it.

    A damaged line is named with what was expected, and nothing is left then.
    """
    from semsearch.index import exchange

    counts = exchange.import_store(sys.stdin.buffer if str(source) == "-" else source, index)
    if as_json:
        print_json(counts)
    else:
        held = ", ".join(f"{count:,} {record}s" for record, count in counts.items())
        typer.echo(f"imported {held.replace('outsides', 'answers of services')}")
        typer.echo("run `semsearch build` with the same --index to publish them")
