"""Columns of real articles: every filter and facet against a slow reading of the records."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from semsearch.encode.recipe import StatementRecipe
from semsearch.index.build import Builder
from semsearch.index.columns import Columns
from semsearch.parse.jats import read_jats
from semsearch.parse.packages import ArticleFiles
from semsearch.records import Author, Citation, Document, Reference
from semsearch.retrieve.facets import facet_counts
from semsearch.retrieve.filter_parsing import parse_filter
from semsearch.retrieve.filters import FilterField
from semsearch.search import Searcher
from semsearch.store.database import Database
from semsearch.store.reading import citations
from semsearch.store.works import references_of, works

ARTICLES = 12
CORRECTED = (
    '<related-article related-article-type="correction-forward" ext-link-type="doi"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="10.5555/notice"/>'
)
TESTER = (
    '<contrib-group><contrib contrib-type="author"><name><surname>Tester</surname>'
    "<given-names>Ann</given-names></name></contrib></contrib-group>"
)
#: A reference that names no author, to a paper whose own file does.
UNSIGNED = (
    '<ref id="B1"><label>1</label><element-citation><article-title>Corrected</article-title>'
    '<pub-id pub-id-type="doi">10.5555/corrected</pub-id></element-citation></ref>'
)
BODY = '<p>A made statement cites a work [<xref ref-type="bibr" rid="B1">1</xref>].</p>'


def plain(name: str) -> str:
    """A name without case and accents, letters and digits alone."""
    bare = unicodedata.normalize("NFKD", re.sub("[øØ]", "o", name.replace("ß", "ss")))
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]", " ", bare).casefold().split())


def people(authors: Sequence[Author]) -> set[str]:
    """Each author as family name and first initial, and as ORCID."""
    named = {f"{plain(a.family)} {plain(a.given or '')[:1]}".strip() for a in authors}
    return {n for n in named if n} | {f"orcid:{a.orcid}" for a in authors if a.orcid}


@dataclass(frozen=True, slots=True)
class Row:
    """What the records say of one statement: field → values."""

    id: str
    values: dict[FilterField, set[str]]


@dataclass(frozen=True, slots=True)
class Built:
    """The columns of an index, and the same rows as the records of its articles have them."""

    columns: Columns
    rows: list[Row]

    def slow(self, field: FilterField, wanted: set[str]) -> list[bool]:
        return [bool(row.values[field] & wanted) for row in self.rows]


#: (statement, key) → names of the authors of the work, and the citation as the store has it.
Judged = dict[tuple[str, str], tuple[set[str], Citation]]


def read_rows(documents: Sequence[Document], judged: Judged) -> Iterator[Row]:
    for document in documents:
        paper = document.paper
        listed = {reference.key: reference for reference in document.references}
        mine = people(paper.authors)
        of_paper = {
            FilterField.YEAR: {str(paper.year)} if paper.year else set(),
            FilterField.PUBLICATION_TYPE: set(paper.publication_types),
            FilterField.SOURCE_AUTHOR: mine,
            FilterField.JOURNAL: {" ".join(paper.journal.split())} if paper.journal else set(),
            FilterField.SOURCE_DOI: {paper.doi} if paper.doi else set(),
            FilterField.LICENCE: {licence(paper.license)} if paper.license else set(),
            FilterField.NOTICE: {n.kind.value for n in paper.notices if not n.issued},
        }
        for statement in document.statements:
            cited = [c for c in document.citations if c.statement == statement.id]
            of_row = cited_values(cited, listed, judged)
            yield Row(
                statement.id,
                {**of_paper, **of_row, FilterField.SECTION: {statement.section.value}},
            )


def cited_values(
    cited: Sequence[Citation], listed: dict[str, Reference], judged: Judged
) -> dict[FilterField, set[str]]:
    types, relations, theirs, dois = set(), set(), set(), set()
    for citation in cited:
        work = listed[citation.reference]
        names, stored = judged[citation.statement, citation.reference]
        shared = stored.self_citation
        types.add(stored.type.value)
        theirs |= names
        dois |= {work.doi} if work.doi else set()
        relations.add("unknown" if shared is None else "self" if shared else "independent")
    return {
        FilterField.CITATION_TYPE: types,
        FilterField.RELATIONSHIP: relations,
        FilterField.TARGET_AUTHOR: theirs,
        FilterField.TARGET_DOI: dois,
    }


def judged_of(database: Database, documents: Sequence[Document]) -> Judged:
    """What the store says of the authors of each cited work."""
    found: Judged = {}
    for document in documents:
        works_cited = {
            one.reference.key: one.resolution.work if one.resolution else None
            for one in references_of(database, document.paper.id)
        }
        known = works(database, [work for work in works_cited.values() if work])
        listed = {one.key: people(one.authors) for one in document.references}
        stored = citations(database, [s.id for s in document.statements])
        for citation in (c for group in stored.values() for c in group):
            work = works_cited[citation.reference]
            names = people(known[work].authors) if work else listed[citation.reference]
            found[citation.statement, citation.reference] = (names, citation)
    return found


def licence(text: str) -> str:
    """The short name of the licences of the sample, told by their addresses alone."""
    found = re.search(r"creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)", text)
    return f"CC {found[1].upper()} {found[2]}" if found else "CC0 1.0" if "zero" in text else text


@pytest.fixture(scope="module")
def built(
    data: Path,
    tmp_path_factory: pytest.TempPathFactory,
    article: Callable[..., bytes],
    hashed_words: Callable[[], Any],
) -> Built:
    package = data / "jats" / "oa_comm_xml.small.tar.gz"
    contents = [f.content for f in islice(ArticleFiles((package,), 10**8), ARTICLES)]
    contents.append(article(BODY, doi="10.5555/corrected", front=TESTER + CORRECTED))
    contents.append(article(BODY, doi="10.5555/citing", front=TESTER, refs=UNSIGNED))
    where = tmp_path_factory.mktemp("columns")
    documents = []
    for number, content in enumerate(contents):
        assert content is not None
        path = where / f"{number:02}.xml"
        path.write_bytes(content)
        documents.append(read_jats(content, package=str(path)))
    Builder(
        folder=where / "index",
        encoder=hashed_words(),
        recipe=StatementRecipe.TEXT,
        batch_tokens=256,
    ).build(ArticleFiles(tuple(sorted(where.glob("*.xml"))), 10**8))
    searcher = Searcher(where / "index", encoder=hashed_words())
    judged = judged_of(searcher.store, documents)
    rows = sorted(read_rows(documents, judged), key=lambda row: row.id)
    searcher.close()
    return Built(searcher.generation.statements.columns, rows)


def test_every_statement_is_a_row_and_the_sample_is_of_some_variety(built: Built) -> None:
    assert len(built.columns) == len(built.rows) > 300
    for field in FilterField:
        held = {value for row in built.rows for value in row.values[field]}
        assert held, field
    relations = {v for row in built.rows for v in row.values[FilterField.RELATIONSHIP]}
    assert {"self", "independent"} <= relations
    assert len({v for row in built.rows for v in row.values[FilterField.TARGET_AUTHOR]}) > 500


#: Fields whose values a filter takes as the records have them.
PLAIN = [f for f in FilterField if f not in (FilterField.SOURCE_AUTHOR, FilterField.TARGET_AUTHOR)]


@pytest.mark.parametrize("field", PLAIN)
def test_mask_of_each_value_is_what_the_records_say(built: Built, field: FilterField) -> None:
    values = sorted({value for row in built.rows for value in row.values[field]})
    for value in values[:: max(1, len(values) // 40)]:
        mask = (
            parse_filter({field.value: int(value) if field is FilterField.YEAR else value})
            .allowed(built.columns)
            .mask()
        )
        assert mask.tolist() == built.slow(field, {value}), value


@pytest.mark.parametrize("field", [FilterField.SOURCE_AUTHOR, FilterField.TARGET_AUTHOR])
def test_authors_are_found_by_family_name_and_initial(built: Built, field: FilterField) -> None:
    named = {v for row in built.rows for v in row.values[field] if not v.startswith("orcid:")}
    whole = sorted(name for name in named if re.fullmatch(r"[a-z]{3,} [a-z]", name))
    assert len(whole) > 20
    for name in whole[:: len(whole) // 20]:
        family, initial = name.split()
        mask = (
            parse_filter({field.value: f"{family.title()}, {initial.upper()}."})
            .allowed(built.columns)
            .mask()
        )
        assert mask.tolist() == built.slow(field, {name}), name
        alone = {n for n in named if n == family or n.rpartition(" ")[0] == family}
        mask = parse_filter({field.value: family.upper()}).allowed(built.columns).mask()
        assert mask.tolist() == built.slow(field, alone), family


def test_authors_of_a_cited_paper_of_the_corpus_are_those_of_its_file(built: Built) -> None:
    given = {"and": [{"source_doi": "10.5555/citing"}, {"target_author": "Tester, A."}]}
    mask = parse_filter({"and": [given, {"relationship": "self"}]}).allowed(built.columns).mask()
    assert mask.sum() == 1


def test_author_is_found_by_orcid(built: Built) -> None:
    ids = {v for row in built.rows for v in row.values[FilterField.SOURCE_AUTHOR]}
    orcids = sorted(value for value in ids if value.startswith("orcid:"))
    assert orcids
    for orcid in orcids[:5]:
        number = orcid.removeprefix("orcid:")
        mask = (
            parse_filter({"source_author": f"https://orcid.org/{number}"})
            .allowed(built.columns)
            .mask()
        )
        assert mask.tolist() == built.slow(FilterField.SOURCE_AUTHOR, {orcid})


def test_conditions_joined_are_what_the_records_say(built: Built) -> None:
    given = {
        "and": [
            {"or": [{"section": "introduction"}, {"section": "discussion"}]},
            {"not": {"relationship": "self"}},
            {"year": {"from": 2000}},
        ]
    }
    mask = parse_filter(given).allowed(built.columns).mask()
    expected = [
        bool(row.values[FilterField.SECTION] & {"introduction", "discussion"})
        and "self" not in row.values[FilterField.RELATIONSHIP]
        and any(int(year) >= 2000 for year in row.values[FilterField.YEAR])
        for row in built.rows
    ]
    assert mask.tolist() == expected
    assert 0 < sum(expected) < len(expected)


@pytest.mark.parametrize("field", FilterField)
def test_facet_counts_what_the_records_say(built: Built, field: FilterField) -> None:
    chosen = np.arange(0, len(built.rows), 3)
    counts = facet_counts(built.columns, chosen, field, most=10**6)
    expected = Counter(value for row in chosen for value in built.rows[row].values[field])
    assert {one.value: one.count for one in counts.values} == dict(expected)
    assert [one.count for one in counts.values] == sorted(expected.values(), reverse=True)
    few = facet_counts(built.columns, chosen, field, most=2)
    assert few.values == counts.values[:2]
    assert few.more == max(0, len(expected) - 2)
