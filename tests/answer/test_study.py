"""What one study says to a question."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import printable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.answer.findings import levels, read_sentence
from semsearch.answer.study import (
    Side,
    StudyModel,
    StudyVerdict,
    study_features,
    verdict_of_study,
)
from semsearch.answer.verdict import VerdictKind
from semsearch.evaluate.answering import decide
from semsearch.evaluate.pubmedqa import evaluate_pubmedqa

AIM = "We asked whether larkweed tea relieves hiccups in choir singers."
METHOD = "Forty singers drank larkweed tea or water for a week."
QUESTION = "Does larkweed tea relieve hiccups in choir singers?"
FOUND = "Hiccups were significantly fewer with larkweed tea than with water (P = 0.002)."
DENIED = "There was no significant difference in hiccups between the groups (P = 0.61)."


def says(result: str, question: str = QUESTION) -> StudyVerdict:
    return verdict_of_study(question, [AIM, METHOD, result])


def affirms(result: str, question: str = QUESTION) -> float:
    """How likely yes is among yes and no."""
    found = says(result, question)
    assert found.yes is not None
    assert found.no is not None
    return found.yes / (found.yes + found.no)


def leaning(maybe: float, affirmed: float) -> StudyModel:
    """A model that always gives the same chances, in log odds."""
    lift = {"yes": 1.0, "no": 1.0, "maybe": 1.0}
    return StudyModel(maybe={"bias": maybe}, affirmed={"bias": affirmed}, lift=lift)


@pytest.mark.parametrize(
    ("sentence", "found", "denied"),
    [
        ("There was no significant difference between the groups.", False, True),
        ("The groups did not differ.", False, True),
        ("Tea was not associated with hiccups.", False, True),
        ("Tea had no measurable effect on hiccups.", False, True),
        ("Hiccups were independent of tea.", False, True),
        ("The singers didn't improve.", False, True),
        ("Hiccups were significantly rarer.", True, False),
        ("Hiccups decreased.", True, False),
        ("Tea was an independent predictor of hiccups.", True, False),
        ("Tea reduced hiccups. It did not change sleep.", True, True),
        ("Forty singers were enrolled.", False, False),
        ("No singer left early; hiccups decreased.", True, False),
    ],
)
def test_sentence_reports_a_finding_or_its_absence(
    sentence: str, found: bool, denied: bool
) -> None:
    report = read_sentence(sentence)
    assert (report.found > 0, report.denied > 0) == (found, denied)
    assert (report.balance > 0, report.balance < 0) == (
        report.found > report.denied,
        report.found < report.denied,
    )


@pytest.mark.parametrize(
    ("sentence", "small", "large"),
    [
        ("It rose (P<.05).", 1, 0),
        ("It rose (p = 0.049).", 1, 0),
        ("It rose (p=0.05).", 0, 1),
        ("It rose (P > 0.05).", 0, 1),
        ("It rose (p-value of 0·003).", 0, 0),
        ("It rose (p value = 0·003).", 1, 0),
        ("It rose (p less than 0.01) and fell (p = .7).", 1, 1),
        ("The top = 5 and the cap = 0.01.", 0, 0),
    ],
)
def test_p_values_are_read_as_numbers(sentence: str, small: int, large: int) -> None:
    counts = read_sentence(sentence).counts
    assert (counts["test.small_p"], counts["test.large_p"]) == (small, large)


@pytest.mark.parametrize(
    ("sentence", "clear", "open_"),
    [
        ("The OR was 2.1 (95% CI 1.2-3.4).", 1, 0),
        ("The hazard ratio was 1.2 (95 % confidence interval: 0.8 to 1.9).", 0, 1),
        ("RR 0.4 (95% CI, 0.2–0.7); RR 0.9 (95% CI, 0.5–1.6).", 1, 1),
        ("The mean depth was 1.4 m (95% CI 0.9-1.8).", 0, 0),  # one means nothing for a depth
    ],
)
def test_intervals_of_ratios_are_read_as_numbers(sentence: str, clear: int, open_: int) -> None:
    counts = read_sentence(sentence).counts
    assert (counts["test.clear_interval"], counts["test.open_interval"]) == (clear, open_)


def test_coefficients_of_correlation_are_high_or_low() -> None:
    counts = [read_sentence(f"They went along (r = {r}).").counts for r in ("0.7", "-.12", "0.35")]
    assert [(c["test.high_r"], c["test.low_r"]) for c in counts] == [(1, 0), (0, 1), (0, 0)]


def test_what_adjustment_takes_away_is_seen() -> None:
    lost = "After adjustment for age, the association was no longer seen."
    kept = "After adjustment for age, the association was still seen."
    assert [read_sentence(s).counts["tone.lost"] for s in (lost, kept)] == [1, 0]


def test_levels_are_shares_of_one() -> None:
    text = "Sensitivity was 92% and the AUC 0.81; the success rate was 40 %. We saw 300 birds."
    assert levels(text) == [0.92, 0.81, 0.4]


def test_finding_affirms_and_its_absence_denies() -> None:
    assert says(FOUND).verdict is VerdictKind.YES
    assert says(DENIED).verdict is VerdictKind.NO


def test_verdict_names_the_sentences_that_it_rests_on() -> None:
    texts = [AIM, METHOD, f"{FOUND} The tea was brewed at noon. {DENIED}"]
    findings = verdict_of_study(QUESTION, texts).findings
    assert [(texts[f.text][f.start : f.end], f.side) for f in findings] == [
        (FOUND, Side.FOUND),
        (DENIED, Side.DENIED),
    ]


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("Is larkweed tea necessary for choir singers?", "Does larkweed tea help choir singers?"),
        ("Are choir singers aware of larkweed tea?", "Do choir singers drink larkweed tea?"),
        ("Is larkweed tea the same as water?", "Is larkweed tea different from water?"),
        ("Can singers drink larkweed tea?", "Is larkweed tea useful for singers?"),
    ],
)
def test_how_it_is_asked_matters_with_the_same_text(less: str, more: str) -> None:
    assert affirms(METHOD, less) < affirms(METHOD, more)


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        (DENIED, FOUND),
        (f"{FOUND} {DENIED}", FOUND),
        (
            f"{FOUND} After adjustment for age, the association with hiccups was no longer seen.",
            f"{FOUND} Age was noted, as the association with hiccups was seen.",
        ),
        (
            "Larkweed tea told choir singers apart with an accuracy of 31%.",
            "Larkweed tea told choir singers apart with an accuracy of 97%.",
        ),
        ("Tea and hiccups went along (r = 0.08).", "Tea and hiccups went along (r = 0.83)."),
    ],
)
def test_better_results_make_yes_likelier(worse: str, better: str) -> None:
    assert affirms(worse) < affirms(better)


def test_earlier_texts_are_read_for_findings_only_where_the_last_reports_none() -> None:
    limits = "The choir was small."
    assert verdict_of_study(QUESTION, [AIM, DENIED, FOUND]) == verdict_of_study(
        QUESTION, [AIM, METHOD, FOUND]
    )
    passed_over = verdict_of_study(QUESTION, [AIM, DENIED, limits])
    assert [finding.text for finding in passed_over.findings] == [1]
    assert passed_over.verdict is VerdictKind.NO


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        (QUESTION, ["Granite weathers faster near the sea (P<.001)."]),
        (QUESTION, []),
        (QUESTION, ["", "  "]),
        ("", [FOUND]),
        ("Which teas relieve hiccups in choir singers?", [AIM, FOUND]),
        ("How does larkweed tea relieve hiccups?", [AIM, FOUND]),
    ],
)
def test_texts_that_say_nothing_to_the_question_give_no_verdict(
    question: str, texts: list[str]
) -> None:
    found = verdict_of_study(question, texts)
    assert found == StudyVerdict(
        verdict=VerdictKind.UNKNOWN, yes=None, no=None, maybe=None, findings=()
    )
    assert study_features(question, texts) is None


def test_short_name_of_what_was_asked_is_enough() -> None:
    question = "Grand larkweed tasting: is it safe?"
    assert verdict_of_study(question, ["GLT was done in 30."]).verdict is not VerdictKind.UNKNOWN
    assert verdict_of_study(question, ["GXT was done in 30."]).verdict is VerdictKind.UNKNOWN


@pytest.mark.parametrize(
    ("maybe", "affirmed", "kind"),
    [
        (2.0, 3.0, VerdictKind.PROBABLY),
        (2.0, 0.0, VerdictKind.MIXED),
        (2.0, -3.0, VerdictKind.MIXED),
        (-2.0, 3.0, VerdictKind.YES),
        (-2.0, -3.0, VerdictKind.NO),
    ],
)
def test_both_models_decide_in_turn(maybe: float, affirmed: float, kind: VerdictKind) -> None:
    found = verdict_of_study(QUESTION, [FOUND], model=leaning(maybe, affirmed))
    assert found.verdict is kind


def test_lift_turns_a_close_decision() -> None:
    even = leaning(-20.0, 0.1)
    chances: Mapping[str, float] = {"yes": 0.5, "no": 0.4, "maybe": 0.1}
    assert even.choose(chances) == "yes"
    lifted = StudyModel(maybe={}, affirmed={}, lift={"yes": 1.0, "no": 1.5, "maybe": 1.0})
    assert lifted.choose(chances) == "no"


@given(st.lists(st.text(alphabet=printable + "≥·–é", max_size=80), max_size=3))
def test_any_texts_give_chances_that_add_up(texts: list[str]) -> None:
    found = verdict_of_study(QUESTION, [AIM, *texts])
    assert found.yes is not None
    assert found.no is not None
    assert found.maybe is not None
    assert found.yes + found.no + found.maybe == pytest.approx(1)
    assert all(0 <= f.start < f.end <= len([AIM, *texts][f.text]) for f in found.findings)


def test_evaluation_asks_for_the_verdict_of_one_study() -> None:
    assert decide(QUESTION, [AIM, METHOD, FOUND]) is VerdictKind.YES
    assert decide(QUESTION, [AIM, METHOD, DENIED]) is VerdictKind.NO


def test_shipped_weights_read_the_studies_they_were_fitted_on(data: Path) -> None:
    """They are no worse than out of fold; the majority has .552 and .237."""
    found = evaluate_pubmedqa(data / "pubmedqa" / "pqal_dev.json", decide).as_json_object()
    assert found["accuracy"] > 0.65
    assert found["macro_f1"] > 0.52
    assert found["verdict_unknown"] < 10
    assert 20 < found["verdict_mixed"] + found["verdict_probably"] < 90
