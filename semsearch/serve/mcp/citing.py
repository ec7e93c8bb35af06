"""``cite`` within a budget."""

from __future__ import annotations

from collections.abc import Sequence

from semsearch.recommend.cite import Recommendation, cite, read_cite_options
from semsearch.report.paper import short_authors
from semsearch.retrieve.query import check_limit
from semsearch.search import Searcher
from semsearch.serve.mcp.arguments import CiteArguments
from semsearch.serve.mcp.budget import Page, fit
from semsearch.serve.mcp.quotes import quote, say_needs, say_shown
from semsearch.serve.mcp.shapes import CiteShown, WorkToCite


def recommend_works(searcher: Searcher, asked: CiteArguments) -> Page:
    """Works to cite at a place, each with the statement that cites it most alike.

    Raises:
        QueryError: as for ``cite``, and where the budget is too small.
    """
    options = read_cite_options(
        limit=check_limit(asked.limit),
        cites=asked.cites,
        section=asked.section,
        year=asked.year,
    )
    result = cite(searcher, asked.text, options)
    items = [_work(one) for one in result.works]

    def render(counts: Sequence[int], needs: int | None) -> Page:
        (shown,) = counts
        left_out = len(items) - shown
        told = say_shown(shown, left_out, what="works", cursor=None)
        return Page(
            told + say_needs(needs),
            CiteShown(
                generation=searcher.generation.manifest.generation,
                needs=needs,
                works=items[:shown],
                unknown=list(result.unknown),
                left_out=left_out,
            ),
        )

    return fit([items], render, asked.token_budget)


def _work(one: Recommendation) -> WorkToCite:
    return WorkToCite(
        doi=one.work.doi,
        id=None if one.work.doi else one.work.id,
        title=one.work.title,
        by=short_authors(one.work.authors) or None,
        year=one.work.year,
        score=round(one.score, 2),
        papers=one.papers,
        cited_as=quote(one.examples[0].statement) if one.examples else None,
    )
