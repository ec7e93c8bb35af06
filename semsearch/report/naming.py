"""From what a user calls a work to its id, whether the corpus holds it or only cites it."""

from __future__ import annotations

from collections.abc import Sequence

from semsearch.errors import NotFoundError
from semsearch.search import Searcher
from semsearch.store.cited import corpus_ids, known_targets, works_named
from semsearch.store.database import Database
from semsearch.store.reading import paper_id_of
from semsearch.store.works import names_of, nearest_works


def work_id(searcher: Searcher, name: str) -> str:
    """The id of the work that a name stands for.

    Args:
        searcher: the index.
        name: a DOI in any spelling (resolver, ``doi:``, percent escapes, capitals), a PMID, a
            PMCID, an arXiv number, an id, or the name of a source file.

    Raises:
        NotFoundError: the corpus neither holds nor cites it; the nearest known DOIs are named.
    """
    found = work_ids(searcher.store, [name])[name] or paper_id_of(searcher.store, name.strip())
    if found is not None:
        return found
    near = [work.doi for work in nearest_works(searcher.store, name) if work.doi is not None]
    hint = f"; the nearest known are {', '.join(near)}" if near else ""
    raise NotFoundError(f"the index neither holds nor cites {name.strip()[:200]!r}{hint}")


def work_ids(database: Database, names: Sequence[str]) -> dict[str, str | None]:
    """Name → id of the work, None where the corpus neither holds nor cites it.

    The one place where a name becomes the id of a work. A name leads to a paper of the corpus
    before it leads to a work that is only cited.
    """
    spelt = {name: names_of(name) for name in names}
    every = [one for found in spelt.values() for one in found]
    known = {
        **{one: one for one in known_targets(database, every)},
        **works_named(database, every),
        **corpus_ids(database, every),
    }
    return {
        name: next((known[one] for one in found if one in known), None)
        for name, found in spelt.items()
    }


def doi_of(identity: str) -> str | None:
    """The DOI of a work whose id is one."""
    return identity.removeprefix("doi:") if identity.startswith("doi:") else None
