"""Means over queries with their 95 % intervals, and how they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 10_000
_SEED = 20240501
_CHUNK = 500  # resamples drawn at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A mean over queries, with its 95 % interval by the percentile bootstrap."""

    value: float
    low: float
    high: float
    queries: int  # that had a value


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Figures by name, such as ``ndcg@10`` or ``recall@100_general``, and counts."""

    figures: Mapping[str, Figure]
    counts: Mapping[str, int]

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
    random = np.random.default_rng(_SEED)
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
