"""Columns for filters and facets: what is known of each row, in numpy arrays beside the index.

What belongs to the source paper is kept once a paper; a row has the number of its paper. Rows of
abstracts are papers: they have no section, no citations and no targets, so that filters on these
match none of them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semsearch.errors import DamageError
from semsearch.language.names import keys_of
from semsearch.language.scripts import normal_form
from semsearch.records import CitationType, NoticeKind, Paper, Section
from semsearch.store.citing import CitedTarget, cited_counts, citing_rows
from semsearch.store.database import Database
from semsearch.store.reading import papers

NO_YEAR = -1
_LOT = 500  # papers read from the store at once


class Relationship(StrEnum):
    """Whether the authors of a citation are those of what it cites."""

    SELF = "self"
    INDEPENDENT = "independent"
    UNKNOWN = "unknown"  # the names of one side are not known


#: Values of the coded columns, in the order of their codes or bits.
SECTIONS = tuple(Section)
TYPES = tuple(CitationType)
RELATIONSHIPS = tuple(Relationship)
NOTICES = tuple(NoticeKind)


@dataclass(frozen=True, slots=True)
class ValueLists:
    """A list of values for each of n things.

    ``values``: (v,) UTF-8 byte strings, ascending. ``offsets``: (n + 1,) int64. ``codes``:
    (offsets[n],) int32 into ``values``, ascending within a list.
    """

    values: NDArray[np.bytes_]
    offsets: NDArray[np.int64]
    codes: NDArray[np.int32]

    def holding(self, codes: Sequence[int]) -> NDArray[np.bool_]:
        """(n,) which lists hold at least one of some values."""
        wanted = np.zeros(len(self.values) + 1, dtype=np.bool_)
        wanted[list(codes)] = True
        running = np.append(0, np.cumsum(wanted[self.codes]))
        found: NDArray[np.bool_] = running[self.offsets[1:]] > running[self.offsets[:-1]]
        return found

    def counts(self, weights: NDArray[np.int64]) -> NDArray[np.int64]:
        """(v,) int64, the sum of weights of the lists that hold each value.

        Args:
            weights: (n,) of each list.
        """
        repeated = np.repeat(weights, np.diff(self.offsets))
        return np.bincount(self.codes, weights=repeated, minlength=len(self.values)).astype(
            np.int64
        )

    def code(self, value: str) -> int | None:
        """The code of a value, None where no list holds it."""
        wanted = value.encode()
        place = int(np.searchsorted(self.values, wanted))
        return place if place < len(self.values) and bytes(self.values[place]) == wanted else None

    def starting(self, prefix: str) -> range:
        """The codes of the values that start with a prefix."""
        first = int(np.searchsorted(self.values, prefix.encode()))
        last = int(np.searchsorted(self.values, prefix.encode() + b"\xff"))
        return range(first, last)


@dataclass(frozen=True, slots=True)
class Columns:
    """What is known of n rows from p source papers.

    ``paper``: (n,) int32 into ``papers``, (p,) paper ids, ascending. ``section``: (n,) int8 into
    ``SECTIONS``, −1 without. ``types``, ``relationships``: (n,) uint8, a bit for each value of
    ``TYPES`` and ``RELATIONSHIPS`` among the citations of the row. ``targets``: works that a
    row cites; ``target_authors``: their names. By paper: ``year`` (p,) int16, ``NO_YEAR`` without;
    ``notices`` (p,) uint8, a bit for each of ``NOTICES``; ``cited`` (p,) int32, statements of the
    corpus that cite it; ``journals``, ``licences``, ``publication_types``, ``authors``.
    """

    paper: NDArray[np.int32]
    section: NDArray[np.int8]
    types: NDArray[np.uint8]
    relationships: NDArray[np.uint8]
    targets: ValueLists
    target_authors: ValueLists
    papers: NDArray[np.bytes_]
    year: NDArray[np.int16]
    notices: NDArray[np.uint8]
    cited: NDArray[np.int32]
    journals: ValueLists
    licences: ValueLists
    publication_types: ValueLists
    authors: ValueLists

    def __len__(self) -> int:
        return len(self.paper)


def write_columns(
    folders: Mapping[str, Path], database: Database, ids: Mapping[str, NDArray[np.bytes_]]
) -> None:
    """Write the columns of statements and abstracts; equal content gives equal bytes.

    Args:
        folders: by kind, "statements" and "abstracts"; made here.
        database: the store.
        ids: (n,) of the rows of each kind, ascending.

    Raises:
        OSError: the disk is full.
    """
    rows = list(citing_rows(database))
    sources = sorted({row.paper for row in rows})
    targets, target_authors = [], []
    types = np.zeros(len(rows), dtype=np.uint8)
    relationships = np.zeros(len(rows), dtype=np.uint8)
    for number, row in enumerate(rows):
        names: set[str] = set()
        for citation in row.citations:
            names.update(keys_of(citation.authors))
            types[number] |= 1 << TYPES.index(citation.type)
            relationships[number] |= 1 << RELATIONSHIPS.index(_relationship(citation))
        targets.append(sorted({c.target for c in row.citations if c.target is not None}))
        target_authors.append(sorted(names))
    paper_numbers = {paper: number for number, paper in enumerate(sources)}
    if [row.id.encode() for row in rows] != [bytes(one) for one in ids["statements"]]:
        raise ValueError("the store and the rows of the index do not agree")
    cited = cited_counts(database)
    _save(
        folders["statements"],
        Columns(
            paper=np.array([paper_numbers[row.paper] for row in rows], dtype=np.int32),
            section=np.array([SECTIONS.index(row.section) for row in rows], dtype=np.int8),
            types=types,
            relationships=relationships,
            targets=_lists(targets),
            target_authors=_lists(target_authors),
            **_of_papers(database, sources, cited),
        ),
    )
    abstracts = [bytes(one).decode() for one in ids["abstracts"]]
    nothing = np.zeros(len(abstracts), dtype=np.uint8)
    _save(
        folders["abstracts"],
        Columns(
            paper=np.arange(len(abstracts), dtype=np.int32),
            section=np.full(len(abstracts), -1, dtype=np.int8),
            types=nothing,
            relationships=nothing,
            targets=_lists([[] for _ in abstracts]),
            target_authors=_lists([[] for _ in abstracts]),
            **_of_papers(database, abstracts, cited),
        ),
    )


def open_columns(folder: Path, rows: int) -> Columns:
    """Columns that ``write_columns`` wrote, memory-mapped.

    Raises:
        DamageError: a file cannot be read, or they do not agree with the number of rows.
    """
    found: dict[str, object] = {}
    for field in fields(Columns):
        if str(field.type) == "ValueLists":
            found[field.name] = ValueLists(
                *(_load(folder / f"{field.name}.{part.name}.npy") for part in fields(ValueLists))
            )
        else:
            found[field.name] = _load(folder / f"{field.name}.npy")
    columns = Columns(**found)  # type: ignore[arg-type]
    if len(columns) != rows or len(columns.targets.offsets) != rows + 1:
        raise DamageError(f"{folder} has {len(columns):,} rows, expected {rows:,}")
    return columns


def licence_name(text: str | None) -> str | None:
    """The short name of a licence, such as "CC BY 4.0"; "other" where it is none that is known."""
    if text is None:
        return None
    url = re.search(
        r"creativecommons\.org/licen[sc]es/([a-z-]+)(?:/(\d\.\d))?", text, re.IGNORECASE
    )
    if url:
        version = f" {url.group(2)}" if url.group(2) else ""
        return f"CC {url.group(1).upper()}{version}"
    if re.search(r"publicdomain/zero|\bCC0\b", text, re.IGNORECASE):
        return "CC0 1.0"
    if re.search(r"creative\s*commons\s+attribution|\bCC[ -]BY\b", text, re.IGNORECASE):
        kind = "".join(
            part
            for part, pattern in (
                ("-NC", r"non-?commercial|\bNC\b"),
                ("-SA", r"share-?alike|\bSA\b"),
                ("-ND", r"no-?deriv|\bND\b"),
            )
            if re.search(pattern, text.split("(http")[0], re.IGNORECASE)
        )
        version_text = re.search(r"\b([1-4]\.0)\b", text)
        return f"CC BY{kind}" + (f" {version_text.group(1)}" if version_text else "")
    return "other"


def journal_name(text: str | None) -> str | None:
    """A journal without differences of space; its case is kept for showing."""
    return normal_form(text) if text else None


def _relationship(citation: CitedTarget) -> Relationship:
    if citation.self_citation is None:
        return Relationship.UNKNOWN
    return Relationship.SELF if citation.self_citation else Relationship.INDEPENDENT


def _papers(database: Database, ids: Sequence[str]) -> Iterator[Paper]:
    for start in range(0, len(ids), _LOT):
        found = papers(database, ids[start : start + _LOT])
        yield from (found[one] for one in ids[start : start + _LOT] if one in found)


def _of_papers(database: Database, ids: Sequence[str], cited: Mapping[str, int]) -> dict[str, Any]:
    found = list(_papers(database, ids))
    return {
        "papers": np.array([p.id.encode() for p in found] or [], dtype=np.bytes_),
        "year": np.array([p.year or NO_YEAR for p in found], dtype=np.int16),
        "notices": np.array(
            [
                sum(1 << NOTICES.index(k) for k in {n.kind for n in p.notices if not n.issued})
                for p in found
            ],
            dtype=np.uint8,
        ),
        "cited": np.array([cited.get(p.id, 0) for p in found], dtype=np.int32),
        "journals": _lists([_one(journal_name(p.journal)) for p in found]),
        "licences": _lists([_one(licence_name(p.license)) for p in found]),
        "publication_types": _lists([sorted(set(p.publication_types)) for p in found]),
        "authors": _lists([list(keys_of(p.authors)) for p in found]),
    }


def _one(value: str | None) -> list[str]:
    return [value] if value is not None else []


def _lists(lists: Iterable[Sequence[str]]) -> ValueLists:
    found = list(lists)
    values = sorted({value.encode() for one in found for value in one})
    codes = {value: code for code, value in enumerate(values)}
    offsets = np.append(0, np.cumsum([len(one) for one in found])).astype(np.int64)
    flat = [code for one in found for code in sorted(codes[value.encode()] for value in one)]
    return ValueLists(
        np.array(values or [], dtype=np.bytes_), offsets, np.array(flat, dtype=np.int32)
    )


def _save(folder: Path, columns: Columns) -> None:
    folder.mkdir()
    for field in fields(Columns):
        value = getattr(columns, field.name)
        parts = (
            {f"{field.name}.{part.name}": getattr(value, part.name) for part in fields(ValueLists)}
            if isinstance(value, ValueLists)
            else {field.name: value}
        )
        for name, array in parts.items():
            with (folder / f"{name}.npy").open("wb") as stream:
                np.save(stream, array)
                stream.flush()
                os.fsync(stream.fileno())


def _load(path: Path) -> NDArray[Any]:
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DamageError(f"{path} cannot be read as a numpy array: {error}") from error
    return array
