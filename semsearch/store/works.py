"""Works: what citations point to, found by any of its names, with those who cite it.

A work is a paper of the corpus, or known from reference lists only. Works and targets are those of
the last build.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from pydantic import TypeAdapter
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from semsearch.language.identifiers import (
    normalize_arxiv,
    normalize_doi,
    normalize_pmcid,
    normalize_pmid,
)
from semsearch.records import Author, Citation, Reference
from semsearch.store.database import Database
from semsearch.store.reading import citation_of_row, references
from semsearch.store.resolving import JoinMethod, Resolution, Work

_AUTHORS = TypeAdapter(tuple[Author, ...])
#: Levenshtein likeness (0–1); two or three slips in a DOI of usual length stay above it.
_NEAR = 0.75
_PREFIXES = ("doi:", "pmid:", "pmcid:", "arxiv:", "sha256:", "work:")


@dataclass(frozen=True, slots=True)
class CitedBy:
    """One citation of a work with the paper that makes it."""

    paper: str  # id of the source
    ordinal: int  # of the statement in its paper
    citation: Citation


@dataclass(frozen=True, slots=True)
class ResolvedReference:
    """An entry of a reference list with the work it is; None where it says too little."""

    reference: Reference
    resolution: Resolution | None


def names_of(text: str) -> tuple[str, ...]:
    """The names under which a work may be known, the likeliest first.

    Args:
        text: a DOI (with ``doi:``, a resolver, capitals or percent escapes), a PMID, a PMCID, an
            arXiv number, or the id of a work or paper.
    """
    bare = text.strip()
    found: list[str] = []
    for spelt in dict.fromkeys((bare, unquote(bare))):
        kind, _, rest = spelt.partition(":")
        plain = rest if f"{kind.lower()}:" in _PREFIXES else spelt
        for scheme, read in (
            ("doi", normalize_doi),
            ("pmcid", normalize_pmcid if not plain.isdigit() else _nothing),
            ("pmid", normalize_pmid),
            ("arxiv", normalize_arxiv),
        ):
            if (value := read(plain.strip())) is not None:
                found.append(f"{scheme}:{value}")
        if f"{kind.lower()}:" in _PREFIXES:
            found.append(f"{kind.lower()}:{rest.strip()}")
    return tuple(dict.fromkeys(found))


def work_of(database: Database, name: str) -> Work | None:
    """The work with a name, as ``names_of`` reads it; None where the corpus knows none.

    A work is also found by the PMID of one reference and the DOI of another.
    """
    for known in names_of(name):
        rows = database.read(
            "SELECT w.* FROM work_names n JOIN works w ON w.id = n.work WHERE n.name = ?", (known,)
        )
        if rows:
            return _work(rows[0])
    return None


def works(database: Database, ids: Iterable[str]) -> dict[str, Work]:
    """The works with these ids; unknown ids are left out."""
    found: dict[str, Work] = {}
    for identity in dict.fromkeys(ids):
        for row in database.read("SELECT * FROM works WHERE id = ?", (identity,)):
            found[identity] = _work(row)
    return found


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


def citing(database: Database, work: str) -> list[CitedBy]:
    """Every citation of a work by the corpus, sorted by source paper and place in it."""
    return [
        CitedBy(row["paper"], row["ordinal"], citation_of_row(row))
        for row in database.read(
            "SELECT c.*, s.paper, s.ordinal FROM citations c"
            " JOIN statements s ON s.id = c.statement"
            " WHERE c.target = ? AND s.last_seen IS NULL ORDER BY s.paper, s.ordinal, c.position",
            (work,),
        )
    ]


def references_of(database: Database, paper: str) -> list[ResolvedReference]:
    """The reference list of a paper of the corpus, in its order, with the work of each entry."""
    led = {
        row["key"]: Resolution(
            paper, row["key"], row["work"], JoinMethod(row["method"]), row["score"]
        )
        for row in database.read("SELECT * FROM resolutions WHERE paper = ?", (paper,))
    }
    return [ResolvedReference(one, led.get(one.key)) for one in references(database, paper)]


def target_counts(database: Database) -> dict[str, int]:
    """What became of the references of the corpus.

    ``works``; references led to one by ``identifier``, ``title`` or ``place``, or ``alone`` in
    naming theirs; ``without``: those that say too little; ``kept_apart``: pairs of identifiers
    that references join and that were not joined.
    """
    found = {method.value: 0 for method in JoinMethod}
    for row in database.read("SELECT method, count(*) AS n FROM resolutions GROUP BY method"):
        found[row["method"]] = int(row["n"])
    held = {
        "works": "SELECT count(*) FROM works",
        "without": "SELECT count(*) FROM cited_works w JOIN papers p ON p.id = w.paper"
        " WHERE p.last_seen IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM resolutions r WHERE r.paper = w.paper AND r.key = w.key)",
        "kept_apart": "SELECT count(*) FROM link_conflicts",
    }
    return found | {name: int(database.read(sql)[0][0]) for name, sql in held.items()}


def _nothing(_: str | None) -> None:
    """Bare digits are a PMID and no PMCID."""


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
        authors=_AUTHORS.validate_json(row["authors"]),
        in_corpus=bool(row["in_corpus"]),
    )
