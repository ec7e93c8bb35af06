"""Writing the store as JSON Lines: what cannot be derived, in an order that rests on it alone."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson

from semsearch.records import CitationType
from semsearch.store.exchange.forms import (
    CITATIONS,
    CORRECTIONS,
    FILES,
    FORMAT,
    NOTICES,
    OUTSIDE,
    OUTSIDE_NOTICES,
    PAPERS,
    REFERENCES,
    STATEMENTS,
    Rows,
)
from semsearch.store.labels import LABEL

_STATEMENTS_OF = replace(STATEMENTS, owner=("paper",)).select()
# A build makes these again, for statements of the corpus.
_DERIVED = dict.fromkeys(("target", "self_citation", "self_certainty", "journal_sc"))
_UNDECIDED = {
    "type": str(CitationType.UNCLASSIFIED),
    "confidence": None,
    "decided_by": None,
}


def exported(connection: sqlite3.Connection, generation: int) -> Iterator[bytes]:
    """The lines of a store, each with its line end; the same store gives the same bytes.

    Args:
        connection: in a transaction, so that all lines are of one moment.
        generation: number of the published one, 0 for none; lines count from it.
    """
    digest = hashlib.sha256()
    count = 0
    for line in _lines(connection, generation):
        packed = orjson.dumps(line) + b"\n"
        digest.update(packed)
        count += 1
        yield packed
    yield orjson.dumps({"record": "end", "lines": count, "sha256": digest.hexdigest()}) + b"\n"


def _lines(connection: sqlite3.Connection, generation: int) -> Iterator[dict[str, Any]]:
    yield {"record": "store", "format": FORMAT}
    for paper in _all(connection, PAPERS):
        identity = (paper["id"],)
        yield {
            "record": "paper",
            **_counted(paper, generation),
            "notices": list(_all(connection, NOTICES, identity)),
            "references": list(_all(connection, REFERENCES, identity)),
        }
        for row in connection.execute(_STATEMENTS_OF, identity).fetchall():
            statement = STATEMENTS.line(row)
            cited = list(_all(connection, CITATIONS, (statement["id"],)))
            if statement["last_seen"] is None:
                cited = [_underived(one) for one in cited]
            counted = _counted(statement, generation)
            yield {"record": "statement", **counted, "citations": cited}
    for file in _all(connection, FILES):
        yield {"record": "file", **file}
    for fact in _all(connection, OUTSIDE):
        of_fact = (fact["work"], fact["service"])
        notices = list(_all(connection, OUTSIDE_NOTICES, of_fact))
        yield {"record": "outside", **fact, "notices": notices}
    for correction in _all(connection, CORRECTIONS):
        yield {"record": "correction", **correction}


def _all(
    connection: sqlite3.Connection, rows: Rows, owner: tuple[str, ...] = ()
) -> Iterator[dict[str, Any]]:
    for row in connection.execute(rows.select(), owner):
        yield rows.line(row)


def _counted(line: dict[str, Any], generation: int) -> dict[str, Any]:
    """A line with its generations counted from the published one."""
    last = line["last_seen"]
    seen = {
        "first_seen": line["first_seen"] - generation,
        "last_seen": None if last is None else last - generation,
    }
    return line | seen


def _underived(citation: dict[str, Any]) -> dict[str, Any]:
    """A citation of the corpus without what a build decides; types of the input stay."""
    decided = {} if citation["decided_by"] in (None, LABEL) else _UNDECIDED
    return citation | _DERIVED | decided
