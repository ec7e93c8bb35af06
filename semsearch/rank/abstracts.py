"""Ranking abstracts: the whole, its best sentence, its words and late interaction together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.encoder import Encoder
from semsearch.index.dense import DenseIndex
from semsearch.language.scripts import normal_form
from semsearch.language.sentences import split_sentences
from semsearch.language.words import content_words, has_words, matches
from semsearch.rank.asked import Asked, make_ready
from semsearch.rank.fusion import scaled
from semsearch.rank.late_interaction import match_tokens, weighted_mean
from semsearch.rank.learned import abstract_weights
from semsearch.rank.options import SearchOptions
from semsearch.rank.statements import Rerank
from semsearch.retrieve.allowed import allowed_rows, whole_filter
from semsearch.retrieve.candidates import Candidates, Mode, find_candidates
from semsearch.retrieve.generation import Generation, ids_of
from semsearch.retrieve.hits import AbstractHit, Origin, StanceView
from semsearch.retrieve.syntax import parse_query
from semsearch.retrieve.views import view_paper
from semsearch.store.database import Database
from semsearch.store.reading import papers

#: Candidates that each retriever gives.
DEPTH = 100
#: The features of an abstract, all of which have a weight.
FEATURES = ("dense", "sentence", "words", "late", "late_sentence")
#: The features of a search that asks one retriever alone.
_ALONE: Mapping[Mode, frozenset[str]] = {
    Mode.DENSE: frozenset({"dense", "sentence"}),
    Mode.LEXICAL: frozenset({"words"}),
}
_LATE = frozenset({"late", "late_sentence"})
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class AbstractRanking:
    """m abstracts that were found, in ascending order of rows.

    ``features``: by name, (m,) float64 each. ``best``: (m,) int64, the number of the best sentence
    of each, 0 for the title. ``score``: (m,) float64. ``order``: (m,) places, best first.
    """

    candidates: Candidates
    features: Mapping[str, NDArray[np.float64]]
    best: NDArray[np.int64]
    score: NDArray[np.float64]
    order: NDArray[np.int64]


def ready(generation: Generation, encoder: Encoder, text: str) -> Asked:
    """A text in normal form, ready for abstracts."""
    return make_ready(
        text,
        encoder,
        generation.abstracts.lexical,
        generation.sentences.tokens.codec if generation.sentences.tokens is not None else None,
        replacements=[
            (a.start, a.end, a.other)
            for a in generation.abbreviations.alternatives(text)
            if a.searched
        ],
    )


def rank_abstracts(
    generation: Generation,
    asked: Asked,
    depth: int = DEPTH,
    *,
    allowed: NDArray[np.bool_] | None = None,
    mode: Mode = Mode.HYBRID,
    rerank: Rerank = Rerank.LEARNED,
) -> AbstractRanking:
    """The best abstracts for a query, by whole, sentence and words.

    Args:
        generation: the index.
        asked: the query.
        depth: candidates of each retriever.
        allowed: (n,) abstracts that may be found; None for all.
        mode: which retrievers are asked.
        rerank: late interaction is left out where nothing is to be reranked.
    """
    texts, starts = generation.abstracts, generation.sentence_starts
    whole = find_candidates(
        texts.dense, texts.lexical, asked.vector, asked.words.query,
        allowed=allowed, mode=mode, depth=depth,
    )  # fmt: skip
    rows = whole.rows
    if mode is not Mode.LEXICAL:
        inside = None if allowed is None else np.repeat(allowed, np.diff(starts))
        near = generation.sentences.dense.search(asked.vector, depth, allowed=inside)
        of_near = np.searchsorted(starts, near.rows, side="right") - 1
        rows = np.union1d(rows, of_near).astype(np.int64)
    places = np.searchsorted(rows, whole.rows)
    dense_rank, lexical_rank = (np.zeros(len(rows), dtype=np.int32) for _ in range(2))
    dense_rank[places], lexical_rank[places] = whole.dense_rank, whole.lexical_rank
    candidates = Candidates(
        rows,
        texts.dense.scores(asked.vector, rows),
        texts.lexical.score(asked.words.query, rows),
        dense_rank,
        lexical_rank,
    )
    features, best = _features(generation, asked, candidates)
    wanted = _ALONE.get(mode, frozenset(FEATURES) - (_LATE if rerank is Rerank.NONE else set()))
    features = {name: found for name, found in features.items() if name in wanted}
    weights = abstract_weights()
    score = np.zeros(len(rows), dtype=np.float64)
    total = sum(weights[name] for name in features)
    for name, values in sorted(scaled_features(features).items()):
        score += weights[name] / total * values
    score = score.round(_DECIMALS)
    order = np.argsort(-score, kind="stable").astype(np.int64)
    return AbstractRanking(candidates, features, best, score, order)


def scaled_features(
    features: Mapping[str, NDArray[np.float64]],
) -> dict[str, NDArray[np.float64]]:
    """Features as they are weighed: each scaled to 0–1 over the candidates, words from 0."""
    return {
        name: scaled(values, 0.0 if name == "words" else None) for name, values in features.items()
    }


def list_abstracts(
    generation: Generation,
    store: Database,
    encoder: Callable[[], Encoder],
    query: str,
    options: SearchOptions,
    *,
    limit: int,
) -> tuple[AbstractHit, ...]:
    """The best abstracts for a query, as they are shown; none for a query without text of its own.

    Args:
        generation: the index.
        store: of the index.
        encoder: gives the encoder, when it is needed.
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
    asked = ready(generation, encoder(), normal_form(parsed.text))
    ranking = rank_abstracts(
        generation,
        asked,
        max(DEPTH, limit),
        allowed=allowed,
        mode=options.mode,
        rerank=options.rerank,
    )
    shown = ranking.order[:limit]
    ids = ids_of(generation.abstracts.dense, ranking.candidates.rows[shown])
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


