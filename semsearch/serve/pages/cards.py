"""Statements as cards: what a reader sees of each, whichever page it stands on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from semsearch.language.sentences import split_sentences
from semsearch.language.stance import DecidingSpan, Stance
from semsearch.records import CitationType
from semsearch.report.paper import CitingSource, StatementAbout, short_authors, short_name
from semsearch.retrieve.hits import (
    AbstractHit,
    CitedWork,
    MarkerView,
    PaperView,
    StatementHit,
    StatementView,
)
from semsearch.serve.pages.links import doi_url, paper_path, report_path

#: Role of a span of text → how it is shown, a class of the style sheet.
Marks = Iterable[tuple[str, int, int]]
_LONGEST_LABEL = 5  # longer ones are names and years, which are said anyway


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that is shown in one way.

    ``role``: of a ``DecidingSpan``, or ``match``, or None. ``marker``: is an in-text marker.
    """

    text: str
    role: str | None
    marker: bool


@dataclass(frozen=True, slots=True)
class Cited:
    """A work that a statement cites, and how it cites it."""

    label: str
    name: str  # such as "Smith et al. (2019)"
    title: str
    href: str | None  # of its report; None where nothing leads to it
    type: CitationType
    confidence: float | None
    decided_by: str | None
    self_citation: bool


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source paper in one line."""

    name: str
    title: str
    journal: str | None
    href: str
    retracted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A statement as it is shown.

    ``reference``: of its source, for a quote. ``same``: ids of statements that say the same,
    ``more``: of others of the same paper that were put under it, ``more_href``: their list.
    """

    id: str
    pieces: tuple[Piece, ...]
    before: str | None
    after: str | None
    place: str
    source: SourceLine | None  # None where the page names it above
    cites: tuple[Cited, ...]
    stance: Stance | None
    reference: str
    same: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    more_href: str | None = None
    rank: int | None = None

    @property
    def self_cites(self) -> bool:
        """Whether it cites a work of its own authors."""
        return any(work.self_citation for work in self.cites)


def card_of(
    view: StatementView,
    *,
    spans: Sequence[DecidingSpan] = (),
    stance: Stance | None = None,
    alone: bool = True,
) -> Card:
    """The card of a statement.

    Args:
        view: the statement.
        spans: what in its text decided how it was read.
        stance: how it was read; None where no relation was asked.
        alone: whether the card names its source and its heading; else the page does.
    """
    return Card(
        id=view.id,
        pieces=cut(view.text, [(s.role.value, s.start, s.end) for s in spans], view.markers),
        before=view.before,
        after=view.after,
        place=_place(view.section, view.heading) if alone else "",
        source=source_line(view.paper) if alone else None,
        cites=tuple(_cited(work) for work in view.cites),
        stance=stance,
        reference=reference(view.paper),
    )


def card_of_hit(hit: StatementHit) -> Card:
    """The card of a statement that was found; matched words are shown where nothing decided."""
    view, read = hit.statement, hit.stance
    marks: list[tuple[str, int, int]] = []
    if read is not None and read.stance is not Stance.UNRELATED:
        marks = [(span.role.value, span.start, span.end) for span in read.spans]
    return Card(
        id=view.id,
        pieces=cut(view.text, marks or [("match", *span) for span in hit.highlights], view.markers),
        before=view.before,
        after=view.after,
        place=_place(view.section, view.heading),
        source=source_line(view.paper),
        cites=tuple(_cited(work) for work in view.cites),
        stance=None if read is None else read.stance,
        reference=reference(view.paper),
        same=hit.duplicates,
        more=hit.more_from_paper,
        rank=hit.rank,
    )


def card_about(about: StatementAbout, source: CitingSource) -> Card:
    """The card of a statement in the report of the work that it cites."""
    kind = Cited(
        label="",
        name="",
        title="",
        href=None,
        type=about.type,
        confidence=about.confidence,
        decided_by=about.decided_by,
        self_citation=about.relationship == "self",
    )
    return Card(
        id=about.id,
        pieces=cut(about.text, [("match", *span) for span in about.highlights], about.markers),
        before=about.before,
        after=about.after,
        place=_place(about.section, about.heading),
        source=None,
        cites=(kind,),
        stance=None,
        reference=reference(source.paper),
    )


def abstract_pieces(hit: AbstractHit) -> tuple[Piece, ...]:
    """The best sentence of an abstract, with what decided its reading.

    Where the title says it best, the sentence that has most words of the question.
    """
    start, end = hit.best or max(
        split_sentences(hit.text) or [(0, len(hit.text))],
        key=lambda span: sum(span[0] <= a and b <= span[1] for a, b in hit.highlights),
    )
    read = hit.stance
    marks = [("match", *span) for span in hit.highlights]
    if read is not None and read.stance is not Stance.UNRELATED and read.spans:
        marks = [(span.role.value, span.start, span.end) for span in read.spans]
    inside = [(role, a - start, b - start) for role, a, b in marks if start <= a and b <= end]
    return cut(hit.text[start:end], inside, ())


def cut(text: str, marks: Marks, markers: Sequence[MarkerView]) -> tuple[Piece, ...]:
    """A text cut where what is marked begins and ends; of marks that overlap the first counts."""
    roles = list(marks)
    spans = [*((a, b) for _, a, b in roles), *((m.start, m.end) for m in markers)]
    cuts = sorted({0, len(text), *(end for span in spans for end in span)})
    return tuple(
        Piece(
            text[start:end],
            next((role for role, a, b in roles if a <= start < b), None),
            any(m.start <= start < m.end for m in markers),
        )
        for start, end in pairwise(cuts)
    )


def source_line(paper: PaperView) -> SourceLine:
    """A source in one line, with the way to its page."""
    return SourceLine(
        name=short_name(paper),
        title=paper.title or "Without a title",
        journal=paper.journal,
        href=paper_path(paper.doi or paper.id),
        retracted=paper.retracted,
    )


def quote(text: str, paper: PaperView) -> str:
    """A statement in quotation marks with its reference, as plain text."""
    return f"“{text}”\n— {reference(paper)}"


def reference(paper: PaperView) -> str:
    """Authors, year, title, journal and identifier of a paper, as plain text."""
    name = short_name(paper) if paper.authors else str(paper.year or "")
    parts = [name, paper.title, paper.journal]
    said = " ".join(f"{part.rstrip('.')}." for part in parts if part)
    mark = "RETRACTED: " if paper.retracted else ""
    return f"{mark}{said} {doi_url(paper.doi) if paper.doi else paper.id}"


def _cited(work: CitedWork) -> Cited:
    names = short_authors(work.authors)
    label = (work.label or "").strip(" .[]()")
    year = f" ({work.year})" if work.year else ""
    return Cited(
        label=label if len(label) <= _LONGEST_LABEL else "",
        name=f"{names}{year}" if names else "",
        title=work.title or work.raw,
        href=None if work.paper is None else report_path(work.paper.removeprefix("doi:")),
        type=work.type,
        confidence=work.confidence,
        decided_by=work.decided_by,
        self_citation=work.self_citation is True,
    )


def _place(section: str, heading: str | None) -> str:
    """Where a statement stands; the heading alone where it says the same as the section."""
    if heading is None:
        return section
    same = section == "other" or section in heading.casefold()
    return heading if same else f"{section} › {heading}"
