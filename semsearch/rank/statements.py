"""Ranking candidates: fusion of the retrievers, then a reranker over all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from semsearch.rank.asked import Asked
from semsearch.rank.features import index_features
from semsearch.rank.fusion import Fusion, convex, reciprocal_rank
from semsearch.rank.late_interaction import interact
from semsearch.rank.learned import shipped_model
from semsearch.retrieve.candidates import Candidates, Mode
from semsearch.retrieve.generation import Generation
from semsearch.timing import Stage, timed

_DECIMALS = 6  # of scores; what is smaller is rounding
#: Weight of late interaction beside the fusion, where no learned combination holds.
LATE_WEIGHT = 0.5

#: Gives a score for each row, larger is better: a cross-encoder that the user named.
CrossScores = Callable[[str, NDArray[np.int64]], NDArray[np.float64]]
#: Candidates that a cross-encoder reads; it takes tens of milliseconds for each.
CROSS_DEPTH = 50


class Rerank(StrEnum):
    """What orders the candidates of a hybrid search."""

    LEARNED = "learned"  # the learned combination; late interaction for other encoders
    LATE_INTERACTION = "late-interaction"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Ranking:
    """m candidates with their scores, in ascending order of rows.

    ``fusion``: (m,) float64, None with one retriever. ``rerank``: (m,) float64, NaN where the
    reranker did not look, None without one. ``order``: (m,) int64, places of the candidates, best
    first, ties by row. ``score``: (m,) float64, by which they are ordered.
    """

    candidates: Candidates
    fusion: NDArray[np.float64] | None
    rerank: NDArray[np.float64] | None
    score: NDArray[np.float64]
    order: NDArray[np.int64]


def rank_statements(
    generation: Generation,
    asked: Asked,
    candidates: Candidates,
    *,
    mode: Mode = Mode.HYBRID,
    fusion: Fusion = Fusion.CONVEX,
    rerank: Rerank = Rerank.LEARNED,
    cross: CrossScores | None = None,
) -> Ranking:
    """Order the candidates of a question.

    Args:
        generation: the index.
        asked: the question.
        candidates: rows of statements.
        mode: dense and lexical candidates alone are ordered by their own score.
        fusion: of both, in hybrid mode.
        rerank: of the fused list, in hybrid mode.
        cross: reads the best ``CROSS_DEPTH`` of any mode once more and puts them first.
    """
    if mode is Mode.DENSE:
        ranking = _ranked(candidates, None, None, candidates.dense.astype(np.float64))
    elif mode is Mode.LEXICAL:
        ranking = _ranked(candidates, None, None, candidates.lexical.astype(np.float64))
    else:
        fused = (
            convex(candidates.dense, candidates.lexical)
            if fusion is Fusion.CONVEX
            else reciprocal_rank(candidates.dense_rank, candidates.lexical_rank)
        ).round(_DECIMALS)
        scores = _reranked(generation, asked, candidates, fused, rerank)
        ranking = _ranked(candidates, fused, scores, fused if scores is None else scores)
    if cross is None or not len(candidates):
        return ranking
    return _read_once_more(asked, ranking, cross)


def _read_once_more(asked: Asked, ranking: Ranking, cross: CrossScores) -> Ranking:
    """The best of a ranking in the order of a cross-encoder; what it did not read stays behind."""
    candidates, best = ranking.candidates, ranking.order[:CROSS_DEPTH]
    read = np.full(len(candidates), np.nan)
    read[best] = cross(asked.text, candidates.rows[best]).round(_DECIMALS)
    order = np.append(best[np.lexsort((best, -read[best]))], ranking.order[CROSS_DEPTH:])
    return Ranking(candidates, ranking.fusion, read, ranking.score, order)


def _reranked(
    generation: Generation,
    asked: Asked,
    candidates: Candidates,
    fused: NDArray[np.float64],
    rerank: Rerank,
) -> NDArray[np.float64] | None:
    tokens = generation.statements.tokens
    if rerank is Rerank.NONE or tokens is None or asked.wordings is None or not len(candidates):
        return None
    model = shipped_model()
    if rerank is Rerank.LEARNED and model.encoder in generation.manifest.model_lineage:
        return model.scores(index_features(generation, asked, candidates)).round(_DECIMALS)
    with timed(Stage.LATE):
        late = interact(tokens, asked.wordings, candidates.rows).weighted
    spread = float(late.max() - late.min()) or 1.0
    scaled = (late - late.min()) / spread
    mixed: NDArray[np.float64] = LATE_WEIGHT * scaled + (1 - LATE_WEIGHT) * fused
    return mixed.round(_DECIMALS)


def _ranked(
    candidates: Candidates,
    fused: NDArray[np.float64] | None,
    reranked: NDArray[np.float64] | None,
    score: NDArray[np.float64],
) -> Ranking:
    order = np.argsort(-score, kind="stable").astype(np.int64)
    return Ranking(candidates, fused, reranked, score, order)
