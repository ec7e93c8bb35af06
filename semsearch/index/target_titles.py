"""Works by title, year and first author, for references whose identifiers do not tell.

Only references that may be one work are compared: they share the letters of a title, its beginning
or end in neighbouring years, the first author in neighbouring years with the beginning of the
title, or volume and page. A block of more than ``_ALL_PAIRS`` is sorted by title and each compared
with its next ``_WINDOW`` (sorted neighbourhood: Hernández and Stolfo 1995), so that the time grows
with the number of works and not with its square.

Pairs that score ``JOINED`` or more are joined, the surest first, where the sets they belong to
agree as wholes: what joins two references joins no chain of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from semsearch.index.target_ids import Groups
from semsearch.index.target_likeness import JOINED, Node, Pair, compare

#: What two sets of references may lack in comparing what most of each say; no drift by small steps.
_SLACK = 0.03
#: Years between references of one work: of its publication online and in print.
_YEARS = 1
#: Score of two works that differ in an identifier's worth of evidence; kept to be looked at.
NEAR_MISS = 0.84

_ALL_PAIRS = 40
_WINDOW = 12
_PIECE = 14  # letters of the beginning and the end of a title that make a block


@dataclass(slots=True)
class Matches:
    """Nodes in sets of one work each; ``scores``: of the join that first took in each node."""

    groups: Groups[str]
    scores: dict[str, Pair]
    ambiguous: set[str]  # nodes that another identified work fits as well
    rivals: set[tuple[str, str]]  # roots of the works that such a node fits
    joining: list[Pair]  # all that reach the threshold, whether they were joined or not, best first
    near: list[Pair]  # below it, best first


class _Sets:
    """Nodes in disjoint sets, each with the node that most references agree on as its head.

    ``years``: first and last year of the nodes of a set that no identifier names.
    """

    def __init__(self, nodes: Mapping[str, Node], together: Sequence[Sequence[str]]) -> None:
        self.groups: Groups[str] = Groups()
        self.heads: dict[str, Node] = {}
        self.years: dict[str, tuple[int, int]] = {}
        for key in sorted(nodes):
            self.groups.add(key, nodes[key].home)
            if nodes[key].sketch.year and not nodes[key].home:
                self.years[key] = (nodes[key].sketch.year,) * 2
        for keys in together:
            for key in sorted(keys)[1:]:
                self.groups.join(min(keys), key)
        for key in sorted(nodes):
            root = self.groups.root(key)
            self.heads[root] = min(self.heads.get(root, nodes[key]), nodes[key], key=_leading)

    def agree(self, pair: Pair) -> bool:
        """Whether the sets of a pair are one work as wholes."""
        one, other = self.groups.root(pair.one), self.groups.root(pair.other)
        head, behind = self.heads[one], self.heads[other]
        if not pair.by_place and {head.key, behind.key} != {pair.one, pair.other}:
            again = compare(head, behind)
            if again is None or again.score < JOINED - _SLACK:
                return False
        years = self._years_of(one, other)
        if not years:
            return True
        leading = min(head, behind, key=_leading).sketch.year
        if leading and (self.groups.values[one] or self.groups.values[other]):
            return all(abs(year - leading) <= _YEARS for year in years)
        return max(years) - min(years) <= _YEARS

    def join(self, pair: Pair) -> None:
        """Make the sets of a pair one."""
        one, other = self.groups.root(pair.one), self.groups.root(pair.other)
        if years := self._years_of(one, other):
            self.years[one] = (min(years), max(years))
        self.heads[one] = min(self.heads[one], self.heads[other], key=_leading)
        self.groups.join(one, other)

    def _years_of(self, one: str, other: str) -> tuple[int, ...]:
        return (*self.years.get(one, ()), *self.years.get(other, ()))


def match_nodes(
    nodes: Mapping[str, Node],
    together: Sequence[Sequence[str]],
    candidates: Iterable[tuple[Node, Node]],
) -> Matches:
    """Join the nodes that are one work; the outcome does not depend on their order.

    Args:
        nodes: by key.
        together: keys of nodes that identifiers have joined already.
        candidates: pairs that may be one work; one may stand there more than once.
    """
    sets = _Sets(nodes, together)
    groups = sets.groups
    scored = _scored(candidates, groups)
    taken: dict[str, Pair] = {}
    ambiguous: set[str] = set()
    rivals: set[tuple[str, str]] = set()
    # Among equally sure pairs those with a work that identifiers name come first.
    joining = sorted(
        (p for p in scored if p.score >= JOINED),
        key=lambda p: (-p.score, not (nodes[p.one].home or nodes[p.other].home), p.one, p.other),
    )
    for pair in joining:
        one, other = groups.root(pair.one), groups.root(pair.other)
        if one == other:
            continue
        if not groups.fits(one, other):
            for key in (pair.one, pair.other):
                if not nodes[key].home and taken.get(key, pair).score <= pair.score + 0.01:
                    ambiguous.add(key)
                    rivals.add((one, other))
        elif sets.agree(pair):
            sets.join(pair)
            taken.setdefault(pair.one, pair)
            taken.setdefault(pair.other, pair)
    near = sorted(
        (p for p in scored if NEAR_MISS <= p.score < JOINED),
        key=lambda p: (-p.score, p.one, p.other),
    )
    return Matches(groups, taken, ambiguous, rivals, joining, near)


def _leading(node: Node) -> tuple[int, str]:
    """The least is the node that most references agree on."""
    return (-node.count, node.key)


def _scored(candidates: Iterable[tuple[Node, Node]], groups: Groups[str]) -> list[Pair]:
    seen: set[tuple[str, str]] = set()
    found: list[Pair] = []
    for one, other in candidates:
        pair = (one.key, other.key) if one.key < other.key else (other.key, one.key)
        if pair in seen:
            continue
        seen.add(pair)
        if groups.fits(*pair) and groups.root(pair[0]) != groups.root(pair[1]):
            scored = compare(one, other)
            if scored is not None and scored.score >= NEAR_MISS:
                found.append(scored)
    return found


def candidate_pairs(nodes: Mapping[str, Node]) -> Iterator[tuple[Node, Node]]:
    """Pairs of all nodes of a corpus that are worth a comparison."""
    blocks: dict[tuple[object, ...], list[Node]] = defaultdict(list)
    for key in sorted(nodes):
        for block in blocks_of(nodes[key]):
            blocks[block].append(nodes[key])
    for members in blocks.values():
        if len(members) > 1:
            yield from pairs_in_block(members)


class Member(Protocol):
    """What a block needs to know of a node."""

    @property
    def key(self) -> str:
        """As in ``Node``."""

    @property
    def letters(self) -> str:
        """As in ``Node``."""

    @property
    def has_doi(self) -> bool:
        """As in ``Node``."""


M = TypeVar("M", bound=Member)


def is_windowed(size: int) -> bool:
    """Whether in a block of some size not all are compared with all."""
    return size > _ALL_PAIRS


def pairs_in_block(members: Sequence[M]) -> Iterator[tuple[M, M]]:
    """Pairs in a block that are worth a comparison; those of two works with a DOI each are none."""
    if all(member.has_doi for member in members):
        return
    reach = len(members)
    if is_windowed(reach):
        members = sorted(members, key=lambda n: (n.letters, n.key))
        reach = _WINDOW
    for place, one in enumerate(members):
        for other in members[place + 1 : place + 1 + reach]:
            if not one.has_doi or not other.has_doi:
                yield one, other


def blocks_of(node: Node) -> Iterator[tuple[object, ...]]:
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
