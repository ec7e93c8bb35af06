"""How well citation types are told: annotated statements, each by the most marked of its citations.

Precision, recall and F1 are of the likeliest type. The figures that begin with ``natural`` are at
the threshold of the setting, below which a citation is unclassified, and weigh each statement so
that the strata have the shares they have among all statements.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from semsearch.classify.model import TYPES, TypeModel
from semsearch.classify.types import predict_text
from semsearch.errors import EvaluationError
from semsearch.evaluate.evaluation import RESAMPLES, SEED, Evaluation, Figure
from semsearch.evaluate.lines import read_records
from semsearch.settings import settings

BINS: Final = 15
#: Share of each stratum among all statements, from the notes on the annotated sets.
SHARES: Final = {"contrast-cue": 0.004, "support-cue": 0.024, "discussion": 0.340, "any": 0.63}
_CHUNK: Final = 250  # resamples drawn at once
_NONE: Final = len(TYPES)  # predicted as unclassified
_Values = NDArray[np.float64]


class Item(BaseModel):
    """One annotated statement.

    Attributes:
        text: the statement as printed.
        prev: the sentence before it.
        next: the sentence after it.
        section: the printed heading.
        type: what it says of the most marked of its citations.
        citing: DOI of the paper it stands in.
        stratum: how it was drawn; None leaves out the figures at the natural mix.
        conf: how sure the annotator was, 1–3.
    """

    text: str
    prev: str | None = None
    next: str | None = None
    section: str | None = None
    type: Literal["supporting", "contrasting", "mentioning"]
    citing: str = ""
    stratum: str | None = None
    conf: Literal[1, 2, 3] | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """An item and the (3,) float64 probabilities given to it, in the order of ``TYPES``."""

    item: Item
    chances: _Values


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions of like probability: how many, their mean, and the share that is right."""

    count: int
    confidence: float
    accuracy: float


def read_items(path: Path) -> list[Item]:
    """The items of a file, in its order.

    Raises:
        EvaluationError: the file cannot be read, a line is wrong, or no line is there.
    """
    items = [item for _, item in read_records(path, Item)]
    if not items:
        raise EvaluationError(f"{path} holds no item; expected one JSON object a line")
    return items


def judged(path: Path, model: TypeModel | None = None) -> list[Judged]:
    """The items of a file with the probabilities that a model gives them.

    Raises:
        EvaluationError: the file cannot be read, a line is wrong, or no line is there.
    """
    return [
        Judged(
            item,
            predict_text(
                item.text, before=item.prev, after=item.next, heading=item.section, model=model
            ),
        )
        for item in read_items(path)
    ]


def figures_of(found: Sequence[Judged], *, threshold: float | None = None) -> Evaluation:
    """The figures of judged items.

    Intervals are the percentile bootstrap over items (Efron and Tibshirani 1993, chapter 13).
    ``ece`` is the expected calibration error of the likeliest type in 15 bins of equal width (Guo
    et al. 2017, equation 3).

    Args:
        found: the items, at least one.
        threshold: of the figures at the natural mix; None for that of the settings.
    """
    limit = settings().type_threshold if threshold is None else threshold
    wanted = np.array([[str(one) for one in TYPES].index(one.item.type) for one in found])
    chances = np.array([one.chances for one in found])
    given, sure = chances.argmax(axis=1), chances.max(axis=1)
    even = np.ones(len(found))
    figures: dict[str, Figure] = {}
    _add(figures, "", _cells(wanted, given, even))
    low, high = np.percentile(
        _resampled(len(found), lambda rows: _ece(sure[rows], (given == wanted)[rows])), [2.5, 97.5]
    )
    figures["ece"] = Figure(
        value=_ece(sure, given == wanted), low=float(low), high=float(high), queries=len(found)
    )
    held = {one.item.stratum for one in found}
    if held <= set(SHARES):
        strata = [str(one.item.stratum) for one in found]
        weights = np.array([SHARES[one] / strata.count(one) for one in strata])
        kept = np.where(sure >= limit, given, _NONE)
        _add(figures, "natural_", _cells(wanted, kept, weights))
    counts = {"items": len(found)}
    for row, true in enumerate(TYPES):
        for column, told in enumerate(TYPES):
            counts[f"{true}_told_{told}"] = int(((wanted == row) & (given == column)).sum())
    return Evaluation(figures=figures, counts=counts)


