"""A statement as tokens: words in small letters, numbers, names, and citations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

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
_ET_AL = re.compile(r"et\sal")  # names without a marker have it
# No two of these begin with the same sign; words come first because most tokens are words.
_TOKEN = re.compile(
    rf"[^\W\d_]++(?:[-‐’'][^\W_]++)*+|[.,;:()!?%=/]|\d++(?:[.,·]\d++)*+"
    rf"|[{_MARK}](?:[\s,;&–—−‐-]*(?:and\s)?[{_MARK}])*|[^\s\w]"
)


class Token(NamedTuple):
    """One token, or a cue, which may be several words.

    ``text``: the word in small letters, ``CITED``, ``NUMBER`` or ``NAME``; the words of a cue.
    ``markers``: indices of the markers of a ``CITED`` token, and of those in a cue, else empty.
    ``cue``: the class of a cue.
    """

    text: str
    markers: tuple[int, ...] = ()
    cue: str | None = None


def tokens_of(text: str, markers: Sequence[Marker] = ()) -> list[Token]:
    """The tokens of a text, in its order.

    Markers that stand together are one token, with the bracket around them and with the name of
    their authors before them.

    Args:
        text: a sentence as printed.
        markers: its markers; those that overlap the one before are passed over.
    """
    words = _TOKEN.findall(_masked(text, markers))
    tokens: list[Token] = []
    for word, token in zip(words, map(_plain, words), strict=True):
        if token is None:
            found = tuple(ord(c) - _FIRST for c in word if _FIRST <= ord(c) < _FIRST + _MOST)
            if tokens and tokens[-1].text == CITED:
                found = tokens.pop().markers + found
            elif tokens and tokens[-1].text == NAME:
                tokens.pop()
            tokens.append(Token(CITED, found))
        elif token is not _A_NUMBER or not tokens or tokens[-1].text != NUMBER:
            tokens.append(token)
    return tokens


_A_NUMBER: Final = Token(NUMBER)


@lru_cache(maxsize=2**16)
def _plain(word: str) -> Token | None:
    """The token of a word, sign or number; None for markers."""
    if _FIRST <= ord(word[0]) < _FIRST + _MOST:
        return None
    return _A_NUMBER if word[0].isdigit() else Token(word.lower())


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
    return _NAMED.sub("¤", masked) if markers or _ET_AL.search(masked) else masked


def _only_marks(bracket: re.Match[str]) -> str:
    return "".join(c for c in bracket[0] if _FIRST <= ord(c) < _FIRST + _MOST)
