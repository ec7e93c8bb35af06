"""What the search page shows of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from semsearch.answer.ask import Answer, ask, ask_for_side
from semsearch.answer.sides import (
    SideGrouping,
    SideList,
    counts_of,
    cursor_at_side,
    first_of_side,
)
from semsearch.answer.verdict import LEANING_SHARE, StanceCount, Verdict, VerdictKind
from semsearch.language.stance import Stance
from semsearch.rank.listing import cursor_at, first_place
from semsearch.report.corpus import span_of_years
from semsearch.report.paper import short_name
from semsearch.retrieve.filters import FilterField
from semsearch.retrieve.hits import AbstractHit, StatementHit
from semsearch.retrieve.query import check_limit
from semsearch.search import Searcher
from semsearch.serve.pages.cards import (
    Card,
    Piece,
    SourceLine,
    abstract_pieces,
    card_of,
    card_of_hit,
    source_line,
)
from semsearch.serve.pages.facets import Facet, Narrowing, facets_of, narrowings
from semsearch.serve.pages.histogram import Histogram, histogram
from semsearch.serve.pages.state import AskState, View

_LIMITS = (10, 20, 50)
#: Other statements under the two columns.
OTHERS = 5
_MEANS: Mapping[VerdictKind, str] = {
    VerdictKind.YES: "Papers that share no author state it, and little is said against it.",
    VerdictKind.PROBABLY: "More is said for it than against it, but not enough for a clear yes.",
    VerdictKind.MIXED: "What is said for it and what is said against it are close to level.",
    VerdictKind.NO: "Papers that share no author deny it, and little is said for it.",
    VerdictKind.UNKNOWN: "No statement of this index says whether it is so.",
}
_LEANING_NO = "More is said against it than for it, but not enough for a clear no."
_MISREAD = (
    "What seems to support it is less clear than what says the opposite direction, and may be that"
    " misread."
)
LABELS: Mapping[Stance, str] = {
    Stance.SUPPORTS: "Supports",
    Stance.HEDGED_SUPPORTS: "Supports with reserve",
    Stance.OPPOSES: "Opposes",
    Stance.NEUTRAL: "Tells no direction",
    Stance.REVERSED: "Says the opposite direction",
    Stance.UNRELATED: "Takes no side",
}


@dataclass(frozen=True, slots=True)
class CountRow:
    """The count of one stance; each number leads to the list that it counts."""

    stance: Stance
    label: str
    count: StanceCount
    statements_href: str
    papers_href: str
    groups_href: str


@dataclass(frozen=True, slots=True)
class VerdictPanel:
    """The verdict in words and numbers."""

    verdict: Verdict
    means: str
    rows: tuple[CountRow, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One side of the overview: the clearest statements, and the way to all."""

    stance: Stance
    label: str
    total: int
    cards: tuple[Card, ...]
    href: str

    @property
    def facing(self) -> bool:
        """Whether it stands beside another side, for or against; the rest stands below."""
        return self.stance in (Stance.SUPPORTS, Stance.OPPOSES)


@dataclass(frozen=True, slots=True)
class AbstractCard:
    """An abstract by its best sentence."""

    pieces: tuple[Piece, ...]
    source: SourceLine
    stance: Stance | None


