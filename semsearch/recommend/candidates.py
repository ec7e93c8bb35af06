"""Works that may be cited at a place: those that like statements cite, and those by title.

A candidate is a work that a statement of the corpus cites, by its code in ``columns.targets``. All
that is known of one comes from the statements that are allowed: a count over others would tell an
evaluation what it asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from semsearch.index.columns import Columns
from semsearch.index.lexical.protocol import K1, LexicalIndex, LexicalQuery
from semsearch.index.value_lists import Groups
from semsearch.language.tokens import query_tokens
from semsearch.rank.similar import Likely
from semsearch.retrieve.generation import Generation

#: Candidates that each way gives.
BY_VOTES: Final = 200
BY_TITLE: Final = 120  # for the sentence, and for its context
BY_MEANING: Final = 60  # of the title, likewise
BY_CO_CITATION: Final = 40
#: Papers near the context whose cited works are all candidates, and abstracts to find them among.
BY_PAPERS: Final = 15
_ABSTRACTS: Final = 60
#: How fast the vote of a statement falls with its likeness, below that of the best.
SOFTNESS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Votes:
    """What statements say of the works that they cite.

    ``codes``: (t,) int64, ascending. ``best``: (t,) float64, the likeness of the best statement
    that cites each. ``total``: (t,) float64, the votes of all statements: the exponential of
    their likeness, 1 for the best of all, shared among the works of a statement by the root of
    their number.
    """

    codes: NDArray[np.int64]
    best: NDArray[np.float64]
    total: NDArray[np.float64]

    def of(self, codes: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(m,) ``best`` and ``total`` of some works, 0 for those that no statement voted for."""
        if not len(self.codes):
            return np.zeros(len(codes)), np.zeros(len(codes))
        places = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        held = self.codes[places] == codes
        return np.where(held, self.best[places], 0.0), np.where(held, self.total[places], 0.0)


def count_votes(columns: Columns, likely: Likely) -> Votes:
    """The votes of statements.

    Args:
        columns: of the statements.
        likely: the statements that vote.
    """
    targets = columns.targets
    starts = targets.offsets[likely.rows]
    numbers = targets.offsets[likely.rows + 1] - starts
    cited = Groups(targets.offsets, targets.codes).of(likely.rows).astype(np.int64)
    codes, places = np.unique(cited, return_inverse=True)
    score = np.repeat(likely.score, numbers)
    best = np.zeros(len(codes))
    np.maximum.at(best, places, score)
    top = float(likely.score.max(initial=0.0))
    votes = np.exp((score - top) / SOFTNESS) / np.sqrt(np.repeat(numbers, numbers))
    total = np.bincount(places, weights=votes, minlength=len(codes)).astype(np.float64)
    return Votes(codes, best, total)


@dataclass(frozen=True, slots=True)
class CoCited:
    """How much each of p source papers cites of what a text cites already.

    ``papers``: (p,) float64, the sum over the common works of ``1 / log(2 + n)``, where n papers
    cite the work: a work that everybody cites says little.
    """

    papers: NDArray[np.float64]


def co_cited(
    columns: Columns, known: NDArray[np.int64], allowed: NDArray[np.bool_] | None
) -> CoCited | None:
    """The papers that cite what a text cites; None where it cites nothing that they do.

    Args:
        columns: of the statements.
        known: codes of the works that the text cites.
        allowed: (n,) statements that may be looked at; None for all.
    """
    papers = np.zeros(len(columns.papers))
    for code in known.tolist():
        found = np.unique(columns.paper[citing_rows(columns, code, allowed)])
        if len(found):
            papers[found] += 1.0 / np.log(2.0 + len(found))
    return CoCited(papers) if papers.any() else None


def citing_rows(
    columns: Columns, code: int, allowed: NDArray[np.bool_] | None
) -> NDArray[np.int32]:
    """The allowed statements that cite a work, ascending."""
    rows = columns.targets.holders.of([code])
    return rows if allowed is None else rows[allowed[rows]]


def by_co_citation(
    columns: Columns, together: CoCited, allowed: NDArray[np.bool_] | None
) -> NDArray[np.int64]:
    """The works that the papers with the most in common cite, ``BY_CO_CITATION`` at most."""
    papers = np.argsort(-together.papers, kind="stable")[:BY_CO_CITATION]
    papers = papers[together.papers[papers] > 0]
    rows = columns.rows_of.of(papers)
    weights = together.papers[columns.paper[rows]]
    if allowed is not None:
        rows, weights = rows[allowed[rows]], weights[allowed[rows]]
    numbers = columns.targets.offsets[rows + 1] - columns.targets.offsets[rows]
    cited = Groups(columns.targets.offsets, columns.targets.codes).of(rows)
    pairs = np.unique(np.stack([cited, np.repeat(columns.paper[rows], numbers)], axis=1), axis=0)
    codes, places = np.unique(pairs[:, 0], return_inverse=True)
    total = np.bincount(places, weights=together.papers[pairs[:, 1]], minlength=len(codes))
    return codes[np.argsort(-total, kind="stable")[:BY_CO_CITATION]].astype(np.int64)


def by_near_papers(
    generation: Generation, vector: NDArray[np.float32], allowed: NDArray[np.bool_] | None
) -> NDArray[np.int64]:
    """The works that the ``BY_PAPERS`` papers cite whose abstracts are nearest to a vector."""
    columns = generation.statements.columns
    near = generation.abstracts.dense.search(vector, _ABSTRACTS).rows
    papers = np.flatnonzero(np.isin(generation.abstract_of, near))
    rank = {row: place for place, row in enumerate(near.tolist())}
    papers = papers[np.argsort([rank[row] for row in generation.abstract_of[papers].tolist()])]
    found: list[NDArray[np.int32]] = []
    for paper in papers.tolist():
        rows = columns.rows_of.of([paper])
        rows = rows if allowed is None else rows[allowed[rows]]
        if len(rows):
            found.append(Groups(columns.targets.offsets, columns.targets.codes).of(rows))
        if len(found) == BY_PAPERS:
            break
    return np.unique(np.concatenate([np.zeros(0, dtype=np.int32), *found])).astype(np.int64)


@dataclass(frozen=True, slots=True)
class TitleWords:
    """The words of a text as they are looked for in titles."""

    query: LexicalQuery
    most: float

    def share(self, titles: LexicalIndex, codes: NDArray[np.int64]) -> NDArray[np.float64]:
        """(m,) BM25 of some titles as a share of the most that one could have, 0–1."""
        return titles.score(self.query, codes).astype(np.float64) / self.most


def title_words(titles: LexicalIndex, text: str) -> TitleWords:
    """The words of a text."""
    words = query_tokens(text)
    most = sum(map(titles.idf, words)) * (K1 + 1)
    return TitleWords(LexicalQuery(tuple(((word,),) for word in words)), most or 1.0)
