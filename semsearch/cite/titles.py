"""Titles of the works that the corpus cites: by word for all of them, by meaning for a few.

The words of all titles are indexed when they are first asked for, some 2 seconds for 80,000 works.
Titles are encoded when a work comes near enough to be considered, and kept for the next time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from semsearch.index.lexical.files import LexicalWriter, open_lexical
from semsearch.index.lexical.protocol import LexicalIndex
from semsearch.language.scripts import normal_form
from semsearch.language.tokens import lexical_tokens
from semsearch.rank.late_interaction import QueryTokens
from semsearch.rank.similar import late_tokens
from semsearch.search import Searcher
from semsearch.store.works import titles_of_works

#: Titles that are kept; one takes some 4 kB.
_KEPT: Final = 20_000
#: Stands for a title that is not known.
_UNKNOWN: Final = "untitled"


@dataclass(frozen=True, slots=True)
class EncodedTitle:
    """``vector``: (dimension,) float32 unit. ``tokens``: None where the index has none."""

    vector: NDArray[np.float32]
    tokens: QueryTokens | None


class Titles:
    """The titles of ``columns.targets`` of an index, by code; may be used by several threads."""

    def __init__(self, searcher: Searcher) -> None:
        targets = searcher.generation.statements.columns.targets.values
        known = titles_of_works(searcher.store)
        self.texts: tuple[str, ...] = tuple(
            normal_form(known.get(bytes(one).decode()) or "") for one in targets
        )
        self.words: LexicalIndex = _indexed(self.texts)
        self._kept: OrderedDict[int, EncodedTitle] = OrderedDict()
        self._lock = threading.Lock()

    def encoded(self, searcher: Searcher, codes: Sequence[int]) -> list[EncodedTitle]:
        """The titles of some works, encoded; those that are not kept are encoded together."""
        with self._lock:
            known = {code: self._kept[code] for code in codes if code in self._kept}
        missing = [code for code in dict.fromkeys(codes) if code not in known]
        if missing:
            known |= self._encode(searcher, missing)
        with self._lock:
            for code in codes:
                self._kept[code] = known[code]
                self._kept.move_to_end(code)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return [known[code] for code in codes]

    def _encode(self, searcher: Searcher, codes: Sequence[int]) -> dict[int, EncodedTitle]:
        texts = [self.texts[code] or _UNKNOWN for code in codes]
        encoded = searcher.encoder.encode_tokens(texts)
        tokens = encoded.tokens or [None] * len(texts)
        return {
            code: EncodedTitle(vector, late_tokens(searcher.generation, text, own))
            for code, text, vector, own in zip(codes, texts, encoded.vectors, tokens, strict=True)
        }


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
