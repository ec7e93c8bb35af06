"""Builds: what is read, encoded and published, and what a second or a broken build does."""

from __future__ import annotations

import fcntl
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from semsearch.encode.recipe import StatementRecipe
from semsearch.errors import (
    DamageError,
    LockedError,
    MismatchError,
    MissingIndexError,
    NotFoundError,
    StorageError,
)
from semsearch.index.build import Builder
from semsearch.index.layout import Hold, Layout, discard, lock_holder, locked
from semsearch.index.manifest import FORMAT
from semsearch.index.passed_over import PassedOver
from semsearch.index.report import BuildReport
from semsearch.parse.packages import ArticleFile, ArticleFiles
from semsearch.retrieve.generation import open_generation
from semsearch.search import Searcher

Article = Callable[..., bytes]
Builds = Callable[..., BuildReport]
CITING = '<p>{} [<xref ref-type="bibr" rid="B1">1</xref>].</p>'


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


@pytest.fixture
def put(corpus: Path, article: Article) -> Callable[..., Path]:
    """Writes an article whose sentences cite: ``put("a", "It holds", doi=…)``."""

    def write(name: str, *sentences: str, **parts: Any) -> Path:
        path = corpus / f"{name}.xml"
        body = "".join(CITING.format(sentence) for sentence in sentences)
        front = f"<abstract><p>About {name} and IL-6.</p></abstract>"
        path.write_bytes(article(body, **{"doi": f"10.5555/{name}", "front": front} | parts))
        return path

    return write


@pytest.fixture
def build(tmp_path: Path, corpus: Path, encoder: Any) -> Builds:
    def run(*inputs: Path, folder: str = "index", **options: Any) -> BuildReport:
        builder = Builder(
            folder=tmp_path / folder,
            encoder=options.pop("encoder", encoder),
            recipe=options.pop("recipe", StatementRecipe.TEXT),
            batch_tokens=256,
            **options,
        )
        return builder.build(ArticleFiles(inputs or (corpus,), 10**6))

    return run


def outcomes(report: BuildReport) -> dict[str, str]:
    return {Path(f.file).name: str(f.outcome) for f in report.files}


def test_first_build_publishes_everything(put: Callable[..., Path], build: Builds) -> None:
    put("a", "EMT induces IL-6", "It holds")
    put("b", "IL-6 induces EMT")
    report = build()
    assert report.published
    assert report.index.generation == 1
    assert report.index.counts == {
        "papers": 2, "statements": 3, "abstracts": 2, "citations": 3, "references": 18, "files": 2,
        "sentences": 4,
        "works": 11,
    }  # fmt: skip
    assert report.encoded == 17  # and three sentences of titles and abstracts
    assert report.totals.xrefs + report.totals.expanded == report.totals.citations


def test_second_build_reads_and_encodes_nothing(
    put: Callable[..., Path], build: Builds, encoder: Any
) -> None:
    put("a", "It holds")
    first = build()
    encoder.encoded.clear()
    second = build()
    assert encoder.encoded == []
    assert not second.published
    assert outcomes(second) == {"a.xml": "unchanged"}
    assert second.totals.citations == first.totals.citations
    assert second.index == first.index


def test_change_of_what_is_filtered_by_is_published_without_encoding(
    put: Callable[..., Path], build: Builds, encoder: Any
) -> None:
    put("a", "It holds")
    first = build()
    encoder.encoded.clear()
    put("a", "It holds", kind="review-article")
    second = build()
    assert second.published
    assert encoder.encoded == []
    assert second.index.content_digest != first.index.content_digest


def test_changed_file_replaces_its_paper_and_encodes_only_what_is_new(
    put: Callable[..., Path], build: Builds, encoder: Any
) -> None:
    put("a", "It holds", "It fails")
    put("b", "It stays")
    build()
    encoder.encoded.clear()
    put("a", "It holds", "It wavers")
    report = build()
    assert encoder.encoded == ["It wavers."]
    assert outcomes(report) == {"a.xml": "read", "b.xml": "unchanged"}
    assert (report.index.generation, report.index.counts["statements"]) == (2, 3)


def test_history_does_not_change_the_content_digest(
    put: Callable[..., Path], build: Builds
) -> None:
    put("a", "It fails")
    build()
    put("a", "It holds")
    put("b", "It stays")
    with_history = build()
    fresh = build(folder="fresh")
    assert with_history.index.content_digest == fresh.index.content_digest
    assert with_history.index.generation == 2
    assert fresh.index.generation == 1


