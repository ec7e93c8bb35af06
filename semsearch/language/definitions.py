"""Definitions of short forms in texts, such as "epithelial–mesenchymal transition (EMT)".

Found as by Schwartz and Hearst 2003, A simple algorithm for identifying abbreviation definitions in
biomedical text: a short form in brackets behind its long form, or the other way round, where the
characters of the short form occur in order in the long one and its first character begins a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from semsearch.language.words import STOP_WORDS

_BRACKET = re.compile(r"\(([^()]{2,120})\)")
_SHORT = re.compile(r"[^\W_](?:[\w./+’'‐‑–-]|\s(?=\S)){1,9}")
_WORD = re.compile(r"\S+")
_LETTER = re.compile(r"[^\W\d_]")
_DASHES = re.compile(r"[-‐‑–—−]")


@dataclass(frozen=True, slots=True)
class Definition:
    """A short form and its long form, as one text has them."""

    short: str
    long: str


def find_definitions(text: str) -> Iterator[Definition]:
    """The definitions in a text."""
    for bracket in _BRACKET.finditer(text):
        inside = re.split(r"[;,]", bracket.group(1))[0].strip()
        before = text[: bracket.start()].rstrip()
        if _is_short(inside):
            long = _long_form(inside, _last_words(before, min(len(inside) + 5, 2 * len(inside))))
            if long is not None:
                yield Definition(inside, long)
                continue
        last = before.rsplit(None, 1)[-1].lstrip("([") if before else ""
        if _is_short(last) and len(inside.split()) > 1 and last.upper() != last.lower():
            long = _long_form(last, inside)
            if long is not None and long == inside:
                yield Definition(last, long)


def _is_short(text: str) -> bool:
    return (
        _SHORT.fullmatch(text) is not None
        and len(text.split()) <= 2
        and _LETTER.search(text) is not None
        and any(c.isupper() or c.isdigit() for c in text)
        and not re.fullmatch(
            r"[A-Z][a-z]+(?:\s\d{4})?|\w+ et al\.?|(?:Figs?|Table|Eq|Ref)\b.*", text
        )
    )


def _last_words(text: str, most: int) -> str:
    found = list(_WORD.finditer(text))
    return text[found[-most].start() :] if len(found) > most else text


def _long_form(short: str, text: str) -> str | None:
    """The end of a text that a short form stands for; None where there is none.

    From right to left each letter or digit of the short form is looked for, the first one at the
    start of a word.
    """
    place = len(text) - 1
    for number in range(len(short) - 1, -1, -1):
        wanted = short[number].casefold()
        if not wanted.isalnum():
            continue
        while place >= 0 and (
            text[place].casefold() != wanted
            or (number == 0 and place > 0 and text[place - 1].isalnum())
        ):
            place -= 1
        if place < 0:
            return None
        place -= 1
    start = max(text.rfind(" ", 0, place + 1), text.rfind("(", 0, place + 1)) + 1
    long = text[start:].strip(" ,;:\"'")
    return long if _is_long(short, long) else None


def _is_long(short: str, long: str) -> bool:
    return (
        len(long) > len(short)
        and len(long.split()) <= min(len(short) + 5, 2 * len(short))
        and short not in long.split()
        and _DASHES.sub("", long).casefold() != _DASHES.sub("", short).casefold()
        and sum(c.isalpha() for c in long) > 0.6 * len(long)
        and not re.search(r"[\[\](){};=]|\d{4}", long)
        and long.split(maxsplit=1)[0].casefold() not in STOP_WORDS
    )
