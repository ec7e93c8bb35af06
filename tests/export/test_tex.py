"""Text as TeX, read back by pylatexenc."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text

from semsearch.export.tex import tex

#: pylatexenc is loaded by the first example.
SLOWLY = settings(deadline=None)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("5 % of Müller & Söhne", r"5 {\%} of M{\"u}ller {\&} S{\"o}hne"),
        ("IL-1β ≤ 2 µg", r"IL-1{\ensuremath{\beta}} {\ensuremath{\leq}} 2 {\textmu}g"),
        ("a_b^2~\\x{", r"a{\_}b{\textasciicircum}2{\textasciitilde}{\textbackslash}x"
                       r"{\ensuremath{\lbrace}}"),
        ("a--b---c", "a-{}-b-{}-{}-c"),
        ("``x'' ?` !` ,,", "`{}`x'{}' ?{}` !{}` ,{},"),
        ("日本 H₂O", "日本 H₂O"),  # no TeX that every reader takes back
        ("  a   b ", "a b"),
        ("ˆ is not ^", r"ˆ is not {\textasciicircum}"),
    ],
)  # fmt: skip
def test_signs_of_tex_and_letters_of_europe_are_written_out(text: str, written: str) -> None:
    assert tex(text) == written


@SLOWLY
@given(st.text(st.sampled_from("{}\\%-'`,?!&#$_~^<>\"aé β"), max_size=30))
def test_tex_prints_the_text_and_its_braces_are_even(text: str) -> None:
    written = tex(text)
    depth = 0
    for sign in re.findall(r"[{}]", written):  # BibTeX counts them all, escaped ones too
        depth += 1 if sign == "{" else -1
        assert depth >= 0
    assert depth == 0
    read = str(LatexNodes2Text(strict_latex_spaces=True).latex_to_text(written))
    assert read.replace("ˆ", "^") == re.sub(" +", " ", text).strip(" ")
