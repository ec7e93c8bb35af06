"""Words and names that mean the same thing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.language.likeness import (
    ANTI,
    greek_spellings,
    opening,
    openings,
    same_names,
    same_word,
)
from semsearch.language.question import analyse_question
from semsearch.language.stance import StanceReader


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("stomata", "stomatal"),
        ("closure", "close"),
        ("hypoxia", "hypoxic"),
        ("tumour", "tumor"),
        ("oestrogen", "estrogen"),
        ("sulphur", "sulfur"),
        ("grew", "growth"),
        ("mice", "mouse"),
        ("renal", "kidney"),
        ("angiogenic", "angiogenesis"),
        ("germination", "germinate"),
    ],
)
def test_forms_of_one_word_are_the_same(one: str, other: str) -> None:
    assert same_word(one, other, word=True)
    assert same_word(other, one, word=True)


@pytest.mark.parametrize(
    ("one", "other"), [("long", "lung"), ("section", "secretion"), ("plant", "plasma")]
)
def test_other_words_are_not(one: str, other: str) -> None:
    assert not same_word(one, other, word=True)


def test_names_have_no_forms_but_a_plural() -> None:
    assert same_word("rnas", "rna", word=False)
    assert not same_word("rnase", "rna", word=False)


def test_greek_letters_are_written_in_several_ways() -> None:
    assert {("tnf", "a"), ("tnfalpha",), ("tnfa",)} <= set(greek_spellings(("tnf", "alpha")))
    assert ("nf", "kappab") in greek_spellings(("nf", "kappa", "b"))
    assert greek_spellings(("growth",)) == []


def test_names_of_one_thing_know_each_other() -> None:
    names = same_names()
    assert ("aba",) in names["abscisicacid"]
    assert ("abscisic", "acid") in names["aba"]
    assert all(forms for forms in names.values())


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("does ABA induce stomatal closure", "Stomata close in response to abscisic acid."),
        ("does curcumin suppress NF-κB", "NF-kappaB was suppressed by curcumin."),
        ("does hypoxia stabilize HIF-1α", "HIF-1 alpha is stabilised under hypoxic conditions."),
        ("does salt stress raise H2O2", "Hydrogen peroxide rose under salt stress."),
        ("do tumors grow under estrogen", "Tumours grew under oestrogen."),
    ],
)
def test_statements_are_found_under_another_name(question: str, text: str) -> None:
    assert StanceReader(analyse_question(question)).read(text).stance.value == "supports"


_PIECES = ("anti", "oe", "ae", "tumour", "sulph", "s", "es", "ing", "ed", "mouse", "mice", "grow")
_ATOMS = st.lists(st.sampled_from((*_PIECES, *"aeigtmx")), min_size=1, max_size=5).map("".join)


@given(atom=_ATOMS, wanted=_ATOMS, word=st.booleans())
def test_two_forms_of_one_word_have_the_same_opening(atom: str, wanted: str, word: bool) -> None:
    if same_word(atom, wanted, word):
        assert opening(atom) in openings(wanted, word)
    assert opening("antiviral") == ANTI
