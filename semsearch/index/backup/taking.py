"""Taking a backup of an index that is served, and built into, at the same time.

The published generation is held, and the store is read in one transaction that began while it was
the published one. SQLite files are copied by SQLite. All else in an index folder is written once
and renamed, or not part of a backup:

- in it: the store, the published generation, keys, saved searches, dates of the generations,
  articles that were sent over HTTP, and the cache of vectors unless it is left out;
- not in it: the generation before, what a build is writing, the lock, and what the last
  verification found, which is of the disk as it was.
"""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from semsearch.errors import DamageError, StorageError, UsageError
from semsearch.index.backup.contents import FORMAT, LIST, Backup, opened_backup, packed
from semsearch.index.backup.staging import put_in_place, staged, sync_tree
from semsearch.index.layout import GenerationLayout, Layout
from semsearch.index.manifest import FileStamp, read_manifest, stamp
from semsearch.index.snapshot import snapshot
from semsearch.progress import Progress, Quiet
from semsearch.settings import settings
from semsearch.store.database import copy_sqlite, open_sqlite, translated

_SECRET: Final = 0o600  # keys are kept as hashes, and are nobody else's business all the same


def take_backup(
    folder: Path | None,
    target: Path,
    *,
    vectors: bool = True,
    progress: Progress | None = None,
) -> Backup:
    """Write a consistent copy of an index, which may be served and built into meanwhile.

    It is written under another name, read again, compared with its hashes, and renamed when it is
    whole and synced: ``target`` is a backup, or is not there.

    Args:
        folder: the index folder; the setting ``index`` when None.
        target: what shall be made, a tar file where the name ends in ``.tar``, else a folder.
        vectors: whether the cache of vectors is in it; without it the next build of a restored
            index may have to encode again.
        progress: shows how far it is.

    Raises:
        UsageError: there is something at ``target``, or it lies in the index folder.
        MissingIndexError: the folder holds no index.
        DamageError: a file of the index does not fit its hash.
        StorageError: something cannot be read or written.
        LockedError: another process writes the same backup.
    """
    layout = Layout((folder or settings().index).resolve())
    goal = target.resolve()
    if goal.exists():
        raise UsageError(f"{target} is there already, expected a new name for the backup")
    if goal.is_relative_to(layout.folder):
        raise UsageError(f"{target} lies in the index folder, expected a place outside")
    if not goal.parent.is_dir():
        raise UsageError(f"the folder {goal.parent} of the backup is not there")
    with _named_errors(target), staged(goal) as partial:
        content = partial / "content"
        content.mkdir()
        backup = _copied(layout, content, vectors=vectors, progress=progress or Quiet())
        (content / LIST).write_bytes(packed(backup))
        whole = content
        if goal.suffix == ".tar":
            whole = partial / "tar"
            _pack(content, backup, whole)
        sync_tree(partial)
        with opened_backup(whole) as source:
            source.check()
        put_in_place(whole, goal)
    return backup


@contextmanager
def _named_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{error.filename or target}: {error.strerror or error}; no backup was written"
        ) from error


def _copied(layout: Layout, content: Path, *, vectors: bool, progress: Progress) -> Backup:
    """Copy the files of an index into an empty folder."""
    copy = Layout(content)
    # What saved searches saw is of the generation that is held then, or of one before it.
    _copy_sqlite(layout.alerts, copy.alerts)
    with snapshot(layout) as held, progress.stage("Copying", None) as stage:
        history = _bytes(layout.history)
        digest, stamps = None, dict[str, FileStamp]()
        if held.number:
            generation, into = layout.generation(held.number), copy.generation(held.number)
            manifest = read_manifest(generation)
            digest, stamps = manifest.content_digest, manifest.files
            for name in stamps:
                _copy_file(generation.folder / name, into.folder / name)
                stage.advance(1)
            _copy_file(generation.manifest, into.manifest)
            if held.published is not None:
                copy_sqlite(held.published, into.store)
            copy.current.write_bytes(f"{held.number}\n".encode())
        if history is not None:
            copy.history.write_bytes(history)
        copy_sqlite(held.store, copy.store)
        stage.advance(1)
        for path in sorted(layout.added.glob("*")) if layout.added.is_dir() else ():
            if len(path.stem) == 64 and path.is_file():  # others are still being received
                _copy_file(path, copy.added / path.name)
                stage.advance(1)
    _copy_sqlite(layout.keys, copy.keys, mode=_SECRET)
    if vectors:
        _copy_sqlite(layout.vector_cache, copy.vector_cache)
    files = _stamps(content)
    if held.number:
        _compare(copy.generation(held.number), content, files, stamps)
    return Backup(
        format=FORMAT,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        generation=held.number,
        content_digest=digest,
        files=files,
    )


def _copy_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _copy_sqlite(source: Path, target: Path, *, mode: int = 0o666) -> None:
    """Copy a SQLite file that others may write; one that is not there is left out."""
    if not source.is_file():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
    with translated(source), closing(open_sqlite(source, read_only=True)) as connection:
        copy_sqlite(connection, target)


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _stamps(content: Path) -> dict[str, FileStamp]:
    return {
        path.relative_to(content).as_posix(): stamp(path)
        for path in sorted(content.rglob("*"))
        if path.is_file()
    }


def _compare(
    generation: GenerationLayout,
    content: Path,
    files: dict[str, FileStamp],
    expected: dict[str, FileStamp],
) -> None:
    """Refuse a generation whose files are not what its manifest says."""
    folder = generation.folder.relative_to(content).as_posix()
    for name, one in expected.items():
        if files[f"{folder}/{name}"] != one:
            raise DamageError(
                f"{folder}/{name} of the index is damaged: its size or SHA-256 is not that of its"
                " manifest; no backup was written, `semsearch verify` says more"
            )


def _pack(content: Path, backup: Backup, archive: Path) -> None:
    """Write a tar file that begins with the list."""
    handle = os.open(archive, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _SECRET)
    with (
        os.fdopen(handle, "wb") as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name in (LIST, *sorted(backup.files)):
            member = tarfile.TarInfo(name)
            path = content / name
            member.size, member.mode = path.stat().st_size, path.stat().st_mode & 0o777
            with path.open("rb") as file:
                tar.addfile(member, file)
