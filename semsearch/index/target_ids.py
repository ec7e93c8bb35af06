"""Works by their identifiers: which DOI, PMID, PMCID, arXiv and corpus number name one work.

A paper of the corpus, or a reference, that carries several identifiers joins them. A wrong number
in one reference would join two works, so a work never gets two papers of the corpus, two DOIs, two
PMIDs, two PMCIDs or two arXiv numbers: the better attested join wins, equally attested ones are
both left out, and what was not joined is a ``LinkConflict``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from rapidfuzz import fuzz

from semsearch.language.titles import folded_title
from semsearch.records import Paper, Reference

#: From the strongest to the weakest; ``paper`` is the id of a paper of the corpus.
SCHEMES = ("paper", "doi", "pmid", "pmcid", "arxiv", "corpusid")
#: What one paper of the corpus says of its own identifiers outweighs all that references say.
_OWN_WEIGHT = 10**9
#: Titles (0–100) below this likeness are of different works, whatever spelling they are given in.
_OTHER_TITLE = 50
_ARXIV_DOI = "10.48550/arxiv."  # DOIs that arXiv itself registers, by its documentation

Identifier = tuple[str, str]  # scheme and normalised value


Member = TypeVar("Member")


class ConflictReason(StrEnum):
    """Why two identifiers that stand together were kept apart."""

    TWO_IDENTIFIERS = "two_identifiers"  # the work would have had two of one kind
    UNDECIDED = "undecided"  # two of one kind are attested equally often
    TITLES = "titles"  # references that have only one of them give quite another title
    WRONG = "wrong"  # a reference gives it for a work that has another title, author and year
    SAME_TITLE = "same_title"  # two DOIs, and a reference without fits both equally well


@dataclass(frozen=True, slots=True, order=True)
class LinkConflict:
    """Two identifiers that references give for one work and that were kept apart."""

    one: str
    other: str
    mentions: int
    reason: ConflictReason


@dataclass(slots=True)
class Groups(Generic[Member]):
    """Disjoint sets whose members never hold two values of one scheme.

    ``values``: scheme → value, of each root.
    """

    parent: dict[Member, Member] = field(default_factory=dict)
    values: dict[Member, dict[str, str]] = field(default_factory=dict)

    def add(self, member: Member, values: dict[str, str]) -> None:
        """A set of one member; nothing happens where it is known."""
        if member not in self.parent:
            self.parent[member] = member
            self.values[member] = dict(values)

    def root(self, member: Member) -> Member:
        """What stands for the set of a member."""
        top = member
        while self.parent[top] != top:
            top = self.parent[top]
        while self.parent[member] != top:
            self.parent[member], member = top, self.parent[member]
        return top

    def fits(self, one: Member, other: Member) -> bool:
        """Whether two sets may become one."""
        mine, theirs = self.values[self.root(one)], self.values[self.root(other)]
        return all(theirs.get(scheme, value) == value for scheme, value in mine.items())

    def join(self, one: Member, other: Member) -> None:
        """Make two sets that fit one; the root of the first stays."""
        mine, theirs = self.root(one), self.root(other)
        if mine != theirs:
            self.parent[theirs] = mine
            self.values[mine] |= self.values.pop(theirs)


def identifiers_of(work: Paper | Reference) -> tuple[Identifier, ...]:
    """The identifiers that a paper or a reference carries, the strongest first."""
    found: list[Identifier] = []
    if isinstance(work, Paper):
        found.append(("paper", work.id))
    for scheme in ("doi", "pmid", "pmcid"):
        if value := getattr(work, scheme):
            found.append((scheme, value))
    if isinstance(work, Reference) and work.arxiv:
        found.append(("arxiv", work.arxiv))
    if work.doi and work.doi.startswith(_ARXIV_DOI) and found[-1][0] != "arxiv":
        found.append(("arxiv", work.doi.removeprefix(_ARXIV_DOI)))
    if work.corpusid:
        found.append(("corpusid", work.corpusid))
    return tuple(found)


def name_of(identifier: Identifier) -> str:
    """An identifier as the id of a work."""
    scheme, value = identifier
    return value if scheme == "paper" else f"{scheme}:{value}"


def work_id_of(values: dict[str, str]) -> str:
    """The id of the work that some identifiers name: that of the strongest.

    Raises:
        ValueError: there is none.
    """
    for scheme in SCHEMES:
        if scheme in values:
            return name_of((scheme, values[scheme]))
    raise ValueError("a work without identifiers has no id of this kind")


def join_identifiers(
    works: Iterable[Paper | Reference],
) -> tuple[Groups[Identifier], list[LinkConflict]]:
    """All identifiers in sets that each name one work, whatever the order of the input."""
    groups: Groups[Identifier] = Groups()
    links: Counter[tuple[Identifier, Identifier]] = Counter()
    titles: dict[tuple[Identifier, Identifier], set[str]] = defaultdict(set)
    alone: dict[Identifier, set[str]] = defaultdict(set)
    for work in works:
        found = identifiers_of(work)
        for identifier in found:
            groups.add(identifier, {identifier[0]: identifier[1]})
        if not found:
            continue
        title = folded_title(work.title)
        weight = _OWN_WEIGHT if isinstance(work, Paper) else 1
        for other in found[1:]:
            links[found[0], other] += weight
            titles[found[0], other].add(title)
        if len(found) == 1:
            alone[found[0]].add(title)
    conflicts: list[LinkConflict] = []
    undecided = _undecided(links)
    for link, weight in sorted(links.items(), key=lambda item: (-item[1], item[0])):
        one, other = link
        if groups.root(one) == groups.root(other):
            continue
        reason = None
        if link in undecided:
            reason = ConflictReason.UNDECIDED
        elif not groups.fits(one, other):
            reason = ConflictReason.TWO_IDENTIFIERS
        elif weight < _OWN_WEIGHT and not _same_title(titles[link], alone[other]):
            reason = ConflictReason.TITLES
        if reason is None:
            groups.join(one, other)
        else:
            mentions = weight % _OWN_WEIGHT + weight // _OWN_WEIGHT
            conflicts.append(LinkConflict(name_of(one), name_of(other), mentions, reason))
    return groups, sorted(conflicts)


def _undecided(links: Counter[tuple[Identifier, Identifier]]) -> set[tuple[Identifier, Identifier]]:
    """The links of an identifier to two of one scheme that are attested equally often."""
    towards: dict[tuple[Identifier, str], list[tuple[int, tuple[Identifier, Identifier]]]]
    towards = defaultdict(list)
    for link, weight in links.items():
        one, other = link
        towards[one, other[0]].append((weight, link))
        towards[other, one[0]].append((weight, link))
    found: set[tuple[Identifier, Identifier]] = set()
    for rivals in towards.values():
        best = max(weight for weight, _ in rivals)
        equal = [link for weight, link in rivals if weight == best]
        if len(equal) > 1 and best < _OWN_WEIGHT:
            found.update(equal)
    return found


def _same_title(linked: set[str], alone: set[str]) -> bool:
    """Whether the titles beside a link may be those beside one of its ends alone."""
    mine, theirs = linked - {""}, alone - {""}
    if not mine or not theirs:
        return True
    return any(fuzz.token_set_ratio(a, b) >= _OTHER_TITLE for a in mine for b in theirs)
