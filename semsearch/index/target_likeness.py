"""How sure it is that what two sets of references say is one work.

The score of a pair is the likeness of the titles (0–1) less a deduction for all that differs or is
not known; a volume and page in common add. The deductions were set by reading pairs on both sides
of ``JOINED``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from semsearch.index.target_sketches import GENERIC_WORDS, Sketch
from semsearch.language.titles import same_journal, title_likeness

#: Score from which two sketches are one work.
JOINED = 0.9

_YEAR_BESIDE = 0.02
_YEAR_MISSING = 0.03
_AUTHOR_LATER = 0.03
_AUTHOR_MISSING = 0.03
_AUTHOR_OTHER = 0.12
_BODY_OTHER = 0.08  # reports are listed under one body, another that took part, or its short name
_REPORT_WORDS = 6  # of an equal title, from which that is so
_LONG_NAME, _NAME_SPELLING = 5, 80  # letters; likeness (0–100): "li" and "liu" are two names
_PLACE_SHARED = 0.06
_PLACE_OTHER = 0.06
_JOURNAL_OTHER = 0.02
_GENERIC = 0.03  # for each word that a title has less than GENERIC_WORDS
_SAME_LIST = 0.05  # one list rarely names one work twice
_GUESSED = 0.01
_PLACE_ALONE = 0.93  # first author, year, volume and page agree and a title is missing
_PLACE_TITLES = 0.91  # they agree and the titles are half alike
_HALF_ALIKE = 0.5


@dataclass(slots=True)
class Node:
    """References that say the same, letter for letter.

    ``home``: the identifiers of the works they carry, by scheme; empty without. ``papers``: whose
    lists they stand in. ``families``: folded family names of all their authors. ``places``:
    volume, issue and pages as each has them; ``numbers``: all of these. ``guessed``: all of them
    had their title found in running text. ``body``: the first author is one without given names.
    """

    key: str  # unique, made of what is said alone
    sketch: Sketch
    home: dict[str, str]
    papers: set[str] = field(default_factory=set)
    families: set[str] = field(default_factory=set)
    journals: set[str] = field(default_factory=set)
    places: set[tuple[int, ...]] = field(default_factory=set)
    numbers: set[int] = field(default_factory=set)
    guessed: bool = True
    body: bool = False
    count: int = 0

    def add(self, paper: str, sketch: Sketch, families: Sequence[str], *, body: bool) -> None:
        """One more reference, or paper, that says the same."""
        self.body = self.body or body
        self.papers.add(paper)
        self.families.update(families)
        self.journals.update({sketch.journal} - {""})
        if len(sketch.numbers) >= 2:
            self.places.add(sketch.numbers)
            self.numbers.update(sketch.numbers)
        self.guessed = self.guessed and sketch.guessed
        self.count += 1

    @property
    def has_doi(self) -> bool:
        """Whether the identifiers that it carries name a work with a DOI."""
        return "doi" in self.home

    @property
    def letters(self) -> str:
        """The title without spaces."""
        return self.sketch.title.replace(" ", "")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two nodes that may be one work, with how sure that is."""

    score: float
    one: str
    other: str
    by_place: bool


def compare(one: Node, other: Node) -> Pair | None:
    """How sure it is that two nodes are one work; None where it is out of the question."""
    mine, theirs = one.sketch, other.sketch
    apart = abs(mine.year - theirs.year) if mine.year and theirs.year else None
    if apart is not None and apart > 1:
        return None
    likeness = title_likeness(mine.title, theirs.title)
    shared = one.numbers & other.numbers
    placed = len(shared) >= 2 and max(shared) >= 30
    same_author = _same_family(mine.family, theirs.family)
    if placed and same_author and apart == 0 and likeness < JOINED:
        return _by_place(one, other)
    if not likeness:
        return None
    words = min(mine.title.count(" "), theirs.title.count(" ")) + 1
    score = likeness
    score -= _YEAR_MISSING if apart is None else _YEAR_BESIDE * apart
    if not mine.family or not theirs.family:
        score -= _AUTHOR_MISSING
    elif not same_author:
        # Of two works with a title that many have, a shared author proves nothing.
        listed = mine.family in other.families or theirs.family in one.families
        later = listed and (words >= GENERIC_WORDS or placed)
        body = (one.body or other.body) and likeness == 1.0 and words >= _REPORT_WORDS
        score -= _AUTHOR_LATER if later else _BODY_OTHER if body else _AUTHOR_OTHER
    if placed:
        score += _PLACE_SHARED
    elif one.places and other.places and not shared:
        score -= _PLACE_OTHER
    if _other_journals(one, other):
        score -= _JOURNAL_OTHER
    score -= _GENERIC * max(0, GENERIC_WORDS - words)
    if likeness < 1.0 and not one.papers.isdisjoint(other.papers):
        score -= _SAME_LIST
    score -= _GUESSED * (one.guessed or other.guessed)
    first, last = sorted((one.key, other.key))
    return Pair(round(min(score, 1.0), 4), first, last, False)


def _other_journals(one: Node, other: Node) -> bool:
    if not one.journals or not other.journals:
        return False
    return not any(same_journal(a, b) for a in one.journals for b in other.journals)


def _by_place(one: Node, other: Node) -> Pair | None:
    mine, theirs = one.sketch, other.sketch
    if _other_journals(one, other):
        return None
    score = _PLACE_ALONE
    if mine.title and theirs.title:
        ratio = fuzz.ratio(mine.title, theirs.title) / 100
        if ratio < _HALF_ALIKE:
            return None
        score = _PLACE_TITLES
    score -= _SAME_LIST * (not one.papers.isdisjoint(other.papers))
    first, last = sorted((one.key, other.key))
    return Pair(score, first, last, True)


def _same_family(one: str, other: str) -> bool:
    if not one or not other:
        return False
    if one == other:
        return True
    if min(len(one), len(other)) >= _LONG_NAME and fuzz.ratio(one, other) >= _NAME_SPELLING:
        return True
    mine, theirs = set(one.split()), set(other.split())
    return mine <= theirs or theirs <= mine
