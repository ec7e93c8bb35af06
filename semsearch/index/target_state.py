"""What is kept of the linking of a corpus, so that a change is linked by itself.

A file beside the store, derived like the works and stamped as they are (``works_stamp``); it may be
deleted, which costs the time of linking all.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from semsearch.index.target_features import number_of
from semsearch.store.database import open_sqlite, translated


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """An entry of the corpus as it was linked; ``key`` is None for a paper."""

    id: int
    paper: str
    key: str | None
    node: int | None
    features: frozenset[int]


@dataclass(frozen=True, slots=True)
class KeptNode:
    """A node as it was linked; see ``Node``.

    ``component``: equal for nodes that identifiers or a likeness connect, over others or directly.
    """

    id: int
    key: str
    work: str
    component: int
    has_doi: bool
    blocks: frozenset[int]

    @property
    def letters(self) -> str:
        """The title without spaces."""
        return self.key.split("\t")[-5].replace(" ", "")


class TargetState:
    """The file, open.

    Raises:
        DamageError: it is no such file.
        StorageError: it is not there, or cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with translated(path):
            self.connection = open_sqlite(path)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """All that is changed in the block, or nothing."""
        with translated(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def stamp(self) -> str | None:
        """That of the works that it belongs to."""
        rows = self.rows("SELECT stamp FROM made")
        return rows[0]["stamp"] if len(rows) == 1 else None

    def entries_of(self, papers: Iterable[str]) -> list[KeptEntry]:
        """Those of the lists of some papers, and the papers."""
        return self._entries("paper IN (SELECT value FROM json_each(?))", papers)

    def count_of(self, papers: Iterable[str]) -> int:
        """How many entries some papers have."""
        rows = self.rows(
            "SELECT count(*) FROM entries WHERE paper IN (SELECT value FROM json_each(?))", papers
        )
        return int(rows[0][0])

    def entries_in(self, nodes: Iterable[int]) -> list[KeptEntry]:
        """Those of some nodes."""
        return self._entries("node IN (SELECT value FROM json_each(?))", nodes)

    def entries_with(self, features: Iterable[int]) -> list[KeptEntry]:
        """Those with one of some features."""
        return self._entries(
            "id IN (SELECT entry FROM features WHERE feature IN (SELECT value FROM json_each(?)))",
            features,
        )

    def counts(self, features: Iterable[int]) -> dict[int, int]:
        """How many entries have each of some features; 0 is left out."""
        rows = self.rows(
            "SELECT feature, count(*) AS count FROM features"
            " WHERE feature IN (SELECT value FROM json_each(?)) GROUP BY feature",
            features,
        )
        return {row["feature"]: row["count"] for row in rows}

    def nodes(self, ids: Iterable[int]) -> list[KeptNode]:
        """Nodes by their ids."""
        return self._nodes("id IN (SELECT value FROM json_each(?))", ids)

    def nodes_named(self, keys: Iterable[str]) -> list[KeptNode]:
        """Nodes by their keys."""
        return self._nodes("key IN (SELECT value FROM json_each(?))", keys)

    def nodes_of(self, components: Iterable[int]) -> list[KeptNode]:
        """The nodes of some components."""
        return self._nodes("component IN (SELECT value FROM json_each(?))", components)

    def blocks(self, blocks: Iterable[int]) -> dict[int, list[int]]:
        """The ids of the nodes in each of some blocks."""
        found: dict[int, list[int]] = defaultdict(list)
        for row in self.rows(
            "SELECT block, node FROM blocks WHERE block IN (SELECT value FROM json_each(?))", blocks
        ):
            found[row["block"]].append(row["node"])
        return found

    def forms(self, names: Iterable[str]) -> dict[str, dict[str, int]]:
        """How often each of some names is printed in each form."""
        numbers = {number_of(name): name for name in names}
        found: dict[str, dict[str, int]] = {name: {} for name in numbers.values()}
        for row in self.rows(
            "SELECT name, form, count FROM forms WHERE name IN (SELECT value FROM json_each(?))",
            numbers,
        ):
            found[numbers[row["name"]]][row["form"]] = row["count"]
        return found

    def rows(self, sql: str, values: Iterable[int | str] | None = None) -> list[sqlite3.Row]:
        """Rows of a query whose argument, if it has one, is a JSON array of some values."""
        arguments = () if values is None else (orjson.dumps(list(set(values))).decode(),)
        with translated(self.path):
            return self.connection.execute(sql, arguments).fetchall()

    def _entries(self, condition: str, values: Iterable[int | str]) -> list[KeptEntry]:
        rows = self.rows(f"SELECT * FROM entries WHERE {condition}", values)  # noqa: S608 - above
        return [
            KeptEntry(row["id"], row["paper"], row["key"], row["node"], _unpacked(row["features"]))
            for row in rows
        ]

    def _nodes(self, condition: str, values: Iterable[int | str]) -> list[KeptNode]:
        return [
            KeptNode(
                row["id"],
                row["key"],
                row["work"],
                row["component"],
                bool(row["has_doi"]),
                _unpacked(row["blocks"]),
            )
            for row in self.rows(f"SELECT * FROM nodes WHERE {condition}", values)  # noqa: S608 - above
        ]


def _unpacked(content: bytes) -> frozenset[int]:
    found = array("q")
    found.frombytes(content)
    return frozenset(found)
