"""Works: what citations point to, in the corpus or known from reference lists only.

Works and targets are those of the last build.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

import orjson
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from semsearch.errors import NotFoundError
from semsearch.language.identifiers import normalize_doi
from semsearch.records import Reference
from semsearch.store.database import Database
from semsearch.store.names import work_ids
from semsearch.store.reading import AUTHORS, paper_id_of, references
from semsearch.store.resolving import JoinMethod, Resolution, Work

#: Levenshtein likeness (0–1); two or three slips in a DOI of usual length stay above it.
_NEAR = 0.75


@dataclass(frozen=True, slots=True)
class ResolvedReference:
    """An entry of a reference list with the work it is, None where it says too little.

    ``statements``: those of the paper that cite it.
    """

    reference: Reference
    resolution: Resolution | None
    statements: int


def work_id(database: Database, name: str) -> str:
    """The id of the work that a name stands for.

    Args:
        database: the store.
        name: a DOI in any spelling (resolver, ``doi:``, percent escapes, capitals), a PMID, a
            PMCID, an arXiv number, an id, or the name of a source file.

    Raises:
        NotFoundError: the corpus neither holds nor cites it; the nearest known DOIs are named.
    """
    found = work_ids(database, [name])[name] or paper_id_of(database, name.strip())
    if found is not None:
        return found
    near = [work.doi for work in nearest_works(database, name) if work.doi is not None]
    hint = f"; the nearest known are {', '.join(near)}" if near else ""
    raise NotFoundError(f"the index neither holds nor cites {name.strip()[:200]!r}{hint}")


def works(database: Database, ids: Iterable[str]) -> dict[str, Work]:
    """The works with these ids, by id in ascending order; unknown ids are left out."""
    sql = "SELECT * FROM works WHERE id IN ({}) ORDER BY id"
    return {row["id"]: _work(row) for row in database.read_in(sql, ids)}


def titles_of_works(database: Database, ids: Sequence[str] | None = None) -> dict[str, str]:
    """Id → title of every work that has one, by id in ascending order.

    Args:
        database: the store.
        ids: of the works that are wanted; None for all.
    """
    sql = "SELECT id, title FROM works WHERE title IS NOT NULL{} ORDER BY id"
    if ids is None:
        rows = database.read(sql.format(""))
    else:
        rows = database.read(
            sql.format(" AND id IN (SELECT value FROM json_each(?))"), (orjson.dumps(ids).decode(),)
        )
    return {row["id"]: row["title"] for row in rows}


def nearest_works(database: Database, name: str, *, limit: int = 3) -> list[Work]:
    """The works whose DOI is spelt most like a name, best first; none that are far off.

    Every known DOI is compared: some 30 ms for 65,000.
    """
    wanted = (normalize_doi(name) or unquote(name.strip()).lower())[:200]
    rows = database.read("SELECT id, doi FROM works WHERE doi IS NOT NULL ORDER BY id")
    known = {row["id"]: row["doi"] for row in rows}
    near = process.extract(
        wanted, known, scorer=Levenshtein.normalized_similarity, score_cutoff=_NEAR, limit=limit
    )
    best = sorted((-score, identity) for _, score, identity in near)
    found = works(database, [identity for _, identity in best])
    return [found[identity] for _, identity in best]


def references_of(database: Database, paper: str) -> list[ResolvedReference]:
    """The reference list of a paper of the corpus, in its order, with the work of each entry."""
    led = {
        row["key"]: Resolution(
            paper, row["key"], row["work"], JoinMethod(row["method"]), row["score"]
        )
        for row in database.read("SELECT * FROM resolutions WHERE paper = ?", (paper,))
    }
    cited = {
        row["reference"]: int(row["n"])
        for row in database.read(
            "SELECT c.reference, count(*) AS n FROM citations c"
            " JOIN statements s ON s.id = c.statement"
            " WHERE s.paper = ? AND s.last_seen IS NULL GROUP BY c.reference",
            (paper,),
        )
    }
    return [
        ResolvedReference(one, led.get(one.key), cited.get(one.key, 0))
        for one in references(database, paper)
    ]


def entry_counts(database: Database, ids: Iterable[str]) -> dict[str, int]:
    """How many entries of reference lists of the corpus are each of some works; 0 is left out."""
    return {
        row["work"]: int(row["n"])
        for row in database.read_in(
            "SELECT work, count(*) AS n FROM resolutions WHERE work IN ({}) GROUP BY work", ids
        )
    }


def count_works(database: Database) -> dict[str, int]:
    """How many ``works`` there are, and pairs of identifiers that were ``kept_apart``."""
    return {
        "works": int(database.read("SELECT count(*) FROM works")[0][0]),
        "kept_apart": int(database.read("SELECT count(*) FROM link_conflicts")[0][0]),
    }


def _work(row: sqlite3.Row) -> Work:
    return Work(
        id=row["id"],
        doi=row["doi"],
        pmid=row["pmid"],
        pmcid=row["pmcid"],
        arxiv=row["arxiv"],
        title=row["title"],
        year=row["year"],
        journal=row["journal"],
        authors=AUTHORS.validate_json(row["authors"]),
        in_corpus=bool(row["in_corpus"]),
    )
