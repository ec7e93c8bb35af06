"""Targets are papers: every reference is led to the one work that it names.

Identifiers first, then titles, then volume and page; a reference that nothing joins is a work of
its own, so that a second paper that gives it in the same words leads to the same. The same corpus
gives the same works, whatever the order in which it was read.

The entries that are linked are held in memory, about 7 kB each. They need not be all of the corpus,
where they are all that can have to do with one another; ``target_closure.py`` finds these.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from semsearch.index.target_descriptions import describe_work
from semsearch.index.target_heads import Sketched, heads_of, is_other
from semsearch.index.target_ids import (
    ConflictReason,
    Groups,
    Identifier,
    LinkConflict,
    identifiers_of,
    join_identifiers,
    name_of,
    work_id_of,
)
from semsearch.index.target_likeness import Node, Pair
from semsearch.index.target_sketches import Sketch, journal_titles, named_authors, sketch_of
from semsearch.index.target_titles import Matches, candidate_pairs, match_nodes
from semsearch.language.names import folded_name
from semsearch.records import Author, Paper, Reference
from semsearch.store.resolving import JoinMethod, Resolution, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetCounts:
    """What became of the references of the corpus.

    ``by_method``: references by what led them to their work; ``joined``: works that identifiers
    alone would have left in two or more; ``without``: references that say too little;
    ``conflicts``: identifiers that were kept apart, by reason; ``ambiguous``: wordings that two
    identified works fit equally well.
    """

    references: int
    works: int
    joined: int
    without: int
    ambiguous: int
    by_method: dict[str, int]
    conflicts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper or a reference; ``people`` as ``named_authors`` gives them."""

    work: Paper | Reference
    people: tuple[Author, ...]
    sketch: Sketch


@dataclass(slots=True)
class Gathered:
    """Entries in nodes of those that say the same.

    ``groups``, ``conflicts``: of their identifiers. ``places``: those in ``entries`` by key of the
    node. ``together``: keys of nodes by the identifiers that join them. ``doubted``: id of a work
    that identifiers name, and key of the node that was not believed. ``without``: entries that say
    too little.
    """

    entries: Sequence[Entry]
    groups: Groups[Identifier]
    conflicts: list[LinkConflict]
    nodes: dict[str, Node] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    together: dict[Identifier, set[str]] = field(default_factory=lambda: defaultdict(set))
    doubted: list[tuple[str, str]] = field(default_factory=list)
    without: int = 0


@dataclass(frozen=True, slots=True)
class Linked:
    """Works with the references that lead to them.

    ``led``: key of a node → id of its work. ``matches.near``: misses, for reading.
    """

    works: tuple[Work, ...]
    names: dict[str, str]
    resolutions: tuple[Resolution, ...]
    conflicts: tuple[LinkConflict, ...]
    counts: TargetCounts
    matches: Matches
    nodes: dict[str, Node]
    led: dict[str, str]


def link(
    papers: Sequence[Paper],
    references: Sequence[Reference],
    advance: Callable[[int], None] = lambda _: None,
) -> Linked:
    """Lead every reference of a corpus to its work.

    Args:
        papers: those of the corpus; each is a work.
        references: those of their lists.
        advance: told how many papers and references are done.
    """
    return lead(gather(entries_of(papers, references, journal_titles(references), advance)))


def entries_of(
    papers: Iterable[Paper],
    references: Iterable[Reference],
    journals: Container[str],
    advance: Callable[[int], None] = lambda _: None,
) -> list[Entry]:
    """Papers, then references, as they are linked.

    Args:
        papers: in the order wanted.
        references: likewise.
        journals: as ``sketch_of`` takes them.
        advance: told how many are done.
    """
    found: list[Entry] = []
    works: list[Paper | Reference] = [*papers, *references]
    for work in works:
        people = named_authors(work.authors)
        found.append(Entry(work, people, sketch_of(work, people, journals)))
        advance(1)
    return found


def gather(entries: Sequence[Entry], everywhere: Mapping[str, int] | None = None) -> Gathered:
    """Put entries that say the same together.

    Args:
        entries: all that share an identifier with one of them are among them.
        everywhere: how many entries of the corpus have each title of a sketch; counted here where
            these are all.
    """
    groups, conflicts = join_identifiers([entry.work for entry in entries])
    roots = [_root_of(entry.work, groups) for entry in entries]
    if everywhere is None:
        everywhere = Counter(entry.sketch.title for entry in entries)
    sketched: list[Sketched] = [
        (entry.work, entry.sketch, root) for entry, root in zip(entries, roots, strict=True)
    ]
    heads = heads_of(sketched, everywhere)
    found = Gathered(entries, groups, conflicts)
    for place, (entry, root) in enumerate(zip(entries, roots, strict=True)):
        told = entry.sketch.told
        wrong = root is not None and is_other(told, heads[root])
        home = groups.values[root] if root is not None and not wrong else {}
        key = f"{work_id_of(home) if home else ''}\t{told.text}"
        if root is None and not entry.sketch.usable:
            found.without += 1
            continue
        if root is not None and wrong:
            found.doubted.append((work_id_of(groups.values[root]), key))
        elif root is not None:
            found.together[root].add(key)
        node = found.nodes.get(key)
        if node is None:
            node = found.nodes[key] = Node(key, told, home)
        add_entry(node, entry)
        found.places[key].append(place)
    return found


