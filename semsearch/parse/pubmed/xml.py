"""PubMed XML: one ``PubmedArticle`` → one ``Document`` without statements."""

from __future__ import annotations

import re

from lxml import etree

from semsearch.errors import InputError
from semsearch.language.identifiers import (
    normalize_doi,
    normalize_orcid,
    normalize_pmcid,
    normalize_pmid,
    paper_id,
)
from semsearch.parse.checked import year_in
from semsearch.parse.head import Head
from semsearch.parse.reader import Format, source_of
from semsearch.parse.reference_list import ReferenceList, ReferenceListing
from semsearch.parse.statements import StatementReader
from semsearch.parse.strings import string_value
from semsearch.parse.text import string_shown
from semsearch.parse.xml import parse_xml
from semsearch.records import (
    AbstractPart,
    Author,
    Document,
    Notice,
    NoticeKind,
    Paper,
    Source,
)

READER_VERSION = 1
RECORDS = ("PubmedArticle", "PubmedBookArticle")
_SETS = frozenset({"PubmedArticleSet", "PubmedBookArticleSet", *RECORDS})
_NOTICES = {
    # CommentsCorrections/@RefType: (kind, whether this paper is the notice)
    "RetractionIn": (NoticeKind.RETRACTION, False),
    "PartialRetractionIn": (NoticeKind.RETRACTION, False),
    "RetractionOf": (NoticeKind.RETRACTION, True),
    "PartialRetractionOf": (NoticeKind.RETRACTION, True),
    "ErratumIn": (NoticeKind.CORRECTION, False),
    "ErratumFor": (NoticeKind.CORRECTION, True),
    "ExpressionOfConcernIn": (NoticeKind.CONCERN, False),
    "ExpressionOfConcernFor": (NoticeKind.CONCERN, True),
}
_FINAL_STOP = re.compile(r"(?<=[^.])\.$")


def accepts(head: Head) -> bool:
    """Whether a file is of this format."""
    return head.root in _SETS


def read_pubmed(content: bytes, *, package: str, member: str | None = None) -> Document:
    """The document in one ``PubmedArticle``.

    Args:
        content: the bytes of the element.
        package: path of the file, or of the archive that holds it.
        member: path inside the archive, and XPath in the file.

    Raises:
        InputError: not well-formed XML, or another element.
    """
    root = parse_xml(content, "a PubmedArticle")
    if root.tag not in RECORDS:
        raise InputError(
            f"line {root.sourceline}: the element {root.tag!r}, expected PubmedArticle"
        )
    paper = _paper(root, source_of(content, Format.PUBMED, package, member))
    reader = StatementReader(paper=paper.id, references=_references(root, paper.id))
    return reader.document(paper)


def _paper(root: etree._Element, source: Source) -> Paper:
    entry = _first(root, "MedlineCitation", "BookDocument")
    article = (
        entry if entry is not None and entry.tag == "BookDocument" else _first(entry, "Article")
    )
    own = root.findall("PubmedData/ArticleIdList/ArticleId")
    own += root.findall("BookDocument/ArticleIdList/ArticleId")
    ids = {node.get("IdType", ""): string_value(node) for node in own}
    if article is not None:
        for node in article.findall("ELocationID"):
            if node.get("EIdType") == "doi" and node.get("ValidYN") != "N":
                ids.setdefault("doi", string_value(node))
    doi, pmcid = normalize_doi(ids.get("doi")), normalize_pmcid(ids.get("pmc"))
    pmid = normalize_pmid(_text(_first(entry, "PMID")) or ids.get("pubmed"))
    journal = _first(article, "Journal")
    types = [] if article is None else article.findall("PublicationTypeList/PublicationType")
    return Paper(
        id=paper_id(doi=doi, pmid=pmid, pmcid=pmcid) or f"sha256:{source.sha256}",
        doi=doi,
        pmid=pmid,
        pmcid=pmcid,
        title=_title(article),
        abstract=_abstract(article),
        year=_year(article),
        journal=_text(_first(journal, "Title")),
        publisher=_text(article.find("Book/Publisher/PublisherName"))
        if article is not None
        else None,
        publication_types=tuple(filter(None, map(_text, types))),
        authors=() if article is None else _authors(article),
        license=None,
        notices=() if entry is None else _notices(entry),
        source=source,
    )


