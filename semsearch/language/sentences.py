"""Where the sentences of a scientific text begin and end.

The text is masked first: every character of an in-text reference marker or a formula becomes a
placeholder, so that no stop inside one is seen. Then each stop that could end a sentence is judged
by what stands before it (``Stop``), by what follows (``Start``) and by the brackets around it;
``_ENDS_BEFORE`` says which pairs make a boundary.

The work grows linearly with the text: what ``_STOP`` matches never runs past the next stop, and
every other look back or ahead is limited to a fixed number of characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from semsearch.language.shortenings import (
    ABBREVIATIONS,
    CONTINUERS,
    LABELLED,
    STARTERS,
    UNITS,
    Stop,
)

#: A stop inside brackets that hold at most this many characters ends no sentence, unless the
#: sentence began with the bracket. Longer asides, and brackets never closed, are cut like any text.
ASIDE = 250

# Placeholders: noncharacters, which Unicode keeps for internal use.
_NUMBERED = "\ufdd0"  # of a marker without letters, such as "3–7" and "2010"
_NAMED = "\ufdd1"  # of a marker with letters, such as "Smith et al., 2010"
_FORMULA = "\ufdd2"


class Start(StrEnum):
    """What follows a stop, by its first word."""

    STARTER = "starter"  # a word of STARTERS
    CAPITAL = "capital"  # another capitalised word: "Mice"
    CODE = "code"  # capitals without small letters: "RNA", "ST29", "J."
    NAME = "name"  # begins sentences in a small letter: "mRNA", "α-SMA", "van Dijk"; formulas
    NUMBER = "number"
    ITEM = "item"  # "(ii)", "(2)", "b)"
    SMALL = "small"  # any other word in small letters
    CONTINUER = "continuer"  # a word of CONTINUERS
    NOTHING = "nothing"  # punctuation, or an aside that goes on with the sentence before it


_SMALL = frozenset({Start.SMALL, Start.CONTINUER})
_CAPITALS = frozenset({Start.STARTER, Start.CAPITAL})
_CODES = _CAPITALS | {Start.CODE}
_NAMES = _CODES | {Start.NAME, Start.ITEM}
_ENDS_BEFORE: dict[Stop, frozenset[Start]] = {
    Stop.INSIDE: frozenset(),
    Stop.EITHER: frozenset({Start.STARTER}),
    Stop.LABEL: _CAPITALS,
    Stop.FINAL: _CODES,
    Stop.NUMBER: _NAMES,
    Stop.WORD: _NAMES | {Start.NUMBER},
    Stop.CLOSED: _NAMES | {Start.NUMBER, Start.SMALL},
}

_SCRIPTS = "⁰¹²³⁴-⁹"
# Markers right behind a stop belong to the sentence before it. They are raised or bare numbers, or
# brackets with a marker in them, or square brackets with nothing but numbers. A bare number that is
# not known to be a marker is taken for one only in "of mice.12 The".
_NUMBERS = rf"[{_SCRIPTS}{_NUMBERED}]++(?:\s?+(?:[,;–—−⁻‐-]\s?+)?+[{_SCRIPTS}{_NUMBERED}]++)*+"
_WITHIN = r"[^\[\]().!?…。]"
_BRACKETED = (
    rf"(?:[\[(](?>{_WITHIN}{{0,200}}?[{_NUMBERED}{_NAMED}]){_WITHIN}{{0,300}}+[\])]"
    r"|\[[\d\s,;–—−‐-]++\])"
)
_STOP = re.compile(
    rf"""
    (?<![.!?…。]) (?<![.…]\s)                       # a run of stops is tried once, from its start
    (?P<stop> [.!?…。]++ (?: \s[.…]++(?!\d) )*+ )   # one, or several as in "..." and ". . ."
    (?P<close> [)\]"'”’»›]*+ )                       # brackets and quotation marks it closes
    (?: (?P<cited> \s?+(?: {_NUMBERS} | {_BRACKETED}(?:[,;–—-]?+\s?+{_BRACKETED})*+ ) )
      | (?P<bare> (?<=[a-z)\]][.]) \d{{1,3}}+ (?:[,–-]\d{{1,3}}+)*+ (?=\s[A-Z]) ) )?+
    (?: (?P<gap> \s++ )
      | (?<![!?…]) (?=[A-Z][a-z]{{0,20}}+[ ,]) )     # a missing space: "mice.[12]The"
    """,
    re.VERBOSE,
)
# The full stop at the end of a marker or a formula is that of its sentence.
_OWN_STOP = re.compile(rf"(?:\d[a-z]?|[)\]{_SCRIPTS}])\.\Z")
_FORMULA_STOP = re.compile(r"\.\Z")

_LABEL = re.compile(  # alone before its stop, it is the label of the sentence that follows
    r"[(\[]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[)\]]?"
    r"|(?:Supplementary )?(?:Fig|Figure|Table|Box|Scheme|Step|Video|Movie)\.?\s?S?\d{1,3}[A-Za-z]?"
)
_LIST_NUMBER = re.compile(r"(?::\s[(\[]?1|;\s[(\[]?\d{1,2})\Z")
_LEADING = re.compile(r"""^(?:.*[(\[—])?["“„‘'’«{<>=≈~∼–*-]*+""")
_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.[-‐–]?)+[^\W\d_]{1,2}")
_SUPPLEMENT = re.compile(r"[(\[]?S\d{1,3}")  # "shown in S1 Fig. The"
_LINKED = re.compile(r"[./@:]\S*\Z")  # a file, an address or a code stands before the stop
_PLAIN_NUMBER = re.compile(r"\d{1,3}")

# The first word behind a stop and the signs before it, among them raised letters of footnotes.
_NEXT = re.compile(
    r"""(?P<open>(?:\([+±−-]\)-)?["“”„‘’'«{(\[¿¡*†‡§¶•·■▪–—~∼≈<>≤≥±∆#ᵃ-ᵛˣʰʳˢʷˡʸᶻ-]{0,6}+)\s?+"""
    r"""(?P<word>[^\s,;:!?()\[\]"”]{0,40}+)"""
)
# A word that starts sentences in a small letter: with a capital, digit, Greek letter or script
# further on (mRNA, p53, c-Myc, eCO₂), Greek itself, or one letter and a dash (p-values).
_NAME = re.compile(rf"[a-zµα-ω][\w‐-]*[A-ZΑ-Ω\dα-ω₀-₉{_SCRIPTS}]|[µα-ω]|[a-z][‐–-]\w")
_LINK = re.compile(r"https?:|ftp:|www\.|\S+@")
_PANEL = re.compile(r"[a-z](?:, |\) | )(?=[A-Z])")  # of a caption: "b Geographic origin"
_PARTICLE = re.compile(
    r"(?:van|von|de|den|der|di|du|da|dos|del|della|la|le|ter|ten)"
    r" (?:[a-z]{2,3} )?[A-Z]"
)
_ITEM = re.compile(  # of a list or a figure: "(ii)", "b)", "(A–C)", "(G, H)"
    r"[(\[](?:[A-Za-z]|[ivx]{1,5}|\d{1,2})[+′']?(?:\s?(?:[,–-]|and)\s?[A-Za-z]){0,4}[)\]]\s"
    r"|\([A-Z]\)\.\s|(?:[a-z]|[ivx]{1,5}|\d{1,2})\)\s"
)
_BRACKET = re.compile(r"[()\[\]]")


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
    brackets = _Brackets(masked)
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    spans: list[tuple[int, int]] = []
    for stop in _STOP.finditer(masked, start, end):
        cut = _cut(text, masked, stop, start, brackets)
        if cut is not None:
            spans.append((start, cut[0]))
            start = cut[1]
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
                f"the marker or formula at {start}:{end} lies outside the text, which has"
                f" {len(text)} characters"
            )
        held = text[start:end]
        first = max(start + len(held) - len(held.lstrip()), done)
        last = start + len(held.rstrip())
        if (_OWN_STOP if is_marker else _FORMULA_STOP).search(text, max(first, last - 3), last):
            last -= 1
        if first < last:
            sign = _FORMULA
            if is_marker:
                sign = _NAMED if any(map(str.isalpha, text[first : last - 1])) else _NUMBERED
            parts += (text[done:first], sign * (last - first))
            done = last
    parts.append(text[done:])
    return "".join(parts)


