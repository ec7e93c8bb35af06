"""Works as Semantic Scholar describes them.

``paperId`` is the id of this server, such as ``doi:10.1000/182``; it can be sent back wherever an
id is expected. ``citationCount`` counts citing papers of the corpus. Where a work has no full text
here, its fields are what the reference lists that name it say, and ``referenceCount`` is left out.

Left out, because it is not known here: ``corpusId``, ``authorId``, ``influentialCitationCount``,
``isOpenAccess``, ``openAccessPdf``, ``publicationDate``, ``publicationVenue``, fields of study,
``tldr``, ``embedding``, ``url``. ``null`` is what this paper does not say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from semsearch.records import Author, Reference
from semsearch.report.tally import tallies
from semsearch.report.work import WorkView, printed_name, view_works
from semsearch.search import Searcher
from semsearch.serve.semantic_scholar.fields import PaperFields, chosen
from semsearch.store.cited import citations_to
from semsearch.store.names import work_ids
from semsearch.store.reading import corpus_members, references
from semsearch.store.works import references_of, work_id

_PMCID = re.compile(r"(?:PMCID:)(?:PMC)?(\d+)", re.IGNORECASE)

#: Publication types of articles → Semantic Scholar's, where it has a word for them.
PUBLICATION_TYPES: Mapping[str, str] = {
    "research-article": "JournalArticle",
    "brief-report": "JournalArticle",
    "rapid-communication": "JournalArticle",
    "review-article": "Review",
    "systematic-review": "Review",
    "meta-analysis": "MetaAnalysis",
    "case-report": "CaseReport",
    "clinical-trial": "ClinicalTrial",
    "editorial": "Editorial",
    "letter": "LettersAndComments",
    "article-commentary": "LettersAndComments",
    "news": "News",
}


def spelt(name: str) -> str:
    """An id as ``naming`` reads it: ``PMCID:`` takes bare digits there, ``URL:`` goes."""
    bare = name.strip()
    if found := _PMCID.fullmatch(bare):
        return f"PMCID:PMC{found.group(1)}"
    return bare[4:] if bare[:4].casefold() == "url:" else bare


def work_of(searcher: Searcher, name: str) -> str:
    """The id of the work that a client names.

    Raises:
        NotFoundError: the corpus neither holds nor cites it.
    """
    return work_id(searcher.store, spelt(name))


def works_of(searcher: Searcher, names: Sequence[str]) -> list[str | None]:
    """The ids of the works that a client names, None where one is not known."""
    found = work_ids(searcher.store, [spelt(name) for name in names])
    return [found[spelt(name)] for name in names]


def paper_records(
    searcher: Searcher, ids: Sequence[str], wanted: PaperFields
) -> dict[str, dict[str, Any]]:
    """Id → the wanted fields of the work.

    Args:
        searcher: the index.
        ids: of works that the corpus holds or cites.
        wanted: fields.
    """
    known = view_works(searcher.store, ids)
    records = {one: of_work(work) for one, work in known.items()}
    add_counts(searcher, records, wanted)
    for one, record in records.items():
        if "citations" in wanted:
            citing = list(dict.fromkeys(c.paper for c in citations_to(searcher.store, one)))
            found = paper_records(searcher, citing, PaperFields(wanted.citations))
            record["citations"] = [found[paper] for paper in citing]
        if "references" in wanted and known[one].in_corpus:
            record["references"] = cited_records(searcher, one, PaperFields(wanted.references))
    return {one: cut(record, wanted) for one, record in records.items()}


def cited_records(searcher: Searcher, paper: str, wanted: PaperFields) -> list[dict[str, Any]]:
    """The wanted fields of every entry of the reference list of a paper, in its order.

    A work of the corpus is described by its full text, any other by this entry.
    """
    listed = references_of(searcher.store, paper)
    targets = {one.resolution.work for one in listed if one.resolution is not None}
    known = view_works(searcher.store, sorted(targets))
    counted: dict[str, dict[str, Any]] = {one: {} for one in known}
    add_counts(searcher, counted, wanted)
    records = []
    for one in listed:
        work = None if one.resolution is None else known[one.resolution.work]
        full = work is not None and work.in_corpus
        record = of_work(work) if work and full else of_reference(one.reference, work)
        records.append({**record, **(counted[work.id] if work else {})})
    return [cut(record, wanted) for record in records]


def add_counts(
    searcher: Searcher, records: Mapping[str, dict[str, Any]], wanted: PaperFields
) -> None:
    """Add the counts that are wanted to records by id."""
    if "citationCount" in wanted:
        for one, found in tallies(searcher, list(records)).tallies.items():
            records[one]["citationCount"] = found.tally.citing_papers
    if "referenceCount" in wanted:
        for one in corpus_members(searcher.store, list(records)):
            records[one]["referenceCount"] = len(references(searcher.store, one))


def cut(record: Mapping[str, Any], wanted: PaperFields) -> dict[str, Any]:
    """The wanted fields of a record."""
    found = chosen(record, wanted.names)
    if "authors" in found:
        names = wanted.authors or {"name"}
        found["authors"] = [chosen(author, names) for author in found["authors"]]
    return found


def of_work(work: WorkView) -> dict[str, Any]:
    """All fields that are known of a work, counts aside."""
    kinds = dict.fromkeys(
        PUBLICATION_TYPES[kind] for kind in work.publication_types if kind in PUBLICATION_TYPES
    )
    return _record(
        work.id,
        external_ids(work.doi, work.pmid, work.pmcid, work.arxiv),
        title=work.title,
        abstract=work.abstract,
        year=work.year,
        journal=work.journal,
        authors=work.authors,
        kinds=list(kinds),
    )


def of_reference(entry: Reference, work: WorkView | None) -> dict[str, Any]:
    """All that an entry of a reference list says of the work it names."""
    return _record(
        None if work is None else work.id,
        external_ids(
            entry.doi or (None if work is None else work.doi), entry.pmid, entry.pmcid, entry.arxiv
        ),
        title=entry.title,
        abstract=None,
        year=entry.year,
        journal=entry.journal,
        authors=entry.authors,
        kinds=[],
    )


def external_ids(
    doi: str | None, pmid: str | None, pmcid: str | None, arxiv: str | None = None
) -> dict[str, str]:
    """Identifiers under Semantic Scholar's names; its PMC numbers have no prefix."""
    found = {
        "DOI": doi,
        "PubMed": pmid,
        "PubMedCentral": None if pmcid is None else pmcid.removeprefix("PMC"),
        "ArXiv": arxiv,
    }
    return {name: value for name, value in found.items() if value is not None}


def _record(
    identity: str | None,
    names: dict[str, str],
    *,
    title: str | None,
    abstract: str | None,
    year: int | None,
    journal: str | None,
    authors: Sequence[Author],
    kinds: list[str],
) -> dict[str, Any]:
    return {
        "paperId": identity,
        "externalIds": names,
        "title": title,
        "abstract": abstract,
        "venue": journal,
        "year": year,
        "journal": None if journal is None else {"name": journal},
        "publicationTypes": kinds or None,
        "authors": [{"name": printed_name(author)} for author in authors],
    }
