"""Editorial notices about works: those they carry, that papers issue, and that services tell of.

An article names the other end of a notice by an identifier of its choice. Here a work is found by
any of its names, and the other end is the id of its work wherever one is known.
"""

from __future__ import annotations

from collections.abc import Iterable

from semsearch.records import Notice, NoticeKind
from semsearch.store.database import Database
from semsearch.store.names import names_of_works, works_named
from semsearch.store.outside import outside_notices

_CARRIED = (
    "SELECT n.paper AS about, n.kind, n.issued, n.other, p.last_seen FROM notices n"
    " JOIN papers p ON p.id = n.paper WHERE n.paper IN ({}) ORDER BY n.paper, n.position"
)
_ISSUED = (
    "SELECT n.other AS named, n.kind, n.paper AS issuer FROM notices n"
    " JOIN papers p ON p.id = n.paper WHERE n.other IN ({}) AND n.issued AND p.last_seen IS NULL"
    " ORDER BY n.paper, n.position"
)


def notices_of(database: Database, ids: Iterable[str]) -> dict[str, tuple[Notice, ...]]:
    """Notices that papers carry or issue, and those issued or told of about works, each once.

    A paper that left the corpus keeps its own. Ids without a notice are left out.
    """
    return _notices(database, set(ids), left=True)


def notices_about(database: Database, ids: Iterable[str]) -> dict[str, tuple[Notice, ...]]:
    """What is said about works that the corpus holds or cites; silence leaves an id out."""
    found = _notices(database, set(ids), left=False)
    about = {one: tuple(n for n in notices if not n.issued) for one, notices in found.items()}
    return {one: notices for one, notices in about.items() if notices}


def _notices(database: Database, ids: set[str], *, left: bool) -> dict[str, tuple[Notice, ...]]:
    """Notices by id; ``left``: also what papers carry that left the corpus."""
    carried = [row for row in database.read_in(_CARRIED, ids) if left or row["last_seen"] is None]
    others = works_named(database, [row["other"] for row in carried if row["other"] is not None])
    found: dict[str, dict[Notice, None]] = {}
    for row in carried:
        other = others.get(row["other"], row["other"])
        notice = Notice(kind=NoticeKind(row["kind"]), issued=bool(row["issued"]), other=other)
        found.setdefault(row["about"], {})[notice] = None
    named = {one: one for one in ids} | names_of_works(database, ids)
    for row in database.read_in(_ISSUED, named):
        notice = Notice(kind=NoticeKind(row["kind"]), issued=False, other=row["issuer"])
        found.setdefault(named[row["named"]], {})[notice] = None
    _add_outside(database, named, found)
    return {one: tuple(notices) for one, notices in found.items()}


def _add_outside(
    database: Database, named: dict[str, str], found: dict[str, dict[Notice, None]]
) -> None:
    """What services tell, unless the corpus itself does; ``named``: name → id of the work."""
    told = list(outside_notices(database, named))
    others = works_named(database, [one.other for _, _, one in told if one.other is not None])
    for name, service, one in told:
        notices = found.setdefault(named[name], {})
        other = None if one.other is None else others.get(one.other, one.other)
        if not any((n.kind, n.issued, n.other) == (one.kind, False, other) for n in notices):
            notices[Notice(kind=one.kind, issued=False, other=other, source=service)] = None
