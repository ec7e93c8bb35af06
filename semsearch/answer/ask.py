"""An answer: the statements that speak to a question, and the abstracts that do."""

from __future__ import annotations

from dataclasses import dataclass

from semsearch.retrieve.hits import AbstractHit, StatementHit
from semsearch.retrieve.query import check_limit, check_text
from semsearch.search import Searcher

#: Abstracts beside the statements of an answer; fewer when fewer hits are asked for.
ABSTRACTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of the corpus was looked at, and from how many papers the answer comes."""

    statements_searched: int
    abstracts_searched: int
    papers_searched: int
    papers_in_answer: int
    retracted_in_answer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Ranked evidence for a question."""

    question: str
    statements: tuple[StatementHit, ...]
    abstracts: tuple[AbstractHit, ...]
    coverage: Coverage


def ask(searcher: Searcher, question: str, *, limit: int | None = None) -> Answer:
    """Answer a question with statements and abstracts, best first.

    Args:
        searcher: an opened index.
        question: in natural language, such as "does EMT induce IL-6".
        limit: statements to give; None stands for the setting ``limit``.

    Raises:
        QueryError: the question or the limit cannot be asked for.
    """
    asked = check_text(question)
    most = check_limit(limit)
    statements = searcher.search(asked, limit=most).hits
    abstracts = searcher.search_abstracts(asked, limit=min(most, ABSTRACTS))
    sources = {hit.statement.paper.id: hit.statement.paper for hit in statements}
    sources |= {hit.paper.id: hit.paper for hit in abstracts}
    counts = searcher.info().counts
    return Answer(
        question=asked,
        statements=statements,
        abstracts=abstracts,
        coverage=Coverage(
            statements_searched=counts["statements"],
            abstracts_searched=counts["abstracts"],
            papers_searched=counts["papers"],
            papers_in_answer=len(sources),
            retracted_in_answer=sum(paper.retracted for paper in sources.values()),
        ),
    )
