"""An answer: the verdict, and the statements and abstracts that it can be checked with."""

from __future__ import annotations

from dataclasses import dataclass, replace

from semsearch.answer.evidence import ReadCandidate, evidence_of, read_candidates
from semsearch.answer.sides import Side, SideGrouping, SideList, clearest, side_of
from semsearch.answer.spelling import Spelling, UnknownWord, spelling_of
from semsearch.answer.verdict import Verdict, decide
from semsearch.language.question import QuestionKind
from semsearch.language.relation import Polarity
from semsearch.language.stance import Stance
from semsearch.rank.listing import list_statements
from semsearch.rank.options import SearchOptions
from semsearch.rank.run import Run
from semsearch.retrieve.hits import AbstractHit, Expansion, FacetCounts, SearchResult, StatementHit
from semsearch.retrieve.query import check_limit, check_text
from semsearch.search import Searcher
from semsearch.timing import Stage, timed

#: Abstracts beside the statements of an answer; fewer when fewer hits are asked for.
ABSTRACTS = 3


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
    ``unknown_words``: those of the question that no statement and no abstract holds.
    """

    statements_searched: int
    abstracts_searched: int
    papers_searched: int
    statements_of_both: int
    papers_of_both: int
    unknown_words: tuple[UnknownWord, ...]
    papers_in_answer: int
    retracted_in_answer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Ranked evidence for a question; ``verdict`` is None where no yes/no relation was asked.

    ``did_you_mean``: another question to ask, where words of this one that the index does not hold
    are spelt like some that it holds; it was not asked.
    ``sides``: those of the verdict that statements take, from supporting to reversed.
    The fields from ``total`` to ``empty_because`` are those of ``SearchResult``.
    """

    question: str
    did_you_mean: str | None
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
    run = searcher.run(asked, how)
    return _answer(searcher, asked, run, read_candidates(searcher, run), how)


def ask_for_side(
    searcher: Searcher,
    question: str,
    stance: Stance,
    *,
    grouping: SideGrouping = SideGrouping.STATEMENT,
    options: SearchOptions | None = None,
) -> tuple[Answer, SideList]:
    """One side of a verdict whole, as ``list_side``, with the answer that it belongs to.

    The answer lists no more than its best statement. Arguments and errors as in ``list_side``.
    """
    asked = check_text(question)
    how = options or SearchOptions()
    run = searcher.run(asked, how)
    read = read_candidates(searcher, run)
    side = side_of(searcher, asked, run, read, stance, grouping=grouping, options=how)
    return _answer(searcher, asked, run, read, replace(how, limit=1, cursor=None)), side


def _answer(
    searcher: Searcher, asked: str, run: Run, read: list[ReadCandidate], how: SearchOptions
) -> Answer:
    most = check_limit(how.limit)
    result = list_statements(searcher.generation, searcher.store, asked, run, how)
    with timed(Stage.ABSTRACTS):
        abstracts = searcher.abstracts_of(asked, run, limit=min(most, ABSTRACTS), options=how)
    verdict = _verdict(searcher, run, read)
    with timed(Stage.SPELL):
        spelling = spelling_of(searcher.generation, searcher.store, run)
    return Answer(
        question=asked,
        did_you_mean=spelling.did_you_mean,
        asked=_relation(run),
        verdict=verdict,
        sides=clearest(searcher, run, verdict, result.hits),
        statements=result.hits,
        abstracts=abstracts,
        coverage=_coverage(searcher, run, read, result, abstracts, spelling=spelling),
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
    return _verdict(searcher, run, read_candidates(searcher, run))


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


def _verdict(searcher: Searcher, run: Run, read: list[ReadCandidate]) -> Verdict | None:
    with timed(Stage.VERDICT):
        evidence = evidence_of(searcher, run, read)
        return None if evidence is None else decide(evidence)


def _coverage(
    searcher: Searcher,
    run: Run,
    read: list[ReadCandidate],
    result: SearchResult,
    abstracts: tuple[AbstractHit, ...],
    *,
    spelling: Spelling,
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
        unknown_words=spelling.unknown,
        papers_in_answer=len(sources),
        retracted_in_answer=sum(paper.retracted for paper in sources.values()),
    )
