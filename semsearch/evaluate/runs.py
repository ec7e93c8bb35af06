"""What an evaluation leaves behind: a TREC run, and the value of each query beside it.

A run has a line ``qid Q0 docid rank score tag`` a hit, the form that trec_eval reads. Ranks count
from 1; scores are written as they were given, digit for digit. The rank says the order:
``score_rises`` counts where the scores say another, which is what trec_eval would go by.

``RUN.json`` beside it is what ``semsearch eval compare`` reads: the command, its counts, the value
of each query by measure, the measures that are the mean of others, and the lines of the run (None
for an evaluation that ranks nothing and has no run).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from semsearch.errors import EvaluationError, UsageError
from semsearch.evaluate.evaluation import Evaluation
from semsearch.evaluate.lines import read_lines

TAG = "semsearch"
VALUES_SUFFIX = ".json"
_FIELDS = 6

#: Document ids with their scores, best first.
Ranking = Sequence[tuple[str, float]]
#: Is given the id and the ranking of each query of an evaluation.
RecordRanking = Callable[[str, Ranking], None]


class SavedValues(BaseModel):
    """The values of the queries of one evaluation, as read from its file.

    Attributes:
        command: that made them, such as ``eval questions``.
        counts: as in ``Evaluation``.
        values: measure → query id → value.
        mean_of: as in ``Evaluation``.
        lines: of the run beside it; None without one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    command: str
    counts: dict[str, int]
    values: dict[str, dict[str, float | None]]
    mean_of: dict[str, list[str]] = Field(default_factory=dict)
    lines: int | None


@dataclass(frozen=True, slots=True)
class Run:
    """The rankings of an evaluation, collected as they come.

    ``record`` is a ``RecordRanking``; it refuses what a run cannot hold.
    """

    rankings: dict[str, Ranking]

    def record(self, query: str, ranking: Ranking) -> None:
        """Take up the ranking of a query.

        Raises:
            EvaluationError: an id is empty or holds white space, a score is no finite number, a
                document is ranked twice, or the query has a ranking already.
        """
        _check_id(query, "query id")
        if query in self.rankings:
            raise EvaluationError(f"the query {query!r} has a ranking in this run already")
        seen: set[str] = set()
        for document, score in ranking:
            _check_id(document, "document id")
            if not isfinite(score):
                raise EvaluationError(
                    f"the score of {document!r} for the query {query!r} is {score}; a run needs a"
                    " finite number"
                )
            if document in seen:
                raise EvaluationError(f"{document!r} is ranked twice for the query {query!r}")
            seen.add(document)
        self.rankings[query] = tuple(ranking)

    @property
    def lines(self) -> int:
        """Hits of all queries; a query without hits has no line."""
        return sum(map(len, self.rankings.values()))

    @property
    def score_rises(self) -> int:
        """Queries with a hit that scores more than the one ranked before it."""
        return sum(
            any(after > before for (_, before), (_, after) in pairwise(ranking))
            for ranking in self.rankings.values()
        )

    def write(self, path: Path) -> None:
        """Write the run; a run that was there is replaced in one step.

        Raises:
            EvaluationError: the file cannot be written.
        """
        text = "".join(
            f"{query} Q0 {document} {rank} {float(score)!r} {TAG}\n"
            for query, ranking in self.rankings.items()
            for rank, (document, score) in enumerate(ranking, start=1)
        )
        _replace(path, text.encode())


def read_run(path: Path) -> Run:
    """A run from its file, hits in the order of their ranks.

    Raises:
        EvaluationError: the file cannot be read or a line is not of the form, or a query has a
            rank or a document twice.
    """
    found: dict[str, dict[int, tuple[str, float]]] = {}
    documents: dict[str, set[str]] = {}
    for number, line in read_lines(path):
        query, document, rank, score = _read_line(line, f"{path} line {number}")
        ranks = found.setdefault(query, {})
        held = documents.setdefault(query, set())
        if rank in ranks:
            raise EvaluationError(f"{path} line {number}: rank {rank} of {query!r} occurs twice")
        if document in held:
            raise EvaluationError(f"{path} line {number}: {document!r} is ranked twice")
        ranks[rank] = (document, score)
        held.add(document)
    return Run({query: tuple(ranks[r] for r in sorted(ranks)) for query, ranks in found.items()})


