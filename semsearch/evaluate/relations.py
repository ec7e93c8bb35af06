"""How well statements are read: annotated relations, each asked for, reversed and turned round."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from semsearch.errors import EvaluationError
from semsearch.evaluate.evaluation import Evaluation, Figure, estimate
from semsearch.evaluate.lines import read_records
from semsearch.language.question import analyse_question
from semsearch.language.relation import StanceModels
from semsearch.language.stance import Stance, StanceReader

_WANTED = {
    "yes": Stance.SUPPORTS,
    "hedged": Stance.HEDGED_SUPPORTS,
    "no": Stance.OPPOSES,
}
_FORWARD = (Stance.SUPPORTS, Stance.HEDGED_SUPPORTS, Stance.OPPOSES)


class Item(BaseModel):
    """One annotated statement.

    Attributes:
        id: of the item.
        citing: DOI of the paper the statement stands in.
        text: the statement.
        question: a yes/no question about a relation that the statement speaks of.
        reversed: the same with agent and target swapped.
        opposite: the same with a relation of the other polarity, where there is one.
        stance: what the statement says about ``question``.
    """

    id: str
    citing: str
    text: str
    question: str
    reversed: str
    opposite: str | None
    stance: Literal["yes", "hedged", "no"]


def evaluate_relations(path: Path) -> Evaluation:
    """Reads the statements of a file of annotated relations.

    The figures: ``stance_accuracy``, the share of items whose stance towards ``question`` is
    right; ``reversed_confused``, the share whose stance towards ``reversed`` is taken as support or
    opposition; ``opposite_accuracy``, among asserted items with an opposite, the share whose stance
    towards it is opposition.

    Args:
        path: JSON lines with the fields of ``Item``.

    Raises:
        EvaluationError: the file cannot be read, a line is wrong, or no line is there.
    """
    return measure((item, None) for item in read_items(path))


def read_items(path: Path) -> list[Item]:
    """The items of a file, in its order.

    Raises:
        EvaluationError: the file cannot be read, a line is wrong, or no line is there.
    """
    items = [item for _, item in read_records(path, Item)]
    if not items:
        raise EvaluationError(f"{path} holds no item; expected one JSON object a line")
    return items


def measure(items: Iterable[tuple[Item, StanceModels | None]]) -> Evaluation:
    """The figures of items, each read with its own models (None: those of the package)."""
    right: list[float] = []
    confused: list[float] = []
    opposite: list[float] = []
    for item, models in items:
        right.append(float(_stance(item.question, item.text, models) is _WANTED[item.stance]))
        confused.append(float(_stance(item.reversed, item.text, models) in _FORWARD))
        if item.opposite is not None and item.stance == "yes":
            opposite.append(float(_stance(item.opposite, item.text, models) is Stance.OPPOSES))
    figures: dict[str, Figure] = {}
    for name, values in (
        ("stance_accuracy", right),
        ("reversed_confused", confused),
        ("opposite_accuracy", opposite),
    ):
        figure = estimate([values])
        if figure is not None:
            figures[name] = figure
    return Evaluation(figures=figures, counts={"items": len(right), "opposites": len(opposite)})


def _stance(question: str, text: str, models: StanceModels | None) -> Stance:
    return StanceReader(analyse_question(question), models=models).read(text).stance
