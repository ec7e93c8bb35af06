"""Works by title, year and first author, for references whose identifiers do not tell.

Only references that may be one work are compared: they share the letters of a title, its beginning
or end in neighbouring years, the first author in neighbouring years with the beginning of the
title, or volume and page. A block of more than ``_ALL_PAIRS`` is sorted by title and each compared
with its next ``_WINDOW`` (sorted neighbourhood: Hernández and Stolfo 1995), so that the time grows
with the number of works and not with its square.

The score of a pair is the likeness of the titles (0–1) less a deduction for all that differs or
is not known; a volume and page in common add. From ``JOINED`` on the two are one work. The
deductions were set by reading pairs on both sides of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from semsearch.index.target_ids import Groups
from semsearch.index.target_sketches import GENERIC_WORDS, Sketch
from semsearch.language.titles import same_journal, title_likeness

#: Score from which two sketches are one work.
JOINED = 0.9
#: What two sets of references may lack in comparing what most of each say; no drift by small steps.
_SLACK = 0.03
#: Score of two works that differ in an identifier's worth of evidence; kept to be looked at.
NEAR_MISS = 0.84

_ALL_PAIRS = 40
_WINDOW = 12
_PIECE = 14  # letters of the beginning and the end of a title that make a block

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


@dataclass(slots=True)
class Matches:
    """Nodes in sets of one work each; ``scores``: of the join that first took in each node."""

    groups: Groups[str]
    scores: dict[str, Pair]
    ambiguous: set[str]  # nodes that another identified work fits as well
    rivals: set[tuple[str, str]]  # roots of the works that such a node fits
    near: list[Pair]  # below the threshold, best first


def match_nodes(nodes: Mapping[str, Node], together: Sequence[Sequence[str]]) -> Matches:
    """Join the nodes that are one work; the outcome does not depend on their order.

    Args:
        nodes: by key.
        together: keys of nodes that identifiers have joined already.
    """
    groups: Groups[str] = Groups()
    heads: dict[str, Node] = {}
    for key in sorted(nodes):
        groups.add(key, nodes[key].home)
    for keys in together:
        for key in sorted(keys)[1:]:
            groups.join(min(keys), key)
    for key in sorted(nodes):
        _lead(heads, groups.root(key), nodes[key])
    scored = _scored(nodes, groups)
    joining = sorted((p for p in scored if p.score >= JOINED), key=_order)
    taken: dict[str, Pair] = {}
    ambiguous: set[str] = set()
    rivals: set[tuple[str, str]] = set()
    for pair in joining:
        one, other = groups.root(pair.one), groups.root(pair.other)
        if one == other:
            continue
        if not groups.fits(one, other):
            for key in (pair.one, pair.other):
                if not nodes[key].home and taken.get(key, pair).score <= pair.score + 0.01:
                    ambiguous.add(key)
                    rivals.add((one, other))
            continue
        head, behind = heads[one], heads[other]
        if not pair.by_place and {head.key, behind.key} != {pair.one, pair.other}:
            again = compare(head, behind)
            if again is None or again.score < JOINED - _SLACK:
                continue
        groups.join(one, other)
        _lead(heads, one, behind)
        taken.setdefault(pair.one, pair)
        taken.setdefault(pair.other, pair)
    near = sorted((p for p in scored if NEAR_MISS <= p.score < JOINED), key=_order)
    return Matches(groups, taken, ambiguous, rivals, near)


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
        later = mine.family in other.families or theirs.family in one.families
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


def _lead(heads: dict[str, Node], root: str, node: Node) -> None:
    """Let the node that most references agree on speak for its set."""
    held = heads.get(root)
    if held is None or (-node.count, node.key) < (-held.count, held.key):
        heads[root] = node


def _order(pair: Pair) -> tuple[float, str, str]:
    return (-pair.score, pair.one, pair.other)


def _scored(nodes: Mapping[str, Node], groups: Groups[str]) -> list[Pair]:
    seen: set[tuple[str, str]] = set()
    found: list[Pair] = []
    for one, other in _candidates(nodes):
        pair = (one.key, other.key) if one.key < other.key else (other.key, one.key)
        if pair in seen:
            continue
        seen.add(pair)
        if groups.fits(*pair) and groups.root(pair[0]) != groups.root(pair[1]):
            scored = compare(one, other)
            if scored is not None and scored.score >= NEAR_MISS:
                found.append(scored)
    return found


def _candidates(nodes: Mapping[str, Node]) -> Iterator[tuple[Node, Node]]:
    """Pairs worth a comparison; those of two works with a DOI each are none."""
    blocks: dict[tuple[object, ...], list[Node]] = defaultdict(list)
    for key in sorted(nodes):
        for block in _blocks(nodes[key]):
            blocks[block].append(nodes[key])
    for members in blocks.values():
        if len(members) < 2 or all("doi" in node.home for node in members):
            continue
        if len(members) <= _ALL_PAIRS:
            reach = len(members)
        else:
            members.sort(key=lambda n: (n.letters, n.key))
            reach = _WINDOW
        for place, one in enumerate(members):
            for other in members[place + 1 : place + 1 + reach]:
                if "doi" not in one.home or "doi" not in other.home:
                    yield one, other


def _blocks(node: Node) -> Iterator[tuple[object, ...]]:
    """The blocks of a node; works of neighbouring years share one."""
    sketch, letters = node.sketch, node.letters
    if letters:
        yield ("title", letters)
    for year in (sketch.year, sketch.year + 1) if sketch.year else ():
        if letters:
            yield ("head", letters[:_PIECE], year)
            yield ("tail", letters[-_PIECE:], year)
        if letters and sketch.family:
            yield ("author", sketch.family[:5], letters[:2], year)
    if sketch.year and sketch.family:
        ends = {(first, number) for first, *rest in node.places for number in rest[:3]}
        for first, number in sorted(ends):
            yield ("place", sketch.year, sketch.family[:3], first, number)
