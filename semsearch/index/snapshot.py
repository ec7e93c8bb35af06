"""An index as it was at one moment, whatever a build writes meanwhile."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from semsearch.errors import DamageError, MissingIndexError
from semsearch.index.layout import Hold, Layout
from semsearch.store.database import open_sqlite, translated


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The published generation, which no build deletes, and the store beside it.

    ``number``: of the generation, 0 where none was published yet. ``store`` is in a transaction
    that began while that generation was the published one: it may hold papers of a build that goes
    on, but none that a later generation was published with.
    """

    number: int
    store: sqlite3.Connection


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
            with translated(layout.store):
                store = stack.enter_context(closing(open_sqlite(layout.store, read_only=True)))
                store.execute("BEGIN")
                store.execute("SELECT count(*) FROM sqlite_master").fetchone()  # begins to read
            if layout.current_number() == number:
                yield Snapshot(number, store)
                return
