"""Filters inside retrieval are filters after exact search, over the demo corpus."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from semsearch.encode.recipe import StatementRecipe
from semsearch.index.build import Builder
from semsearch.index.columns import RELATIONSHIPS, SECTIONS
from semsearch.parse.packages import ArticleFiles
from semsearch.rank.asked import make_ready
from semsearch.rank.options import SearchOptions
from semsearch.rank.statements import Rerank
from semsearch.records import NoticeKind
from semsearch.retrieve.candidates import Mode, find_candidates
from semsearch.retrieve.facets import facet_counts
from semsearch.retrieve.filter_parsing import parse_filter
from semsearch.retrieve.filters import FilterField
from semsearch.search import Searcher

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "make_demo_corpus.py"
ALL = SearchOptions(limit=1000, fold=False, rerank=Rerank.NONE)
#: Searched by both retrievers, by one, and by none.
QUERIES = ("does EMT induce IL-6", "drought and wheat yield", "the", "zebrafish quarks")


@pytest.fixture(scope="module")
def searcher(
    tmp_path_factory: pytest.TempPathFactory, hashed_words: Callable[[], Any]
) -> Iterator[Searcher]:
    where = tmp_path_factory.mktemp("filtered")
    subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(SCRIPT), str(where / "corpus")], check=True, capture_output=True
    )
    Builder(
        folder=where / "index",
        encoder=hashed_words(),
        recipe=StatementRecipe.TEXT,
        batch_tokens=4096,
    ).build(ArticleFiles((where / "corpus",), 10**6))
    opened = Searcher(where / "index", encoder=hashed_words())
    yield opened
    opened.close()


def some(*values: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3)


YEAR = st.integers(2008, 2025)
CONDITIONS = st.one_of(
    st.fixed_dictionaries({"section": some(*SECTIONS)}),
    st.fixed_dictionaries({"relationship": some(*RELATIONSHIPS)}),
    st.fixed_dictionaries({"citation_type": some("supporting", "unclassified")}),
    st.fixed_dictionaries({"publication_type": some("review-article", "research-article")}),
    st.fixed_dictionaries({"notice": some(*NoticeKind, "any")}),
    st.fixed_dictionaries({"licence": some("CC0 1.0", "CC BY 4.0")}),
    st.fixed_dictionaries({"journal": some("Semsearch Demo Reviews", "semsearch demo reviews")}),
    st.fixed_dictionaries(
        {"source_author": some("Tervald", "Ruskova V", "Lindmarr, G.", "Nobody")}
    ),
    st.fixed_dictionaries({"target_author": some("Jones", "Tervald I", "Smith")}),
    st.fixed_dictionaries(
        {"source_doi": some(*(f"10.5555/semsearch.demo.0{n}" for n in range(9)))}
    ),
    st.fixed_dictionaries({"target_doi": some(*(f"10.5555/ext.{n}" for n in range(1, 30)))}),
    st.builds(lambda a, b: {"year": {"from": min(a, b), "to": max(a, b)}}, YEAR, YEAR),
    YEAR.map(lambda year: {"year": year}),
)
FILTERS: st.SearchStrategy[Any] = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"and": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"or": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=5,
)
SLOWER = hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)


@given(data=FILTERS, query=st.sampled_from(QUERIES), mode=st.sampled_from(Mode))
@SLOWER
def test_filtered_search_is_the_whole_search_with_the_others_left_out(
    searcher: Searcher, data: Any, query: str, mode: Mode
) -> None:
    filtered = parse_filter(data)
    how = replace(ALL, mode=mode)
    whole = searcher.search(query, options=how)
    found = searcher.search(query, options=replace(how, filter=filtered))
    mask = filtered.allowed(searcher.generation.statements.columns).mask()
    ids = searcher.generation.statements.dense.ids
    allowed = {bytes(one).decode() for one in ids[mask]}
    kept = [hit.statement.id for hit in whole.hits if hit.statement.id in allowed]
    given_ids = [hit.statement.id for hit in found.hits]
    assert sorted(given_ids) == sorted(kept)
    assert found.allowed == len(allowed)
    assert found.total == len(kept)
    assert (found.empty_because is None) == bool(allowed)
    if mode is not Mode.HYBRID:  # scores are scaled over the candidates there
        assert given_ids == kept
        scores = {hit.statement.id: hit.score for hit in whole.hits}
        assert [hit.score for hit in found.hits] == [scores[one] for one in given_ids]


@given(data=FILTERS, query=st.sampled_from(QUERIES), depth=st.integers(1, 30))
@SLOWER
def test_best_of_a_few_are_the_best_of_all_that_are_allowed(
    searcher: Searcher, data: Any, query: str, depth: int
) -> None:
    texts = searcher.generation.statements
    asked = make_ready(query, searcher.encoder, texts.lexical, None)
    mask = parse_filter(data).allowed(texts.columns).mask()
    rows = np.flatnonzero(mask)
    near = texts.dense.scores(asked.vector, rows)
    said = texts.lexical.score(asked.words.query, rows)
    nearest = rows[np.lexsort((rows, -near))][:depth]
    matched = rows[said > 0]
    wordiest = matched[np.lexsort((matched, -said[said > 0]))][:depth]
    found = find_candidates(
        texts.dense,
        texts.lexical,
        asked.vector,
        asked.words.query,
        allowed=mask,
        mode=Mode.HYBRID,
        depth=depth,
    )
    assert found.rows.tolist() == sorted({*nearest.tolist(), *wordiest.tolist()})
    places = {int(row): place for place, row in enumerate(found.rows)}
    for rank, row in enumerate(nearest.tolist(), start=1):
        assert found.dense_rank[places[row]] == rank
    for rank, row in enumerate(wordiest.tolist(), start=1):
        assert found.lexical_rank[places[row]] == rank


@given(data=FILTERS, field=st.sampled_from(FilterField))
@SLOWER
def test_facets_of_a_filtered_search_count_what_a_narrower_filter_finds(
    searcher: Searcher, data: Any, field: FilterField
) -> None:
    options = replace(ALL, mode=Mode.DENSE, filter=parse_filter(data), facets=(field,))
    counts = searcher.search("EMT", options=replace(options, limit=1)).facets[field.value]
    columns = searcher.generation.statements.columns
    rows = np.flatnonzero(parse_filter(data).allowed(columns).mask())
    assert counts == facet_counts(columns, rows, field)
    if field in (FilterField.SOURCE_AUTHOR, FilterField.TARGET_AUTHOR):
        return  # their values are keys, not names
    for one in counts.values[:3]:
        narrower = parse_filter({"and": [data, {field.value: one.value}]})
        found = searcher.search("EMT", options=replace(options, limit=1, filter=narrower))
        assert found.total == one.count