def _title(article: etree._Element | None) -> str | None:
    """Without the full stop that PubMed sets, and the brackets around a translation."""
    text = _text(_first(article, "ArticleTitle", "VernacularTitle"))
    if text is None:
        return None
    if text.startswith("[") and text.rstrip(".").endswith("]"):
        text = text.rstrip(".")[1:-1]
    return _FINAL_STOP.sub("", text) or None


def _abstract(article: etree._Element | None) -> tuple[AbstractPart, ...]:
    if article is None:
        return ()
    parts: list[AbstractPart] = []
    for node in article.findall("Abstract/AbstractText"):
        if text := string_shown(string_value(node)):
            label = string_shown(node.get("Label"))
            heading = label.capitalize() if label.isupper() else label
            shown = heading if heading.casefold() != "unlabelled" else ""
            parts.append(AbstractPart(heading=shown or None, text=text))
    return tuple(parts)


def _year(article: etree._Element | None) -> int | None:
    """The year of the earliest publication date, print or electronic."""
    if article is None:
        return None
    dates = [*article.findall("Journal/JournalIssue/PubDate"), *article.findall("ArticleDate")]
    dates += article.findall("Book/PubDate")
    years = [
        year
        for date in dates
        if (year := year_in(date.findtext("Year") or date.findtext("MedlineDate"))) is not None
    ]
    return min(years, default=None)


def _authors(article: etree._Element) -> tuple[Author, ...]:
    found: list[Author] = []
    for node in article.findall("AuthorList/Author"):
        if node.get("ValidYN") == "N":
            continue
        family, group = _text(node.find("LastName")), _text(node.find("CollectiveName"))
        orcid = next(
            (
                known
                for one in node.findall("Identifier")
                if one.get("Source") == "ORCID" and (known := normalize_orcid(string_value(one)))
            ),
            None,
        )
        if family:
            given = _text(node.find("ForeName")) or _text(node.find("Initials"))
            found.append(Author(family=family, given=given, orcid=orcid))
        elif group:
            found.append(Author(family=group))
    return tuple(found)


def _notices(entry: etree._Element) -> tuple[Notice, ...]:
    found: list[Notice] = []
    for node in entry.findall("CommentsCorrectionsList/CommentsCorrections"):
        kind, issued = _NOTICES.get(node.get("RefType", ""), (None, False))
        if kind is not None:
            pmid = normalize_pmid(_text(node.find("PMID")))
            doi = normalize_doi((_text(node.find("RefSource")) or "").rpartition("doi: ")[2])
            other = paper_id(doi=doi if pmid is None else None, pmid=pmid, pmcid=None)
            found.append(Notice(kind=kind, issued=issued, other=other))
    return tuple(dict.fromkeys(found))


def _references(root: etree._Element, paper: str) -> ReferenceList:
    """The entries of ``ReferenceList``, also those of lists inside it."""
    listing = ReferenceListing()
    for node in root.iter("Reference"):
        raw = _text(node.find("Citation")) or ""
        ids: dict[str, str] = {}
        for one in node.findall("ArticleIdList/ArticleId"):
            scheme, read = _SCHEMES.get(one.get("IdType", ""), ("", None))
            if read is not None and (value := read(string_value(one))) is not None:
                ids.setdefault(scheme, value)
        listing.printed(None, raw, ids, paper=paper)
    return listing.finish()


_SCHEMES = {
    "doi": ("doi", normalize_doi),
    "pubmed": ("pmid", normalize_pmid),
    "pmc": ("pmcid", normalize_pmcid),
    "pmcid": ("pmcid", normalize_pmcid),
}


def _first(element: etree._Element | None, *names: str) -> etree._Element | None:
    if element is None:
        return None
    for name in names:
        if (found := element.find(name)) is not None:
            return found
    return None


def _text(element: etree._Element | None) -> str | None:
    return None if element is None else string_shown(string_value(element)) or None
