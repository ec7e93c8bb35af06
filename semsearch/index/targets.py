"""Targets are papers: every reference is led to the one work that it names.

Identifiers first, then titles, then volume and page; a reference that nothing joins is a work of
its own, so that a second paper that gives it in the same words leads to the same. The same corpus
gives the same works, whatever the order in which it was read.

All references are held in memory while they are linked, about 7 kB each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from semsearch.index.self_citations import write_self_citations
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
from semsearch.index.target_sketches import journal_titles, named_authors, sketch_of
from semsearch.index.target_titles import Matches, match_nodes
from semsearch.index.workers import uncollected
from semsearch.language.names import folded_name
from semsearch.progress import Progress
from semsearch.records import Paper, Reference
from semsearch.store.database import Database
from semsearch.store.resolving import (
    JoinMethod,
    KeptApart,
    Resolution,
    Work,
    is_current,
    live_papers,
    live_references,
    write_works,
)

#: Version of the rules; another one makes all works again.
RULES = "works 2"


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
class Linked:
    """All works with the references that lead to them; ``near`` misses are for reading."""

    works: tuple[Work, ...]
    names: dict[str, str]
    resolutions: tuple[Resolution, ...]
    conflicts: tuple[LinkConflict, ...]
    counts: TargetCounts
    matches: Matches
    nodes: dict[str, Node]


def resolve_targets(database: Database, progress: Progress) -> None:
    """Bring works, targets and self-citations of the store up to date with its papers.

    Nothing is done when no paper came, changed or went since; else all works are made again, in
    one transaction, and only rows that differ are written.
    """
    if is_current(database, RULES):
        return
    with uncollected():
        _resolve(database, progress)


def _resolve(database: Database, progress: Progress) -> None:
    papers, references = list(live_papers(database)), list(live_references(database))
    total = len(papers) + len(references)
    with progress.stage("Linking references", total) as stage:
        linked = link(papers, references, stage.advance)
    conflicts = [KeptApart(c.one, c.other, c.mentions, c.reason) for c in linked.conflicts]
    with database.atomic():
        write_works(
            database,
            rules=RULES,
            works=linked.works,
            names=linked.names,
            resolutions=linked.resolutions,
            conflicts=conflicts,
        )
        write_self_citations(database)


def link(
    papers: Sequence[Paper],
    references: Sequence[Reference],
    advance: Callable[[int], None] = lambda _: None,
) -> Linked:
    """Lead every reference to its work.

    Args:
        papers: those of the corpus; each is a work.
        references: those of their lists.
        advance: told how many papers and references are done.
    """
    groups, conflicts = join_identifiers(papers, references)
    journals = journal_titles(references)
    every: list[Paper | Reference] = [*papers, *references]
    people = [named_authors(work.authors) for work in every]
    sketched: list[Sketched] = []
    for work, authors in zip(every, people, strict=True):
        sketched.append((work, sketch_of(work, authors, journals), _root_of(work, groups)))
        advance(1)
    heads = heads_of(sketched)
    nodes: dict[str, Node] = {}
    of_node: dict[str, list[int]] = defaultdict(list)  # places in ``every``
    together: dict[Identifier, set[str]] = defaultdict(set)
    doubted: list[tuple[str, str]] = []  # id of the work that was named, key of the node
    without = 0
    for place, (work, sketch, root) in enumerate(sketched):
        told = sketch.told
        wrong = root is not None and is_other(told, heads[root])
        home = groups.values[root] if root is not None and not wrong else {}
        key = f"{work_id_of(home) if home else ''}\t{told.text}"
        if root is None and not sketch.usable:
            without += 1
            continue
        if root is not None and wrong:
            doubted.append((work_id_of(groups.values[root]), key))
        elif root is not None:
            together[root].add(key)
        authors = people[place]
        node = nodes.get(key)
        if node is None:
            node = nodes[key] = Node(key, told, home)
        node.add(
            _list_of(work),
            sketch,
            [folded_name(a.family) for a in authors],
            body=bool(authors) and authors[0].given is None,
        )
        of_node[key].append(place)
    matches = match_nodes(nodes, [sorted(keys) for keys in together.values()])
    members: dict[str, list[str]] = defaultdict(list)
    for key in sorted(nodes):
        members[matches.groups.root(key)].append(key)
    works: list[Work] = []
    resolutions: list[Resolution] = []
    named: dict[str, str] = {}  # root of a set of nodes → id of the work
    joined = 0
    for root_key, keys in members.items():
        values = matches.groups.values[root_key]
        identity = work_id_of(values) if values else _own_id(nodes, keys)
        named[root_key] = identity
        places = [place for key in keys for place in of_node[key]]
        known = [every[place] for place in places]
        works.append(describe_work(identity, values, known, [people[place] for place in places]))
        joined += len({key.split("\t")[0] or key for key in keys}) > 1
        for key in keys:
            method, score = _join_of(nodes[key], keys, matches, identity)
            resolutions += [
                Resolution(one.paper, one.key, identity, method, score)
                for one in map(every.__getitem__, of_node[key])
                if isinstance(one, Reference)
            ]
    conflicts += _kept_apart(doubted, matches, named)
    names = _names(groups, together, matches, works)
    resolutions.sort(key=lambda r: (r.paper, r.key))
    return Linked(
        works=tuple(sorted(works, key=lambda w: w.id)),
        names=names,
        resolutions=tuple(resolutions),
        conflicts=tuple(sorted(conflicts)),
        counts=TargetCounts(
            references=len(references),
            works=len(works),
            joined=joined,
            without=without,
            ambiguous=len(matches.ambiguous),
            by_method=dict(sorted(Counter(r.method.value for r in resolutions).items())),
            conflicts=dict(sorted(Counter(c.reason.value for c in conflicts).items())),
        ),
        matches=matches,
        nodes=nodes,
    )


def _root_of(work: Paper | Reference, groups: Groups[Identifier]) -> Identifier | None:
    """What stands for the identifiers of a work; None where it has none."""
    found = identifiers_of(work)
    return groups.root(found[0]) if found else None


def _kept_apart(
    doubted: Sequence[tuple[str, str]], matches: Matches, named: Mapping[str, str]
) -> list[LinkConflict]:
    """Identifiers that were not believed, and works that one reference fits equally well."""
    found = Counter(
        (wrong_id, named[matches.groups.root(key)], ConflictReason.WRONG)
        for wrong_id, key in doubted
    )
    for one_root, other_root in matches.rivals:
        first, last = sorted(named[matches.groups.root(r)] for r in (one_root, other_root))
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


def _names(
    groups: Groups[Identifier],
    together: dict[Identifier, set[str]],
    matches: Matches,
    works: Iterable[Work],
) -> dict[str, str]:
    """Every identifier with the id of its work; one that only a wrong link names leads nowhere."""
    held: dict[Identifier, str] = {}
    for root, keys in together.items():
        held[root] = work_id_of(matches.groups.values[matches.groups.root(min(keys))])
    found = {work.id: work.id for work in works}
    for identifier in sorted(groups.parent):
        if (work := held.get(groups.root(identifier))) is not None:
            found.setdefault(name_of(identifier), work)
    return dict(sorted(found.items()))
