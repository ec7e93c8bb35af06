"""The histogram of years beside the results, which a reader narrows by."""

from __future__ import annotations

from dataclasses import dataclass

from semsearch.retrieve.hits import FacetCounts

WIDTH, HEIGHT = 240, 72  # units of the view box
_TOP, _BOTTOM = 4, 14  # room above the highest bar, and for the years below the axis


@dataclass(frozen=True, slots=True)
class YearBar:
    """The statements of one year, in units of the view box."""

    year: int
    count: int
    x: float
    y: float
    width: float
    height: float
    chosen: bool  # whether the filter allows the year


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bars of all years from ``first`` to ``last``, also of those without a statement."""

    first: int
    last: int
    bars: tuple[YearBar, ...]
    says: str  # the same in words


def histogram(
    counts: FacetCounts,
    span: tuple[int, int],
    *,
    year_from: int | None = None,
    year_to: int | None = None,
    width: int = WIDTH,
) -> Histogram:
    """The histogram of the years of a result set.

    Args:
        counts: statements by year.
        span: first and last year of the axis.
        year_from: the filter, None for an open end.
        year_to: likewise.
        width: of the view box.
    """
    by_year = {int(one.value): one.count for one in counts.values}
    first, last = min([span[0], *by_year]), max([span[1], *by_year])
    slot = width / (last - first + 1)
    highest = max(by_year.values(), default=0)
    plain = HEIGHT - _TOP - _BOTTOM
    bars = []
    for place, year in enumerate(range(first, last + 1)):
        count = by_year.get(year, 0)
        height = max(1.0, plain * count / highest) if count else 0.0
        bars.append(
            YearBar(
                year=year,
                count=count,
                x=round(place * slot + slot * 0.1, 2),
                y=round(_TOP + plain - height, 2),
                width=round(slot * 0.8, 2),
                height=round(height, 2),
                chosen=(year_from is None or year >= year_from)
                and (year_to is None or year <= year_to),
            )
        )
    said = "; ".join(f"{year}: {by_year[year]:,}" for year in sorted(by_year))
    return Histogram(first, last, tuple(bars), said or "no statement with a year")
