"""What a search gives: frozen records, written to JSON as they stand.

The field names are those of the HTTP answers and of ``--json``.
"""

from __future__ import annotations

from dataclasses import dataclass

from semsearch.encode.tuned import Tuned
from semsearch.index.dense.files import DenseRecord
from semsearch.index.manifest import DeltaRecord, EncoderRecord
from semsearch.language.stance import DecidingSpan, Stance
from semsearch.records import Author, CitationType, Notice, Place, Section, Span
from semsearch.store.outside import Told


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
    """A work that a statement cites.

    ``type``, ``confidence`` (0–1) and ``decided_by`` are those of the citation, ``self_citation``
    whether source and work share an author; None where one side names none.
    """

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
    type: CitationType
    confidence: float | None
    decided_by: str | None
    self_citation: bool | None


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
class Origin:
    """What a rank came from; a rank is None where that retriever did not give the hit.

    ``dense_score`` is the inner product of unit vectors, −1 to 1. ``lexical_score`` is BM25, from
    0. ``rerank_score`` is how likely the hit answers the question, 0–1, or what the chosen reranker
    gives; None where it was not reranked.
    """

    dense_rank: int | None
    dense_score: float
    lexical_rank: int | None
    lexical_score: float | None
    fusion_score: float | None
    rerank_score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StanceView:
    """What a text says to the question, and the half-open spans of the text that decided it."""

    stance: Stance
    spans: tuple[DecidingSpan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementHit:
    """A statement that was found.

    ``score`` is what the hits are ordered by, larger is better: the rerank score where there is
    one, else that of the fusion or of the only retriever; ``highlights`` are half-open spans of
    matched words in ``statement.text``.
    """

    rank: int  # from 1
    score: float
    highlights: tuple[tuple[int, int], ...]
    statement: StatementView
    origin: Origin
    stance: StanceView | None  # None where no relation was asked
    more_from_paper: tuple[str, ...]  # ids of hits of the same source that were grouped under it
    duplicates: tuple[str, ...]  # ids of hits that say the same and were folded under it


@dataclass(frozen=True, slots=True, kw_only=True)
class AbstractHit:
    """An abstract that was found, with its best sentence; the rest as in ``StatementHit``."""

    rank: int
    score: float
    text: str
    highlights: tuple[tuple[int, int], ...]
    best: tuple[int, int] | None  # span of the best sentence in ``text``; None for the title
    paper: PaperView
    origin: Origin
    stance: StanceView | None  # of the best sentence; its spans are offsets into ``text``


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """A form in the question for which another form of the same thing was searched too."""

    form: str  # as it stands in the question
    other: str
    papers: int  # that define the two as the same
    ambiguous: bool  # many papers mean something else by the short form
    searched: bool  # false where the short form is used for too many things to choose one
    others: tuple[str, ...]  # what else it is used for; not searched


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCount:
    """A value and how many statements of the result set have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCounts:
    """The commonest values of a field; ``more`` counts the values that are not shown."""

    values: tuple[FacetCount, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """Statements for a text, best first.

    ``total`` counts the whole result set, over which ``facets`` are exact: the candidates of the
    retrievers among the statements that the filter allows. ``allowed`` counts the latter. With
    ``facet_alternatives`` a field that is filtered is counted as if it were not.
    """

    query: str
    hits: tuple[StatementHit, ...]
    total: int
    allowed: int
    filter: str | None  # in words
    expansions: tuple[Expansion, ...]
    facets: dict[str, FacetCounts]
    next: str | None  # cursor of the following page
    empty_because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarResult:
    """Statements that cite in a similar context, the most similar first."""

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
    outside: tuple[Told, ...]  # what services say of it
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
    encoder: EncoderRecord | None
    tuned: Tuned | None  # where a tuned model comes from; None for others
    recipe: str
    dimension: int
    counts: dict[str, int]
    dense: dict[str, DenseRecord]
    content_digest: str
    delta: DeltaRecord | None  # None where all files were written anew