def check_run_path(path: Path) -> Path:
    """The path, when a run may be written there; asked before a long evaluation starts.

    Raises:
        UsageError: it is a folder, its folder does not exist, or its name ends with ``.json``,
            which is the name of the values beside a run.
    """
    if path.suffix == VALUES_SUFFIX:
        raise UsageError(
            f"a run cannot be named {path}: {VALUES_SUFFIX} is added for the values beside it"
        )
    if path.is_dir():
        raise UsageError(f"a run cannot be written to {path}, which is a folder")
    if not path.parent.is_dir():
        raise UsageError(f"a run cannot be written to {path}: there is no folder {path.parent}")
    return path


def values_path(path: Path) -> Path:
    """Where the values of a run are; the path of the values stands for itself."""
    return path if path.suffix == VALUES_SUFFIX else path.with_name(path.name + VALUES_SUFFIX)


def write_values(path: Path, outcome: Evaluation, command: str, *, lines: int | None) -> None:
    """Write the values of an evaluation beside its run.

    Args:
        path: of the run.
        outcome: with the value of each query.
        command: that was run, such as ``eval questions``.
        lines: of the run; None without one.

    Raises:
        EvaluationError: the evaluation keeps no values, or the file cannot be written.
    """
    if not outcome.values:
        raise EvaluationError(f"{command} keeps no values of single queries to write to {path}")
    saved = SavedValues(
        command=command,
        counts=dict(outcome.counts),
        values={name: dict(of_query) for name, of_query in outcome.values.items()},
        mean_of={name: list(parts) for name, parts in outcome.mean_of.items()},
        lines=lines,
    )
    _replace(values_path(path), orjson.dumps(saved.model_dump(), option=orjson.OPT_INDENT_2))


def read_values(path: Path) -> SavedValues:
    """The values of a run, by the path of the run or of the values.

    Where the run itself is there, it must be the one that the values were written with.

    Raises:
        EvaluationError: a file is missing, not of the form, or the two do not belong together.
    """
    where = values_path(path)
    try:
        saved = SavedValues.model_validate(orjson.loads(where.read_bytes()))
    except OSError as error:
        raise EvaluationError(
            f"{where} cannot be read: {error.strerror}; --run of an evaluation writes it"
        ) from error
    except orjson.JSONDecodeError as error:
        raise EvaluationError(f"{where} is not JSON: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise EvaluationError(f"{where}, field {place!r}: {first['msg']}") from error
    for name, parts in saved.mean_of.items():
        lost = [part for part in (name, *parts) if part not in saved.values]
        if lost or not parts:
            raise EvaluationError(
                f"{where}, field 'mean_of.{name}': there are no values of {', '.join(lost) or name}"
            )
    run_path = where.with_name(where.name.removesuffix(VALUES_SUFFIX))
    if saved.lines is not None and run_path.is_file():
        _check_pair(read_run(run_path), saved, run_path, where)
    return saved


def _check_pair(run: Run, saved: SavedValues, run_path: Path, where: Path) -> None:
    known = {query for of_query in saved.values.values() for query in of_query}
    strange = [query for query in run.rankings if query not in known]
    if run.lines != saved.lines or strange:
        raise EvaluationError(
            f"{run_path} is not the run that {where} was written with: it has {run.lines:,} lines"
            f" instead of {saved.lines:,}"
            + (f" and the unknown query {strange[0]!r}" if strange else "")
        )


def _read_line(line: bytes, place: str) -> tuple[str, str, int, float]:
    """Query, document, rank and score of a line."""
    try:
        fields = line.decode("utf-8").split()
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{place} is not UTF-8: {error.reason}") from error
    if len(fields) != _FIELDS:
        raise EvaluationError(
            f"{place}: expected query id, Q0, document id, rank, score and tag, found"
            f" {len(fields)} fields"
        )
    query, _, document, rank, score, _ = fields
    if not (rank.isascii() and rank.isdecimal() and int(rank) > 0):
        raise EvaluationError(f"{place}: the rank is {rank!r}; expected an integer from 1")
    try:
        value = float(score)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise EvaluationError(f"{place}: the score is {score!r}; expected a finite number")
    return query, document, int(rank), value


def _check_id(identity: str, name: str) -> None:
    if not identity or any(character.isspace() for character in identity):
        raise EvaluationError(
            f"the {name} {identity!r} is empty or holds white space, which a run cannot hold"
        )


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise EvaluationError(f"{path} cannot be written: {error.strerror}") from error
