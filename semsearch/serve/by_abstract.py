"""Papers by their abstracts, as the searches of other services give them, page by page."""

from __future__ import annotations

from semsearch.rank.options import SearchOptions
from semsearch.retrieve.filters import Filter
from semsearch.retrieve.hits import AbstractHit
from semsearch.search import Searcher
from semsearch.settings import settings

#: The same for every page, because how many compete decides their order; more take seconds.
_MOST = 200


def papers_by_abstract(
    searcher: Searcher, query: str, narrowed: Filter | None
) -> tuple[tuple[AbstractHit, ...], bool]:
    """The best papers for a query, best first, and whether there may be more.

    Args:
        searcher: the index.
        query: in the query syntax of this project.
        narrowed: only papers that fit this.
    """
    most = min(_MOST, settings().max_limit)
    hits = searcher.search_abstracts(query, limit=most, options=SearchOptions(filter=narrowed))
    return hits, len(hits) == most
