"""The evaluation sets that decide whether a tuned model is accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from semsearch.encode.encoder import Encoder
from semsearch.encode.recipe import StatementRecipe
from semsearch.errors import UsageError
from semsearch.evaluate.answering import abstracts_of, asker, statements_of
from semsearch.evaluate.cite import evaluate_cite
from semsearch.evaluate.evaluation import Evaluation, Values
from semsearch.evaluate.questions import evaluate_questions
from semsearch.evaluate.scifact import documents, evaluate_scifact
from semsearch.evaluate.similar import evaluate_similar
from semsearch.evaluate.verdicts import evaluate_verdicts
from semsearch.index.build import Builder
from semsearch.progress import Progress
from semsearch.search import Searcher
from semsearch.settings import settings


class SetKind(StrEnum):
    """Sets that may be named beside those that every index has; see ``semsearch eval``."""

    SCIFACT = "scifact"  # a folder in BEIR form
    QUESTIONS = "questions"  # a folder of graded questions on the index
    RELATIONS = "relations"  # a file of annotated relations: verdicts of the index


@dataclass(frozen=True, slots=True)
class NamedSet:
    """A set that the user names."""

    kind: SetKind
    path: Path


def read_set(text: str) -> NamedSet:
    """A set from "KIND=PATH".

    Raises:
        UsageError: there is no such kind, or nothing at the path.
    """
    kind, _, path = text.partition("=")
    if kind not in list(SetKind) or not path:
        kinds = ", ".join(f"{one}=PATH" for one in SetKind)
        raise UsageError(f"there is no evaluation set {text!r}, expected one of {kinds}")
    if not Path(path).exists():
        raise UsageError(f"{path} does not exist; expected the evaluation set {kind}")
    return NamedSet(SetKind(kind), Path(path))


#: Gives the figures of an index.
Measure = Callable[[Searcher, Progress], Evaluation]


def measures_of(named: tuple[NamedSet, ...], questions: int) -> Mapping[str, Measure]:
    """What is measured, by name: held-out citations and contexts, then the sets that were named.

    Args:
        named: by the user.
        questions: most that are asked of each set from the index itself.
    """
    found: dict[str, Measure] = {
        "cite": lambda searcher, progress: evaluate_cite(
            searcher, limit=questions, progress=progress
        ),
        "similar": lambda searcher, progress: evaluate_similar(
            searcher, limit=questions, progress=progress
        ),
    }
    for one in named:
        found[f"{one.kind} {one.path}"] = _measure_of(one)
    return found


def _measure_of(named: NamedSet) -> Measure:
    path = named.path
    match named.kind:
        case SetKind.SCIFACT:
            return lambda searcher, progress: _scifact(searcher.encoder, path, progress)
        case SetKind.QUESTIONS:
            return lambda searcher, _: evaluate_questions(statements_of(searcher), path)
        case SetKind.RELATIONS:
            return lambda searcher, progress: evaluate_verdicts(
                path, asker(searcher), progress=progress
            )


def _scifact(encoder: Encoder, folder: Path, progress: Progress) -> Evaluation:
    with TemporaryDirectory() as temporary:
        where = Path(temporary)
        Builder(
            folder=where,
            encoder=encoder,
            recipe=StatementRecipe.TEXT,
            batch_tokens=settings().batch_tokens,
            progress=progress,
        ).build(documents=documents(folder))
        searcher = Searcher(where, encoder=encoder)
        try:
            return evaluate_scifact(abstracts_of(searcher), folder)
        finally:
            searcher.close()


def judged_by(values: Values, mean_of: Mapping[str, Sequence[str]]) -> list[dict[str, float]]:
    """The values by query that a set is judged by, in groups that weigh the same.

    That is nDCG@10, in its groups where it is a mean of others, such as kinds of question; else the
    mean of all measures of a query, as verdicts have no ranking.
    """
    measure = "ndcg@10"
    if measure in values:
        parts = mean_of.get(measure, (measure,))
        return [{q: v for q, v in values[one].items() if v is not None} for one in parts]
    of_query: dict[str, list[float]] = {}
    for of_measure in values.values():
        for query, value in of_measure.items():
            if value is not None:
                of_query.setdefault(query, []).append(value)
    return [{query: float(np.mean(held)) for query, held in of_query.items()}]
