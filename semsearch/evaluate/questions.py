"""Graded questions on citation statements.

**Matching.** Sentence splitting may differ, so a hit matches a judgement of the same question when
the citing DOIs are equal and the word sets of the texts, in normal form and without case, have a
Jaccard index of at least 0.8. A hit takes the judgement with the highest index that no
better-ranked hit has taken; a hit that matches only taken judgements says the same once more and
is passed over in every measure but judged@10, where it counts as judged.

**Measures** (the index is run to depth 1,000): nDCG@10 on the condensed list with gain 2^grade − 1,
recall@100 of grade 2 and more, judged@10 on the list as it is; each by kind (``ndcg@10_general``,
``ndcg@10_specific``), and the mean of the kinds (``ndcg@10``), in which each kind weighs the same:
of K kinds, a question of a kind with n questions weighs 1 / (K n).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field

from semsearch.errors import EvaluationError
from semsearch.evaluate.evaluation import Evaluation, evaluation_of
from semsearch.evaluate.lines import read_records
from semsearch.evaluate.measures import Gain, condense, ndcg, recall
from semsearch.evaluate.runs import RecordRanking
from semsearch.language.scripts import normal_form

DEPTH = 1000
LEAST_JACCARD = 0.8
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedText:
    """A hit: a citation statement, the DOI of its source paper and the score it is ranked by."""

    id: str
    doi: str | None
    text: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question and its kind, "general" (many answers) or "specific" (few)."""

    id: str
    text: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A graded statement: 0 says nothing to the question, 3 answers it."""

    id: str  # line of the file
    query: str
    doi: str
    words: frozenset[str]
    grade: int


class _Query(BaseModel):
    id: str = Field(alias="_id")
    text: str
    kind: str


class _Judged(BaseModel):
    query: str
    citing: str
    text: str
    grade: int


#: Gives up to n statements for a question, best first.
SearchStatements = Callable[[str, int], Sequence[RankedText]]


def read_questions(folder: Path) -> list[Question]:
    """The questions of an evaluation set.

    Raises:
        EvaluationError: the file is missing, a line is not of the form, or an id occurs twice.
    """
    path = folder / "queries.jsonl"
    found: dict[str, Question] = {}
    for number, line in read_records(path, _Query):
        if line.id in found:
            raise EvaluationError(f"{path} line {number}: the id {line.id!r} occurs twice")
        found[line.id] = Question(id=line.id, text=line.text, kind=line.kind)
    if not found:
        raise EvaluationError(f"{path} holds no question")
    return list(found.values())


def read_judgements(folder: Path, questions: Iterable[Question]) -> list[Judgement]:
    """The judgements of an evaluation set.

    Raises:
        EvaluationError: the file is missing, a line is not of the form, or names no question.
    """
    path = folder / "judgements.jsonl"
    known = {question.id for question in questions}
    found: list[Judgement] = []
    for number, line in read_records(path, _Judged):
        if line.query not in known:
            raise EvaluationError(f"{path} line {number}: there is no question {line.query!r}")
        found.append(
            Judgement(
                id=f"line {number}",
                query=line.query,
                doi=line.citing.casefold(),
                words=word_set(line.text),
                grade=line.grade,
            )
        )
    return found


def evaluate_questions(
    search: SearchStatements, folder: Path, *, record: RecordRanking | None = None
) -> Evaluation:
    """Measures of an index over the questions of a folder, by kind and in the mean of kinds.

    Args:
        search: gives up to n statements for a question, best first.
        folder: holds queries.jsonl and judgements.jsonl.
        record: is given each question's ranking as it came, before matching.

    Raises:
        EvaluationError: a file is missing or not of the form.
    """
    questions = read_questions(folder)
    of_question: dict[str, list[Judgement]] = {question.id: [] for question in questions}
    for judgement in read_judgements(folder, questions):
        of_question[judgement.query].append(judgement)
    kinds = sorted({question.kind for question in questions})
    mean_of = {name: [f"{name}_{kind}" for kind in kinds] for name in _MEASURES}
    values: dict[str, dict[str, float | None]] = {
        key: {} for name, parts in mean_of.items() for key in (name, *parts)
    }
    matched = 0
    for question in questions:
        judgements = of_question[question.id]
        grades = {judgement.id: judgement.grade for judgement in judgements}
        hits = search(question.text, DEPTH)
        outcome = match(hits, judgements)
        matched += len(grades.keys() & set(outcome.ranking))
        for name, measure in _MEASURES.items():
            value = measure(outcome, grades)
            values[name][question.id] = values[f"{name}_{question.kind}"][question.id] = value
        if record is not None:
            record(question.id, [(hit.id, hit.score) for hit in hits])
    counts = {
        "queries": len(questions),
        "judgements": sum(map(len, of_question.values())),
        "judgements_retrieved": matched,
    }
    return evaluation_of(values, counts, mean_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """A ranking in terms of judgements.

    ``ranking`` holds the id of the judgement that a hit took, else the id of the hit, without hits
    that say once more what a better one said; ``judged`` says of every hit whether it matched any.
    """

    ranking: tuple[str, ...]
    judged: tuple[bool, ...]
    taken: tuple[str | None, ...]  # the judgement that each hit took

    def judged_share(self, depth: int) -> float | None:
        """Share of the first hits that matched a judgement; None without hits."""
        top = self.judged[:depth]
        return sum(top) / len(top) if top else None


def match(hits: Sequence[RankedText], judgements: Sequence[Judgement]) -> Matched:
    """Match hits to the judgements of their question, as the module says."""
    by_doi: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        by_doi.setdefault(judgement.doi, []).append(judgement)
    taken: set[str] = set()
    ranking: list[str] = []
    found: list[bool] = []
    took: list[str | None] = []
    for hit in hits:
        near = _near(hit, by_doi.get((hit.doi or "").casefold(), []))
        free = [judgement for judgement in near if judgement.id not in taken]
        found.append(bool(near))
        took.append(free[0].id if free else None)
        if free:
            taken.add(free[0].id)
            ranking.append(free[0].id)
        elif not near:
            ranking.append(hit.id)
    return Matched(ranking=tuple(ranking), judged=tuple(found), taken=tuple(took))


def word_set(text: str) -> frozenset[str]:
    """The words of a text, in normal form and without case."""
    return frozenset(_WORD.findall(normal_form(text).casefold()))


def _near(hit: RankedText, judgements: Sequence[Judgement]) -> list[Judgement]:
    """The judgements that a hit matches, the most alike first."""
    if not judgements:
        return []
    words = word_set(hit.text)
    scored = [(_jaccard(words, judgement.words), judgement) for judgement in judgements]
    near = [(index, judgement) for index, judgement in scored if index >= LEAST_JACCARD]
    return [judgement for _, judgement in sorted(near, key=lambda pair: -pair[0])]


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def _condensed_ndcg(outcome: Matched, grades: Mapping[str, int]) -> float | None:
    return ndcg(condense(outcome.ranking, grades), grades, 10, gain=Gain.EXPONENTIAL)


_MEASURES: Mapping[str, Callable[[Matched, Mapping[str, int]], float | None]] = {
    "ndcg@10": _condensed_ndcg,
    "recall@100": lambda outcome, grades: recall(outcome.ranking, grades, 100, least=2),
    "judged@10": lambda outcome, _: outcome.judged_share(10),
}
