"""The SQLite file of the store: connections, transactions, migrations, errors.

Invariants: write-ahead log, foreign keys on, every table STRICT. A transaction is either wholly in
the file or not at all, whenever the process dies. Each thread has a connection of its own.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path

from semsearch.errors import DamageError, MismatchError, MissingIndexError, StorageError

_BUSY_SECONDS = 30
_VARIABLES = 900  # values in one IN list; SQLite's oldest limit is 999
# A writer holds the inner pages of its indexes, and copies its log into the file seldom: ids are
# spread over all pages of an index, so that one page is changed by many papers.
_CACHE_KIB = 65536
_LOG_BYTES = 1 << 26
_MAPPED_BYTES = 1 << 40  # of a file that is read; SQLite cuts it to what it was compiled for, 2 GiB


def run_script(
    connection: sqlite3.Connection, script: str, *, package: str = "semsearch.store"
) -> None:
    """Run the statements of an SQL file of a package; comments may end a statement's line."""
    text = resources.files(package).joinpath(script).read_text("utf-8")
    bare = "\n".join(line.split("--", 1)[0] for line in text.splitlines())
    for statement in bare.split(";"):
        if statement.strip():
            connection.execute(statement)


def _initial(connection: sqlite3.Connection) -> None:
    run_script(connection, "schema.sql")


def _works(connection: sqlite3.Connection) -> None:
    run_script(connection, "works.sql")


def _corrections(connection: sqlite3.Connection) -> None:
    run_script(connection, "corrections.sql")


def _formats(connection: sqlite3.Connection) -> None:
    run_script(connection, "formats.sql")


def _changes(connection: sqlite3.Connection) -> None:
    from semsearch.store.changes import watch  # which needs this module

    watch(connection)


def _outside(connection: sqlite3.Connection) -> None:
    from semsearch.store.changes import watch_outside  # which needs this module

    run_script(connection, "outside.sql")
    watch_outside(connection)


#: Applied in order, each in the transaction that records it; never edited once released.
MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _initial,
    _works,
    _corrections,
    _formats,
    _changes,
    _outside,
)


class Database:
    """The store file of one index folder.

    Args:
        path: the SQLite file; made when missing, unless ``read_only``.
        read_only: open for reading; the file must be there and be of this version.

    Raises:
        MissingIndexError: read-only and there is no file.
        MismatchError: the file was written by a newer version.
        DamageError: the file is not a SQLite database.
        StorageError: the file cannot be opened or written.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._local = threading.local()
        self._opened: dict[threading.Thread, sqlite3.Connection] = {}
        self._lock = threading.Lock()
        if read_only and not path.is_file():
            raise MissingIndexError(f"{path.parent} holds no index: {path.name} is missing")
        with translated(path):
            version = int(self.connection.execute("PRAGMA user_version").fetchone()[0])
            if version > len(MIGRATIONS):
                raise MismatchError(
                    f"{path} has store version {version}, and this semsearch knows versions up to"
                    f" {len(MIGRATIONS)}; use the newer semsearch that wrote it"
                )
            if read_only and version < len(MIGRATIONS):
                raise MismatchError(
                    f"{path} has store version {version}, expected {len(MIGRATIONS)};"
                    " run `semsearch build` on it once"
                )
            for number in range(version, len(MIGRATIONS)):
                with self.atomic():
                    MIGRATIONS[number](self.connection)
                    self.connection.execute(f"PRAGMA user_version = {number + 1}")

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of the calling thread."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect()
            self._local.connection = connection
            with self._lock:
                for thread in [one for one in self._opened if not one.is_alive()]:
                    self._opened.pop(thread).close()
                self._opened[threading.current_thread()] = connection
        return connection

    def _connect(self) -> sqlite3.Connection:
        return open_sqlite(self.path, read_only=self.read_only)

    @contextmanager
    def atomic(self) -> Iterator[sqlite3.Connection]:
        """A transaction that commits at the end of the block, or leaves no trace.

        Nested blocks join the transaction of the outermost one.
        """
        connection = self.connection
        outermost = not connection.in_transaction
        with translated(self.path):
            if outermost:
                connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                if outermost:
                    connection.execute("COMMIT")
            except BaseException:  # also KeyboardInterrupt: nothing half done may stay
                if outermost and connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def version(self) -> tuple[sqlite3.Connection, int]:
        """Equal as long as the calling thread has one connection and no other one wrote."""
        return self.connection, int(self.read("PRAGMA data_version")[0][0])

    def read(self, sql: str, arguments: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with translated(self.path):
            return self.connection.execute(sql, arguments).fetchall()

    def read_in(self, sql: str, values: Iterable[str]) -> Iterator[sqlite3.Row]:
        """Rows of a query whose ``{}`` is an IN list, in lots that SQLite takes.

        Each value stands once, ascending, so that an order by it holds over all lots.
        """
        unique = sorted(set(values))
        for first in range(0, len(unique), _VARIABLES):
            lot = unique[first : first + _VARIABLES]
            # A list is filled up to one of few lengths: SQLite's text is then one that is prepared.
            places = min(1 << (len(lot) - 1).bit_length(), _VARIABLES)
            lot += lot[-1:] * (places - len(lot))
            yield from self.read(sql.format(", ".join("?" * places)), tuple(lot))

    def copy(self, path: Path) -> None:
        """Write what is committed into a new file, and sync it.

        Raises:
            StorageError: the disk is full.
        """
        copy_sqlite(self.connection, path)

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for connection in self._opened.values():
                connection.close()
            self._opened.clear()
        self._local = threading.local()


def open_sqlite(
    path: Path, *, read_only: bool = False, page_bytes: int = 4096
) -> sqlite3.Connection:
    """A connection in autocommit mode, with rows by name; write-ahead log when writing.

    ``page_bytes`` holds for a new file.
    """
    mode = "ro" if read_only else "rwc"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=_BUSY_SECONDS,
        check_same_thread=False,  # closed by another thread when a server stops
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    if read_only:
        connection.execute(f"PRAGMA mmap_size = {_MAPPED_BYTES}")
    else:
        connection.execute(f"PRAGMA page_size = {page_bytes}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_BYTES // page_bytes}")
    return connection


def copy_sqlite(connection: sqlite3.Connection, path: Path) -> None:
    """Write what a connection sees into a new file, and sync it; writers go on meanwhile.

    Raises:
        StorageError: the disk is full.
    """
    with translated(path), closing(sqlite3.connect(path)) as target:
        connection.backup(target)
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def write_back(connection: sqlite3.Connection, path: Path) -> None:
    """Bring what stands in the write-ahead log into the file, so that the file is whole by itself.

    Closing a connection does the same and says nothing where it fails.

    Raises:
        StorageError: the disk is full, or another process reads the file.
    """
    with translated(path):
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise StorageError(f"{path} is read by another process, expected to be alone with it")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn the errors of SQLite into this project's, with the file named."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StorageError(f"{path}: {error}") from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        raise DamageError(f"{path} is not a usable SQLite file: {error}") from error
