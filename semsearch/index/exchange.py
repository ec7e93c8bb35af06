"""The store of an index as JSON Lines, and a new index out of these."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from semsearch.errors import InputError, StorageError, UsageError
from semsearch.index.layout import Layout, locked, replace_file, sync_folder
from semsearch.index.snapshot import snapshot
from semsearch.settings import settings
from semsearch.store.database import Database, translated, write_back
from semsearch.store.exchange.exporting import exported
from semsearch.store.exchange.importing import read_lines


def store_lines(folder: Path | None) -> Iterator[bytes]:
    """All of a store that cannot be derived, a record a line; of one moment, whatever is built.

    The form is in ``docs/store-export.md``. The same store gives the same bytes.

    Args:
        folder: the index folder; the setting ``index`` when None.

    Raises:
        MissingIndexError: the folder holds no store.
        MismatchError: the store is of another version.
        DamageError: the store cannot be read.
    """
    layout = Layout(folder or settings().index)
    Database(layout.store, read_only=True).close()  # whether it is of this version
    with snapshot(layout) as held, translated(layout.store):
        yield from exported(held.store, held.number)


def export_store(folder: Path | None, out: Path) -> None:
    """Write ``store_lines`` to a file, which is there whole or not at all.

    Raises:
        StorageError: the file cannot be written.
    """
    try:
        replace_file(out.absolute(), store_lines(folder))
    except OSError as error:
        raise StorageError(f"{out} cannot be written: {error.strerror}") from error


def import_store(source: Path | Iterable[bytes], folder: Path | None) -> dict[str, int]:
    """Make the store of a new index from what ``export_store`` wrote; a build does the rest.

    Args:
        source: the file, or its lines, which are then called standard input.
        folder: the index folder; the setting ``index`` when None. Made when missing.

    Returns:
        How many records there are of each kind.

    Raises:
        UsageError: the folder holds a store.
        InputError: the file cannot be read, or a line is damaged; there is no store then.
        MismatchError: a newer semsearch wrote it.
        LockedError: another process writes to the folder.
        StorageError: the store cannot be written.
    """
    layout = Layout(folder or settings().index)
    if isinstance(source, Path):
        try:
            with source.open("rb") as lines:
                return _imported(layout, lines, str(source))
        except OSError as error:
            raise InputError(f"{source} cannot be read: {error.strerror or error}") from error
    return _imported(layout, source, "standard input")


def _imported(layout: Layout, lines: Iterable[bytes], name: str) -> dict[str, int]:
    partial = layout.store.with_name(layout.store.name + ".partial")
    _check_new(layout)  # before the folder is made
    with locked(layout):
        _check_new(layout)  # for a build may just have ended
        _discard(partial)  # of a process that was killed
        try:
            with closing(Database(partial)) as database:
                counts = read_lines(database, lines, name)
                write_back(database.connection, partial)
            _put_in_place(partial, layout.store)
        finally:
            _discard(partial)
    return counts


def _check_new(layout: Layout) -> None:
    if layout.store.exists() or layout.current_number():
        raise UsageError(f"{layout.folder} holds an index, expected a new or an empty folder")


def _put_in_place(partial: Path, store: Path) -> None:
    try:
        with partial.open("rb") as stream:
            os.fsync(stream.fileno())
        partial.rename(store)
        sync_folder(store.parent)
    except OSError as error:
        raise StorageError(f"{store} cannot be written: {error.strerror}") from error


def _discard(partial: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        partial.with_name(partial.name + ending).unlink(missing_ok=True)
