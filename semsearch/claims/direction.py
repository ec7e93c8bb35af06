"""Whether a sentence says the opposite of what others say, where that is sure enough to be said.

A short sentence with one thing acting on another is turned into a question, as for the examples of
an index; how the sentence itself answers it must be clear, and the verdict must be "yes" or "no".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from semsearch.answer.evidence import SPEAKS, evidence_of, read_candidates
from semsearch.answer.examples import as_question
from semsearch.answer.sides import clearest
from semsearch.answer.verdict import CLEAR_WEIGHT, VerdictKind, decide
from semsearch.claims.results import Direction
from semsearch.language.clarity import chance
from semsearch.language.stance import Stance
from semsearch.rank.options import SearchOptions
from semsearch.search import Searcher

#: What a sentence says → the verdict that is against it, and the stance of that side.
_AGAINST: Final = {
    Stance.SUPPORTS: (VerdictKind.NO, Stance.OPPOSES),
    Stance.OPPOSES: (VerdictKind.YES, Stance.SUPPORTS),
}


def direction_of(
    searcher: Searcher, sentence: str, counts: Callable[[str], bool]
) -> Direction | None:
    """What others say to the relation that a sentence states; None where it states none clearly.

    Args:
        searcher: the index.
        sentence: without markers.
        counts: whether the statements of a paper, given by id, count.
    """
    question = as_question(sentence)
    if question is None:
        return None
    run = searcher.run(question, SearchOptions())
    if run.asked is None or run.asked.reader is None:
        return None
    reading = run.asked.reader.read(sentence)
    named = min(reading.agent_coverage, reading.target_coverage)
    if reading.stance not in _AGAINST or reading.told is None or named < SPEAKS:
        return None
    if chance(reading.told, 1.0) < CLEAR_WEIGHT:
        return None
    evidence = evidence_of(searcher, run, read_candidates(searcher, run))
    if evidence is None:
        return None
    verdict = decide([one for one in evidence if counts(one.paper)])
    opposite, side = _AGAINST[reading.stance]
    shown = clearest(searcher, run, verdict, ()) if verdict.verdict is opposite else ()
    return Direction(
        question=question,
        says=reading.stance,
        verdict=verdict,
        against=tuple(view for one in shown if one.stance is side for view in one.statements),
    )
