"""An answer: the verdict, and the statements and abstracts that it can be checked with."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from semsearch.answer.verdict import Evidence, Verdict, decide
from semsearch.encode.recipe import plain_text
from semsearch.index.columns import RELATIONSHIPS, Relationship
from semsearch.language.question import QuestionKind
from semsearch.language.relation import Polarity
from semsearch.language.stance import Stance, StanceReading
from semsearch.rank.listing import list_statements
from semsearch.rank.options import SearchOptions
from semsearch.rank.run import Run
from semsearch.retrieve.generation import ids_of
from semsearch.retrieve.hits import (
    AbstractHit,
    Expansion,
    FacetCounts,
    SearchResult,
    StatementHit,
    StatementView,
)
from semsearch.retrieve.query import check_limit, check_text
from semsearch.retrieve.views import view_statements
from semsearch.search import Searcher
from semsearch.store.reading import statements

#: Abstracts beside the statements of an answer; fewer when fewer hits are asked for.
ABSTRACTS = 3
#: Relevance, 0–1, from which a statement has a voice.
LEAST_RELEVANCE = 0.3
#: Share of each side of the relation that a statement must name to speak of it: more than the head
#: of two words ("long days" are no short days, "cancer" is not lung cancer), or two words of three.
SPEAKS = 0.585
#: Statements that are shown of each side of a verdict.
STRONGEST = 3
#: A statement's weight is relevance to this power, times the shares of both sides to the other:
#: chosen with the constants of ``verdict.py``.
RELEVANCE_POWER, NAMED_POWER = 4, 3
_SELF_ONLY = 1 << RELATIONSHIPS.index(Relationship.SELF)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRelation:
    """The relation that was understood from the question."""

    kind: QuestionKind
    agent: str | None
    relation: str | None
    target: str | None
    polarity: Polarity | None
    negated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of the corpus was looked at, and how much of it speaks of the question.

    ``statements_of_both`` and ``papers_of_both``: that name both sides of the asked relation.
    """

    statements_searched: int
    abstracts_searched: int
    papers_searched: int
    statements_of_both: int
    papers_of_both: int
    papers_in_answer: int
    retracted_in_answer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The clearest statements of one stance, at most ``STRONGEST``; the verdict counts all."""

    stance: Stance
    statements: tuple[StatementView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Ranked evidence for a question; ``verdict`` is None where no yes/no relation was asked.

    ``sides``: those of the verdict that statements take, from supporting to reversed.
    The fields from ``total`` to ``empty_because`` are those of ``SearchResult``.
    """

    question: str
    asked: AskedRelation | None
    verdict: Verdict | None
    sides: tuple[Side, ...]
    statements: tuple[StatementHit, ...]
    abstracts: tuple[AbstractHit, ...]
    coverage: Coverage
    total: int
    allowed: int
    filter: str | None
    expansions: tuple[Expansion, ...]
    facets: dict[str, FacetCounts]
    next: str | None
    empty_because: str | None


@dataclass(frozen=True, slots=True)
class _Read:
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
        """How clearly it speaks of what was asked, 0–1."""
        named = self.reading.agent_coverage * self.reading.target_coverage
        return float(self.relevance**RELEVANCE_POWER * named**NAMED_POWER)


def ask(
    searcher: Searcher,
    question: str,
    *,
    limit: int | None = None,
    options: SearchOptions | None = None,
) -> Answer:
    """Answer a question with a verdict, statements and abstracts, best first.

    Args:
        searcher: an opened index.
        question: in natural language, such as "does EMT induce IL-6".
        limit: statements to give; before that of the options.
        options: how to search; a filter also holds for the verdict.

    Raises:
        QueryError: the question, the limit or the filter cannot be asked for.
    """
    asked = check_text(question)
    how = options or SearchOptions()
    how = how if limit is None else replace(how, limit=limit)
    most = check_limit(how.limit)
    run = searcher.run(asked, how)
    result = list_statements(searcher.generation, searcher.store, asked, run, how)
    abstracts = searcher.search_abstracts(asked, limit=min(most, ABSTRACTS), options=how)
    read = _read(searcher, run)
    verdict = _verdict(searcher, run, read)
    return Answer(
        question=asked,
        asked=_relation(run),
        verdict=verdict,
        sides=_sides(searcher, verdict),
        statements=result.hits,
        abstracts=abstracts,
        coverage=_coverage(searcher, run, read, result, abstracts),
        total=result.total,
        allowed=result.allowed,
        filter=result.filter,
        expansions=result.expansions,
        facets=result.facets,
        next=result.next,
        empty_because=result.empty_because,
    )


