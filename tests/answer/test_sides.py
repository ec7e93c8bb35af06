"""A side of a verdict whole: all that is counted, once, however it is put together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from semsearch.answer.ask import ask
from semsearch.answer.sides import STRONGEST, SideGrouping, SideList, counts_of, list_side
from semsearch.errors import QueryError
from semsearch.language.stance import Stance
from semsearch.rank.options import SearchOptions, read_options
from semsearch.search import Searcher

QUESTION = "does EMT induce IL-6"
SIDES = [stance for stance in Stance if stance is not Stance.UNRELATED]


def whole(
    searcher: Searcher, stance: Stance, grouping: SideGrouping, options: SearchOptions
) -> list[SideList]:
    pages = [list_side(searcher, QUESTION, stance, grouping=grouping, options=options)]
    while pages[-1].next is not None:
        following = replace(options, cursor=pages[-1].next)
        pages.append(list_side(searcher, QUESTION, stance, grouping=grouping, options=following))
    return pages


@pytest.mark.parametrize("grouping", list(SideGrouping))
@pytest.mark.parametrize("stance", SIDES)
def test_a_side_lists_what_the_verdict_counts(
    searcher: Searcher, stance: Stance, grouping: SideGrouping
) -> None:
    options = read_options(limit=3, filters=["year=2008.."])
    verdict = ask(searcher, QUESTION, options=options).verdict
    assert verdict is not None
    count = counts_of(verdict)[stance]
    pages = whole(searcher, stance, grouping, options)
    groups = [group for page in pages for group in page.groups]
    listed = [view.id for group in groups for view in group.statements]
    assert sorted(listed) == sorted(count.ids)
    assert all(page.count == count for page in pages)
    assert {page.total_groups for page in pages} == {len(groups)}
    expected = {
        SideGrouping.STATEMENT: count.statements,
        SideGrouping.PAPER: count.papers,
        SideGrouping.AUTHORS: count.author_groups,
    }
    assert len(groups) == expected[grouping]
    if grouping is SideGrouping.STATEMENT:
        assert tuple(listed) == count.ids
    for group in groups:
        assert {view.paper.id for view in group.statements} == set(group.papers)


def test_papers_of_one_group_are_joined_by_authors_and_groups_share_none(
    searcher: Searcher,
) -> None:
    pages = whole(searcher, Stance.SUPPORTS, SideGrouping.AUTHORS, read_options(limit=100))
    signed = [
        {author.family for view in group.statements for author in view.paper.authors}
        for page in pages
        for group in page.groups
    ]
    assert max(len(group.papers) for page in pages for group in page.groups) > 1
    for place, one in enumerate(signed):
        assert all(one.isdisjoint(other) for other in signed[place + 1 :])


def test_the_clearest_of_an_answer_come_first_with_what_decided_them(searcher: Searcher) -> None:
    answer = ask(searcher, QUESTION)
    for side in answer.sides:
        found = list_side(searcher, QUESTION, side.stance)
        first = found.groups[:STRONGEST]
        assert side.statements == tuple(group.statements[0] for group in first)
        assert side.spans == tuple(group.spans[0] for group in first)
        for view, spans in zip(side.statements, side.spans, strict=True):
            assert spans
            assert all(0 <= s.start < s.end <= len(view.text) for s in spans)


def test_a_cursor_belongs_to_its_side_and_grouping(searcher: Searcher) -> None:
    options = read_options(limit=2)
    cursor = list_side(searcher, QUESTION, Stance.SUPPORTS, options=options).next
    moved = replace(options, cursor=cursor)
    for stance, grouping in (
        (Stance.OPPOSES, SideGrouping.STATEMENT),
        (Stance.SUPPORTS, SideGrouping.PAPER),
    ):
        with pytest.raises(QueryError, match="cursor"):
            list_side(searcher, QUESTION, stance, grouping=grouping, options=moved)


def test_what_has_no_verdict_has_no_sides(searcher: Searcher) -> None:
    found = list_side(searcher, "what is known of sleep", Stance.SUPPORTS)
    assert (found.groups, found.total_groups, found.count.statements) == ((), 0, 0)
    with pytest.raises(QueryError, match="the stance is 'unrelated', expected one of supports"):
        list_side(searcher, QUESTION, Stance.UNRELATED)
