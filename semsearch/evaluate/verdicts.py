"""Verdicts end to end: annotated relations asked of an index that holds the statements.

Each item has a statement's stance towards a question, the question with agent and target swapped
(``reversed``), and the question of the other polarity (``opposite``), where there is one. An index
holds more than the statement, so a verdict may rightly differ from its stance on single items.

A verdict is **for** a question when it is yes or probably, and **against** it when it is no, or
mixed with the opposing side the heavier.

- ``yes_right``, ``hedged_right``: share of asserted and of hedged items with a verdict for;
- ``no_right``: share of denied items with a verdict against;
- ``opposite_no``: among asserted items with an opposite, share of opposites with one against;
- ``reversed_not_yes``: share of reversed questions whose verdict is not for;
- ``reversed_seen``: among asserted items, share of reversed questions to which the other direction
  is reported as such;
- ``answered``: share of questions whose verdict is not unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, Field

from semsearch.answer.verdict import VerdictKind
from semsearch.errors import EvaluationError, UsageError
from semsearch.evaluate.evaluation import Evaluation, evaluation_of
from semsearch.evaluate.lines import read_records
from semsearch.progress import Progress, Quiet

_MEASURES = (
    "yes_right",
    "hedged_right",
    "no_right",
    "opposite_no",
    "reversed_not_yes",
    "reversed_seen",
    "answered",
)


class ItemStance(StrEnum):
    """What the statement of an item says to its question."""

    YES = "yes"
    HEDGED = "hedged"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedVerdict:
    """What an index answers to a question, as far as it is measured."""

    verdict: VerdictKind
    leaning_no: bool  # the opposing side is the heavier one
    reversed_reported: bool  # statements of the other direction are reported apart

    @property
    def is_for(self) -> bool:
        """Yes or probably."""
        return self.verdict in (VerdictKind.YES, VerdictKind.PROBABLY)

    @property
    def is_against(self) -> bool:
        """No, or mixed and leaning to no."""
        return self.verdict is VerdictKind.NO or (
            self.verdict is VerdictKind.MIXED and self.leaning_no
        )


class Item(BaseModel):
    """The questions about the relation of one statement.

    Attributes:
        id: of the item.
        question: the statement's stance is towards this one.
        reversed: agent and target swapped.
        opposite: the same direction and the other polarity; None where there is none.
        stance: of the statement.
    """

    id: str
    question: str = Field(min_length=1)
    reversed: str = Field(min_length=1)
    opposite: str | None = Field(min_length=1)
    stance: ItemStance


def read_items(path: Path) -> list[Item]:
    """The items of a file, in its order.

    Raises:
        EvaluationError: the file cannot be read or holds nothing, a line is not of the form, or an
            id occurs twice.
    """
    items: dict[str, Item] = {}
    for number, item in read_records(path, Item):
        if item.id in items:
            raise EvaluationError(f"{path} line {number}: the id {item.id!r} occurs twice")
        items[item.id] = item
    if not items:
        raise EvaluationError(f"{path} holds no item; expected one JSON object a line")
    return list(items.values())


def evaluate_verdicts(
    path: Path,
    ask: Callable[[str], AskedVerdict],
    *,
    limit: int | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """The measures of the module, over a file of annotated relations.

    A measure for which no item qualifies has no figure.

    Args:
        path: JSON lines with the fields of ``Item``.
        ask: gives the verdict of the index on a question.
        limit: ask only about the first items, 1 or more; None asks about all.
        progress: is shown the questions asked; nothing is shown when None.

    Raises:
        EvaluationError: see ``read_items``.
        UsageError: the limit is under 1.
    """
    if limit is not None and limit < 1:
        raise UsageError(f"the limit is {limit}; expected 1 or more items")
    held = read_items(path)
    items = held[:limit]
    asked = sum(2 + (item.opposite is not None) for item in items)
    values: dict[str, dict[str, float | None]] = {name: {} for name in _MEASURES}
    with (progress or Quiet()).stage("asking", asked) as stage:
        for item in items:
            straight, turned = ask(item.question), ask(item.reversed)
            opposite = None if item.opposite is None else ask(item.opposite)
            for name, right in _judge(item.stance, straight, turned, opposite).items():
                values[name][item.id] = float(right)
            stage.advance(2 + (opposite is not None))
    counts = {"items": len(items), "items_in_file": len(held), "questions_asked": asked}
    return evaluation_of(values, counts)


def _judge(
    stance: ItemStance, straight: AskedVerdict, turned: AskedVerdict, opposite: AskedVerdict | None
) -> dict[str, bool]:
    """The measures that an item counts for, and whether it was right."""
    found = {
        "reversed_not_yes": not turned.is_for,
        "answered": straight.verdict is not VerdictKind.UNKNOWN,
    }
    if stance is ItemStance.NO:
        return found | {"no_right": straight.is_against}
    if stance is ItemStance.HEDGED:
        return found | {"hedged_right": straight.is_for}
    found |= {"yes_right": straight.is_for, "reversed_seen": turned.reversed_reported}
    return found if opposite is None else found | {"opposite_no": opposite.is_against}