def test_content_digest_names_the_content(put: Callable[..., Path], build: Builds) -> None:
    put("a", "It holds")
    first = build()
    put("a", "It holds not")
    assert build().index.content_digest != first.index.content_digest


def test_one_doi_in_two_files_is_taken_once_and_reported(
    put: Callable[..., Path], build: Builds
) -> None:
    put("a", "It holds", doi="10.5555/same")
    put("b", "It fails", doi="10.5555/SAME")
    for _ in range(2):
        report = build()
        (skipped,) = report.skipped
        assert Path(skipped.file).name == "b.xml"
        assert "doi:10.5555/same, which was read from" in (skipped.error or "")
        assert report.index.counts["statements"] == 1


def test_moved_file_takes_its_paper_along(
    put: Callable[..., Path], build: Builds, corpus: Path, tmp_path: Path, encoder: Any
) -> None:
    put("a", "It holds").rename(corpus / "b.xml")
    put("a", "It holds")
    build(corpus / "a.xml")
    report = build(corpus / "b.xml")
    assert outcomes(report) == {"b.xml": "read"}
    assert report.index.counts["papers"] == 1
    assert report.encoded == 0
    assert Searcher(tmp_path / "index", encoder=encoder).paper("10.5555/a").file == "b.xml"


def test_file_that_gives_another_paper_takes_its_old_one_out(
    put: Callable[..., Path], build: Builds
) -> None:
    put("a", "It holds", doi="10.5555/one")
    build()
    put("a", "It fails", doi="10.5555/two")
    assert build().index.counts["papers"] == 1


def test_broken_file_is_reported_and_the_rest_goes_on(
    put: Callable[..., Path], build: Builds, corpus: Path
) -> None:
    put("a", "It holds")
    (corpus / "broken.xml").write_bytes(b"<article><front>")
    (corpus / "none.xml").write_bytes(b"")
    put("z", "It fails")
    report = build()
    assert outcomes(report) == {
        "a.xml": "read", "broken.xml": "skipped", "none.xml": "skipped", "z.xml": "read",
    }  # fmt: skip
    assert report.totals.skipped == 2
    assert "not well-formed XML" in (report.files[1].error or "")


def test_file_that_breaks_leaves_what_was_read_from_it(
    put: Callable[..., Path], build: Builds
) -> None:
    path = put("a", "It holds")
    build()
    path.write_bytes(path.read_bytes()[:200])
    report = build()
    assert outcomes(report) == {"a.xml": "skipped"}
    assert report.index.counts["statements"] == 1


def test_remove_by_doi_and_by_file(
    put: Callable[..., Path], build: Builds, tmp_path: Path, encoder: Any
) -> None:
    put("a", "It holds")
    path = put("b", "It fails")
    put("c", "It stays")
    build()
    builder = Builder(
        folder=tmp_path / "index", encoder=encoder, recipe=StatementRecipe.TEXT, batch_tokens=256
    )
    assert builder.remove(["10.5555/a"]).index.counts["papers"] == 2
    report = builder.remove([str(path)])
    assert (report.index.generation, report.index.counts["papers"]) == (3, 1)
    with pytest.raises(NotFoundError, match=r"no paper 10\.5555/a"):
        builder.remove(["10.5555/c", "10.5555/a"])
    assert build(put("c", "It stays")).index.counts["papers"] == 1


def test_remove_from_no_index_is_refused(tmp_path: Path, encoder: Any) -> None:
    builder = Builder(
        folder=tmp_path, encoder=encoder, recipe=StatementRecipe.TEXT, batch_tokens=256
    )
    with pytest.raises(MissingIndexError, match="holds no index"):
        builder.remove(["10.5555/a"])


def test_only_two_generations_stay_on_disk(
    put: Callable[..., Path], build: Builds, tmp_path: Path
) -> None:
    for number in range(4):
        put("a", f"It holds {number} times")
        build()
    generations = tmp_path / "index" / "generations"
    assert sorted(path.name for path in generations.iterdir()) == ["000003", "000004"]


