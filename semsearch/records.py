"""The frozen records that cross from one room to the next.

All are plain data: orjson writes them as they stand, pydantic's ``TypeAdapter`` checks them where
the input is untrusted. A missing value is ``None``, never an empty string. Character offsets count
Unicode code points and are half open, ``[start, end)``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Section(StrEnum):
    """Canonical section of a statement; the printed heading is kept beside it."""

    INTRODUCTION = "introduction"
    METHODS = "methods"
    RESULTS = "results"
    DISCUSSION = "discussion"
    CONCLUSION = "conclusion"
    OTHER = "other"


class Place(StrEnum):
    """What kind of text block a statement stands in."""

    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    BOX = "box"
    TITLE = "title"
    ABSTRACT = "abstract"


class CitationType(StrEnum):
    """How a statement cites a work."""

    SUPPORTING = "supporting"
    CONTRASTING = "contrasting"
    MENTIONING = "mentioning"
    UNCLASSIFIED = "unclassified"


class SelfCertainty(StrEnum):
    """How sure it is that a name that source and target share is one person's."""

    CERTAIN = "certain"  # an ORCID, two shared names, or given names of an uncommon name
    BY_NAME = "by_name"  # family name and initials, or given names of a common name
    AMBIGUOUS = "ambiguous"  # family name and one initial that several people of the corpus have


class NoticeKind(StrEnum):
    """What an editorial notice says about a paper."""

    RETRACTION = "retraction"
    CORRECTION = "correction"
    CONCERN = "concern"
    WITHDRAWAL = "withdrawal"


class Service(StrEnum):
    """Who tells of works beside their articles."""

    EUROPEPMC = "europepmc"
    PMC = "pmc"
    CROSSREF = "crossref"
    OPENCITATIONS = "opencitations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """One author; a group that signs as one has its name in ``family`` and no given names."""

    family: str
    given: str | None = None
    orcid: str | None = None  # bare form, 0000-0000-0000-000X


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An editorial notice, seen from one of the two papers it joins.

    ``issued`` is true in the notice itself (``other`` is the paper it is about) and false in the
    paper it is about (``other`` is the notice).
    """

    kind: NoticeKind
    issued: bool
    other: str | None = None  # paper id of the other end, such as "doi:10.5555/x"
    source: Service | None = None  # who tells of it; None where an article of the corpus does


@dataclass(frozen=True, slots=True, kw_only=True)
class AbstractPart:
    """One part of an abstract; unstructured abstracts have one part without a heading."""

    heading: str | None
    text: str


def running_abstract(parts: tuple[AbstractPart, ...]) -> str | None:
    """The parts of an abstract as running text with their headings; None without any part."""
    return " ".join(f"{p.heading}: {p.text}" if p.heading else p.text for p in parts) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The file a paper was read from."""

    package: str  # path of the file, or of the archive that holds it
    member: str | None  # path inside the archive; None for a plain file
    sha256: (
        str  # of the bytes of the file, or of the part of it that holds the paper; 64 hex digits
    )
    format: str  # as ``parse.reader.Format`` names it, such as "jats"

    def __str__(self) -> str:
        return self.package if self.member is None else f"{self.package}!{self.member}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A work with its full text in the corpus (a source)."""

    id: str  # "doi:…", else "pmid:…", "pmcid:PMC…", "arxiv:…", "corpusid:…", else "sha256:…"
    doi: str | None
    pmid: str | None
    pmcid: str | None
    title: str | None
    abstract: tuple[AbstractPart, ...]
    year: int | None
    journal: str | None
    publisher: str | None
    publication_types: tuple[str, ...]  # as the input names them, such as "research-article"
    authors: tuple[Author, ...]
    license: str | None  # a URL where the input has one, else its text
    notices: tuple[Notice, ...]
    source: Source
    corpusid: str | None = None  # number of Semantic Scholar

    @property
    def abstract_text(self) -> str | None:
        """The abstract as running text with its headings, or None where there is none."""
        return running_abstract(self.abstract)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One work of a reference list."""

    paper: str
    key: str  # the XML id of the entry; further works of one entry are "id~2", "id~3"
    label: str | None  # as printed before the entry, such as "12" or "12."
    doi: str | None
    pmid: str | None
    pmcid: str | None
    arxiv: str | None
    title: str | None
    year: int | None
    journal: str | None
    authors: tuple[Author, ...]
    raw: str  # the entry as a reader sees it
    corpusid: str | None = None  # number of Semantic Scholar


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """An in-text reference pointer; ``text[start:end]`` of its statement is what is printed."""

    start: int
    end: int
    references: tuple[str, ...]  # keys of the works it points to, those implied by a range included
    superscript: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle on a page of the printed article; lengths are in points, from the upper left."""

    page: int  # from 1
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a statement stands in its file, so that it can be checked without this project.

    ``path`` names one text of the file, and ``start`` and ``end`` are offsets into it. In XML it is
    an absolute XPath of an element, and the text is ``string(path)``. In JSON it is a JSON Pointer
    behind ``#``, as in RFC 6901, and the text is that string. Where the papers of a file are
    gathered out of its lines, the line comes first: ``line=17#/contexts/0``, ``row=17#text``.
    ``boxes`` say where it is printed, as far as the file does.
    """

    path: str
    start: int
    end: int
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A citation statement: a sentence of a paper that holds at least one marker."""

    id: str  # 16 characters of a-z2-7, from paper id, text and occurrence
    paper: str
    ordinal: int  # 0-based, in reading order of the paper
    text: str
    before: str | None  # the sentence before, in the same block
    after: str | None
    heading: str | None  # the nearest printed heading
    section: Section
    place: Place
    markers: tuple[Marker, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One statement citing one reference."""

    statement: str
    reference: str  # key of the Reference in the statement's paper
    marker: int  # index into the statement's markers
    target: str | None  # id of the cited work; None where the reference says too little
    type: CitationType = CitationType.UNCLASSIFIED
    confidence: float | None = None  # probability of ``type``, 0–1
    decided_by: str | None = None  # "label" or the name of a model
    self_citation: bool | None = None  # a shared author; None where one side names none
    self_certainty: SelfCertainty | None = None  # how sure a self-citation is
    journal_sc: bool | None = None  # source and target are of one journal; None where not known
    intents: tuple[str, ...] = ()  # of Semantic Scholar: background, methodology or result


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What became of every marker of one file: xrefs + expanded = citations + sum(excluded)."""

    xrefs: int = 0
    expanded: int = 0
    citations: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """All that one file holds."""

    paper: Paper
    references: tuple[Reference, ...]
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    account: Account
