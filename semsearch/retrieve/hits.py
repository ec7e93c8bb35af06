"""What a search gives: frozen records, written to JSON as they stand.

The field names are those of the HTTP answers and of ``--json``.
"""

from __future__ import annotations

from dataclasses import dataclass

from semsearch.records import Author, Notice, Place, Section, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperView:
    """A paper of the corpus, as shown beside what was found in it."""

    id: str
    doi: str | None
    pmid: str | None
    pmcid: str | None
    title: str | None
    authors: tuple[Author, ...]
    year: int | None
    journal: str | None
    publication_types: tuple[str, ...]
    retracted: bool  # a retraction or withdrawal of it is known
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedWork:
    """A work that a statement cites."""

    key: str  # of its entry in the reference list of the citing paper
    label: str | None
    paper: str | None  # paper id, where the reference gives an identifier
    doi: str | None
    pmid: str | None
    title: str | None
    year: int | None
    authors: tuple[Author, ...]
    raw: str
    in_corpus: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerView:
    """An in-text marker: ``text[start:end]`` of the statement, and the keys of its works."""

    start: int
    end: int
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """A citation statement with its source paper and the works it cites."""

    id: str
    text: str
    before: str | None
    after: str | None
    heading: str | None
    section: Section
    place: Place
    ordinal: int
    markers: tuple[MarkerView, ...]
    cites: tuple[CitedWork, ...]
    paper: PaperView
    file: str  # name of the source file
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementHit:
    """A statement that was found.

    ``score`` is the inner product of unit vectors, −1 to 1, larger is more similar;
    ``highlights`` are spans ``[start, end)`` of matched words in ``statement.text``.
    """

    rank: int  # from 1
    score: float
    highlights: tuple[tuple[int, int], ...]
    statement: StatementView


@dataclass(frozen=True, slots=True, kw_only=True)
class AbstractHit:
    """An abstract that was found; scores and highlights as in ``StatementHit``."""

    rank: int
    score: float
    text: str
    highlights: tuple[tuple[int, int], ...]
    paper: PaperView


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """Statements for a text, best first."""

    query: str
    hits: tuple[StatementHit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperReport:
    """A paper of the corpus with its abstract and its citation statements."""

    paper: PaperView
    abstract: str | None
    publisher: str | None
    license: str | None
    file: str
    references: int  # works in its reference list
    times_cited: int  # statements of the corpus that cite it
    statements: tuple[StatementView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexInfo:
    """What an index holds and what it was made with."""

    folder: str
    format: int
    generation: int
    created: str
    model: str
    model_digest: str
    recipe: str
    dimension: int
    counts: dict[str, int]
    content_digest: str