def add_entry(node: Node, entry: Entry) -> None:
    """Say of a node what one more entry says."""
    node.add(
        _list_of(entry.work),
        entry.sketch,
        [folded_name(a.family) for a in entry.people],
        body=bool(entry.people) and entry.people[0].given is None,
    )


def lead(gathered: Gathered, candidates: Iterable[tuple[Node, Node]] | None = None) -> Linked:
    """Join what is one work, and describe it.

    Args:
        gathered: entries in nodes.
        candidates: pairs of nodes that may be one work; those of ``candidate_pairs`` where these
            are all nodes of the corpus.
    """
    nodes, entries = gathered.nodes, gathered.entries
    together = [sorted(keys) for keys in gathered.together.values()]
    pairs = candidate_pairs(nodes) if candidates is None else candidates
    matches = match_nodes(nodes, together, pairs)
    members: dict[str, list[str]] = defaultdict(list)
    for key in sorted(nodes):
        members[matches.groups.root(key)].append(key)
    works: list[Work] = []
    resolutions: list[Resolution] = []
    led: dict[str, str] = {}
    joined = 0
    for root_key, keys in members.items():
        values = matches.groups.values[root_key]
        identity = work_id_of(values) if values else _own_id(nodes, keys)
        led.update(dict.fromkeys(keys, identity))
        known = [entries[place] for key in keys for place in gathered.places[key]]
        works.append(
            describe_work(identity, values, [e.work for e in known], [e.people for e in known])
        )
        joined += len({key.split("\t")[0] or key for key in keys}) > 1
        for key in keys:
            method, score = _join_of(nodes[key], keys, matches, identity)
            resolutions += [
                Resolution(one.paper, one.key, identity, method, score)
                for one in (entries[place].work for place in gathered.places[key])
                if isinstance(one, Reference)
            ]
    conflicts = gathered.conflicts + _kept_apart(gathered.doubted, matches, led)
    resolutions.sort(key=lambda r: (r.paper, r.key))
    return Linked(
        works=tuple(sorted(works, key=lambda w: w.id)),
        names=_names(gathered, matches, works),
        resolutions=tuple(resolutions),
        conflicts=tuple(sorted(conflicts)),
        counts=TargetCounts(
            references=sum(isinstance(entry.work, Reference) for entry in entries),
            works=len(works),
            joined=joined,
            without=gathered.without,
            ambiguous=len(matches.ambiguous),
            by_method=dict(sorted(Counter(r.method.value for r in resolutions).items())),
            conflicts=dict(sorted(Counter(c.reason.value for c in conflicts).items())),
        ),
        matches=matches,
        nodes=nodes,
        led=led,
    )


def _root_of(work: Paper | Reference, groups: Groups[Identifier]) -> Identifier | None:
    """What stands for the identifiers of a work; None where it has none."""
    found = identifiers_of(work)
    return groups.root(found[0]) if found else None


def _kept_apart(
    doubted: Sequence[tuple[str, str]], matches: Matches, led: Mapping[str, str]
) -> list[LinkConflict]:
    """Identifiers that were not believed, and works that one reference fits equally well."""
    found = Counter((wrong_id, led[key], ConflictReason.WRONG) for wrong_id, key in doubted)
    for one_root, other_root in matches.rivals:
        first, last = sorted((led[one_root], led[other_root]))
        if first != last:
            found[first, last, ConflictReason.SAME_TITLE] += 1
    return [LinkConflict(a, b, n, why) for (a, b, why), n in found.items()]


def _list_of(work: Paper | Reference) -> str:
    """The list that a reference stands in; a paper stands in none, so that none shares it."""
    return work.paper if isinstance(work, Reference) else f"\t{work.id}"


def _own_id(nodes: dict[str, Node], keys: Iterable[str]) -> str:
    """The id of a work without identifiers: that of what most references say."""
    return min((nodes[key] for key in keys), key=lambda n: (-n.count, n.key)).sketch.own_id


def _join_of(
    node: Node, keys: Sequence[str], matches: Matches, identity: str
) -> tuple[JoinMethod, float]:
    """How the references of a node came to their work, and how sure that is."""
    if node.home and work_id_of(node.home) == identity:
        return JoinMethod.IDENTIFIER, 1.0
    pair: Pair | None = matches.scores.get(node.key)
    if pair is not None:
        method = JoinMethod.PLACE if pair.by_place else JoinMethod.TITLE
        return method, pair.score / 2 if node.key in matches.ambiguous else pair.score
    if node.home:  # another spelling of its own work was joined
        scores = [matches.scores[key].score for key in keys if key in matches.scores]
        return JoinMethod.TITLE, min(scores, default=1.0)
    return (JoinMethod.TITLE if node.count > 1 else JoinMethod.ALONE), 1.0


def _names(gathered: Gathered, matches: Matches, works: Iterable[Work]) -> dict[str, str]:
    """Every identifier with the id of its work; one that only a wrong link names leads nowhere."""
    held: dict[Identifier, str] = {}
    for root, keys in gathered.together.items():
        held[root] = work_id_of(matches.groups.values[matches.groups.root(min(keys))])
    found = {work.id: work.id for work in works}
    for identifier in sorted(gathered.groups.parent):
        if (work := held.get(gathered.groups.root(identifier))) is not None:
            found.setdefault(name_of(identifier), work)
    return dict(sorted(found.items()))
