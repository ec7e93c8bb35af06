"""The store of a scaled index: the tables of the real one, copied by SQL under new ids."""

from __future__ import annotations

from pathlib import Path

from benchmarks.copies import Plan, paper_prefix, statement_prefix
from semsearch.store.database import Database

#: Tables with a row for each paper, or for what belongs to one; the rest is copied as it is.
_OF_PAPERS = ("papers", "notices", "cited_works", "statements", "citations", "resolutions")
_ONCE = ("works", "work_names")
#: Column → its value in a copy, in SQL; :paper and :statement are the prefixes of ids.
_CHANGED = {
    ("papers", "id"): ":paper || id",
    ("papers", "doi"): "doi || '.' || :statement",
    ("papers", "pmid"): "NULL",
    ("papers", "pmcid"): "NULL",
    ("statements", "id"): ":statement || substr(id, 1, 14)",
    ("citations", "statement"): ":statement || substr(statement, 1, 14)",
}
#: What a lean store leaves empty or out: it is shown with no hit, or is a sentence beside it.
_EMPTY = {
    ("cited_works", "raw"): "''",
    ("statements", "before"): "NULL",
    ("statements", "after"): "NULL",
    ("statements", "path"): "''",
}
_LEFT_OUT = ("resolutions",)
_ORDER = {"statements": "id", "citations": "statement, reference", "papers": "id"}


def scale_store(source: Path, target: Path, plan: Plan, *, lean: bool) -> None:
    """Write the store of a scaled index.

    Args:
        source: the real store.
        target: the new file.
        plan: which papers, how often.
        lean: without sentences beside statements, paths and printed references.
    """
    Database(target).close()  # makes the tables
    database = Database(target)
    try:
        connection = database.connection
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("ATTACH ? AS real", (f"{source.absolute().as_uri()}?mode=ro",))
        connection.execute("CREATE TEMP TABLE part (paper TEXT PRIMARY KEY) STRICT, WITHOUT ROWID")
        connection.executemany(
            "INSERT INTO part VALUES (?)", [(bytes(one).decode(),) for one in plan.part]
        )
        found = connection.execute(
            "SELECT name, sql FROM main.sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for row in found:
            connection.execute(f"DROP INDEX {row['name']}")
        for table in _ONCE:
            connection.execute(f"INSERT INTO main.{table} SELECT * FROM real.{table}")  # noqa: S608 - above
        for table in _OF_PAPERS:
            if lean and table in _LEFT_OUT:
                continue
            columns = [
                row["name"] for row in connection.execute(f"PRAGMA main.table_info({table})")
            ]
            values = ", ".join(_value(table, column, lean) for column in columns)
            names = ", ".join(f'"{column}"' for column in columns)
            for copy in range(plan.number):
                sql = (
                    f"INSERT INTO main.{table} ({names}) SELECT {values} FROM real.{table}"  # noqa: S608 - above
                    f"{_only(table) if copy == plan.whole else ''} ORDER BY {_ORDER.get(table, 1)}"
                )
                prefixes = {"paper": paper_prefix(copy), "statement": statement_prefix(copy)}
                connection.execute(sql, prefixes)
        for row in found:
            connection.execute(row["sql"])
        connection.execute("DETACH real")
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        database.close()


def _value(table: str, column: str, lean: bool) -> str:
    if lean and (table, column) in _EMPTY:
        return _EMPTY[table, column]
    if (table, column) in _CHANGED:
        return _CHANGED[table, column]
    return f":paper || {column}" if column == "paper" else f'"{column}"'


def _only(table: str) -> str:
    if table == "citations":
        inner = "SELECT id FROM real.statements WHERE paper IN (SELECT paper FROM part)"
        return f" WHERE statement IN ({inner})"
    column = "id" if table == "papers" else "paper"
    return f" WHERE {column} IN (SELECT paper FROM part)"  # noqa: S608 - our own words
