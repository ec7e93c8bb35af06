"""Which entries must be linked again after a change, so that the others stay as they are.

What an entry leads to depends on those that share an identifier with it, on those that say the
same, and on those that are so like it that they may be one work; on how often its title is given,
where its identifiers leave a tie; and on which names are journals. Entries that depend on one
another are a component. All components that a change touches, before it or after, are linked again;
what has nothing to do with these cannot change.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from semsearch.errors import DamageError
from semsearch.index.target_features import (
    Feature,
    as_kind,
    blocks_in_numbers,
    features_of,
    kind_of,
    number_of,
    place_of,
    printed_features,
)
from semsearch.index.target_likeness import JOINED, Node, compare
from semsearch.index.target_sketches import is_journal
from semsearch.index.target_state import KeptEntry, KeptNode, TargetState
from semsearch.index.target_titles import is_windowed, pairs_in_block
from semsearch.index.targets import Entry, Gathered, add_entry, entries_of, gather
from semsearch.language.titles import folded_title
from semsearch.records import Paper, Reference
from semsearch.store.database import Database
from semsearch.store.reading import (
    corpus_members,
    papers,
    references,
    references_at,
)

_Place = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class _Member:
    """A node in a block; ``kept`` is None for one that is linked again."""

    key: str
    letters: str
    has_doi: bool
    kept: KeptNode | None


@dataclass(frozen=True, slots=True)
class Closure:
    """What has to be linked again.

    ``gone``: entries as they were that went or changed. ``came``: those that came or changed.
    ``kept``: ids of the others by paper and key. ``nodes``: all nodes as they were. ``gathered``:
    all entries as they are. ``candidates``: pairs of their nodes worth a comparison.
    """

    gone: tuple[KeptEntry, ...]
    came: tuple[Entry, ...]
    kept: dict[_Place, int]
    nodes: tuple[KeptNode, ...]
    gathered: Gathered
    candidates: list[tuple[Node, Node]]


def closure_of(
    database: Database, state: TargetState, changed: Iterable[str], *, most: int
) -> Closure | None:
    """What has to be linked again.

    Args:
        database: the store.
        state: how its papers were linked before some changed.
        changed: ids of all papers that came, changed or went since; also of some that did not.
        most: entries.

    Returns:
        None where it is more.

    Raises:
        DamageError: the state is not that of the store.
    """
    return _Closing(database, state, set(changed), most).closed()


class _Closing:
    def __init__(
        self, database: Database, state: TargetState, changed: set[str], most: int
    ) -> None:
        self._database = database
        self._state = state
        self._most = most
        self._nodes: dict[int, KeptNode] = {}  # as they were, of all components that are in
        self._components: set[int] = set()
        self._kept: dict[_Place, int] = {}
        self._entries: dict[_Place, Entry] = {}
        self._beyond: dict[int, Node] = {}  # nodes that are not in, by id
        self._gone = {entry.id: entry for entry in state.entries_of(changed)}
        live = sorted(corpus_members(database, sorted(changed)))
        came: list[Paper | Reference] = [
            *papers(database, live).values(),
            *(entry for paper in live for entry in references(database, paper)),
        ]
        # How many entries more than before have each feature.
        self._more: Counter[int] = Counter()
        self._more.subtract(
            one
            for entry in self._gone.values()
            for one in entry.features
            if kind_of(one) is not Feature.TITLE
        )
        self._more.update(one for work in came for one in printed_features(work))
        renamed = self._renamed()
        came += self._read(renamed)
        self._gone |= {entry.id: entry for entry in renamed}
        self._came = self._sketched(came)
        self._more.subtract(
            one
            for entry in self._gone.values()
            for one in entry.features
            if kind_of(one) is Feature.TITLE
        )
        self._more.update(
            one
            for entry in self._came
            for one in features_of(entry)
            if kind_of(one) is Feature.TITLE
        )
        self._entries.update((place_of(entry.work), entry) for entry in self._came)

    def closed(self) -> Closure | None:
        wanted = self._touched()
        while True:
            if not self._take_in(wanted):
                return None
            gathered = gather(
                [self._entries[place] for place in sorted(self._entries, key=_in_order)],
                self._everywhere(),
            )
            candidates: list[tuple[Node, Node]] = []
            wanted = self._named_elsewhere(gathered) or self._alike(gathered, candidates)
            if not wanted:
                return Closure(
                    gone=tuple(self._gone.values()),
                    came=tuple(self._came),
                    kept=self._kept,
                    nodes=tuple(self._nodes.values()),
                    gathered=gathered,
                    candidates=candidates,
                )

    def _renamed(self) -> list[KeptEntry]:
        """Entries whose title began or ceased to be taken for the name of a journal."""
        names = {
            as_kind(one, Feature.BARE)
            for one, count in self._more.items()
            if count and kind_of(one) in (Feature.JOURNAL, Feature.TITLED)
        }
        before, after = self._journals(names, {}), self._journals(names, self._more)
        found = self._state.entries_with(before ^ after)
        return [entry for entry in found if entry.id not in self._gone]

    def _journals(self, names: set[int], more: Mapping[int, int]) -> set[int]:
        """Those of some names (``BARE``) that are journals."""
        wanted = {as_kind(n, kind) for n in names for kind in (Feature.JOURNAL, Feature.TITLED)}
        counts = self._state.counts(wanted)

        def count(name: int, kind: Feature) -> int:
            number = as_kind(name, kind)
            return counts.get(number, 0) + more.get(number, 0)

        return {n for n in names if is_journal(count(n, Feature.JOURNAL), count(n, Feature.TITLED))}

    def _read(self, entries: Iterable[KeptEntry]) -> list[Paper | Reference]:
        """Entries that did not change, as the store has them."""
        wanted = list(entries)
        ids = [entry.paper for entry in wanted if entry.key is None]
        keys = [(entry.paper, entry.key) for entry in wanted if entry.key is not None]
        found: list[Paper | Reference] = [
            *papers(self._database, ids).values(),
            *references_at(self._database, keys),
        ]
        if len(found) != len(wanted):
            raise DamageError("what is kept of targets names references that the store has not")
        return found

    def _sketched(self, works: Iterable[Paper | Reference]) -> list[Entry]:
        wanted = list(works)
        titles = {
            number_of(title) | Feature.BARE: title
            for work in wanted
            if not folded_title(work.journal) and (title := folded_title(work.title))
        }
        journals = {titles[number] for number in self._journals(set(titles), self._more)}
        return entries_of(
            [work for work in wanted if isinstance(work, Paper)],
            [work for work in wanted if isinstance(work, Reference)],
            journals,
        )

    def _everywhere(self) -> dict[str, int]:
        """How many entries of the corpus have each of the titles."""
        titles = {
            number_of(title) | Feature.TITLE: title
            for title in {entry.sketch.title for entry in self._entries.values()}
            if title
        }
        counts = self._state.counts(titles)
        # Nothing is decided by how many have no title: all that have none are equal in that.
        return {"": 0} | {t: counts.get(n, 0) + self._more[n] for n, t in titles.items()}

    def _touched(self) -> set[int]:
        """Components that what changed has to do with."""
        shared = {one for entry in self._came for one in features_of(entry)}
        features = {one for one in shared if kind_of(one) is Feature.IDENTIFIER}
        features |= {
            one for one, count in self._more.items() if count and kind_of(one) is Feature.TITLE
        }
        beside = [*self._gone.values(), *self._state.entries_with(features)]
        nodes = {entry.node for entry in beside if entry.node is not None}
        return {node.component for node in self._state.nodes(nodes)}

    def _take_in(self, components: set[int]) -> bool:
        """Link the entries of some components again; False where these are too many."""
        self._components |= components
        nodes = self._state.nodes_of(components)
        self._nodes |= {node.id: node for node in nodes}
        held = self._state.entries_in(node.id for node in nodes)
        entries = [entry for entry in held if entry.id not in self._gone]
        if len(self._entries) + len(entries) > self._most:
            return False
        self._kept |= {(entry.paper, entry.key): entry.id for entry in entries}
        for entry in self._sketched(self._read(entries)):
            self._entries[place_of(entry.work)] = entry
        return True

    def _named_elsewhere(self, gathered: Gathered) -> set[int]:
        """Components with a node that has the key of one that is linked again."""
        found = self._state.nodes_named(gathered.nodes)
        return {node.component for node in found} - self._components

    def _alike(self, gathered: Gathered, candidates: list[tuple[Node, Node]]) -> set[int]:
        """Components with a node that may be one work with one that is linked again.

        Also those whose nodes begin or cease to be compared, as others come and go between them.

        Args:
            gathered: what is linked again.
            candidates: takes up its own pairs.
        """
        nodes = gathered.nodes
        members = {key: _Member(key, n.letters, n.has_doi, None) for key, n in nodes.items()}
        now: dict[int, list[_Member]] = defaultdict(list)
        for key, node in nodes.items():
            for block in blocks_in_numbers(node):
                now[block].append(members[key])
        touched = set(now).union(*(node.blocks for node in self._nodes.values()))
        ids = self._state.blocks(touched)
        kept = {
            n.id: n for n in self._state.nodes({one for found in ids.values() for one in found})
        }
        as_was = {n.id: _Member(n.key, n.letters, n.has_doi, n) for n in kept.values()}
        found: set[int] = set()
        compared: set[tuple[int, str]] = set()
        for block in sorted(touched):
            before = [as_was[one] for one in ids.get(block, ())]
            after = [*now.get(block, ()), *(m for m in before if not self._is_in(m))]
            beyond: set[tuple[int, int]] = set()  # pairs of nodes that are not in
            for one, other in _pairs(after):
                if one.kept is None and other.kept is None:
                    candidates.append((nodes[one.key], nodes[other.key]))
                elif one.kept is not None and other.kept is not None:
                    beyond.add(_sorted(one.kept.id, other.kept.id))
                else:
                    mine, theirs = (one, other) if one.kept is None else (other, one)
                    assert theirs.kept is not None  # noqa: S101 - for mypy
                    if (theirs.kept.id, mine.key) not in compared:
                        compared.add((theirs.kept.id, mine.key))
                        if self._joins(nodes[mine.key], self._node(theirs.kept)):
                            found.add(theirs.kept.component)
            if is_windowed(len(before)) or is_windowed(len(after)):
                found |= self._window(before, beyond, kept)
        return found

    def _window(
        self, before: list[_Member], after: set[tuple[int, int]], kept: Mapping[int, KeptNode]
    ) -> set[int]:
        """Components of nodes that are not in and of which pairs come into a block or leave it.

        Args:
            before: the block as it was.
            after: ids of the pairs of such nodes that it has now.
            kept: nodes by id.
        """
        pairs = {
            _sorted(one.kept.id, other.kept.id)
            for one, other in _pairs(before)
            if one.kept is not None
            and other.kept is not None
            and not self._is_in(one)
            and not self._is_in(other)
        }
        found: set[int] = set()
        for first, second in pairs ^ after:
            one, other = kept[first], kept[second]
            if one.component == other.component:
                found.add(one.component)
            elif self._joins(self._node(one), self._node(other)):
                found |= {one.component, other.component}
        return found

    def _is_in(self, member: _Member) -> bool:
        return member.kept is not None and member.kept.id in self._nodes

    def _node(self, kept: KeptNode) -> Node:
        """A node that is not in, as it is compared."""
        found = self._beyond.get(kept.id)
        if found is None:
            entries = self._sketched(self._read(self._state.entries_in([kept.id])))
            if not entries:
                raise DamageError("what is kept of targets has a node without references")
            found = self._beyond[kept.id] = Node(kept.key, entries[0].sketch.told, {})
            for entry in entries:
                add_entry(found, entry)
        return found

    @staticmethod
    def _joins(one: Node, other: Node) -> bool:
        pair = compare(one, other)
        return pair is not None and pair.score >= JOINED


def _pairs(members: list[_Member]) -> Iterator[tuple[_Member, _Member]]:
    return pairs_in_block(members) if len(members) > 1 else iter(())


def _sorted(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def _in_order(place: _Place) -> tuple[bool, str, str]:
    """Papers, then references, as all of a corpus are linked."""
    paper, key = place
    return key is not None, paper, key or ""
