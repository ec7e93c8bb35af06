"""Ranking abstracts: the whole, its best sentence, its words and late interaction together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.encoder import Encoder
from semsearch.rank.asked import Asked, make_ready
from semsearch.rank.fusion import scaled
from semsearch.rank.late_interaction import match_tokens, weighted_mean
from semsearch.rank.learned import abstract_weights
from semsearch.rank.statements import Rerank
from semsearch.retrieve.candidates import Candidates, Mode, scored
from semsearch.retrieve.generation import Generation

#: The best of each retriever, which are compared with each other.
DEPTH = 40
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
    of each, 0 for the title. ``first``: (m,) bool, which are among the ``DEPTH`` best of a
    retriever. ``score``: (m,) float64. ``order``: (m,) places, best first, those in ``first``
    before the others: so many abstracts are asked for, the best are the same.
    """

    candidates: Candidates
    features: Mapping[str, NDArray[np.float64]]
    best: NDArray[np.int64]
    first: NDArray[np.bool_]
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
    limit: int = DEPTH,
    *,
    allowed: NDArray[np.bool_] | None = None,
    mode: Mode = Mode.HYBRID,
    rerank: Rerank = Rerank.LEARNED,
) -> AbstractRanking:
    """The best abstracts for a query, by whole, sentence and words.

    Args:
        generation: the index.
        asked: the query.
        limit: how many are wanted; at least so many are found, where they are allowed.
        allowed: (n,) abstracts that may be found; None for all.
        mode: which retrievers are asked.
        rerank: late interaction is left out where nothing is to be reranked.
    """
    texts, starts = generation.abstracts, generation.sentence_starts
    depth = max(limit, DEPTH)
    near = said = None
    by_sentence: list[NDArray[np.int64]] = []
    if mode is not Mode.LEXICAL:
        near = texts.dense.search(asked.vector, depth, allowed=allowed)
        inside = None if allowed is None else np.repeat(allowed, np.diff(starts))
        sentences = generation.sentences.dense.search(asked.vector, depth, allowed=inside)
        by_sentence.append(np.searchsorted(starts, sentences.rows, side="right") - 1)
    if mode is not Mode.DENSE:
        said = texts.lexical.search(asked.words.query, depth, allowed=allowed)
    candidates = scored(
        near,
        said,
        *by_sentence,
        dense_scores=lambda rows: texts.dense.scores(asked.vector, rows),
        lexical_scores=lambda rows: texts.lexical.score(asked.words.query, rows),
    )
    best_of_each = [one.rows for one in (near, said) if one is not None] + by_sentence
    first = np.isin(candidates.rows, np.concatenate([rows[:DEPTH] for rows in best_of_each]))
    features, best = _features(generation, asked, candidates)
    wanted = _ALONE.get(mode, frozenset(FEATURES) - (_LATE if rerank is Rerank.NONE else set()))
    features = {name: found for name, found in features.items() if name in wanted}
    weights = abstract_weights()
    score = np.zeros(len(candidates), dtype=np.float64)
    total = sum(weights[name] for name in features)
    for name, values in sorted(scaled_features(features, first).items()):
        score += weights[name] / total * values
    score = score.round(_DECIMALS)
    order = np.lexsort((-score, ~first)).astype(np.int64)
    return AbstractRanking(candidates, features, best, first, score, order)


def scaled_features(
    features: Mapping[str, NDArray[np.float64]], first: NDArray[np.bool_]
) -> dict[str, NDArray[np.float64]]:
    """Features as they are weighed: each scaled to 0–1 over those in ``first``, words from 0."""
    return {
        name: scaled(values, 0.0 if name == "words" else None, first)
        for name, values in features.items()
    }


def _features(
    generation: Generation, asked: Asked, candidates: Candidates
) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.int64]]:
    starts = generation.sentence_starts
    first, last = starts[candidates.rows], starts[candidates.rows + 1]
    lengths = last - first
    edges = np.cumsum(lengths) - lengths
    sentences = np.arange(int(lengths.sum())) + np.repeat(first - edges, lengths)
    near = _centred(
        generation,
        asked.vector,
        generation.sentences.dense.scores(asked.vector, sentences),
        generation.sentences_centre.of(sentences),
    )
    centre = generation.abstracts_centre.of(candidates.rows)
    found = {
        "dense": _centred(generation, asked.vector, candidates.dense, centre),
        "words": candidates.lexical.astype(np.float64),
        "sentence": np.maximum.reduceat(near, edges) if len(edges) else near,
    }
    by_sentence = near
    tokens = generation.sentences.tokens
    if tokens is not None and asked.wordings is not None and len(edges):
        matches = match_tokens(tokens, asked.wordings, sentences)
        weights = [wording.weights for wording in asked.wordings]
        everywhere = [np.maximum.reduceat(one, edges, axis=1) for one in matches]
        found["late"] = np.maximum.reduce(list(map(weighted_mean, everywhere, weights)))
        by_sentence = np.maximum.reduce(list(map(weighted_mean, matches, weights)))
        found["late_sentence"] = np.maximum.reduceat(by_sentence, edges)
    return found, _first_best(by_sentence, edges, lengths)


def _first_best(
    values: NDArray[np.float64], edges: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.int64]:
    """(m,) int64, the place of the largest value in each group, the first of equal ones."""
    if not len(edges):
        return edges
    largest = np.repeat(np.maximum.reduceat(values, edges), lengths)
    places = np.where(values == largest, np.arange(len(values)), len(values))
    found: NDArray[np.int64] = np.minimum.reduceat(places, edges) - edges
    return found


def _centred(
    generation: Generation,
    vector: NDArray[np.float32],
    scores: NDArray[np.float32],
    centre_scores: NDArray[np.float32],
) -> NDArray[np.float64]:
    """(n,) float64 cosines of the question and some rows, both less the common mean.

    What all texts share says nothing of one of them (Mu and Viswanath 2018, All-but-the-top).

    Args:
        generation: has the mean.
        vector: of the question.
        scores: (n,) inner products of question and rows.
        centre_scores: (n,) of the mean and the rows.
    """
    centre = generation.centre
    length = float(centre.astype(np.float64) @ centre)
    asked = float(vector.astype(np.float64) @ centre)
    ours = centre_scores.astype(np.float64)
    product = scores.astype(np.float64) - ours - asked + length
    sizes = np.sqrt((1 - 2 * asked + length) * (1 - 2 * ours + length))
    cosines: NDArray[np.float64] = product / np.maximum(sizes, 1e-9)
    return cosines
