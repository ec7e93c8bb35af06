"""An index that is kept like a folder; time is that of the tests."""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from semsearch.cli.watch import keep_looking
from semsearch.encode.recipe import StatementRecipe
from semsearch.errors import InputError
from semsearch.fetch.ledger import Ledger
from semsearch.index import build as build_module
from semsearch.index.build import Builder
from semsearch.index.layout import Layout, locked
from semsearch.index.watching import Round, Watcher, scan
from semsearch.parse.packages import ArticleFiles
from semsearch.records import Service
from semsearch.store.database import Database
from semsearch.store.outside import OutsideCount, OutsideFact, told_of

SETTLE = 5.0


@dataclass
class World:
    """A folder, an index, and a watcher between them."""

    root: Path
    article: Callable[..., bytes]
    encoder: Any
    time: float = 0.0
    watcher: Watcher = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.begin()

    @property
    def folder(self) -> Path:
        return self.root / "articles"

    def builder(self) -> Builder:
        return Builder(self.root / "index", self.encoder, StatementRecipe.TEXT, 256)

    def begin(self) -> None:
        """Another process takes over the watch."""
        self.watcher = Watcher(self.builder(), self.folder, 10**6, SETTLE, clock=lambda: self.time)

    def write(self, name: str, doi: str | None = None, title: str = "A title") -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(self.text(doi or path.stem, title))
        return path

    def text(self, doi: str, title: str = "A title") -> bytes:
        return self.article(
            f'<p>{title} cites [<xref rid="B1">1</xref>].</p>', doi=f"10.5555/{doi}", title=title
        )

    def look(self, after: float = 0.0) -> Round | None:
        self.time += after
        return self.watcher.look()

    def settle(self) -> Round | None:
        """Look now and when all has settled."""
        assert self.look() is None
        return self.look(SETTLE)

    def papers(self) -> dict[str, str]:
        """DOI → title."""
        layout = Layout(self.root / "index")
        with closing(Database(layout.store_of(layout.published()), read_only=True)) as database:
            rows = database.read("SELECT doi, title FROM papers WHERE last_seen IS NULL")
        return {row["doi"].removeprefix("10.5555/"): row["title"] for row in rows}


@pytest.fixture
def world(tmp_path: Path, article: Callable[..., bytes], encoder: Any) -> World:
    return World(tmp_path, article, encoder)


def done(found: Round | None) -> Round:
    assert found is not None
    assert found.report is not None
    return found


def test_index_follows_what_comes_changes_and_goes(world: World) -> None:
    world.write("a.xml")
    world.write("below/b.nxml")
    found = done(world.settle())
    assert found.report is not None
    assert found.report.totals.read == 2
    assert world.papers() == {"a": "A title", "b": "A title"}
    assert world.look(100) is None

    world.write("a.xml", title="Another title")
    (world.folder / "below" / "b.nxml").unlink()
    world.write("c.xml")
    found = done(world.settle())
    assert [Path(one).name for one in found.changed] == ["a.xml", "c.xml"]
    assert [Path(one).name for one in found.gone] == ["b.nxml"]
    assert found.report is not None
    assert found.report.index.generation == 2  # one generation for all of it
    assert world.papers() == {"a": "Another title", "c": "A title"}
    assert world.look(100) is None


def test_file_is_not_read_while_it_grows(world: World) -> None:
    whole = world.text("a")
    path = world.folder / "a.xml"
    for end in range(100, len(whole), 300):
        path.write_bytes(whole[:end])
        assert world.look(SETTLE - 1) is None
    path.write_bytes(whole)
    assert world.look(1) is None
    assert done(world.look(SETTLE)).named == ()
    assert world.papers() == {"a": "A title"}


def test_file_that_grows_keeps_no_other_waiting(world: World) -> None:
    world.write("a.xml")
    slow = world.folder / "slow.xml"
    slow.write_bytes(b"<article>")
    world.look()
    slow.write_bytes(b"<article><front>")
    assert [Path(one).name for one in done(world.look(SETTLE)).changed] == ["a.xml"]


@pytest.mark.parametrize(
    "name", [".a.xml", ".a.xml.partial", "a.xml.part", "a.xml~", "a.xml.crdownload"]
)
def test_what_is_hidden_or_not_finished_is_never_read(world: World, name: str) -> None:
    world.write(name, "a")
    assert world.settle() is None
    (world.folder / name).rename(world.folder / "a.xml")
    done(world.settle())
    assert world.papers() == {"a": "A title"}


def test_papers_are_known_by_their_content_and_other_files_are_passed_over(world: World) -> None:
    world.write("a.download.txt", "a")
    (world.folder / "README.txt").write_text("Articles on roots.")
    (world.folder / "a.licence.json").write_text("{}")
    found = done(world.settle())
    assert found.named == ()
    assert world.papers() == {"a": "A title"}
    assert world.settle() is None


