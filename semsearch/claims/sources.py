"""Primary sources: works, no reviews, that others cite for statements like a claim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from semsearch.claims.citing import CitingSentence
from semsearch.claims.evidence import Claim, Evidence
from semsearch.claims.results import LikeStatements, PrimarySource
from semsearch.claims.reviews import review_sign
from semsearch.recommend.cite import CitingStatement, KnownWork
from semsearch.recommend.place import Place
from semsearch.recommend.ranking import rank_works
from semsearch.report.work import WorkView, view_works
from semsearch.retrieve.generation import ids_of
from semsearch.retrieve.views import view_statements
from semsearch.search import Searcher

#: Papers that must cite a work in a like statement for it to be offered beside a review, and beside
#: another work.
BESIDE_REVIEW: Final = 2
BESIDE_OTHER: Final = 3
#: Score of ``cite`` below which no work is offered: how likely it is cited at the place.
LEAST_SCORE: Final = 0.05
#: Sources that are offered, and statements that are shown of each.
MOST_SOURCES: Final = 3
SHOWN: Final = 2


class Sources:
    """Finds primary sources for the sentences of one draft.

    Args:
        searcher: the index.
        evidence: which statements count.
        cited: ids of the works that the draft cites.
    """

    def __init__(self, searcher: Searcher, evidence: Evidence, cited: Sequence[str]) -> None:
        self._searcher = searcher
        self._evidence = evidence
        self._cited = frozenset(cited)
        self._views: dict[str, WorkView] = {}

    def for_citation(
        self, sentence: CitingSentence, claim: Claim, text: str, work: WorkView, own: Sequence[str]
    ) -> LikeStatements:
        """What others cite for statements like a claim of the draft.

        Offered are works that more papers cite for such statements than cite the draft's work,
        ``BESIDE_OTHER`` at least, and that one cites together with it; beside a review those that
        ``BESIDE_REVIEW`` papers cite, together with it or not.

        Args:
            sentence: of the draft.
            claim: of the citation.
            text: of the claim.
            work: that the draft cites for it.
            own: ids of all works that the sentence cites.
        """
        targets = self._evidence.columns.targets
        papers = self._evidence.papers_citing(claim)
        code = targets.code(work.id)
        of_work = 0 if code is None else len(papers.get(code, ()))
        beside = {} if code is None else self._evidence.together(claim, code)
        is_review = review_sign(work) is not None
        least = max(BESIDE_REVIEW if is_review else BESIDE_OTHER, of_work + 1)
        fitting = {
            other: len(of_other)
            for other, of_other in papers.items()
            if len(of_other) >= least and (is_review or beside.get(other, 0))
        }
        known = {identity: targets.code(identity) for identity in own}
        codes = [one for one in known.values() if one is not None]
        fitting = {other: n for other, n in fitting.items() if other not in codes}
        chosen = self._ranked(sentence, text, codes, fitting) if fitting else []
        return LikeStatements(
            papers=self._evidence.papers(claim),
            of_work=of_work,
            sources=tuple(
                self._source(claim, other, score, fitting[other], beside.get(other, 0))
                for other, score in chosen
            ),
        )

    def _ranked(
        self, sentence: CitingSentence, text: str, codes: Sequence[int], fitting: Iterable[int]
    ) -> list[tuple[int, float]]:
        """Codes and scores of the best that ``cite`` gives: no reviews, none retracted."""
        place = Place(sentence.plain, sentence.context, text, ())
        known = np.array(sorted(codes), dtype=np.int64)
        among = np.zeros(len(self._evidence.columns.targets.values), dtype=np.bool_)
        among[list(fitting)] = True
        ranked = rank_works(self._searcher, place, known=known, among=among)
        offered = [
            (code, score)
            for code, score in zip(ranked.codes.tolist(), ranked.scores.tolist(), strict=True)
            if score >= LEAST_SCORE
        ]
        views = self._view([code for code, _ in offered])
        return [
            (code, score)
            for code, score in offered
            if not views[code].retracted and review_sign(views[code]) is None
        ][:MOST_SOURCES]

    def _source(
        self, claim: Claim, code: int, score: float, papers: int, together: int
    ) -> PrimarySource:
        view = self._view([code])[code]
        rows = self._evidence.citing(claim, code)[:SHOWN]
        dense = self._searcher.generation.statements.dense
        ids = ids_of(dense, np.array([row for row, _ in rows], dtype=np.int64))
        return PrimarySource(
            score=score,
            work=named_work(view),
            papers=papers,
            together=together,
            in_draft=view.id in self._cited,
            examples=tuple(
                CitingStatement(like=round(like, 6), statement=statement)
                for (_, like), statement in zip(
                    rows, view_statements(self._searcher.store, ids), strict=True
                )
            ),
        )

    def _view(self, codes: Sequence[int]) -> dict[int, WorkView]:
        values = self._evidence.columns.targets.values
        ids = {code: bytes(values[code]).decode() for code in codes}
        missing = [one for one in ids.values() if one not in self._views]
        if missing:
            self._views |= view_works(self._searcher.store, missing)
        return {code: self._views[identity] for code, identity in ids.items()}


def named_work(view: WorkView) -> KnownWork:
    """A work as lists name it."""
    return KnownWork(
        id=view.id,
        doi=view.doi,
        pmid=view.pmid,
        title=view.title,
        authors=view.authors,
        year=view.year,
        journal=view.journal,
        in_corpus=view.in_corpus,
    )
