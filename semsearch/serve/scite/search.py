"""Search as scite answers it: papers, each with those of its citation statements that fit.

The ranking is that of ``Searcher.run`` and ``Searcher.search_abstracts``; a paper stands where the
best of its statements does. With both, the lists take turns, statements first: their scores have no
common scale.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query, Response

from semsearch.index.columns import NO_YEAR
from semsearch.language.words import content_words, matches
from semsearch.rank.listing import origin_of
from semsearch.rank.options import SearchOptions
from semsearch.rank.run import Run
from semsearch.report.table import csv_lines, yes_no
from semsearch.report.tally import WorkTally, tallies
from semsearch.retrieve.generation import ids_of
from semsearch.retrieve.query import check_limit, check_text
from semsearch.search import Searcher
from semsearch.serve.by_abstract import papers_by_abstract
from semsearch.serve.responses import ERRORS, Opened
from semsearch.serve.scite.citations import Edge, citation_shape
from semsearch.serve.scite.parameters import (
    Format,
    SciteParameters,
    SearchMode,
    SortBy,
    SortDirection,
    citation_types,
    query_of,
    read_filter,
    refuse_unserved,
)
from semsearch.serve.scite.shapes import (
    SciteCitation,
    SciteHit,
    SciteResult,
    answered,
    paper_shapes,
    tally_shape,
)
from semsearch.store.reading import citations, statements

router = APIRouter(tags=["as scite"], responses={k: ERRORS[k] for k in (422, 500)})

#: Statements shown with a paper, the best ones.
MOST_STATEMENTS = 10
_COUNTED: Mapping[SortBy, Callable[[WorkTally], int]] = {
    SortBy.TOTAL_CITED: lambda t: t.tally.total,
    SortBy.TOTAL_SUPPORTED: lambda t: t.tally.supporting,
    SortBy.TOTAL_CONTRASTED: lambda t: t.tally.contrasting,
    SortBy.TOTAL_MENTIONED: lambda t: t.tally.mentioning,
    SortBy.TOTAL_CITING_PUBLICATIONS: lambda t: t.tally.citing_papers,
}
_CSV = (
    "doi", "title", "authors", "journal", "publisher", "year", "types", "retracted", "notices",
    "total", "supporting", "contradicting", "mentioning", "unclassified", "citingPublications",
    "relevancyScore", "statements",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    """Papers that were found.

    ``order``: ids, best first. ``places``: of the statements of a paper in the ranking of ``run``,
    best first. ``scores``: by paper. ``cut``: more would have been found further down.
    """

    order: list[str]
    places: dict[str, list[int]]
    scores: dict[str, float]
    cut: bool
    run: Run | None


_FILES = ("text/csv", "application/x-research-info-systems")


@router.get(
    "/search",
    response_model=SciteResult,
    summary="Search papers by their citation statements",
    responses={200: {"content": {kind: {"schema": {"type": "string"}} for kind in _FILES}}},
)
@router.get("/api_partner/search", response_model=SciteResult, include_in_schema=False)
def get_search(searcher: Opened, asked: Annotated[SciteParameters, Query()]) -> Response:
    """Papers whose citation statements or abstracts fit a term; `source` of a citation is the hit.

    `countIsApproximate` says that the count is of the best candidates only.
    """
    refuse_unserved(asked)
    check_limit(asked.limit)
    found = _find(searcher, asked)
    order = _sorted(searcher, found.order, asked)
    page = order[asked.offset : asked.offset + asked.limit]
    hits = _hits(searcher, asked, found, page)
    if asked.format is Format.CSV:
        return Response(_as_csv(hits), media_type="text/csv")
    if asked.format is Format.RIS:
        return Response(_as_ris(hits), media_type="application/x-research-info-systems")
    return answered(
        SciteResult(
            count=len(order),
            countIsApproximate=found.cut,
            aggregations={},
            hits=hits,
            suggestedTerm=None,
            restrictedCites=False,
        )
    )


def _find(searcher: Searcher, asked: SciteParameters) -> _Found:
    options = SearchOptions(filter=read_filter(searcher, asked))
    query = query_of(asked)
    if query:
        query = check_text(query, name="term")
    places: dict[str, list[int]] = {}
    scores: dict[str, float] = {}
    cut, run = False, None
    if asked.mode is not SearchMode.PAPERS:
        run = searcher.run(query, options)
        ranking, columns = run.ranking, searcher.generation.statements.columns
        for place in ranking.order.tolist():
            row = int(ranking.candidates.rows[place])
            places.setdefault(bytes(columns.papers[columns.paper[row]]).decode(), []).append(place)
        scores = {paper: _score(run, found[0]) for paper, found in places.items()}
        cut = len(ranking.order) < run.allowed
    by_abstract: list[str] = []
    if asked.mode is not SearchMode.CITATIONS and query:
        hits, full = papers_by_abstract(searcher, query, options.filter)
        by_abstract = [hit.paper.id for hit in hits]
        for hit in hits:
            scores.setdefault(hit.paper.id, hit.score)
        cut = cut or full
    turns = zip_longest(places, by_abstract)
    order = list(dict.fromkeys(one for turn in turns for one in turn if one is not None))
    return _Found(order, places, scores, cut, run)


def _score(run: Run, place: int) -> float:
    reranked = origin_of(run.ranking, place).rerank_score
    return float(run.ranking.score[place]) if reranked is None else reranked


def _sorted(searcher: Searcher, ids: list[str], asked: SciteParameters) -> list[str]:
    """Papers in the order asked for; those without a year last either way."""
    if asked.sort is None:
        return ids
    sign = -1 if asked.sort_order is SortDirection.DESC else 1
    if asked.sort is SortBy.DATE:
        years = _years(searcher)
        return sorted(ids, key=lambda one: (one not in years, sign * years.get(one, 0)))
    count = _COUNTED[asked.sort]
    found = tallies(searcher, ids).tallies
    return sorted(ids, key=lambda one: sign * (count(found[one]) if one in found else 0))


def _years(searcher: Searcher) -> dict[str, int]:
    generation = searcher.generation
    return {
        bytes(columns.papers[number]).decode(): int(columns.year[number])
        for columns in (generation.statements.columns, generation.abstracts.columns)
        for number in np.flatnonzero(columns.year != NO_YEAR)
    }


def _hits(
    searcher: Searcher, asked: SciteParameters, found: _Found, page: list[str]
) -> list[SciteHit]:
    shapes = paper_shapes(searcher.store, page)
    counted = tallies(searcher, page).tallies
    cited = {} if found.run is None else _citations(searcher, asked, found, found.run, page)
    return [
        SciteHit(
            **dict(shapes[one]),
            tally=tally_shape(counted[one].tally, counted[one].doi),
            relevancyScore=round(found.scores[one], 6),
            citations=cited.get(one, []),
            highlightedFields=[],
        )
        for one in page
    ]


def _citations(
    searcher: Searcher, asked: SciteParameters, found: _Found, run: Run, page: list[str]
) -> dict[str, list[SciteCitation]]:
    """Paper → its best statements, once for each work they cite with a type that is asked for."""
    dense = searcher.generation.statements.dense
    own = {
        paper: ids_of(
            dense, run.ranking.candidates.rows[found.places.get(paper, [])[:MOST_STATEMENTS]]
        )
        for paper in page
    }
    ids = [one for group in own.values() for one in group]
    held, made = statements(searcher.store, ids), citations(searcher.store, ids)
    wanted = _wanted(run)
    types = set(citation_types(asked))
    shown: dict[str, list[SciteCitation]] = {}
    for paper, group in own.items():
        for one in group:
            spans = [(m.start, m.end) for m in held[one].markers]
            marks = matches(held[one].text, wanted, spans)
            shown.setdefault(paper, []).extend(
                citation_shape(Edge(one, paper, c.target, c.type), held[one], marks)
                for c in made.get(one, [])
                if not types or c.type in types
            )
    return shown


def _wanted(run: Run) -> frozenset[str]:
    if run.asked is None:
        return frozenset()
    words = content_words(run.asked.text)
    for one in run.alternatives:
        words |= content_words(one.other) if one.searched else frozenset()
    return words


def _as_csv(hits: list[SciteHit]) -> str:
    """A row a paper."""
    rows = [
        (
            hit.doi, hit.title, "; ".join(a.authorName for a in hit.authors), hit.journal,
            hit.publisher, hit.year, "; ".join(hit.normalizedTypes), yes_no(hit.retracted),
            "; ".join(n.status for n in hit.editorialNotices), hit.tally.total,
            hit.tally.supporting, hit.tally.contradicting, hit.tally.mentioning,
            hit.tally.unclassified, hit.tally.citingPublications, hit.relevancyScore,
            len({c.id for c in hit.citations}),
        )
        for hit in hits
    ]  # fmt: skip
    return "".join(csv_lines([_CSV, *rows]))


def _as_ris(hits: list[SciteHit]) -> str:
    """A reference a paper; white space is folded, so that no text can start a tag of its own."""
    import rispy

    def line(text: str) -> str:
        return " ".join(text.split())

    entries = []
    for hit in hits:
        entry: dict[str, object] = {
            "type_of_reference": "JOUR" if hit.journal else "GEN",
            "authors": [
                line(f"{a.family}, {a.given}" if a.given else a.family) for a in hit.authors
            ],
        }
        for key, value in (
            ("title", hit.title),
            ("year", hit.year),
            ("journal_name", hit.journal),
            ("doi", hit.doi),
            ("publisher", hit.publisher),
            ("abstract", hit.abstract),
        ):
            if value is not None:
                entry[key] = line(str(value))
        entries.append(entry)
    written: str = rispy.dumps(entries)
    return written