def test_file_that_is_replaced_by_way_of_being_deleted_is_not_removed(world: World) -> None:
    world.write("a.xml")
    done(world.settle())
    (world.folder / "a.xml").unlink()
    assert world.look(1) is None
    world.write("a.xml", title="New")
    assert world.look(1) is None
    found = done(world.look(SETTLE))
    assert (found.gone, world.papers()) == ((), {"a": "New"})


def test_bad_file_is_named_once_until_it_changes(world: World) -> None:
    world.write("a.xml")
    bad = world.folder / "bad.xml"
    bad.write_bytes(b"<article><p>cut")
    assert [Path(one.file).name for one in done(world.settle()).named] == ["bad.xml"]
    assert world.look(100) is None
    world.write("b.xml")
    assert done(world.settle()).named == ()
    bad.write_bytes(b"<article><p>cut elsewhere")
    assert len(done(world.settle()).named) == 1
    world.write("bad.xml", "good")
    assert done(world.settle()).named == ()
    assert set(world.papers()) == {"a", "b", "good"}


def test_article_that_becomes_bad_keeps_its_paper(world: World) -> None:
    world.write("a.xml")
    done(world.settle())
    (world.folder / "a.xml").write_bytes(b"<article>")
    assert len(done(world.settle()).named) == 1
    assert world.papers() == {"a": "A title"}


def test_file_that_is_moved_keeps_its_paper(world: World) -> None:
    world.write("a.xml")
    done(world.settle())
    (world.folder / "sub").mkdir()
    (world.folder / "a.xml").rename(world.folder / "sub" / "b.xml")
    found = done(world.settle())
    assert [Path(one).name for one in found.gone] == ["a.xml"]
    assert world.papers() == {"a": "A title"}


def test_other_file_of_a_paper_takes_over_when_the_first_goes(world: World) -> None:
    world.write("a.xml", "same", title="First")
    world.write("b.xml", "same", title="Second")
    assert "was read from" in (done(world.settle()).named[0].error or "")
    assert world.papers() == {"same": "First"}
    (world.folder / "a.xml").unlink()
    done(world.settle())
    assert world.papers() == {"same": "Second"}


def package(path: Path, members: dict[str, bytes]) -> None:
    source = path.parent.parent / "members"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir()
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            (source / name).write_bytes(content)
            archive.add(source / name, arcname=name)


def test_article_that_leaves_a_package_leaves_the_index(world: World) -> None:
    path = world.folder / "p.tar.gz"
    package(path, {"a.nxml": world.text("a"), "b.nxml": world.text("b")})
    done(world.settle())
    assert set(world.papers()) == {"a", "b"}
    package(path, {"b.nxml": world.text("b"), "c.nxml": world.text("c")})
    done(world.settle())
    assert set(world.papers()) == {"b", "c"}
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])  # what cannot be read to its end takes nothing away
    done(world.settle())
    assert set(world.papers()) == {"b", "c"}
    path.unlink()
    done(world.settle())
    assert world.papers() == {}


def test_what_went_while_nobody_watched_goes_and_the_rest_is_not_read_again(world: World) -> None:
    world.write("a.xml")
    world.write("b.xml")
    elsewhere = world.root / "elsewhere.xml"
    elsewhere.write_bytes(world.text("elsewhere"))
    done(world.settle())
    world.builder().build(ArticleFiles((elsewhere,), 10**6))
    (world.folder / "a.xml").unlink()
    world.begin()
    found = done(world.settle())
    assert found.report is not None
    assert (found.report.totals.read, found.report.totals.unchanged) == (0, 1)
    assert set(world.papers()) == {"b", "elsewhere"}  # another folder is not its business


def test_folder_that_goes_takes_nothing_away(world: World) -> None:
    world.write("a.xml")
    done(world.settle())
    world.folder.rename(world.root / "unmounted")
    with pytest.raises(InputError, match="cannot be looked into"):
        world.look(100)
    (world.root / "unmounted").rename(world.folder)
    assert world.look(100) is None
    assert world.papers() == {"a": "A title"}


def test_folder_below_that_is_closed_takes_nothing_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.write("below/a.xml")
    world.write("b.xml")
    done(world.settle())
    real = os.scandir

    def refuse(folder: str) -> Any:
        if str(folder).endswith("below"):
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr("semsearch.index.watching.os.scandir", refuse)
    (world.folder / "b.xml").unlink()
    assert [Path(one).name for one in done(world.settle()).gone] == ["b.xml"]
    assert set(world.papers()) == {"a"}


