"""Which works are candidates for a masked citation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from semsearch.evaluate.splits import Split, allowed_papers
from semsearch.index.columns import Columns


class Pool(StrEnum):
    """The works that are ranked; of each a statement may be used."""

    #: At least two papers that may be used cite it.
    OTHERS = "others"
    #: At least two papers cite it, the one asked about among them. Of works that one other paper
    #: cites, this tells that the paper asked about cites them: what it gives is too high.
    TWO = "two"
    EVERY = "every"


@dataclass(frozen=True, slots=True)
class CitingPairs:
    """Which paper cites which work, once each: (k,) codes of works, (k,) numbers of papers."""

    codes: NDArray[np.int64]
    papers: NDArray[np.int64]
    columns: Columns

    @classmethod
    def of(cls, columns: Columns) -> CitingPairs:
        """Those of an index."""
        papers = np.repeat(columns.paper, np.diff(columns.targets.offsets))
        pairs = np.unique(np.stack([columns.targets.codes, papers]), axis=1).astype(np.int64)
        return cls(pairs[0], pairs[1], columns)

    def candidates(self, pool: Pool, paper: int, split: Split) -> NDArray[np.bool_]:
        """(t,) the works that are candidates for a citation of a paper."""
        size = len(self.columns.targets.values)
        usable = allowed_papers(self.columns, paper, split)[self.papers]
        others = np.bincount(self.codes[usable], minlength=size)
        if pool is Pool.OTHERS:
            return others >= 2
        found: NDArray[np.bool_] = others >= 1
        return found & self.cited_twice() if pool is Pool.TWO else found

    def cited_twice(self) -> NDArray[np.bool_]:
        """(t,) the works that at least two papers cite."""
        found: NDArray[np.bool_] = (
            np.bincount(self.codes, minlength=len(self.columns.targets.values)) >= 2
        )
        return found
