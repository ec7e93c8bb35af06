"""From the stances of statements to a verdict that can be checked statement by statement.

A source paper has one voice: papers are counted, not statements, because one paper often says the
same thing several times. The voice of a statement has a weight, 0–1: how likely it is that it says
what was read of it; a paper's on one side is that of its clearest statement there, and a hedged one
counts ``HEDGED_WEIGHT`` of it. A paper that says both has a voice on both sides. The rules:

- no voice on either side: **unknown**;
- **yes**: at least two papers that share no author state it, each with a weight of at least
  ``CLEAR_WEIGHT``, and the share of the supporting side is at least ``CLEAR_SHARE``; **no** is the
  same on the other side;
- **probably**: the supporting side has at least ``LEANING_SHARE``, but not enough for yes;
- **mixed**: all else; ``leaning`` tells the heavier side, also where one paper alone opposes.

Statements that tell of an effect without the direction that was asked ("X regulates Y", where "does
X increase Y" was asked) are counted apart and have no voice, and so are those of the reversed
relation. But where the latter outweigh the supporting side, and the clearest of them is clearer
than any that supports by ``CLEARER``, what seems to support is most likely the same relation
misread, and the verdict is at most **mixed**.
The constants were chosen on the train part of the relations; see docs/figures.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from semsearch.language.stance import Stance

HEDGED_WEIGHT = 0.5
CLEARER = 1.1
CLEAR_WEIGHT = 0.6
CLEAR_SHARE = 0.75
LEANING_SHARE = 0.55
_SPEAKING = frozenset({Stance.SUPPORTS, Stance.HEDGED_SUPPORTS, Stance.OPPOSES})
_Z = 1.959964  # 97.5 % point of the normal distribution


class VerdictKind(StrEnum):
    """What the statements together say to a yes/no question."""

    YES = "yes"
    PROBABLY = "probably"
    MIXED = "mixed"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One statement that speaks of the asked relation."""

    id: str  # of the statement
    stance: Stance
    paper: str  # paper id of the source
    weight: float = 1.0  # how likely it says what was read of it, above 0 to 1
    authors: tuple[str, ...] = ()  # keys of the source's authors
    self_citation: bool | None = None  # all that it cites shares an author with its source


@dataclass(frozen=True, slots=True, kw_only=True)
class StanceCount:
    """The statements of one stance, counted in four ways; ``ids`` opens the count."""

    statements: int
    papers: int
    author_groups: int  # papers that share an author are one group
    self_citations: int
    ids: tuple[str, ...]  # clearest first


