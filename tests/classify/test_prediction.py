"""Citation types: cues, views, predictions, and the file of the model."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from semsearch.classify.cues import read_cues
from semsearch.classify.model import HASH_FILE, MODEL_FILE, TYPES, read_model, shipped_model
from semsearch.classify.printed import printed_markers
from semsearch.classify.tokens import tokens_of
from semsearch.classify.types import Prediction, of_references, predict_markers, predict_text
from semsearch.errors import EncoderError
from semsearch.records import CitationType, Marker

SUPPORTING, CONTRASTING = CitationType.SUPPORTING, CitationType.CONTRASTING
MENTIONING = CitationType.MENTIONING


def types_of(text: str) -> list[CitationType]:
    return [one.type for one in predict_markers(text, printed_markers(text), heading="Discussion")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Our results are consistent with those of Ng et al. [3].", SUPPORTING),
        ("This finding is in agreement with previous studies [3,4].", SUPPORTING),
        ("In contrast to previous studies [3], we did not find any effect of zinc.", CONTRASTING),
        ("These results contradict the findings of Ng et al. (2004).", CONTRASTING),
        ("Zinc is an essential element for plants [3].", MENTIONING),
        ("DNA was extracted as described previously [3].", MENTIONING),
    ],
)
def test_plain_cases_are_told(text: str, kind: CitationType) -> None:
    assert types_of(text) == [kind]


def test_markers_of_one_statement_may_differ() -> None:
    text = "Our results are in line with those of [3] but in contrast to the findings of [4,5]."
    assert types_of(text) == [SUPPORTING, CONTRASTING]


def test_markers_that_stand_together_have_one_type() -> None:
    text = "Our results are consistent with previous studies [3] [4]."
    assert len(set(types_of(text))) == 1
    assert len(types_of(text)) == 2


def test_a_statement_counts_by_its_most_marked_citation() -> None:
    text = "Our results are in line with those of [3] but in contrast to the findings of [4,5]."
    chances = predict_text(text, heading="Discussion")
    assert TYPES[int(chances.argmax())] is CONTRASTING
    assert chances.sum() == pytest.approx(1.0)


def test_a_prediction_below_the_threshold_is_unclassified() -> None:
    prediction = Prediction(SUPPORTING, 0.7)
    assert prediction.at(0.7) is SUPPORTING
    assert prediction.at(0.71) is CitationType.UNCLASSIFIED


def test_a_reference_with_two_markers_takes_the_more_marked() -> None:
    markers = (Marker(start=0, end=1, references=("a",)), Marker(start=2, end=3, references=("a",)))
    told = (Prediction(MENTIONING, 0.99), Prediction(CONTRASTING, 0.6))
    assert of_references(markers, told)["a"] == told[1]


def test_overlapping_and_empty_markers_still_have_a_type() -> None:
    markers = (
        Marker(start=4, end=8, references=("a",)),
        Marker(start=5, end=8, references=("b",)),
        Marker(start=9, end=9, references=("c",)),
    )
    assert len(predict_markers("Zinc [12] matters.", markers)) == 3
    assert len(predict_markers("", ())) == 0
    assert predict_text("").sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("It holds [3, 5–7].", ["[3, 5–7]"]),
        ("It holds (Ng 2004; Li et al., 2005).", ["(Ng 2004; Li et al., 2005)"]),
        ("Ng et al. (2004) say so.", ["(2004)"]),
        ("It holds in many countries12,13.", ["12,13"]),
        ("It holds⁴,⁵ and more.", ["⁴,⁵"]),
        ("It grew (p = 0.05) at 30 days (Table 2).", []),
    ],
)
def test_markers_are_found_by_how_they_are_printed(text: str, printed: list[str]) -> None:
    assert [text[m.start : m.end] for m in printed_markers(text)] == printed


def test_names_before_a_marker_and_brackets_around_it_go_with_it() -> None:
    text = "As Ng et al. [3] and (see also [4]) show."
    words = [token.text for token in tokens_of(text, printed_markers(text))]
    assert words == ["as", "@", "show", "."]


def test_the_longest_cue_wins_and_slots_are_filled() -> None:
    cues = read_cues('[agree]\nphrases = "in [good] (line|accord) with"\n[low]\nphrases = "in"\n')
    units = cues.units(tokens_of("In good accord with it, in time"))
    assert [(u.cue, u.text) for u in units if u.cue] == [
        ("agree", "in good accord with"),
        ("low", "in"),
    ]


def test_the_same_statement_gets_the_same_probability() -> None:
    text = "Our results are consistent with those of [3], but lower than those of [4]."
    first = predict_markers(text, printed_markers(text))
    assert predict_markers(text, printed_markers(text)) == first


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    folder = Path(str(files("semsearch.classify") / "data"))
    for name in (MODEL_FILE, HASH_FILE):
        shutil.copy(folder / name, tmp_path / name)
    assert read_model(tmp_path).name == shipped_model().name
    content = (tmp_path / MODEL_FILE).read_bytes()
    (tmp_path / MODEL_FILE).write_bytes(content.replace(b"0.1", b"0.2", 1))
    with pytest.raises(EncoderError, match=r"citation_types\.json is damaged: its SHA-256"):
        read_model(tmp_path)
    (tmp_path / HASH_FILE).unlink()
    with pytest.raises(EncoderError, match="cannot be read"):
        read_model(tmp_path)