def _cut(
    text: str, masked: str, stop: re.Match[str], start: int, brackets: _Brackets
) -> tuple[int, int] | None:
    """End of the sentence from ``start`` and start of the next, if the stop parts two sentences."""
    position, following = stop.span()
    aside = brackets.around(position)
    if aside is not None and aside[0] > start and aside[1] >= stop.end("close"):
        return None
    before = _judge_before(masked, start, stop)
    if before is Stop.INSIDE:
        return None
    after = _judge_after(text, masked, following, brackets)
    last = following if stop["gap"] is None else stop.start("gap")
    ordinary = before is Stop.WORD or before is Stop.CLOSED
    if stop["cited"] and (after in _SMALL or last == following):
        behind = stop.end("close")
        if ordinary and not stop["close"] and masked[behind].isspace():
            return behind, behind + 1  # the marker begins a sentence: "was shown. [12] have found"
        if after in _SMALL:
            return None
    if stop["bare"] or last == following:
        is_plain = ordinary and not _LINKED.search(masked, max(start, position - 20), position)
        if not is_plain or after not in _CAPITALS:
            return None
    return (last, following) if after in _ENDS_BEFORE[before] else None


def _judge_before(masked: str, start: int, stop: re.Match[str]) -> Stop:
    """What the stop means by what stands before it in its sentence."""
    position, signs = stop.start(), stop["stop"]
    if position == start or (position - start < 30 and _LABEL.fullmatch(masked, start, position)):
        return Stop.INSIDE
    if signs != ".":
        return Stop.WORD if signs[0] in "!?。" else Stop.LABEL
    words = masked[max(start, position - 40) : position].split() or [""]
    held = words[-1]
    if held[-1:] in (")", "]", _NUMBERED, _NAMED, _FORMULA):
        return Stop.EITHER if held.strip(_NUMBERED) == "al" else Stop.CLOSED  # "Li et al¹². found"
    word = _LEADING.sub("", held)
    if held == f"({word}" and stop["close"][:1] == ")":
        return Stop.EITHER  # the describer of a species: "(Thunb.) Ohwi"
    if _LIST_NUMBER.search(masked, max(start, position - 6), position):
        return Stop.INSIDE
    return _judge_word(word, words[-2] if len(words) > 1 else "")


