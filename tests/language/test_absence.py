"""What statements say of an agent by telling what happens where it is missing."""

from __future__ import annotations

import pytest

from semsearch.language.absence import taken_away
from semsearch.language.question import analyse_question
from semsearch.language.stance import StanceReader


def read(question: str, text: str) -> str:
    return StanceReader(analyse_question(question)).read(text).stance.value


@pytest.mark.parametrize(
    ("text", "away"),
    [
        ("growth fell when Xanthin was blocked", True),
        ("growth fell in cells in which Xanthin had been knocked down", True),
        ("mice that lack Xanthin had less growth", True),
        ("a null mutation in Xanthin reduced growth", True),
        ("growth was reduced under low Xanthin", True),
        ("non-Xanthin mice had less growth", True),
        ("growth was reduced in Xanthin", False),
        ("a low dose of Xanthin reduced growth", False),
        ("the growth blocker Xanthin was used", False),
        ("growth was reduced in mice given Xanthin", False),
        ("Xanthin involves the removal of growth", False),
    ],
)
def test_what_is_missing_is_told_from_what_is_there(text: str, away: bool) -> None:
    reader = StanceReader(analyse_question("does Xanthin affect growth"))
    evidence, _ = reader.evidence(text)
    assert evidence is not None
    pair = evidence.pair
    agent = pair.first if evidence.agent_first else pair.second
    assert taken_away(pair.statement, agent) is away


@pytest.mark.parametrize(
    ("text", "induces", "inhibits"),
    [
        ("TLR4 mutants failed to induce fever.", "supports", "opposes"),
        ("TLR4 mutants are unable to repress fever.", "opposes", "supports"),
        ("Fever was not observed in Tlr4-/- mice.", "supports", "opposes"),
        ("In cells without TLR4, no fever was seen.", "supports", "opposes"),
        ("Mice lacking TLR4 did not show fever.", "supports", "opposes"),
        ("Fever failed when TLR4 was blocked.", "supports", "opposes"),
        ("Loss of TLR4 did not change fever.", "opposes", "opposes"),
        ("Deletion of TLR4 left fever unchanged.", "opposes", "opposes"),
        ("Fever was normal in mice lacking TLR4.", "opposes", "opposes"),
        ("Fever was still seen in the absence of TLR4.", "opposes", "opposes"),
        ("Fever was absent in tlr4 embryos.", "supports", "opposes"),
        ("Sequestration of TLR4 reduced fever.", "supports", "opposes"),
    ],
)
def test_denials_of_what_lacks_the_agent(text: str, induces: str, inhibits: str) -> None:
    assert read("does TLR4 induce fever", text) == induces
    assert read("does TLR4 inhibit fever", text) == inhibits


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("Growth was arrested by a lack of boron.", "supports"),
        ("Boron deficiency stunted growth.", "supports"),
        ("Boron supports growth.", "supports"),
        ("Low boron increased growth.", "opposes"),
    ],
)
def test_questions_for_a_lack_are_answered_by_the_thing_and_by_its_lack(
    text: str, stance: str
) -> None:
    assert read("does boron deficiency inhibit growth", text) == stance
