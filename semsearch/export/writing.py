"""An export as a stream of bytes, and as a file that is there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from semsearch.errors import InputError
from semsearch.export.cleaning import cleaned
from semsearch.export.formats import FORMATS, ExportFormat
from semsearch.export.results import Export


def stream(export: Export, format: ExportFormat) -> Iterator[bytes]:
    """The pieces of an export; statements are read from the store as the pieces are taken.

    The same export gives the same bytes.

    Raises:
        DamageError: the store lacks a statement that the index names.
    """
    how = FORMATS[format]
    statements = (cleaned(one) for one in export.statements(by_source=how.by_source))
    return how.write(cleaned(export.head), statements)


def write(export: Export, format: ExportFormat, path: Path | str) -> None:
    """Write an export to a file; what was there before is replaced when all is written, not before.

    Raises:
        InputError: the file cannot be written.
        DamageError: as for ``stream``.
    """
    target = Path(path).resolve()
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with partial.open("xb") as file:
            for piece in stream(export, format):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)
