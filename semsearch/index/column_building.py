"""Columns out of the store: what it knows of each row, in the order of the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semsearch.index.columns import (
    NO_YEAR,
    NOTICES,
    RELATIONSHIPS,
    SECTIONS,
    TYPES,
    ColumnArrays,
    Relationship,
    save_columns,
    with_sets,
)
from semsearch.index.value_lists import ValueLists, value_lists
from semsearch.language.licences import licence_name
from semsearch.language.names import keys_of
from semsearch.language.scripts import normal_form
from semsearch.records import Paper
from semsearch.store.citing import CitedTarget, citing_rows
from semsearch.store.database import Database
from semsearch.store.reading import papers

_LOT = 500  # papers read from the store at once


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
    held, statements = statement_arrays(database)
    if held != [bytes(one) for one in ids["statements"]]:
        raise ValueError("the store and the rows of the index do not agree")
    abstracts = abstract_arrays(database, [bytes(one).decode() for one in ids["abstracts"]])
    for kind, arrays in (("statements", statements), ("abstracts", abstracts)):
        save_columns(folders[kind], with_sets(with_cited(arrays, statements.targets)))


def statement_arrays(
    database: Database, papers: Sequence[str] | None = None
) -> tuple[list[bytes], ColumnArrays]:
    """The ids of statements, ascending, and what is known of each but for ``cited``.

    Args:
        database: the store.
        papers: those whose statements are wanted; None for all of the corpus.
    """
    rows = list(citing_rows(database, papers))
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
    return [row.id.encode() for row in rows], ColumnArrays(
        paper=np.array([paper_numbers[row.paper] for row in rows], dtype=np.int32),
        section=np.array([SECTIONS.index(row.section) for row in rows], dtype=np.int8),
        types=types,
        relationships=relationships,
        targets=value_lists(targets),
        target_authors=value_lists(target_authors),
        **_of_papers(database, sources),
    )


def abstract_arrays(database: Database, ids: Sequence[str]) -> ColumnArrays:
    """What is known of abstracts but for ``cited``.

    Args:
        database: the store.
        ids: of papers with an abstract, ascending.
    """
    nothing = np.zeros(len(ids), dtype=np.uint8)
    return ColumnArrays(
        paper=np.arange(len(ids), dtype=np.int32),
        section=np.full(len(ids), -1, dtype=np.int8),
        types=nothing,
        relationships=nothing,
        targets=value_lists([[] for _ in ids]),
        target_authors=value_lists([[] for _ in ids]),
        **_of_papers(database, ids),
    )


def with_cited(arrays: ColumnArrays, targets: ValueLists) -> ColumnArrays:
    """The same with how many statements cite each paper.

    Args:
        arrays: of any rows.
        targets: those of all statements, each once a statement.
    """
    cited = np.zeros(len(arrays.papers), dtype=np.int32)
    if len(targets.values):
        places = np.searchsorted(targets.values, arrays.papers)
        places = np.minimum(places, len(targets.values) - 1)
        held = targets.values[places] == arrays.papers
        cited[held] = targets.holders.sizes()[places[held]]
    return replace(arrays, cited=cited)


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


def _of_papers(database: Database, ids: Sequence[str]) -> dict[str, Any]:
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
        "cited": np.zeros(len(found), dtype=np.int32),
        "journals": value_lists([_one(journal_name(p.journal)) for p in found]),
        "licences": value_lists([_one(licence_name(p.license)) for p in found]),
        "publication_types": value_lists([sorted(set(p.publication_types)) for p in found]),
        "authors": value_lists([list(keys_of(p.authors)) for p in found]),
    }


def _one(value: str | None) -> list[str]:
    return [value] if value is not None else []
