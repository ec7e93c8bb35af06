"""TREC runs and the values beside them."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from semsearch.errors import EvaluationError, UsageError
from semsearch.evaluate.evaluation import Evaluation, evaluation_of
from semsearch.evaluate.runs import (
    Run,
    check_run_path,
    read_run,
    read_values,
    values_path,
    write_values,
)

OUTCOME = evaluation_of({"ndcg@10": {"q": 0.25, "r": None}}, {"queries": 2})

ids = st.text(st.characters(exclude_categories=["Cs", "Z"]), min_size=1, max_size=8).filter(
    lambda text: not any(character.isspace() for character in text)
)
scores = st.floats(allow_nan=False, allow_infinity=False)
rankings = st.dictionaries(
    ids,
    st.lists(st.tuples(ids, scores), min_size=1, max_size=6, unique_by=lambda hit: hit[0]).map(
        tuple
    ),
    max_size=4,
)


@given(rankings)
def test_run_reads_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, given_rankings: dict[str, tuple[tuple[str, float]]]
) -> None:
    run = Run({})
    for query, ranking in given_rankings.items():
        run.record(query, ranking)
    path = tmp_path_factory.mktemp("runs") / "run"
    run.write(path)
    assert read_run(path).rankings == given_rankings


def test_lines_have_the_form_of_trec(tmp_path: Path) -> None:
    run = Run({})
    run.record("q", [("d2", 0.1 + 0.2), ("d1", -1)])
    run.record("empty", [])
    run.write(tmp_path / "run")
    assert (tmp_path / "run").read_text() == (
        "q Q0 d2 1 0.30000000000000004 semsearch\nq Q0 d1 2 -1.0 semsearch\n"
    )
    with (tmp_path / "run").open() as stream:
        assert pytrec_eval.parse_run(stream) == {"q": {"d1": -1.0, "d2": 0.1 + 0.2}}
    assert (run.lines, run.score_rises) == (2, 0)


def test_rank_says_the_order_and_rising_scores_are_counted(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("q Q0 late 2 9 x\n\nq Q0 early 1 1 x\np 0 only 7 1e-3 y\n")
    run = read_run(tmp_path / "run")
    assert run.rankings == {"q": (("early", 1.0), ("late", 9.0)), "p": (("only", 0.001),)}
    assert run.score_rises == 1


@pytest.mark.parametrize(
    ("query", "ranking", "message"),
    [
        ("a b", [], "query id 'a b' is empty or holds white space"),
        ("", [], "query id '' is empty"),
        ("q", [("d\u00a0e", 1.0)], "document id .* holds white space"),
        ("q", [("d", float("nan"))], "score of 'd' for the query 'q' is nan"),
        ("q", [("d", 1.0), ("d", 0.5)], "'d' is ranked twice for the query 'q'"),
        ("held", [], "'held' has a ranking in this run already"),
    ],
)
def test_what_a_run_cannot_hold_is_refused(
    query: str, ranking: list[tuple[str, float]], message: str
) -> None:
    run = Run({"held": ()})
    with pytest.raises(EvaluationError, match=message):
        run.record(query, ranking)
    assert run.rankings == {"held": ()}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"q Q0 d 1 0.5", "line 2: expected query id, Q0, document id, rank, score and tag"),
        (b"q Q0 d e 1 0.5 tag", "line 2: expected .* found 7 fields"),
        (b"q Q0 e first 0.5 tag", "line 2: the rank is 'first'; expected an integer from 1"),
        (b"q Q0 e 0 0.5 tag", "line 2: the rank is '0'"),
        (b"q Q0 e 2 high tag", "line 2: the score is 'high'; expected a finite number"),
        (b"q Q0 e 2 inf tag", "line 2: the score is 'inf'"),
        (b"q Q0 e 1 0.5 tag", "line 2: rank 1 of 'q' occurs twice"),
        (b"q Q0 d 2 0.5 tag", "line 2: 'd' is ranked twice"),
        (b"q Q0 \xff 2 0.5 tag", "line 2 is not UTF-8"),
    ],
)
def test_wrong_line_of_a_run_is_named(tmp_path: Path, line: bytes, message: str) -> None:
    path = tmp_path / "my.run"
    path.write_bytes(b"q Q0 d 1 1.0 tag\n" + line)
    with pytest.raises(EvaluationError, match=rf"my\.run {message}"):
        read_run(path)


def test_values_are_found_by_either_path(tmp_path: Path) -> None:
    run = Run({"q": (("d", 1.0),)})
    run.write(tmp_path / "run")
    write_values(tmp_path / "run", OUTCOME, "eval scifact", lines=run.lines)
    saved = read_values(tmp_path / "run")
    assert saved == read_values(tmp_path / "run.json")
    assert (saved.command, saved.counts, saved.lines) == ("eval scifact", {"queries": 2}, 1)
    assert saved.values == {"ndcg@10": {"q": 0.25, "r": None}}


def test_values_without_a_run_are_enough(tmp_path: Path) -> None:
    write_values(tmp_path / "run", OUTCOME, "eval verdicts", lines=None)
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]
    assert read_values(tmp_path / "run").lines is None


@pytest.mark.parametrize("line", ["q Q0 d 1 1.0 x\nq Q0 e 2 0.5 x\n", "other Q0 d 1 1.0 x\n"])
def test_run_that_was_replaced_does_not_fit_its_values(tmp_path: Path, line: str) -> None:
    Run({"q": (("d", 1.0),)}).write(tmp_path / "run")
    write_values(tmp_path / "run", OUTCOME, "eval scifact", lines=1)
    (tmp_path / "run").write_text(line)
    with pytest.raises(EvaluationError, match=r"run is not the run that .*run\.json was written"):
        read_values(tmp_path / "run")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"values": {"m": {"q": "high"}}}, r"field 'values\.m\.q': "),
        ({"command": None}, "field 'command': "),
        ({"surplus": 1}, "field 'surplus': "),
        ({"mean_of": {"m": ["m_x"]}}, r"field 'mean_of\.m': there are no values of m_x"),
        ({"mean_of": {"m": []}}, r"field 'mean_of\.m': there are no values of m"),
    ],
)
def test_wrong_values_are_named(tmp_path: Path, change: dict[str, object], message: str) -> None:
    form = {"command": "c", "counts": {}, "values": {"m": {"q": 1.0}}, "mean_of": {}, "lines": None}
    (tmp_path / "run.json").write_bytes(orjson.dumps(form | change))
    with pytest.raises(EvaluationError, match=rf"run\.json, {message}"):
        read_values(tmp_path / "run")


def test_missing_and_broken_values_are_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"run\.json cannot be read: No such file"):
        read_values(tmp_path / "run")
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(EvaluationError, match=r"run\.json is not JSON"):
        read_values(tmp_path / "run")
    with pytest.raises(EvaluationError, match="keeps no values"):
        write_values(tmp_path / "x", Evaluation(figures={}, counts={}), "eval x", lines=None)


def test_place_of_a_run_is_checked_before_work(tmp_path: Path) -> None:
    assert values_path(check_run_path(tmp_path / "a.run")) == tmp_path / "a.run.json"
    for path, message in [
        (tmp_path / "a.json", "cannot be named"),
        (tmp_path, "is a folder"),
        (tmp_path / "none" / "run", "there is no folder"),
    ]:
        with pytest.raises(UsageError, match=message):
            check_run_path(path)


def test_run_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with pytest.raises(EvaluationError, match="run cannot be written: "):
        Run({"q": (("d", 1.0),)}).write(tmp_path / "run")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
