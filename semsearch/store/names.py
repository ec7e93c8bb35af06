"""Names of works: every identifier that leads to a work, as the last build found them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from semsearch.language.identifiers import (
    normalize_arxiv,
    normalize_doi,
    normalize_pmcid,
    normalize_pmid,
)
from semsearch.store.database import Database

_PREFIXES = ("doi:", "pmid:", "pmcid:", "arxiv:", "corpusid:", "sha256:", "work:")


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


def work_ids(database: Database, names: Sequence[str]) -> dict[str, str | None]:
    """Name → id of the work, None where the corpus neither holds nor cites it.

    The one place where what a user calls a work becomes its id. A work is also found by the PMID of
    one reference and the DOI of another.
    """
    spelt = {name: names_of(name) for name in names}
    known = works_named(database, [one for found in spelt.values() for one in found])
    return {
        name: next((known[one] for one in found if one in known), None)
        for name, found in spelt.items()
    }


def works_named(database: Database, names: Iterable[str]) -> dict[str, str]:
    """Those of some names, as ``names_of`` spells them, that lead to a work → its id."""
    sql = "SELECT name, work FROM work_names WHERE name IN ({})"
    return {row["name"]: row["work"] for row in database.read_in(sql, names)}


def names_of_works(database: Database, ids: Iterable[str]) -> dict[str, str]:
    """Every name of some works → the id of its work."""
    sql = "SELECT name, work FROM work_names WHERE work IN ({})"
    return {row["name"]: row["work"] for row in database.read_in(sql, ids)}


def _nothing(_: str | None) -> None:
    """Bare digits are a PMID and no PMCID."""
