"""``ask``, ``search`` and ``similar`` within a budget."""

from __future__ import annotations

from collections.abc import Sequence

from semsearch.answer.ask import Answer, ask, ask_for_side
from semsearch.answer.sides import SideGrouping, cursor_at_side, first_of_side
from semsearch.answer.sides import counts_of as counts_by_stance
from semsearch.answer.verdict import Verdict
from semsearch.language.stance import Stance
from semsearch.rank.listing import cursor_at, first_place
from semsearch.rank.options import SearchOptions, read_options
from semsearch.retrieve.hits import StatementHit
from semsearch.retrieve.paging import list_digest, read_cursor, write_cursor
from semsearch.retrieve.query import check_limit, check_text
from semsearch.search import Searcher
from semsearch.serve.mcp.arguments import AskArguments, SearchArguments, SimilarArguments
from semsearch.serve.mcp.budget import Page, fit
from semsearch.serve.mcp.quotes import Listed, quote, quote_hit, say_needs, say_shown
from semsearch.serve.mcp.shapes import (
    AskResult,
    Quote,
    SearchShown,
    SideShown,
    SimilarShown,
    VerdictShown,
)
from semsearch.settings import settings

#: Of sides: where the budget is small, both that speak clearly are heard before all others.
_ORDER = (
    Stance.SUPPORTS,
    Stance.OPPOSES,
    Stance.HEDGED_SUPPORTS,
    Stance.NEUTRAL,
    Stance.REVERSED,
)


def answer_question(searcher: Searcher, asked: AskArguments) -> Page:
    """The verdict with its counts, then the clearest statements of each side in turn.

    With a stance a page of that side; without a verdict, and on following pages of such a list, the
    nearest statements.

    Raises:
        QueryError: as for ``ask`` and ``list_side``, and where the budget is too small.
    """
    options = read_options(limit=asked.limit, filters=asked.filters, cursor=asked.cursor)
    if asked.stance is not None:
        answer, lane = _one_side(searcher, asked.question, asked.stance, options)
        return _fit_answer(searcher, asked, answer, {asked.stance: lane}, None)
    answer = ask(searcher, asked.question, options=options)
    if answer.sides and asked.cursor is None:
        return _fit_answer(searcher, asked, answer, _clearest(searcher, answer, options), None)
    more = answer.next is not None
    nearest = _hits(searcher, answer.question, answer.statements, more=more, options=options)
    return _fit_answer(searcher, asked, answer, {}, nearest)


def search_statements(searcher: Searcher, asked: SearchArguments) -> Page:
    """A page of the statements that fit a text best.

    Raises:
        QueryError: as for ``Searcher.search``, and where the budget is too small.
    """
    options = read_options(
        limit=asked.limit, filters=asked.filters, sort=asked.sort, cursor=asked.cursor
    )
    found = searcher.search(asked.text, options=options)
    listed = _hits(searcher, found.query, found.hits, more=found.next is not None, options=options)

    def render(counts: Sequence[int], needs: int | None) -> Page:
        (shown,) = counts
        following, left_out = listed.next(shown), len(listed.items) - shown
        told = f"{found.total:,} found. "
        if found.empty_because is not None:
            told += f"{found.empty_because}. "
        told += say_shown(shown, left_out, what="statements", cursor=following)
        return Page(
            told + say_needs(needs),
            SearchShown(
                generation=searcher.generation.manifest.generation,
                needs=needs,
                found=found.total,
                statements=list(listed.items[:shown]),
                left_out=left_out,
                next=following,
                filter=found.filter,
                empty_because=found.empty_because,
            ),
        )

    return fit([listed.items], render, asked.token_budget)


def similar_statements(searcher: Searcher, asked: SimilarArguments) -> Page:
    """Statements that cite in a similar context; the list goes on to the setting ``max_limit``.

    Raises:
        QueryError: as for ``Searcher.similar``, and where the budget is too small.
        NotFoundError: the index holds no such statement.
    """
    limit, most = check_limit(asked.limit), settings().max_limit
    content = searcher.generation.manifest.content_digest
    text = check_text(asked.statement_or_text, name="text")
    digest = list_digest(content, "similar", text)
    start = read_cursor(asked.cursor, digest)
    end = min(start + limit, most)
    hits = searcher.similar(text, limit=end).hits
    listed = Listed(
        items=[quote_hit(hit) for hit in hits[start:]],
        start=start,
        more=len(hits) == end < most,
        cursor=lambda place: write_cursor(place, digest),
    )

    def render(counts: Sequence[int], needs: int | None) -> Page:
        (shown,) = counts
        following, left_out = listed.next(shown), len(listed.items) - shown
        return Page(
            say_shown(shown, left_out, what="statements", cursor=following) + say_needs(needs),
            SimilarShown(
                generation=searcher.generation.manifest.generation,
                needs=needs,
                statements=list(listed.items[:shown]),
                left_out=left_out,
                next=following,
            ),
        )

    return fit([listed.items], render, asked.token_budget)


