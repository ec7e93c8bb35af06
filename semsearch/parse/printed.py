"""In-text reference markers of texts that do not mark them: found by how they are printed.

Numbers in square brackets always; numbers in round brackets where a paper has no square ones; and a
family name of the reference list before its year: "Smith et al., 2012", "Smith and Lee (2012a)".
Raised numbers whose raising was lost are not told from other numbers, and are not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from semsearch.language.names import folded_name
from semsearch.parse.strings import Mark
from semsearch.records import Reference

_DASH = "-‐‑‒–—−"
_NUMBER = rf"\d{{1,3}}(?:\s?[{_DASH}]\s?\d{{1,3}})?"
_SQUARE = re.compile(rf"\[\s?({_NUMBER}(?:\s?[,;]\s?{_NUMBER})*)\s?\]")
_ROUND = re.compile(rf"\(\s?({_NUMBER}(?:\s?[,;]\s?{_NUMBER})*)\s?\)")
_EACH = re.compile(_NUMBER)
_FIRST = re.compile(r"\d+")
_YEAR = re.compile(r"(?<![\w.])(1[89]\d\d|20\d\d)([a-z])?(?![\w–-])")
_WORD = re.compile(r"(?<![\w'’-])[^\W\d_][\w'’-]*")
# Between a family name and its year: other authors, "et al.", brackets and commas.
_NAMES_BEFORE = 90
_LINK = re.compile(
    r"(?:\s?[’']s)?(?:,?\s(?:et al\.?|and (?:others|colleagues|co-?workers))"
    r"|(?:,?\s(?:and|&)\s|,\s)[^\W\d_][\w'’-]*(?:\s[^\W\d_][\w'’-]*)?)*"
    r",?\s?[(\[]?\s?(?:(?:1[89]\d\d|20\d\d)[a-z]?,\s?)*"
)
#: Numbers in round brackets are markers where at least so many of them fit the reference list.
_ROUND_LEAST = 3


@dataclass(frozen=True, slots=True)
class PrintedMarkers:
    """Finds the markers of the texts of one paper.

    Args:
        numbered: entries by their number, from 1.
        named: entries by first family name (folded) and year.
        round_brackets: numbers in round brackets are markers too.
    """

    numbered: Sequence[str]
    named: Mapping[tuple[str, str], tuple[str, ...]]
    round_brackets: bool

    def find(self, text: str) -> list[Mark]:
        """The markers of a text, ascending; one whose number is too high names nothing."""
        pattern = _ROUND if self.round_brackets else _SQUARE
        found = [mark for group in pattern.finditer(text) for mark in self._group(group)]
        found += self._years(text)
        return sorted(found, key=lambda mark: mark.start)

    def _group(self, group: re.Match[str]) -> Iterator[Mark]:
        base = group.start(1)
        for one in _EACH.finditer(group[1]):
            first = _FIRST.match(one[0])
            number = int(first[0]) if first else 0
            if self.round_brackets and not 0 < number <= len(self.numbered):
                continue
            known = 0 < number <= len(self.numbered)
            yield Mark(
                base + one.start(), base + one.end(), (self.numbered[number - 1],) if known else ()
            )

    def _years(self, text: str) -> Iterator[Mark]:
        done = 0
        for year in _YEAR.finditer(text):
            start = max(0, year.start() - _NAMES_BEFORE)
            before = text[start : year.start()]
            for word in _WORD.finditer(before):
                keys = self._entry(folded_name(word[0]), year[1], year[2])
                if not keys or not _LINK.fullmatch(before, word.end()):
                    continue
                # A second year of the same authors is a marker by itself.
                begin = start + word.start()
                first = begin if begin >= done else year.start()
                end = year.end()
                if "(" in text[first:end] and text[end : end + 1] == ")":
                    end += 1
                yield Mark(first, end, keys)
                done = end
                break

    def _entry(self, family: str, year: str, letter: str | None) -> tuple[str, ...]:
        """The entry of a name and year; its letter tells which of several."""
        keys = self.named.get((family, year), ())
        if letter and ord(letter) - ord("a") < len(keys):
            return (keys[ord(letter) - ord("a")],)
        return keys[:1] if len(keys) == 1 else ()


def printed_markers(references: Sequence[Reference], texts: Sequence[str]) -> PrintedMarkers:
    """What finds the markers of a paper with a reference list and some texts."""
    named: dict[tuple[str, str], tuple[str, ...]] = {}
    for one in references:
        if one.authors and one.year is not None:
            name = (folded_name(one.authors[0].family), str(one.year))
            named[name] = (*named.get(name, ()), one.key)
    square = sum(len(_SQUARE.findall(text)) for text in texts)
    round_ = sum(
        1
        for text in texts
        for group in _ROUND.finditer(text)
        if all(0 < int(n) <= len(references) for n in _FIRST.findall(group[1]))
    )
    return PrintedMarkers(
        numbered=[one.key for one in references],
        named=named,
        round_brackets=not square and round_ >= _ROUND_LEAST,
    )
