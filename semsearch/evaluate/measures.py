"""Measures of one ranking against graded judgements.

A ranking is a sequence of document ids, best first, each once; grades map ids to integers, and an
id without a grade is unjudged. Queries for which a measure has no value (nothing relevant, no
hits) give None and are left out of means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import log2


class Gain(StrEnum):
    """What a grade is worth in nDCG."""

    LINEAR = "linear"  # the grade itself, as trec_eval does
    #: 2^grade − 1 (Burges et al. 2005, Learning to rank using gradient descent)
    EXPONENTIAL = "exponential"


def ndcg(
    ranking: Sequence[str], grades: Mapping[str, int], depth: int, *, gain: Gain
) -> float | None:
    """Normalised discounted cumulative gain at ``depth``, 0–1; None when nothing is relevant.

    The discount of rank r is 1 / log2(r + 1) (Järvelin and Kekäläinen 2002, Cumulated gain-based
    evaluation of IR techniques); unjudged documents gain nothing.

    Raises:
        ValueError: a document is ranked twice.
    """
    _check(ranking)
    ideal = _discounted(sorted((_worth(g, gain) for g in grades.values()), reverse=True)[:depth])
    if ideal == 0:
        return None
    return _discounted([_worth(grades.get(one, 0), gain) for one in ranking[:depth]]) / ideal


def recall(
    ranking: Sequence[str], grades: Mapping[str, int], depth: int, *, least: int = 1
) -> float | None:
    """Share of the documents of grade ``least`` or more that are among the first ``depth``, 0–1.

    None when there is no such document.

    Raises:
        ValueError: a document is ranked twice.
    """
    _check(ranking)
    relevant = {one for one, grade in grades.items() if grade >= least}
    return len(relevant.intersection(ranking[:depth])) / len(relevant) if relevant else None


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, int]) -> float | None:
    """One by the rank of the first document of grade 1 or more, 0 without one in the ranking.

    None when there is no such document.

    Raises:
        ValueError: a document is ranked twice.
    """
    _check(ranking)
    relevant = {one for one, grade in grades.items() if grade > 0}
    if not relevant:
        return None
    return next((1.0 / rank for rank, one in enumerate(ranking, 1) if one in relevant), 0.0)


def judged(ranking: Sequence[str], grades: Mapping[str, int], depth: int) -> float | None:
    """Share of the first ``depth`` hits that have a grade, 0–1; None without hits.

    Raises:
        ValueError: a document is ranked twice.
    """
    _check(ranking)
    top = ranking[:depth]
    return sum(one in grades for one in top) / len(top) if top else None


def condense(ranking: Sequence[str], grades: Mapping[str, int]) -> list[str]:
    """The ranking without unjudged documents (Sakai 2007, Alternatives to Bpref)."""
    return [one for one in ranking if one in grades]


def _worth(grade: int, gain: Gain) -> float:
    if grade <= 0:
        return 0.0
    return float(grade) if gain is Gain.LINEAR else float(2**grade - 1)


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def _check(ranking: Sequence[str]) -> None:
    if len(set(ranking)) != len(ranking):
        raise ValueError("a document is ranked twice")
