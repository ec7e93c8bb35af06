"""Whether two evaluations of the same queries differ, or chance explains it.

The test is the paired randomisation test, recommended for runs by Smucker, Allan and Carterette
2007 (A comparison of statistical significance tests for information retrieval evaluation): if the
two runs were the same, the sign of each query's difference would be a coin toss. Up to
``EXACT_PAIRS`` differing queries all sign patterns are enumerated; beyond that ``RESAMPLES`` are
drawn from a fixed seed, and the observed pattern counts as one of them, so that p is never 0
(Phipson and Smyth 2010, Permutation p-values should never be zero).

A measure that is the mean of others, such as ``ndcg@10`` of graded questions (the mean of the kinds
of question), is compared as that mean: with K parts, a query of a part with n compared queries
weighs 1 / (K n), in the means, in the test and in the interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semsearch.errors import EvaluationError, UsageError
from semsearch.evaluate.evaluation import SEED, estimate
from semsearch.evaluate.runs import SavedValues, read_values

RESAMPLES = 100_000
EXACT_PAIRS = 16  # 2^16 sign patterns are fewer than RESAMPLES
_CHUNK = 2_000  # sign patterns at once
#: Sums that differ by less than this share of the sum of absolute differences are the same sum
#: added in another order.
_ROUNDING = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One measure of two runs.

    ``difference`` is that of B less that of A, ``low`` and ``high`` its 95 % interval by the
    percentile bootstrap over queries (see ``estimate``); ``p`` is two-sided, 0–1. ``left_out``
    counts queries of either run that lack a value in one or both.
    """

    mean_a: float
    mean_b: float
    difference: float
    low: float
    high: float
    p: float
    queries: int
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs of one command, measure by measure.

    ``not_compared`` names the measures that only one run has, or for which no query has a value in
    both.
    """

    command: str
    a: str
    b: str
    measures: Mapping[str, Compared]
    not_compared: tuple[str, ...]

    def as_table(self) -> str:
        """Lines for people."""
        width = max(len("measure"), *map(len, self.measures))
        lines = [
            f"A  {self.a}",
            f"B  {self.b}",
            f"{'measure':<{width}}  {'A':>7}  {'B':>7}  {'B - A':>8}  {'95 % interval':<20}"
            f"  {'p':>7}  queries (left out)",
        ]
        for name, one in self.measures.items():
            interval = f"[{one.low:+.4f}, {one.high:+.4f}]"
            lines.append(
                f"{name:<{width}}  {one.mean_a:7.4f}  {one.mean_b:7.4f}  {one.difference:+8.4f}"
                f"  {interval:<20}  {one.p:7.5f}  {one.queries} ({one.left_out})"
            )
        if self.not_compared:
            lines.append(f"not in both runs: {', '.join(self.not_compared)}")
        return "\n".join(lines)


def compare_files(a: Path, b: Path, measure: str | None = None) -> Comparison:
    """Compare two runs by the values beside them.

    Args:
        a: path of a run, or of the values beside it.
        b: the same of the other run.
        measure: the only one to compare; None takes all that both have.

    Raises:
        EvaluationError: a file cannot be read, or the two share nothing that can be compared.
        UsageError: no run has the measure.
    """
    return compare(read_values(a), read_values(b), names=(str(a), str(b)), measure=measure)


def compare(
    a: SavedValues, b: SavedValues, *, names: tuple[str, str], measure: str | None = None
) -> Comparison:
    """Compare the values of two runs; ``names`` are theirs, the rest as in ``compare_files``."""
    if a.command != b.command:
        raise EvaluationError(
            f"{names[0]} is of `{a.command}` and {names[1]} of `{b.command}`: only runs of the same"
            " evaluation can be compared"
        )
    known = list(dict.fromkeys([*a.values, *b.values]))
    if measure is not None and measure not in known:
        raise UsageError(f"no run has the measure {measure!r}; there are {', '.join(known)}")
    measures: dict[str, Compared] = {}
    missing: list[str] = []
    for name in known if measure is None else [measure]:
        outcome = (
            _compare_measure(a, b, name, names) if name in a.values.keys() & b.values else None
        )
        if outcome is None:
            missing.append(name)
        else:
            measures[name] = outcome
    if not measures:
        raise EvaluationError(
            f"{names[0]} and {names[1]} share no query with a value of"
            f" {measure or 'any measure in both'}"
        )
    return Comparison(
        command=a.command, a=names[0], b=names[1], measures=measures, not_compared=tuple(missing)
    )


def randomisation_p(differences: Sequence[float]) -> float:
    """The two-sided p of the paired randomisation test, over 0 and up to 1.

    The share of sign patterns whose sum is at least as far from 0 as the observed one.

    Args:
        differences: of each query, times its weight where queries do not weigh the same.
    """
    values = np.array([value for value in differences if value != 0], dtype=np.float64)
    if not len(values):
        return 1.0
    least = float(abs(values.sum()) - _ROUNDING * np.abs(values).sum())
    if len(values) <= EXACT_PAIRS:
        total = 2 ** len(values)
        return float(_count_extreme(_all_signs(len(values)), values, least) / total)
    random = np.random.default_rng(SEED)
    extreme = 0
    for _ in range(RESAMPLES // _CHUNK):
        signs = 2 * random.integers(0, 2, size=(_CHUNK, len(values)), dtype=np.int8) - 1
        extreme += _count_extreme(signs, values, least)
    return (extreme + 1) / (RESAMPLES + 1)


def _compare_measure(
    a: SavedValues, b: SavedValues, name: str, names: tuple[str, str]
) -> Compared | None:
    """One measure; None where a part of it has no query with a value in both runs."""
    parts = a.mean_of.get(name, [name])
    if parts != b.mean_of.get(name, [name]):
        raise EvaluationError(
            f"{name} is the mean of {', '.join(parts)} in {names[0]} and of"
            f" {', '.join(b.mean_of.get(name, [name]))} in {names[1]}"
        )
    pairs = [_pairs(a.values[part], b.values[part]) for part in parts]
    if not all(pairs):
        return None
    differences = [[late - early for early, late in group] for group in pairs]
    figure = estimate(differences)
    if figure is None:
        return None
    queries = sum(map(len, pairs))
    return Compared(
        mean_a=float(np.mean([np.mean([early for early, _ in group]) for group in pairs])),
        mean_b=float(np.mean([np.mean([late for _, late in group]) for group in pairs])),
        difference=figure.value,
        low=figure.low,
        high=figure.high,
        p=randomisation_p([d / (len(pairs) * len(group)) for group in differences for d in group]),
        queries=queries,
        left_out=sum(len(a.values[part].keys() | b.values[part]) for part in parts) - queries,
    )


def _pairs(
    a: Mapping[str, float | None], b: Mapping[str, float | None]
) -> list[tuple[float, float]]:
    """The values of the queries that have one in both, by query id."""
    found: list[tuple[float, float]] = []
    for query in sorted(a.keys() & b.keys()):
        early, late = a[query], b[query]
        if early is not None and late is not None:
            found.append((early, late))
    return found


def _all_signs(count: int) -> NDArray[np.int8]:
    """Every pattern of ``count`` signs, shape (2^count, count)."""
    bits = np.arange(2**count)[:, None] >> np.arange(count) & 1
    return (2 * bits - 1).astype(np.int8)


def _count_extreme(signs: NDArray[np.int8], values: NDArray[np.float64], least: float) -> int:
    """Patterns whose sum is at least ``least`` away from 0."""
    return int(np.count_nonzero(np.abs(signs @ values) >= least))
