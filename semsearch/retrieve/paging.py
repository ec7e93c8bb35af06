"""Pages: a cursor says where the next one starts, and of which list."""

from __future__ import annotations

import base64
import binascii
import hashlib

import orjson

from semsearch.errors import QueryError, StaleCursorError

_PART = 16  # hexadecimal digits for the index, and as many for what was asked


def list_digest(index: str, *asked: object) -> str:
    """What names a list of results: the content of the index, then all that was asked.

    Args:
        index: digest of the content of the index.
        asked: what the list depends on beside it.
    """
    found = (hashlib.sha256(orjson.dumps(p, option=orjson.OPT_SORT_KEYS)) for p in (index, asked))
    return "".join(one.hexdigest()[:_PART] for one in found)


def write_cursor(offset: int, digest: str) -> str:
    """The cursor of the page that starts at an offset of a list."""
    return base64.urlsafe_b64encode(orjson.dumps([offset, digest])).decode().rstrip("=")


def read_cursor(cursor: str | None, digest: str) -> int:
    """The offset that a cursor stands for; 0 without one.

    Raises:
        QueryError: it is no cursor, or one of another query.
        StaleCursorError: it is one of this query, and the index has changed.
    """
    if cursor is None:
        return 0
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        offset, of_list = orjson.loads(raw)
    except (ValueError, TypeError, binascii.Error, UnicodeEncodeError):
        raise QueryError(f"{cursor[:60]!r} is no cursor, expected what `next` gave") from None
    if not isinstance(offset, int) or offset < 0 or not isinstance(of_list, str):
        raise QueryError(f"{cursor[:60]!r} is no cursor, expected what `next` gave")
    if of_list[_PART:] != digest[_PART:]:
        raise QueryError("the cursor belongs to another query; start again without it")
    if of_list != digest:
        raise StaleCursorError(
            "the cursor belongs to an index that has changed since; start again without it"
        )
    return offset
