"""Plots of tallies as plain shapes, which the template draws as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log10

from semsearch.records import CitationType
from semsearch.report.tally import Tally

#: From the axis outwards.
STACK = (
    CitationType.SUPPORTING,
    CitationType.CONTRASTING,
    CitationType.MENTIONING,
    CitationType.UNCLASSIFIED,
)
_WIDTH = 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 36, 8, 14, 26
_TALL = 200  # of the plot by year, labels included
_ROW = 30  # of the plot by section
_LABELS = 104  # columns for the names of sections
_LABEL_WIDTH = 40  # of a year


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle, in the units of the view box."""

    x: float
    y: float
    width: float
    height: float
    type: CitationType
    title: str  # such as "2018, mentioning: 12"


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A grid line."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot with a text that says the same."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]  # along the axis of values, or at the ends of bars
    names: tuple[Label, ...]
    rules: tuple[Rule, ...]
    says: str


def plot_years(tallies: Mapping[str, Tally]) -> Plot | None:
    """Citations by year as stacked columns; None without any."""
    if not any(tally.total for tally in tallies.values()):
        return None
    most, step = _scale(max(tally.total for tally in tallies.values()))
    plain = _TALL - _TOP - _BOTTOM
    slot = (_WIDTH - _LEFT - _RIGHT) / len(tallies)
    width = min(slot * 0.8, 56.0)
    bars: list[Bar] = []
    names: list[Label] = []
    every = max(1, ceil(_LABEL_WIDTH / slot))
    for place, (year, tally) in enumerate(tallies.items()):
        middle = _LEFT + slot * (place + 0.5)
        base = float(_TALL - _BOTTOM)
        for kind, number in _parts(tally):
            height = plain * number / most
            base -= height
            title = f"{year}, {kind}: {number:,}"
            bars.append(
                Bar(_round(middle - width / 2), _round(base), _round(width), _round(height),
                    kind, title)
            )  # fmt: skip
        if (len(tallies) - 1 - place) % every == 0 or year == "unknown":
            names.append(Label(_round(middle), _TALL - 8, year))
    rules, labels = [], []
    for value in range(0, most + 1, step):
        y = _round(_TALL - _BOTTOM - plain * value / most)
        rules.append(Rule(_LEFT, y, _WIDTH - _RIGHT, y))
        labels.append(Label(_LEFT - 6, y + 4, f"{value:,}"))
    return Plot(
        _WIDTH, _TALL, tuple(bars), tuple(labels), tuple(names), tuple(rules), _says(tallies)
    )


def plot_sections(tallies: Mapping[str, Tally]) -> Plot | None:
    """Citations by section as stacked rows with their sums; None without any."""
    most = max((tally.total for tally in tallies.values()), default=0)
    if not most:
        return None
    plain = _WIDTH - _LABELS - 64
    bars: list[Bar] = []
    names: list[Label] = []
    labels: list[Label] = []
    for place, (section, tally) in enumerate(tallies.items()):
        y, x = place * _ROW + 5, float(_LABELS)
        names.append(Label(_LABELS - 8, y + _ROW / 2 + 0.5, section))
        for kind, number in _parts(tally):
            width = plain * number / most
            title = f"{section}, {kind}: {number:,}"
            bars.append(Bar(_round(x), y, _round(width), _ROW - 10, kind, title))
            x += width
        labels.append(Label(_round(x + 6), y + _ROW / 2 + 0.5, f"{tally.total:,}"))
    return Plot(
        _WIDTH, _ROW * len(tallies), tuple(bars), tuple(labels), tuple(names), (), _says(tallies)
    )


def _parts(tally: Tally) -> Sequence[tuple[CitationType, int]]:
    numbers = (tally.supporting, tally.contrasting, tally.mentioning, tally.unclassified)
    return [(kind, n) for kind, n in zip(STACK, numbers, strict=True) if n]


def _says(tallies: Mapping[str, Tally]) -> str:
    return "; ".join(
        f"{name}: {', '.join(f'{n:,} {kind}' for kind, n in _parts(tally))}"
        for name, tally in tallies.items()
        if tally.total
    )


def _scale(highest: int) -> tuple[int, int]:
    """The end of an axis of whole numbers and the step of its grid: 1, 2 or 5 times a ten."""
    tens = 10 ** max(0, int(log10(highest)) - 1)
    step = next(tens * one for one in (1, 2, 5, 10, 20, 50) if tens * one * 5 >= highest)
    return ceil(highest / step) * step, step


def _round(value: float) -> float:
    return round(value, 2)
