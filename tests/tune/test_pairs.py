"""What a model learns from: nothing of papers that are asked about, negatives of other works."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from semsearch.encode.recipe import plain_text
from semsearch.errors import UsageError
from semsearch.evaluate.splits import fitted_papers
from semsearch.language.scripts import normal_form
from semsearch.search import Searcher
from semsearch.store.reading import live_abstracts, live_statements_of
from semsearch.tune.negatives import MARGIN, SAME, mine, texts_of
from semsearch.tune.pairs import LONG, PairKind, Pairs, collect_pairs, counted, set_aside
from semsearch.tune.plan import Batches, Plan


@pytest.fixture(scope="module")
def pairs(searcher: Searcher) -> Pairs:
    return collect_pairs(searcher)


@pytest.fixture(scope="module")
def vectors(pairs: Pairs, hashed_words: Any) -> Any:
    return hashed_words().encode(texts_of(pairs.training))


def test_no_statement_or_abstract_of_a_paper_that_is_asked_about_is_learned(
    searcher: Searcher, pairs: Pairs
) -> None:
    columns = searcher.generation.statements.columns
    asked = [bytes(one).decode() for one in columns.papers[~fitted_papers(columns)]]
    taken = [bytes(one).decode() for one in columns.papers[fitted_papers(columns)]]
    assert asked
    assert taken

    def texts(papers: list[str]) -> set[str]:
        held = live_statements_of(searcher.store, papers)
        own = {plain_text(one.text, one.markers) for one, _ in held}
        return own | {normal_form(text) for _, _, text in live_abstracts(searcher.store, papers)}

    learned = {t for one in (*pairs.training, *pairs.validation) for t in (one.query, one.answer)}
    assert learned & texts(taken)
    assert not learned & (texts(asked) - texts(taken))


def test_papers_set_aside_are_not_trained_on(searcher: Searcher, pairs: Pairs) -> None:
    columns = searcher.generation.statements.columns
    taken = [bytes(one).decode() for one in columns.papers[fitted_papers(columns)]]
    aside = [one for one in taken if set_aside(one)]
    assert pairs.papers == (len(taken) - len(aside), len(aside))
    own = {one.works for one in pairs.training if one.kind is PairKind.TITLE_ABSTRACT}
    assert not own & {frozenset({paper}) for paper in aside}


def test_pairs_are_the_same_each_time_and_of_several_kinds(
    searcher: Searcher, pairs: Pairs
) -> None:
    assert collect_pairs(searcher) == pairs
    found = counted(pairs.training)
    assert sum(found.values()) == len(pairs.training)
    assert found[PairKind.STATEMENT_TITLE] > 0
    assert found[PairKind.TITLE_ABSTRACT] > 0
    for one in pairs.training:
        assert one.query != one.answer
        if one.kind is PairKind.SENTENCE_ABSTRACT:
            assert one.query not in one.answer


def test_negatives_are_of_other_works_and_less_near_than_the_answer(
    pairs: Pairs, vectors: Any
) -> None:
    place = {text: row for row, text in enumerate(texts_of(pairs.training))}
    negatives = mine(pairs.training, vectors)
    assert (negatives >= 0).any()
    for one, row in zip(pairs.training, negatives, strict=True):
        query, answer = vectors[place[one.query]], vectors[place[one.answer]]
        cosines = []
        for at in row[row >= 0]:
            other = pairs.training[at]
            vector = vectors[place[other.answer]]
            assert other.kind is one.kind
            assert not other.works & one.works
            assert query @ vector <= query @ answer - MARGIN + 1e-6
            assert answer @ vector < SAME
            cosines.append(float(query @ vector))
        assert (np.diff(cosines) < 1e-6).all()


def test_batch_depends_on_seed_and_step_alone(pairs: Pairs, vectors: Any) -> None:
    plan = Plan(batch=8, seed=4)
    one, other = (Batches(plan, pairs.training, vectors) for _ in range(2))
    other.at(0)
    kinds = set()
    for step in range(40):
        batch, again = one.at(step), other.at(step)
        assert (batch.queries, batch.texts) == (again.queries, again.texts)
        assert batch.allowed.shape == (len(batch.queries), len(batch.texts))
        assert batch.allowed.diagonal().all()
        assert len(batch.queries) <= (2 if batch.kind in LONG else 8)
        assert len(batch.old) == len(batch.queries) + len(batch.texts)
        kinds.add(batch.kind)
    assert len(kinds) > 2
    another = Batches(Plan(batch=8, seed=5), pairs.training, vectors)
    assert any(one.at(step).queries != another.at(step).queries for step in range(5))


def test_texts_of_one_work_are_not_held_against_each_other(pairs: Pairs, vectors: Any) -> None:
    works = {(one.kind, one.query, one.answer): one.works for one in pairs.training}
    batches = Batches(Plan(batch=16), pairs.training, vectors)
    masked = 0
    for step in range(60):
        batch = batches.at(step)
        for row, query in enumerate(batch.queries):
            own = works[batch.kind, query, batch.texts[row]]
            for column, text in enumerate(batch.texts):
                if row != column and text == batch.texts[row]:
                    assert not batch.allowed[row, column]
                if column < len(batch.queries) and row != column:
                    other = works[batch.kind, batch.queries[column], text]
                    if own & other:
                        masked += 1
                        assert not batch.allowed[row, column]
    assert masked


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"steps": 0}, "steps is 0"),
        ({"batch": 1}, "batch is 1"),
        ({"keep": -1.0}, "keep is -1.0"),
        ({"keep": float("nan")}, "keep is nan"),
        ({"rate": 0.0}, "rate is 0.0"),
        ({"layers": 0}, "layers is 0"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_plan_says_what_is_wrong(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Plan(**wrong)


def test_learning_rate_rises_and_falls_to_nothing() -> None:
    plan = Plan(steps=100, rate=0.001)
    rates = [plan.rate_at(step) for step in range(plan.steps)]
    assert max(rates) == pytest.approx(plan.rate)
    assert int(np.argmax(rates)) in range(8, 12)
    assert 0 < rates[-1] < 0.03 * plan.rate
