"""Lexical indexes as contenders: the best rows of a question by word, all over the same tokens."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import bytes_of
from benchmarks.worker import slice_of, timed


class Own:
    """The lexical index of semsearch.

    Args:
        tokens: folder of a lexical index of semsearch.
        queries: tokens of each question.
        each: questions of a round.
        limit: rows that are asked for.
    """

    def __init__(self, *, tokens: str, queries: list[list[str]], each: int, limit: int) -> None:
        from semsearch.index.lexical.files import open_lexical
        from semsearch.index.lexical.protocol import LexicalQuery

        self._index = open_lexical(Path(tokens))
        self._queries = [LexicalQuery(tuple(((one,),) for one in query)) for query in queries]
        self._each, self._limit = each, limit

    def round(self, number: int) -> Sequence[float]:
        """Ask the questions of a round."""
        asked = slice_of(self._queries, number, self._each)
        return timed([lambda one=one: self._index.search(one, self._limit) for one in asked])

    def figures(self) -> dict[str, float]:
        """Nothing more."""
        return {}


class Tantivy:
    """tantivy over the same tokens, in one segment; see ``Own``."""

    def __init__(self, *, tokens: str, queries: list[list[str]], each: int, limit: int) -> None:
        import tantivy  # noqa: F401 - the module below needs it
        from benchmark_lexical import texts_of, write_tantivy

        from semsearch.index.lexical.files import open_lexical
        from semsearch.index.lexical.protocol import LexicalQuery

        texts = texts_of(open_lexical(Path(tokens)))
        self._folder = tempfile.TemporaryDirectory()
        started = time.perf_counter()
        self._beside = write_tantivy(Path(self._folder.name), iter(texts), {})
        self._seconds = time.perf_counter() - started
        self._queries = [LexicalQuery(tuple(((one,),) for one in query)) for query in queries]
        self._each, self._limit = each, limit

    def round(self, number: int) -> Sequence[float]:
        """Ask the questions of a round."""
        return timed(
            [partial(self._ask, one) for one in slice_of(self._queries, number, self._each)]
        )

    def figures(self) -> dict[str, float]:
        """Seconds to build, 10⁶ bytes on disk."""
        return {"build_s": self._seconds, "disk_mb": bytes_of(Path(self._folder.name)) / 1e6}

    def _ask(self, query: Any) -> None:
        self._beside.best(self._beside.query(query), self._limit)


class Bm25s:
    """bm25s over the same tokens; see ``Own``."""

    def __init__(self, *, tokens: str, queries: list[list[str]], each: int, limit: int) -> None:
        import bm25s

        folder = Path(tokens)
        flat = np.load(folder / "tokens.npy")
        offsets = np.load(folder / "offsets.npy")
        known = [one.decode() for one in np.load(folder / "vocabulary.npy").tolist()]
        started = time.perf_counter()
        ids = [flat[a:b].tolist() for a, b in pairwise(offsets.tolist())]
        self._index: Any = bm25s.BM25(k1=1.2, b=0.75)
        vocabulary = {word: number for number, word in enumerate(known)}
        self._index.index((ids, vocabulary), show_progress=False)
        self._seconds = time.perf_counter() - started
        self._queries = queries
        self._each = each
        self._limit = min(limit, len(ids))

    def round(self, number: int) -> Sequence[float]:
        """Ask the questions of a round."""
        asked = slice_of(self._queries, number, self._each)
        return timed([lambda one=one: self._ask(one) for one in asked])

    def figures(self) -> dict[str, float]:
        """Seconds to build."""
        return {"build_s": self._seconds}

    def _ask(self, query: Sequence[str]) -> None:
        self._index.retrieve([list(query)], k=self._limit, show_progress=False, n_threads=1)
