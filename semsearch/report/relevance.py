"""How much a statement has to do with the work it cites."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from semsearch.index.lexical.protocol import K1, LexicalQuery
from semsearch.language.tokens import query_tokens
from semsearch.language.words import has_words
from semsearch.report.about import About, rows_of
from semsearch.report.work import WorkView
from semsearch.retrieve.generation import Generation, row_of

_DECIMALS = 6  # of scores; what is smaller is rounding


class ReportOrder(StrEnum):
    """What the statements of a report are ordered by; equal ones by the two others, then by id."""

    RELEVANCE = "relevance"  # to the query, without one to the work
    YEAR = "year"  # of the source, the newest first, those without a year last
    CONFIDENCE = "confidence"  # in the citation type, the surest first, those without one last


def vectors_of(generation: Generation, statements: Sequence[About]) -> NDArray[np.float64]:
    """(len(statements), dimension) unit vectors; zeros where the index lacks the statement."""
    dense = generation.statements.dense
    found = np.zeros((len(statements), dense.dimension), dtype=np.float64)
    for place, row in enumerate(rows_of(statements).tolist()):
        if row >= 0:
            found[place] = dense.vector(row)
    return found


def relevance(
    generation: Generation, work: WorkView, statements: Sequence[About]
) -> NDArray[np.float64]:
    """(len(statements),) how near statements are to the work, −1 to 1, larger is nearer.

    With an abstract in the index: the cosine of statement and abstract. Else the mean of two parts:
    the cosine with the mean of all statements about the work, and the BM25 score for the words of
    its title as a share of the highest that a text could have. No model is needed for either.
    """
    if not statements:
        return np.zeros(0)
    vectors = vectors_of(generation, statements)
    row = row_of(generation.abstracts.dense, work.id)
    if row is not None:
        abstract = generation.abstracts.dense.vector(row).astype(np.float64)
        near: NDArray[np.float64] = np.round(vectors @ abstract, _DECIMALS)
        return near
    middle = vectors.sum(axis=0)
    middle /= float(np.linalg.norm(middle)) or 1.0
    words = _title_share(generation, work.title, rows_of(statements))
    mixed: NDArray[np.float64] = np.round((vectors @ middle + words) / 2, _DECIMALS)
    return mixed


def ordered(
    statements: Sequence[About], scores: NDArray[np.float64], order: ReportOrder
) -> list[int]:
    """Places of statements in an order.

    Args:
        statements: all.
        scores: (len(statements),) their relevance.
        order: by what.
    """

    def key(place: int) -> tuple[float, float, float, str]:
        found = statements[place]
        by = {
            ReportOrder.RELEVANCE: -float(scores[place]),
            ReportOrder.YEAR: -float(found.year or 0),
            ReportOrder.CONFIDENCE: -(found.citation.confidence or 0.0),
        }
        first, second, third = (order, *(one for one in ReportOrder if one is not order))
        return by[first], by[second], by[third], found.id

    return sorted(range(len(statements)), key=key)


def _title_share(
    generation: Generation, title: str | None, rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    found = np.zeros(len(rows))
    if title is None or not has_words(title):
        return found
    lexical = generation.statements.lexical
    tokens = query_tokens(title)
    most = sum(lexical.idf(token) for token in tokens) * (K1 + 1) or 1.0
    held = np.flatnonzero(rows >= 0)
    query = LexicalQuery(tuple(((token,),) for token in tokens))
    found[held] = lexical.score(query, rows[held]).astype(np.float64) / most
    return found
