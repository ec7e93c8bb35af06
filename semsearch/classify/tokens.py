"""A statement as tokens: words in small letters, numbers, names, and citations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from semsearch.records import Marker

CITED: Final = "@"  # one or more markers that stand together
NUMBER: Final = "#"
NAME: Final = "¤"  # authors named in the running text

# Each marker is one character of a private plane while the text is looked at.
_FIRST = 0x100000
_MOST = 0x4000
_MARK = "\U00100000-\U00103fff"
_BRACKET = re.compile(rf"[\[(][^\[\]()]{{0,200}}[{_MARK}][^\[\]()]{{0,200}}[\])]")
_PERSON = r"[A-Z][\w’'‐-]+"
_NAMES = (
    rf"(?:(?:van|von|de|der|den|del|la|le)\s)*{_PERSON}"
    rf"(?:(?:,\s{_PERSON})*,?\s(?:and|&)\s{_PERSON}|,?\set\sal\.?,?|\s(?:and|&)\s(?:colleagues|"
    rf"co-?workers|others|associates)|(?:’s|'s))?"
)
_NAMED = re.compile(rf"{_NAMES}\s?(?=[{_MARK}])|{_PERSON}(?:\s(?:and|&)\s{_PERSON})?\set\sal\.?")
_TOKEN = re.compile(
    rf"[{_MARK}](?:[\s,;&–—−‐-]*(?:and\s)?[{_MARK}])*|¤|\d+(?:[.,·]\d+)*|[^\W\d_]+(?:[-‐’'][^\W_]+)*|[.,;:()!?%=/]"
    rf"|[^\s\w]"
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token.

    ``text``: the word in small letters, ``CITED``, ``NUMBER`` or ``NAME``. ``markers``: indices of
    the markers of a ``CITED`` token, else empty.
    """

    text: str
    markers: tuple[int, ...] = ()


def tokens_of(text: str, markers: Sequence[Marker] = ()) -> list[Token]:
    """The tokens of a text, in its order.

    Markers that stand together are one token, with the bracket around them and with the name of
    their authors before them.

    Args:
        text: a sentence as printed.
        markers: its markers; those that overlap the one before are passed over.
    """
    masked = _masked(text, markers)
    tokens: list[Token] = []
    for match in _TOKEN.finditer(masked):
        word = match[0]
        first = ord(word[0])
        if _FIRST <= first < _FIRST + _MOST:
            found = tuple(ord(c) - _FIRST for c in word if _FIRST <= ord(c) < _FIRST + _MOST)
            if tokens and tokens[-1].text == CITED:
                found = tokens.pop().markers + found
            elif tokens and tokens[-1].text == NAME:
                tokens.pop()
            tokens.append(Token(CITED, found))
        elif word[0].isdigit():
            if not tokens or tokens[-1].text != NUMBER:
                tokens.append(Token(NUMBER))
        else:
            tokens.append(Token(word.lower()))
    return tokens


def _masked(text: str, markers: Sequence[Marker]) -> str:
    pieces: list[str] = []
    position = 0
    for number, marker in enumerate(markers[:_MOST]):
        if marker.start < position or marker.end <= marker.start:
            continue
        pieces += [text[position : marker.start], chr(_FIRST + number)]
        position = marker.end
    pieces.append(text[position:])
    masked = "".join(pieces)
    if markers:
        masked = _BRACKET.sub(_only_marks, masked)
    return _NAMED.sub("¤", masked)


def _only_marks(bracket: re.Match[str]) -> str:
    return "".join(c for c in bracket[0] if _FIRST <= ord(c) < _FIRST + _MOST)
