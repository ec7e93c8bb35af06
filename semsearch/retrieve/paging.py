"""Pages: a cursor says where the next one starts, and of which list."""

from __future__ import annotations

import base64
import binascii
import hashlib

import orjson

from semsearch.errors import QueryError


def list_digest(*parts: object) -> str:
    """What names a list of results: the content of the index and all that was asked."""
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def write_cursor(offset: int, digest: str) -> str:
    """The cursor of the page that starts at an offset of a list."""
    return base64.urlsafe_b64encode(orjson.dumps([offset, digest])).decode().rstrip("=")


def read_cursor(cursor: str | None, digest: str) -> int:
    """The offset that a cursor stands for; 0 without one.

    Raises:
        QueryError: it is no cursor, or one of another query or index.
    """
    if cursor is None:
        return 0
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        offset, of_list = orjson.loads(raw)
    except (ValueError, TypeError, binascii.Error, UnicodeEncodeError):
        raise QueryError(f"{cursor[:60]!r} is no cursor, expected what `next` gave") from None
    if not isinstance(offset, int) or offset < 0 or of_list != digest:
        raise QueryError(
            "the cursor belongs to another query or to an index that has changed;"
            " start again without it"
        )
    return offset
