"""Results as files: ``--format``, ``--out`` and ``--base-url``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from semsearch.export import Export, ExportFormat


@dataclass(frozen=True, slots=True)
class ExportTarget:
    """How and where an export is written; to standard output without a file."""

    format: ExportFormat
    file: Path | None
    base_url: str

    def write(self, export: Export) -> None:
        """Write it, and say where.

        Raises:
            InputError: the file cannot be written.
        """
        from semsearch.export import stream, write

        if self.file is not None:
            write(export, self.format, self.file)
            typer.echo(f"wrote {self.file}: {export.head.statements:,} statements", err=True)
            return
        out = typer.get_binary_stream("stdout")
        for piece in stream(export, self.format):
            out.write(piece)
        out.flush()


def export_target(
    format: str | None, out: Path | None, base_url: str | None, *, others: Mapping[str, bool]
) -> ExportTarget | None:
    """Where an export goes; None where none is asked for.

    Args:
        format: name of a format.
        out: the file.
        base_url: what links of statements begin with.
        others: further forms of output, by option, and whether they are asked for.

    Raises:
        QueryError: there is no such format, two forms are asked for, or one of the two other
            options stands without a format.
    """
    from semsearch.errors import QueryError

    only_one({**others, "--format": format is not None})
    if format is None:
        for name, given in (("--out", out), ("--base-url", base_url)):
            if given is not None:
                raise QueryError(f"{name} is for exports, expected --format beside it")
        return None
    from semsearch.export import BASE_URL, read_format

    return ExportTarget(read_format(format), out, BASE_URL if base_url is None else base_url)


def only_one(forms: Mapping[str, bool]) -> None:
    """Refuse two forms of output at once.

    Args:
        forms: options, and whether they are given.

    Raises:
        QueryError: more than one is.
    """
    from semsearch.errors import QueryError

    if sum(forms.values()) > 1:
        *first, last = forms
        raise QueryError(f"expected only one of {', '.join(first)} and {last}")