def test_file_of_another_kind_that_was_read_by_other_means_stays(world: World) -> None:
    world.write("a.xml")
    done(world.settle())
    with closing(Database(Layout(world.root / "index").store)) as database:
        other = str(world.write("b.other"))
        database.connection.execute(
            "INSERT INTO files SELECT ?, ?, member, sha256, reader, NULL, NULL, statements, xrefs,"
            " expanded, citations, excluded, warnings FROM files",
            (other, other),
        )
    world.begin()
    world.settle()
    assert world.look(100) is None


def test_links_lead_into_no_circle(world: World) -> None:
    world.write("below/a.xml")
    (world.folder / "below" / "up").symlink_to(world.folder)
    (world.folder / "nowhere.xml").symlink_to(world.root / "nothing")
    (world.root / "far").mkdir()
    (world.root / "far" / "b.xml").write_bytes(world.text("b"))
    (world.folder / "far").symlink_to(world.root / "far")
    found, closed = scan(world.folder)
    assert sorted(Path(one).name for one in found) == ["a.xml", "b.xml"]
    assert closed == ()


def test_index_that_another_process_writes_is_waited_for(world: World) -> None:
    world.write("a.xml")
    world.look()
    with locked(Layout(world.root / "index")):
        found = world.look(SETTLE)
        assert found is not None
        assert found.report is None
        assert "is being written by process" in (found.waiting or "")
    done(world.look())
    assert world.papers() == {"a": "A title"}


def test_facts_that_come_into_the_folder_reach_the_index(world: World) -> None:
    world.write("a.xml")
    done(world.settle())
    ledger = Ledger(world.folder)
    for citations in (7, 8):
        ledger.keep(
            OutsideFact(
                work="doi:10.5555/a",
                service=Service.OPENCITATIONS,
                looked=f"2026-01-0{citations}T00:00:00+00:00",
                said=OutsideCount(citations=citations),
            )
        )
        found = done(world.settle())  # also while it is open, with a log beside it
        assert found.report is not None
        assert found.report.totals.files == 0
        layout = Layout(world.root / "index")
        with closing(Database(layout.store_of(layout.published()), read_only=True)) as database:
            told = told_of(database, ["doi:10.5555/a"])
        assert [one.citations for one in told["doi:10.5555/a"]] == [citations]
    ledger.close()


class Ended(KeyboardInterrupt):
    """Ctrl-C."""


def turns(world: World, *steps: Callable[[], object]) -> Callable[[float], None]:
    """Instead of waiting: a step, and in the end Ctrl-C."""
    left: Iterator[Callable[[], object]] = iter(steps)

    def wait(seconds: float) -> None:
        assert seconds == 2
        world.time += SETTLE
        for step in left:
            step()
            return
        raise Ended

    return wait


def test_command_says_what_it_did_and_each_trouble_once(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    away = world.root / "away"

    def bad() -> None:
        (world.folder / "bad.xml").write_bytes(b"<article>")

    steps = turns(
        world,
        lambda: world.write("a.xml"),
        lambda: None,
        bad,
        lambda: None,
        lambda: world.folder.rename(away),
        lambda: None,
        lambda: None,
        lambda: away.rename(world.folder),
        lambda: None,
    )
    with pytest.raises(Ended):
        keep_looking(world.watcher, 2, as_json=False, wait=steps)
    said = capsys.readouterr()
    lines = [line.partition(": ")[2] for line in said.out.splitlines()]
    assert lines == [
        "1 read, 0 unchanged, 0 skipped, 0 files gone; generation 1: 1 papers, 1 statements",
        "0 read, 0 unchanged, 1 skipped, 0 files gone; generation 1: 1 papers, 1 statements",
    ]
    errors = said.err.splitlines()
    assert len(errors) == 2
    assert errors[0].startswith(f"skipped {world.folder}/bad.xml: line 1")
    assert errors[1].startswith(f"semsearch: {world.folder} cannot be looked into")


def test_watch_ends_on_ctrl_c_with_a_word(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from semsearch.__main__ import main

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(build_module, "load_encoder", lambda *_, **__: world.encoder)
    monkeypatch.setattr("semsearch.cli.watch.keep_looking", interrupted)
    monkeypatch.setattr("semsearch.cli.watch.signal.signal", lambda *_: None)
    with pytest.raises(SystemExit) as leaving:
        main(["watch", str(world.folder), "--index", str(world.root / "index")])
    assert leaving.value.code == 0
    assert "watching ends; what was read and encoded is kept" in capsys.readouterr().err
    with pytest.raises(SystemExit) as leaving:
        main(["watch", str(world.root / "none"), "--index", str(world.root / "index")])
    assert leaving.value.code == 1
    assert "none cannot be looked into" in capsys.readouterr().err
