"""PubMedQA and verdicts end to end, with answers that are known."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.answer.verdict import VerdictKind
from semsearch.errors import EvaluationError, UsageError
from semsearch.evaluate.pubmedqa import Decision, confusion, evaluate_pubmedqa, macro_f1
from semsearch.evaluate.pubmedqa import read_items as read_pubmedqa
from semsearch.evaluate.verdicts import AskedVerdict, evaluate_verdicts, read_items
from semsearch.progress import Stage

pairs = st.lists(
    st.tuples(st.sampled_from(Decision), st.one_of(st.none(), st.sampled_from(Decision))),
    min_size=1,
    max_size=30,
)


def item(question: str, decision: str, **change: object) -> dict[str, object]:
    return {
        "QUESTION": question,
        "CONTEXTS": ["It was tried.", "It worked."],
        "LONG_ANSWER": "The secret.",
        "final_decision": decision,
    } | change


def write_pubmedqa(folder: Path, items: dict[str, object]) -> Path:
    path = folder / "qa.json"
    path.write_bytes(orjson.dumps(items))
    return path


def test_verdicts_stand_for_the_three_answers(tmp_path: Path) -> None:
    wanted = {"yes": "yes", "probably": "maybe", "mixed": "maybe", "no": "no", "unknown": "yes"}
    path = write_pubmedqa(tmp_path, {k: item(k, decision) for k, decision in wanted.items()})
    outcome = evaluate_pubmedqa(path, lambda question, _: VerdictKind(question))
    found = outcome.as_json_object()
    assert found["accuracy"] == 0.8
    # yes: 1 right of 2, never wrongly given; no and maybe: all right
    assert found["macro_f1"] == pytest.approx((2 / 3 + 1 + 1) / 3)
    assert found["macro_f1_low"] < found["macro_f1"] <= found["macro_f1_high"] <= 1
    assert outcome.values == {
        "accuracy": {"yes": 1.0, "probably": 1.0, "mixed": 1.0, "no": 1.0, "unknown": 0.0}
    }
    assert outcome.counts == {"questions": 5, **{f"verdict_{kind}": 1 for kind in VerdictKind}}


def test_conclusion_of_the_study_is_not_given(tmp_path: Path) -> None:
    path = write_pubmedqa(tmp_path, {"1": item("does it work", "yes")})
    given_contexts: list[Sequence[str]] = []

    def decide(question: str, contexts: Sequence[str]) -> VerdictKind:
        given_contexts.append(contexts)
        return VerdictKind.YES

    evaluate_pubmedqa(path, decide)
    assert given_contexts == [["It was tried.", "It worked."]]


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ({"77": item("", "yes")}, "PMID 77, field 'QUESTION'"),
        ({"7": item("q", "yes"), "78": item("q", "perhaps")}, "PMID 78, field 'final_decision'"),
        ({"79": item("q", "no", CONTEXTS=["a", 3])}, r"PMID 79, field 'CONTEXTS\.1'"),
        ({"80": item("q", "no", CONTEXTS=[])}, "PMID 80, field 'CONTEXTS'"),
        ({"81": []}, "PMID 81, field ''"),
        ({}, "holds no items"),
        ([], "holds no items"),
    ],
)
def test_wrong_item_of_pubmedqa_is_named(tmp_path: Path, items: Any, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        read_pubmedqa(write_pubmedqa(tmp_path, items))


def test_file_of_pubmedqa_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"none\.json cannot be read"):
        read_pubmedqa(tmp_path / "none.json")
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(EvaluationError, match=r"broken\.json is not JSON"):
        read_pubmedqa(tmp_path / "broken.json")


@given(pairs)
def test_macro_f1_is_that_of_precision_and_recall(
    answered: list[tuple[Decision, Decision | None]],
) -> None:
    scores = []
    for one in Decision:
        right = sum(pair == (one, one) for pair in answered)
        truths = sum(decision is one for decision, _ in answered)
        answers = sum(answer is one for _, answer in answered)
        if truths or answers:
            precision = right / answers if answers else 0.0
            recall = right / truths if truths else 0.0
            total = precision + recall
            scores.append(2 * precision * recall / total if total else 0.0)
    assert float(macro_f1(confusion(answered))) == pytest.approx(sum(scores) / len(scores))


def test_many_tables_are_scored_as_one_by_one() -> None:
    tables = np.random.default_rng(0).multinomial(20, [1 / 12] * 12, size=7).reshape(7, 3, 4)
    assert macro_f1(tables).tolist() == [float(macro_f1(table)) for table in tables]


def test_real_pubmedqa_is_read_whole(data: Path) -> None:
    items = read_pubmedqa(data / "pubmedqa" / "pqal_dev.json")
    assert len(items) == 500
    outcome = evaluate_pubmedqa(
        data / "pubmedqa" / "pqal_dev.json", lambda question, contexts: VerdictKind.YES
    )
    assert outcome.figures["accuracy"].value == 276 / 500
    assert outcome.figures["macro_f1"].value == pytest.approx(2 * 276 / (276 + 500) / 3)


RELATIONS: list[dict[str, str | None]] = [
    {"id": "a", "question": "a", "reversed": "a r", "opposite": "a o", "stance": "yes"},
    {"id": "b", "question": "b", "reversed": "b r", "opposite": None, "stance": "yes"},
    {"id": "c", "question": "c", "reversed": "c r", "opposite": "c o", "stance": "hedged"},
    {"id": "d", "question": "d", "reversed": "d r", "opposite": "d o", "stance": "no"},
    {"id": "e", "question": "e", "reversed": "e r", "opposite": None, "stance": "no"},
]


def asked(verdict: VerdictKind, *, no: bool = False, turned: bool = False) -> AskedVerdict:
    return AskedVerdict(verdict=verdict, leaning_no=no, reversed_reported=turned)


@pytest.fixture
def relations(tmp_path: Path) -> Path:
    path = tmp_path / "relations.jsonl"
    path.write_bytes(b"\n".join(orjson.dumps(one | {"text": "unread"}) for one in RELATIONS))
    return path


ANSWERS = {
    "a": asked(VerdictKind.PROBABLY),
    "a r": asked(VerdictKind.UNKNOWN, turned=True),
    "a o": asked(VerdictKind.MIXED, no=True),
    "b": asked(VerdictKind.MIXED),
    "b r": asked(VerdictKind.PROBABLY),
    "c": asked(VerdictKind.YES),
    "c r": asked(VerdictKind.NO, turned=True),
    "c o": asked(VerdictKind.NO),
    "d": asked(VerdictKind.MIXED, no=True),
    "d r": asked(VerdictKind.YES),
    "d o": asked(VerdictKind.UNKNOWN),
    "e": asked(VerdictKind.UNKNOWN, no=True),
    "e r": asked(VerdictKind.MIXED),
}


def test_verdicts_are_compared_with_stances(relations: Path) -> None:
    outcome = evaluate_verdicts(relations, ANSWERS.__getitem__)
    assert outcome.values == {
        "yes_right": {"a": 1.0, "b": 0.0},
        "hedged_right": {"c": 1.0},
        "no_right": {"d": 1.0, "e": 0.0},
        "opposite_no": {"a": 1.0},
        "reversed_not_yes": {"a": 1.0, "b": 0.0, "c": 1.0, "d": 0.0, "e": 1.0},
        "reversed_seen": {"a": 1.0, "b": 0.0},
        "answered": {"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0, "e": 0.0},
    }
    assert outcome.figures["reversed_not_yes"].value == pytest.approx(0.6)
    assert outcome.counts == {"items": 5, "items_in_file": 5, "questions_asked": 13}


def test_limit_takes_the_first_items_and_says_so(relations: Path) -> None:
    outcome = evaluate_verdicts(relations, ANSWERS.__getitem__, limit=2)
    assert outcome.counts == {"items": 2, "items_in_file": 5, "questions_asked": 5}
    assert "no_right" not in outcome.figures
    with pytest.raises(UsageError, match="the limit is 0"):
        evaluate_verdicts(relations, ANSWERS.__getitem__, limit=0)


def test_progress_shows_every_question(relations: Path) -> None:
    class Counter:
        total: int | None = None
        done = 0

        def stage(self, name: str, total: int | None) -> AbstractContextManager[Stage]:
            self.total = total
            return nullcontext(self)

        def advance(self, count: int) -> None:
            self.done += count

    counter = Counter()
    evaluate_verdicts(relations, ANSWERS.__getitem__, progress=counter)
    assert (counter.total, counter.done) == (13, 13)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"id": "x", "question": "q", "reversed": "r", "stance": "yes"}, "field 'opposite'"),
        (RELATIONS[0] | {"stance": "perhaps"}, "field 'stance'"),
        (RELATIONS[0] | {"question": ""}, "field 'question'"),
        (RELATIONS[1], "the id 'b' occurs twice"),
    ],
)
def test_wrong_item_of_relations_is_named(
    relations: Path, line: dict[str, object], message: str
) -> None:
    with relations.open("ab") as stream:
        stream.write(b"\n" + orjson.dumps(line))
    with pytest.raises(EvaluationError, match=rf"relations\.jsonl line 6.*{message}"):
        read_items(relations)


def test_file_without_items_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(EvaluationError, match="holds no item"):
        read_items(tmp_path / "empty.jsonl")


def test_real_relations_are_read_whole(data: Path) -> None:
    outcome = evaluate_verdicts(
        data / "relations" / "dev.jsonl", lambda question: asked(VerdictKind.UNKNOWN)
    )
    assert outcome.figures["yes_right"].queries == 128
    assert outcome.figures["opposite_no"].queries == 127
    assert outcome.figures["reversed_not_yes"].value == 1
    assert outcome.figures["answered"].value == 0