def _judge_word(word: str, previous: str) -> Stop:
    """What a single full stop behind ``word`` means; ``previous`` is the word before it."""
    counted = previous[-1:].isdigit()
    if len(word) == 1 and word.isupper():
        is_unit = word in UNITS and previous[-1:] in tuple("0123456789°⁰º")
        is_label = previous.lstrip("([").lower() in LABELLED
        return Stop.NUMBER if is_unit or is_label else Stop.EITHER
    if word in {"Fig", "Figs"} and _SUPPLEMENT.fullmatch(previous):
        return Stop.FINAL
    known = _abbreviation(word)
    if known is not None and not (known is Stop.FINAL and counted):
        return known
    if _INITIALS.fullmatch(word):
        return Stop.LABEL if word.islower() else Stop.EITHER
    is_letter = len(word) == 1 and word.isascii() and word.isalpha()
    if is_letter and not counted:
        return Stop.FINAL
    is_measure = is_letter or known is Stop.FINAL  # "for 30 min. cDNA was"
    return Stop.NUMBER if is_measure or _PLAIN_NUMBER.fullmatch(word) else Stop.WORD


def _abbreviation(word: str) -> Stop | None:
    """The entry of an abbreviation as it stands, uncapitalised, or as the end of a compound."""
    found = ABBREVIATIONS.get(word)
    if found is None and word[1:].islower():
        found = ABBREVIATIONS.get(word.lower())
    if found is None:
        last = word.replace("–", "-").rpartition("-")[2]  # "HS-Eq. 17", "oaks–ca. 4500 BP"
        found = ABBREVIATIONS.get(last.lower()) if 1 < len(last) < len(word) else None
    return found


