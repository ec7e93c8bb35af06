"""What the answer room gives, in the terms of the evaluations that ask for verdicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from semsearch.answer.verdict import VerdictKind
    from semsearch.evaluate.verdicts import AskedVerdict
    from semsearch.search import Searcher


def decide(question: str, contexts: Sequence[str]) -> VerdictKind:
    """What the paragraphs of one study say to a question."""
    from semsearch.answer.study import verdict_of_study

    return verdict_of_study(question, contexts).verdict


def asker(searcher: Searcher) -> Callable[[str], AskedVerdict]:
    """Asks an index; a question that gets no verdict, such as an open one, counts as unknown."""
    from semsearch.answer.ask import verdict_on
    from semsearch.answer.verdict import VerdictKind
    from semsearch.evaluate.verdicts import AskedVerdict

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
