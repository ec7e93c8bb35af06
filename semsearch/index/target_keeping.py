"""Keeping how the references of a corpus were linked; see ``target_state.py``."""

from __future__ import annotations

import os
import sqlite3
from array import array
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from semsearch.index.target_features import blocks_in_numbers, features_of, number_of, place_of
from semsearch.index.target_ids import identifiers_of, name_of
from semsearch.index.target_state import KeptEntry, KeptNode, TargetState
from semsearch.index.targets import Entry, Gathered, Linked
from semsearch.store.database import translated

_TABLES = (
    "CREATE TABLE made (stamp TEXT NOT NULL)",
    # A paper of the corpus has no key; an entry that says too little has no node.
    "CREATE TABLE entries (id INTEGER PRIMARY KEY, paper TEXT NOT NULL, key TEXT, node INTEGER,"
    " features BLOB NOT NULL)",
    "CREATE TABLE features (feature INTEGER, entry INTEGER, PRIMARY KEY (feature, entry))"
    " WITHOUT ROWID",
    "CREATE TABLE nodes (id INTEGER PRIMARY KEY, key TEXT NOT NULL, work TEXT NOT NULL,"
    " component INTEGER NOT NULL, has_doi INTEGER NOT NULL, blocks BLOB NOT NULL)",
    "CREATE TABLE blocks (block INTEGER, node INTEGER, PRIMARY KEY (block, node)) WITHOUT ROWID",
    "CREATE TABLE forms (name INTEGER, form TEXT, count INTEGER NOT NULL,"
    " PRIMARY KEY (name, form)) WITHOUT ROWID",
)
_INDEXES = (
    "CREATE INDEX entries_paper ON entries (paper)",
    "CREATE INDEX entries_node ON entries (node)",
    "CREATE UNIQUE INDEX nodes_key ON nodes (key)",
    "CREATE INDEX nodes_component ON nodes (component)",
)