def _features(
    generation: Generation, asked: Asked, candidates: Candidates
) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.int64]]:
    starts = generation.sentence_starts
    first, last = starts[candidates.rows], starts[candidates.rows + 1]
    lengths = last - first
    edges = np.cumsum(lengths) - lengths
    sentences = np.arange(int(lengths.sum())) + np.repeat(first - edges, lengths)
    near = _centred(generation, generation.sentences.dense, asked.vector, sentences)
    found = {
        "dense": _centred(generation, generation.abstracts.dense, asked.vector, candidates.rows),
        "words": candidates.lexical.astype(np.float64),
        "sentence": np.maximum.reduceat(near, edges) if len(edges) else near,
    }
    by_sentence = near
    tokens = generation.sentences.tokens
    if tokens is not None and asked.wordings is not None and len(edges):
        matches = match_tokens(tokens, asked.wordings, sentences)
        weights = [wording.weights for wording in asked.wordings]
        everywhere = [np.maximum.reduceat(one, edges, axis=0) for one in matches]
        found["late"] = np.maximum.reduce(list(map(weighted_mean, everywhere, weights)))
        by_sentence = np.maximum.reduce(list(map(weighted_mean, matches, weights)))
        found["late_sentence"] = np.maximum.reduceat(by_sentence, edges)
    best = np.array(
        [np.argmax(by_sentence[a : a + n]) for a, n in zip(edges, lengths, strict=True)],
        dtype=np.int64,
    )
    return found, best


def _centred(
    generation: Generation, index: DenseIndex, vector: NDArray[np.float32], rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(len(rows),) float64 cosines of the question and some rows, both less the common mean.

    What all texts share says nothing of one of them (Mu and Viswanath 2018, All-but-the-top).
    """
    centre = generation.centre
    length = float(centre.astype(np.float64) @ centre)
    asked = float(vector.astype(np.float64) @ centre)
    ours = index.scores(centre, rows).astype(np.float64)
    product = index.scores(vector, rows).astype(np.float64) - ours - asked + length
    sizes = np.sqrt((1 - 2 * asked + length) * (1 - 2 * ours + length))
    cosines: NDArray[np.float64] = product / np.maximum(sizes, 1e-9)
    return cosines


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
