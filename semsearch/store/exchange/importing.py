"""Reading an exported store into a new one: every line is checked, and all of it comes or none."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import orjson
from pydantic import BaseModel, ValidationError

from semsearch.errors import InputError, MismatchError
from semsearch.store.database import Database
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
    CorrectionForm,
    End,
    FileForm,
    Head,
    OutsideForm,
    PaperForm,
    StatementForm,
)

_FORMS: Final[Mapping[str, type[BaseModel]]] = {
    "paper": PaperForm,
    "statement": StatementForm,
    "file": FileForm,
    "outside": OutsideForm,
    "correction": CorrectionForm,
    "end": End,
}


def read_lines(database: Database, lines: Iterable[bytes], name: str) -> dict[str, int]:
    """Fill an empty store from lines, in one transaction; how many there are of each record.

    Args:
        database: of the present version, without a row.
        lines: as ``exporting.exported`` gives them.
        name: of their file.

    Raises:
        InputError: a line is damaged or missing; the file, the line and what was expected.
        MismatchError: a newer semsearch wrote them.
    """
    counts = dict.fromkeys((one for one in _FORMS if one != "end"), 0)
    with database.atomic() as connection:
        for number, record, line in _checked(lines, name):
            try:
                _add(connection, record, line)
            except sqlite3.IntegrityError as error:
                expected = (
                    "a paper that stands in a line before"
                    if "FOREIGN KEY" in str(error)
                    else "each row once"
                )
                raise InputError(f"{name}, line {number}: {error}, expected {expected}") from error
            counts[record] += 1
    return counts


def _checked(lines: Iterable[bytes], name: str) -> Iterator[tuple[int, str, Any]]:
    """Number, kind and fields of every line between head and end."""
    digest, number, ended = hashlib.sha256(), 0, False
    for number, line in enumerate(lines, start=1):
        place = f"{name}, line {number}"
        if ended:
            raise InputError(f"{place}: something follows, expected the end of the file")
        if not line.endswith(b"\n"):
            raise InputError(f"{place}: the line is cut, expected its end and the line 'end'")
        try:
            fields = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise InputError(f"{place}: {error}, expected one JSON object") from error
        record = fields.get("record") if isinstance(fields, dict) else None
        if number == 1:
            _check_head(fields, record, line, place)
        elif isinstance(record, str) and record in _FORMS:
            _validated(_FORMS[record], line, place)
            if record == "end":
                _check_end(fields, number - 1, digest.hexdigest(), place)
                ended = True
            else:
                yield number, record, fields
        else:
            raise InputError(
                f"{place}: the record is {str(record)[:80]!r}, expected one of {', '.join(_FORMS)}"
            )
        digest.update(line)
    if not ended:
        raise InputError(f"{name}, line {number + 1}: the file is cut, expected the line 'end'")


def _check_head(fields: Any, record: object, line: bytes, place: str) -> None:
    if record != "store":
        raise InputError(f"{place}: this is no exported store, expected the record 'store'")
    found = fields.get("format")
    if isinstance(found, int) and found > FORMAT:
        raise MismatchError(
            f"{place}: the format is {found}, and this semsearch reads formats up to {FORMAT}; use"
            " the newer semsearch that wrote it"
        )
    _validated(Head, line, place)


def _check_end(fields: Any, lines: int, digest: str, place: str) -> None:
    if fields["lines"] != lines:
        raise InputError(f"{place}: {lines:,} lines are before it, expected {fields['lines']:,}")
    if fields["sha256"] != digest:
        raise InputError(
            f"{place}: the SHA-256 of the lines before is {digest}, expected {fields['sha256']}"
        )


def _validated(form: type[BaseModel], line: bytes, place: str) -> None:
    try:
        form.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{place}: field {field!r}: {first['msg']}") from None


def _add(connection: sqlite3.Connection, record: str, line: Any) -> None:
    """Add the rows of one line."""
    if record == "paper":
        owner = (line["id"],)
        connection.execute(PAPERS.insert(), PAPERS.row((), line))
        for rows, found in ((NOTICES, line["notices"]), (REFERENCES, line["references"])):
            connection.executemany(rows.insert(), [rows.row(owner, one) for one in found])
    elif record == "statement":
        connection.execute(STATEMENTS.insert(), STATEMENTS.row((), line))
        owner = (line["id"],)
        connection.executemany(
            CITATIONS.insert(), [CITATIONS.row(owner, one) for one in line["citations"]]
        )
    elif record == "outside":
        connection.execute(OUTSIDE.insert(), OUTSIDE.row((), line))
        of_fact = (line["work"], line["service"])
        connection.executemany(
            OUTSIDE_NOTICES.insert(),
            [OUTSIDE_NOTICES.row(of_fact, one) for one in line["notices"]],
        )
    else:
        rows = FILES if record == "file" else CORRECTIONS
        connection.execute(rows.insert(), rows.row((), line))