def test_generation_before_still_answers_while_the_next_is_published(
    put: Callable[..., Path], build: Builds, tmp_path: Path, encoder: Any
) -> None:
    put("a", "It holds")
    build()
    searcher = Searcher(tmp_path / "index", encoder=encoder)
    put("a", "It fails")
    build()
    assert [hit.statement.text for hit in searcher.search("it").hits] == ["It holds [1]."]
    searcher.close()


def test_what_a_build_wrote_is_seen_by_nobody_before_it_is_published(
    put: Callable[..., Path],
    build: Builds,
    tmp_path: Path,
    encoder: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put("a", "It holds", title="The first title")
    build()
    put("a", "It holds", title="Another title")
    with monkeypatch.context() as patch:
        patch.setattr("semsearch.index.publishing.write_generation", _die)
        with pytest.raises(KeyboardInterrupt):
            build()
    for expected in ("The first title", "Another title"):
        searcher = Searcher(tmp_path / "index", encoder=encoder)
        (hit,) = searcher.search("it").hits
        assert hit.statement.paper.title == searcher.paper("10.5555/a").paper.title == expected
        searcher.close()
        build()


def _die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_store_of_a_generation_in_an_older_version_is_published_again(
    put: Callable[..., Path], build: Builds, tmp_path: Path
) -> None:
    put("a", "It holds")
    build()
    with closing(sqlite3.connect(Layout(tmp_path / "index").store_of(1))) as store:
        store.execute("PRAGMA user_version = 1")
    assert build().published
    assert not build().published


def test_generation_that_was_deleted_cannot_be_held(
    put: Callable[..., Path], build: Builds, tmp_path: Path
) -> None:
    put("a", "It holds")
    build()
    generation = Layout(tmp_path / "index").generation(1)
    discard(generation)
    assert not generation.folder.exists()
    with pytest.raises(DamageError, match=r"manifest\.json cannot be read"):
        Hold(generation)


def test_generation_that_is_held_is_deleted_when_it_is_let_go(
    put: Callable[..., Path], build: Builds, tmp_path: Path, encoder: Any
) -> None:
    generations = tmp_path / "index" / "generations"
    put("a", "It holds 0 times")
    build()
    searcher = Searcher(tmp_path / "index", encoder=encoder)
    for number in range(1, 4):
        put("a", f"It holds {number} times")
        build()
    assert sorted(path.name for path in generations.iterdir()) == ["000001", "000003", "000004"]
    assert [hit.statement.text for hit in searcher.search("it").hits] == ["It holds 0 times [1]."]
    searcher.close()
    put("a", "It holds 4 times")
    build()
    assert sorted(path.name for path in generations.iterdir()) == ["000004", "000005"]


def test_leftovers_of_a_dead_build_are_no_obstacle(
    put: Callable[..., Path], build: Builds, tmp_path: Path
) -> None:
    for name in ("000001.partial", "000001"):
        stale = tmp_path / "index" / "generations" / name
        stale.mkdir(parents=True)
        (stale / "statements.faiss").write_bytes(b"half")
    put("a", "It holds")
    assert build().index.generation == 1
    assert len(open_generation(tmp_path / "index").statements.dense) == 1


def test_empty_corpus_can_be_published_and_searched(
    build: Builds, corpus: Path, tmp_path: Path, encoder: Any
) -> None:
    report = build()
    assert "holds no file of a known format" in (report.files[0].error or "")
    assert report.index.counts["statements"] == 0
    searcher = Searcher(tmp_path / "index", encoder=encoder)
    assert searcher.search("anything").hits == ()
    searcher.close()


def test_other_model_or_recipe_is_refused_with_both_names(
    put: Callable[..., Path], build: Builds, encoder: Any
) -> None:
    put("a", "It holds")
    build()
    other = type(encoder)()
    other.name, other.digest = "other-model", "f" * 64
    with pytest.raises(MismatchError, match=r"'hashed-words'.*'other-model'"):
        build(encoder=other)
    with pytest.raises(MismatchError, match=r"'text'.*'context'"):
        build(recipe=StatementRecipe.CONTEXT)
    assert build(encoder=other, reencode=True).index.model == "other-model"


def test_newer_format_is_refused_with_both_numbers(
    put: Callable[..., Path], build: Builds, tmp_path: Path
) -> None:
    put("a", "It holds")
    build()
    manifest = Layout(tmp_path / "index").generation(1).manifest
    manifest.write_bytes(orjson.dumps(orjson.loads(manifest.read_bytes()) | {"format": FORMAT + 1}))
    with pytest.raises(MismatchError, match=f"format {FORMAT + 1}, .* up to {FORMAT}"):
        open_generation(tmp_path / "index")


@pytest.mark.parametrize("name", ["statements.faiss", "abstracts.ids.npy"])
def test_damaged_file_is_refused_with_its_name(
    put: Callable[..., Path], build: Builds, tmp_path: Path, name: str
) -> None:
    put("a", "It holds")
    build()
    path = Layout(tmp_path / "index").generation(1).folder / name
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DamageError, match=name.replace(".", r"\.") + " has .* bytes, expected"):
        open_generation(tmp_path / "index")


