"""Where the sentences of a scientific text begin and end.

The text is masked first: every character of an in-text reference marker or a formula becomes a
placeholder, so that no stop inside one is seen. Then each stop that could end a sentence is judged
by what stands before it (``Stop``), by what follows (``Start``), and by the brackets around it;
``_ENDS_BEFORE`` says which pairs make a boundary.

The work grows linearly with the text: what ``_STOP`` matches never runs past the next stop, and
every other look back or ahead is limited to a fixed number of characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from semsearch.language.shortenings import ABBREVIATIONS, LABELLED, STARTERS, UNITS, Stop

#: A stop inside brackets that hold at most this many characters ends no sentence, unless the
#: sentence began with the bracket. Longer asides, and brackets never closed, are cut like any text.
ASIDE = 250

_BACK = 40  # characters looked at before a stop

# Placeholders: noncharacters, which Unicode keeps for internal use.
_NUMBERED = "\ufdd0"  # of a marker without letters, such as "3–7" and "2010"
_NAMED = "\ufdd1"  # of a marker with letters, such as "Smith et al., 2010"
_FORMULA = "\ufdd2"


class Start(StrEnum):
    """What follows a stop, by its first word."""

    STARTER = "starter"  # a word of STARTERS
    CAPITAL = "capital"  # another capitalised word: "Mice"
    CODE = "code"  # capitals without small letters: "RNA", "ST29", "J."
    NAME = "name"  # begins sentences in a small letter: "mRNA", "p53", "α-SMA", "van Dijk", formulas
    NUMBER = "number"
    ITEM = "item"  # "(ii)", "(2)", "b)"
    SMALL = "small"  # any other word in small letters
    NOTHING = "nothing"  # punctuation


_CAPITALS = frozenset({Start.STARTER, Start.CAPITAL})
_CODES = _CAPITALS | {Start.CODE}
_NAMES = _CODES | {Start.NAME, Start.ITEM}
_ENDS_BEFORE = {
    Stop.INSIDE: frozenset[Start](),
    Stop.EITHER: frozenset({Start.STARTER}),
    Stop.LABEL: _CAPITALS,
    Stop.FINAL: _CODES,
    Stop.NUMBER: _NAMES,
    Stop.WORD: _NAMES | {Start.NUMBER},
    Stop.CLOSED: _NAMES | {Start.NUMBER, Start.SMALL},
}

# Markers right behind a stop belong to the sentence before it. They are raised or bare numbers, or
# brackets with a marker or nothing but numbers in them.
_RAISED = f"⁰¹²³⁴-⁹{_NUMBERED}"
_JOIN = r"[,;–—−⁻‐-]"
_NUMBERS = rf"[{_RAISED}]++(?:\s?+{_JOIN}\s?+[{_RAISED}]++)*+"
_WITHIN = r"[^\[\]().!?…]"
_BRACKETED = (
    rf"[\[(](?:{_WITHIN}{{0,200}}?[{_NUMBERED}{_NAMED}]{_WITHIN}{{0,300}}+|[\d\s,;–—−‐-]++)[\])]"
)
_STOP = re.compile(
    rf"""
    (?P<stop> [.!?…]++ (?: \s[.…](?!\d) )*+ )       # one, or several as in "..." and ". . ."
    (?P<close> [)\]"'”’»›]*+ )                       # brackets and quotation marks it closes
    (?: (?P<cited> \s?+(?:{_NUMBERS}|{_BRACKETED}(?:{_JOIN}?+\s?+{_BRACKETED})*+) )
      | (?<=[a-z)\]][.]) \d{{1,3}}+ (?: [,–-]\d{{1,3}}+ )*+ (?=\s[A-Z][a-z]) )?+  # "mice.12 The"
    (?: \s++ | (?=[A-Z][a-z]{{0,20}}+[ ,]) )         # a missing space: "mice.[12]The"
    """,
    re.VERBOSE,
)
_BRACKET = re.compile(r"[()\[\]]")
# The stop at the end of a marker or formula is the stop of its sentence.
_OWN_STOP = re.compile(r"(?:\d[a-z]?|[)\]⁰¹²³⁴-⁹])\.\Z")

# The first word behind a stop and the signs before it.
_NEXT = re.compile(
    r"""(?P<open>["“”„‘’'«(\[¿¡*†‡§¶•·■▪–—~∼≈<>≤≥±∆#-]{0,6}+)\s?+(?P<word>[^\s,;:!?()\[\]"”]{0,40}+)"""
)
_OPENING = "\"“„‘'’«{<>=≈~∼–-*"
# A word that starts sentences in a small letter: with a capital, digit, Greek letter or script
# further on (mRNA, p53, c-Myc, β-catenin, eCO₂), Greek itself, or one letter and a dash (p-values).
_NAME = re.compile(r"[a-zµα-ω][\w‐-]*[A-ZΑ-Ω\dα-ω₀-₉⁰¹²³⁴-⁹]|[µα-ω]|[a-z][‐–-]\w")
_LINK = re.compile(r"(?:https?:|ftp:|www\.|\S+@)")
# The label of a panel in a caption and its text, "b Geographic origin".
_PANEL = re.compile(r"[a-z](?:, |\) | )(?=[A-Z])")
_PARTICLE = re.compile(r"(?:van|von|de|den|der|di|du|da|dos|del|della|la|le|ter|ten) (?:[a-z]{2,3} )?[A-Z]")
_ITEM = re.compile(r"[(\[](?:[a-zA-Z]|[ivx]{1,5}|\d{1,2})[)\]]\s|[a-z]\)\s")
_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.[-‐–]?)+[^\W\d_]{1,2}")
# A sentence that would hold only this is the label of what follows.
_LABEL = re.compile(
    r"[(\[]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[)\]]?"
    r"|(?:Supplementary )?(?:Fig(?:ure)?|Table|Box|Scheme|Step|Video|Movie)\.?\s?S?\d{1,3}[A-Za-z]?"
)
_LIST_NUMBER = re.compile(r"[:;]\s[(\[]?\d{1,2}\Z")


def split_sentences(
    text: str,
    *,
    markers: Iterable[tuple[int, int]] = (),
    formulas: Iterable[tuple[int, int]] = (),
) -> list[tuple[int, int]]:
    """Spans of the sentences of one block of text.

    Args:
        text: running text with its white space collapsed.
        markers: half-open spans of in-text reference markers, such as those of "12", "3–7",
            "Smith et al., 2010" and "³⁰"; the brackets around them may be part of them or not.
        formulas: half-open spans of formulas.

    Returns:
        Half-open spans in ascending order that do not overlap, hold no white space at their ends
        and together hold every other character. No sentence begins or ends inside a marker or
        formula. Markers printed behind a stop are in the sentence before it.

    Raises:
        ValueError: a marker or formula that lies outside the text.
    """
    masked = _mask(text, markers, formulas)
    asides = _Asides(masked)
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    spans: list[tuple[int, int]] = []
    for stop in _STOP.finditer(masked, start, end):
        cut = _cut(text, masked, stop, start, asides)
        if cut is not None:
            last, following = cut
            spans.append((start, last))
            start = following
    if start < end:
        spans.append((start, end))
    return spans


def _mask(
    text: str, markers: Iterable[tuple[int, int]], formulas: Iterable[tuple[int, int]]
) -> str:
    """``text`` with placeholders for markers and formulas, character for character."""
    parts: list[str] = []
    done = 0
    spans = [(*span, True) for span in markers] + [(*span, False) for span in formulas]
    for start, end, is_marker in sorted(spans):
        if not 0 <= start <= end <= len(text):
            raise ValueError(
                f"the marker or formula at {start}:{end} lies outside the text of {len(text)} characters"
            )
        held = text[start:end]
        first = max(start + len(held) - len(held.lstrip()), done)
        last = start + len(held.rstrip())
        if _OWN_STOP.search(text, max(first, last - 3), last) or (
            not is_marker and text[last - 1 : last] == "."
        ):
            last -= 1
        if last <= first:
            continue
        sign = _FORMULA
        if is_marker:
            sign = _NAMED if any(map(str.isalpha, text[first : last - 1])) else _NUMBERED
        parts += (text[done:first], sign * (last - first))
        done = last
    parts.append(text[done:])
    return "".join(parts)


def _cut(
    text: str, masked: str, stop: re.Match[str], start: int, asides: _Asides
) -> tuple[int, int] | None:
    """Where the sentence that began at ``start`` ends and the next begins, if the stop parts them."""
    position, following = stop.span()
    last = following
    while masked[last - 1].isspace():
        last -= 1
    aside = asides.around(position)
    if aside is not None and aside[0] > start and aside[1] >= stop.end("close"):
        return None
    before = _judge_before(masked, start, stop)
    if before is Stop.INSIDE:
        return None
    after = _judge_after(text, masked, following)
    if last == following and not (after in _CAPITALS and before in {Stop.WORD, Stop.CLOSED}):
        return None
    if after is Start.SMALL and stop["cited"] and before in {Stop.WORD, Stop.CLOSED}:
        marker = stop.end("close")
        if masked[marker].isspace():  # "was shown. [12] have found"
            return marker, marker + 1
        return None
    return (last, following) if after in _ENDS_BEFORE[before] else None


def _judge_before(masked: str, start: int, stop: re.Match[str]) -> Stop:
    position = stop.start()
    if position == start or (position - start < 30 and _LABEL.fullmatch(masked, start, position)):
        return Stop.INSIDE
    signs = stop["stop"]
    if signs[0] in "!?":
        return Stop.WORD
    if len(signs) > 1 or signs == "…":
        return Stop.FINAL
    if masked[position - 1] in f")]{_NUMBERED}{_NAMED}{_FORMULA}":
        return Stop.CLOSED
    words = masked[max(start, position - _BACK) : position].split(" ")
    word = words[-1].lstrip(_OPENING)
    for sign in "([—/":
        word = word.rpartition(sign)[2] if sign != "/" else word
    if len(word) == 1 and word.isupper():
        previous = words[-2] if len(words) > 1 else ""
        is_unit = word in UNITS and previous[-1:] and previous[-1] in "0123456789°⁰º"
        is_label = is_unit or previous.lstrip("([").lower() in LABELLED
        return Stop.NUMBER if is_label else Stop.EITHER
    known = ABBREVIATIONS.get(word)
    if known is None and word[:1].isupper() and word[1:].islower():
        known = ABBREVIATIONS.get(word.lower())
    if known is not None:
        return known
    if len(word) == 1 and word.isalpha():
        return Stop.FINAL
    if _INITIALS.fullmatch(word):
        return Stop.FINAL if word.islower() else Stop.EITHER
    if word.isdigit() or word[-1:].isdigit() and word.replace(".", "").isdigit():
        if _LIST_NUMBER.search(masked, max(start, position - 6), position):
            return Stop.INSIDE
        return Stop.NUMBER if len(word) < 4 else Stop.WORD
    return Stop.WORD


def _judge_after(text: str, masked: str, following: int) -> Start:
    found = _NEXT.match(masked, following)
    if found is None or not found["word"]:
        return Start.NOTHING
    at, word = found.start("word"), found["word"]
    first = text[at]
    if masked[at] == _FORMULA:
        return Start.NAME
    if _ITEM.match(masked, following):
        return Start.ITEM
    if masked[at] == _NAMED and first.isalpha():
        return Start.CAPITAL if first.isupper() else Start.NAME
    if first.isdigit() or masked[at] == _NUMBERED:
        return Start.NUMBER
    if not first.isalpha():
        return Start.NOTHING
    if not first.islower():
        if word in STARTERS and (word != "A" or masked[at + 2 : at + 3].islower()):
            return Start.STARTER
        return Start.CAPITAL if any(map(str.islower, word)) else Start.CODE
    if _LINK.match(word):
        return Start.SMALL
    if _NAME.match(word) or _PANEL.match(masked, at) or _PARTICLE.match(masked, at):
        return Start.NAME
    return Start.NOTHING if "(" in found["open"] or "[" in found["open"] else Start.SMALL


class _Asides:
    """The pairs of brackets that hold at most ``ASIDE`` characters."""

    def __init__(self, masked: str) -> None:
        self._pairs = sorted(_pairs(masked))
        self._next = 0
        self._last = (-1, -1)

    def around(self, position: int) -> tuple[int, int] | None:
        """The outermost pair around a position; positions must be asked in ascending order."""
        while self._next < len(self._pairs) and self._pairs[self._next][0] < position:
            self._last = max(self._last, self._pairs[self._next], key=lambda pair: pair[1])
            self._next += 1
        return self._last if position < self._last[1] else None


def _pairs(masked: str) -> Iterator[tuple[int, int]]:
    opened: list[tuple[str, int]] = []
    for bracket in _BRACKET.finditer(masked):
        if bracket[0] in "([":
            opened.append((")" if bracket[0] == "(" else "]", bracket.start()))
        elif opened and opened[-1][0] == bracket[0]:
            start = opened.pop()[1]
            if bracket.start() - start <= ASIDE:
                yield start, bracket.start()
