"""Readable text of formulas: MathML written in one line, TeX turned into Unicode.

The text is meant for reading and searching, not for calculating: fractions become ``a/b``, scripts
become Unicode scripts where there are such characters and ``_`` or ``^`` where there are none.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from semsearch.language.scripts import to_subscript, to_superscript
from semsearch.parse.strings import string_value
from semsearch.parse.tex import tex_text

MATHML = "{http://www.w3.org/1998/Math/MathML}"
_RELATIONS = frozenset("=≈≠<>≤≥≡∼~±×→←↔∈∝∪∩≪≫≅≃⇒⇔")
_COMPOUND = re.compile(r"[\s+\-−±×·/=≈]")


def formula_text(element: etree._Element) -> str | None:
    """The readable text of an ``inline-formula``, ``disp-formula``, ``tex-math`` or ``math``.

    MathML wins over TeX where both are given. None where there is only a picture.
    """
    math = element if element.tag == MATHML + "math" else next(element.iter(MATHML + "math"), None)
    if math is not None:
        text = _collapse(_linear(math))
        if text:
            return text
    tex = element if element.tag == "tex-math" else next(element.iter("tex-math"), None)
    if tex is not None:
        text = _collapse(tex_text(string_value(tex)))
        if text:
            return text
    return None


def has_markup_formula(element: etree._Element) -> bool:
    """Whether a formula element holds MathML, TeX or a picture, and not only running text."""
    return any(True for _ in element.iter(MATHML + "math", "tex-math", "inline-graphic", "graphic"))


def _collapse(text: str) -> str:
    return " ".join(text.replace("\u2062", "").replace("\u2061", "").replace("\u2063", "").split())


def _linear(node: etree._Element) -> str:
    """One MathML element in one line."""
    tag = etree.QName(node).localname
    if tag in _TOKENS:
        return _token(tag, node.text or "")
    children = list(node)
    writer = _LAYOUTS.get((tag, len(children)))
    if writer is not None:
        return writer(*children)
    match tag:
        case "mfenced":
            joined = (node.get("separators") or ",")[:1].join(_linear(c) for c in children)
            return f"{node.get('open', '(')}{joined}{node.get('close', ')')}"
        case "mtable" | "mtr" | "mlabeledtr":
            return ("; " if tag == "mtable" else ", ").join(_linear(c) for c in children)
        case "msqrt":
            return f"√({_row(children)})"
        case _:
            return _row([c for c in children if etree.QName(c).localname not in _ANNOTATIONS])


_ANNOTATIONS = frozenset({"annotation", "annotation-xml"})
_TOKENS = frozenset({"mi", "mn", "mo", "mtext", "mspace"})


def _token(tag: str, text: str) -> str:
    if tag == "mtext":
        return re.sub(r"\s+", " ", text)
    if tag == "mspace":
        return " "
    bare = "".join(text.split())
    return f" {bare} " if tag == "mo" and bare and bare in _RELATIONS else bare


def _with_scripts(
    base: etree._Element, low: etree._Element | None, high: etree._Element | None
) -> str:
    text = _linear(base)
    if low is not None:
        text += _script(low, to_subscript, "_")
    return text if high is None else text + _script(high, to_superscript, "^")


_LAYOUTS: dict[tuple[str, int], Callable[..., str]] = {
    # MathML element and number of children → how they are set in one line
    ("mfrac", 2): lambda above, below: f"{_grouped(above)}/{_grouped(below)}",
    ("mroot", 2): lambda base, root: _script(root, to_superscript, "") + f"√({_linear(base)})",
    ("msub", 2): lambda base, low: _with_scripts(base, low, None),
    ("munder", 2): lambda base, low: _with_scripts(base, low, None),
    ("msup", 2): lambda base, high: _with_scripts(base, None, high),
    ("mover", 2): lambda base, high: _accented(_linear(base), _linear(high).strip()),
    ("msubsup", 3): _with_scripts,
    ("munderover", 3): _with_scripts,
}


def _row(children: list[etree._Element]) -> str:
    return "".join(_linear(child) for child in children)


def _grouped(node: etree._Element) -> str:
    text = _linear(node).strip()
    return f"({text})" if _COMPOUND.search(text) else text


def _script(node: etree._Element, to_script: Callable[[str], str | None], sign: str) -> str:
    text = _linear(node).strip()
    if not text:
        return ""
    scripted = to_script(text)
    if scripted is not None:
        return scripted
    return f"{sign}({text})" if _COMPOUND.search(text) else f"{sign}{text}"


# Signs over a letter → combining characters.
_ACCENTS = dict(
    zip("¯‾^ˆ~˜˙→¨", "\u0304\u0304\u0302\u0302\u0303\u0303\u0307\u20d7\u0308", strict=True)
)


def _accented(base: str, accent: str) -> str:
    if accent in _ACCENTS and len(base) == 1:
        return base + _ACCENTS[accent]
    return base if not accent or accent in _ACCENTS else f"{base}^{accent}"
