"""JSON Lines: what was asked in the first line, then a statement a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

import orjson

from semsearch.export.exported import ExportedStatement, ExportHead


class LineKind(StrEnum):
    """What a line holds, in its field ``kind``."""

    RESULT = "result"
    STATEMENT = "statement"


def write_jsonl(head: ExportHead, statements: Iterable[ExportedStatement]) -> Iterator[bytes]:
    """The lines."""
    yield _line(LineKind.RESULT, head)
    for statement in statements:
        yield _line(LineKind.STATEMENT, statement)


def _line(kind: LineKind, record: ExportHead | ExportedStatement) -> bytes:
    fields = {name: getattr(record, name) for name in record.__slots__}
    return orjson.dumps({"kind": kind, **fields}, option=orjson.OPT_APPEND_NEWLINE)
