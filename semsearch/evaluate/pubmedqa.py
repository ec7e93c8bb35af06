"""PubMedQA: yes/no/maybe questions about one study, with the abstract as the evidence.

Jin et al. 2019, PubMedQA: a dataset for biomedical research question answering. The evidence is the
item's own ``CONTEXTS``; its ``LONG_ANSWER``, the study's conclusion, is not read.

A verdict answers yes (yes), no (no) or maybe (mixed, probably); **unknown** is none of the classes
and always wrong. ``accuracy`` is the share of right answers. ``macro_f1`` is the mean of the F1 of
those classes that occur among the decisions or the answers (as PubMedQA's own script has it, but
for unknown, which has no F1 of its own).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray
from pydantic import BaseModel, Field, ValidationError

from semsearch.answer.verdict import VerdictKind
from semsearch.errors import EvaluationError
from semsearch.evaluate.evaluation import RESAMPLES, SEED, Evaluation, Figure, evaluation_of


class Decision(StrEnum):
    """What a study says to its question."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


#: The class that a verdict stands for; a verdict without one is always wrong.
ANSWERS = {
    VerdictKind.YES: Decision.YES,
    VerdictKind.PROBABLY: Decision.MAYBE,
    VerdictKind.MIXED: Decision.MAYBE,
    VerdictKind.NO: Decision.NO,
}
#: Gives the verdict on a question from some paragraphs.
Decide = Callable[[str, Sequence[str]], VerdictKind]


class Item(BaseModel):
    """A question with the paragraphs of its abstract and what the study says to it.

    Attributes:
        question: as the title of the paper has it.
        contexts: paragraphs of the abstract without its conclusion.
        decision: of the annotators.
    """

    question: str = Field(alias="QUESTION", min_length=1)
    contexts: list[str] = Field(alias="CONTEXTS", min_length=1)
    decision: Decision = Field(alias="final_decision")


def read_items(path: Path) -> dict[str, Item]:
    """PMID → item, in the order of the file.

    Raises:
        EvaluationError: the file cannot be read, is no JSON object or holds nothing, or an item
            lacks a field or has a wrong one.
    """
    try:
        content = orjson.loads(path.read_bytes())
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read: {error.strerror}") from error
    except orjson.JSONDecodeError as error:
        raise EvaluationError(f"{path} is not JSON: {error}") from error
    if not isinstance(content, dict) or not content:
        raise EvaluationError(f"{path} holds no items; expected a JSON object from PMID to item")
    items: dict[str, Item] = {}
    for pmid, held in content.items():
        try:
            items[pmid] = Item.model_validate(held)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise EvaluationError(
                f"{path}, PMID {pmid}, field {place!r}: {first['msg']}"
            ) from error
    return items


def evaluate_pubmedqa(path: Path, decide: Decide) -> Evaluation:
    """Accuracy and macro F1 of verdicts on a file of PubMedQA, and how often each was given.

    Only accuracy has values of single questions: macro F1 is no mean over them.

    Args:
        path: a JSON object from PMID to item.
        decide: gives the verdict on a question from the paragraphs of its item.

    Raises:
        EvaluationError: see ``read_items``.
    """
    items = read_items(path)
    verdicts = {pmid: VerdictKind(decide(i.question, i.contexts)) for pmid, i in items.items()}
    right: dict[str, float | None] = {
        pmid: float(ANSWERS.get(verdicts[pmid]) is item.decision) for pmid, item in items.items()
    }
    outcome = evaluation_of(
        {"accuracy": right},
        {"questions": len(items)}
        | {f"verdict_{kind}": list(verdicts.values()).count(kind) for kind in VerdictKind},
    )
    table = confusion(
        [(item.decision, ANSWERS.get(verdicts[pmid])) for pmid, item in items.items()]
    )
    return Evaluation(
        figures={**outcome.figures, "macro_f1": estimate_macro_f1(table)},
        counts=outcome.counts,
        values=outcome.values,
    )


def confusion(pairs: Sequence[tuple[Decision, Decision | None]]) -> NDArray[np.int64]:
    """Questions by decision (rows) and answer (columns), shape (3, 4), int64.

    Rows and columns are in the order of ``Decision``; the last column is no answer.
    """
    order = list(Decision)
    table = np.zeros((len(order), len(order) + 1), dtype=np.int64)
    for decision, answer in pairs:
        table[order.index(decision), len(order) if answer is None else order.index(answer)] += 1
    return table


def macro_f1(tables: NDArray[np.int64]) -> NDArray[np.float64]:
    """The mean F1, 0–1, of the classes that occur in each table.

    Args:
        tables: of ``confusion``, shape (…, 3, 4), none of them empty.

    Returns:
        Shape (…), float64.
    """
    answers = tables[..., :-1]
    right = np.diagonal(answers, axis1=-2, axis2=-1)
    # F1 = 2 right / (of the class + answered as it)
    occurrences = tables.sum(axis=-1) + answers.sum(axis=-2)
    occurs = occurrences > 0
    scores = np.where(occurs, 2 * right / np.maximum(occurrences, 1), 0.0)
    mean: NDArray[np.float64] = scores.sum(axis=-1) / occurs.sum(axis=-1)
    return mean


def estimate_macro_f1(table: NDArray[np.int64]) -> Figure:
    """Macro F1 with its 95 % interval by the percentile bootstrap over questions.

    Drawing questions with replacement is drawing their cells of the table from a multinomial
    distribution, so that the table of a whole resample is drawn at once.

    Args:
        table: of ``confusion``, not empty.
    """
    count = int(table.sum())
    drawn = np.random.default_rng(SEED).multinomial(count, table.ravel() / count, size=RESAMPLES)
    low, high = np.percentile(macro_f1(drawn.reshape(RESAMPLES, *table.shape)), [2.5, 97.5])
    return Figure(value=float(macro_f1(table)), low=float(low), high=float(high), queries=count)
