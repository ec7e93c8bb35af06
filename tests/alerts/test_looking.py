"""What is new since the last look is told once, and nothing is lost."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from semsearch.alerts import (
    Ledger,
    QuestionOptions,
    WorkOptions,
    headline,
    lines,
    look_again,
    look_at_all,
    look_when_changed,
    save_question,
    save_report,
)
from semsearch.alerts.look import take_look
from semsearch.alerts.news import Changes
from semsearch.errors import MismatchError, NotFoundError, QueryError
from semsearch.index.citation_types import correct_citation
from semsearch.records import CitationType, NoticeKind
from tests.alerts.conftest import AGAINST, FOR, QUESTION, World
from tests.conftest import make_ref

CITED = "10.5555/cited.1"
RETRACTED = (
    '<related-article related-article-type="retraction-forward" ext-link-type="doi"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="10.5555/taken.back"/>'
)


def changes(ledger: Ledger, search: str) -> list[Changes]:
    return [one.changes for one in ledger.news(search)]


def test_new_statement_is_told_with_its_source(world: World, ledger: Ledger) -> None:
    saved = save_question(world.publish(), ledger, QUESTION)
    assert saved.statements == 1
    world.say("two", FOR)
    assert look_again(world.publish(), ledger, saved.search.id)
    (found,) = changes(ledger, saved.search.id)
    (new,) = found.new
    assert (new.says, new.text, new.doi) == ("supports", f"{FOR} [1].", "10.5555/two")
    assert found.first_against is None
    assert found.verdict is not None
    assert (found.verdict.before, found.verdict.after) == ("probably", "yes")
    assert not found.gone


def test_first_statement_against_is_told_as_such_and_the_second_is_not(
    world: World, ledger: Ledger
) -> None:
    saved = save_question(world.publish(), ledger, QUESTION)
    world.say("two", AGAINST)
    look_again(world.publish(), ledger, saved.search.id)
    world.say("three", AGAINST)
    look_again(world.publish(), ledger, saved.search.id)
    first, second = changes(ledger, saved.search.id)
    assert first.first_against == first.new[0].id
    assert first.verdict is not None and first.verdict.after == "mixed"
    assert "the first statement against" in headline(first)
    assert [line.text for line in lines(first)][1].startswith("The first against (opposes): “EMT")
    assert len(second.new) == 1
    assert second.first_against is None


def test_removed_paper_is_told_as_gone_and_its_return_is_not_new(
    world: World, ledger: Ledger
) -> None:
    world.say("two", FOR)
    saved = save_question(world.publish(), ledger, QUESTION)
    look_again(world.remove("two"), ledger, saved.search.id)
    world.say("two", FOR)
    look_again(world.publish(), ledger, saved.search.id)
    gone, back = changes(ledger, saved.search.id)
    assert [one.doi for one in gone.gone] == ["10.5555/two"]
    assert gone.gone[0].text == f"{FOR} [1]."
    assert gone.verdict is not None and gone.verdict.after == "probably"
    assert [one.doi for one in back.returned] == ["10.5555/two"]
    assert not back.new
    assert headline(back) == "verdict now yes (was probably), 1 statement back"


def test_two_looks_tell_nothing_twice(world: World, ledger: Ledger) -> None:
    question = save_question(world.publish(), ledger, QUESTION).search.id
    report = save_report(world.open(), ledger, CITED).search.id
    searcher = world.open()
    assert look_at_all(searcher, ledger) == []
    assert ledger.news(question) == ledger.news(report) == []
    world.say("two", AGAINST)
    searcher = world.publish()
    for _ in range(3):
        assert look_at_all(searcher, ledger) == []
    assert len(ledger.news(question)) == len(ledger.news(report)) == 1


def test_statement_that_moved_inside_its_paper_is_neither_new_nor_gone(
    world: World, ledger: Ledger
) -> None:
    saved = save_question(world.publish(), ledger, QUESTION)
    world.say("one", "Rain falls in spring", FOR)
    assert look_again(world.publish(), ledger, saved.search.id)
    assert changes(ledger, saved.search.id) == []


def test_notices_about_sources_and_work_are_told_once(world: World, ledger: Ledger) -> None:
    world.say("two", "Salt was studied")
    question = save_question(world.publish(), ledger, QUESTION).search.id
    report = save_report(world.open(), ledger, "10.5555/one").search.id
    world.say("one", FOR, front=RETRACTED)
    searcher = world.publish()
    for _ in range(2):
        look_at_all(searcher, ledger)
    for search in (question, report):
        (found,) = changes(ledger, search)
        (notice,) = found.notices
        assert (notice.kind, notice.doi) == (NoticeKind.RETRACTION, "10.5555/one")
        assert not found.new
        assert "Notice of retraction: A title, doi:10.5555/one" in "\n".join(
            line.text for line in lines(found)
        )


def test_work_that_nobody_cites_yet_is_waited_for(world: World, ledger: Ledger) -> None:
    saved = save_report(world.publish(), ledger, "https://doi.org/10.5555/ONE.MORE")
    assert (saved.known, saved.statements, saved.search.query) == (False, 0, "10.5555/one.more")
    world.say("two", "Snail is known", refs=make_ref(1).replace("cited.1", "one.more"))
    look_again(world.publish(), ledger, saved.search.id)
    (found,) = changes(ledger, saved.search.id)
    assert [one.doi for one in found.new] == ["10.5555/two"]
    look_again(world.remove("two"), ledger, saved.search.id)
    assert [one.doi for one in changes(ledger, saved.search.id)[1].gone] == ["10.5555/two"]


def test_corrected_type_is_told_as_read_otherwise_and_as_first_against(
    world: World, ledger: Ledger
) -> None:
    saved = save_report(world.publish(), ledger, CITED)
    (statement,) = ledger.memory(saved.search.id).present
    correct_citation(world.index, statement, CitationType.CONTRASTING, "B1")
    look_again(world.open(), ledger, saved.search.id)
    (found,) = changes(ledger, saved.search.id)
    (reread,) = found.reread
    assert reread.statement.says == "contrasting"
    assert reread.before != "contrasting"
    assert found.first_against == statement


def test_options_hold_at_every_look(world: World, ledger: Ledger) -> None:
    later = QuestionOptions(filter={"source_doi": ["10.5555/two"]})
    saved = save_question(world.publish(), ledger, QUESTION, options=later)
    assert saved.statements == 0
    only = WorkOptions(filter={"source_doi": ["10.5555/three"]})
    work = save_report(world.open(), ledger, CITED, options=only)
    assert work.statements == 0
    world.say("two", FOR)
    world.say("three", AGAINST)
    look_at_all(world.publish(), ledger)
    assert [one.doi for one in changes(ledger, saved.search.id)[0].new] == ["10.5555/two"]
    assert [one.doi for one in changes(ledger, work.search.id)[0].new] == ["10.5555/three"]


def test_statement_pushed_out_of_a_list_is_not_gone_until_it_leaves_the_corpus(
    world: World, ledger: Ledger
) -> None:
    """Without a verdict the evidence is a list of the best."""
    world.say("one", "Salt stress of rice is old news here")
    asked = "salt stress of rice"
    best = QuestionOptions(limit=1)
    saved = save_question(world.publish(), ledger, asked, options=best).search.id
    world.say("two", "Salt stress of rice")
    look_again(world.publish(), ledger, saved)
    (pushed,) = changes(ledger, saved)
    assert [one.doi for one in pushed.new] == ["10.5555/two"]
    assert not pushed.gone
    look_again(world.remove("two"), ledger, saved)
    assert [one.doi for one in changes(ledger, saved)[1].gone] == ["10.5555/two"]
    assert not changes(ledger, saved)[1].new and not changes(ledger, saved)[1].returned
    look_again(world.publish(), ledger, saved)
    assert len(changes(ledger, saved)) == 2


def test_look_that_fails_loses_nothing(
    world: World, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = save_question(world.publish(), ledger, QUESTION).search.id
    other = save_report(world.open(), ledger, CITED).search.id
    before = ledger.memory(saved)
    world.say("two", AGAINST)
    searcher = world.publish()
    with monkeypatch.context() as patch:
        kept = take_look

        def fail(searcher: object, search: object) -> object:
            if getattr(search, "id", None) == saved:
                raise QueryError("it fails")
            return kept(searcher, search)  # type: ignore[arg-type]

        patch.setattr("semsearch.alerts.looking.take_look", fail)
        (failure,) = look_at_all(searcher, ledger)
    assert (failure.search, failure.error) == (saved, "it fails")
    assert ledger.memory(saved) == before
    assert len(ledger.news(other)) == 1
    look_at_all(searcher, ledger)
    assert len(changes(ledger, saved)[0].new) == 1


def test_interrupted_write_leaves_no_trace(world: World, ledger: Ledger) -> None:
    saved = save_question(world.publish(), ledger, QUESTION).search.id
    before = ledger.memory(saved)
    world.say("two", AGAINST)
    searcher = world.publish()
    with closing(sqlite3.connect(ledger.path)) as connection, connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON news BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    (failure,) = look_at_all(searcher, ledger)
    assert failure.error == "full"
    assert ledger.memory(saved) == before
    with closing(sqlite3.connect(ledger.path)) as connection, connection:
        connection.execute("DROP TRIGGER full")
    assert look_at_all(searcher, ledger) == []
    assert len(changes(ledger, saved)[0].new) == 1


def test_of_two_looks_at_a_time_one_is_kept(
    world: World, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = save_question(world.publish(), ledger, QUESTION).search.id
    world.say("two", FOR)
    searcher = world.publish()
    kept = take_look

    def slow(*arguments: object) -> object:
        found = kept(*arguments)  # type: ignore[arg-type]
        monkeypatch.setattr("semsearch.alerts.looking.take_look", kept)
        assert look_again(searcher, ledger, saved)  # another process is faster
        return found

    monkeypatch.setattr("semsearch.alerts.looking.take_look", slow)
    assert not look_again(searcher, ledger, saved)
    assert len(ledger.news(saved)) == 1


def test_older_generation_is_not_looked_at_again(world: World, ledger: Ledger) -> None:
    old = world.publish()
    saved = save_question(old, ledger, QUESTION).search.id
    world.say("two", FOR)
    look_again(world.publish(), ledger, saved)
    before = ledger.memory(saved)
    assert not look_again(old, ledger, saved)
    look_when_changed(old, ledger, saved)
    assert ledger.memory(saved) == before


def test_searches_survive_an_index_that_is_built_from_nothing(
    world: World, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = save_question(world.publish(), ledger, QUESTION).search.id
    for path in world.index.iterdir():
        if path.name.startswith("alerts"):
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    world.say("two", FOR)
    searcher = world.publish()
    assert searcher.generation.manifest.generation == 1
    manifest = replace(searcher.generation.manifest, created="2999-01-01T00:00:00+00:00")
    searcher.generation = replace(searcher.generation, manifest=manifest)  # no clock that waits
    assert look_again(searcher, ledger, saved)
    assert [one.doi for one in changes(ledger, saved)[0].new] == ["10.5555/two"]


def test_list_is_in_order_and_removal_takes_all(world: World, ledger: Ledger) -> None:
    assert ledger.listed() == []
    searcher = world.publish()
    one = save_question(searcher, ledger, QUESTION, name="  mine ").search
    save_report(searcher, ledger, CITED)
    assert {found.search.name for found in ledger.listed()} == {"mine", CITED}
    assert ledger.last_look(one.id).verdict == "probably"
    world.say("two", FOR)
    look_at_all(world.publish(), ledger)
    assert ledger.remove(one.id) == one
    with closing(sqlite3.connect(ledger.path)) as connection:
        for table in ("looks", "evidence", "notices", "news"):
            rows = connection.execute(
                f"SELECT count(*) FROM {table} WHERE search = ?",  # noqa: S608 - written here
                (one.id,),
            )
            assert rows.fetchone() == (0,), table
    with pytest.raises(NotFoundError, match="no saved search"):
        ledger.remove(one.id)
    with pytest.raises(NotFoundError):
        ledger.news(one.id)


@pytest.mark.parametrize("name", ["", " ", "a\x00b", "x" * 201])
def test_bad_names_are_refused(world: World, ledger: Ledger, name: str) -> None:
    searcher = world.publish()
    with pytest.raises(QueryError, match="the name"):
        save_question(searcher, ledger, QUESTION, name=name)
    assert ledger.listed() == []


def test_what_cannot_be_asked_is_not_saved(world: World, ledger: Ledger) -> None:
    searcher = world.publish()
    with pytest.raises(QueryError):
        save_question(searcher, ledger, "?")
    with pytest.raises(QueryError, match="no filter"):
        save_question(searcher, ledger, QUESTION, options=QuestionOptions(filter={"a": "b"}))
    with pytest.raises(NotFoundError, match="neither holds nor cites"):
        save_report(searcher, ledger, "no name of a work")
    assert ledger.listed() == []


def test_newer_file_is_refused(world: World, ledger: Ledger) -> None:
    save_question(world.publish(), ledger, QUESTION)
    with closing(sqlite3.connect(ledger.path)) as connection, connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(MismatchError, match="version 99"):
        ledger.listed()
    with pytest.raises(MismatchError, match="version 99"):
        save_question(world.open(), ledger, QUESTION)


def test_file_whose_maker_died_is_empty(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.path.touch()
    assert ledger.listed() == []
    with pytest.raises(NotFoundError):
        ledger.search("x")
