"""Text as TeX: what TeX would take for markup is written so that it prints itself.

Accented Latin letters, Greek letters and common signs are written in TeX, so that every BibTeX can
print them, but only where the TeX is read back as the same character; all else stays UTF-8.
"""

from __future__ import annotations

import re
from functools import cache

_SIGNS = {
    "\\": r"{\textbackslash}",
    "{": r"{\ensuremath{\lbrace}}",  # an escaped brace would still be counted by BibTeX
    "}": r"{\ensuremath{\rbrace}}",
    "$": r"{\$}",
    "&": r"{\&}",
    "#": r"{\#}",
    "%": r"{\%}",
    "_": r"{\_}",
    "^": r"{\textasciicircum}",
    "~": r"{\textasciitilde}",
    "<": r"{\ensuremath{<}}",
    ">": r"{\ensuremath{>}}",
}
# Letters of Europe, punctuation, arrows and signs of mathematics; TeX of others wants fonts that
# few have.
_IN_TEX = re.compile("[\u00a1-\u03ff\u2010-\u2044\u2190-\u22ff]")
_SPECIAL = re.compile(r"[\\{}$&#%_^~<>]|" + _IN_TEX.pattern)
# Two of these one after another would become a dash, a quotation mark or a Spanish sign.
_LIGATURE = re.compile(r"(?<=[-`',?!])(?=[-`',])")
_SPACES = re.compile(" +")


def one_line(text: str) -> str:
    """Text without spaces at its ends and with single ones inside."""
    return _SPACES.sub(" ", text).strip(" ")


def tex(text: str) -> str:
    """Text that TeX prints as it stands, with balanced braces, in one line."""
    return _LIGATURE.sub("{}", _SPECIAL.sub(lambda found: _written(found[0]), one_line(text)))


@cache
def _written(character: str) -> str:
    if character in _SIGNS:
        return _SIGNS[character]
    from pylatexenc.latex2text import LatexNodes2Text
    from pylatexenc.latexencode import UnicodeToLatexEncoder

    encoder = UnicodeToLatexEncoder(
        unknown_char_policy="keep",
        unknown_char_warning=False,
        replacement_latex_protection="braces-all",
    )
    written: str = encoder.unicode_to_latex(character)
    read: str = LatexNodes2Text().latex_to_text(written)
    own = read == character and written not in _SIGNS.values()
    return written if own else character
