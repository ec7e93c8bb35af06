"""Pieces of a build in processes of their own: what they give, and what becomes of a lost one."""

from __future__ import annotations

import builtins
import os
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from semsearch.encode.recipe import StatementRecipe
from semsearch.index import reading
from semsearch.index.build import Builder
from semsearch.index.layout import Layout
from semsearch.index.report import BuildReport
from semsearch.index.workers import LostError, Workers
from semsearch.parse.packages import ArticleFile, ArticleFiles
from semsearch.settings import Settings, settings

Article = Callable[..., bytes]
CITING = '<p>{} [<xref ref-type="bibr" rid="B1">1</xref>].</p>'
LOADED = (
    "[m for m in ('torch', 'faiss', 'openvino', 'onnxruntime') if m in __import__('sys').modules]"
)
HANG_SECONDS = 600


@pytest.fixture
def with_processes(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets how many processes the builds of a test have."""

    def choose(count: int) -> None:
        chosen = settings().model_copy(update={"processes": count, "article_seconds": 60.0})
        assert isinstance(chosen, Settings)
        monkeypatch.setattr("semsearch.index.build.settings", lambda: chosen)

    return choose


@pytest.fixture
def corpus(tmp_path: Path, article: Article) -> Path:
    """Articles of all fates: good, broken, twice there, and citing one another."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(9):
        body = "".join(
            CITING.format(f"Drought number {n} reduces yield {number}") for n in range(number + 1)
        )
        doi = f"10.5555/{number % 8}"  # the last one again is the first
        (folder / f"{number}.xml").write_bytes(article(body, doi=doi))
    (folder / "4b.xml").write_bytes(b"<article><unclosed></article>")
    return folder


@pytest.fixture
def build(tmp_path: Path, corpus: Path, encoder: Any) -> Callable[[str], BuildReport]:
    def run(name: str) -> BuildReport:
        builder = Builder(
            folder=tmp_path / name, encoder=encoder, recipe=StatementRecipe.TEXT, batch_tokens=256
        )
        return builder.build(ArticleFiles((corpus,), 10**6))

    return run


def dump(index: Path) -> list[str]:
    """All that the store holds; what stamps each writing of the works is never the same."""
    with closing(sqlite3.connect(Layout(index).store)) as store:
        return [line for line in store.iterdump() if '"works_made" VALUES' not in line]


def read_or_die(task: tuple[ArticleFile, float]) -> reading.ReadArticle:
    """``read_article``, but for an article that takes its process along."""
    if task[0].name.endswith("/3.xml"):
        os.kill(os.getpid(), signal.SIGKILL)
    return READ_ARTICLE(task)


READ_ARTICLE = reading.read_article


@pytest.mark.parametrize("processes", [1, 2])
def test_results_and_errors_come_back(processes: int) -> None:
    with Workers(processes) as workers:
        found = [workers.submit(int, text) for text in ("1", "two", "3")]
        assert found[2].result() == 3
        assert found[0].result() == 1
        with pytest.raises(ValueError, match="two"):
            found[1].result()


def test_an_error_says_where_in_the_other_process_it_was_raised() -> None:
    with Workers(2) as workers:
        with pytest.raises(KeyError) as caught:
            workers.submit(builtins.eval, "{}['none']").result()
        assert str(caught.value) == "'none'"
        (note,) = caught.value.__notes__
        assert note.startswith("In the process that did it:\nTraceback (most recent call last):")
        assert 'File "<string>", line 1, in <module>' in note


def test_a_piece_that_ends_its_process_is_lost_and_the_rest_goes_on() -> None:
    with Workers(2) as workers:
        with pytest.raises(LostError, match=r"ended the process that did it \(exit code 3\)"):
            workers.submit(os._exit, 3).result()
        with pytest.raises(LostError, match="SIGSEGV"):
            workers.submit(signal.raise_signal, signal.SIGSEGV).result()
        assert [workers.submit(abs, -n).result() for n in range(5)] == list(range(5))


def test_a_piece_that_hangs_is_stopped() -> None:
    with Workers(2) as workers:
        with pytest.raises(LostError, match=r"took longer than 0\.2 s"):
            workers.submit(time.sleep, HANG_SECONDS, seconds=0.2).result()
        assert workers.submit(abs, -1).result() == 1


def test_processes_load_nothing_heavy(article: Article) -> None:
    file = ArticleFile(package="/a.xml", member=None, content=article(CITING.format("It holds")))
    with Workers(2) as workers:
        workers.submit(reading.read_article, (file, 0.7)).result()
        assert workers.submit(builtins.eval, LOADED).result() == []


def test_an_interrupted_build_leaves_no_process() -> None:
    pids: list[int] = []

    def interrupted() -> None:
        with Workers(2) as workers:
            pids.append(workers.submit(builtins.eval, "__import__('os').getpid()").result())
            workers.submit(time.sleep, HANG_SECONDS)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)


@pytest.mark.skipif(sys.platform != "linux", reason="pidfd is of Linux")
def test_processes_end_with_a_parent_that_is_killed() -> None:
    code = (
        "import builtins, signal, sys\n"
        "from semsearch.index.workers import Workers\n"
        "with Workers(2) as workers:\n"
        "    pid = workers.submit(builtins.eval, \"__import__('os').getpid()\").result()\n"
        "    print(pid, flush=True)\n"
        "    signal.pause()\n"
    )
    parent = subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    with parent.stdout:
        descriptor = os.pidfd_open(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    ended, _, _ = select.select([descriptor], [], [], 60)
    os.close(descriptor)
    assert ended


def test_store_and_content_do_not_depend_on_the_number_of_processes(
    build: Callable[[str], BuildReport], with_processes: Callable[[int], None], tmp_path: Path
) -> None:
    with_processes(1)
    one = build("one")
    with_processes(3)
    several = build("several")
    assert several.index.content_digest == one.index.content_digest
    assert several.index.files == one.index.files
    assert several.files == one.files
    assert dump(tmp_path / "several") == dump(tmp_path / "one")


def test_an_article_that_ends_its_reader_is_skipped_and_tried_again(
    build: Callable[[str], BuildReport],
    with_processes: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_processes(2)
    monkeypatch.setattr(reading, "read_article", read_or_die)
    first = build("index")
    errors = {Path(file.file).name: file.error for file in first.skipped}
    assert errors["3.xml"] == "reading it ended the process that did it (SIGKILL)"
    assert set(errors) == {"3.xml", "4b.xml", "8.xml"}
    assert first.totals.read == 7
    monkeypatch.undo()
    second = build("index")
    assert {Path(file.file).name for file in second.skipped} == {"4b.xml", "8.xml"}
    assert (second.totals.read, second.totals.unchanged) == (1, 7)
