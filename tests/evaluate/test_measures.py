"""Measures against pytrec_eval and by hand, and intervals."""

from __future__ import annotations

import math

import numpy as np
import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from semsearch.evaluate.evaluation import estimate
from semsearch.evaluate.measures import Gain, condense, judged, ndcg, recall

IDS = [f"d{n}" for n in range(30)]
rankings = st.lists(st.sampled_from(IDS), unique=True, max_size=30)
grades = st.dictionaries(st.sampled_from(IDS), st.integers(0, 3), min_size=1)


def trec(ranking: list[str], qrels: dict[str, int], measure: str) -> float:
    run = {one: float(len(ranking) - rank) for rank, one in enumerate(ranking)}
    found = pytrec_eval.RelevanceEvaluator({"q": qrels}, {measure}).evaluate({"q": run})
    value: float = found["q"][measure.replace(".", "_")] if found else 0.0
    return value


@given(rankings, grades, st.sampled_from([1, 5, 10, 20]))
def test_linear_ndcg_equals_trec_eval(
    ranking: list[str], qrels: dict[str, int], depth: int
) -> None:
    ours = ndcg(ranking, qrels, depth, gain=Gain.LINEAR)
    if not any(qrels.values()):
        assert ours is None
    elif ranking:
        assert ours == pytest.approx(trec(ranking, qrels, f"ndcg_cut.{depth}"), abs=1e-9)
    else:
        assert ours == 0


@given(rankings, grades)
def test_exponential_ndcg_equals_trec_eval_on_such_grades(
    ranking: list[str], qrels: dict[str, int]
) -> None:
    ours = ndcg(ranking, qrels, 10, gain=Gain.EXPONENTIAL)
    worth = {one: 2**grade - 1 for one, grade in qrels.items()}
    if any(qrels.values()) and ranking:
        assert ours == pytest.approx(trec(ranking, worth, "ndcg_cut.10"), abs=1e-9)


@given(rankings, grades, st.integers(1, 3))
def test_recall_equals_trec_eval(ranking: list[str], qrels: dict[str, int], least: int) -> None:
    ours = recall(ranking, qrels, 10, least=least)
    relevant = {one: int(grade >= least) for one, grade in qrels.items()}
    if not any(relevant.values()):
        assert ours is None
    elif ranking:
        assert ours == pytest.approx(trec(ranking, relevant, "recall.10"))


def test_ndcg_by_hand() -> None:
    qrels = {"a": 3, "b": 1}
    gained = 1 / math.log2(2) + 7 / math.log2(4)
    ideal = 7 / math.log2(2) + 1 / math.log2(3)
    found = ndcg(["b", "x", "a"], qrels, 10, gain=Gain.EXPONENTIAL)
    assert found == pytest.approx(gained / ideal)


def test_judged_share_and_condensed_list() -> None:
    qrels = {"a": 0, "b": 2}
    assert judged(["a", "x", "b", "y"], qrels, 3) == pytest.approx(2 / 3)
    assert judged([], qrels, 3) is None
    assert condense(["x", "b", "y", "a"], qrels) == ["b", "a"]


def test_document_ranked_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="ranked twice"):
        ndcg(["a", "a"], {"a": 1}, 10, gain=Gain.LINEAR)


def test_interval_is_that_of_the_mean_and_repeatable() -> None:
    random = np.random.default_rng(0)
    values = list(random.normal(0.5, 0.1, size=400))
    figure = estimate([values])
    assert figure is not None
    assert figure == estimate([values])
    error = float(np.std(values)) / math.sqrt(400)
    assert figure.value == pytest.approx(np.mean(values))
    assert figure.low == pytest.approx(figure.value - 1.96 * error, abs=0.1 * error)
    assert figure.high == pytest.approx(figure.value + 1.96 * error, abs=0.1 * error)


def test_kinds_weigh_the_same_whatever_their_size() -> None:
    figure = estimate(
        [
            [1.0] * 3,
            [0.0] * 30,
        ]
    )
    assert figure is not None
    assert figure.value == figure.low == figure.high == 0.5


def test_queries_without_a_value_are_left_out() -> None:
    figure = estimate([[1.0, None, 0.0]])
    assert figure is not None
    assert (figure.value, figure.queries) == (0.5, 2)
    assert estimate([[None]]) is None
