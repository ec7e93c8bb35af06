"""The shapes that clients of scite read, and how this project's records become them.

Terms: scite's API says ``contradicting`` for what its pages and this project call "contrasting". A
tally has both keys; the ``type`` of a citation is scite's word, parameters take either.

Sections: scite counts introduction, methods, results, discussion and other. What stands in a
conclusion is counted as other, so that the five add up to the total; a citation itself names the
section as this project does.

Left out, because it is not known here: ``slug``, ``type``, ``shortJournal``, ``issns``, ``volume``,
``issue``, ``page``, ``date``, affiliations. ``null`` is what this paper does not say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import Path, Response
from pydantic import BaseModel, ConfigDict

from semsearch.records import CitationType, Notice, NoticeKind, Section
from semsearch.report.tally import Tally, WorkTally
from semsearch.report.work import printed_name, view_works
from semsearch.serve.responses import json_response
from semsearch.store.database import Database

#: Words of scite's API.
TYPES: Mapping[CitationType, str] = {
    CitationType.SUPPORTING: "supporting",
    CitationType.CONTRASTING: "contradicting",
    CitationType.MENTIONING: "mentioning",
    CitationType.UNCLASSIFIED: "unclassified",
}
STATUSES: Mapping[NoticeKind, str] = {
    NoticeKind.RETRACTION: "Retracted",
    NoticeKind.WITHDRAWAL: "Withdrawn",
    NoticeKind.CORRECTION: "Has correction",
    NoticeKind.CONCERN: "Has expression of concern",
}


Doi = Annotated[
    str,
    Path(
        description="DOI in any spelling; a PMID, a PMCID or an id of this server will do.",
        examples=["10.5555/semsearch.demo.01"],
    ),
]


class Shape(BaseModel):
    """An answer; a field that is not set is left out of it."""

    model_config = ConfigDict(extra="forbid")


class SciteTally(Shape):
    """Citation statements about a work by type; ``contrasting`` is ``contradicting``."""

    doi: str | None
    total: int
    supporting: int
    contradicting: int
    contrasting: int
    mentioning: int
    unclassified: int
    citingPublications: int


class SciteTallies(Shape):
    """By DOI in lower case, by id where a work has none; unknown works are left out."""

    tallies: dict[str, SciteTally]


class SciteSections(Shape):
    """Citation statements about a work by section."""

    doi: str | None
    introduction: int
    methods: int
    results: int
    discussion: int
    other: int
    total: int


class SciteSectionTallies(Shape):
    """As ``SciteTallies``."""

    tallies: dict[str, SciteSections]


class SciteAuthor(Shape):
    """An author."""

    authorName: str
    family: str
    given: str | None
    orcid: str | None


class SciteNotice(Shape):
    """An editorial notice about a paper, and the DOI of the notice."""

    status: str
    noticeDoi: str | None


class ScitePaper(Shape):
    """What is known of a work."""

    id: str
    doi: str | None
    title: str | None
    abstract: str | None
    authors: list[SciteAuthor]
    year: int | None
    journal: str | None
    publisher: str | None
    retracted: bool
    editorialNotices: list[SciteNotice]
    normalizedTypes: list[str]


class ScitePapers(Shape):
    """By DOI in lower case, by id where a work has none; unknown works are left out."""

    papers: dict[str, ScitePaper]


class SciteCitation(Shape):
    """One statement citing one work; ``id`` is that of the statement.

    ``source`` and ``target`` are DOIs, ids where there is none; ``target`` is null where the entry
    of the reference list leads to no known work.
    """

    id: str
    source: str
    target: str | None
    type: str
    section: Section
    snippet: str


class SciteHit(ScitePaper):
    """A paper that was found, with its statements that fit."""

    tally: SciteTally
    relevancyScore: float
    citations: list[SciteCitation]
    highlightedFields: list[str]


class SciteResult(Shape):
    """Papers for a term. ``aggregations`` is always empty, ``suggestedTerm`` null."""

    count: int
    countIsApproximate: bool
    aggregations: dict[str, object]
    hits: list[SciteHit]
    suggestedTerm: str | None
    restrictedCites: bool


class CitationCount(Shape):
    """How many citations there are on all pages."""

    totalCitationCount: int


class SciteEdges(Shape):
    """A page of citations; ``papers`` and ``tallies`` of the other side where asked for."""

    citations: list[SciteCitation]
    metadata: CitationCount
    papers: dict[str, ScitePaper] = {}
    tallies: dict[str, SciteTally] = {}


def answered(shape: Shape) -> Response:
    """The answer as JSON, without what was not set."""
    return json_response(shape.model_dump(mode="json", exclude_unset=True))


def public_name(identity: str) -> str:
    """What a work is called in an answer: its DOI, else its id."""
    return identity.removeprefix("doi:")


def papers_by_name(database: Database, ids: Sequence[str]) -> dict[str, ScitePaper]:
    """What works are called in an answer → what is known of them."""
    return {public_name(one): shape for one, shape in paper_shapes(database, ids).items()}


def tally_shape(counted: Tally, doi: str | None) -> SciteTally:
    """A tally with both words for contrasting."""
    return SciteTally(
        doi=doi,
        total=counted.total,
        supporting=counted.supporting,
        contradicting=counted.contrasting,
        contrasting=counted.contrasting,
        mentioning=counted.mentioning,
        unclassified=counted.unclassified,
        citingPublications=counted.citing_papers,
    )


def sections_shape(found: WorkTally) -> SciteSections:
    """A tally by section."""
    totals = {section: counted.total for section, counted in found.by_section.items()}
    return SciteSections(
        doi=found.doi,
        introduction=totals[Section.INTRODUCTION],
        methods=totals[Section.METHODS],
        results=totals[Section.RESULTS],
        discussion=totals[Section.DISCUSSION],
        other=totals[Section.CONCLUSION] + totals[Section.OTHER],
        total=found.tally.total,
    )


def paper_shapes(database: Database, ids: Sequence[str]) -> dict[str, ScitePaper]:
    """Id → what is known of the work, in the order given."""
    return {
        identity: ScitePaper(
            id=work.id,
            doi=work.doi,
            title=work.title,
            abstract=work.abstract,
            authors=[
                SciteAuthor(
                    authorName=printed_name(a), family=a.family, given=a.given, orcid=a.orcid
                )
                for a in work.authors
            ],
            year=work.year,
            journal=work.journal,
            publisher=work.publisher,
            retracted=work.retracted,
            editorialNotices=_notices(work.notices),
            normalizedTypes=list(work.publication_types),
        )
        for identity, work in view_works(database, ids).items()
    }


def _notices(notices: Sequence[Notice]) -> list[SciteNotice]:
    return [
        SciteNotice(
            status=STATUSES[notice.kind],
            noticeDoi=notice.other.removeprefix("doi:")
            if notice.other is not None and notice.other.startswith("doi:")
            else None,
        )
        for notice in notices
    ]
