"""Superscripts and subscripts as Unicode characters, and the normal form texts are compared in."""

from __future__ import annotations

import unicodedata

_SUPERSCRIPTS = str.maketrans(
    "0123456789+−=()abcdefghijklmnoprstuvwxyz",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
)
_SUBSCRIPTS = str.maketrans("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_MINUS = str.maketrans("-–", "−−")  # a hyphen in a script is a minus sign: 10<sup>-6</sup>


def to_superscript(text: str) -> str | None:
    """``text`` in superscript characters, one for one, or None where a character has none."""
    return _translate(text, _SUPERSCRIPTS)


def to_subscript(text: str) -> str | None:
    """``text`` in subscript characters, one for one, or None where a character has none."""
    return _translate(text, _SUBSCRIPTS)


def raise_digits(text: str) -> str:
    """``text`` with its digits in superscript and every other character as it is."""
    return "".join(c.translate(_SUPERSCRIPTS) if c.isascii() and c.isdigit() else c for c in text)


def normal_form(text: str) -> str:
    """NFKC with white space collapsed: the form in which texts are encoded, matched and compared.

    It makes ``H₂O₂`` and ``H2O2`` one, and changes nothing when applied again.
    """
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _translate(text: str, table: dict[int, int]) -> str | None:
    plain = text.translate(_MINUS)
    if not all(ord(c) in table or c.isspace() for c in plain):
        return None
    return plain.translate(table)
