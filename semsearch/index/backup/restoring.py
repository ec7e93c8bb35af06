"""Making an index folder out of a backup."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Final

from semsearch.errors import StorageError, UsageError
from semsearch.index.backup.contents import Backup, BackupSource, opened_backup
from semsearch.index.backup.staging import exchange, put_in_place, staged, sync_tree
from semsearch.index.layout import Layout, locked
from semsearch.progress import Progress, Quiet
from semsearch.settings import settings

# What an index folder holds; a folder with anything else in it is never replaced.
_OF_INDEX: Final = re.compile(
    r"CURRENT|LOCK|(?:history|verified)\.json|added|generations|.+\.partial(?:-wal|-shm|-journal)?"
    r"|(?:store|vectors|targets|keys|alerts)\.sqlite(?:-wal|-shm|-journal)?"
)


def restore_backup(
    backup: Path,
    folder: Path | None,
    *,
    replace: bool = False,
    progress: Progress | None = None,
) -> Backup:
    """Make an index folder out of a backup.

    It is written beside ``folder`` under another name, with every hash checked, and takes its
    place when it is whole and synced: what was there before is complete until then.

    Args:
        backup: a folder or a tar file.
        folder: the index folder; the setting ``index`` when None. Made when missing.
        replace: put it in the place of an index that is there.
        progress: shows how far it is.

    Raises:
        UsageError: the folder holds an index and ``replace`` is not given, or other files.
        MissingIndexError: there is no backup.
        MismatchError: a newer semsearch wrote it.
        DamageError: a file of it is missing or not what its list says; nothing was changed.
        LockedError: another process writes to the index, or restores it.
        StorageError: something cannot be written; what was there is there.
    """
    target = (folder or settings().index).resolve()
    held = _holds_index(target)
    if held and not replace:
        raise UsageError(
            f"{target} holds an index, expected a new or an empty folder, or --replace"
        )
    if not target.parent.is_dir():
        raise UsageError(f"the folder {target.parent} is not there")
    if backup.resolve().is_relative_to(target):
        raise UsageError(f"{backup} lies in {target}, expected a backup outside")
    shown = progress or Quiet()
    with (
        opened_backup(backup) as source,
        locked(Layout(target)) if held else nullcontext(),
        staged(target) as partial,
    ):
        try:
            with shown.stage("Restoring", len(source.backup.files)) as stage:
                for _ in _written(source, partial / "index"):
                    stage.advance(1)
            if target.exists():
                shutil.copymode(target, partial / "index")
            sync_tree(partial)
        except OSError as error:
            raise StorageError(
                f"{error.filename or partial}: {error.strerror or error}; nothing was restored"
            ) from error
        if held:
            exchange(partial / "index", target)  # what was there goes with the folder ``partial``
        else:
            put_in_place(partial / "index", target)
    return source.backup


def _holds_index(target: Path) -> bool:
    """Whether there is an index in a folder; false where there is nothing.

    Raises:
        UsageError: there is something else.
    """
    if not target.exists():
        return False
    if not target.is_dir():
        raise UsageError(f"{target} is no folder, expected that of an index or a new one")
    names = sorted(path.name for path in target.iterdir())
    other = [name for name in names if _OF_INDEX.fullmatch(name) is None]
    if other:
        raise UsageError(
            f"{target} holds {other[0]}, which is no part of an index, expected a new or an empty"
            " folder, or one that holds an index alone"
        )
    return bool(names)


def _written(source: BackupSource, folder: Path) -> Iterator[str]:
    """Write every file of a backup, and name it when it is there."""
    folder.mkdir()
    secret = {Layout(folder).keys.name}
    for name, pieces in source.files():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = 0o600 if name in secret else 0o666
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
        yield name
