"""What an index gives, in the terms of the evaluations that ask it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from semsearch.answer.ask import verdict_on
from semsearch.answer.study import verdict_of_study
from semsearch.answer.verdict import VerdictKind
from semsearch.evaluate.questions import RankedText, SearchStatements
from semsearch.evaluate.scifact import SearchAbstracts
from semsearch.evaluate.verdicts import AskedVerdict
from semsearch.search import Searcher


def decide(question: str, contexts: Sequence[str]) -> VerdictKind:
    """What the paragraphs of one study say to a question."""
    return verdict_of_study(question, contexts).verdict


def asker(searcher: Searcher) -> Callable[[str], AskedVerdict]:
    """Asks an index; a question that gets no verdict, such as an open one, counts as unknown."""

    def asked(question: str) -> AskedVerdict:
        verdict = verdict_on(searcher, question)
        if verdict is None:
            return AskedVerdict(
                verdict=VerdictKind.UNKNOWN, leaning_no=False, reversed_reported=False
            )
        return AskedVerdict(
            verdict=verdict.verdict,
            leaning_no=verdict.leaning_no,
            reversed_reported=verdict.reversed_statements > 0,
        )

    return asked


def statements_of(searcher: Searcher) -> SearchStatements:
    """Searches the statements of an index."""

    def search(text: str, limit: int) -> list[RankedText]:
        return [
            RankedText(
                id=hit.statement.id,
                doi=hit.statement.paper.doi,
                text=hit.statement.text,
                score=hit.score,
            )
            for hit in searcher.search(text, limit=limit).hits
        ]

    return search


def abstracts_of(searcher: Searcher) -> SearchAbstracts:
    """Searches the abstracts of an index."""

    def search(text: str, limit: int) -> list[tuple[str, float]]:
        hits = searcher.search_abstracts(text, limit=limit)
        return [(hit.paper.id, hit.score) for hit in hits]

    return search