def write_state(
    path: Path, gathered: Gathered, linked: Linked, forms: Mapping[tuple[str, str], int], stamp: str
) -> None:
    """Keep the linking of a whole corpus, in place of what was kept.

    Raises:
        StorageError: the disk is full.
    """
    partial = path.with_name(f"{path.name}.partial")
    for left in list(path.parent.glob(f"{path.name}*")):  # with the log of one that was cut short
        left.unlink()
    with translated(partial):
        with closing(sqlite3.connect(partial, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")  # synced at the end
            connection.execute("BEGIN")
            for table in _TABLES:
                connection.execute(table)
            nodes, entries = _NodeRows(gathered, linked, 1), _EntryRows(1)
            nodes.write(connection)
            for entry in gathered.entries:
                entries.add(entry, nodes.of_entry.get(place_of(entry.work)))
            entries.write(connection)
            connection.executemany(
                "INSERT INTO forms VALUES (?, ?, ?)",
                sorted((number_of(name), form, count) for (name, form), count in forms.items()),
            )
            for index in _INDEXES:
                connection.execute(index)
            connection.execute("INSERT INTO made VALUES (?)", (stamp,))
            connection.execute("COMMIT")
        with partial.open("rb") as stream:
            os.fsync(stream.fileno())
    partial.replace(path)


def change_state(
    state: TargetState,
    *,
    gone: Iterable[KeptEntry],
    came: Iterable[Entry],
    nodes: Iterable[KeptNode],
    kept: Mapping[tuple[str, str | None], int],
    gathered: Gathered,
    linked: Linked,
    stamp: str,
) -> None:
    """Put what was linked again in place of what it was; part of the caller's transaction.

    Args:
        state: what is kept.
        gone: entries that went or changed.
        came: those that came or changed, as they are now.
        nodes: all nodes that are not any more as they were.
        kept: ids of the entries that were linked again and did not change.
        gathered: the entries that were linked again.
        linked: what they lead to.
        stamp: that of the works.
    """
    with translated(state.path):
        write = state.connection.executemany
        for held in gone:
            pairs = [(feature, held.id) for feature in held.features]
            write("DELETE FROM features WHERE feature = ? AND entry = ?", pairs)
            write("DELETE FROM entries WHERE id = ?", [(held.id,)])
        for node in nodes:
            pairs = [(block, node.id) for block in node.blocks]
            write("DELETE FROM blocks WHERE block = ? AND node = ?", pairs)
            write("DELETE FROM nodes WHERE id = ?", [(node.id,)])
        first = _first(state, "nodes")
        rows = _NodeRows(gathered, linked, first)
        rows.write(state.connection)
        entries = _EntryRows(_first(state, "entries"))
        for entry in came:
            entries.add(entry, rows.of_entry.get(place_of(entry.work)))
        entries.write(state.connection)
        write(
            "UPDATE entries SET node = ? WHERE id = ?",
            [(rows.of_entry.get(place), identity) for place, identity in kept.items()],
        )
        state.connection.execute("UPDATE made SET stamp = ?", (stamp,))


def change_forms(state: TargetState, changes: Mapping[tuple[str, str], int]) -> None:
    """Count names in forms anew; part of the caller's transaction.

    Args:
        state: what is kept.
        changes: what is added to the count of a name in a form.
    """
    rows = [(number_of(name), form, count) for (name, form), count in changes.items() if count]
    with translated(state.path):
        state.connection.executemany(
            "INSERT INTO forms VALUES (?, ?, ?)"
            " ON CONFLICT (name, form) DO UPDATE SET count = count + excluded.count",
            rows,
        )
        state.connection.executemany(
            "DELETE FROM forms WHERE name = ? AND form = ? AND count = 0",
            [row[:2] for row in rows],
        )


def _first(state: TargetState, table: str) -> int:
    """The first id that is free from there on."""
    (row,) = state.rows(f"SELECT coalesce(max(id), 0) + 1 AS first FROM {table}")  # noqa: S608 - names of this module
    return int(row["first"])


class _NodeRows:
    """Rows of nodes; ``of_entry``: paper and key of an entry → id of its node."""

    def __init__(self, gathered: Gathered, linked: Linked, first: int) -> None:
        ids = {key: number for number, key in enumerate(linked.nodes, first)}
        components = _components(gathered, linked)
        self.of_entry = {
            place_of(gathered.entries[place].work): ids[key]
            for key, places in gathered.places.items()
            for place in places
        }
        self._rows: list[tuple[object, ...]] = []
        self._blocks: list[tuple[int, int]] = []
        for key, node in linked.nodes.items():
            numbers = blocks_in_numbers(node)
            self._rows.append(
                (ids[key], key, linked.led[key], ids[components[key]], node.has_doi,
                 _packed(numbers))
            )  # fmt: skip
            self._blocks += [(number, ids[key]) for number in numbers]

    def write(self, connection: sqlite3.Connection) -> None:
        connection.executemany("INSERT INTO nodes VALUES (?, ?, ?, ?, ?, ?)", self._rows)
        connection.executemany("INSERT INTO blocks VALUES (?, ?)", sorted(self._blocks))


class _EntryRows:
    """Rows of entries."""

    def __init__(self, first: int) -> None:
        self._next = first
        self._rows: list[tuple[object, ...]] = []
        self._features: list[tuple[int, int]] = []

    def add(self, entry: Entry, node: int | None) -> None:
        features = features_of(entry)
        self._rows.append((self._next, *place_of(entry.work), node, _packed(features)))
        self._features += [(feature, self._next) for feature in features]
        self._next += 1

    def write(self, connection: sqlite3.Connection) -> None:
        connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", self._rows)
        connection.executemany("INSERT INTO features VALUES (?, ?)", sorted(self._features))


def _components(gathered: Gathered, linked: Linked) -> dict[str, str]:
    """Key of a node → that of one of its component, the same for all of these."""
    parent = {key: key for key in linked.nodes}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    carrying: dict[str, str] = {}  # name of an identifier → a node of an entry that has it
    for key, places in gathered.places.items():
        for place in places:
            for identifier in identifiers_of(gathered.entries[place].work):
                parent[root(key)] = root(carrying.setdefault(name_of(identifier), key))
    for pair in linked.matches.joining:
        parent[root(pair.one)] = root(pair.other)
    return {key: root(key) for key in parent}


def _packed(numbers: Iterable[int]) -> bytes:
    return array("q", sorted(numbers)).tobytes()
