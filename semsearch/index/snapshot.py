"""An index as it was at one moment, whatever a build writes meanwhile."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from semsearch.errors import DamageError, MissingIndexError
from semsearch.index.layout import Hold, Layout
from semsearch.store.database import open_sqlite, translated


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The published generation, which no build deletes, and the store beside it.

    ``number``: of the generation, 0 where none was published yet. ``store`` is in a transaction
    that began while that generation was the published one: it may hold papers of a build that goes
    on, but none that a later generation was published with. ``published``: the generation's own
    store, None where it has none; it holds no correction that ``store`` lacks.
    """

    number: int
    store: sqlite3.Connection
    published: sqlite3.Connection | None


@contextmanager
def snapshot(layout: Layout) -> Iterator[Snapshot]:
    """Hold an index as it is now, until the end of the block; writers go on meanwhile.

    Raises:
        MissingIndexError: the folder holds no store.
        DamageError: the published generation is not there.
        StorageError: the store cannot be read.
    """
    if not layout.store.is_file():
        raise MissingIndexError(f"{layout.folder} holds no index: {layout.store.name} is missing")
    while True:  # once more for each generation that is published just then
        with ExitStack() as stack:
            number = layout.current_number()
            if number:
                try:
                    hold = Hold(layout.generation(number))
                except DamageError:
                    if layout.current_number() == number:
                        raise
                    continue
                stack.callback(hold.close)
            # The store commits corrections first, so that it is read last.
            own = layout.store_of(number) if number else layout.store
            published = None if own == layout.store else _reading(own, stack)
            store = _reading(layout.store, stack)
            if layout.current_number() == number:
                yield Snapshot(number, store, published)
                return


def _reading(path: Path, stack: ExitStack) -> sqlite3.Connection:
    """A connection in a transaction that has begun to read."""
    with translated(path):
        connection = stack.enter_context(closing(open_sqlite(path, read_only=True)))
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return connection
