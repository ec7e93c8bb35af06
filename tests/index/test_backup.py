"""Backups are whole and sound whatever happens meanwhile, and restoring destroys nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from semsearch.alerts import Ledger, save_question
from semsearch.encode.recipe import StatementRecipe
from semsearch.errors import (
    DamageError,
    LockedError,
    MismatchError,
    MissingIndexError,
    StorageError,
    UsageError,
)
from semsearch.index.backup import staging
from semsearch.index.backup.restoring import restore_backup
from semsearch.index.backup.staging import staged
from semsearch.index.backup.taking import take_backup
from semsearch.index.build import Builder
from semsearch.index.citation_types import correct_citation, list_corrections
from semsearch.index.history import history
from semsearch.index.layout import Layout, locked
from semsearch.index.manifest import Manifest, read_manifest
from semsearch.index.verify import verify
from semsearch.parse.packages import ArticleFiles
from semsearch.progress import Quiet
from semsearch.records import CitationType
from semsearch.serve.access.keys import KeyRing, KeyScope
from semsearch.settings import settings
from semsearch.store.database import Database

LIMIT = 10**6


class Corpus:
    """Articles and an index of them; ``write(n)`` adds or changes an article."""

    def __init__(self, root: Path, article: Callable[..., bytes], encoder: Any) -> None:
        self.articles = root / "articles"
        self.articles.mkdir()
        self.index = root / "index"
        self._article = article
        self._encoder = encoder

    def write(self, number: int, text: str = "EMT induces IL-6") -> None:
        body = f'<p>{text} in {number} cells [<xref rid="B{number}">{number}</xref>].</p>'
        named = self._article(body, doi=f"10.5555/paper.{number}", title=f"Article {number}")
        (self.articles / f"{number}.xml").write_bytes(named)

    def build(self, index: Path | None = None, progress: Any = None) -> str:
        builder = Builder(
            folder=index or self.index,
            encoder=self._encoder,
            recipe=StatementRecipe.TEXT,
            batch_tokens=256,
            progress=progress or Quiet(),
        )
        return builder.build(ArticleFiles((self.articles,), LIMIT)).index.content_digest


@pytest.fixture(params=["whole", "deltas"])
def deltas(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[bool]:
    """Whether builds publish deltas beside a base, or write all files anew."""
    monkeypatch.setenv("SEMSEARCH_DELTA_SHARE", "1" if request.param == "deltas" else "0")
    settings.cache_clear()
    yield request.param == "deltas"
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def corpus(tmp_path: Path, article: Callable[..., bytes], encoder: Any) -> Corpus:
    made = Corpus(tmp_path, article, encoder)
    for number in (1, 2, 3):
        made.write(number)
    made.build()
    return made


class Hook(Quiet):
    """Progress that does something once at each stage, or at the first step of one."""

    def __init__(self, act: Callable[[], object], *, at_step: bool = False) -> None:
        self._act = act
        self._at_step = at_step
        self.done = 0

    @contextmanager
    def stage(self, name: str, total: int | None) -> Iterator[Any]:
        if not self._at_step:
            self._act()
            self.done += 1
        yield self

    def advance(self, count: int) -> None:
        if self._at_step and not self.done:
            self.done += 1
            self._act()


def manifest_of(index: Path) -> Manifest:
    layout = Layout(index)
    return read_manifest(layout.generation(layout.published()))


def digest_of(index: Path) -> str:
    return manifest_of(index).content_digest


def tree(folder: Path) -> dict[str, bytes]:
    """The files that belong in a backup."""
    left_out = {"LOCK", "targets.sqlite"}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-shm", "-wal")) and path.name not in left_out
    }


@pytest.mark.parametrize("name", ["kept", "kept.tar"])
def test_restored_index_has_all_that_belongs_to_it(
    corpus: Corpus, tmp_path: Path, name: str
) -> None:
    with closing(Database(Layout(corpus.index).store, read_only=True)) as store:
        (statement,) = store.read("SELECT id FROM statements ORDER BY id LIMIT 1")[0]
    correct_citation(corpus.index, statement, CitationType.CONTRASTING)
    key = KeyRing(corpus.index).add("robot", KeyScope.ADMIN)
    added = Layout(corpus.index).added / f"{'a' * 64}.xml"
    added.parent.mkdir()
    added.write_bytes(b"<article/>")
    (added.parent / "being-received").write_bytes(b"<arti")
    made = take_backup(corpus.index, tmp_path / name)
    assert made.generation == 1
    restored = tmp_path / "restored"
    assert restore_backup(tmp_path / name, restored) == made
    assert verify(restored, max_bytes=LIMIT).sound
    assert digest_of(restored) == digest_of(corpus.index) == made.content_digest
    assert [one.statement for one in list_corrections(restored)] == [statement]
    assert history(Layout(restored)) == history(Layout(corpus.index))
    ring = KeyRing(restored)
    ring.check()
    found = ring.find(key)
    assert found is not None
    assert found.name == "robot"
    assert [path.name for path in Layout(restored).added.iterdir()] == [added.name]
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".partial")]
    before = tree(corpus.index)
    assert {name for name in before if "being-received" not in name} == set(tree(restored))
    corpus.write(4)
    assert corpus.build(restored) == corpus.build()


def test_saved_searches_are_in_it(report_searcher: Any, reported: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    shutil.copytree(reported, index)
    save_question(report_searcher, Ledger(index), "does EMT induce IL-6")
    take_backup(index, tmp_path / "kept")
    restore_backup(tmp_path / "kept", tmp_path / "restored")
    assert Ledger(tmp_path / "restored").listed() == Ledger(index).listed()


def test_vectors_may_be_left_out(corpus: Corpus, tmp_path: Path, encoder: Any) -> None:
    take_backup(corpus.index, tmp_path / "kept", vectors=False)
    restore_backup(tmp_path / "kept", tmp_path / "restored")
    assert not Layout(tmp_path / "restored").vector_cache.exists()
    corpus.write(4)
    assert corpus.build(tmp_path / "restored") == corpus.build()


def test_backups_taken_at_every_stage_of_a_build_are_sound(
    corpus: Corpus, tmp_path: Path, deltas: bool
) -> None:
    corpus.write(5)
    corpus.build()
    assert (manifest_of(corpus.index).delta is not None) == deltas
    old = digest_of(corpus.index)
    taken: list[Path] = []

    def take() -> None:
        taken.append(tmp_path / f"kept{len(taken)}")
        take_backup(corpus.index, taken[-1])

    corpus.write(2, "EMT does not induce IL-6")
    corpus.write(4)
    (corpus.articles / "3.xml").unlink()
    new = corpus.build(progress=Hook(take))
    assert new != old
    assert len(taken) > 3
    for number, kept in enumerate(taken):
        restored = tmp_path / f"restored{number}"
        restore_backup(kept, restored)
        assert verify(restored, max_bytes=LIMIT, sample=0).sound
        assert digest_of(restored) in {old, new}
        assert corpus.build(restored) == new


def test_generations_published_during_a_backup_are_not_half_in_it(
    corpus: Corpus, tmp_path: Path, deltas: bool
) -> None:
    old = digest_of(corpus.index)

    def publish() -> None:
        for number in (4, 5, 6):  # the first generation would be deleted, were it not held
            corpus.write(number)
            corpus.build()

    hook = Hook(publish, at_step=True)
    made = take_backup(corpus.index, tmp_path / "kept", progress=hook)
    assert (hook.done, made.generation, made.content_digest) == (1, 1, old)
    assert (manifest_of(corpus.index).delta is not None) == deltas
    restore_backup(tmp_path / "kept", tmp_path / "restored")
    assert verify(tmp_path / "restored", max_bytes=LIMIT).sound
    assert corpus.build(tmp_path / "restored") == digest_of(corpus.index)


def test_correction_made_during_a_backup_is_not_half_in_it(corpus: Corpus, tmp_path: Path) -> None:
    with closing(Database(Layout(corpus.index).store, read_only=True)) as store:
        (statement,) = store.read("SELECT id FROM statements ORDER BY id LIMIT 1")[0]
    hook = Hook(
        lambda: correct_citation(corpus.index, statement, CitationType.CONTRASTING), at_step=True
    )
    take_backup(corpus.index, tmp_path / "kept", progress=hook)
    restore_backup(tmp_path / "kept", tmp_path / "restored")
    assert hook.done
    assert len(list_corrections(corpus.index)) == 1
    layout = Layout(tmp_path / "restored")
    for path in (layout.store, layout.store_of(1)):
        with closing(Database(path, read_only=True)) as store:
            assert store.read("SELECT * FROM type_corrections") == []


def test_store_of_a_build_that_never_published_is_kept(corpus: Corpus, tmp_path: Path) -> None:
    (corpus.index / "CURRENT").unlink()
    shutil.rmtree(Layout(corpus.index).generations)
    made = take_backup(corpus.index, tmp_path / "kept")
    assert (made.generation, made.content_digest) == (0, None)
    restore_backup(tmp_path / "kept", tmp_path / "restored")
    assert corpus.build(tmp_path / "restored") == corpus.build()


def test_damaged_index_gives_no_backup(corpus: Corpus, tmp_path: Path) -> None:
    path = Layout(corpus.index).generation(1).dense("statements").search
    content = bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamageError, match=r"statements\.faiss of the index is damaged"):
        take_backup(corpus.index, tmp_path / "kept")
    path.unlink()
    with pytest.raises(
        StorageError, match=r"statements\.faiss: No such file.*no backup was written"
    ):
        take_backup(corpus.index, tmp_path / "kept")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["articles", "index"]


@pytest.mark.parametrize("name", ["kept", "kept.tar"])
def test_every_damaged_file_of_a_backup_is_refused(
    corpus: Corpus, tmp_path: Path, name: str
) -> None:
    kept, folder = tmp_path / name, tmp_path / "opened"
    take_backup(corpus.index, kept)
    held = tree(corpus.index)
    if kept.is_dir():
        shutil.copytree(kept, folder)
    else:
        with tarfile.open(kept) as archive:
            archive.extractall(folder, filter="data")
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        cut = content[:-2]  # what ends in a line end is not whole without a byte before it either
        for damaged in {cut, bytes([content[0] ^ 1]) + content[1:]} if content else {b"x"}:
            path.write_bytes(damaged)
            if kept.is_file():
                with tarfile.open(tmp_path / "damaged.tar", "w") as archive:
                    archive.add(folder / "backup.json", "backup.json")
                    for one in sorted(folder.rglob("*")):
                        if one.is_file() and one.name != "backup.json":
                            archive.add(one, one.relative_to(folder).as_posix())
            with pytest.raises(DamageError):
                restore_backup(
                    folder if kept.is_dir() else tmp_path / "damaged.tar",
                    corpus.index,
                    replace=True,
                )
        path.write_bytes(content)
    assert tree(corpus.index) == held


def test_cut_tar_file_is_refused(corpus: Corpus, tmp_path: Path) -> None:
    kept = tmp_path / "kept.tar"
    take_backup(corpus.index, kept)
    content = kept.read_bytes()
    for size in (0, 100, 700, len(content) // 3, len(content) // 2, len(content) - 20_000):
        kept.write_bytes(content[:size])
        with pytest.raises((DamageError, MissingIndexError), match=r"kept\.tar"):
            restore_backup(kept, tmp_path / "restored")
    assert not (tmp_path / "restored").exists()


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "generations/000001/../../x", "x"])
def test_file_that_is_none_of_an_index_is_refused(
    corpus: Corpus, tmp_path: Path, name: str
) -> None:
    take_backup(corpus.index, tmp_path / "kept")
    listed = tmp_path / "kept" / "backup.json"
    raw = orjson.loads(listed.read_bytes())
    raw["files"][name] = raw["files"]["CURRENT"]
    listed.write_bytes(orjson.dumps(raw))
    with pytest.raises(DamageError, match="which is no file of an index"):
        restore_backup(tmp_path / "kept", tmp_path / "restored")


def test_backup_of_a_newer_version_is_refused(corpus: Corpus, tmp_path: Path) -> None:
    take_backup(corpus.index, tmp_path / "kept")
    listed = tmp_path / "kept" / "backup.json"
    listed.write_bytes(listed.read_bytes().replace(b'"format": 1', b'"format": 2'))
    with pytest.raises(MismatchError, match="format 2, and this semsearch reads formats up to 1"):
        restore_backup(tmp_path / "kept", tmp_path / "restored")


def test_nothing_is_overwritten_unasked(corpus: Corpus, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    take_backup(corpus.index, kept)
    with pytest.raises(UsageError, match="is there already"):
        take_backup(corpus.index, kept)
    with pytest.raises(UsageError, match="lies in the index folder"):
        take_backup(corpus.index, corpus.index / "kept")
    with pytest.raises(UsageError, match="holds an index, expected a new or an empty folder"):
        restore_backup(kept, corpus.index)
    with pytest.raises(UsageError, match=r"holds 1\.xml, which is no part of an index"):
        restore_backup(kept, corpus.articles, replace=True)
    with pytest.raises(UsageError, match="is no folder"):
        restore_backup(kept, corpus.articles / "1.xml", replace=True)
    with pytest.raises(MissingIndexError, match="there is no backup"):
        restore_backup(tmp_path / "nothing", tmp_path / "restored")
    with pytest.raises(MissingIndexError, match=r"holds no backup: backup\.json is missing"):
        restore_backup(corpus.articles, tmp_path / "restored")
    with pytest.raises(MissingIndexError, match=r"store\.sqlite is missing"):
        take_backup(corpus.articles, tmp_path / "other")


def test_replaced_index_is_that_of_the_backup(corpus: Corpus, tmp_path: Path) -> None:
    old = digest_of(corpus.index)
    take_backup(corpus.index, tmp_path / "kept.tar")
    corpus.write(4)
    assert corpus.build() != old
    with locked(Layout(corpus.index)), pytest.raises(LockedError):
        restore_backup(tmp_path / "kept.tar", corpus.index, replace=True)
    corpus.index.chmod(0o700)
    (corpus.index / "store.sqlite.partial-wal").touch()  # of an import that was killed
    restore_backup(tmp_path / "kept.tar", corpus.index, replace=True)
    assert corpus.index.stat().st_mode & 0o777 == 0o700
    assert digest_of(corpus.index) == old
    assert verify(corpus.index, max_bytes=LIMIT).sound
    assert sorted(p.name for p in tmp_path.iterdir()) == ["articles", "index", "kept.tar"]


def test_two_at_a_time_do_not_disturb_each_other(corpus: Corpus, tmp_path: Path) -> None:
    with staged(tmp_path / "kept"), pytest.raises(LockedError, match="by another process"):
        take_backup(corpus.index, tmp_path / "kept")
    take_backup(corpus.index, tmp_path / "kept")


def test_without_an_exchange_in_one_step_the_index_stays(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_backup(corpus.index, tmp_path / "kept")
    monkeypatch.setattr(staging, "_EXCHANGE", 1 << 30)  # a flag that no kernel knows
    before = tree(corpus.index)
    with pytest.raises(StorageError, match="cannot be replaced in one step"):
        restore_backup(tmp_path / "kept", corpus.index, replace=True)
    assert tree(corpus.index) == before


# Ends the process, as a power cut would, before a file is synced or anything gets its name.
_KILLED = """
import os, sys
from pathlib import Path
from semsearch.index.backup import staging
from semsearch.index.backup.restoring import restore_backup
from semsearch.index.backup.taking import take_backup

