"""The place of a text at which something is to be cited, and what stands around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from semsearch.errors import QueryError
from semsearch.language.identifiers import normalize_doi
from semsearch.language.scripts import normal_form
from semsearch.language.sentences import split_sentences
from semsearch.language.words import has_words

#: Marks the place, case aside.
MARK: Final = "[CIT]"
_MARK = re.compile(r"\[cit\]", re.IGNORECASE)
#: Stands for the mark while the text is taken apart: of no script, and a word of nothing.
_GAP: Final = "\ue000"
# What a text has where it cites other works: "(doi:10.1000/x)", "[3, 5–7]", "(Lee et al., 2001)".
_DOI = re.compile(
    r"(?:\bdoi:\s?|https?://(?:dx\.)?doi\.org/)?\b10\.\d{4,9}/[^\s;,]+", re.IGNORECASE
)
_NUMBERS: Final = r"\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\]"
_NAMED: Final = r"\([^()]*\b(?:1[89]|20)\d\d[a-z]?\)"
_NUMBERED = re.compile(rf"\s?{_NUMBERS}")
_EMPTY = re.compile(r"\s?[(\[][\s,;:.]*[)\]]")
#: Where a clause begins: behind what cites, or behind a mark that parts a sentence.
_PART = re.compile(rf"{_NUMBERS}|{_NAMED}|[;:]\s|,\s(?=(?:and|but|while|whereas|although|or)\b)")
_LEAST_WORDS: Final = 3  # of a clause that says something by itself
_BEFORE_STOP = re.compile(r"\s+([,.;:!?)\]])")


@dataclass(frozen=True, slots=True)
class Place:
    """A place and the texts around it, in normal form, without the mark and what is cited.

    ``sentence``: holds the place; the whole text where none is marked. ``context``: with the
    sentence before it and the one after it. ``clause``: what leads up to the place as far as it
    says something by itself, else the sentence. ``dois``: named anywhere in the text.
    """

    sentence: str
    context: str
    clause: str
    dois: tuple[str, ...]


def find_place(text: str) -> Place:
    """The place that ``[CIT]`` marks in a sentence or a paragraph.

    Raises:
        QueryError: the place is marked more than once, or nothing is said beside the mark.
    """
    found = [normalize_doi(one.group()) for one in _DOI.finditer(text)]
    dois = tuple(dict.fromkeys(one for one in found if one is not None))
    marks = len(_MARK.findall(text))
    if marks > 1:
        raise QueryError(f"the text holds {MARK} {marks} times, expected one place")
    bare = _EMPTY.sub("", _DOI.sub(_closing, text.replace(_GAP, " ")))
    bare = " ".join(_MARK.sub(_GAP, bare).split())
    whole = _clean(bare)
    if not has_words(whole):
        raise QueryError("the text names works or a place alone, expected the words around it")
    if not marks:
        return Place(whole, whole, whole, dois)
    start = bare.index(_GAP)
    # A mark behind a full stop belongs to the sentence before it, as any marker does.
    spans = split_sentences(bare, markers=[(start, start + 1)])
    number = next(n for n, (_, last) in enumerate(spans) if start < last)
    first, last = spans[number]
    sentence = _clean(bare[first:last])
    if not has_words(sentence):
        return Place(whole, whole, whole, dois)
    around = bare[spans[max(number - 1, 0)][0] : spans[min(number + 1, len(spans) - 1)][1]]
    return Place(sentence, _clean(around), leading_clause(bare[first:start]) or sentence, dois)


def leading_clause(before: str) -> str | None:
    """The clause that a text ends with; None where it says nothing by itself.

    Args:
        before: what stands before the place in its sentence.
    """
    starts = [match.end() for match in _PART.finditer(before)]
    clause = _clean((before[starts[-1] :] if starts else before).strip(" ,;:([]"))
    return clause if len(clause.split()) >= _LEAST_WORDS else None


def _clean(text: str) -> str:
    without = _EMPTY.sub("", _NUMBERED.sub("", text.replace(_GAP, "")))
    return normal_form(_BEFORE_STOP.sub(r"\1", without))


def _closing(doi: re.Match[str]) -> str:
    """The bracket that is left of what looked like the end of a DOI."""
    return ")" if doi.group().count(")") > doi.group().count("(") else ""
