"""A folder or file that takes its place when it is whole, and not before."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from semsearch.errors import LockedError, StorageError
from semsearch.index.layout import sync_folder

_PARTIAL: Final = ".partial"
_HERE: Final = -100  # AT_FDCWD of Linux: paths are those of the process
_EXCHANGE: Final = 2  # RENAME_EXCHANGE of Linux


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """An empty folder beside ``target``, to be filled and renamed; gone at the end of the block.

    One that a killed process left is emptied.

    Args:
        target: absolute path of what shall be made.

    Raises:
        LockedError: another process makes the same.
        StorageError: the folder cannot be made.
    """
    partial = target.with_name(target.name + _PARTIAL)
    try:
        partial.mkdir(exist_ok=True)
        handle = os.open(partial, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise StorageError(f"{partial} cannot be made: {error.strerror}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # ends with the process
        except OSError:
            raise LockedError(f"{partial} is being written by another process") from None
        if not _is_open(partial, handle):
            raise LockedError(f"{partial} was just written by another process; try again")
        _empty(partial)
        try:
            yield partial
        finally:
            if _is_open(partial, handle):
                _empty(partial)
                partial.rmdir()
    finally:
        os.close(handle)


def _empty(partial: Path) -> None:
    try:
        for left in partial.iterdir():
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()
    except OSError as error:
        raise StorageError(
            f"{error.filename or partial} cannot be deleted: {error.strerror}; delete {partial}"
        ) from error


def _is_open(path: Path, handle: int) -> bool:
    """Whether a path leads to what a descriptor was opened on."""
    try:
        found = path.stat()
    except OSError:
        return False
    held = os.fstat(handle)
    return (found.st_dev, found.st_ino) == (held.st_dev, held.st_ino)


def sync_tree(folder: Path) -> None:
    """Make all that is in a folder, and below it, last over a power cut."""
    for path in folder.rglob("*"):
        if path.is_dir():
            sync_folder(path)
        else:
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
    sync_folder(folder)


def put_in_place(partial: Path, target: Path) -> None:
    """Rename a folder or file to where nothing is, or to an empty folder.

    Raises:
        StorageError: something is there, or cannot be renamed.
    """
    try:
        if target.is_dir() and not partial.is_dir():
            raise StorageError(f"{target} is a folder, expected nothing there")
        partial.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise StorageError(f"{target} cannot be put in place: {error.strerror}") from error


def exchange(partial: Path, target: Path) -> None:
    """Let two folders change places in one step, so that nobody finds neither of them.

    Raises:
        StorageError: the system or the file system cannot; both are where they were.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        if not hasattr(libc, "renameat2"):
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
        one, other = os.fsencode(partial), os.fsencode(target)
        if libc.renameat2(_HERE, one, _HERE, other, _EXCHANGE):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        sync_folder(target.parent)
    except OSError as error:
        raise StorageError(
            f"{target} cannot be replaced in one step: {error.strerror}; move it away, and restore"
            " to where nothing is"
        ) from error
