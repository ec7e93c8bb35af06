"""Statements that cite in a similar context: how likely they cite what a text would cite.

A convex sum of three likenesses, each 0–1 for texts that have anything in common: the cosine of the
sentences, BM25 of the statement with the sentence before it as a share of the most it could be, and
late interaction of the tokens. The weights are data, ``rank/data/similar.json``, fitted by
``scripts/train_citing.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import orjson
from numpy.typing import NDArray

from semsearch.encode.encoder import TokenVectors
from semsearch.index.lexical.protocol import K1, LexicalQuery
from semsearch.language.tokens import query_tokens as words_of
from semsearch.rank.asked import word_weight
from semsearch.rank.features import Features
from semsearch.rank.late_interaction import QueryTokens, match_tokens, weighted_mean
from semsearch.rank.statements import Ranking
from semsearch.rank.wordings import query_tokens, wordings_of
from semsearch.retrieve.candidates import Mode, find_candidates
from semsearch.retrieve.generation import Generation

#: Statements that each retriever gives.
DEPTH = 300


@dataclass(frozen=True, slots=True)
class Likely:
    """m statements in ascending order of rows, and how like a text they are.

    ``ranking``: by ``likeness``. ``features``: by name, (m,) float64 each: ``dense``, ``words``,
    and ``late`` where the index has token vectors.
    """

    ranking: Ranking
    features: Features

    @property
    def rows(self) -> NDArray[np.int64]:
        """(m,) rows of the statements, ascending."""
        return self.ranking.candidates.rows

    @property
    def score(self) -> NDArray[np.float64]:
        """(m,) larger is more alike."""
        return self.ranking.score


def similar_statements(
    generation: Generation,
    text: str,
    vector: NDArray[np.float32],
    tokens: TokenVectors | None,
    *,
    allowed: NDArray[np.bool_] | None = None,
    depth: int = DEPTH,
) -> Likely:
    """The statements that are most like a text, and how much.

    Args:
        generation: the index.
        text: a sentence in normal form, without markers.
        vector: (dimension,) float32 unit, of the text.
        tokens: of the text; None where the encoder has none.
        allowed: (n,) rows that may be given; None for all.
        depth: most rows of each retriever.
    """
    contexts = generation.contexts
    words = words_of(text)
    query = LexicalQuery(tuple(((word,),) for word in words))
    found = find_candidates(
        generation.statements.dense,
        contexts,
        vector,
        query,
        allowed=allowed,
        mode=Mode.HYBRID,
        depth=depth,
    )
    most = sum(map(contexts.idf, words)) * (K1 + 1)
    features: Features = {
        "dense": found.dense.astype(np.float64),
        "words": found.lexical.astype(np.float64) / (most or 1.0),
    }
    late = late_tokens(generation, text, tokens)
    index = generation.statements.tokens
    if late is not None and index is not None and len(found):
        (matches,) = match_tokens(index, [late], found.rows)
        features["late"] = weighted_mean(matches, late.weights)
    score = likeness(features)
    order = np.argsort(-score, kind="stable").astype(np.int64)
    return Likely(Ranking(found, None, score, score, order), features)


def late_tokens(
    generation: Generation, text: str, tokens: TokenVectors | None
) -> QueryTokens | None:
    """The tokens of a text for late interaction; None where index or encoder has none."""
    index = generation.statements.tokens
    if index is None or tokens is None:
        return None
    wordings = wordings_of(text, None, None, ())
    (late,) = query_tokens(
        wordings, [tokens], index.codec, word_weight(generation.statements.lexical)
    )
    return late


def likeness(features: Features) -> NDArray[np.float64]:
    """(m,) the mean of the features that there are, by their weights."""
    known = {name: weight for name, weight in similar_weights().items() if name in features}
    total = sum(weight * features[name] for name, weight in known.items())
    found: NDArray[np.float64] = np.asarray(total / sum(known.values())).round(6)
    return found


@cache
def similar_weights() -> Mapping[str, float]:
    """Weights by the name of a feature, above 0."""
    raw = orjson.loads((files("semsearch.rank") / "data" / "similar.json").read_bytes())
    weights: dict[str, float] = raw["weights"]
    return weights
