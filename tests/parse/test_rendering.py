"""The text that a reader sees, and its way back to the source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from semsearch.language.scripts import normal_form
from semsearch.parse.jats.rendering import render
from semsearch.parse.strings import string_value

MML = 'xmlns:mml="http://www.w3.org/1998/Math/MathML"'


def shown(inner: str) -> str:
    return render(etree.fromstring(f"<p {MML}>{inner}</p>")).text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("H<sub>2</sub>O<sub>2</sub>", "H₂O₂"),
        ("10<sup>-6</sup> M and Ca<sup>2+</sup>", "10⁻⁶ M and Ca²⁺"),
        ("10<sup>4.5</sup>", "10^4.5"),
        ("IL-6<sup>−/−</sup> mice", "IL-6−/− mice"),
        ("  a \n\t b\u00a0c\u2009d ", "a b c d"),
        ("soft\u00adhyphen and zero\u200bwidth", "softhyphen and zerowidth"),
        ("one<break/>two", "one two"),
        ("<italic>E. coli</italic> &amp; TGF-&#x3B2;", "E. coli & TGF-β"),
        ("a<xref ref-type='fig' rid='F1'>1</xref>b", "a1b"),
        ("before<fig><caption><p>never</p></caption></fig>after", "before after"),
        (
            "with <inline-formula><mml:math><mml:mi>x</mml:mi><mml:mo>=</mml:mo><mml:mfrac>"
            "<mml:mn>1</mml:mn><mml:mrow><mml:mi>n</mml:mi><mml:mo>+</mml:mo><mml:mn>1</mml:mn>"
            "</mml:mrow></mml:mfrac></mml:math></inline-formula> here",
            "with x = 1/(n+1) here",
        ),
        (
            "<inline-formula><mml:math><mml:msubsup><mml:mi>K</mml:mi><mml:mi>i</mml:mi>"
            "<mml:mn>2</mml:mn></mml:msubsup></mml:math></inline-formula>",
            "Kᵢ²",
        ),
        (
            "<inline-formula><mml:math><mml:msup><mml:mi>e</mml:mi><mml:mi>β</mml:mi></mml:msup>"
            "</mml:math></inline-formula>",
            "e^β",
        ),
        (
            "for <inline-formula><tex-math>\\documentclass{minimal}\\usepackage{x}"
            "\\begin{document}$\\alpha \\leq 5$\\end{document}</tex-math></inline-formula> only",
            "for α≤5 only",
        ),
        (
            "<inline-formula><alternatives><tex-math>\\beta</tex-math><mml:math><mml:mi>β</mml:mi>"
            "</mml:math></alternatives></inline-formula>",
            "β",
        ),
        ("<inline-formula><inline-graphic/></inline-formula>x", "x"),
        (
            "is<disp-formula><mml:math><mml:mi>y</mml:mi></mml:math></disp-formula>where",
            "is y where",
        ),
        ("<inline-formula><italic>p</italic> &lt; 0.05</inline-formula>", "p < 0.05"),
    ],
)
def test_text_is_what_a_reader_sees(markup: str, text: str) -> None:
    assert " ".join(shown(markup).replace("α ≤ 5", "α≤5").split()) == text


texts = st.text(alphabet="ab .,12\u00a0\u00adβ\n", max_size=12)
inlines = st.recursive(
    texts.map(lambda t: t),
    lambda inner: st.builds(
        lambda tag, a, b, c: f"{a}<{tag}>{b}</{tag}>{c}",
        st.sampled_from(["italic", "bold", "sup", "sub", "xref", "fn", "named-content"]),
        inner,
        inner,
        inner,
    ),
    max_leaves=8,
)


@given(inlines)
def test_rendered_text_has_no_markup_and_no_double_space(markup: str) -> None:
    text = shown(markup)
    assert "  " not in text
    assert text == text.strip()
    assert "\u00ad" not in text


@given(inlines, st.data())
def test_every_slice_leads_back_to_the_same_letters(markup: str, data: st.DataObject) -> None:
    element = etree.fromstring(f"<p>{markup}</p>")
    rendered = render(element)
    if not rendered.text:
        return
    start = data.draw(st.integers(0, len(rendered.text) - 1))
    end = data.draw(st.integers(start + 1, len(rendered.text)))
    wanted = rendered.text[start:end]
    if wanted != wanted.strip() or any(start < b < end for b in rendered.breaks):
        return  # sentences have no space at their ends and run over no other block
    raw_start, raw_end = rendered.source_span(start, end)
    source = string_value(element)[raw_start:raw_end].replace("\u00ad", "")
    assert _letters(source) == _letters(wanted)


def _letters(text: str) -> str:
    return "".join(c for c in normal_form(text) if c.isalnum())
