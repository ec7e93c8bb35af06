"""Abstracts as they are shown: found, then read from the store."""

from __future__ import annotations

from collections.abc import Callable

from semsearch.language.scripts import normal_form
from semsearch.language.sentences import split_sentences
from semsearch.language.words import content_words, has_words, matches
from semsearch.rank.abstracts import AbstractRanking, rank_abstracts
from semsearch.rank.asked import Asked
from semsearch.rank.options import SearchOptions
from semsearch.retrieve.allowed import allowed_rows, whole_filter
from semsearch.retrieve.generation import Generation, ids_of
from semsearch.retrieve.hits import AbstractHit, Origin, StanceView
from semsearch.retrieve.syntax import parse_query
from semsearch.retrieve.views import view_paper
from semsearch.store.database import Database
from semsearch.store.reading import papers
from semsearch.timing import Stage, timed


def list_abstracts(
    generation: Generation,
    store: Database,
    ask: Callable[[str], Asked],
    query: str,
    options: SearchOptions,
    *,
    limit: int,
) -> tuple[AbstractHit, ...]:
    """The best abstracts for a query, as they are shown; none for a query without text of its own.

    Args:
        generation: the index.
        store: of the index.
        ask: makes the text of the query, in normal form, ready for abstracts, when it is needed.
        query: as the user wrote it, checked by ``check_text``.
        options: how to search; sorting, grouping and cross-encoders are for statements.
        limit: most abstracts to give.

    Raises:
        QueryError: the syntax is broken.
    """
    parsed = parse_query(query)
    given = whole_filter(parsed, options.filter)
    allowed, _ = allowed_rows(generation, generation.abstracts, parsed, given)
    if not has_words(parsed.text) or (allowed is not None and not allowed.any()):
        return ()
    asked = ask(normal_form(parsed.text))
    ranking = rank_abstracts(
        generation,
        asked,
        limit,
        allowed=allowed,
        mode=options.mode,
        rerank=options.rerank,
    )
    shown = ranking.order[:limit]
    ids = ids_of(generation.abstracts.dense, ranking.candidates.rows[shown])
    with timed(Stage.ROWS):
        held = papers(store, ids)
    wanted = content_words(asked.text)
    hits: list[AbstractHit] = []
    for rank, (place, identity) in enumerate(zip(shown, ids, strict=True), start=1):
        paper = held[identity]
        text = paper.abstract_text or ""
        span = _span(text, int(ranking.best[place]))
        hits.append(
            AbstractHit(
                rank=rank,
                score=float(ranking.score[place]),
                text=text,
                highlights=matches(text, wanted),
                best=span,
                paper=view_paper(paper),
                origin=_origin(ranking, int(place)),
                stance=_stance(asked, text, span, paper.title),
            )
        )
    return tuple(hits)


def _span(text: str, number: int) -> tuple[int, int] | None:
    """Where a sentence of an abstract stands; sentence 0 is the title."""
    spans = list(split_sentences(text))
    return spans[number - 1] if 0 < number <= len(spans) else None


def _stance(
    asked: Asked, text: str, span: tuple[int, int] | None, title: str | None
) -> StanceView | None:
    if asked.reader is None:
        return None
    start, end = span or (0, 0)
    reading = asked.reader.read(text[start:end] if span else title or "")
    spans = tuple(
        type(one)(role=one.role, start=one.start + start, end=one.end + start)
        for one in reading.spans
    )
    return StanceView(stance=reading.stance, spans=spans if span else ())


def _origin(ranking: AbstractRanking, place: int) -> Origin:
    candidates = ranking.candidates
    return Origin(
        dense_rank=int(candidates.dense_rank[place]) or None,
        dense_score=float(candidates.dense[place]),
        lexical_rank=int(candidates.lexical_rank[place]) or None,
        lexical_score=float(candidates.lexical[place]),
        fusion_score=float(ranking.score[place]),
        rerank_score=None,
    )
