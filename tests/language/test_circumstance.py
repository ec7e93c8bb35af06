"""What acts under a circumstance is not the circumstance, and a change under it is."""

from __future__ import annotations

import pytest

from semsearch.language.question import analyse_question
from semsearch.language.stance import StanceReader


def stance(text: str, question: str = "does drought stress reduce grain yield") -> str:
    return StanceReader(analyse_question(question)).read(text).stance.value


@pytest.mark.parametrize(
    "text",
    [
        "Silicon increased grain yield under drought stress.",
        "Inoculation with PGPR enhanced grain yield of wheat under drought [1].",
        "The transgenic lines increased grain yield under drought stress [3].",
        "The exception is that zinc spraying increased grain yield under severe drought stress.",
        "Under drought stress, silicon increased grain yield.",
        "Potassium reduced the loss of grain yield under drought stress.",
        "GOLS2 | Conferred tolerance and increased grain yield under drought stress | [2]",
        "Grain yield (under drought stress) | 2 | 9.0 | [36]",
        "Loci for grain yield under drought stress were mapped in rice.",
        "The gene was found to increase grain yield under drought stress in one background.",
        "The hybrids had higher grain yield under drought stress than the old lines.",
        "Under drought stress silicon increased grain yield.",
        "Silicon, under drought stress, increased grain yield.",
        "Under drought stress, application of silicon increased grain yield.",
        "Under drought stress, HIF-1 increased grain yield.",
        "Grain yield was increased by silicon under drought stress.",
        "Under drought stress, grain yield was increased by silicon.",
    ],
)
def test_effect_of_something_else_under_the_agent_is_none_of_the_agent(text: str) -> None:
    assert stance(text) == "unrelated"


@pytest.mark.parametrize(
    "text",
    [
        "Grain yield decreased under drought stress.",
        "Grain yield was reduced under drought stress [4].",
        "Grain yield under drought stress was lower.",
        "Under drought stress grain yield was reduced.",
        "The reduction of grain yield under drought stress was large.",
        "We found reduced grain yield under drought stress.",
        "The plants showed reduced grain yield under drought stress.",
        "Plants decreased grain yield under drought stress.",
        "When drought stress occurred in the later stages, grain yield was reduced.",
        "Grain yield, under drought stress, fell.",
        "Grain yield was reduced by half under drought stress.",
        "Under drought stress, grain yield was reduced by 30%.",
        "Cows had reduced grain yield under drought stress.",
        "Fibroblasts decreased grain yield under drought stress.",
        "Drought stress slows filling, resulting in reduced grain weight and poor grain yield [5].",
    ],
)
def test_change_of_the_target_under_the_agent_is_its_effect(text: str) -> None:
    assert stance(text) == "supports"


def test_size_of_an_effect_tells_no_direction() -> None:
    assert stance("Drought stress had a greater effect on grain yield than heat.") == "neutral"
    assert stance("Drought stress had a negative effect on grain yield.") == "supports"


def test_process_during_which_something_acts_does_not_act() -> None:
    asked = "does EMT induce IL-6"
    assert stance("TGF-beta induced IL-6 during EMT.", asked) == "unrelated"
    assert stance("IL-6 was induced during EMT.", asked) == "supports"
