"""Keeping an index like a folder: what comes, changes and goes in it.

The folder is looked at again and again; no service of the system has to tell, so that it may lie
anywhere. A file counts as whole when it has stayed as it is for a while, and as gone when it has
been missing for as long. What is whole or gone by then goes into one build, and so into one
generation. What was read is not read again until it changes, also when it could not be read.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from semsearch.errors import InputError, LockedError
from semsearch.index.build import Builder
from semsearch.index.layout import Layout
from semsearch.index.leaving import packages_below
from semsearch.index.reading import FileReport
from semsearch.index.report import BuildReport
from semsearch.parse.packages import ArticleFiles, stands_beside
from semsearch.store.outside import SIDECAR

#: Endings under which programs write what is not whole yet.
UNFINISHED: Final = (".partial", ".part", ".tmp", ".temp", ".crdownload", ".download", "~")

#: What tells that a file changed: inode, size, times of content and of inode in nanoseconds.
Signature = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Round:
    """What one look led to.

    ``named``: files that cannot be read, each once until it changes. ``gone``: files of which
    nothing is left. ``waiting``: why nothing was done though there is something to do.
    """

    report: BuildReport | None
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    named: tuple[FileReport, ...]
    waiting: str | None = None


@dataclass(slots=True)
class _File:
    signature: Signature
    since: float
    read: bool = False
    missing: float | None = None


@dataclass(slots=True)
class Watcher:
    """Keeps an index like a folder.

    Args:
        builder: of the index; its model stays loaded.
        folder: that is watched, with all below it.
        max_bytes: largest article.
        settle_seconds: how long a file has to stay as it is.
        clock: seconds; never goes back.
    """

    builder: Builder
    folder: Path
    max_bytes: int
    settle_seconds: float
    clock: Callable[[], float] = time.monotonic
    _files: dict[str, _File] = field(default_factory=dict)
    _told: dict[str, str | None] = field(default_factory=dict)
    _begun: bool = False

    def look(self) -> Round | None:
        """Look once, and do what there is to do; None where there is nothing.

        Raises:
            InputError: the folder is not there; nothing is removed because of that.
            StorageError: the index cannot be written.
        """
        now = self.clock()
        found, closed = scan(self.folder)
        if not self._begun:
            self._files = {name: _File((0, 0, 0, 0), now) for name in self._recorded()}
            self._begun = True
        self._note(found, closed, now)
        ready = [
            name
            for name, file in self._files.items()
            if not file.read and file.missing is None and self._settled(file.since, now)
        ]
        gone = [
            name
            for name, file in self._files.items()
            if file.missing is not None and self._settled(file.missing, now) and _gone(name)
        ]
        if not ready and not gone:
            return None
        return self._build(sorted(ready), sorted(gone), now)

    def _note(self, found: dict[str, Signature], closed: tuple[str, ...], now: float) -> None:
        """Compare what is there with what was; below a folder that is closed all stays as it is."""
        for name, signature in found.items():
            file = self._files.get(name)
            if file is None or file.signature != signature:
                self._files[name] = _File(signature, now)
            else:
                file.missing = None
        for name, file in self._files.items():
            if name not in found and not name.startswith(closed) and file.missing is None:
                file.missing = now

    def _build(self, ready: list[str], gone: list[str], now: float) -> Round:
        articles = [name for name in ready if not name.endswith(SIDECAR)]
        if gone:  # what a file that is gone has given may be in another that was passed over
            recorded = self._recorded()
            articles = sorted(
                {*articles}.union(
                    name
                    for name, file in self._files.items()
                    if name not in recorded
                    and file.missing is None
                    and self._settled(file.since, now)
                    and not name.endswith(SIDECAR)
                )
            )
        try:
            report = self.builder.build(
                ArticleFiles(tuple(map(Path, articles)), self.max_bytes, chosen=False),
                sidecars=[Path(name) for name in ready if name.endswith(SIDECAR)],
                missing={*articles, *gone},
            )
        except LockedError as error:
            return Round(None, tuple(ready), tuple(gone), (), waiting=str(error))
        for name in ready:
            self._files[name].read = True
        for name in gone:
            del self._files[name]
        return Round(report, tuple(ready), tuple(gone), self._new_faults(report, {*ready, *gone}))

    def _new_faults(self, report: BuildReport, changed: set[str]) -> tuple[FileReport, ...]:
        """Files that cannot be read, without those that were named and did not change since."""
        for name in list(self._told):
            if name.partition("!")[0] in changed:
                del self._told[name]
        new = [one for one in report.skipped if self._told.get(one.file, "") != one.error]
        self._told.update({one.file: one.error for one in new})
        return tuple(new)

    def _settled(self, since: float, now: float) -> bool:
        return now - since >= self.settle_seconds

    def _recorded(self) -> frozenset[str]:
        """What the index has read from the folder."""
        store = Layout(self.builder.folder).store
        return packages_below(store, str(self.folder.absolute()))


def scan(folder: Path) -> tuple[dict[str, Signature], tuple[str, ...]]:
    """What lies in a folder and below, and the beginnings of paths that cannot be looked at.

    Raises:
        InputError: the folder is not there, or cannot be looked into.
    """
    root = str(folder.absolute())
    closed: list[str] = []
    try:
        next(Path(root).iterdir(), None)
    except OSError as error:
        raise InputError(f"{root} cannot be looked into: {error.strerror}") from error
    found = dict(_walk(root, frozenset(), closed))
    return found, tuple(closed)


def _gone(name: str) -> bool:
    """Whether there is no such file; one that is not looked for may be there all the same."""
    try:
        Path(name).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _walk(
    folder: str, above: frozenset[tuple[int, int]], closed: list[str]
) -> Iterator[tuple[str, Signature]]:
    """``above``: device and inode of the folders around, so that links lead into no circle."""
    try:
        here = Path(folder).stat()
        key = (here.st_dev, here.st_ino)
        entries = [] if key in above else sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        closed.append(f"{folder}/")
        return
    for entry in entries:
        if stands_beside(entry.name) or entry.name.endswith(UNFINISHED):
            continue
        try:
            status = entry.stat()
        except FileNotFoundError:
            continue  # went in this moment, or a link to nothing
        except OSError:
            closed.append(entry.path)
            continue
        if stat.S_ISDIR(status.st_mode):
            yield from _walk(entry.path, above | {key}, closed)
        elif stat.S_ISREG(status.st_mode) and not entry.name.startswith(f"{SIDECAR}-"):
            yield entry.path, _signature(entry.path, status)


def _signature(path: str, status: os.stat_result) -> Signature:
    """Of a ledger with what is in its log, which is a part of it."""
    size, changed = status.st_size, status.st_mtime_ns
    if path.endswith(SIDECAR):
        try:
            log = Path(f"{path}-wal").stat()
            size, changed = size + log.st_size, max(changed, log.st_mtime_ns)
        except OSError:
            pass  # it has none
    return status.st_ino, size, changed, status.st_ctime_ns
