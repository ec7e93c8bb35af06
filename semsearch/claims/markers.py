"""Markers of running text: numbers in brackets, authors with years, DOIs.

What stands in the text is found here; whether a bibliography has it is for ``bibliography``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from semsearch.claims.draft import Block, Naming, Pointer
from semsearch.language.identifiers import normalize_doi
from semsearch.language.words import STOP_WORDS

#: Most works of one range of numbers; longer ones are no citation.
MOST_OF_RANGE: Final = 60
_DASH: Final = "-‐‑‒–—−"
_NUMBER: Final = rf"\d{{1,3}}(?:\s?[{_DASH}]\s?\d{{1,3}})?"
_NUMBERS: Final = rf"{_NUMBER}(?:\s?[,;]\s?{_NUMBER})*"
_SQUARE: Final = re.compile(
    rf"\[\s?\d{{1,3}}\s?\]\s?[{_DASH}]\s?\[\s?\d{{1,3}}\s?\]|\[\s?{_NUMBERS}\s?\]"
)
_ROUND: Final = re.compile(rf"\(\s?{_NUMBERS}\s?\)")
#: Raised digits behind a word or a stop; those of units and ions stand behind one letter or two.
_RAISED: Final = re.compile(
    r"(?:(?<=[^\W\d_]{3})|(?<=[).,;”\"’'%]))[⁰¹²³⁴-⁹]+(?:[,⁻–][⁰¹²³⁴-⁹]+)*(?![⁺⁻])"
)
_PLAIN: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_EACH: Final = re.compile(rf"(\d{{1,3}})\]?(?:\s?[{_DASH}]\s?\[?(\d{{1,3}}))?")
_DOI: Final = re.compile(
    r"[(\[]?(?:\bdoi:\s?|https?://(?:dx\.)?doi\.org/)?\b10\.\d{4,9}/[^\s;,\]]+[)\]]?", re.IGNORECASE
)
_YEAR: Final = r"(?:1[6-9]|20)\d\d"
_PARTICLE: Final = r"(?:(?:van|von|de|den|der|del|della|di|da|dos|du|la|le|el|al|bin|ter|ten)\s)"
_WORD: Final = r"[A-ZÀ-ÖØ-Þ][\w’'‐-]{1,40}"
_FAMILY: Final = rf"{_PARTICLE}{{0,3}}{_WORD}(?:\s{_WORD}){{0,2}}"
_OTHERS: Final = r"(?:,?\s(?:et\sal\.?|and\s(?:others|colleagues|co-?workers)))"
_AUTHORS: Final = rf"{_FAMILY}(?:(?:,\s{_FAMILY}){{0,4}},?\s(?:and|&)\s{_FAMILY}|{_OTHERS})?"
_YEARS: Final = rf"{_YEAR}[a-z]?(?:\s?[,/&]\s?(?:{_YEAR})?[a-z]?(?![\w.]))*"
#: "Rao and Lee (2010)", also with a second year; "Rao et al.'s (2010)".
_NARRATIVE: Final = re.compile(
    rf"(?<![\w’'‐-])({_AUTHORS})(?:[’']s)?\s?[(\[]({_YEARS})(?:,\sp[^()\[\]]{{0,20}})?[)\]]"
)
_BRACKET: Final = re.compile(
    r"[(\[]([^()\[\]]{0,600}\b(?:1[6-9]|20)\d\d[a-z]?\b[^()\[\]]{0,600})[)\]]"
)
_PART: Final = re.compile(rf"(?:^|\s)({_AUTHORS}),?\s({_YEARS})(?=\s*$|\s*[,:]|\s)")
_ONE_YEAR: Final = re.compile(rf"({_YEAR})?([a-z])?(?=\s*[,/&]|\s*$)")
# Capitalised words before a year that name no author.
_NO_NAMES: Final = frozenset(
    "January February March April May June July August September October November December Spring"
    " Summer Autumn Winter In Since From Until By Before After During The This Table Figure Fig"
    " Section Chapter Version See Equation Step Season Year Windows Copyright Accessed".split()
)


def find_dois(text: str) -> list[Pointer]:
    """The DOIs of a text, with the brackets around each."""
    found = []
    for one in _DOI.finditer(text):
        start, end, shown = one.start(), one.end(), one.group()
        doi = normalize_doi(shown.lstrip("(["))
        if doi is None:
            continue
        inner = shown.casefold().find(doi) + len(doi)
        closed = shown[0] in "([" and shown[inner : inner + 1] in (")", "]")
        begin = start if closed or shown[0] not in "([" else start + 1
        last = start + inner + closed if inner >= len(doi) else end
        found.append(Pointer(Naming.IDENTIFIER, doi, begin, last))
    return found


def find_numbers(text: str, *, round_brackets: bool = False) -> list[Pointer]:
    """The numbers of a text that look like markers; a range gives each of its numbers.

    Args:
        text: of a paragraph.
        round_brackets: numbers in round brackets are markers, and not those in square ones.
    """
    pattern = _ROUND if round_brackets else _SQUARE
    found = [p for group in pattern.finditer(text) for p in _numbers(group, group.group())]
    if not round_brackets:
        for group in _RAISED.finditer(text):
            found += _numbers(group, group.group().translate(_PLAIN))
    return sorted(found, key=lambda one: (one.start, int(one.name)))


def _numbers(group: re.Match[str], shown: str) -> list[Pointer]:
    numbers: list[int] = []
    for one in _EACH.finditer(shown):
        first, last = int(one[1]), int(one[2] or one[1])
        if not 0 < first <= last < first + MOST_OF_RANGE:
            return []  # an interval such as [0, 1] or [90-10]
        numbers += range(first, last + 1)
    return [
        Pointer(Naming.NUMBER, str(number), group.start(), group.end())
        for number in dict.fromkeys(numbers)
    ]


def find_names(text: str) -> list[Pointer]:
    """The authors with years of a text, in brackets or as a part of the sentence."""
    found: list[Pointer] = []
    for one in _NARRATIVE.finditer(text):
        found += _dated(one[1], one[2], one.start(), one.end(), bracketed=False)
    taken = [(one.start, one.end) for one in found]
    for bracket in _BRACKET.finditer(text):
        if any(start <= bracket.start() < end for start, end in taken):
            continue
        for part in bracket[1].split(";"):
            for one in _PART.finditer(part.strip()):
                found += _dated(one[1], one[2], *bracket.span(), bracketed=True)
    return sorted(found, key=lambda one: one.start)


def _dated(authors: str, years: str, start: int, end: int, *, bracketed: bool) -> Iterator[Pointer]:
    words = authors.split()
    while words and (words[0] in _NO_NAMES or words[0].casefold() in STOP_WORDS):
        words = words[1:]
    if not words or words[0].rstrip(",") in _NO_NAMES:
        return
    name, last = " ".join(words), None
    for one in _ONE_YEAR.finditer(years):
        last = one[1] or last
        if last is not None and one[0]:
            yield Pointer(Naming.NAME, name, start, end, bracketed, last, one[2])


def mark(blocks: Sequence[Block], most: int) -> tuple[list[Block], tuple[str, ...]]:
    """Blocks with the pointers of a draft that marks none: it cites by number, or by name.

    Args:
        blocks: without pointers.
        most: entries of the reference lists; numbers in round brackets count up to there.

    Returns:
        The blocks, and notes on what looked like a citation of the other kind.
    """
    square = [find_numbers(block.text) for block in blocks]
    names = [find_names(block.text) for block in blocks]
    counts = [sum(map(len, square)), sum(map(len, names))]
    if not any(counts) and most:
        square = [
            [p for p in find_numbers(block.text, round_brackets=True) if int(p.name) <= most]
            for block in blocks
        ]
        if sum(map(len, square)) < 3:
            square = [[] for _ in blocks]
        counts[0] = sum(map(len, square))
    by_number = counts[0] >= counts[1]
    chosen, other = (square, names) if by_number else (names, square)
    notes: tuple[str, ...] = ()
    if passed := sum(map(len, other)):
        what = "names with years" if by_number else "numbers in brackets"
        notes = (
            f"{passed:,} {what} are not taken for citations, because the draft cites by"
            f" {'number' if by_number else 'name and year'}",
        )
    return [
        replace(block, pointers=_merged(find_dois(block.text), own))
        for block, own in zip(blocks, chosen, strict=True)
    ], notes


def with_dois(block: Block) -> Block:
    """A block whose pointers are marked, with those of its DOIs."""
    return replace(block, pointers=_merged(list(block.pointers), find_dois(block.text)))


def _merged(first: Sequence[Pointer], second: Sequence[Pointer]) -> tuple[Pointer, ...]:
    """Two lists of pointers, without those of the second that stand in one of the first."""
    free = [
        one
        for one in second
        if not any(held.start < one.end and one.start < held.end for held in first)
    ]
    return tuple(sorted([*first, *free], key=lambda one: (one.start, one.end)))
