"""Masked citations and similar contexts: what is asked, and that nothing of the answer is used."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from semsearch.errors import EvaluationError, UsageError
from semsearch.evaluate.cite import evaluate_cite
from semsearch.evaluate.masked import Masked, marker_groups, masked_citations
from semsearch.evaluate.measures import reciprocal_rank
from semsearch.evaluate.pools import CitingPairs, Pool
from semsearch.evaluate.runs import Ranking
from semsearch.evaluate.similar import evaluate_similar, questions_of
from semsearch.evaluate.splits import (
    Split,
    allowed_statements,
    asked_papers,
    first_late_year,
    fitted_papers,
    is_held_out,
)
from semsearch.index.columns import NO_YEAR, Columns
from semsearch.records import Marker
from semsearch.retrieve.generation import ids_of, row_of
from semsearch.search import Searcher
from semsearch.store.reading import statements


@pytest.fixture(scope="module")
def columns(searcher: Searcher) -> Columns:
    return searcher.generation.statements.columns


@pytest.fixture(scope="module")
def masked(searcher: Searcher, columns: Columns) -> list[Masked]:
    every = np.ones(len(columns.papers), dtype=np.bool_)
    twice = CitingPairs.of(columns).cited_twice()
    return list(islice(masked_citations(searcher, every, twice), 200))


@pytest.mark.parametrize("split", list(Split))
def test_no_statement_of_the_paper_or_of_a_later_one_may_be_used(
    columns: Columns, split: Split
) -> None:
    assert asked_papers(columns, split).any()
    for paper in np.flatnonzero(asked_papers(columns, split)).tolist():
        used = np.unique(columns.paper[allowed_statements(columns, paper, split)])
        assert paper not in used
        if split is Split.YEAR:
            assert (columns.year[used] < columns.year[paper]).all()
            assert (columns.year[used] != NO_YEAR).all()


def test_papers_that_weights_were_fitted_on_are_asked_about_by_no_split(columns: Columns) -> None:
    fitted = fitted_papers(columns)
    assert fitted.any()
    for split in Split:
        assert not (fitted & asked_papers(columns, split)).any()
    late = columns.year >= first_late_year(columns)
    assert late.sum() <= 0.3 * len(columns.year)
    assert is_held_out("doi:10.5555/a") is is_held_out("doi:10.5555/a")


@pytest.mark.parametrize("pool", list(Pool))
def test_candidates_are_those_of_a_loop_over_papers(columns: Columns, pool: Pool) -> None:
    citing: dict[int, set[int]] = {}
    for row, paper in enumerate(columns.paper.tolist()):
        for code in columns.targets.codes[slice(*columns.targets.offsets[row : row + 2])].tolist():
            citing.setdefault(code, set()).add(paper)
    for paper in (0, 5):
        found = CitingPairs.of(columns).candidates(pool, paper, Split.PAPER)
        for code, papers in citing.items():
            others = len(papers - {paper})
            wanted = {
                Pool.OTHERS: others >= 2,
                Pool.TWO: others >= 1 and len(papers) >= 2,
                Pool.EVERY: others >= 1,
            }
            assert found[code] == wanted[pool]


def test_a_masked_citation_holds_no_marker_and_wants_what_stood_there(
    searcher: Searcher, columns: Columns, masked: list[Masked]
) -> None:
    assert len(masked) == 200
    assert len({one.id for one in masked}) == 200
    for one in masked:
        row = row_of(searcher.generation.statements.dense, one.id.partition("-")[0])
        assert row is not None
        cited = columns.targets.codes[slice(*columns.targets.offsets[row : row + 2])]
        assert set(one.wanted) <= set(cited)
        assert not set(one.wanted) & {*one.beside.tolist(), *one.elsewhere.tolist()}
        assert set(one.beside) <= set(cited)
        assert not set(one.elsewhere) & set(cited)
        for text in (one.place.sentence, one.place.context, one.place.clause):
            assert "[1" not in text
            assert "[2" not in text
        assert one.place.sentence in one.place.context


@pytest.mark.parametrize(
    ("text", "shown", "groups"),
    [
        ("A [1,2] b.", ["1", "2"], [[0, 1]]),
        ("A [1], [2] b [3].", ["1", "2", "3"], [[0, 1], [2]]),
        (
            "A (Lee et al., 2001; van Dam, 2003) b (Ray 2005).",
            ["2001", "2003", "2005"],
            [[0, 1], [2]],
        ),
        ("A (Lee, 2001) and Ray (2005).", ["2001", "2005"], [[0], [1]]),
        ("Tools¹ and others².", ["¹", "²"], [[0], [1]]),
    ],
)
def test_markers_of_one_bracket_are_one_place(
    text: str, shown: list[str], groups: list[list[int]]
) -> None:
    markers = [
        Marker(start=text.index(one), end=text.index(one) + len(one), references=(one,))
        for one in shown
    ]
    assert marker_groups(text, markers) == groups


def test_figures_are_of_the_rankings_that_were_recorded(searcher: Searcher) -> None:
    rankings: dict[str, Ranking] = {}
    outcome = evaluate_cite(searcher, limit=25, record=lambda q, r: rankings.update({q: r}))
    assert set(rankings) == set(outcome.values["recall@10"])
    assert outcome.counts["masked_citations"] == len(rankings) > 10
    columns = searcher.generation.statements.columns
    twice = CitingPairs.of(columns).cited_twice()
    asked = masked_citations(searcher, asked_papers(columns, Split.PAPER), twice)
    for one in (one for one in asked if one.id in rankings):
        among = CitingPairs.of(columns).candidates(Pool.OTHERS, one.paper, Split.PAPER)
        wanted = {bytes(columns.targets.values[c]).decode() for c in one.wanted if among[c]}
        found = [name for name, _ in rankings[one.id]]
        held = [bytes(columns.targets.values[code]).decode() for code in np.flatnonzero(among)]
        assert set(found) <= set(held)
        recall = len(wanted & set(found[:10])) / len(wanted)
        assert outcome.values["recall@10"][one.id] == recall
    names = {name.partition("_")[2] for name in outcome.values}
    assert names == {"", "draft", "bm25_title", "dense_title"}
    assert "recall@10" in outcome.as_json_object()


def test_every_work_may_be_a_candidate(searcher: Searcher) -> None:
    outcome = evaluate_cite(searcher, limit=5, pool=Pool.EVERY, split=Split.YEAR)
    assert "ndcg@10" in outcome.figures
    assert "ndcg@10_dense_title" in outcome.figures


def test_similar_wants_statements_of_other_papers_that_cite_the_same(
    searcher: Searcher, columns: Columns
) -> None:
    every = np.ones(len(columns.papers), dtype=np.bool_)
    dense = searcher.generation.statements.dense
    for one in islice(questions_of(searcher, every, Split.PAPER), 40):
        own = row_of(dense, one.id)
        assert own is not None
        cited = set(columns.targets.taken(np.array([own])).codes.tolist())
        for row in one.wanted.tolist():
            assert columns.paper[row] != columns.paper[own] == one.paper
            assert cited & set(columns.targets.taken(np.array([row])).codes.tolist())
        held = statements(searcher.store, [one.id])[one.id]
        assert all(held.text[m.start : m.end] not in one.text.split() for m in held.markers)


def test_similar_figures_are_those_of_the_searcher(searcher: Searcher) -> None:
    rankings: dict[str, Ranking] = {}
    outcome = evaluate_similar(searcher, limit=10, record=lambda q, r: rankings.update({q: r}))
    assert outcome.counts["statements_asked"] == len(rankings) == 10
    assert {"recall@10", "mrr", "ndcg@10", "ndcg@10_dense"} <= set(outcome.figures)
    columns = searcher.generation.statements.columns
    dense = searcher.generation.statements.dense
    for identity, ranking in rankings.items():
        row = row_of(dense, identity)
        assert row is not None
        own = set(ids_of(dense, columns.rows_of.of([columns.paper[row]]).astype(np.int64)))
        assert not own & {name for name, _ in ranking}


def test_an_index_without_shared_works_is_said(
    tmp_path: Path, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = "semsearch.evaluate.{}.asked_papers"
    for room in ("cite", "similar"):
        monkeypatch.setattr(
            nobody.format(room), lambda columns, _: np.zeros(len(columns.papers), dtype=np.bool_)
        )
    with pytest.raises(EvaluationError, match="no citation that can be masked"):
        evaluate_cite(searcher)
    with pytest.raises(EvaluationError, match="no statement to ask about"):
        evaluate_similar(searcher)
    with pytest.raises(UsageError, match="the limit is 0"):
        evaluate_cite(searcher, limit=0)


@pytest.mark.parametrize(
    ("ranking", "value"), [(["b", "a"], 0.5), (["a"], 1.0), (["c"], 0.0), ([], 0.0)]
)
def test_reciprocal_rank_is_that_of_the_first_relevant(ranking: list[str], value: float) -> None:
    assert reciprocal_rank(ranking, {"a": 1, "c": 0}) == value
    assert reciprocal_rank(ranking, {"c": 0}) is None