def _cells(wanted: NDArray[np.int64], given: NDArray[np.int64], weights: _Values) -> _Values:
    """(n, 3, 4) float64: the weight of each item in its cell of the confusion matrix."""
    cells = np.zeros((len(wanted), len(TYPES), len(TYPES) + 1))
    cells[np.arange(len(wanted)), wanted, given] = weights
    return cells


def _add(figures: dict[str, Figure], prefix: str, cells: _Values) -> None:
    """Add macro F1 and precision, recall and F1 of each type."""
    flat = cells.reshape(len(cells), -1)
    random = np.random.default_rng(SEED)
    drawn = np.concatenate(
        [
            random.multinomial(len(cells), np.full(len(cells), 1 / len(cells)), size=_CHUNK) @ flat
            for _ in range(RESAMPLES // _CHUNK)
        ]
    )
    value = _scores(flat.sum(axis=0)[None])[0]
    low, high = np.percentile(_scores(drawn), [2.5, 97.5], axis=0)
    names = [
        "macro_f1",
        *(f"{one}_{measure}" for measure in ("f1", "precision", "recall") for one in TYPES),
    ]
    for at, name in enumerate(names):
        figures[prefix + name] = Figure(
            value=float(value[at]), low=float(low[at]), high=float(high[at]), queries=len(cells)
        )


def _scores(sums: _Values) -> _Values:
    """(m, 10) float64 macro F1, then F1, precision and recall of each type; 0 for none told."""
    table = sums.reshape(len(sums), len(TYPES), len(TYPES) + 1)
    right = np.stack([table[:, at, at] for at in range(len(TYPES))], axis=1)
    told, true = table[:, :, : len(TYPES)].sum(axis=1), table.sum(axis=2)
    precision = np.divide(right, told, out=np.zeros_like(right), where=told > 0)
    recall = np.divide(right, true, out=np.zeros_like(right), where=true > 0)
    both = told + true
    f1 = np.divide(2 * right, both, out=np.zeros_like(right), where=both > 0)
    scores: _Values = np.concatenate([f1.mean(axis=1)[:, None], f1, precision, recall], axis=1)
    return scores


def _resampled(count: int, measure: Callable[[NDArray[np.int64]], float]) -> list[float]:
    random = np.random.default_rng(SEED)
    return [measure(random.integers(0, count, size=count)) for _ in range(RESAMPLES // 10)]


def _bins(sure: _Values, right: NDArray[np.bool_]) -> list[Bin]:
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    return [
        Bin(int(inside.sum()), float(sure[inside].mean()), float(right[inside].mean()))
        for inside in (place == number for number in range(BINS))
        if inside.any()
    ]


def _ece(sure: _Values, right: NDArray[np.bool_]) -> float:
    bins = _bins(sure, right)
    return sum(one.count * abs(one.accuracy - one.confidence) for one in bins) / len(sure)


def reliability_picture(found: Sequence[Judged]) -> str:
    """An SVG: probability of the likeliest type against the share that is right, a dot a bin.

    The area of a dot goes with the number of its items; on the line probabilities are honest.
    """
    sure = np.array([one.chances.max() for one in found])
    right = np.array([str(TYPES[int(one.chances.argmax())]) == one.item.type for one in found])
    ticks = "".join(
        f'<text x="{_across(v):.0f}" y="334" text-anchor="middle">{v:.1f}</text>'
        f'<text x="42" y="{_up(v) + 4:.0f}" text-anchor="end">{v:.1f}</text>'
        for v in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    )
    dots = "".join(
        f'<circle cx="{_across(one.confidence):.1f}" cy="{_up(one.accuracy):.1f}"'
        f' r="{2 + 16 * (one.count / len(found)) ** 0.5:.1f}" fill="#2b6cb0" fill-opacity="0.7">'
        f"<title>{one.count} items, probability {one.confidence:.3f}, right {one.accuracy:.3f}"
        "</title></circle>"
        for one in _bins(sure, right)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 350 370" font-family="sans-serif"'
        ' font-size="11"><rect width="350" height="370" fill="#fff"/>'
        '<rect x="50" y="20" width="280" height="300" fill="none" stroke="#888"/>'
        f'<path d="M{_across(0)} {_up(0)}L{_across(1)} {_up(1)}" stroke="#888"'
        f' stroke-dasharray="4"/>{ticks}{dots}'
        '<text x="190" y="356" text-anchor="middle">probability of the likeliest type</text>'
        '<text x="14" y="170" text-anchor="middle" transform="rotate(-90 14 170)">share that is'
        " right</text></svg>\n"
    )


def _across(share: float) -> float:
    return 50 + 280 * share


def _up(share: float) -> float:
    return 320 - 300 * share
