"""semsearch as a contender."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import orjson

from benchmarks.machine import bytes_of
from benchmarks.worker import slice_of, timed
from semsearch.answer.ask import ask
from semsearch.rank.options import SearchOptions, read_options
from semsearch.search import Searcher


class Ask:
    """Verdict and rendered hits: what ``GET /api/v1/ask`` does, up to the bytes of its JSON.

    Args:
        index: folder of the index.
        questions: of all rounds.
        each: questions of a round.
        limit: hits.
        year: filter, the first year that is allowed.
    """

    def __init__(
        self, *, index: str, questions: list[str], each: int, limit: int, year: int | None
    ) -> None:
        self._searcher = Searcher(Path(index))
        self._questions, self._each = questions, each
        self._options: SearchOptions = read_options(
            limit=limit, filters=[] if year is None else [f"year={year}.."]
        )
        self._hits: list[int] = []
        self._verdicts = 0
        self._bytes = 0

    def round(self, number: int) -> Sequence[float]:
        """Ask the questions of a round."""
        asked = slice_of(self._questions, number, self._each)
        return timed([lambda one=one: self._ask(one) for one in asked])

    def figures(self) -> dict[str, float]:
        """Hits and bytes of an answer, share of answers with a verdict, size of the index."""
        generation = self._searcher.generation
        return {
            "hits": float(np.mean(self._hits)),
            "verdicts": self._verdicts / len(self._hits),
            "answer_bytes": self._bytes / len(self._hits),
            "statements": float(len(generation.statements.dense)),
        }

    def _ask(self, question: str) -> None:
        answer = ask(self._searcher, question, options=self._options)
        self._hits.append(len(answer.statements))
        self._verdicts += answer.verdict is not None
        self._bytes += len(orjson.dumps(answer))


def sizes_of(index: Path) -> dict[str, float]:
    """10⁶ bytes of the files of an index, by what they are for."""
    found = {"dense_mb": 0, "tokens_mb": 0, "lexical_mb": 0, "columns_mb": 0, "store_mb": 0}
    number = (index / "CURRENT").read_text().strip()
    for path in (index / "generations" / f"{int(number):06d}").iterdir():
        kind = {
            ".faiss": "dense_mb",
            ".tokens": "tokens_mb",
            ".lexical": "lexical_mb",
            ".columns": "columns_mb",
            ".sqlite": "store_mb",
        }.get(path.suffix, "dense_mb" if path.is_dir() else None)
        if kind is not None:
            found[kind] += bytes_of(path)
    return {name: size / 1e6 for name, size in found.items()}
