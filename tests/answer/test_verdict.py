"""Verdicts from stances."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.answer.verdict import (
    CLEAR_WEIGHT,
    Evidence,
    Verdict,
    VerdictKind,
    author_groups,
    decide,
    wilson,
)
from semsearch.language.stance import Stance

SIDES = {
    "+": Stance.SUPPORTS,
    "?": Stance.HEDGED_SUPPORTS,
    "-": Stance.OPPOSES,
    "~": Stance.NEUTRAL,
    "<": Stance.REVERSED,
    ".": Stance.UNRELATED,
}


def verdict(stances: str, *, weight: float = 1.0) -> Verdict:
    """The verdict of one statement a paper."""
    return decide(
        [
            Evidence(id=f"s{n}", stance=SIDES[one], paper=f"p{n}", weight=weight)
            for n, one in enumerate(stances)
        ]
    )


@pytest.mark.parametrize(
    ("stances", "kind", "leaning"),
    [
        ("", VerdictKind.UNKNOWN, None),
        ("..", VerdictKind.UNKNOWN, None),
        ("<<<", VerdictKind.UNKNOWN, None),
        ("~~~", VerdictKind.UNKNOWN, None),
        ("+~~~", VerdictKind.PROBABLY, Stance.SUPPORTS),
        ("+", VerdictKind.PROBABLY, Stance.SUPPORTS),
        ("?", VerdictKind.PROBABLY, Stance.SUPPORTS),
        ("??", VerdictKind.PROBABLY, Stance.SUPPORTS),
        ("++", VerdictKind.YES, Stance.SUPPORTS),
        ("++<", VerdictKind.YES, Stance.SUPPORTS),
        ("-", VerdictKind.MIXED, Stance.OPPOSES),
        ("--", VerdictKind.NO, Stance.OPPOSES),
        ("---+", VerdictKind.NO, Stance.OPPOSES),
        ("+-", VerdictKind.MIXED, None),
        ("++-", VerdictKind.PROBABLY, Stance.SUPPORTS),
        ("--+", VerdictKind.MIXED, Stance.OPPOSES),
    ],
)
def test_rules(stances: str, kind: VerdictKind, leaning: Stance | None) -> None:
    found = verdict(stances)
    assert (found.verdict, found.leaning) == (kind, leaning)


def test_papers_that_are_hardly_clear_make_no_yes_and_no_no() -> None:
    least = CLEAR_WEIGHT
    assert verdict("++", weight=least).verdict is VerdictKind.YES
    assert verdict("+++++", weight=least - 0.01).verdict is VerdictKind.PROBABLY
    assert verdict("--", weight=least).verdict is VerdictKind.NO
    doubtful = verdict("-----", weight=least - 0.01)
    assert (doubtful.verdict, doubtful.leaning) == (VerdictKind.MIXED, Stance.OPPOSES)


def test_one_clear_paper_beside_a_doubtful_one_is_not_two() -> None:
    said = [
        Evidence(id=p, stance=Stance.SUPPORTS, paper=p, weight=weight)
        for p, weight in (("a", 0.9), ("b", 0.4))
    ]
    assert decide(said).verdict is VerdictKind.PROBABLY


def test_neutral_statements_are_counted_apart() -> None:
    found = verdict("+~~")
    assert (found.counts.neutral.statements, found.counts.neutral.papers) == (2, 2)
    assert found.share == 1.0
    assert found.counts.neutral.ids == ("s1", "s2")


def test_one_paper_that_says_it_often_is_one_voice() -> None:
    said = [Evidence(id=str(n), stance=Stance.SUPPORTS, paper="p") for n in range(9)]
    found = decide(said)
    assert found.verdict is VerdictKind.PROBABLY
    assert (found.counts.supports.statements, found.counts.supports.papers) == (9, 1)
    assert found.counts.supports.ids == tuple(str(n) for n in range(9))


def test_papers_of_the_same_authors_are_not_independent() -> None:
    said = [
        Evidence(
            id=p, stance=Stance.SUPPORTS, paper=p, authors=("lee k", p), self_citation=p == "a"
        )
        for p in "abc"
    ]
    found = decide(said)
    assert found.verdict is VerdictKind.PROBABLY
    assert (found.counts.supports.author_groups, found.counts.supports.self_citations) == (1, 1)


def test_weak_support_beside_a_clear_reversed_relation_is_no_yes() -> None:
    def said(weight: float) -> Verdict:
        weak = [Evidence(id=p, stance=Stance.SUPPORTS, paper=p, weight=weight) for p in "ab"]
        clear = [Evidence(id=p, stance=Stance.REVERSED, paper=p) for p in "cde"]
        return decide([*clear, *weak])

    assert said(0.5).verdict is VerdictKind.MIXED
    assert said(1.0).verdict is VerdictKind.YES
    assert said(0.5).reversed_statements == 3


@given(st.text(alphabet="+?-~<.", max_size=14))
def test_verdict_does_not_depend_on_the_order_and_its_interval_holds_the_share(
    stances: str,
) -> None:
    found, turned = verdict(stances), verdict(stances[::-1])
    assert (found.verdict, found.leaning) == (turned.verdict, turned.leaning)
    if found.share is not None:
        assert found.low is not None
        assert found.high is not None
        assert 0 <= found.low <= found.share + 1e-12
        assert found.share - 1e-12 <= found.high <= 1


@given(st.text(alphabet="+?-", max_size=10))
def test_more_support_never_turns_a_verdict_towards_no(stances: str) -> None:
    order = [VerdictKind.NO, VerdictKind.MIXED, VerdictKind.PROBABLY, VerdictKind.YES]
    before, after = verdict(stances), verdict(stances + "+")
    if before.verdict is not VerdictKind.UNKNOWN:
        assert order.index(after.verdict) >= order.index(before.verdict)


def test_wilson_interval_of_a_textbook_case() -> None:
    low, high = wilson(0.8, 10)
    assert low == pytest.approx(0.4902, abs=1e-3)
    assert high == pytest.approx(0.9433, abs=1e-3)


def test_author_groups_are_joined_through_others() -> None:
    assert author_groups([("a", ("x",)), ("b", ("x", "y")), ("c", ("y",)), ("d", ())]) == 2


def test_a_verdict_that_is_held_to_mixed_says_so() -> None:
    weak = Evidence(id="s", stance=Stance.SUPPORTS, paper="p", weight=0.1)
    turned = [
        Evidence(id=f"r{n}", stance=Stance.REVERSED, paper=f"q{n}", weight=0.9) for n in range(3)
    ]
    held = decide([weak, *turned])
    assert (held.verdict, held.misread) == (VerdictKind.MIXED, True)
    assert not decide([weak]).misread