left = int(sys.argv[1])

def counted(call):
    def counting(*arguments, **named):
        global left
        left -= 1
        if left < 0:
            os._exit(9)
        return call(*arguments, **named)
    return counting

os.fsync = counted(os.fsync)
Path.rename = counted(Path.rename)
staging.exchange.__globals__["ctypes"].CDLL = counted(staging.ctypes.CDLL)
if sys.argv[2] == "backup":
    take_backup(Path(sys.argv[3]), Path(sys.argv[4]))
else:
    restore_backup(Path(sys.argv[3]), Path(sys.argv[4]), replace=True)
print(left)
"""


def _killed_after(count: int, *arguments: object) -> int:
    """The exit code of a process that is ended after some steps."""
    command = [sys.executable, "-c", _KILLED, str(count), *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True).returncode  # noqa: S603


def _steps(*arguments: object) -> int:
    command = [sys.executable, "-c", _KILLED, "1000000", *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    return 1_000_000 - int(done.stdout)


def test_killed_backup_leaves_none_and_the_next_one_is_whole(
    corpus: Corpus, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.tar"
    last = _steps("backup", corpus.index, tmp_path / "first.tar")
    for count in (0, 1, 2, last // 2, last - 2):
        assert _killed_after(count, "backup", corpus.index, kept) == 9
        assert not kept.exists()
    take_backup(corpus.index, kept)
    restore_backup(kept, tmp_path / "restored")
    assert verify(tmp_path / "restored", max_bytes=LIMIT).sound
    assert not list(tmp_path.glob("*.partial"))


def test_killed_restore_leaves_the_old_index_or_the_new(corpus: Corpus, tmp_path: Path) -> None:
    old = digest_of(corpus.index)
    take_backup(corpus.index, tmp_path / "kept")
    corpus.write(4)
    new = corpus.build()
    shutil.copytree(corpus.index, tmp_path / "other")
    last = _steps("restore", tmp_path / "kept", tmp_path / "other")
    found = []
    for count in (0, 1, last // 2, last - 2, last - 1):
        assert _killed_after(count, "restore", tmp_path / "kept", corpus.index) == 9
        assert verify(corpus.index, max_bytes=LIMIT, sample=0).sound
        found.append(digest_of(corpus.index))
    assert found == [new, new, new, new, old]  # the last step syncs what was exchanged before
    restore_backup(tmp_path / "kept", corpus.index, replace=True)
    assert digest_of(corpus.index) == old
    assert not list(tmp_path.glob("*.partial"))
