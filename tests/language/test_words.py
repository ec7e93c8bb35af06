"""Words of a question in a text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.language.words import content_words, fold, has_words, matches, words


@pytest.mark.parametrize(
    ("question", "text", "marked"),
    [
        ("does EMT induce IL-6", "EMT induces IL-6.", ["EMT", "induces", "IL-6"]),
        ("il6", "IL-6 and IL6 but not IL-8", ["IL-6", "IL6"]),
        ("IL-6", "IL-6-induced EMT", []),
        ("induce", "IL-6-induced EMT", ["induced"]),
        ("H2O2", "by H₂O₂ alone", ["H₂O₂"]),
        ("TGF-β", "TGF‑β1 and TGF-β", ["TGF", "TGF-β"]),
        ("the of and", "the state of the art and more", []),
        ("小鼠", "在小鼠中", []),
    ],
)
def test_words_of_the_question_are_marked(question: str, text: str, marked: list[str]) -> None:
    spans = matches(text, content_words(question))
    assert [text[start:end] for start, end in spans] == marked


def test_marker_digits_are_no_part_of_a_word() -> None:
    text = "in cells³⁰ too"
    assert matches(text, content_words("cells"), [(8, 10)]) == ((3, 8),)


def test_fold_ignores_case_inflection_and_signs() -> None:
    assert fold("Induces") == fold("induced") == fold("induce")
    assert fold("IL-6") == fold("il6")
    assert fold("p53") != fold("p5")


@given(st.text(max_size=60), st.text(max_size=20))
def test_spans_are_sorted_and_inside_the_text(text: str, question: str) -> None:
    spans = matches(text, content_words(question))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert list(spans) == sorted(spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


@pytest.mark.parametrize(
    ("text", "holds"), [("?!…", False), ("—", False), ("a", True), ("小", True)]
)
def test_punctuation_holds_no_words(text: str, holds: bool) -> None:
    assert has_words(text) is holds


@given(st.text(alphabet="abcxyz_-'²é \u0301ßİ09", max_size=12), st.text(max_size=30))
def test_every_wanted_word_is_marked_whatever_it_begins_with(word: str, text: str) -> None:
    wanted = content_words(word)
    marked = {one for start, end in matches(text, wanted) for one in [text[start:end]]}
    assert all(fold(one) in wanted for one in marked)
    whole = {text[start:end] for start, end in words(text)}
    assert {one for one in whole if fold(one) in wanted} <= marked
