"""Plots of cost against size as SVG: both axes logarithmic, a line a contender."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10

_WIDTH, _HEIGHT = 720, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 190, 40, 44
#: Colours of Okabe and Ito, which people who see few colours can tell apart; then by dash.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
_DASHES = ("none", "6 3", "2 3", "8 3 2 3")

Points = Sequence[tuple[float, float]]


def line_plot(title: str, across: str, up: str, series: Mapping[str, Points]) -> str:
    """An SVG document.

    Args:
        title: stands above.
        across: what the horizontal axis has, with its unit.
        up: what the vertical axis has, with its unit.
        series: points (x, y), both above 0, by name.

    Raises:
        ValueError: there is no point, or one that is not above 0.
    """
    points = [point for line in series.values() for point in line]
    if not points or any(value <= 0 for point in points for value in point):
        raise ValueError(f"the plot {title!r} needs points above 0")
    (x_low, x_high), (y_low, y_high) = (_span([p[axis] for p in points]) for axis in (0, 1))

    def place(x: float, y: float) -> tuple[float, float]:
        wide, tall = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
        return (
            round(_LEFT + wide * (log10(x) - x_low) / (x_high - x_low), 1),
            round(_HEIGHT - _BOTTOM - tall * (log10(y) - y_low) / (y_high - y_low), 1),
        )

    shapes = [
        f'<text x="{_LEFT}" y="20" class="title">{escape(title)}</text>',
        f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 8}" class="end">{escape(across)}</text>',
        f'<text x="{_LEFT - 8}" y="{_TOP - 8}" class="end">{escape(up)}</text>',
    ]
    for power in range(x_low, x_high + 1):
        x, y = place(10.0**power, 10.0**y_low)
        shapes.append(f'<line x1="{x}" y1="{_TOP}" x2="{x}" y2="{y}"/>')
        shapes.append(f'<text x="{x}" y="{y + 16}" class="mid">{_named(power)}</text>')
    for power in range(y_low, y_high + 1):
        x, y = place(10.0**x_low, 10.0**power)
        shapes.append(f'<line x1="{x}" y1="{y}" x2="{_WIDTH - _RIGHT}" y2="{y}"/>')
        shapes.append(f'<text x="{x - 8}" y="{y + 4}" class="end">{_named(power)}</text>')
    for number, (name, line) in enumerate(series.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        dash = _DASHES[number // len(_COLOURS) % len(_DASHES)]
        placed = [place(x, y) for x, y in sorted(line)]
        path = " ".join(f"{x},{y}" for x, y in placed)
        shapes.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"'
            f' stroke-dasharray="{dash}"/>'
        )
        for (x, y), (size, value) in zip(placed, sorted(line), strict=True):
            said = escape(f"{name}: {size:,.0f}, {value:,.3g}")
            shapes.append(
                f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"><title>{said}</title></circle>'
            )
        y = _TOP + 10 + 20 * number
        x = _WIDTH - _RIGHT + 16
        shapes.append(
            f'<polyline points="{x},{y} {x + 22},{y}" stroke="{colour}" stroke-width="2"'
            f' stroke-dasharray="{dash}"/>'
        )
        shapes.append(f'<text x="{x + 28}" y="{y + 4}">{escape(name)}</text>')
    style = (
        "text{font:12px sans-serif;fill:#333}.title{font-size:14px;font-weight:bold}"
        ".end{text-anchor:end}.mid{text-anchor:middle}line{stroke:#ddd}"
    )
    says = "; ".join(
        f"{name}: " + ", ".join(f"{size:,.0f} → {value:,.3g}" for size, value in sorted(line))
        for name, line in series.items()
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
            f' width="{_WIDTH}" height="{_HEIGHT}" role="img" aria-labelledby="t d">',
            f'<title id="t">{escape(title)}</title><desc id="d">{escape(says)}</desc>',
            f'<style>{style}</style><rect width="100%" height="100%" fill="#fff"/>',
            *shapes,
            "</svg>\n",
        ]
    )


def _span(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten around some values."""
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    return low, max(high, low + 1)


def _named(power: int) -> str:
    """A power of ten in few characters."""
    for step, letter in ((9, "G"), (6, "M"), (3, "k")):
        if power >= step:
            return f"{10 ** (power - step)}{letter}"
    return f"{10**power}" if power >= 0 else f"{10.0**power:.{-power}f}"
