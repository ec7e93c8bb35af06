"""What the passages of a BioC document say of the paper, and its reference list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from semsearch.language.identifiers import (
    normalize_doi,
    normalize_pmcid,
    normalize_pmid,
    paper_id,
)
from semsearch.parse.bioc.passages import Passage
from semsearch.parse.checked import year_in
from semsearch.parse.reference_list import (
    ReferenceList,
    ReferenceListing,
    add_links,
    reference_of,
    written_out,
)
from semsearch.parse.text import string_shown
from semsearch.records import AbstractPart, Author, Paper, Source


def read_paper(passages: Sequence[Passage], source: Source) -> Paper:
    """The paper record, from the passages of its front."""
    front = next((one for one in passages if "article-id_pmid" in one.infons), None)
    front = front or next((one for one in passages if one.section == "TITLE"), None)
    front = front or (passages[0] if passages else None)
    told = front.infons if front is not None else {}
    doi = normalize_doi(told.get("article-id_doi"))
    pmid = normalize_pmid(told.get("article-id_pmid"))
    pmcid = normalize_pmcid(told.get("article-id_pmc") or told.get("article-id_pmcid"))
    titled = next((one for one in passages if one.section == "TITLE" or one.kind == "title"), front)
    return Paper(
        id=paper_id(doi=doi, pmid=pmid, pmcid=pmcid) or f"sha256:{source.sha256}",
        doi=doi,
        pmid=pmid,
        pmcid=pmcid,
        title=string_shown(titled.text) or None if titled is not None else None,
        abstract=_abstract(passages),
        year=year_in(told.get("year")),
        journal=_journal(told),
        publisher=None,
        publication_types=(),
        authors=_authors(told),
        license=told.get("license") or None,
        notices=(),
        source=source,
    )


def _journal(told: Mapping[str, str]) -> str | None:
    """PMC gives the journal as ``journal-title``, PubTator as ``J Name; 2012 Jan;3(4):5-6``."""
    named = told.get("journal-title") or told.get("journal", "").partition(";")[0]
    return named.strip() or None


def _abstract(passages: Sequence[Passage]) -> tuple[AbstractPart, ...]:
    parts: list[AbstractPart] = []
    heading: str | None = None
    for one in passages:
        if one.section != "ABSTRACT" and one.kind != "abstract":
            continue
        text = string_shown(one.text)
        if "title" in one.kind:
            heading = text.rstrip(" .:") or None
        elif text:
            parts.append(AbstractPart(heading=heading, text=text))
            heading = None
    return tuple(parts)


def read_references(passages: Sequence[Passage], paper: str) -> ReferenceList:
    """The entries of the reference list, a passage each."""
    listing = ReferenceListing()
    for one in passages:
        if one.section != "REF" or one.kind.startswith("title"):
            continue
        (key,) = listing.entry(None)
        told, title = one.infons, string_shown(one.text) or None
        authors, year = _authors(told), year_in(told.get("year"))
        pages = "–".join(p for p in (told.get("fpage"), told.get("lpage")) if p)
        raw = written_out(
            authors=authors,
            title=title,
            journal=told.get("source"),
            year=year,
            volume=told.get("volume"),
            issue=told.get("issue"),
            pages=pages or None,
        )
        given = {
            "doi": normalize_doi(told.get("pub-id_doi")),
            "pmid": normalize_pmid(told.get("pub-id_pmid")),
            "pmcid": normalize_pmcid(told.get("pub-id_pmc") or told.get("pub-id_pmcid")),
        }
        ids = {scheme: value for scheme, value in given.items() if value}
        add_links(ids, (told.get("comment") or "", raw))
        listing.references.append(
            reference_of(
                ids,
                paper=paper,
                key=key,
                title=title,
                year=year,
                journal=told.get("source") or None,
                authors=authors,
                raw=raw or title or "",
            )
        )
    return listing.finish()


def _authors(told: Mapping[str, str]) -> tuple[Author, ...]:
    """``name_0``, ``name_1``, …, each ``surname:Smith;given-names:J A``."""
    found: list[Author] = []
    number = 0
    while (given := told.get(f"name_{number}")) is not None:
        parts = dict(part.split(":", 1) for part in given.split(";") if ":" in part)
        family = string_shown(parts.get("surname"))
        if family:
            name = string_shown(parts.get("given-names")) or None
            found.append(Author(family=family, given=name))
        number += 1
    return tuple(found)
