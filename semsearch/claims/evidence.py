"""What others say for a claim: statements that cite the same work, and what else they cite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.encoder import Encoded
from semsearch.index.columns import NOTICES, Columns
from semsearch.rank.similar import similar_statements
from semsearch.records import CitationType, NoticeKind
from semsearch.report.about import About, gather_statements, rows_of
from semsearch.report.tally import retracted
from semsearch.search import Searcher
from semsearch.store.cited import CitationTo, citations_to

#: Cosine from which on a statement is like a claim; see docs/checking.md.
LIKE: Final = 0.65
_VOID: Final = sum(
    1 << NOTICES.index(kind) for kind in (NoticeKind.RETRACTION, NoticeKind.WITHDRAWAL)
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of the draft, and the statements of the corpus that are like it.

    ``vector``: (dimension,) float32 unit. ``rows``: (m,) int64 ascending, of the statements whose
    cosine is at least ``LIKE``. ``like``: (m,) float64 their cosines.
    """

    vector: NDArray[np.float32]
    rows: NDArray[np.int64]
    like: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AboutWork:
    """A statement about a work with its cosine to a claim."""

    about: About
    like: float


class Evidence:
    """The statements that count: by others, and not by retracted papers.

    Args:
        searcher: the index.
        apart: ids of papers whose statements do not count, such as the draft itself.
    """

    def __init__(self, searcher: Searcher, apart: Sequence[str]) -> None:
        self._searcher = searcher
        self.columns: Columns = searcher.generation.statements.columns
        self._dense = searcher.generation.statements.dense
        counted = (self.columns.notices & _VOID) == 0
        counted[self.columns.paper_numbers(list(apart))] = False
        self.counted: NDArray[np.bool_] = counted  # by number of the paper
        self._about: dict[str, tuple[tuple[About, ...], NDArray[np.int64]]] = {}

    def claims(self, texts: Sequence[str]) -> dict[str, Claim]:
        """The claims of some texts, which are encoded together."""
        unique = list(dict.fromkeys(texts))
        if not unique:
            return {}
        encoded = self._searcher.encoder.encode_tokens(unique)
        allowed = self.counted[self.columns.paper]
        found = {
            text: self._claim(text, number, encoded, allowed) for number, text in enumerate(unique)
        }
        return self._without_told(found)

    def read_about(self, works: Sequence[str]) -> None:
        """Read the statements about some works, which ``about`` is asked for then."""
        citations = citations_to(self._searcher.store, *works)
        void = retracted(self._searcher.store, {one.paper for one in citations})
        self._bar(void)
        groups: dict[str, list[CitationTo]] = {work: [] for work in works}
        for one in citations:
            groups[one.target].append(one)
        for work, group in groups.items():
            held = tuple(
                one
                for one in gather_statements(self._dense.ids, group)
                if one.row >= 0 and self.counted[self.columns.paper[one.row]]
            )
            self._about[work] = (held, rows_of(held))

    def about(self, work: str, claim: Claim) -> list[AboutWork]:
        """The statements about a work, those likest to a claim first; ties by id."""
        held, rows = self._about[work]
        if not held:
            return []
        like = self._dense.scores(claim.vector, rows).astype(np.float64)
        found = [
            AboutWork(one, round(value, 6)) for one, value in zip(held, like.tolist(), strict=True)
        ]
        return sorted(found, key=lambda one: (-one.like, one.about.id))

    def papers_citing(self, claim: Claim) -> dict[int, set[int]]:
        """Code of each work that statements like a claim cite → numbers of their papers."""
        targets, found = self.columns.targets, dict[int, set[int]]()
        for row in claim.rows.tolist():
            paper = int(self.columns.paper[row])
            for code in targets.codes[targets.offsets[row] : targets.offsets[row + 1]].tolist():
                found.setdefault(code, set()).add(paper)
        return found

    def together(self, claim: Claim, code: int) -> Counter[int]:
        """Code of each other work → papers with a like statement that cites it and ``code``."""
        targets = self.columns.targets
        pairs: set[tuple[int, int]] = set()
        for row in claim.rows.tolist():
            codes = targets.codes[targets.offsets[row] : targets.offsets[row + 1]].tolist()
            if code in codes:
                paper = int(self.columns.paper[row])
                pairs |= {(other, paper) for other in codes if other != code}
        return Counter(other for other, _ in pairs)

    def papers(self, claim: Claim) -> int:
        """How many papers have a statement like a claim."""
        return len(np.unique(self.columns.paper[claim.rows]))

    def citing(self, claim: Claim, code: int) -> list[tuple[int, float]]:
        """Rows of the like statements that cite a work with their cosines, one of each paper."""
        holders = self.columns.targets.holders.of([code])
        held = np.isin(claim.rows, holders)
        rows, like = claim.rows[held], claim.like[held]
        best: dict[int, tuple[int, float]] = {}
        for place in np.lexsort((rows, -like)).tolist():
            paper = int(self.columns.paper[rows[place]])
            best.setdefault(paper, (int(rows[place]), float(like[place])))
        return list(best.values())

    def _claim(self, text: str, number: int, encoded: Encoded, allowed: NDArray[np.bool_]) -> Claim:
        vector = encoded.vectors[number]
        tokens = None if encoded.tokens is None else encoded.tokens[number]
        likely = similar_statements(
            self._searcher.generation, text, vector, tokens, allowed=allowed
        )
        cosine = likely.features["dense"]
        held = cosine >= LIKE
        return Claim(vector, likely.rows[held], cosine[held])

    def _without_told(self, found: Mapping[str, Claim]) -> dict[str, Claim]:
        """Without the statements of papers of which services tell that they are retracted."""
        rows = np.concatenate([np.zeros(0, dtype=np.int64), *(c.rows for c in found.values())])
        papers = np.unique(self.columns.paper[rows])
        ids = [bytes(one).decode() for one in self.columns.papers[papers]]
        self._bar(retracted(self._searcher.store, ids))
        kept: dict[str, Claim] = {}
        for text, claim in found.items():
            held = self.counted[self.columns.paper[claim.rows]]
            kept[text] = Claim(claim.vector, claim.rows[held], claim.like[held])
        return kept

    def _bar(self, papers: frozenset[str]) -> None:
        self.counted[self.columns.paper_numbers(sorted(papers))] = False


def by_type(found: Sequence[AboutWork]) -> dict[str, int]:
    """How many of some statements about a work are of each type."""
    counts = Counter(one.about.citation.type for one in found)
    return {kind.value: counts[kind] for kind in CitationType}
