"""Means over queries with their 95 % intervals, and how they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

RESAMPLES = 10_000
SEED = 20240501  # of every resampling, so that a figure is the same each time
_CHUNK = 500  # resamples drawn at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A mean over queries, with its 95 % interval by the percentile bootstrap."""

    value: float
    low: float
    high: float
    queries: int  # that had a value


#: Measure → query id → value; None where the measure has no value for the query.
Values = Mapping[str, Mapping[str, float | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Figures by name, such as ``ndcg@10`` or ``recall@100_general``, and counts.

    ``values`` holds what the figures are means of, so that two evaluations can be compared query by
    query; a figure that is no mean over queries has no entry. ``mean_of`` names, for a measure that
    is the mean of other measures, those others, each weighing the same.
    """

    figures: Mapping[str, Figure]
    counts: Mapping[str, int]
    values: Values = field(default_factory=dict)
    mean_of: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def as_json_object(self) -> dict[str, float | int]:
        """One flat object: each figure with ``…_low`` and ``…_high``, then the counts."""
        flat: dict[str, float | int] = {}
        for name, figure in self.figures.items():
            flat[name] = figure.value
            flat[f"{name}_low"] = figure.low
            flat[f"{name}_high"] = figure.high
        return flat | dict(self.counts)

    def as_table(self) -> str:
        """Lines for people."""
        width = max(map(len, (*self.figures, *self.counts)))
        lines = [
            f"{name:<{width}}  {f.value:.4f}  [{f.low:.4f}, {f.high:.4f}]  {f.queries} queries"
            for name, f in self.figures.items()
        ]
        return "\n".join(lines + [f"{name:<{width}}  {n:,}" for name, n in self.counts.items()])


def evaluation_of(
    values: Values,
    counts: Mapping[str, int],
    mean_of: Mapping[str, Sequence[str]] | None = None,
) -> Evaluation:
    """The evaluation whose figures are the means of some values, in the order of ``values``.

    A measure without any value has no figure.

    Args:
        values: of the queries, by measure.
        counts: shown below the figures.
        mean_of: measures of ``values`` that are the mean of other measures of ``values``.
    """
    figures: dict[str, Figure] = {}
    parts_of = mean_of or {}
    for name in values:
        parts = parts_of.get(name, (name,))
        figure = estimate([list(values[part].values()) for part in parts])
        if figure is not None:
            figures[name] = figure
    return Evaluation(figures=figures, counts=counts, values=values, mean_of=parts_of)


def estimate(groups: Sequence[Sequence[float | None]]) -> Figure | None:
    """The mean of the means of groups of queries, each group weighing the same.

    The interval is the percentile bootstrap (Efron and Tibshirani 1993, chapter 13) with 10,000
    resamples of the queries within each group, from a fixed seed. Queries without a value are left
    out; None when a group has none left.

    Args:
        groups: the values of the queries of each group.
    """
    samples = [np.array([v for v in group if v is not None], dtype=np.float64) for group in groups]
    if not samples or any(len(sample) == 0 for sample in samples):
        return None
    random = np.random.default_rng(SEED)
    means = np.zeros(RESAMPLES)
    for sample in samples:
        for start in range(0, RESAMPLES, _CHUNK):
            drawn = random.integers(0, len(sample), size=(_CHUNK, len(sample)))
            means[start : start + _CHUNK] += sample[drawn].mean(axis=1) / len(samples)
    low, high = np.percentile(means, [2.5, 97.5])
    return Figure(
        value=float(np.mean([sample.mean() for sample in samples])),
        low=float(low),
        high=float(high),
        queries=sum(map(len, samples)),
    )