def _hits(
    searcher: Searcher,
    query: str,
    hits: Sequence[StatementHit],
    *,
    more: bool,
    options: SearchOptions,
) -> Listed[Quote]:
    generation = searcher.generation
    return Listed(
        items=[quote_hit(hit) for hit in hits],
        start=first_place(generation, query, options),
        more=more,
        cursor=lambda place: cursor_at(generation, query, options, place),
    )


def _one_side(
    searcher: Searcher, question: str, stance: Stance, options: SearchOptions
) -> tuple[Answer, Listed[Quote]]:
    by = SideGrouping.STATEMENT
    answer, side = ask_for_side(searcher, question, stance, grouping=by, options=options)
    return answer, Listed(
        items=[quote(view, stance=stance) for group in side.groups for view in group.statements],
        start=first_of_side(searcher, answer.question, stance, by, options),
        more=side.next is not None,
        cursor=lambda at: cursor_at_side(searcher, answer.question, stance, by, options, place=at),
    )


def _clearest(
    searcher: Searcher, answer: Answer, options: SearchOptions
) -> dict[Stance, Listed[Quote]]:
    """The clearest statements of each side that has any, For and Against first."""
    by = SideGrouping.STATEMENT

    def lane(stance: Stance, items: list[Quote], total: int) -> Listed[Quote]:
        return Listed(
            items=items,
            start=0,
            more=len(items) < total,
            cursor=lambda at: cursor_at_side(
                searcher, answer.question, stance, by, options, place=at
            ),
        )

    counts = {} if answer.verdict is None else counts_by_stance(answer.verdict)
    return {
        side.stance: lane(
            side.stance,
            [quote(view, stance=side.stance) for view in side.statements],
            counts[side.stance].statements,
        )
        for side in sorted(answer.sides, key=lambda side: _ORDER.index(side.stance))
    }


def _fit_answer(
    searcher: Searcher,
    asked: AskArguments,
    answer: Answer,
    sides: dict[Stance, Listed[Quote]],
    nearest: Listed[Quote] | None,
) -> Page:
    """The page of an answer: either some sides, or the nearest statements."""
    lanes = [nearest] if nearest is not None else list(sides.values())
    counts = {} if answer.verdict is None else counts_by_stance(answer.verdict)

    def render(shown: Sequence[int], needs: int | None) -> Page:
        left_out = sum(len(lane.items) for lane in lanes) - sum(shown)
        goes_on = [lane.next(count) for lane, count in zip(lanes, shown, strict=True)]
        following = next((one for one in goes_on if one is not None), None)
        told = _say_verdict(answer)
        what = "nearest statements" if nearest is not None else "statements"
        told += " " + say_shown(sum(shown), left_out, what=what, cursor=following)
        if following is not None and nearest is None:
            told += " Each side has its own `next`; pass the side as stance with it."
        quoted = [] if nearest is None else list(nearest.items[: shown[0]])
        return Page(
            told + say_needs(needs),
            AskResult(
                generation=searcher.generation.manifest.generation,
                needs=needs,
                verdict=None if answer.verdict is None else _shown_verdict(answer.verdict),
                sides=[
                    SideShown(
                        stance=stance,
                        statements=counts[stance].statements,
                        papers=counts[stance].papers,
                        groups=counts[stance].author_groups,
                        self_citing=counts[stance].self_citations,
                        shown=list(lane.items[:count]),
                        next=lane.next(count),
                    )
                    for (stance, lane), count in zip(sides.items(), shown, strict=False)
                    if stance in counts  # there is no verdict to have sides
                ],
                nearest=quoted,
                left_out=left_out,
                next=following if nearest is not None else None,
                searched=answer.coverage.statements_searched,
                unknown_words=[one.word for one in answer.coverage.unknown_words],
                did_you_mean=answer.did_you_mean,
                filter=answer.filter,
                empty_because=answer.empty_because,
            ),
        )

    return fit([lane.items for lane in lanes], render, asked.token_budget)


def _shown_verdict(verdict: Verdict) -> VerdictShown:
    def rounded(share: float | None) -> float | None:
        return None if share is None else round(share, 3)

    return VerdictShown(
        verdict=verdict.verdict,
        leaning=verdict.leaning,
        share=rounded(verdict.share),
        low=rounded(verdict.low),
        high=rounded(verdict.high),
        misread=verdict.misread or None,
    )


def _say_verdict(answer: Answer) -> str:
    """The verdict in one or two sentences, with its counts."""
    verdict = answer.verdict
    if verdict is None:
        return "No verdict: no yes/no relation was understood."
    told = f"Verdict: {verdict.verdict}"
    if verdict.share is not None and verdict.low is not None and verdict.high is not None:
        told += (
            f" (support {verdict.share:.0%} of the weight, 95 % interval"
            f" {verdict.low:.0%}–{verdict.high:.0%})"
        )
    counted = ", ".join(
        f"{count.statements} {stance} ({count.papers} papers)"
        for stance, count in counts_by_stance(verdict).items()
        if count.statements
    )
    return f"{told}. Statements: {counted or 'none speaks of this relation'}."