@dataclass(frozen=True, slots=True)
class Tab:
    """A view of the answer."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class CardGroup:
    """Cards that belong together on a whole side; without a heading where each is alone."""

    heading: str | None
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """All that the search page shows; ``columns`` only in the overview, ``side`` on a side."""

    state: AskState
    answer: Answer
    panel: VerdictPanel | None
    tabs: tuple[Tab, ...]
    columns: tuple[Column, ...]
    cards: tuple[Card, ...]
    side: SideList | None
    groups: tuple[CardGroup, ...]
    abstracts: tuple[AbstractCard, ...]
    facets: tuple[Facet, ...]
    years: Histogram | None
    narrowings: tuple[Narrowing, ...]
    next: str | None
    previous: str | None
    first: str | None  # address of the first page, on any other
    limit: int
    limits: tuple[int, ...]  # that can be chosen
    export: str  # the query of an export of the whole list
    labels: Mapping[Stance, str] = field(default_factory=lambda: LABELS)

    @property
    def spoken(self) -> Mapping[Stance, str]:
        """What is written on the cards of a list: nothing where no side is taken."""
        taken = () if self.panel is None else (row.stance for row in self.panel.rows)
        return {stance: LABELS[stance] for stance in taken}


def answer_page(searcher: Searcher, state: AskState) -> Asked:
    """Ask, and arrange the answer for the view of a state.

    A question without a verdict has no sides: it is shown as a list.

    Raises:
        QueryError: as ``ask`` and ``ask_for_side``.
    """
    stance, side = state.view.stance, None
    if stance is None:
        answer = ask(searcher, state.q, options=state.options())
    else:
        answer, side = ask_for_side(
            searcher, state.q, stance, grouping=state.grouping, options=state.options()
        )
    if answer.verdict is None and state.view is not View.LIST:
        state = replace(state, view=View.LIST)
        if side is not None:
            answer, side = ask(searcher, state.q, options=state.changed().options()), None
    overview = state.view is View.OVERVIEW
    hits = answer.statements if side is None else ()
    cards = tuple(_listed(hit, state) for hit in hits)
    if overview:
        cards = tuple(card for card in cards if card.stance is Stance.UNRELATED)[:OTHERS]
    years = span_of_years(searcher)
    cursor = answer.next if side is None else side.next
    return Asked(
        state=state,
        answer=answer,
        panel=_panel(answer.verdict, state),
        tabs=_tabs(answer, state),
        columns=_columns(answer, state) if overview else (),
        cards=cards,
        side=side,
        groups=() if side is None else _groups(side),
        abstracts=tuple(_abstract(hit) for hit in answer.abstracts),
        facets=facets_of(answer.facets, state),
        years=None
        if years is None
        else histogram(
            answer.facets[FilterField.YEAR],
            years,
            year_from=state.year_from,
            year_to=state.year_to,
        ),
        narrowings=narrowings(state),
        next=None if cursor is None or overview else replace(state, cursor=cursor).path(),
        previous=_previous(searcher, answer.question, state),
        first=None if state.cursor is None else state.changed().path(),
        limit=check_limit(state.limit),
        limits=tuple(sorted({*_LIMITS, check_limit(state.limit)})),
        export=urlencode(state.api_parameters(paged=False)),
    )


def _previous(searcher: Searcher, asked: str, state: AskState) -> str | None:
    """The address of the page before; None on the first one."""
    if state.cursor is None:
        return None
    options, stance = state.options(), state.view.stance
    limit = check_limit(state.limit)
    if stance is None:
        start = first_place(searcher.generation, asked, options) - limit
        cursor = cursor_at(searcher.generation, asked, options, start)
    else:
        side = (searcher, asked, stance, state.grouping, options)
        start = first_of_side(*side) - limit
        cursor = cursor_at_side(*side, place=start)
    return replace(state, cursor=cursor if start > 0 else None).path()


def side_path(state: AskState, stance: Stance, grouping: SideGrouping) -> str:
    """The address of a side whole."""
    return state.changed(view=View(stance.value), grouping=grouping).path()


def _panel(verdict: Verdict | None, state: AskState) -> VerdictPanel | None:
    if verdict is None:
        return None
    means = _MEANS[verdict.verdict]
    if verdict.misread:
        means = _MISREAD
    elif verdict.verdict is VerdictKind.MIXED and verdict.share is not None:
        means = _LEANING_NO if verdict.share < LEANING_SHARE and verdict.leaning_no else means
    rows = tuple(
        CountRow(
            stance,
            LABELS[stance],
            count,
            side_path(state, stance, SideGrouping.STATEMENT),
            side_path(state, stance, SideGrouping.PAPER),
            side_path(state, stance, SideGrouping.AUTHORS),
        )
        for stance, count in counts_of(verdict).items()
    )
    return VerdictPanel(verdict, means, rows)


def _tabs(answer: Answer, state: AskState) -> tuple[Tab, ...]:
    if answer.verdict is None:
        return ()
    found = [
        ("For and against", View.OVERVIEW),
        (f"All {answer.total:,} by relevance", View.LIST),
    ]
    tabs = [
        Tab(label, state.changed(view=view).path(), state.view is view) for label, view in found
    ]
    if (stance := state.view.stance) is not None:
        tabs.append(Tab(LABELS[stance], state.changed().path(), True))
    return tuple(tabs)


def _columns(answer: Answer, state: AskState) -> tuple[Column, ...]:
    """Supports and opposes in any case, so that they stand beside each other; others as found."""
    assert answer.verdict is not None  # noqa: S101 - the overview is of a verdict
    sides = {side.stance: side for side in answer.sides}
    return tuple(
        Column(
            stance,
            LABELS[stance],
            count.statements,
            tuple(
                card_of(view, spans=spans)
                for view, spans in zip(sides[stance].statements, sides[stance].spans, strict=True)
            )
            if stance in sides
            else (),
            side_path(state, stance, SideGrouping.STATEMENT),
        )
        for stance, count in counts_of(answer.verdict).items()
        if stance in sides or stance in (Stance.SUPPORTS, Stance.OPPOSES)
    )


def _groups(side: SideList) -> tuple[CardGroup, ...]:
    """The groups of a side; papers that share authors are named together."""
    found = []
    for group in side.groups:
        heading = None
        papers = len(group.papers)
        if side.grouping is SideGrouping.AUTHORS:
            names = {view.paper.id: short_name(view.paper) for view in group.statements}
            heading = "; ".join(names.values()) + (f" ({papers} papers)" if papers > 1 else "")
        elif side.grouping is SideGrouping.PAPER:
            heading = source_line(group.statements[0].paper).name
        cards = tuple(
            card_of(view, spans=spans)
            for view, spans in zip(group.statements, group.spans, strict=True)
        )
        found.append(CardGroup(heading, cards))
    return tuple(found)


def _listed(hit: StatementHit, state: AskState) -> Card:
    """The card of a hit; what was put under it is a list of its own."""
    card, doi = card_of_hit(hit), hit.statement.paper.doi
    return replace(card, more_href=state.within(doi).path()) if card.more and doi else card


def _abstract(hit: AbstractHit) -> AbstractCard:
    stance = None if hit.stance is None else hit.stance.stance
    return AbstractCard(abstract_pieces(hit), source_line(hit.paper), stance)
