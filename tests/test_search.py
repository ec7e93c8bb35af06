"""Searching a small index: modes, filters inside retrieval, pages, folding, and equal bytes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from semsearch.answer.ask import ask
from semsearch.answer.verdict import VerdictKind
from semsearch.encode.recipe import StatementRecipe
from semsearch.errors import QueryError
from semsearch.index.build import Builder
from semsearch.language.stance import Stance
from semsearch.parse.packages import ArticleFiles
from semsearch.rank.diversity import SortOrder
from semsearch.rank.options import SearchOptions, read_options
from semsearch.rank.statements import Rerank
from semsearch.retrieve.candidates import Mode
from semsearch.retrieve.filters import FilterField
from semsearch.search import Searcher

SENTENCES = (
    "EMT induces IL-6 [1].",
    "IL-6 induces EMT [2].",
    "EMT did not induce IL-6 [3].",
    "EMT may induce IL-6 in cells [4].",
    "EMT induces IL-6 (1).",
    "Rice grows in salt [5].",
    "Silicon feeds rice [1].",
)


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: Any, article: Callable[..., bytes], hashed_words: Callable[[], Any]
) -> Path:
    where: Path = tmp_path_factory.mktemp("searched")
    (where / "articles").mkdir()
    for paper in range(4):
        body = "".join(
            "<p>"
            + sentence.replace("IL-6", "IL-6" if paper else "interleukin-6")
            .replace("[", f'of paper {paper} [<xref ref-type="bibr" rid="B')
            .replace("]", f'">{paper + 1}</xref>]')
            + "</p>"
            for sentence in SENTENCES
            if "[" in sentence
        )
        kind = "review-article" if paper % 2 else "research-article"
        body = f'<sec sec-type="results"><title>Results</title>{body}</sec>'
        made = article(body, doi=f"10.5555/s{paper}", kind=kind)
        (where / "articles" / f"{paper}.xml").write_bytes(made)
    Builder(
        folder=where / "index",
        encoder=hashed_words(),
        recipe=StatementRecipe.TEXT,
        batch_tokens=256,
    ).build(ArticleFiles((where / "articles",), 10**6))
    return where / "index"


@pytest.fixture(scope="module")
def searcher(folder: Path, hashed_words: Callable[[], Any]) -> Any:
    opened = Searcher(folder, encoder=hashed_words())
    yield opened
    opened.close()


def ids(searcher: Searcher, query: str, options: SearchOptions) -> list[str]:
    return [hit.statement.id for hit in searcher.search(query, options=options).hits]


ALL = SearchOptions(limit=100, fold=False)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("rerank", Rerank)
def test_filter_is_exact_in_every_mode(searcher: Searcher, mode: Mode, rerank: Rerank) -> None:
    how = replace(ALL, mode=mode, rerank=rerank)
    everything = searcher.search("EMT induces IL-6", options=how)
    for given_filter, keep in (
        (
            "publication_type=review-article",
            lambda v: "review-article" in v.paper.publication_types,
        ),
        ("-source_doi=10.5555/s1", lambda v: v.paper.doi != "10.5555/s1"),
        ("target_doi=10.5555/cited.2", lambda v: any(c.doi == "10.5555/cited.2" for c in v.cites)),
        ("year=2021..", lambda v: False),
    ):
        options = replace(how, filter=read_options(filters=[given_filter]).filter)
        found = searcher.search("EMT induces IL-6", options=options)
        kept = {hit.statement.id for hit in everything.hits if keep(hit.statement)}
        assert {hit.statement.id for hit in found.hits} == kept
        assert found.total == len(kept)
        assert (found.empty_because is None) == bool(kept)


@given(
    size=st.integers(1, 9),
    sort=st.sampled_from(SortOrder),
    group=st.booleans(),
    fold=st.booleans(),
)
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
def test_pages_neither_repeat_nor_skip(
    searcher: Searcher, size: int, sort: SortOrder, group: bool, fold: bool
) -> None:
    how = SearchOptions(limit=100, sort=sort, group=group, fold=fold)
    whole = searcher.search("EMT and rice", options=how)
    paged: list[str] = []
    cursor: str | None = None
    while True:
        page = searcher.search("EMT and rice", options=replace(how, limit=size, cursor=cursor))
        paged += [hit.statement.id for hit in page.hits]
        assert [hit.rank for hit in page.hits] == list(
            range(len(paged) - len(page.hits) + 1, len(paged) + 1)
        )
        cursor = page.next
        if cursor is None:
            break
    assert paged == [hit.statement.id for hit in whole.hits]
    under = [i for hit in whole.hits for i in (*hit.duplicates, *hit.more_from_paper)]
    assert len({*paged, *under}) == len(paged) + len(under)
    if not (group and fold):
        assert len(paged) + len(under) == whole.total


def test_cursor_of_another_query_is_refused(searcher: Searcher) -> None:
    page = searcher.search("EMT", options=SearchOptions(limit=1, fold=False))
    with pytest.raises(QueryError, match="belongs to another query"):
        searcher.search("rice", options=SearchOptions(limit=1, fold=False, cursor=page.next))


def test_syntax_works_inside_retrieval(searcher: Searcher) -> None:
    texts = {
        hit.statement.text
        for hit in searcher.search('"rice grows" -feeds doi:10.5555/s2', options=ALL).hits
    }
    assert len(texts) == 1
    assert next(iter(texts)).startswith("Rice grows")
    only = searcher.search("cites:10.5555/cited.5", options=ALL)
    assert {hit.statement.paper.doi for hit in only.hits} == {f"10.5555/s{n}" for n in range(4)}
    assert only.total == len(only.hits) == 4
    titled = searcher.search("title:glaciers EMT", options=ALL)
    assert titled.empty_because == "no source has all words of 'glaciers' in its title"


def test_facets_count_the_whole_result_set(searcher: Searcher) -> None:
    how = replace(ALL, limit=1, facets=(FilterField.PUBLICATION_TYPE, FilterField.SECTION))
    found = searcher.search("EMT", options=how)
    counts = {one.value: one.count for one in found.facets["publication_type"].values}
    assert sum(counts.values()) == found.total
    assert {one.value for one in found.facets["section"].values} == {"results"}


def test_answer_keeps_both_directions_apart(searcher: Searcher) -> None:
    answer = ask(searcher, "does EMT induce IL-6", options=replace(ALL, rerank=Rerank.NONE))
    assert answer.verdict is not None
    counts = answer.verdict.counts
    of = {hit.statement.id: hit.statement.text for hit in answer.statements}
    assert counts.reversed.statements > 0
    assert all(of[one].startswith("I") for one in counts.reversed.ids)  # IL-6, interleukin-6
    assert all("EMT induces" in of[one] for one in counts.supports.ids)
    assert all("did not" in of[one] for one in counts.opposes.ids)
    assert all("may" in of[one] for one in counts.hedged_supports.ids)
    shown = {hit.statement.id: hit.stance for hit in answer.statements}
    for one in counts.opposes.ids:
        view = shown[one]
        assert view is not None
        assert view.stance is Stance.OPPOSES
    open_question = ask(searcher, "which genes matter for rice")
    assert open_question.verdict is None
    assert ask(searcher, "does rice melt glaciers").verdict is None or (
        ask(searcher, "does rice melt glaciers").verdict.verdict is VerdictKind.UNKNOWN  # type: ignore[union-attr]
    )


def test_rank_says_what_it_came_from(searcher: Searcher) -> None:
    hits = searcher.search("rice in salt", options=ALL).hits
    dense = [hit.origin.dense_rank for hit in hits if hit.origin.dense_rank is not None]
    assert sorted(dense) == list(range(1, len(dense) + 1))
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(hit.origin.rerank_score == hit.score for hit in hits)


def test_own_list_of_abbreviations_widens_a_question(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    hashed_words: Callable[[], Any],
) -> None:
    from semsearch.settings import settings

    (tmp_path / "own.tsv").write_text("RX\trice\n")
    monkeypatch.setenv("SEMSEARCH_ABBREVIATIONS", str(tmp_path / "own.tsv"))
    settings.cache_clear()
    try:
        opened = Searcher(folder, encoder=hashed_words())
        found = opened.search("does RX grow", options=replace(ALL, mode=Mode.LEXICAL))
        opened.close()
    finally:
        settings.cache_clear()
        monkeypatch.undo()
    assert [(one.form, one.other, one.searched) for one in found.expansions] == [
        ("RX", "rice", True)
    ]
    assert "Rice grows" in found.hits[0].statement.text


PRINT = """
import sys
from pathlib import Path
sys.path[:0] = [{root!r}, {tests!r}]
import orjson
from conftest import HashedWords
from semsearch.answer.ask import ask
from semsearch.rank.options import SearchOptions
from semsearch.retrieve.filters import FilterField
from semsearch.search import Searcher
searcher = Searcher({folder!r}, encoder=HashedWords())
answer = ask(searcher, "does EMT induce IL-6", options=SearchOptions(facets=tuple(FilterField)))
sys.stdout.buffer.write(orjson.dumps(answer))
"""


def test_answer_is_the_same_bytes_with_any_hash_seed(folder: Path) -> None:
    root = str(Path(__file__).resolve().parent.parent)
    code = PRINT.format(root=root, tests=str(Path(__file__).parent), folder=str(folder))
    found = {
        subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
    assert orjson.loads(next(iter(found)))["statements"]


def test_dense_scores_are_those_of_the_index(searcher: Searcher) -> None:
    hits = searcher.search("rice", options=replace(ALL, mode=Mode.DENSE)).hits
    assert np.allclose([h.score for h in hits], [h.origin.dense_score for h in hits])
