"""What questions ask, in the forms that people type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.language.question import QuestionKind, analyse_question
from semsearch.language.relation import Polarity


@pytest.mark.parametrize(
    ("question", "agent", "relation", "target"),
    [
        ("does EMT induce IL-6", "EMT", "induce", "IL-6"),
        ("Does EMT induce IL-6?", "EMT", "induce", "IL-6"),
        ("is IL-6 induced by EMT", "EMT", "induce", "IL-6"),
        ("is IL-6 induced in wheat by EMT", "EMT", "induce", "IL-6 in wheat"),
        ("can aspirin prevent stroke", "aspirin", "prevent", "stroke"),
        ("do the statins lower cholesterol in women", "statins", "lower", "cholesterol in women"),
        ("is Snail required for EMT", "Snail", "sustain", "EMT"),
        ("is Snail sufficient to induce EMT", "Snail", "induce", "EMT"),
        ("is EMT dependent on Snail", "Snail", "sustain", "EMT"),
        ("does EMT depend on Snail", "Snail", "depend on", "EMT"),
        ("does wheat need nitrogen", "nitrogen", "need", "wheat"),
        ("does yield fall under drought", "drought", "fall", "yield"),
        ("does smoking lead to cancer", "smoking", "lead to", "cancer"),
        ("does EMT contribute to IL-6 secretion", "EMT", "contribute to", "IL-6 secretion"),
        ("does loss of p53 promote tumors", "loss of p53", "promote", "tumors"),
        ("is aspirin an inhibitor of COX", "aspirin", "inhibit", "COX"),
        ("is coffee good for memory", "coffee", "benefit", "memory"),
        ("does aspirin have an effect on stroke", "aspirin", "affect", "stroke"),
        ("is there evidence that EMT induces IL-6", "EMT", "induce", "IL-6"),
        ("EMT induces IL-6", "EMT", "induce", "IL-6"),
        ("role of EMT in IL-6", "EMT", "affect", "IL-6"),
        ("effect of drought on wheat yield", "drought", "affect", "wheat yield"),
        ("EMT → IL-6", "EMT", "induce", "IL-6"),
        ("EMT -> IL-6", "EMT", "induce", "IL-6"),
        ("drought ⊣ yield", "drought", "inhibit", "yield"),
        ("EMT-induced IL-6", "EMT", "induce", "IL-6"),
        ("inhibition of COX by aspirin", "aspirin", "inhibit", "COX"),
        ("do bees pollinate apples", "bees", "pollinate", "apples"),
    ],
)
def test_yes_no_questions_name_agent_relation_and_target(
    question: str, agent: str, relation: str, target: str
) -> None:
    found = analyse_question(question)
    assert found.kind is QuestionKind.YES_NO
    assert (found.agent, found.relation, found.target) == (agent, relation, target)
    assert found.text == question


@pytest.mark.parametrize(
    ("question", "agent", "target"),
    [
        ("which genes induce flowering", None, "flowering"),
        ("what causes cancer", None, "cancer"),
        ("how does EMT affect IL-6", "EMT", "IL-6"),
        ("what is the effect of drought on yield", "drought", "yield"),
        ("what is induced by EMT", "EMT", None),
        ("wheat drought tolerance", None, None),
        ("IL-6", None, None),
        ("", None, None),
    ],
)
def test_open_questions_keep_what_they_name(
    question: str, agent: str | None, target: str | None
) -> None:
    found = analyse_question(question)
    assert found.kind is QuestionKind.OPEN
    assert (found.agent, found.target) == (agent, target)


@pytest.mark.parametrize(
    ("question", "agent", "target"),
    [
        ("does drought reduce yield", "drought", "yield"),
        ("does drought cause yield loss", "drought", "yield loss"),
        ("does permeability increase cause edema", "permeability increase", "edema"),
        ("does a rise in temperature reduce growth", "rise in temperature", "growth"),
        ("do changes in diet increase weight", "changes in diet", "weight"),
    ],
)
def test_nouns_that_look_like_verbs_are_no_relation(question: str, agent: str, target: str) -> None:
    found = analyse_question(question)
    assert (found.agent, found.target) == (agent, target)


@pytest.mark.parametrize(
    ("question", "polarity"),
    [
        ("does X1 upregulate Y1", Polarity.INCREASE),
        ("does X1 up-regulate Y1", Polarity.INCREASE),
        ("does X1 suppress Y1", Polarity.DECREASE),
        ("is Y1 catalysed by X1", Polarity.INCREASE),
        ("does X1 modulate Y1", Polarity.NEUTRAL),
        ("does X1 vernalize Y1", None),
    ],
)
def test_relations_belong_to_families(question: str, polarity: Polarity | None) -> None:
    assert analyse_question(question).polarity in (polarity, Polarity.NEUTRAL)
    if polarity is not None:
        assert analyse_question(question).polarity is polarity


@pytest.mark.parametrize(
    "question",
    [
        "does EMT fail to induce IL-6",
        "does EMT not induce IL-6",
        "doesn't EMT induce IL-6",
        "does EMT have no effect on IL-6",
    ],
)
def test_negated_questions_are_told(question: str) -> None:
    found = analyse_question(question)
    assert found.negated
    assert (found.agent, found.target) == ("EMT", "IL-6")


@given(st.text(max_size=120))
def test_any_text_is_analysed(text: str) -> None:
    found = analyse_question(text)
    assert found.text == text
    assert found.agent != ""
    assert found.target != ""


@given(
    st.sampled_from(["EMT", "drought stress", "the loss of p53", "TGF-β1"]),
    st.sampled_from(["induce", "inhibit", "contribute to", "increase", "affect"]),
    st.sampled_from(["IL-6", "grain yield", "E-cadherin in mice", "sterility"]),
)
def test_agent_and_target_are_parts_of_the_question(agent: str, verb: str, target: str) -> None:
    found = analyse_question(f"does {agent} {verb} {target}")
    assert found.agent == agent.removeprefix("the ")
    assert found.relation == verb
    assert found.target == target


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("does silicon stimulte drought", "stimulate"),  # a letter is missing
        ("does silicon promotte drought", "promote"),  # one is added
        ("does silicon inhibet drought", "inhibit"),  # one is wrong
        ("does silicon indcue drought", "induce"),  # two have changed places
        ("does silicon phosphorylate drought", "phosphorylate"),  # nothing is wrong
    ],
)
def test_misspelled_verbs_are_understood(text: str, relation: str) -> None:
    found = analyse_question(text)
    assert (found.agent, found.relation, found.target) == ("silicon", relation, "drought")
