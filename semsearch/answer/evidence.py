"""What the statements of a ranking say to a question, read before a verdict is made of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from semsearch.answer.verdict import Evidence
from semsearch.encode.recipe import plain_text
from semsearch.index.columns import RELATIONSHIPS, Relationship
from semsearch.language.clarity import chance
from semsearch.language.question import QuestionKind
from semsearch.language.stance import Stance, StanceReading
from semsearch.rank.run import Run
from semsearch.retrieve.generation import ids_of
from semsearch.search import Searcher
from semsearch.store.reading import statements
from semsearch.timing import Stage, timed

#: Relevance, 0–1, from which a statement is read.
LEAST_RELEVANCE = 0.2
#: Weight from which a verdict counts a statement: of judged readings below, fewer than half were
#: right. What opposes or is reversed is told far less often than it is misread, so that more is
#: asked of it.
LEAST_WEIGHT, LEAST_AGAINST = 0.35, 0.5
#: Share of each side of the relation that a statement must name to speak of it: more than the head
#: of two words ("long days" are no short days, "cancer" is not lung cancer), or two words of three.
SPEAKS = 0.585
_SELF_ONLY = 1 << RELATIONSHIPS.index(Relationship.SELF)


@dataclass(frozen=True, slots=True)
class ReadCandidate:
    """A candidate whose text was read."""

    place: int
    id: str
    relevance: float  # 0–1
    reading: StanceReading

    @property
    def speaks(self) -> bool:
        """Whether the text names both sides."""
        return min(self.reading.agent_coverage, self.reading.target_coverage) >= SPEAKS

    @property
    def weight(self) -> float:
        """How likely it says of both sides what was read, 0–1; 0 where nothing was read."""
        if self.reading.told is None:
            return 0.0
        named = self.reading.agent_coverage * self.reading.target_coverage
        return chance(self.reading.told, self.relevance) * named

    @property
    def has_voice(self) -> bool:
        """Whether a verdict counts it."""
        stance = self.reading.stance
        against = stance in (Stance.OPPOSES, Stance.REVERSED)
        least = LEAST_AGAINST if against else LEAST_WEIGHT
        return stance is not Stance.UNRELATED and self.speaks and self.weight >= least


def read_candidates(searcher: Searcher, run: Run, *, least: float = SPEAKS) -> list[ReadCandidate]:
    """The readings of all candidates that are relevant enough, best first.

    Args:
        searcher: an opened index.
        run: of a question.
        least: share of each side that a statement must name to be read; without that it has no
            voice, whatever it says, and its stance is "unrelated".
    """
    if run.asked is None or run.asked.reader is None:
        return []
    ranking = run.ranking
    # Only the learned ranking gives chances: of BM25, which has no upper bound, 1 says enough.
    relevance = np.clip(ranking.score if ranking.rerank is None else ranking.rerank, 0.0, 1.0)
    places = [int(p) for p in ranking.order if not relevance[p] < LEAST_RELEVANCE]
    rows: NDArray[np.int64] = ranking.candidates.rows[places]
    ids = ids_of(searcher.generation.statements.dense, rows)
    with timed(Stage.ROWS):
        held = statements(searcher.store, ids)
    with timed(Stage.READ):
        return [
            ReadCandidate(
                place,
                one,
                float(relevance[place]),
                run.asked.reader.read(plain_text(held[one].text, held[one].markers), least=least),
            )
            for place, one in zip(places, ids, strict=True)
        ]


def evidence_of(searcher: Searcher, run: Run, read: list[ReadCandidate]) -> list[Evidence] | None:
    """What speaks of the asked relation, clearest first; None where no yes/no one was asked."""
    if run.asked is None or run.asked.analysis.kind is not QuestionKind.YES_NO:
        return None
    if run.asked.reader is None:
        return None
    columns = searcher.generation.statements.columns
    evidence: list[Evidence] = []
    for one in read:
        if not one.has_voice:
            continue
        row = run.ranking.candidates.rows[one.place]
        paper = int(columns.paper[row])
        authors = columns.authors
        keys = authors.codes[authors.offsets[paper] : authors.offsets[paper + 1]]
        evidence.append(
            Evidence(
                id=one.id,
                stance=one.reading.stance,
                weight=one.weight,
                paper=bytes(columns.papers[paper]).decode(),
                authors=tuple(bytes(authors.values[key]).decode() for key in keys),
                self_citation=int(columns.relationships[row]) == _SELF_ONLY,
            )
        )
    evidence.sort(key=lambda one: -one.weight)
    return evidence
