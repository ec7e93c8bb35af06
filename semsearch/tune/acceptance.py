"""Whether a tuned model is better than the one that it was made from.

The rule: the mean over the evaluation sets of what was gained is above 0, and no set loses more
than ``MOST_LOST``. Each set weighs the same. A model that is better at home and worse elsewhere is
what tuning easily gives, so that a mean alone would not do (Wortsman et al. 2022, WiSE-FT, hold
what was tuned for beside other distributions in the same way); a loss of .003 is about what two
back ends or two orders of summing give on sets of this size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from semsearch.evaluate.evaluation import estimate

MOST_LOST: Final = 0.003
_DECIMALS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One set: what it is judged by, before and after.

    ``low`` and ``high``: the 95 % interval of the gain, by the percentile bootstrap over queries.
    """

    name: str
    queries: int
    base: float
    tuned: float
    low: float
    high: float

    @property
    def gain(self) -> float:
        """What was gained; below 0 what was lost."""
        return round(self.tuned - self.base, _DECIMALS)


@dataclass(frozen=True, slots=True)
class Table:
    """Base and tuned model on every set, at least one."""

    rows: Sequence[Row]

    @property
    def mean_gain(self) -> float:
        """The mean over the sets."""
        return round(float(np.mean([row.gain for row in self.rows])), _DECIMALS)

    @property
    def refusal(self) -> str | None:
        """Why the tuned model is not accepted, as the end of a sentence; None where it is."""
        lost = [row for row in self.rows if row.gain < -MOST_LOST]
        if lost:
            worst = min(lost, key=lambda row: row.gain)
            return f"{worst.name} fell by {-worst.gain:.4f}, at most {MOST_LOST} is allowed"
        if not self.mean_gain > 0:
            return f"the mean gain over the sets is {self.mean_gain:+.4f}, it must be above 0"
        return None

    def as_text(self) -> str:
        """Lines for people."""
        width = max(len("evaluation set"), *(len(row.name) for row in self.rows))
        head = f"{'evaluation set':<{width}}  {'base':>7}  {'tuned':>7}  {'gain':>8}  95 % interval"
        lines = [
            f"{row.name:<{width}}  {row.base:7.4f}  {row.tuned:7.4f}  {row.gain:+8.4f}"
            f"  [{row.low:+.4f}, {row.high:+.4f}], {row.queries:,} queries"
            for row in self.rows
        ]
        return "\n".join([head, *lines, f"{'mean gain':<{width}}  {self.mean_gain:>+25.4f}"])

    def as_markdown(self) -> str:
        """The same for a page."""
        lines = [
            f"| {row.name} | {row.queries:,} | {row.base:.4f} | {row.tuned:.4f} | {row.gain:+.4f} |"
            f" [{row.low:+.4f}, {row.high:+.4f}] |"
            for row in self.rows
        ]
        head = "| evaluation set | queries | base | tuned | gain | 95 % interval |"
        return "\n".join([head, "|---|---|---|---|---|---|", *lines])


def table_of(
    base: Mapping[str, Sequence[Mapping[str, float]]],
    tuned: Mapping[str, Sequence[Mapping[str, float]]],
) -> Table:
    """The table of the values of both models.

    Args:
        base: by name of a set, values by query in groups that weigh the same.
        tuned: the same sets and queries.
    """
    rows: list[Row] = []
    for name, groups in base.items():
        pairs = [
            [(values[query], after[query]) for query in sorted(values.keys() & after.keys())]
            for values, after in zip(groups, tuned[name], strict=True)
        ]
        gain = estimate([[after - before for before, after in group] for group in pairs])
        if gain is not None:
            rows.append(
                Row(
                    name=name,
                    queries=gain.queries,
                    base=float(np.mean([np.mean([one for one, _ in group]) for group in pairs])),
                    tuned=float(np.mean([np.mean([one for _, one in group]) for group in pairs])),
                    low=gain.low,
                    high=gain.high,
                )
            )
    return Table(rows)
