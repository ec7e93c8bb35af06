"""Which kind of dense index is made for how many rows; docs/performance.md has what each gives."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum

from semsearch.errors import SettingError

#: From so many rows on codes of one byte a dimension are scanned in place of the vectors.
INT8_ROWS = 4_096
#: From so many rows on only the lists nearest to the query are scanned.
INVERTED_ROWS = 400_000
#: Fewer rows cannot be put into lists.
LISTED_ROWS = 256
_ROW_BYTES = 24  # ids and what FAISS needs beside the codes of a row
_SPARE = 0.8  # of the free memory that an index may take


class DenseKind(StrEnum):
    """How the nearest rows are found.

    ``flat``: every vector is compared. ``int8``: every vector, in codes of one byte a dimension;
    what they cannot tell apart is compared whole, so that the answer is exact. ``inverted``:
    vectors are in lists by their nearest centre, in codes of a bit a dimension; the nearest lists
    are scanned and the best compared whole. This one may miss rows.
    """

    FLAT = "flat"
    INT8 = "int8"
    INVERTED = "inverted"


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind, and why it is made."""

    kind: DenseKind
    why: str


def choose_kind(
    rows: int, dimension: int, *, asked: DenseKind | None = None, memory: int | None = None
) -> Choice:
    """The kind for some rows.

    Args:
        rows: how many there are.
        dimension: of the vectors.
        asked: the kind that the user wants; None for the one that suits.
        memory: free bytes; None where nobody knows.

    Raises:
        SettingError: the index that the user wants does not fit into memory.
    """
    if asked is not None:
        need = memory_bytes(asked, rows, dimension)
        if memory is not None and need > memory:
            raise SettingError(
                f"a dense index of the kind {asked} over {rows:,} rows needs {need:,} bytes of"
                f" memory, and {memory:,} are free; ask for another kind or leave the choice open"
            )
        if asked is DenseKind.INVERTED and rows < LISTED_ROWS:
            return Choice(DenseKind.FLAT, f"fewer than {LISTED_ROWS} rows, too few for lists")
        return Choice(asked, "asked for")
    if rows < INT8_ROWS:
        return Choice(DenseKind.FLAT, f"fewer than {INT8_ROWS:,} rows")
    if rows >= INVERTED_ROWS:
        return Choice(DenseKind.INVERTED, f"at least {INVERTED_ROWS:,} rows")
    need = memory_bytes(DenseKind.INT8, rows, dimension)
    if memory is not None and need > memory * _SPARE:
        return Choice(
            DenseKind.INVERTED,
            f"the kind {DenseKind.INT8} would need {need:,} bytes of memory,"
            f" and {memory:,} are free",
        )
    return Choice(DenseKind.INT8, f"{INT8_ROWS:,} to {INVERTED_ROWS:,} rows")


def memory_bytes(kind: DenseKind, rows: int, dimension: int) -> int:
    """Bytes that a search goes through at least, and that should stay in memory."""
    each = {
        DenseKind.FLAT: 4 * dimension,
        DenseKind.INT8: dimension,
        DenseKind.INVERTED: code_parts(dimension) // 2 + 8,
    }
    return rows * (each[kind] + _ROW_BYTES)


def code_parts(dimension: int) -> int:
    """Parts of a vector that have 4 bits each in an inverted index: four dimensions, else one."""
    return dimension // 4 if dimension % 4 == 0 else dimension


def free_memory() -> int | None:
    """Bytes of memory that are free or hold nothing but copies of files; None if unknown."""
    try:
        with open("/proc/meminfo", encoding="ascii") as stream:  # noqa: PTH123 - no file to keep
            lines = dict(line.split(":", 1) for line in stream)
        return int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return None
