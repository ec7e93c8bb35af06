"""Tallies add up, whatever a work is called and however many are asked for."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from semsearch.errors import NotFoundError, QueryError
from semsearch.report.tally import Tally, aggregate_tally, check_names, tallies, tally
from semsearch.search import Searcher
from semsearch.store.database import Database

HELD, CITED = "10.5555/a(b)1;c<d", "10.5555/only.cited"


def kinds(found: Tally) -> tuple[int, ...]:
    return found.supporting, found.contrasting, found.mentioning, found.unclassified


def test_citations_are_counted_by_type_and_citing_papers_once(report_searcher: Searcher) -> None:
    found = tally(report_searcher, HELD)
    assert kinds(found.tally) == (2, 2, 2, 1)
    assert (found.tally.total, found.tally.citing_papers) == (7, 4)
    assert kinds(found.by_section["results"]) == (2, 1, 0, 0)
    assert [(n.kind, n.other) for n in found.notices] == [("correction", "doi:10.5555/notice")]
    assert not found.retracted


def test_retracted_sources_are_said_and_can_be_left_out(report_searcher: Searcher) -> None:
    assert tally(report_searcher, HELD).from_retracted == 1
    left = tally(report_searcher, HELD, without_retracted=True)
    assert kinds(left.tally) == (2, 1, 2, 1)
    assert (left.tally.citing_papers, left.from_retracted) == (3, 1)
    assert tally(report_searcher, "10.5555/three").retracted


def test_a_paper_of_the_corpus_that_nobody_cites_has_a_tally_of_nothing(
    report_searcher: Searcher,
) -> None:
    assert set(asdict(tally(report_searcher, "10.5555/four").tally).values()) == {0}


@pytest.mark.parametrize(
    "name",
    [
        HELD.upper(),
        f" {HELD} ",
        f"doi:{HELD}",
        f"DOI: {HELD}",
        f"https://doi.org/{HELD}",
        "https://doi.org/10.5555%2Fa(b)1;c<d",
        "10.5555%2fa%28b%291%3Bc%3Cd",
        "10.5555/a(b)1%3Bc%3Cd",
    ],
)
def test_any_spelling_of_a_doi_finds_it(report_searcher: Searcher, name: str) -> None:
    assert tally(report_searcher, name).doi == HELD
    assert list(tallies(report_searcher, [name]).tallies) == [name]


def test_an_unknown_doi_is_refused_with_the_nearest_known_ones(report_searcher: Searcher) -> None:
    with pytest.raises(NotFoundError, match=r"10\.5555/only\.cited"):
        tally(report_searcher, "10.5555/only.citad")
    with pytest.raises(NotFoundError) as far:
        tally(report_searcher, "10.9999/there.is.nothing.like.this.one")
    assert "nearest" not in str(far.value)


def test_many_are_the_same_as_one_by_one_and_unknown_ones_are_listed(
    report_searcher: Searcher,
) -> None:
    names = [CITED, "10.4444/no", HELD]
    found = tallies(report_searcher, names)
    assert list(found.tallies) == [CITED, HELD]
    assert found.unknown == ("10.4444/no",)
    assert all(found.tallies[name] == tally(report_searcher, name) for name in (CITED, HELD))


def test_many_names_take_no_more_queries_than_few(
    report_searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    read = Database.read

    def counted(self: Database, sql: str, arguments: tuple[object, ...] = ()) -> list[Any]:
        asked.append(sql)
        return read(self, sql, arguments)

    monkeypatch.setattr(Database, "read", counted)
    tallies(report_searcher, [HELD])
    few = len(asked)
    tallies(report_searcher, [HELD, CITED, *(f"10.4444/{n}" for n in range(400))])
    assert len(asked) - few <= few


def test_over_several_works_a_paper_and_a_work_count_once(report_searcher: Searcher) -> None:
    one, other = tally(report_searcher, HELD).tally, tally(report_searcher, CITED).tally
    both = aggregate_tally(report_searcher, [HELD, CITED, f"doi:{HELD}", "10.4444/no"])
    assert (both.works, both.unknown) == (2, ("10.4444/no",))
    assert both.tally.total == one.total + other.total
    assert both.tally.citing_papers == 5  # "one" and "four" cite both
    assert one.citing_papers + other.citing_papers == 7


def test_retracted_works_can_be_left_out_of_a_tally_over_several(report_searcher: Searcher) -> None:
    names = [HELD, "10.5555/three"]
    whole = aggregate_tally(report_searcher, names)
    left = aggregate_tally(report_searcher, names, without_retracted=True)
    assert (whole.works, left.works) == (2, 1)
    assert whole.retracted_works == left.retracted_works == 1
    assert left.tally == tally(report_searcher, HELD, without_retracted=True).tally


def test_too_many_names_are_refused() -> None:
    check_names(["10.5555/x"] * 500)
    with pytest.raises(QueryError, match="501 works were asked for, expected at most 500"):
        check_names(["10.5555/x"] * 501)
