"""What contenders are given: questions, a filter, statements with vectors, in files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray
from pydantic import BaseModel

from semsearch.encode.recipe import plain_text
from semsearch.errors import EvaluationError
from semsearch.evaluate.lines import read_records
from semsearch.index.columns import NO_YEAR, Columns
from semsearch.retrieve.generation import Generation
from semsearch.store.database import Database
from semsearch.store.reading import live_statements

#: Share of the statements that the filter of the benchmarks leaves.
SHARE = 0.1
_LOT = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Files that hold the statements of an index for those who know nothing of it.

    ``texts``: JSON lines with id, text, year, title, doi. ``vectors``: (n, d) float32 for
    ``numpy.load``.
    """

    texts: Path
    vectors: Path

    def as_options(self) -> dict[str, str]:
        """For a contender."""
        return {"texts": str(self.texts.absolute()), "vectors": str(self.vectors.absolute())}


class _Line(BaseModel):
    """What a line may ask; other members are passed over."""

    question: str | None = None
    reversed: str | None = None
    opposite: str | None = None
    text: str | None = None


def read_questions(path: Path, most: int | None = None) -> list[str]:
    """Different questions of a file of JSON lines, in an order that does not follow the file.

    Args:
        path: each line has ``question``, ``reversed``, ``opposite``, or ``text``.
        most: questions wanted.

    Raises:
        EvaluationError: the file cannot be read, a line is wrong, or there are fewer than wanted.
    """
    found: dict[str, None] = {}
    for _, line in read_records(path, _Line):
        asked = (line.question or line.text, line.reversed, line.opposite)
        found.update(dict.fromkeys(one for one in asked if one))
    questions = list(found)
    order = np.random.default_rng(0).permutation(len(questions))
    if most is not None and most > len(questions):
        raise EvaluationError(
            f"{path} has {len(questions)} different questions, expected {most}: name another file,"
            " or ask for fewer by --each and --rounds"
        )
    return [questions[place] for place in order[:most]]


def filter_year(columns: Columns) -> tuple[int, float]:
    """The year from which on the share of statements is nearest to ``SHARE``, and the share."""
    years = columns.year[columns.paper]
    known = np.unique(years[years != NO_YEAR])
    shares = [float(np.mean(years >= year)) for year in known]
    place = int(np.argmin([abs(share - SHARE) for share in shares]))
    return int(known[place]), shares[place]


def export_corpus(
    generation: Generation, store: Path, folder: Path, vectors: NDArray[np.float32]
) -> Corpus:
    """Write the statements of an index for peers, unless they are there already.

    Args:
        generation: of the index.
        store: of the generation.
        folder: where to.
        vectors: (n, d) of its statements.
    """
    corpus = Corpus(texts=folder / "texts.jsonl", vectors=folder / "vectors.npy")
    if corpus.vectors.is_file():
        return corpus
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(store, read_only=True)
    papers, rows = generation.statements.columns.papers, generation.statements.columns.paper
    years = dict(zip(papers.tolist(), generation.statements.columns.year.tolist(), strict=True))
    with corpus.texts.open("wb") as stream:
        after = ""
        while lot := live_statements(database, after=after, limit=_LOT):
            for statement, title in lot:
                line = {
                    "id": statement.id,
                    "text": plain_text(statement.text, statement.markers),
                    "year": years[statement.paper.encode()],
                    "title": title or "",
                    "doi": statement.paper.removeprefix("doi:"),
                }
                stream.write(orjson.dumps(line) + b"\n")
            after = lot[-1][0].id
    database.close()
    if len(vectors) != len(rows):
        raise ValueError(f"{len(vectors):,} vectors for {len(rows):,} statements")
    partial = corpus.vectors.with_suffix(".partial.npy")
    np.save(partial, vectors)
    partial.rename(corpus.vectors)
    return corpus