def _judge_after(text: str, masked: str, following: int, brackets: _Brackets) -> Start:
    """What begins at ``following``; a named marker is judged by its text."""
    if _ITEM.match(masked, following):
        return Start.ITEM
    found = _NEXT.match(masked, following)
    if found is None or not found["word"] or brackets.is_appendage(following):
        return Start.NOTHING
    at, sign = found.start("word"), found["word"][0]
    first = text[at]
    if sign in (_FORMULA, _NUMBERED) or first.isdigit():
        return Start.NAME if sign == _FORMULA else Start.NUMBER
    if not first.isalpha():
        return Start.NOTHING
    word = text[at : found.end("word")]
    if first.islower():
        start = _judge_small(text, at, word)
        return Start.NOTHING if start is Start.SMALL and masked[following] in "([" else start
    return _judge_capital(text, at, word)


def _judge_capital(text: str, at: int, word: str) -> Start:
    if word in STARTERS and not (word == "A" and text[at + 3 : at + 4] == "."):  # "A J. Smith"
        return Start.STARTER
    return Start.CAPITAL if any(map(str.islower, word)) else Start.CODE


def _judge_small(text: str, at: int, word: str) -> Start:
    if word in CONTINUERS:
        return Start.CONTINUER
    is_name = _NAME.match(word) or _PANEL.match(text, at) or _PARTICLE.match(text, at)
    return Start.NAME if is_name and not _LINK.match(word) else Start.SMALL


class _Brackets:
    """The pairs of brackets that hold at most ``ASIDE`` characters."""

    def __init__(self, masked: str) -> None:
        self._masked = masked
        ends: dict[int, int] = {}  # in the order of the starts; 0 is a bracket that is not closed
        opened: list[tuple[str, int]] = []
        for bracket in _BRACKET.finditer(masked):
            sign, position = bracket[0], bracket.start()
            if sign in "([":
                opened.append((")" if sign == "(" else "]", position))
                ends[position] = 0
            elif opened and opened[-1][0] == sign:
                ends[opened.pop()[1]] = position
        self._pairs = [(start, end) for start, end in ends.items() if 0 < end <= start + ASIDE]
        self._ends = dict(self._pairs)
        self._next = 0
        self._last = (-1, -1)

    def is_appendage(self, start: int) -> bool:
        """Whether a bracket opened at ``start`` belongs to what is said before it.

        It does not if it holds a whole sentence, if a capital follows it, or if it is the first
        part of a word, as in "(E)-2-hexenal".
        """
        end = self._ends.get(start)
        if end is None or self._masked[end - 1] in ".!?":
            return False
        behind = self._masked[end + 1 : end + 3]
        return not (behind[1:].isupper() or behind[:1].isalnum() or behind[:1] in tuple("-‐–/"))

    def around(self, position: int) -> tuple[int, int] | None:
        """The outermost pair around a position; positions must be asked in ascending order."""
        while self._next < len(self._pairs) and self._pairs[self._next][0] < position:
            self._last = max(self._last, self._pairs[self._next], key=lambda pair: pair[1])
            self._next += 1
        return self._last if position < self._last[1] else None
