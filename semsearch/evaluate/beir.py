"""The BEIR form of a test collection: corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv.

Thakur et al. 2021, BEIR: a heterogeneous benchmark for zero-shot evaluation of information
retrieval models.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field

from semsearch.errors import EvaluationError
from semsearch.evaluate.lines import read_lines, read_records

_HEADER = ["query-id", "corpus-id", "score"]


class _Query(BaseModel):
    id: str = Field(alias="_id")
    text: str


class _Entry(BaseModel):
    id: str = Field(alias="_id")
    title: str = ""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusEntry:
    """One document of the collection."""

    id: str
    title: str
    text: str


def read_corpus(folder: Path) -> Iterator[CorpusEntry]:
    """The documents, one at a time.

    Raises:
        EvaluationError: the file is missing, a line is not of the form, or an id occurs twice.
    """
    path = folder / "corpus.jsonl"
    seen: set[str] = set()
    for number, entry in read_records(path, _Entry):
        if entry.id in seen:
            raise EvaluationError(f"{path} line {number}: the id {entry.id!r} occurs twice")
        seen.add(entry.id)
        yield CorpusEntry(id=entry.id, title=entry.title, text=entry.text)


def read_queries(folder: Path) -> dict[str, str]:
    """Query id → text; errors as in ``read_corpus``."""
    path = folder / "queries.jsonl"
    found: dict[str, str] = {}
    for number, query in read_records(path, _Query):
        if query.id in found:
            raise EvaluationError(f"{path} line {number}: the id {query.id!r} occurs twice")
        found[query.id] = query.text
    return found


def read_qrels(folder: Path, split: str | None) -> dict[str, dict[str, int]]:
    """Query id → document id → grade.

    Args:
        folder: of the collection.
        split: name of the file in ``qrels``; None takes ``test``, and ``train`` without it.

    Raises:
        EvaluationError: the file is missing or a line is not of the form.
    """
    if split is None:
        split = "test" if (folder / "qrels" / "test.tsv").is_file() else "train"
    path = folder / "qrels" / f"{split}.tsv"
    grades: dict[str, dict[str, int]] = {}
    for number, line in read_lines(path):
        fields = line.decode("utf-8", "replace").strip().split("\t")
        if number == 1 and fields == _HEADER:
            continue
        if len(fields) != 3 or not fields[2].lstrip("-").isdigit():
            raise EvaluationError(
                f"{path} line {number}: expected query id, document id and an integer grade,"
                " separated by tabs"
            )
        grades.setdefault(fields[0], {})[fields[1]] = int(fields[2])
    if not grades:
        raise EvaluationError(f"{path} holds no judgement")
    return grades
