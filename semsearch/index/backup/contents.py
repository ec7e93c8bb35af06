"""What a backup holds: its files with their hashes, in a folder or in a tar file."""

from __future__ import annotations

import hashlib
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import orjson
from pydantic import TypeAdapter, ValidationError

from semsearch.errors import DamageError, MismatchError, MissingIndexError
from semsearch.index.manifest import FileStamp

#: Raised when a backup can no longer be read by older code.
FORMAT: Final = 1
#: The list of the files, written last; the first member of a tar file.
LIST: Final = "backup.json"
_MOST_LIST_BYTES: Final = 1 << 28
_PIECE: Final = 1 << 20
# What may lie in an index folder; a list that names anything else is refused.
_FILE: Final = re.compile(
    r"CURRENT|history\.json|(?:store|vectors|keys|alerts)\.sqlite|added/[0-9a-f]{64}\.[a-z]{1,8}"
    r"|generations/[0-9]{6,}(?:/[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup is of.

    ``generation`` is 0, and ``content_digest`` None, where none was published yet. ``files`` have
    their names in the index folder.
    """

    format: int
    created: str  # UTC, ISO 8601
    generation: int
    content_digest: str | None
    files: dict[str, FileStamp]

    @property
    def bytes(self) -> int:
        """Of all files."""
        return sum(stamp.bytes for stamp in self.files.values())


_BACKUP = TypeAdapter(Backup)


def packed(backup: Backup) -> bytes:
    """The list of a backup, as it is written."""
    return orjson.dumps(backup, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


class BackupSource:
    """A backup that is read. ``files`` gives each file once; of a tar file in the order it has."""

    def __init__(self, path: Path, backup: Backup, opened: Callable[[], Iterator[Any]]) -> None:
        self.path = path
        self.backup = backup
        self._opened = opened

    def files(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Name and pieces of every file, which are checked against its stamp as they are taken.

        Raises:
            DamageError: a file is missing, or has not its size or hash.
        """
        missing = set(self.backup.files)
        for name, stream in self._opened():
            if name not in missing:
                raise DamageError(f"{self.path}: {name} stands in it twice, or not in its list")
            missing.remove(name)
            with stream:
                yield name, self._checked(name, stream)
        if missing:
            raise DamageError(f"{self.path}: {min(missing)} is missing")

    def _checked(self, name: str, stream: IO[bytes]) -> Iterator[bytes]:
        expected = self.backup.files[name]
        digest, size = hashlib.sha256(), 0
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > expected.bytes:
                break
            digest.update(piece)
            yield piece
        if size != expected.bytes:
            more = "more" if size > expected.bytes else f"{size:,}"
            raise DamageError(f"{self.path}: {name} has {more} bytes, expected {expected.bytes:,}")
        if digest.hexdigest() != expected.sha256:
            raise DamageError(
                f"{self.path}: {name} is damaged: its SHA-256 is not {expected.sha256}"
            )

    def check(self) -> None:
        """Read every byte.

        Raises:
            DamageError: as for ``files``.
        """
        for _, pieces in self.files():
            for _ in pieces:
                pass


@contextmanager
def opened_backup(path: Path) -> Iterator[BackupSource]:
    """A backup for reading, folder or tar file.

    Raises:
        MissingIndexError: there is none.
        MismatchError: a newer semsearch wrote it.
        DamageError: its list cannot be read.
    """
    if path.is_dir():
        listed = path / LIST
        if not listed.is_file():
            raise MissingIndexError(f"{path} holds no backup: {LIST} is missing")
        backup = _read(listed.read_bytes(), path)
        yield BackupSource(path, backup, lambda: _of_folder(path, backup))
        return
    try:
        with tarfile.open(path, "r:") as archive:
            first = archive.next()
            if first is None or first.name != LIST or not first.isfile():
                raise MissingIndexError(f"{path} holds no backup: it does not begin with {LIST}")
            if first.size > _MOST_LIST_BYTES:
                raise DamageError(f"{path}: {LIST} has {first.size:,} bytes, too many for a list")
            stream = archive.extractfile(first)
            assert stream is not None  # noqa: S101 - of a plain file
            backup = _read(stream.read(), path)
            yield BackupSource(path, backup, lambda: _of_tar(path, archive))
    except FileNotFoundError:
        raise MissingIndexError(f"there is no backup {path}") from None
    except tarfile.TarError as error:
        raise DamageError(f"{path} cannot be read as a tar file: {error}") from error


def _read(content: bytes, path: Path) -> Backup:
    try:
        raw: Any = orjson.loads(content)
        found = raw.get("format") if isinstance(raw, dict) else None
        if isinstance(found, int) and found > FORMAT:
            raise MismatchError(
                f"{path} is a backup of format {found}, and this semsearch reads formats up to"
                f" {FORMAT}; use the newer semsearch that wrote it"
            )
        backup = _BACKUP.validate_python(raw)
    except orjson.JSONDecodeError as error:
        raise DamageError(f"{path}: {LIST} cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DamageError(f"{path}: {LIST}: field {place!r}: {first['msg']}") from error
    for name in backup.files:
        if _FILE.fullmatch(name) is None:
            raise DamageError(f"{path}: {LIST} names {name[:200]!r}, which is no file of an index")
    return backup


def _of_folder(path: Path, backup: Backup) -> Iterator[tuple[str, IO[bytes]]]:
    for name in sorted(backup.files):
        file = path / name
        try:
            yield name, file.open("rb")
        except OSError as error:
            raise DamageError(f"{file} cannot be read: {error.strerror}") from error


def _of_tar(path: Path, archive: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for member in archive:
        if member.name == LIST and member.offset == 0:
            continue
        stream = archive.extractfile(member) if member.isfile() else None
        if stream is None:
            raise DamageError(f"{path}: {member.name[:200]!r} is no plain file")
        yield member.name, stream
