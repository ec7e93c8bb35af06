"""Papers whose files are not there any more leave the corpus."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from semsearch.index.reading import FileReport
from semsearch.store.database import Database, open_sqlite, translated
from semsearch.store.writing import remove_paper


def remove_missing(
    database: Database,
    packages: Collection[str],
    reports: Collection[FileReport],
    *,
    generation: int,
) -> int:
    """Take out what was read from files, or out of packages, and is in them no more; how many.

    What another file of the build gave stays, and so does what was read before from a file or
    package that cannot be read now.

    Args:
        database: the store.
        packages: absolute paths of files and packages that this build read, or that are gone.
        reports: what became of the files of this build.
        generation: number of the current generation.
    """
    seen = {report.file for report in reports}
    unread = {report.file for report in reports if report.error is not None}
    sql = "SELECT name, package, paper FROM files WHERE package IN ({}) ORDER BY name"
    with database.atomic() as connection:
        rows = list(database.read_in(sql, packages))
        missing = [r for r in rows if r["name"] not in seen and r["package"] not in unread]
        papers = {str(row["paper"]) for row in missing if row["paper"] is not None}
        for paper in sorted(papers):
            remove_paper(database, paper, generation=generation)
        connection.executemany(
            "DELETE FROM files WHERE name = ?", [(row["name"],) for row in missing]
        )
    return len(papers)


def packages_below(store: Path, folder: str) -> frozenset[str]:
    """Absolute paths of the files and packages in a folder, or below, that were ever read.

    Args:
        store: its file; it may be of an older version, and is not changed.
        folder: absolute path.
    """
    if not store.is_file():
        return frozenset()
    with translated(store), closing(open_sqlite(store, read_only=True)) as connection:
        rows = connection.execute("SELECT DISTINCT package FROM files").fetchall()
    return frozenset(row["package"] for row in rows if row["package"].startswith(f"{folder}/"))
