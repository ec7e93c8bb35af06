"""Statements in many wordings, from several fields, read as a whole.

The sentences were written before the rules that read them were last changed, and the shares below
are kept, not the single sentences: a rule that helps one wording must not cost the others more.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from semsearch.language.question import analyse_question
from semsearch.language.stance import Stance, StanceReader

FOLDER = Path(__file__).parent
SAID = {"yes": Stance.SUPPORTS, "hedged": Stance.HEDGED_SUPPORTS, "no": Stance.OPPOSES}


def rows(name: str) -> Iterator[list[str]]:
    for line in FOLDER.joinpath(name).read_text("utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


def read(question: str, text: str) -> Stance:
    return StanceReader(analyse_question(question)).read(text).stance


def share(right: list[bool]) -> float:
    return sum(right) / len(right)


def test_what_is_asserted_hedged_and_denied_is_told_apart() -> None:
    right = [
        read(f"does {agent} {verb} {target}", text) is SAID[stance]
        for stance, agent, verb, _, target, text in rows("wordings.tsv")
    ]
    assert len(right) > 200
    assert share(right) >= 0.95


def test_the_relation_the_other_way_round_is_hardly_ever_taken_for_the_one_asked() -> None:
    confused = [
        read(f"does {target} {verb} {agent}", text) in SAID.values()
        for _, agent, verb, _, target, text in rows("wordings.tsv")
    ]
    assert share(confused) <= 0.02


def test_the_opposite_of_what_is_asserted_is_opposed() -> None:
    right = [
        read(f"does {agent} {opposite} {target}", text) is Stance.OPPOSES
        for stance, agent, _, opposite, target, text in rows("wordings.tsv")
        if stance == "yes" and opposite != "-"
    ]
    assert len(right) > 100
    assert share(right) >= 0.93


def test_questions_of_other_forms_are_read_alike() -> None:
    right = [read(question, text).value == stance for stance, question, text in rows("asked.tsv")]
    assert len(right) > 100
    assert share(right) >= 0.95
