"""Search in the lists nearest to the query, for many millions of rows.

Vectors are in the list of their nearest centre, in codes of product quantisation that are scanned
with look-up tables in registers (Jégou et al. 2011, Product quantization for nearest neighbor
search; André et al. 2017, Accelerated nearest neighbor search with Quick ADC; FAISS's
IndexIVFPQFastScan). The best by code are scored exactly by the stored vectors.
"""

from __future__ import annotations

from math import cbrt, ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semsearch.index.dense.protocol import Ranked, Rows, faiss_library, search_one
from semsearch.index.dense.scanned import StoredIndex

#: Candidates by code that are scored exactly, at least, and for each wanted row.
_LEAST, _GENEROUS = 1_000, 2
_LESS = 0.25  # share of allowed rows below which more lists are looked at


class InvertedIndex(StoredIndex):
    """See the module; codes and vectors are memory-mapped or read as the system has room.

    Args:
        ids: (n,) UTF-8 byte strings, ascending and unique.
        vectors: (n, dimension) unit rows.
        index: a FAISS index with inverted lists.
        lists: how many lists are looked at for a query.
    """

    few = 8_000  # which then takes no longer than to look at lists

    def __init__(self, ids: NDArray[np.bytes_], vectors: Rows, index: Any, *, lists: int) -> None:
        super().__init__(ids, vectors, index)
        self._lists = lists

    @property
    def most_lists(self) -> int:
        """How many lists there are."""
        return int(self._index.nlist)

    def looking_at(self, lists: int) -> InvertedIndex:
        """The same index, looking at another number of lists."""
        return InvertedIndex(self.ids, self._vectors, self._index, lists=lists)

    def _search(
        self, query: NDArray[np.float32], wanted: int, most: int, allowed: NDArray[np.bool_] | None
    ) -> Ranked:
        bits = None if allowed is None else np.packbits(allowed, bitorder="little")
        fetch = min(max(_GENEROUS * wanted, _LEAST), most)
        # The nearest of few allowed rows are further away, so in lists further away: with the cube
        # root the recall at a tenth and a hundredth of the rows is that without a filter, or more.
        sparse = cbrt(max(1.0, _LESS * len(self) / most))
        lists = min(ceil(self._lists * sparse), self._index.nlist)
        while True:
            rows = self._candidates(query, fetch, lists, bits)
            if len(rows) >= wanted:
                return self.best_of(query, wanted, rows)
            if lists == self._index.nlist:  # codes may be told to keep fewer than there are
                fetch = most
            lists = min(2 * lists, self._index.nlist)

    def _candidates(
        self,
        query: NDArray[np.float32],
        fetch: int,
        lists: int,
        bits: NDArray[np.uint8] | None,
    ) -> NDArray[np.int64]:
        """The best rows by code, in ascending order."""
        faiss = faiss_library()
        parameters = faiss.SearchParametersIVF(
            nprobe=lists, sel=None if bits is None else faiss.IDSelectorBitmap(bits)
        )
        _, rows = search_one(self._index, query, fetch, parameters)
        return np.sort(rows[rows >= 0])
