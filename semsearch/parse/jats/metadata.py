"""The front matter of a JATS article: who, what, where, when, and the notices about it."""

from __future__ import annotations

import re

from lxml import etree

from semsearch.language.identifiers import (
    find_doi,
    normalize_doi,
    normalize_pmcid,
    normalize_pmid,
    paper_id,
)
from semsearch.parse.jats.blocks import heading_text, printed_text
from semsearch.parse.jats.references import XLINK_HREF, contributor
from semsearch.parse.strings import string_value
from semsearch.records import AbstractPart, Author, Notice, NoticeKind, Paper, Source

_LICENSE_REF = "{http://www.niso.org/schemas/ali/1.0/}license_ref"
# Abstracts that stand beside the abstract proper.
_SIDE_ABSTRACTS = frozenset(
    """
    graphical teaser toc precis key-points highlights short web-summary video summary
    author-summary plain-language-summary executive-summary editor synopsis ASCII
    """.split()
)
# Dates that are not the publication of this article.
_OTHER_DATES = frozenset(
    """
    pmc-release retracted corrected preprint received accepted rev-recd
    """.split()
)
_NOTICES = {
    # related-article-type or article-type: (kind, whether this article is the notice)
    "retracted-article": (NoticeKind.RETRACTION, True),
    "retraction-forward": (NoticeKind.RETRACTION, False),
    "retraction": (NoticeKind.RETRACTION, True),
    "partial-retraction": (NoticeKind.RETRACTION, True),
    "withdrawn-article": (NoticeKind.WITHDRAWAL, True),
    "withdrawal-forward": (NoticeKind.WITHDRAWAL, False),
    "withdrawal": (NoticeKind.WITHDRAWAL, True),
    "corrected-article": (NoticeKind.CORRECTION, True),
    "correction-forward": (NoticeKind.CORRECTION, False),
    "correction": (NoticeKind.CORRECTION, True),
    "object-of-concern": (NoticeKind.CONCERN, True),
    "concern-forward": (NoticeKind.CONCERN, False),
    "expression-of-concern": (NoticeKind.CONCERN, True),
}
_YEAR = re.compile(r"\d{4}")


def read_paper(root: etree._Element, source: Source, citing: frozenset[etree._Element]) -> Paper:
    """The paper record of an article, from its front matter."""
    meta = root.find("front/article-meta")
    ids = {} if meta is None else _ids(meta)
    doi, pmid, pmcid = ids.get("doi"), ids.get("pmid"), ids.get("pmcid")
    return Paper(
        id=paper_id(doi=doi, pmid=pmid, pmcid=pmcid) or f"sha256:{source.sha256}",
        doi=doi,
        pmid=pmid,
        pmcid=pmcid,
        title=_title(meta, citing),
        abstract=() if meta is None else _abstract(meta),
        year=None if meta is None else _year(meta),
        journal=_journal(root),
        publisher=printed_text(root.find("front/journal-meta//publisher-name")),
        publication_types=tuple(filter(None, [root.get("article-type")])),
        authors=() if meta is None else _authors(meta),
        license=None if meta is None else _license(meta),
        notices=_notices(root, meta),
        source=source,
    )


def _ids(meta: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in meta.findall("article-id"):
        text = string_value(node)
        kind, value = {
            "doi": ("doi", normalize_doi(text)),
            "pmid": ("pmid", normalize_pmid(text)),
            "pmc": ("pmcid", normalize_pmcid(text)),
            "pmcid": ("pmcid", normalize_pmcid(text)),
        }.get(node.get("pub-id-type", ""), ("", None))
        if value is not None:
            found.setdefault(kind, value)
    return found


def _title(meta: etree._Element | None, citing: frozenset[etree._Element]) -> str | None:
    if meta is None:
        return None
    title = heading_text(meta.find("title-group/article-title"), citing)
    subtitle = heading_text(meta.find("title-group/subtitle"), citing)
    if title is None or subtitle is None:
        return title
    return f"{title} {subtitle}" if title.endswith((":", "?", "!", ".")) else f"{title}: {subtitle}"


def _abstract(meta: etree._Element) -> tuple[AbstractPart, ...]:
    proper = [a for a in meta.findall("abstract") if a.get("abstract-type") not in _SIDE_ABSTRACTS]
    if not proper:
        return ()
    parts: list[AbstractPart] = []
    for section in proper[0].iter("abstract", "sec"):
        texts = [text for block in _direct_text(section) if (text := printed_text(block))]
        heading = printed_text(section.find("title")) if section.tag == "sec" else None
        if texts:
            parts.append(
                AbstractPart(
                    heading=heading.rstrip(" .:") or None if heading else None,
                    text=" ".join(texts),
                )
            )
    return tuple(parts)


def _direct_text(section: etree._Element) -> list[etree._Element]:
    """Paragraphs of this part of the abstract, without those of parts inside it."""
    return [p for p in section.iter("p") if next(p.iterancestors("sec", "abstract")) is section]


def _year(meta: etree._Element) -> int | None:
    """The year of the earliest publication date, print or electronic."""
    years = [
        int(found.group())
        for date in meta.findall("pub-date")
        if not {date.get("pub-type"), date.get("date-type")} & _OTHER_DATES
        and (found := _YEAR.search(date.findtext("year") or ""))
    ]
    return min(years, default=None)


def _journal(root: etree._Element) -> str | None:
    for path in ("journal-title-group/journal-title", "journal-title", "journal-id"):
        text = printed_text(root.find(f"front/journal-meta/{path}"))
        if text:
            return text
    return None


def _authors(meta: etree._Element) -> tuple[Author, ...]:
    contributors = [
        node
        for node in meta.findall("contrib-group/contrib")
        if node.get("contrib-type") in {None, "author"}
    ]
    return tuple(author for node in contributors if (author := contributor(node)))


def _license(meta: etree._Element) -> str | None:
    license_ = meta.find("permissions/license")
    if license_ is None:
        return printed_text(meta.find("permissions/copyright-statement"))
    if href := license_.get(XLINK_HREF):
        return str(href)
    for node in license_.iter(_LICENSE_REF):
        if text := string_value(node).strip():
            return text
    for node in license_.iter("ext-link", "uri"):
        if "creativecommons" in (node.get(XLINK_HREF) or ""):
            return str(node.get(XLINK_HREF))
    return " ".join(string_value(license_).split()) or None


def _notices(root: etree._Element, meta: etree._Element | None) -> tuple[Notice, ...]:
    notices: list[Notice] = []
    related = [] if meta is None else meta.findall("related-article")
    for node in related:
        kind, issued = _NOTICES.get(node.get("related-article-type", ""), (None, False))
        if kind is not None:
            notices.append(Notice(kind=kind, issued=issued, other=_related_id(node)))
    kind, issued = _NOTICES.get(root.get("article-type", ""), (None, False))
    if kind is not None and not any(n.kind == kind and n.issued for n in notices):
        notices.append(Notice(kind=kind, issued=issued))
    return tuple(dict.fromkeys(notices))


def _related_id(node: etree._Element) -> str | None:
    text = (node.get(XLINK_HREF) or "").strip() or string_value(node).strip()
    text = text.removeprefix("info:doi/")
    kind = node.get("ext-link-type")
    return paper_id(
        doi=(normalize_doi(text) or find_doi(text)) if kind not in {"pmid", "pmc"} else None,
        pmid=normalize_pmid(text) if kind in {"pmid", "pubmed"} else None,
        pmcid=normalize_pmcid(text) if kind in {"pmc", "pmcid"} else None,
    )
