"""What an article of the demo corpus is made of.

Text fields hold JATS inline markup: ``&amp;`` and ``&#x03B1;`` stand as in a file, and tags such as
``<italic>`` are allowed. Fields called *blocks* hold the notation of ``demo_corpus.markup``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """How an article prints the markers that are written in the short notation."""

    BRACKETS = "brackets"  # [3, 5]
    PARENTHESES = "parentheses"  # (3, 5)
    SUPERSCRIPT = "superscript"  # raised, without brackets
    AUTHOR_YEAR = "author-year"  # (Smith et al., 2010; Jones and Lee, 2012)


class Form(StrEnum):
    """The element that holds one work of the reference list."""

    ELEMENT = "element-citation"
    MIXED = "mixed-citation"
    NLM = "nlm-citation"


class Journal(StrEnum):
    """The journals of the corpus; their names say that they are not real."""

    BIOLOGY = "Semsearch Demo Journal of Synthetic Biology"
    LETTERS = "Semsearch Demo Letters on Invented Cells"
    REVIEWS = "Semsearch Demo Reviews"
    EARTH = "Semsearch Demo Journal of Imaginary Fields and Climates"
    SCIENCE = "Semsearch Demo Proceedings of Made-up Science"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An invented author."""

    family: str
    given: str
    orcid: str | None = None  # 0000-0000-…: below every number that ORCID gives out

    @property
    def initials(self) -> str:
        """First letters of the given names, such as ``JM``."""
        return "".join(part[0] for part in self.given.replace("-", " ").split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a reference list says about one work, inside or outside the corpus."""

    key: str  # "ext.12" outside, "demo.03" inside the corpus
    authors: tuple[tuple[str, str], ...]  # family name, initials
    title: str
    journal: str
    year: int
    doi: str | None
    pmid: str | None
    pmcid: str | None

    @property
    def number(self) -> int:
        """The number in the key; volumes and pages are derived from it."""
        return int(self.key.rpartition(".")[2])

    @property
    def names(self) -> str:
        """The authors as an author-year marker names them, such as ``Smith et al.``."""
        families = [family for family, _ in self.authors]
        if len(families) > 2:
            return f"{families[0]} et al."
        return " and ".join(families)


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A ``related-article`` element: this article is, or has, an editorial notice."""

    type: str  # JATS related-article-type
    article: str  # number of the other article, such as "10"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article.

    ``references`` lists the entries of the reference list, separated by semicolons, as
    ``KEY [+ KEY …] [element | mixed | nlm] [link]``: keys of works, the form when it is not that
    of the article, and ``link`` where the DOI stands only in the target of an ``ext-link``.
    """

    number: str  # "01"; the DOI is 10.5555/semsearch.demo.01
    title: str
    authors: str  # keys of people, separated by spaces
    year: int
    journal: Journal
    style: Style
    abstract: str | None = None  # blocks
    keywords: str = ""  # separated by semicolons
    body: str | None = None  # blocks
    acknowledgement: str | None = None  # blocks
    back: str | None = None  # blocks after the acknowledgement: footnotes, appendices
    floats: str | None = None  # blocks of the floats-group
    references: str = ""
    reference_notes: tuple[tuple[int, str], ...] = ()  # a comment at the end of an entry
    form: Form = Form.ELEMENT
    prefix: str = "B"  # of the ids of the reference list
    ref_type: str | None = "bibr"  # of the markers; None leaves the attribute out
    article_type: str = "research-article"
    related: tuple[Related, ...] = ()
    has_doi: bool = True
    has_pmid: bool = False
    has_pmcid: bool = False
    doctype: bool = False  # with the document type declaration of JATS
    wrapped: bool = False  # paragraphs are broken into lines, as some publishers do

    @property
    def doi(self) -> str | None:
        """The DOI, under the prefix 10.5555 that is kept for tests."""
        return f"10.5555/semsearch.demo.{self.number}" if self.has_doi else None

    @property
    def pmid(self) -> str | None:
        """A number far above those that PubMed has given out."""
        return f"991000{self.number}" if self.has_pmid else None

    @property
    def pmcid(self) -> str | None:
        """A number far above those that PubMed Central has given out."""
        return f"PMC991000{self.number}" if self.has_pmcid else None
