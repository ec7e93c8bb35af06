"""The data of relations, and what statements say happens to a target."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from semsearch.language.absence import taken_away
from semsearch.language.clauses import atoms_among, atoms_of, cut, mask_markers, read_clauses
from semsearch.language.effect import read_effect
from semsearch.language.lexicon import load_lexicon
from semsearch.language.question import analyse_question
from semsearch.language.relation import MODELS, PRIORS, make_models, pattern_table
from semsearch.language.stance import StanceReader


def codes(text: str) -> str:
    pieces = cut(mask_markers(text))
    return "".join(read_clauses(atoms_among(pieces), pieces, load_lexicon()).codes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mice induce fever", "xvx"),
        ("fever is induced by mice", "xadbx"),
        ("the reduced growth", "jx"),
        ("growth leads to fever", "xvx"),
        ("an increase of fever", "nox"),
        ("mice increase fever", "xvx"),
        ("fever was not found", "xaNl"),
        ("mice had no effect on fever", "xhOefx"),
        ("fever is independent of mice", "xaOx"),
        ("mice not only induce fever", "xvx"),
        ("up-regulated by mice [12]", "dbx"),
        ("(Smith et al., 2010) mice", "x"),
        ("fever rose after mice", "xucx"),
        ("fever is needed for mice", "xaApx"),
        ("NO induces fever", "xvx"),
        ("fever increased in mice", "xuix"),
        ("fever increased faster on mice", "xuJfx"),
        ("the risk is lower", "xaJ"),
        ("mice are not required for fever", "xaUpx"),
        ("mice were not strictly required", "xaNA"),
        ("it was shown that mice could induce fever", "ahqxMvx"),
        ("mice could induce fever", "xmvx"),
        ("fever was normal", "xaU"),
        ("normal mice", "xx"),
        ("H2A.Z induces fever in E. coli", "xxvxixx"),
        ("fever rises with rising heat", "xucjx"),
    ],
)
def test_words_get_their_part_in_the_sentence(text: str, expected: str) -> None:
    assert codes(text) == expected


def test_glued_numbers_and_spellings_of_names_make_no_difference() -> None:
    assert atoms_of("IL-6 IL6 stress²⁰ TNF-α H₂O₂") == [
        "il", "-", "6", "il", "6", "stress", "20", "tnf", "-", "alpha", "h", "2", "o", "2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Xanthin increases the growth", 1),
        ("Xanthin reduces the growth", -1),
        ("Xanthin causes a reduction in growth", -1),
        ("Xanthin prevents the loss of growth", 1),
        ("Xanthin leads to higher growth", 1),
        ("Xanthin affects growth negatively", -1),
        ("Xanthin negatively affects growth", -1),
        ("Xanthin alters growth", 0),
        ("growth was lowered by Xanthin", -1),
        ("growth was lower under Xanthin", -1),
        ("growth loss due to Xanthin", -1),
        ("growth due to Xanthin", 1),
        ("a marked decrease of growth after Xanthin", -1),
        ("under Xanthin, growth rose", 1),
        ("Xanthin reduces weight but increases growth", 1),
        ("Xanthin reduces weight and growth", -1),
        ("Xanthin plays a role in growth", 0),
        ("Xanthin is involved in growth", 0),
        ("Xanthin affects growth hormone production", 0),
        ("Xanthin causes changes in growth", 0),
        ("Xanthin-mediated control of growth", 0),
        ("Xanthin-mediated negative regulation of growth", -1),
        ("Xanthin has improved weight, memory, and growth", 1),
        ("growth is a consequence of Xanthin", 1),
        ("growth attributable to Xanthin is less studied", 1),
        ("Zeta mitigates the harmful effect of Xanthin on growth", -1),
        ("the harmful effects of Xanthin on growth and size have led to research", -1),
        ("light slows growth through increasing Xanthin content", -1),
        ("Xanthin induces toxic growth", 1),
    ],
)
def test_directions_of_words_that_govern_the_target_are_multiplied(text: str, sign: int) -> None:
    reader = StanceReader(analyse_question("does Xanthin affect growth"))
    evidence, _ = reader.evidence(text)
    assert evidence is not None
    effect = read_effect(evidence.pair, target_is_second=evidence.agent_first, bad=False)
    assert effect.sign == sign


@pytest.mark.parametrize(
    ("text", "away"),
    [
        ("loss of Xanthin reduced growth", True),
        ("Xanthin-deficient mice had less growth", True),
        ("Xanthin-/- mice had less growth", True),
        ("silencing of Xanthin reduced growth", True),
        ("growth was reduced in Xanthin mutants", True),
        ("an inhibitor of Xanthin reduced growth", True),
        ("Xanthin is common, and its loss reduced growth", True),
        ("drought limits Xanthin, resulting in lower growth", True),
        ("Xanthin content was reduced, which allowed growth", True),
        ("down-regulation of Xanthin increased growth", True),
        ("talens were used to disrupt the xylose gene (Xanthin) for growth", True),
        ("drought limits Xanthin and growth", False),
        ("Xanthin was reduced, and growth rose", False),
        ("overexpression of Xanthin reduced growth", False),
        ("Xanthin inhibited growth", False),
        ("Xanthin reduced growth", False),
    ],
)
def test_agents_that_are_taken_away_are_told(text: str, away: bool) -> None:
    reader = StanceReader(analyse_question("does Xanthin affect growth"))
    evidence, _ = reader.evidence(text)
    assert evidence is not None
    pair = evidence.pair
    agent = pair.first if evidence.agent_first else pair.second
    assert taken_away(pair.statement, agent) is away


def test_every_pattern_has_one_name_and_a_place_to_look() -> None:
    for model in MODELS:
        rows = pattern_table()[model]
        names = [name for _, name, _, _ in rows] + list(PRIORS[model])
        assert len(names) == len(set(names))
        assert {where for where, _, _, _ in rows} <= {"before", "between", "after", "both"}


def test_weights_belong_to_patterns_and_say_where_they_come_from() -> None:
    path = resources.files("semsearch.language").joinpath("data", "stance_weights.json")
    shipped = json.loads(path.read_text("utf-8"))
    assert {"fitted_on", "folds", "figures"} <= set(shipped["card"])
    for model in MODELS:
        names = {name for _, name, _, _ in pattern_table()[model]} | set(PRIORS[model]) | {"bias"}
        assert set(shipped["weights"][model]) == names


def test_models_without_weights_use_the_priors() -> None:
    models = make_models({})
    rows = pattern_table()["direction"]
    assert models.direction.patterns == tuple(
        (where, pattern, prior) for where, _, pattern, prior in rows if prior
    )


def test_base_forms_of_verbs_inflect() -> None:
    words = load_lexicon().words
    for form in ("induces", "induced", "inducing", "driven", "catalysed", "modified", "rose"):
        assert words[form].relation, form
    assert words["inhibits"].sign == -1
    assert words["inhibition"].base == "inhibit"
