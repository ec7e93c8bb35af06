"""Superscripts, subscripts and the normal form."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from semsearch.language.scripts import normal_form, raise_digits, to_subscript, to_superscript


def test_scripts_are_unicode_where_all_characters_have_one() -> None:
    assert to_superscript("2+") == "²⁺"
    assert to_superscript("-6") == "⁻⁶"
    assert to_superscript("4.5") is None
    assert to_subscript("50") == "₅₀"
    assert to_subscript("c") is None


def test_only_digits_of_a_marker_are_raised() -> None:
    assert raise_digits("30,36–38a") == "³⁰,³⁶–³⁸a"


@given(st.text(alphabet="0123456789+()abc", min_size=1, max_size=8))
def test_normal_form_undoes_scripts(text: str) -> None:
    for scripted in (to_superscript(text), to_subscript(text)):
        assert scripted is None or normal_form(scripted) == normal_form(text)


@given(st.text(max_size=30))
def test_normal_form_changes_nothing_when_applied_again(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)
