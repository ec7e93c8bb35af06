"""Tokens for searching by word, made for the names of this field.

A text is cut into compounds (``TGF-β1-induced``) and these into parts. The rules, in this order:

1. NFKC and no case; Greek letters are their names, so ``TGF-β`` and ``TGF-beta`` are one.
2. A short name and what numbers it are one token, however they are joined: ``IL-6`` and ``IL6``
   are ``il6``; ``TGF-β1`` and ``TGFβ1`` are ``tgfbeta1``. Joined by a space they are that token and
   the name by itself: ``IL 6`` is ``il il6``.
3. A plural of capitals loses its s: ``miRNAs``, ``STATs``.
4. Plain words are stemmed (Snowball English); names with capitals inside or at the end, with
   digits, or in capitals throughout are not, so that no two gene names become one.

``query_tokens`` leaves stop words out; they are in the index, for phrases.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from semsearch.language.words import STOP_WORDS, fold

_GREEK = {
    ord(letter): name
    for letters, name in (
        ("αΑ", "alpha"), ("βΒϐ", "beta"), ("γΓ", "gamma"), ("δΔ", "delta"), ("εΕϵ", "epsilon"),
        ("ζΖ", "zeta"), ("ηΗ", "eta"), ("θΘϑ", "theta"), ("ιΙ", "iota"), ("κΚϰ", "kappa"),
        ("λΛ", "lambda"), ("μΜµ", "mu"), ("νΝ", "nu"), ("ξΞ", "xi"), ("πΠ", "pi"), ("ρΡϱ", "rho"),
        ("σΣς", "sigma"), ("τΤ", "tau"), ("υΥ", "upsilon"), ("φΦϕ", "phi"), ("χΧ", "chi"),
        ("ψΨ", "psi"), ("ωΩ", "omega"),
    )
    for letter in letters
}  # fmt: skip
_NAMES = frozenset(_GREEK.values())
# Compounds: parts joined by hyphens, slashes and the like; a name and its number by a space.
_COMPOUND = re.compile(r"\w+(?:[-‐‑–−/′'’+.:]+\w+)*")
_PLURAL = re.compile(r"([A-Za-z0-9]+[A-Z][0-9]*)s")
_SHORT = 5  # letters of a name that a number may follow
_DIGITS = 3  # of such a number: "in 2019" is a year


def lexical_tokens(text: str) -> list[str]:
    """The tokens of a text, in order, stop words among them."""
    found: list[str] = []
    name: str | None = None  # a short name in capitals that the next compound may number
    compounds = _COMPOUND.findall(unicodedata.normalize("NFKC", text))
    for tokens, opened, numbers, goes_on in map(_compound, compounds):
        if name is not None and numbers is not None:
            name += numbers
            found.append(name)
            if not goes_on:
                name = None
        else:
            found += tokens
            name = opened
    return found


def query_tokens(text: str) -> list[str]:
    """The tokens of a question without stop words, each once, in order; all where none is left."""
    found = list(dict.fromkeys(lexical_tokens(text)))
    return [token for token in found if token not in _STOPPED] or found


@lru_cache(maxsize=262_144)
def _compound(compound: str) -> tuple[tuple[str, ...], str | None, str | None, bool]:
    """What a compound does: its tokens, and how it meets those beside it.

    Then the short name that it is, which the next may number; what it adds to a name before it,
    "6" to "il" and "beta" to "tgf"; and whether the name may be numbered further.
    """
    tokens = _tokens(compound)
    is_name = compound.isalpha() and compound.isupper() and 2 <= len(compound) <= _SHORT
    greek = compound.translate(_GREEK).casefold()
    numbers = None
    if compound.isdecimal() and len(compound) <= _DIGITS:
        numbers = compound
    elif greek.rstrip("0123456789") in _NAMES:
        numbers = greek
    opened = tokens[0] if is_name and len(tokens) == 1 else None
    return tokens, opened, numbers, greek in _NAMES


@lru_cache(maxsize=262_144)
def _tokens(compound: str) -> tuple[str, ...]:
    """The tokens of one compound."""
    found: list[str] = []
    open_name = False  # the last token may still be numbered
    for piece in re.split(r"[^\w]+|_+", compound):
        if not piece:
            continue
        plural = _PLURAL.fullmatch(piece)
        shown = (plural.group(1) if plural else piece).translate(_GREEK)
        folded = shown.casefold()
        greek = folded.rstrip("0123456789") in _NAMES
        numbers = folded[0].isdigit() or piece.casefold() != folded or greek
        if open_name and numbers:
            found[-1] += folded
            continue
        plain = shown.isalpha() and (shown.islower() or shown.istitle()) and shown.isascii()
        found.append(fold(folded) if plain and not plural else folded)
        open_name = len(shown) <= _SHORT and shown[0].isalpha() and not folded[-1].isdigit()
    return tuple(found)


_STOPPED = frozenset(STOP_WORDS | {token for word in STOP_WORDS for token in _tokens(word)})
#: Tokens that may differ between two texts that say the same; words that turn a sentence round or
#: limit it are not among them.
SILENT_TOKENS = _STOPPED - frozenset(
    token
    for word in "against but cannot few less may might more most no nor not only than too without"
    " could would should can will under over before after up down off out".split()
    for token in _tokens(word)
)
