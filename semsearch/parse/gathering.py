"""The rows of each paper brought together, out of a file in which they stand anywhere.

Rows go into a temporary file of SQLite, which sorts them with what memory it is given and is gone
when it is closed, also when the process dies.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby

import orjson

from semsearch.parse.cutting import place_in
from semsearch.parse.reader import Piece, too_large

_LOT_BYTES = 1 << 20  # of rows that are written at once
_CACHE_KIB = 32_768


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: its place, such as ``line 17``, its paper, and what it is."""

    place: str
    paper: str
    content: bytes  # JSON


def gathered(rows: Iterable[Row | Piece], max_bytes: int) -> Iterator[Piece]:
    """One piece a paper, in the order in which papers first come; broken rows come first.

    The content of a piece is its rows in their order, a line each, as ``read_rows`` reads them.
    Where the input ends in a fault no paper is given: rows of any of them may be missing.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as spool:
        spool.execute("PRAGMA journal_mode = OFF")
        spool.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        spool.execute("CREATE TABLE papers (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")
        spool.execute("CREATE TABLE rows (paper INTEGER, place TEXT, content BLOB)")
        lot: list[Row] = []
        size = 0
        for row in rows:
            if isinstance(row, Piece):
                yield row
                continue
            lot.append(row)
            size += len(row.content)
            if size >= _LOT_BYTES:
                _keep(spool, lot)
                lot, size = [], 0
        _keep(spool, lot)
        yield from _papers(spool, max_bytes)


def _keep(spool: sqlite3.Connection, lot: list[Row]) -> None:
    spool.execute("BEGIN")
    spool.executemany("INSERT OR IGNORE INTO papers (name) VALUES (?)", [(r.paper,) for r in lot])
    spool.executemany(
        "INSERT INTO rows SELECT id, ?, ? FROM papers WHERE name = ?",
        [(row.place, row.content, row.paper) for row in lot],
    )
    spool.execute("COMMIT")


def _papers(spool: sqlite3.Connection, max_bytes: int) -> Iterator[Piece]:
    found = spool.execute(
        "SELECT p.id, p.name, r.place, r.content FROM rows r JOIN papers p ON p.id = r.paper"
        " ORDER BY r.paper, r.rowid"
    )
    for (_, name), group in groupby(found, key=lambda row: (row[0], row[1])):
        lines: list[bytes] = []
        size = 0
        for _, _, place, content in group:
            size += len(content) + len(place) + 2
            if size <= max_bytes:
                lines.append(place.encode() + b"\t" + content)
        if size > max_bytes:
            yield Piece(
                name, None, too_large(f"the rows of the paper have {size:,} bytes", max_bytes)
            )
        else:
            yield Piece(name, b"\n".join(lines))


def read_rows(content: bytes) -> Iterator[tuple[str, dict[str, object]]]:
    """Place and members of every row of a gathered paper."""
    for line in content.split(b"\n"):
        place, _, found = line.partition(b"\t")
        yield place.decode(), orjson.loads(found)


def row_text(content: bytes, path: str, start: int, end: int) -> str | None:
    """What stands at a span of a gathered paper: ``line=17#/contexts/0`` or ``row=17#text``."""
    place, _, rest = path.partition("#")
    for held, row in read_rows(content):
        if held == place.replace("=", " "):
            found: object = row
            for name in rest.removeprefix("/").split("/"):
                if isinstance(found, dict):
                    found = found.get(name)
                elif isinstance(found, list) and (at := place_in(found, name)) is not None:
                    found = found[at]
                else:
                    return None
            return found[start:end] if isinstance(found, str) else None
    return None