@dataclass(frozen=True, slots=True, kw_only=True)
class StanceCounts:
    """The counts of each stance that has a voice, of the neutral one and of the reversed one."""

    supports: StanceCount
    hedged_supports: StanceCount
    opposes: StanceCount
    neutral: StanceCount
    reversed: StanceCount


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The verdict with what it rests on.

    ``share`` is the weight of the supporting papers among all that speak, 0–1, ``low`` and
    ``high`` its 95 % interval by Wilson's score (Wilson 1927); None where no paper speaks.
    """

    verdict: VerdictKind
    leaning: Stance | None  # supports or opposes: the heavier side, None where they are level
    share: float | None
    low: float | None
    high: float | None
    counts: StanceCounts
    misread: bool = False  # held to mixed: what seems to support is most likely the reversed one

    @property
    def leaning_no(self) -> bool:
        """Whether the opposing side is the heavier one."""
        return self.leaning is Stance.OPPOSES

    @property
    def reversed_statements(self) -> int:
        """Statements that say the relation the other way round."""
        return self.counts.reversed.statements


def decide(evidence: Sequence[Evidence]) -> Verdict:
    """The verdict of some statements.

    Args:
        evidence: each statement once, clearest first; those that are unrelated have no voice.
    """
    counts = StanceCounts(
        supports=_count(evidence, Stance.SUPPORTS),
        hedged_supports=_count(evidence, Stance.HEDGED_SUPPORTS),
        opposes=_count(evidence, Stance.OPPOSES),
        neutral=_count(evidence, Stance.NEUTRAL),
        reversed=_count(evidence, Stance.REVERSED),
    )
    voices = {stance: _voices(evidence, stance) for stance in Stance}
    supporting = sum(_supporting(voices).values())
    opposing = sum(voices[Stance.OPPOSES].values())
    total = supporting + opposing
    if not total:
        return Verdict(
            verdict=VerdictKind.UNKNOWN,
            leaning=None,
            share=None,
            low=None,
            high=None,
            counts=counts,
        )
    share = supporting / total
    papers = len({e.paper for e in evidence if e.stance in _SPEAKING})
    low, high = wilson(share, papers)
    misread = share >= LEANING_SHARE and _misread(voices)
    clear = [one for one in evidence if one.weight >= CLEAR_WEIGHT]
    if _independent(clear, Stance.OPPOSES) and 1 - share >= CLEAR_SHARE:
        kind = VerdictKind.NO
    elif share < LEANING_SHARE or misread:
        kind = VerdictKind.MIXED
    elif _independent(clear, Stance.SUPPORTS) and share >= CLEAR_SHARE:
        kind = VerdictKind.YES
    else:
        kind = VerdictKind.PROBABLY
    leaning = None if share == 0.5 else Stance.SUPPORTS if share > 0.5 else Stance.OPPOSES
    return Verdict(
        verdict=kind,
        leaning=leaning,
        share=share,
        low=low,
        high=high,
        counts=counts,
        misread=misread,
    )


def wilson(share: float, total: float) -> tuple[float, float]:
    """The 95 % interval of a share of ``total`` voices (Wilson 1927), within 0–1."""
    centre = share + _Z**2 / (2 * total)
    spread = _Z * sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2))
    scale = 1 + _Z**2 / total
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def author_groups(papers: Iterable[tuple[str, tuple[str, ...]]]) -> int:
    """How many groups of papers there are when papers that share an author are joined.

    Args:
        papers: paper id and author keys, each paper once.
    """
    return len(joined_by_author(papers))


def joined_by_author(papers: Iterable[tuple[str, tuple[str, ...]]]) -> list[tuple[str, ...]]:
    """The groups of ``author_groups``, each with its papers, in the order given."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    found = list(papers)
    for paper, authors in found:
        for author in authors:
            parent[root(f"author {author}")] = root(f"paper {paper}")
    groups: dict[str, list[str]] = {}
    for paper, _ in found:
        groups.setdefault(root(f"paper {paper}"), []).append(paper)
    return [tuple(group) for group in groups.values()]


def _voices(evidence: Sequence[Evidence], stance: Stance) -> dict[str, float]:
    """The weight of each paper's clearest statement of a stance."""
    found: dict[str, float] = {}
    for one in evidence:
        if one.stance is stance:
            found[one.paper] = max(found.get(one.paper, 0.0), one.weight)
    return found


def _supporting(voices: Mapping[Stance, Mapping[str, float]]) -> dict[str, float]:
    """The supporting voice of each paper, stated or hedged."""
    found = dict(voices[Stance.SUPPORTS])
    for paper, weight in voices[Stance.HEDGED_SUPPORTS].items():
        found[paper] = max(found.get(paper, 0.0), HEDGED_WEIGHT * weight)
    return found


def _misread(voices: Mapping[Stance, Mapping[str, float]]) -> bool:
    """Whether what seems to support is most likely the reversed relation."""
    supporting, turned = _supporting(voices), voices[Stance.REVERSED]
    return sum(turned.values()) > sum(supporting.values()) and max(turned.values()) > CLEARER * max(
        supporting.values()
    )


def _independent(evidence: Sequence[Evidence], stance: Stance) -> bool:
    """Whether two papers of a stance share no author; unknown authors are no shared ones."""
    found = list({e.paper: set(e.authors) for e in evidence if e.stance is stance}.values())
    return any(
        one.isdisjoint(other) for place, one in enumerate(found) for other in found[place + 1 :]
    )


def _count(evidence: Sequence[Evidence], stance: Stance) -> StanceCount:
    found = [e for e in evidence if e.stance is stance]
    papers = {e.paper: e.authors for e in found}
    return StanceCount(
        statements=len(found),
        papers=len(papers),
        author_groups=author_groups(papers.items()),
        self_citations=sum(e.self_citation is True for e in found),
        ids=tuple(e.id for e in found),
    )
