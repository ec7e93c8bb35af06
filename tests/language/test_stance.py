"""What statements say about questions."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.language.question import analyse_question
from semsearch.language.stance import SpanRole, Stance, StanceReader

SYNONYMS = {"IL-6": ["interleukin-6"], "EMT": ["epithelial-mesenchymal transition"]}
SCRIPTS = Path(__file__).parents[2] / "scripts"


def read(question: str, text: str) -> Stance:
    return StanceReader(analyse_question(question), synonyms=SYNONYMS).read(text).stance


@pytest.mark.parametrize(
    "text",
    [
        "EMT induces IL-6.",
        "EMT induced the secretion of IL-6 [12].",
        "EMT has been shown to increase IL-6 (Smith et al., 2010).",
        "IL-6 is induced by EMT.",
        "IL-6 secretion was strongly enhanced by EMT.",
        "EMT-induced IL-6 secretion was measured.",
        "The induction of IL-6 by EMT is known.",
        "EMT-mediated activation of IL-6",
        "EMT is responsible for IL-6 secretion.",
        "EMT is required for IL-6.",
        "IL-6 secretion depends on EMT.",
        "IL-6 secretion requires EMT.",
        "In response to EMT, IL-6 increased.",
        "IL-6 rose after EMT.",
        "EMT and hypoxia induce IL-6.",
        "EMT induces TNF, VEGF and IL-6.",
        "EMT, which promotes IL-6, is common.",
        "Loss of EMT abolished IL-6.",
        "Blocking EMT lowered IL-6.",
        "In cells without EMT, IL-6 was reduced.",
        "EMT not only stops growth but also induces IL-6.",
        "EMT, which did not affect TNF, induces IL-6.",
        "EMT raises IL6.",
        "Epithelial–mesenchymal transition raises interleukin-6 levels.",
    ],
)
def test_assertions_support(text: str) -> None:
    assert read("does EMT induce IL-6", text) is Stance.SUPPORTS


@pytest.mark.parametrize(
    "text",
    [
        "EMT did not induce IL-6.",
        "EMT failed to increase IL-6.",
        "EMT had no effect on IL-6.",
        "No effect of EMT on IL-6 was found.",
        "EMT did not alter IL-6 secretion.",
        "IL-6 was not induced by EMT.",
        "Neither hypoxia nor EMT induced IL-6.",
        "EMT stopped growth without affecting IL-6.",
        "IL-6 release was independent of EMT.",
        "EMT was dispensable for IL-6.",
        "Loss of EMT did not alter IL-6.",
        "EMT inhibits IL-6.",
        "IL-6 was suppressed by EMT.",
        "The inhibitory effect of EMT on IL-6",
        "IL-6 decreased under EMT.",
        "Loss of EMT increased IL-6.",
    ],
)
def test_denials_and_the_other_sign_oppose(text: str) -> None:
    assert read("does EMT induce IL-6", text) is Stance.OPPOSES


@pytest.mark.parametrize(
    "text",
    [
        "EMT regulates IL-6.",
        "EMT is involved in IL-6 secretion.",
        "EMT plays a central role in IL-6 release.",
        "IL-6 production is affected by EMT.",
        "EMT may affect IL-6.",
        "EMT-mediated control of IL-6 was lost.",
        "A review of the effect of EMT on IL-6 production",
    ],
)
def test_an_effect_without_its_direction_is_neutral_where_a_direction_is_asked(text: str) -> None:
    assert read("does EMT induce IL-6", text) is Stance.NEUTRAL
    assert read("does EMT inhibit IL-6", text) is Stance.NEUTRAL
    assert read("does EMT affect IL-6", text) in (Stance.SUPPORTS, Stance.HEDGED_SUPPORTS)


def test_what_is_only_joined_acts_neither_way_where_a_direction_is_asked() -> None:
    for question in ("does EMT induce IL-6", "does IL-6 inhibit EMT"):
        assert read(question, "EMT is associated with IL-6.") is Stance.NEUTRAL
    assert read("does EMT induce IL-6", "EMT is not associated with IL-6.") is not Stance.NEUTRAL


@pytest.mark.parametrize(
    ("question", "text", "stance"),
    [
        ("do long days delay flowering", "Flowering is delayed in short days.", "unrelated"),
        ("do long days delay flowering", "Short-day treatment delayed flowering.", "unrelated"),
        ("do short days delay flowering", "Flowering is delayed in short days.", "supports"),
        ("do days of drought delay flowering", "Dry days delayed flowering.", "supports"),
        ("do whole grains reduce obesity", "Refined grains reduce obesity.", "unrelated"),
        ("do whole grains reduce obesity", "Whole and refined grains reduce obesity.", "supports"),
    ],
)
def test_what_is_of_the_contrary_kind_is_not_what_was_asked(
    question: str, text: str, stance: str
) -> None:
    assert read(question, text) == stance


@pytest.mark.parametrize(
    ("question", "text", "stance"),
    [
        ("does smoking cause lung cancer", "Smoking is a risk factor for lung cancer.", "supports"),
        ("does iron cure anemia", "Iron deficiency causes anemia.", "supports"),
        ("does iron cause anemia", "Iron deficiency causes anemia.", "opposes"),
        ("does iron deficiency cause anemia", "Iron deficiency causes anemia.", "supports"),
        (
            "does gluten cause celiac disease",
            "Elimination of gluten is the only effective treatment for celiac disease.",
            "supports",
        ),
        (
            "do grains reduce the risk of stroke",
            "There is an inverse association between grains and the risk of stroke.",
            "supports",
        ),
        (
            "does breast-feeding reduce asthma",
            "We were not able to confirm the finding that breast-feeding reduces asthma.",
            "opposes",
        ),
        (
            "does Fusarium increase DON",
            "In wheat, Fusarium increased DON, and DON was high.",
            "supports",
        ),
        (
            "does ABA induce dormancy",
            "ABA increased the level of ABRE-binding factors and dormancy.",
            "supports",
        ),
    ],
)
def test_lacks_treatments_and_compounds_are_read(question: str, text: str, stance: str) -> None:
    assert read(question, text) == stance


@pytest.mark.parametrize(
    "text",
    [
        "EMT may induce IL-6.",
        "EMT might potentially increase IL-6.",
        "EMT is thought to induce IL-6.",
        "It has been suggested that EMT induces IL-6.",
        "EMT has been proposed to drive IL-6.",
        "IL-6 could be induced by EMT.",
        "EMT probably induces IL-6.",
        "A causal role of EMT in IL-6 elevation remains possible.",
    ],
)
def test_hedged_assertions_are_told_apart(text: str) -> None:
    assert read("does EMT induce IL-6", text) is Stance.HEDGED_SUPPORTS


@pytest.mark.parametrize(
    "text",
    [
        "IL-6 induces EMT.",
        "EMT is induced by IL-6.",
        "IL-6-induced EMT required gp130.",
        "The induction of EMT by IL-6 is known.",
        "Blocking IL-6 prevented EMT.",
        "IL-6 did not induce EMT.",
        "IL-6 may induce EMT.",
        "EMT requires IL-6.",
        "EMT increased after IL-6.",
    ],
)
def test_the_other_way_round_is_reversed(text: str) -> None:
    assert read("does EMT induce IL-6", text) is Stance.REVERSED


@pytest.mark.parametrize(
    "text",
    [
        "EMT induces IL-10.",
        "Hypoxia induces IL-6.",
        "EMT induces IL-61.",
        "Many cells divide.",
        "",
    ],
)
def test_statements_that_lack_a_side_are_unrelated(text: str) -> None:
    assert read("does EMT induce IL-6", text) is Stance.UNRELATED


@pytest.mark.parametrize(
    "text",
    [
        "EMT and hypoxia are antagonists, with hypoxia inducing IL-6 and EMT inducing IL-8.",
        "EMT raises IL-8, while hypoxia raises IL-6.",
    ],
)
def test_what_something_else_does_is_unrelated(text: str) -> None:
    assert read("does EMT induce IL-6", text) is Stance.UNRELATED
    assert read("does hypoxia induce IL-6", text) is Stance.SUPPORTS


def test_statements_without_any_word_of_a_relation_are_unrelated() -> None:
    assert read("does aspirin prevent stroke", "Stroke patients often take aspirin") is (
        Stance.UNRELATED
    )


@pytest.mark.parametrize(
    ("question", "text", "stance"),
    [
        ("does EMT affect IL-6", "EMT lowers IL-6.", Stance.SUPPORTS),
        ("does EMT affect IL-6", "EMT had no effect on IL-6.", Stance.OPPOSES),
        ("does drought reduce wheat yield", "Yield losses of wheat due to drought", "supports"),
        ("does drought reduce wheat yield", "Wheat yields fell under drought.", "supports"),
        ("does salt reduce stress tolerance", "Salt improved stress tolerance.", "opposes"),
        ("does rest reduce pain", "Rest improved pain.", "supports"),
        ("does Snail repress E-cadherin", "Snail mutants failed to repress E-cadherin", "supports"),
        ("does EMT fail to induce IL-6", "EMT did not induce IL-6", "supports"),
        ("does EMT fail to induce IL-6", "EMT induces IL-6", "opposes"),
        ("does TLR4 promote fever", "TLR4-/- mice had reduced fever", "supports"),
        ("does iron deficiency cause fatigue", "Deficiency of iron causes fatigue", "supports"),
        ("is IL-6 induced by EMT", "EMT induces IL-6", "supports"),
        ("does wheat need nitrogen", "Wheat needs nitrogen.", "supports"),
        ("does NO inhibit growth", "Growth was inhibited by NO.", "supports"),
        ("does NO inhibit growth", "There was no growth.", "unrelated"),
    ],
)
def test_questions_of_other_forms(question: str, text: str, stance: str) -> None:
    assert read(question, text).value == stance


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        # who acts
        ("The use of the IL-6 inhibitor, EMT, is old.", "opposes"),
        ("IL-6 acts as a brake by blocking EMT.", "reversed"),
        ("IL-6 improved under EMT.", "supports"),
        ("IL-6 increased faster on EMT.", "supports"),
        ("IL-6 rises with rising EMT.", "supports"),
        ("IL-6 was raised after exposure to EMT.", "supports"),
        ("IL-6 is a direct target of EMT.", "supports"),
        ("IL-6 is raised in cells that overexpress EMT.", "supports"),
        ("After adjustment for age, EMT raised IL-6.", "supports"),
        # what is denied, and what is not
        ("EMT is not strictly required for IL-6.", "opposes"),
        ("TNF, but not EMT, induces IL-6.", "opposes"),
        ("EMT, but not TNF, induces IL-6.", "supports"),
        ("EMT induces TNF but not IL-6.", "opposes"),
        ("EMT affects neither IL-6 nor TNF.", "opposes"),
        ("The effect of EMT on IL-6 was not significant.", "opposes"),
        ("There is no convincing evidence that EMT induces IL-6.", "opposes"),
        ("EMT was not measured, which is known to raise IL-6.", "supports"),
        ("EMT did not change TNF and increased IL-6.", "supports"),
        ("EMT induces IL-6, although no effect on TNF was found.", "supports"),
        ("EMT (rather than hypoxia) induces IL-6.", "supports"),
        ("Although TNF did not rise, EMT increased IL-6.", "supports"),
        # what is hedged, and what is not
        ("It was reported that EMT could increase IL-6.", "supports"),
        ("EMT could increase IL-6.", "hedged_supports"),
        ("A role of EMT in IL-6 release has been suggested.", "neutral"),
        ("EMT has been suggested as a factor that raises IL-6.", "hedged_supports"),
        ("Recent work hints at a role for EMT in IL-6 release.", "hedged_supports"),
        ("Studies do not prove that EMT is a cause of IL-6 release.", "hedged_supports"),
        ("Early work suggested otherwise, but EMT increases IL-6.", "supports"),
        ("Under low water potential or EMT, IL-6 increased.", "supports"),
        # which way it goes
        ("EMT interacts with IL-6 to increase its release.", "supports"),
        ("EMT protects cells from IL-6.", "opposes"),
        ("EMT is the most effective drug against IL-6.", "opposes"),
        ("EMT leads to zero IL-6.", "opposes"),
        ("IL-6 and TNF losses due to EMT were large.", "opposes"),
        ("EMT reactivated IL-6.", "supports"),
        ("EMT-dependent IL-6 release was seen.", "supports"),
    ],
)
def test_classes_of_wordings(text: str, stance: str) -> None:
    assert read("does EMT induce IL-6", text).value == stance


@pytest.mark.parametrize(
    ("question", "text", "stance"),
    [
        ("does BRI1 perceive brassinolide", "Brassinolide is perceived by BRI1.", "supports"),
        ("does BRI1 perceive brassinolide", "BRI1 did not perceive brassinolide.", "opposes"),
        ("does BRI1 perceive brassinolide", "Brassinolide reduced BRI1.", "unrelated"),
        ("does light control growth", "Growth is under the control of light.", "supports"),
        ("do predators control pests", "Predators reduce pests.", "supports"),
        ("does ATM protect cells from damage", "ATM may reduce damage.", "hedged_supports"),
        (
            "does cysteine promote cysteine synthase",
            "Cysteine synthase raises cysteine.",
            "reversed",
        ),
    ],
)
def test_verbs_that_only_the_question_gives(question: str, text: str, stance: str) -> None:
    assert read(question, text).value == stance


def test_open_questions_without_a_side_are_unrelated_to_everything() -> None:
    assert read("which genes induce flowering", "FT induces flowering") is Stance.UNRELATED


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Here EMT did not lead to IL-6 [3].",
            {"agent": ["EMT"], "negation": ["not"], "relation": ["lead to"], "target": ["IL-6"]},
        ),
        (
            "EMT may increase IL-6.",
            {"agent": ["EMT"], "hedge": ["may"], "relation": ["increase"], "target": ["IL-6"]},
        ),
        (
            "IL-6 is suppressed by EMT.",
            {"target": ["IL-6"], "relation": ["suppressed"], "agent": ["EMT"]},
        ),
    ],
)
def test_spans_mark_what_decided(text: str, parts: dict[str, list[str]]) -> None:
    reading = StanceReader(analyse_question("does EMT induce IL-6")).read(text)
    found: dict[str, list[str]] = {}
    for span in reading.spans:
        found.setdefault(span.role.value, []).append(text[span.start : span.end])
    assert found == parts


def test_coverage_tells_how_much_of_each_side_is_named() -> None:
    reader = StanceReader(analyse_question("does severe drought reduce wheat yield"))
    full = reader.read("Severe drought reduces wheat yield.")
    part = reader.read("Drought reduces maize yield.")
    assert (full.agent_coverage, full.target_coverage) == (1.0, 1.0)
    assert 0 < part.agent_coverage < 1
    assert 0 < part.target_coverage < 1
    assert full.relation_found


_PIECES = st.sampled_from(
    """EMT IL-6 induces not did may suppressed by the , . ( ) [12] - loss of interleukin-6 is (IL-6)
    increase and which but no effect on Δ TNF-α 25 fell under H₂O₂ stress²⁰ İ ß 小鼠""".split()
)


@given(st.lists(_PIECES, max_size=30), st.sampled_from([" ", ""]))
def test_spans_lie_in_the_text_in_order_whatever_it_says(pieces: list[str], blank: str) -> None:
    text = blank.join(pieces)
    reading = StanceReader(analyse_question("does EMT induce IL-6"), synonyms=SYNONYMS).read(text)
    assert 0 <= reading.agent_coverage <= 1
    assert 0 <= reading.target_coverage <= 1
    assert [s.start for s in reading.spans] == sorted(s.start for s in reading.spans)
    for span in reading.spans:
        assert 0 <= span.start < span.end <= len(text)
        assert text[span.start : span.end].strip() == text[span.start : span.end]
    roles = {span.role for span in reading.spans}
    sides = {SpanRole.AGENT, SpanRole.TARGET}
    assert sides <= roles if reading.stance is not Stance.UNRELATED else not roles


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    StanceReader(analyse_question("does EMT induce IL-6")).read(text)


def test_statements_of_the_demo_corpus_are_read_as_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(SCRIPTS), *sys.path])
    readings = importlib.import_module("demo_corpus.readings").READINGS
    meant = {
        "asserts": Stance.SUPPORTS,
        "denies": Stance.OPPOSES,
        "opposite": Stance.OPPOSES,
        "hedges": Stance.HEDGED_SUPPORTS,
        "reverses": Stance.REVERSED,
    }
    wrong = []
    for reading in readings:
        reader = StanceReader(analyse_question(reading.question), synonyms=SYNONYMS)
        found = reader.read(reading.quote)
        if found.agent_coverage == 0:  # the quote begins behind its subject
            continue
        if found.stance is not meant[reading.stance.value]:
            wrong.append((reading.question, reading.quote, found.stance))
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "Serum TNF, IL-6 and EMT markers rose in the patients.",
        "The drug lowers IL-6 and EMT.",
        "Cytokines such as EMT, TNF (tumour necrosis factor), and IL-6 were induced.",
        "Vitamin D is negatively correlated with EMT, TNF or IL-6 levels.",
        "The treatment raised IL-6/EMT scores.",
    ],
)
def test_names_of_one_list_do_not_act_on_each_other(text: str) -> None:
    assert read("does EMT induce IL-6", text) is Stance.UNRELATED


@pytest.mark.parametrize(
    "text",
    [
        "In cells with EMT, IL-6 and TNF were induced.",
        "After EMT, IL-6 rose.",
        "EMT and TNF induce IL-6 and IL-8.",
        "Conditions that induce IL-6, including TNF or EMT, are common.",
    ],
)
def test_lists_beside_a_relation_are_read(text: str) -> None:
    assert read("does EMT induce IL-6", text) is Stance.SUPPORTS


def test_between_two_names_is_no_list() -> None:
    text = "A correlation between EMT and IL-6 was found."
    assert read("is EMT associated with IL-6", text) is Stance.SUPPORTS


def test_cells_of_a_table_are_parted() -> None:
    assert (
        read("does EMT induce IL-6", "EMT induced IL-6 | not seen in rats | no effect | [3]")
        is Stance.SUPPORTS
    )
