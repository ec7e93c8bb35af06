"""What an export holds: a head that says what was asked, and statements with all that is known.

The parts are those of the HTTP answers, so that a line of JSON Lines reads like a hit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from semsearch.answer.verdict import Verdict
from semsearch.index.columns import Relationship
from semsearch.records import CitationType
from semsearch.report.tally import Tally
from semsearch.report.work import WorkView
from semsearch.retrieve.hits import Origin, StanceView, StatementView


class ResultKind(StrEnum):
    """What was exported."""

    SEARCH = "search"
    ANSWER = "answer"
    SIMILAR = "similar"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportHead:
    """What was asked of which index.

    ``asked``: the text, the question, the statement id or text of ``similar``, or the id of the
    work of a report. ``query``: of a report. ``verdict`` is that of an answer, ``work`` and
    ``tally`` (of all that is said of the work) those of a report; None elsewhere.
    """

    id: str  # the same for the same request to the same index, hex digits
    result: ResultKind
    asked: str
    query: str | None
    filter: str | None  # in words
    statements: int  # in this export
    empty_because: str | None
    verdict: Verdict | None
    work: WorkView | None
    tally: Tally | None
    index: str  # content digest of the index, SHA-256 in hex
    model: str  # of the encoder
    version: str  # of semsearch


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutWork:
    """What a statement says of the work of a report; as in ``StatementAbout``."""

    work: str  # its id
    type: CitationType
    confidence: float | None
    decided_by: str | None
    relationship: Relationship


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedStatement:
    """A statement of a result.

    ``rank`` is the place in the whole list, from 1; ``score`` what the list is ordered by, of a
    report the relevance to its query or work. ``origin``, ``stance``, ``duplicates`` and
    ``more_from_paper`` are those of ``StatementHit``, None and empty in a report.
    """

    rank: int
    score: float
    link: str  # address of the statement
    source: str  # IRI of the source paper
    statement: StatementView
    publisher: str | None  # of the source
    license: str | None  # of the source: a URL where it has one, else its text
    sha256: str  # of the source file, hex
    retracted_works: tuple[str, ...]  # ids of cited works of which a retraction is known
    stance: StanceView | None
    about: AboutWork | None
    origin: Origin | None
    duplicates: tuple[str, ...]
    more_from_paper: tuple[str, ...]
    index: str  # content digest of the index
