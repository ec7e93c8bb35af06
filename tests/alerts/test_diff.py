"""The difference to an earlier generation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from semsearch.alerts import diff
from semsearch.alerts.diff import read_since
from semsearch.errors import DamageError, QueryError
from semsearch.index.history import Published, history
from semsearch.index.layout import Layout
from tests.alerts.conftest import AGAINST, FOR, QUESTION, World


def test_what_came_and_went_and_both_verdicts_are_told(world: World) -> None:
    world.say("two", FOR)
    world.publish()
    world.say("three", AGAINST)
    world.publish()
    searcher = world.remove("two")
    found = diff(searcher, QUESTION, 1)
    assert (found.since, found.until, found.evidence) == (1, 3, 2)
    assert [(one.doi, one.says) for one in found.come] == [("10.5555/three", "opposes")]
    assert found.gone is not None
    assert [(one.doi, one.says, one.text) for one in found.gone] == [
        ("10.5555/two", "supports", f"{FOR} [1].")
    ]
    assert (found.verdict_then, found.verdict_now) == ("yes", "mixed")


def test_verdict_then_is_the_one_that_was_given_then(world: World) -> None:
    world.say("two", AGAINST)
    then = diff(world.publish(), QUESTION, 1)
    world.say("three", FOR)
    world.say("four", AGAINST)
    searcher = world.publish()
    assert diff(searcher, QUESTION, "1").verdict_then == then.verdict_now


def test_nothing_differs_from_the_generation_that_is_open(world: World) -> None:
    world.publish()
    world.say("two", FOR)
    found = diff(world.publish(), QUESTION, 2)
    assert (found.come, found.gone) == ((), ())
    assert found.verdict_then == found.verdict_now == "yes"


def test_before_the_first_generation_there_was_nothing(world: World) -> None:
    found = diff(world.publish(), QUESTION, "1999-12-31")
    assert (found.since, found.since_published, found.verdict_then) == (0, None, "unknown")
    assert len(found.come) == found.evidence == 1


def test_statement_that_moved_inside_its_paper_has_neither_come_nor_gone(world: World) -> None:
    world.publish()
    world.say("one", "Rain falls in spring", FOR)
    found = diff(world.publish(), QUESTION, 1)
    assert (found.come, found.gone) == ((), ())
    assert found.verdict_then == found.verdict_now


def test_what_was_told_before_the_generation_left_is_not_gone_since(world: World) -> None:
    world.say("two", FOR)
    world.publish()
    world.remove("two")
    world.say("three", AGAINST)
    found = diff(world.publish(), QUESTION, 2)
    assert found.gone == ()


@pytest.mark.parametrize("question", ["salt stress of rice", f"{QUESTION} -yeast"])
def test_what_is_gone_is_not_told_where_it_cannot_be(world: World, question: str) -> None:
    world.say("two", FOR, "Salt stress of rice")
    world.publish()
    world.say("three", "Salt stress of rice in yeast", AGAINST)
    world.publish()
    found = diff(world.remove("two"), question, 1)
    assert found.gone is None
    assert found.verdict_then is None
    assert "10.5555/three" in {one.doi for one in found.come}


KNOWN = (
    Published(generation=1, created="2026-01-01T12:00:00+00:00"),
    Published(generation=2, created="2026-02-01T12:00:00+00:00"),
)


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (0, 0),
        ("2", 2),
        ("2026-01-01", 0),
        ("2026-01-01T12:00:00Z", 0),
        ("2026-01-01T13:00:01+00:00", 1),
        ("2026-01-01T12:30:00+02:00", 0),
        ("2026-02-01", 1),
        ("2026-02-02", 2),
    ],
)
def test_date_is_the_generation_published_last_before_it(since: str | int, expected: int) -> None:
    assert read_since(since, KNOWN, 2) == expected


@pytest.mark.parametrize(
    ("since", "said"),
    [
        ("3", "expected a generation up to 2"),
        ("-1", "expected a date"),
        ("yesterday", "expected a date"),
        ("2026-13-01", "expected a date"),
        ("", "expected a date"),
        ("9999-01-01", "still to come"),
    ],
)
def test_other_words_are_refused(since: str, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        read_since(since, KNOWN, 2)


def test_date_between_generations_of_unknown_date_is_refused() -> None:
    known = (KNOWN[0], replace(KNOWN[1], generation=5))
    with pytest.raises(
        QueryError, match=r"which of the generations 1 to 4 .* a date after 2026-02"
    ):
        read_since("2026-01-15", known, 5)
    with pytest.raises(QueryError, match="which of the generations 0 to 4"):
        read_since("2025-01-15", known[1:], 5)
    with pytest.raises(QueryError, match=r"which of the generations 5 to 6 .* of a generation$"):
        read_since("2026-03-15", known, 6)


def test_dates_of_deleted_generations_are_kept(world: World) -> None:
    for number in range(4):
        world.say(f"more{number}", FOR)
        world.publish().close()
    layout = Layout(world.index)
    assert not layout.generation(1).manifest.exists()
    assert [one.generation for one in history(layout)] == [1, 2, 3, 4]
    layout.history.unlink()
    assert [one.generation for one in history(layout)] == [3, 4]


def test_damaged_dates_are_told(world: World) -> None:
    world.publish()
    layout = Layout(world.index)
    layout.history.write_bytes(orjson.dumps({"a": 1}))
    with pytest.raises(DamageError, match=r"history\.json cannot be read"):
        history(layout)


def test_dates_of_numbers_that_are_not_reached_yet_are_left_out(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.history.write_bytes(orjson.dumps(KNOWN))
    layout.current.write_text("1\n")
    assert history(layout) == KNOWN[:1]