def test_folder_that_is_no_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingIndexError, match="holds no index"):
        open_generation(tmp_path)


def test_second_builder_is_told_who_holds_the_folder(
    put: Callable[..., Path], build: Builds, tmp_path: Path
) -> None:
    put("a", "It holds")
    with (
        locked(Layout(tmp_path / "index")),
        pytest.raises(LockedError, match=f"written by process {os.getpid()}"),
    ):
        build()


def test_a_look_at_who_builds_keeps_nobody_from_building(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "index")
    with locked(layout):
        assert lock_holder(layout) == str(os.getpid())
    assert lock_holder(layout) is None
    with layout.lock.open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        ended = threading.Timer(0.1, fcntl.flock, (looking, fcntl.LOCK_UN))
        ended.start()
        with locked(layout):
            ended.join()


def test_full_disk_for_what_is_passed_over_is_named(tmp_path: Path) -> None:
    article = ArticleFile(package="a.xml", member=None, content=b"<article/>")
    with PassedOver(tmp_path / "nothing") as passed:
        with pytest.raises(StorageError, match="nothing: No such file or directory; what was"):
            passed.keep(article, paper="doi:10.5555/a", richer="b.xml", report=0)
        assert passed.papers() == set()


def test_full_disk_publishes_nothing_and_loses_nothing(
    put: Callable[..., Path],
    build: Builds,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    encoder: Any,
) -> None:
    put("a", "It holds")
    build()
    put("b", "It fails")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "statements.faiss")

    with monkeypatch.context() as patch:
        patch.setattr("semsearch.index.generation.write_dense", full)
        with pytest.raises(StorageError, match=r"No space left on device.*not published"):
            build()
    assert open_generation(tmp_path / "index").manifest.generation == 1
    encoder.encoded.clear()
    assert build().index.counts["papers"] == 2
    assert encoder.encoded == []


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from conftest import HashedWords
from semsearch.encode.recipe import StatementRecipe
from semsearch.index import build, reading
from semsearch.parse.packages import ArticleFiles

moments = [0]
def count(event, *_):
    # Opening files, SQL commits and renames are the moments at which a crash can hurt.
    if event in ("open", "os.rename", "sqlite3.connect", "os.mkdir", "shutil.rmtree"):
        moments[0] += 1
        if moments[0] == {moment}:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(count)
builder = build.Builder(folder=Path({folder!r}), encoder=HashedWords(),
                        recipe=StatementRecipe.TEXT, batch_tokens=64)
builder.build(ArticleFiles((Path({corpus!r}),), 10**6))
"""


@pytest.mark.parametrize("moment", [3, 8, 14, 20, 26, 31, 36, 41, 46, 51])
def test_build_after_a_kill_gives_the_same_content(
    put: Callable[..., Path], build: Builds, tmp_path: Path, corpus: Path, moment: int
) -> None:
    for number in range(8):
        put(f"p{number}", *(f"It holds {number} and {n}" for n in range(5)))
    undisturbed = build(folder="undisturbed")
    code = KILLED.format(
        tests=str(Path(__file__).resolve().parent.parent),
        folder=str(tmp_path / "index"),
        corpus=str(corpus),
        moment=moment,
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)  # noqa: S603
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr.decode()
    report = build()
    assert report.index.content_digest == undisturbed.index.content_digest
    generations = Layout(tmp_path / "index").generation(report.index.generation)
    other = Layout(tmp_path / "undisturbed").generation(1)
    for kind in ("statements", "abstracts"):
        made, honest = generations.dense(kind), other.dense(kind)
        assert made.search.read_bytes() == honest.search.read_bytes()
        assert made.ids.read_bytes() == honest.ids.read_bytes()
