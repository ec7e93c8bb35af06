"""The sides of a verdict as statements that can be read: the clearest of each, and each whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from semsearch.answer.evidence import ReadCandidate, evidence_of, read_candidates
from semsearch.answer.verdict import Evidence, StanceCount, Verdict, decide, joined_by_author
from semsearch.errors import QueryError
from semsearch.language.stance import DecidingSpan, Stance
from semsearch.rank.listing import read_stance
from semsearch.rank.options import SearchOptions
from semsearch.rank.run import Run
from semsearch.retrieve.hits import StanceView, StatementHit, StatementView
from semsearch.retrieve.paging import list_digest, read_cursor, write_cursor
from semsearch.retrieve.query import check_limit, check_text
from semsearch.retrieve.views import view_statements
from semsearch.search import Searcher
from semsearch.timing import Stage, timed

#: Statements that are shown of each side of a verdict.
STRONGEST = 3


class SideGrouping(StrEnum):
    """What the statements of a side are put together by."""

    STATEMENT = "statement"  # each by itself
    PAPER = "paper"  # those of one source
    AUTHORS = "authors"  # those of sources that share an author, directly or through others


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The clearest statements of one stance, at most ``STRONGEST``; the verdict counts all.

    ``spans``: for each of the statements, what in its text decided the reading.
    """

    stance: Stance
    statements: tuple[StatementView, ...]
    spans: tuple[tuple[DecidingSpan, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideGroup:
    """Statements that were put together, clearest first, with their ``spans`` as in ``Side``.

    ``papers``: ids of the sources, in the order of their clearest statements.
    """

    papers: tuple[str, ...]
    statements: tuple[StatementView, ...]
    spans: tuple[tuple[DecidingSpan, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideList:
    """A page of one whole side of a verdict.

    ``count`` is that of the verdict, ``total_groups`` how many groups it makes; without a yes/no
    relation both are empty.
    """

    question: str
    stance: Stance
    grouping: SideGrouping
    count: StanceCount
    total_groups: int
    groups: tuple[SideGroup, ...]
    filter: str | None
    next: str | None


def clearest(
    searcher: Searcher, run: Run, verdict: Verdict | None, hits: Sequence[StatementHit]
) -> tuple[Side, ...]:
    """The sides of a verdict that statements take, from supporting to reversed.

    Args:
        searcher: an opened index.
        run: of the question.
        verdict: on the question.
        hits: of the run; what is among them is not read from the store again.
    """
    if verdict is None:
        return ()
    chosen = {
        stance: count.ids[:STRONGEST] for stance, count in counts_of(verdict).items() if count.ids
    }
    wanted = [one for ids in chosen.values() for one in ids]
    shown: _Shown = {hit.statement.id: (hit.statement, _spans(hit.stance)) for hit in hits}
    shown |= _shown(searcher, run, [one for one in wanted if one not in shown])
    return tuple(
        Side(
            stance=stance,
            statements=tuple(shown[one][0] for one in ids),
            spans=tuple(shown[one][1] for one in ids),
        )
        for stance, ids in chosen.items()
    )


def counts_of(verdict: Verdict) -> dict[Stance, StanceCount]:
    """The counts of a verdict by stance, from supporting to reversed."""
    counts = verdict.counts
    return {
        Stance.SUPPORTS: counts.supports,
        Stance.HEDGED_SUPPORTS: counts.hedged_supports,
        Stance.OPPOSES: counts.opposes,
        Stance.NEUTRAL: counts.neutral,
        Stance.REVERSED: counts.reversed,
    }


def list_side(
    searcher: Searcher,
    question: str,
    stance: Stance,
    *,
    grouping: SideGrouping = SideGrouping.STATEMENT,
    options: SearchOptions | None = None,
) -> SideList:
    """All statements that a verdict counts on one side, clearest first.

    Args:
        searcher: an opened index.
        question: as for ``ask``.
        stance: which side; not ``unrelated``, which no verdict counts.
        grouping: what the statements are put together by.
        options: as for ``ask``; ``limit`` and ``cursor`` are in groups.

    Raises:
        QueryError: the question, the limit, the filter, the cursor or the stance cannot be asked
            for.
    """
    asked = check_text(question)
    how = options or SearchOptions()
    run = searcher.run(asked, how)
    return side_of(
        searcher, asked, run, read_candidates(searcher, run), stance, grouping=grouping, options=how
    )


def side_of(
    searcher: Searcher,
    asked: str,
    run: Run,
    read: list[ReadCandidate],
    stance: Stance,
    *,
    grouping: SideGrouping,
    options: SearchOptions,
) -> SideList:
    """As ``list_side``, of a question that was run and read already."""
    if stance is Stance.UNRELATED:
        raise QueryError(
            "the stance is 'unrelated', expected one of supports, hedged_supports, opposes,"
            " neutral, reversed"
        )
    limit = check_limit(options.limit)
    evidence = evidence_of(searcher, run, read) or []
    groups = _grouped([one for one in evidence if one.stance is stance], grouping)
    start = first_of_side(searcher, asked, stance, grouping, options)
    page = groups[start : start + limit]
    shown = _shown(searcher, run, [one.id for group in page for one in group])
    return SideList(
        question=asked,
        stance=stance,
        grouping=grouping,
        count=counts_of(decide(evidence))[stance],
        total_groups=len(groups),
        groups=tuple(
            SideGroup(
                papers=tuple(dict.fromkeys(one.paper for one in group)),
                statements=tuple(shown[one.id][0] for one in group),
                spans=tuple(shown[one.id][1] for one in group),
            )
            for group in page
        ),
        filter=None if run.filter is None else run.filter.words(),
        next=cursor_at_side(searcher, asked, stance, grouping, options, place=start + limit)
        if start + limit < len(groups)
        else None,
    )


def first_of_side(
    searcher: Searcher,
    asked: str,
    stance: Stance,
    grouping: SideGrouping,
    options: SearchOptions,
) -> int:
    """Where the page of groups starts that the options ask for, from 0.

    Raises:
        QueryError: the cursor belongs to another list.
    """
    return read_cursor(options.cursor, _digest(searcher, asked, stance, grouping, options))


def cursor_at_side(
    searcher: Searcher,
    asked: str,
    stance: Stance,
    grouping: SideGrouping,
    options: SearchOptions,
    *,
    place: int,
) -> str:
    """The cursor of the page that starts at a group of the side, from 0."""
    return write_cursor(place, _digest(searcher, asked, stance, grouping, options))


def _digest(
    searcher: Searcher,
    asked: str,
    stance: Stance,
    grouping: SideGrouping,
    options: SearchOptions,
) -> str:
    index = searcher.generation.manifest.content_digest
    return list_digest(index, asked, options.named(), stance, grouping)


def _grouped(evidence: Sequence[Evidence], grouping: SideGrouping) -> list[list[Evidence]]:
    """Groups in the order of the clearest of each."""
    if grouping is SideGrouping.STATEMENT:
        return [[one] for one in evidence]
    key = {one.paper: one.paper for one in evidence}
    if grouping is SideGrouping.AUTHORS:
        authors = {one.paper: one.authors for one in evidence}
        key = {paper: group[0] for group in joined_by_author(authors.items()) for paper in group}
    groups: dict[str, list[Evidence]] = {}
    for one in evidence:
        groups.setdefault(key[one.paper], []).append(one)
    return list(groups.values())


_Shown = dict[str, tuple[StatementView, tuple[DecidingSpan, ...]]]


def _shown(searcher: Searcher, run: Run, ids: Sequence[str]) -> _Shown:
    if not ids:
        return {}
    reader = None if run.asked is None else run.asked.reader
    found: _Shown = {}
    with timed(Stage.ROWS):
        views = view_statements(searcher.store, ids)
    with timed(Stage.RENDER):
        for view in views:
            found[view.id] = (view, _spans(read_stance(reader, view.text)))
    return found


def _spans(stance: StanceView | None) -> tuple[DecidingSpan, ...]:
    return () if stance is None else stance.spans