def verdict_on(
    searcher: Searcher, question: str, options: SearchOptions | None = None
) -> Verdict | None:
    """The verdict alone; None where no yes/no relation was asked. Errors as in ``ask``."""
    run = searcher.run(check_text(question), options or SearchOptions())
    return _verdict(searcher, run, _read(searcher, run))


def _relation(run: Run) -> AskedRelation | None:
    if run.asked is None:
        return None
    found = run.asked.analysis
    return AskedRelation(
        kind=found.kind,
        agent=found.agent,
        relation=found.relation,
        target=found.target,
        polarity=found.polarity,
        negated=found.negated,
    )


def _read(searcher: Searcher, run: Run) -> list[_Read]:
    """The readings of all candidates that are relevant enough, best first."""
    if run.asked is None or run.asked.reader is None:
        return []
    ranking = run.ranking
    relevance = ranking.score if ranking.rerank is None else ranking.rerank
    places = [int(p) for p in ranking.order if not relevance[p] < LEAST_RELEVANCE]
    rows: NDArray[np.int64] = ranking.candidates.rows[places]
    ids = ids_of(searcher.generation.statements.dense, rows)
    held = statements(searcher.store, ids)
    return [
        _Read(
            place,
            one,
            float(relevance[place]),
            run.asked.reader.read(plain_text(held[one].text, held[one].markers)),
        )
        for place, one in zip(places, ids, strict=True)
    ]


def _verdict(searcher: Searcher, run: Run, read: list[_Read]) -> Verdict | None:
    if run.asked is None or run.asked.analysis.kind is not QuestionKind.YES_NO:
        return None
    if run.asked.reader is None:
        return None
    columns = searcher.generation.statements.columns
    evidence: list[Evidence] = []
    for one in read:
        if one.reading.stance is Stance.UNRELATED or not one.speaks:
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
    return decide(evidence)


def _sides(searcher: Searcher, verdict: Verdict | None) -> tuple[Side, ...]:
    if verdict is None:
        return ()
    counts = verdict.counts
    clearest = {
        Stance.SUPPORTS: counts.supports.ids[:STRONGEST],
        Stance.HEDGED_SUPPORTS: counts.hedged_supports.ids[:STRONGEST],
        Stance.OPPOSES: counts.opposes.ids[:STRONGEST],
        Stance.REVERSED: counts.reversed.ids[:STRONGEST],
    }
    views = view_statements(searcher.store, [one for ids in clearest.values() for one in ids])
    by_id = {view.id: view for view in views}
    return tuple(
        Side(stance=stance, statements=tuple(by_id[one] for one in ids))
        for stance, ids in clearest.items()
        if ids
    )


def _coverage(
    searcher: Searcher,
    run: Run,
    read: list[_Read],
    result: SearchResult,
    abstracts: tuple[AbstractHit, ...],
) -> Coverage:
    columns = searcher.generation.statements.columns
    both = [run.ranking.candidates.rows[one.place] for one in read if one.speaks]
    sources = {hit.statement.paper.id: hit.statement.paper for hit in result.hits}
    sources |= {hit.paper.id: hit.paper for hit in abstracts}
    counts = searcher.info().counts
    return Coverage(
        statements_searched=run.allowed,
        abstracts_searched=counts["abstracts"],
        papers_searched=counts["papers"],
        statements_of_both=len(both),
        papers_of_both=len({int(columns.paper[row]) for row in both}),
        papers_in_answer=len(sources),
        retracted_in_answer=sum(paper.retracted for paper in sources.values()),
    )
