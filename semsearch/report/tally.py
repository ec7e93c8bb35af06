"""Tallies: how often the corpus supports, contrasts and mentions a work, and in how many papers.

What is counted are citations: a statement that leads to a work by two entries of its reference list
counts twice. For every work the sum over the four types is ``total``, which is the number of its
citations by the corpus.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from semsearch.errors import QueryError
from semsearch.records import CitationType, Notice, NoticeKind, Section
from semsearch.search import Searcher
from semsearch.store.cited import CitingCount, citing_counts
from semsearch.store.database import Database
from semsearch.store.names import work_ids
from semsearch.store.notices import notices_about
from semsearch.store.works import work_id, works

MOST_NAMES = 500  # works of one request
_VOID = frozenset({NoticeKind.RETRACTION, NoticeKind.WITHDRAWAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Citations by type, and the distinct papers they stand in.

    ``supporting + contrasting + mentioning + unclassified == total``.
    """

    supporting: int
    contrasting: int
    mentioning: int
    unclassified: int
    total: int
    citing_papers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkTally:
    """The tally of one work.

    ``by_section`` has every section, so that the sums of its types are those of ``tally``; a paper
    that cites in two sections counts in each as a citing paper.
    """

    target: str  # id of the work
    doi: str | None
    tally: Tally
    by_section: dict[str, Tally]
    retracted: bool  # a retraction or withdrawal of the work is known
    notices: tuple[Notice, ...]  # about the work
    from_retracted: int  # citations by retracted papers, whether they are counted or not


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallies:
    """Tallies by the names that were asked for, in their order.

    ``unknown``: names of works that the corpus neither holds nor cites.
    """

    tallies: dict[str, WorkTally]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregateTally:
    """One tally over several works: a work named twice and a paper citing two count once.

    ``retracted_works``: how many of the named works are retracted; they are among ``works`` unless
    they were to be left out.
    """

    works: int
    retracted_works: int
    tally: Tally
    by_section: dict[str, Tally]
    unknown: tuple[str, ...]


def tally(searcher: Searcher, name: str, *, without_retracted: bool = False) -> WorkTally:
    """The tally of one work.

    Args:
        searcher: the index.
        name: what the work is called; see ``store.works.work_id``.
        without_retracted: leave out what retracted papers say.

    Raises:
        NotFoundError: the corpus neither holds nor cites it; the nearest known DOIs are named.
    """
    target = work_id(searcher.store, name)
    return tally_works(searcher.store, [target], without_retracted=without_retracted)[target]


def tallies(
    searcher: Searcher, names: Sequence[str], *, without_retracted: bool = False
) -> Tallies:
    """The tallies of many works, read together; unknown names are listed, not refused."""
    ids = work_ids(searcher.store, names)
    known = sorted({target for target in ids.values() if target is not None})
    found = tally_works(searcher.store, known, without_retracted=without_retracted)
    return Tallies(
        tallies={name: found[target] for name, target in ids.items() if target is not None},
        unknown=tuple(name for name, target in ids.items() if target is None),
    )


def aggregate_tally(
    searcher: Searcher, names: Sequence[str], *, without_retracted: bool = False
) -> AggregateTally:
    """One tally over many works; unknown names are listed.

    Args:
        searcher: the index.
        names: what the works are called; see ``store.works.work_id``.
        without_retracted: leave out what retracted papers say, and retracted works.
    """
    ids = work_ids(searcher.store, names)
    known = {target for target in ids.values() if target is not None}
    taken_back = retracted(searcher.store, known)
    works = known - taken_back if without_retracted else known
    counts = citing_counts(searcher.store, sorted(works))
    if without_retracted:
        void = retracted(searcher.store, {count.paper for count in counts})
        counts = [count for count in counts if count.paper not in void]
    return AggregateTally(
        works=len(works),
        retracted_works=len(taken_back),
        tally=add_up(counts),
        by_section=_by_section(counts),
        unknown=tuple(name for name, target in ids.items() if target is None),
    )


def check_names(names: Sequence[str], *, most: int = MOST_NAMES) -> None:
    """Refuse a request for too many works.

    Raises:
        QueryError: more than ``most`` names.
    """
    if len(names) > most:
        raise QueryError(f"{len(names):,} works were asked for, expected at most {most}")


def add_up(counts: Iterable[CitingCount]) -> Tally:
    """The tally of some counts, whatever works they are of."""
    return tally_of((count.type, count.citations, count.paper) for count in counts)


def tally_of(citations: Iterable[tuple[CitationType, int, str]]) -> Tally:
    """The tally of citations given as type, how many, and citing paper."""
    sums: defaultdict[CitationType, int] = defaultdict(int)
    papers: set[str] = set()
    for kind, number, paper in citations:
        sums[kind] += number
        papers.add(paper)
    total = sum(sums.values())
    return Tally(
        supporting=sums[CitationType.SUPPORTING],
        contrasting=sums[CitationType.CONTRASTING],
        mentioning=sums[CitationType.MENTIONING],
        unclassified=sums[CitationType.UNCLASSIFIED],
        total=total,
        citing_papers=len(papers),
    )


def retracted(database: Database, ids: Iterable[str]) -> frozenset[str]:
    """Those of some works of which a retraction or withdrawal is known."""
    found = notices_about(database, sorted(ids))
    return frozenset(identity for identity, notices in found.items() if is_void(notices))


def is_void(notices: Iterable[Notice]) -> bool:
    """Whether notices about a work take it back."""
    return any(notice.kind in _VOID for notice in notices)


def tally_works(
    database: Database, targets: Sequence[str], *, without_retracted: bool = False
) -> dict[str, WorkTally]:
    """The tallies of works by id, in the order given.

    Args:
        database: the store.
        targets: ids of works that the corpus holds or cites.
        without_retracted: leave out what retracted papers say.
    """
    known = works(database, targets)
    of_target: dict[str, list[CitingCount]] = {target: [] for target in targets}
    for count in citing_counts(database, targets):
        of_target[count.target].append(count)
    sources = {count.paper for counts in of_target.values() for count in counts}
    notices = notices_about(database, sorted(sources | set(targets)))
    void = {identity for identity, said in notices.items() if is_void(said)}
    found: dict[str, WorkTally] = {}
    for target, counts in of_target.items():
        kept = [c for c in counts if c.paper not in void] if without_retracted else counts
        found[target] = WorkTally(
            target=target,
            doi=known[target].doi,
            tally=add_up(kept),
            by_section=_by_section(kept),
            retracted=target in void,
            notices=notices.get(target, ()),
            from_retracted=sum(c.citations for c in counts if c.paper in void),
        )
    return found


def _by_section(counts: Sequence[CitingCount]) -> dict[str, Tally]:
    groups: defaultdict[Section, list[CitingCount]] = defaultdict(list)
    for count in counts:
        groups[count.section].append(count)
    return {section.value: add_up(groups[section]) for section in Section}
