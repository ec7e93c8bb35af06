"""A page of hits out of a ranking: sorted, folded, grouped, cut, and read from the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from semsearch.language.stance import StanceReader
from semsearch.language.words import content_words, matches
from semsearch.rank.diversity import gather, sorted_by
from semsearch.rank.facets import count_facets
from semsearch.rank.options import SearchOptions
from semsearch.rank.run import Run
from semsearch.rank.statements import Ranking
from semsearch.retrieve.generation import Generation, ids_of
from semsearch.retrieve.hits import (
    Expansion,
    Origin,
    SearchResult,
    StanceView,
    StatementHit,
    StatementView,
)
from semsearch.retrieve.paging import list_digest, read_cursor, write_cursor
from semsearch.retrieve.query import check_limit
from semsearch.retrieve.views import view_statements
from semsearch.store.database import Database
from semsearch.timing import Stage, timed


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """The whole list of a run in its order; hits are read from the store as they are asked for.

    ``places``: (k,) int64, of the hits in the ranking. ``duplicates`` and ``more``: by such a
    place, those of near-duplicates and of other hits of its paper that were put under it.
    """

    generation: Generation
    store: Database
    run: Run
    query: str
    places: NDArray[np.int64]
    duplicates: Mapping[int, tuple[int, ...]]
    more: Mapping[int, tuple[int, ...]]

    def __len__(self) -> int:
        return len(self.places)

    def sources(self) -> list[int]:
        """The number of the source of each hit: equal ones are hits of one paper."""
        rows = self.run.ranking.candidates.rows[self.places]
        found: list[int] = self.generation.statements.columns.paper[rows].tolist()
        return found

    def hits(self, places: Sequence[int], *, marked: bool = True) -> tuple[StatementHit, ...]:
        """The hits at some places of the list, from 0; a rank is the place in the whole list.

        Args:
            places: which.
            marked: find the words of the query in the texts, which takes a quarter of the time.
        """
        return _hits(self, places, marked=marked)


def list_statements(
    generation: Generation, store: Database, query: str, run: Run, options: SearchOptions
) -> SearchResult:
    """The page of a run that the options ask for.

    Raises:
        QueryError: the limit is out of its range, or the cursor belongs to another list.
    """
    limit = check_limit(options.limit)
    start = first_place(generation, query, options)
    listing = whole_list(generation, store, query, run, options)
    end = min(start + limit, len(listing))
    with timed(Stage.FACETS):
        facets = count_facets(generation, query, run, options)
    return SearchResult(
        query=query,
        hits=listing.hits(range(start, end)),
        total=len(run.ranking.candidates),
        allowed=run.allowed,
        filter=None if run.filter is None else run.filter.words(),
        expansions=expansions_of(run),
        facets=facets,
        next=cursor_at(generation, query, options, end) if end < len(listing) else None,
        empty_because=run.empty_because,
    )


def whole_list(
    generation: Generation, store: Database, query: str, run: Run, options: SearchOptions
) -> Listing:
    """All that a run found, as the options sort, fold and group it."""
    with timed(Stage.FOLD):
        places, duplicates, more = _gathered(generation, run.ranking, options)
    return Listing(generation, store, run, query, places, duplicates, more)


def first_place(generation: Generation, query: str, options: SearchOptions) -> int:
    """Where the page starts that the options ask for, from 0.

    Raises:
        QueryError: the cursor belongs to another list.
    """
    return read_cursor(options.cursor, _digest(generation, query, options))


def cursor_at(generation: Generation, query: str, options: SearchOptions, place: int) -> str:
    """The cursor of the page that starts at a place of the list, from 0."""
    return write_cursor(place, _digest(generation, query, options))


def _digest(generation: Generation, query: str, options: SearchOptions) -> str:
    return list_digest(generation.manifest.content_digest, query, options.named())


def expansions_of(run: Run) -> tuple[Expansion, ...]:
    """What was searched beside the words of the question, and what was not for being ambiguous."""
    if run.asked is None:
        return ()
    return tuple(
        Expansion(
            form=run.asked.text[found.start : found.end],
            other=found.other,
            papers=found.papers,
            ambiguous=bool(found.others) or not found.searched,
            searched=found.searched,
            others=found.others,
        )
        for found in run.alternatives
    )


def read_stance(reader: StanceReader | None, text: str) -> StanceView | None:
    """What a text says to the question; None where no relation was asked."""
    if reader is None:
        return None
    reading = reader.read(text)
    return StanceView(stance=reading.stance, spans=reading.spans)


def origin_of(ranking: Ranking, place: int) -> Origin:
    """What the rank of a candidate came from."""
    candidates = ranking.candidates
    reranked = ranking.rerank[place] if ranking.rerank is not None else np.nan
    return Origin(
        dense_rank=int(candidates.dense_rank[place]) or None,
        dense_score=float(candidates.dense[place]),
        lexical_rank=int(candidates.lexical_rank[place]) or None,
        lexical_score=float(candidates.lexical[place]),
        fusion_score=None if ranking.fusion is None else float(ranking.fusion[place]),
        rerank_score=None if np.isnan(reranked) else float(reranked),
    )


_Under = Mapping[int, tuple[int, ...]]


def _gathered(
    generation: Generation, ranking: Ranking, options: SearchOptions
) -> tuple[NDArray[np.int64], _Under, _Under]:
    """The places of a listing, with its duplicates and more from each paper."""
    columns, rows = generation.statements.columns, ranking.candidates.rows
    papers = columns.paper[rows]
    order = sorted_by(
        options.sort,
        ranking.order,
        year=columns.year[papers[ranking.order]],
        citations=columns.cited[papers[ranking.order]],
    )
    duplicates: _Under = {}
    more: _Under = {}
    if options.fold:
        order, duplicates = _firsts(order, generation.statements.lexical.said(rows[order]))
    if options.group:
        order, more = _firsts(order, papers[order].astype(np.int64))
    return order, duplicates, more


def _firsts(order: NDArray[np.int64], keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], _Under]:
    """Those places of a ranking that come first among equal keys, and the others by these."""
    found, places = gather(keys), order.tolist()
    under = {places[n]: tuple(places[m] for m in others) for n, others in found.under.items()}
    return order[found.firsts], under


def _hits(listing: Listing, chosen: Sequence[int], *, marked: bool) -> tuple[StatementHit, ...]:
    run, places = listing.run, listing.places[list(chosen)].tolist()
    ranking, dense = run.ranking, listing.generation.statements.dense
    rows = ranking.candidates.rows

    def ids(places: Sequence[int]) -> tuple[str, ...]:
        return tuple(ids_of(dense, rows[list(places)])) if places else ()

    with timed(Stage.ROWS):
        views = view_statements(listing.store, ids(places))
    reader = None if run.asked is None else run.asked.reader
    wanted = content_words(listing.query if run.asked is None else run.asked.text)
    for found in run.alternatives:
        wanted |= content_words(found.other) if found.searched else frozenset()
    with timed(Stage.RENDER):
        return tuple(
            StatementHit(
                rank=number + 1,
                score=_score(ranking, place),
                highlights=matches(view.text, wanted, marker_spans(view)) if marked else (),
                statement=view,
                origin=origin_of(ranking, place),
                stance=read_stance(reader, view.text),
                more_from_paper=ids(listing.more.get(place, ())),
                duplicates=ids(listing.duplicates.get(place, ())),
            )
            for number, place, view in zip(chosen, places, views, strict=True)
        )


def _score(ranking: Ranking, place: int) -> float:
    reranked = np.nan if ranking.rerank is None else ranking.rerank[place]
    return float(ranking.score[place] if np.isnan(reranked) else reranked)


def marker_spans(view: StatementView) -> list[tuple[int, int]]:
    """Where the markers of a statement stand."""
    return [(m.start, m.end) for m in view.markers]
