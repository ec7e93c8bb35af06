"""The randomisation test against enumerations of its own, and comparisons of runs."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.errors import EvaluationError, UsageError
from semsearch.evaluate.compare import EXACT_PAIRS, compare, compare_files, randomisation_p
from semsearch.evaluate.evaluation import Values, evaluation_of
from semsearch.evaluate.runs import SavedValues, write_values


def saved(
    values: Values,
    *,
    command: str = "eval questions",
    mean_of: dict[str, list[str]] | None = None,
) -> SavedValues:
    return SavedValues(
        command=command,
        counts={},
        values={k: dict(v) for k, v in values.items()},
        mean_of=mean_of or {},
        lines=None,
    )


def enumerated(differences: list[int]) -> float:
    """P by trying every choice of signs, in integers."""
    observed = abs(sum(differences))
    sums = [
        abs(sum(sign * d for sign, d in zip(signs, differences, strict=True)))
        for signs in product((1, -1), repeat=len(differences))
    ]
    return sum(one >= observed for one in sums) / len(sums)


def counted(differences: list[int]) -> float:
    """P by counting the sign patterns of each sum, which stays small for many differences."""
    patterns = {0: 1}
    for difference in differences:
        following: dict[int, int] = {}
        for total, count in patterns.items():
            for reached in (total + difference, total - difference):
                following[reached] = following.get(reached, 0) + count
        patterns = following
    observed = abs(sum(differences))
    extreme = sum(count for total, count in patterns.items() if abs(total) >= observed)
    return float(extreme / 2 ** len(differences))


@given(st.lists(st.integers(-4, 4), max_size=9))
def test_few_pairs_are_enumerated(differences: list[int]) -> None:
    assert randomisation_p([d / 7 for d in differences]) == pytest.approx(enumerated(differences))


@given(st.lists(st.integers(-9, 9).filter(bool), min_size=1, max_size=EXACT_PAIRS))
def test_enumeration_equals_counting_up_to_its_limit(differences: list[int]) -> None:
    assert randomisation_p([float(d) for d in differences]) == pytest.approx(counted(differences))


@pytest.mark.parametrize("shift", [0, 1, 2])
def test_many_pairs_are_sampled_close_to_the_exact_p(shift: int) -> None:
    differences = [int(d) + shift for d in np.random.default_rng(shift).integers(-5, 6, size=60)]
    exact = counted(differences)
    found = randomisation_p([d / 3 for d in differences])
    error = (exact * (1 - exact) / 100_000) ** 0.5
    assert found == pytest.approx(exact, abs=4 * error + 2e-5)
    assert found == randomisation_p([d / 3 for d in differences])


def test_p_is_one_without_a_difference_and_never_zero() -> None:
    assert randomisation_p([]) == randomisation_p([0.0] * 50) == 1.0
    assert randomisation_p([1.0] * 10) == 2 / 2**10
    assert randomisation_p([1.0] * 200) == 1 / 100_001


def test_only_pairs_are_compared_and_the_rest_is_counted() -> None:
    a = saved({"m": {"1": 0.2, "2": None, "3": 0.4, "a": 1.0}})
    b = saved({"m": {"1": 0.5, "2": 0.9, "3": 0.5, "b": 1.0, "c": None}})
    one = compare(a, b, names=("A", "B")).measures["m"]
    assert (one.queries, one.left_out) == (2, 4)
    assert [one.mean_a, one.mean_b, one.difference] == pytest.approx([0.3, 0.5, 0.2])
    assert [one.low, one.high] == pytest.approx([0.1, 0.3])
    assert one.p == 0.5  # of ++, +-, -+, -- the first and the last are as far from 0


def test_mean_of_kinds_weighs_each_kind_the_same() -> None:
    names = ["m_general", "m_specific"]
    general, specific = {"g": 0.0}, {f"s{n}": 0.5 for n in range(4)}
    a = {"m": general | specific, "m_general": general, "m_specific": specific}
    better = {"g": 0.4}
    b = a | {"m": better | specific, "m_general": better}
    outcome = compare(
        saved(a, mean_of={"m": names}), saved(b, mean_of={"m": names}), names=("A", "B")
    )
    assert outcome.measures["m"].difference == pytest.approx(0.2)
    assert outcome.measures["m"].mean_a == pytest.approx(0.25)
    assert outcome.measures["m"].queries == 5
    assert outcome.measures["m_general"].difference == pytest.approx(0.4)
    assert outcome.measures["m_specific"].p == 1.0


def test_weights_of_kinds_reach_the_test() -> None:
    """The one general query weighs as much as all four specific ones."""
    parts = {"m_g": {"g": 1.0}, "m_s": {f"s{n}": -0.2 for n in range(4)}}
    zero = {name: dict.fromkeys(of_query, 0.0) for name, of_query in parts.items()}
    mean_of = {"m": ["m_g", "m_s"]}
    outcome = compare(
        saved(zero | {"m": {}}, mean_of=mean_of),
        saved(parts | {"m": {}}, mean_of=mean_of),
        names=("A", "B"),
    )
    # in fortieths: the general query 20, the specific ones 1 each
    assert outcome.measures["m"].p == counted([20, -1, -1, -1, -1])
    assert outcome.not_compared == ()


def test_comparison_agrees_with_the_figures_of_the_evaluations() -> None:
    names = {"m": ["m_g", "m_s"]}
    random = np.random.default_rng(3)
    evaluations = []
    for _ in range(2):
        general = {f"g{n}": float(random.random()) for n in range(5)}
        specific = {f"s{n}": float(random.random()) for n in range(11)}
        values = {"m": general | specific, "m_g": general, "m_s": specific}
        evaluations.append(evaluation_of(values, {}, names))
    first, second = (saved(e.values, mean_of=names) for e in evaluations)
    outcome = compare(first, second, names=("A", "B"))
    for name in ("m", "m_g", "m_s"):
        assert outcome.measures[name].mean_a == pytest.approx(evaluations[0].figures[name].value)
        assert outcome.measures[name].mean_b == pytest.approx(evaluations[1].figures[name].value)


def test_measure_of_one_run_is_named_not_dropped() -> None:
    a = saved({"m": {"1": 0.2}, "old": {"1": 1.0}})
    b = saved({"m": {"1": 0.2}, "new": {"1": 1.0}})
    outcome = compare(a, b, names=("A", "B"))
    assert list(outcome.measures) == ["m"]
    assert outcome.not_compared == ("old", "new")
    assert outcome.as_table().endswith("not in both runs: old, new")
    with pytest.raises(EvaluationError, match="A and B share no query with a value of old"):
        compare(a, b, names=("A", "B"), measure="old")
    with pytest.raises(UsageError, match="no run has the measure 'ndcg'; there are m, old, new"):
        compare(a, b, names=("A", "B"), measure="ndcg")


def test_runs_that_do_not_belong_together_are_refused() -> None:
    a = saved({"m": {"1": 0.2}})
    with pytest.raises(EvaluationError, match="A is of `eval questions` and B of `eval scifact`"):
        compare(a, saved({"m": {"1": 1.0}}, command="eval scifact"), names=("A", "B"))
    with pytest.raises(EvaluationError, match="share no query with a value of any measure"):
        compare(a, saved({"m": {"2": 1.0}}), names=("A", "B"))
    kinds = saved({"m": {"1": 0.2}, "m_x": {"1": 0.2}}, mean_of={"m": ["m_x"]})
    with pytest.raises(EvaluationError, match="m is the mean of m in A and of m_x in B"):
        compare(a, kinds, names=("A", "B"))


def test_files_are_compared_and_shown(tmp_path: Path) -> None:
    for name, value in (("a", 0.25), ("b", 0.5)):
        outcome = evaluation_of({"m": {"1": value, "2": value}}, {})
        write_values(tmp_path / name, outcome, "eval relations", lines=None)
    shown = compare_files(tmp_path / "a", tmp_path / "b.json", "m").as_table().splitlines()
    assert shown[3].split() == [
        "m", "0.2500", "0.5000", "+0.2500", "[+0.2500,", "+0.2500]", "0.50000", "2", "(0)",
    ]  # fmt: skip
