"""From the stances of statements to a verdict that can be checked statement by statement.

A source paper has one voice: papers are counted, not statements, because one paper often says the
same thing several times. A paper that states the relation without reserve weighs 1 and one that
only hedges ``HEDGED_WEIGHT``; a paper that says both counts on both sides. The rules:

- no voice on either side: **unknown**;
- **yes**: at least ``LEAST_PAPERS`` papers state it, and the share of the supporting side is at
  least ``CLEAR_SHARE``; **no** is the same on the other side;
- **probably**: the supporting side has at least ``LEANING_SHARE``, but not enough for yes;
- **mixed**: all else; ``leaning`` tells the heavier side, also where one paper alone opposes.

Statements of the reversed relation are counted apart and have no voice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from semsearch.language.question import QuestionKind, analyse_question
from semsearch.language.stance import Stance, StanceReader

HEDGED_WEIGHT = 0.5
LEAST_PAPERS = 2
CLEAR_SHARE = 0.75
LEANING_SHARE = 0.55
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
    authors: tuple[str, ...] = ()  # keys of the source's authors
    self_citation: bool | None = None  # all that it cites shares an author with its source


@dataclass(frozen=True, slots=True, kw_only=True)
class StanceCount:
    """The statements of one stance, counted in four ways; ``ids`` opens the count."""

    statements: int
    papers: int
    author_groups: int  # papers that share an author are one group
    self_citations: int
    ids: tuple[str, ...]  # best first


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
    counts: dict[Stance, StanceCount]

    @property
    def leaning_no(self) -> bool:
        """Whether the opposing side is the heavier one."""
        return self.leaning is Stance.OPPOSES

    @property
    def reversed_statements(self) -> int:
        """Statements that say the relation the other way round."""
        return self.counts[Stance.REVERSED].statements


def decide(evidence: Sequence[Evidence]) -> Verdict:
    """The verdict of some statements, given best first.

    Args:
        evidence: each statement once; those that are unrelated have no voice.
    """
    counts = {
        stance: _count([e for e in evidence if e.stance is stance])
        for stance in Stance
        if stance is not Stance.UNRELATED
    }
    stated = {e.paper for e in evidence if e.stance is Stance.SUPPORTS}
    hedged = {e.paper for e in evidence if e.stance is Stance.HEDGED_SUPPORTS} - stated
    denied = {e.paper for e in evidence if e.stance is Stance.OPPOSES}
    supporting = len(stated) + HEDGED_WEIGHT * len(hedged)
    total = supporting + len(denied)
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
    low, high = wilson(share, total)
    if len(stated) >= LEAST_PAPERS and share >= CLEAR_SHARE:
        kind = VerdictKind.YES
    elif len(denied) >= LEAST_PAPERS and 1 - share >= CLEAR_SHARE:
        kind = VerdictKind.NO
    elif share >= LEANING_SHARE:
        kind = VerdictKind.PROBABLY
    else:
        kind = VerdictKind.MIXED
    leaning = (
        None if supporting == len(denied) else Stance.SUPPORTS if share > 0.5 else Stance.OPPOSES
    )
    return Verdict(verdict=kind, leaning=leaning, share=share, low=low, high=high, counts=counts)


def verdict_of_texts(question: str, texts: Sequence[str]) -> Verdict:
    """The verdict of some texts without an index, each text a source of its own.

    Args:
        question: a yes/no question; an open one gives unknown.
        texts: sentences.
    """
    asked = analyse_question(question)
    if asked.kind is not QuestionKind.YES_NO:
        return decide(())
    reader = StanceReader(asked)
    return decide(
        [
            Evidence(id=str(number), stance=reader.read(text).stance, paper=str(number))
            for number, text in enumerate(texts)
        ]
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
    return len({root(f"paper {paper}") for paper, _ in found})


def _count(evidence: Sequence[Evidence]) -> StanceCount:
    papers = {e.paper: e.authors for e in evidence}
    return StanceCount(
        statements=len(evidence),
        papers=len(papers),
        author_groups=author_groups(papers.items()),
        self_citations=sum(e.self_citation is True for e in evidence),
        ids=tuple(e.id for e in evidence),
    )
