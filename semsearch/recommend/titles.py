"""Titles of the works that the corpus cites, by word and by meaning.

Their vectors stand in the index. Their words are indexed when they are first asked for, some 2
seconds for 80,000 works.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from semsearch.index.lexical.files import LexicalWriter, open_lexical
from semsearch.index.lexical.protocol import LexicalIndex
from semsearch.language.scripts import normal_form
from semsearch.language.tokens import lexical_tokens
from semsearch.retrieve.generation import Generation, rows_of
from semsearch.search import Searcher
from semsearch.store.works import titles_of_works


class Titles:
    """The titles of ``columns.targets`` of an index, by code; may be used by several threads.

    ``rows``: (t,) int64, the row of ``Generation.works`` of each; −1 for a work without a title.
    """

    def __init__(self, searcher: Searcher) -> None:
        generation = searcher.generation
        targets = generation.statements.columns.targets.values
        known = titles_of_works(searcher.store)
        self.texts: tuple[str, ...] = tuple(
            normal_form(known.get(bytes(one).decode()) or "") for one in targets
        )
        self.words: LexicalIndex = _indexed(self.texts)
        self.rows = rows_of(generation.works.dense, targets)
        self._codes = np.full(len(generation.works.dense), -1, dtype=np.int64)
        self._codes[self.rows[self.rows >= 0]] = np.flatnonzero(self.rows >= 0)

    def nearest(
        self,
        generation: Generation,
        vector: NDArray[np.float32],
        limit: int,
        allowed: NDArray[np.bool_],
    ) -> NDArray[np.int64]:
        """The codes of the works whose titles are nearest to a vector, best first.

        Args:
            generation: the index.
            vector: (dimension,) float32 unit.
            limit: most works.
            allowed: (t,) works that may be given.
        """
        may = np.zeros(len(self._codes), dtype=np.bool_)
        held = self._codes >= 0
        may[held] = allowed[self._codes[held]]
        return self._codes[generation.works.dense.search(vector, limit, allowed=may).rows]


_OF_SEARCHERS: WeakKeyDictionary[Searcher, Titles] = WeakKeyDictionary()
_MAKING = threading.Lock()


def titles_of(searcher: Searcher) -> Titles:
    """The titles of a searcher's generation, made at the first call."""
    with _MAKING:
        found = _OF_SEARCHERS.get(searcher)
        if found is None:
            found = _OF_SEARCHERS[searcher] = Titles(searcher)
        return found


def _indexed(texts: Sequence[str]) -> LexicalIndex:
    writer = LexicalWriter()
    for text in texts:
        writer.add(lexical_tokens(text))
    with TemporaryDirectory() as folder:  # what is mapped stays readable when its name is gone
        writer.write(Path(folder) / "titles")
        return open_lexical(Path(folder) / "titles")
