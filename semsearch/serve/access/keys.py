"""API keys: random, shown once, kept as hashes in a small file of the index folder.

A key is ``ssk_`` and 256 random bits, so that SHA-256 without salt or stretching is enough: there
is nothing to guess. The file is beside the store, not in it: builds never touch it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from semsearch.errors import DamageError, NotFoundError, StorageError, UsageError
from semsearch.index.layout import Layout
from semsearch.store.database import open_sqlite, translated

PREFIX: Final = "ssk_"
#: What a key looks like wherever it stands.
KEY_FORM: Final = re.compile(PREFIX + "[A-Za-z0-9_-]{43}")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MODE: Final = 0o600
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS keys (
    name    TEXT PRIMARY KEY,
    scope   TEXT NOT NULL,
    digest  BLOB NOT NULL UNIQUE,
    created TEXT NOT NULL,
    revoked TEXT
) STRICT, WITHOUT ROWID
"""


class KeyScope(StrEnum):
    """What a key is good for; each holds what those before it do."""

    READ = "read"
    LABEL = "label"
    ADMIN = "admin"

    def covers(self, other: KeyScope) -> bool:
        """Whether a key of this scope may do what ``other`` is needed for."""
        order = list(KeyScope)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key without its secret. Times are UTC, ISO 8601."""

    name: str
    scope: KeyScope
    created: str
    revoked: str | None  # when it was revoked; None while it holds


class KeyRing:
    """The keys of an index folder; may be used by several threads and processes at a time.

    Args:
        folder: the index folder.
    """

    def __init__(self, folder: Path) -> None:
        self.path = Layout(folder).keys

    def add(self, name: str, scope: KeyScope) -> str:
        """Make a key; its text, which is kept nowhere.

        Raises:
            UsageError: the name is not allowed, or there is a key of this name.
            StorageError: the folder is not there or cannot be written.
        """
        if _NAME.fullmatch(name) is None:
            raise UsageError(
                f"{name[:80]!r} is no name of a key, expected 1 to 64 letters, digits, dots, dashes"
                " and underscores, the first a letter or digit"
            )
        text = PREFIX + secrets.token_urlsafe(32)
        with self._written() as connection:
            try:
                connection.execute(
                    "INSERT INTO keys VALUES (?, ?, ?, ?, NULL)",
                    (name, scope, _digest(text), _now()),
                )
            except sqlite3.IntegrityError:
                raise UsageError(
                    f"there is a key {name!r} already; names of revoked keys are not used again"
                ) from None
        return text

    def revoke(self, name: str) -> ApiKey:
        """End a key at once; one that was revoked before stays as it is.

        Raises:
            NotFoundError: there is no such key.
        """
        if self.path.is_file():
            with self._written() as connection:
                connection.execute(
                    "UPDATE keys SET revoked = ? WHERE name = ? AND revoked IS NULL", (_now(), name)
                )
        for key in self.listed():
            if key.name == name:
                return key
        raise NotFoundError(f"there is no key {name[:80]!r}")

    def listed(self) -> list[ApiKey]:
        """All keys, revoked ones too, by name."""
        return [key for key, _ in self._rows()]

    def find(self, text: str) -> ApiKey | None:
        """The key with this text, unless it is revoked.

        Every digest is compared to its end, whatever is wrong with the text.
        """
        wanted = _digest(text)
        found: ApiKey | None = None
        for key, digest in self._rows():
            if hmac.compare_digest(digest, wanted):
                found = key
        return None if found is None or found.revoked is not None else found

    def check(self) -> None:
        """Refuse a file that others can read.

        Raises:
            DamageError: with its mode.
        """
        if self.path.is_file() and (mode := self.path.stat().st_mode & 0o777) & 0o077:
            raise DamageError(
                f"{self.path} has mode {mode:o} and can be read by others, expected {_MODE:o}"
            )

    def _rows(self) -> list[tuple[ApiKey, bytes]]:
        if not self.path.is_file():
            return []
        with translated(self.path):
            connection = open_sqlite(self.path, read_only=True)
            try:
                made = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'keys'")
                if made.fetchone() is None:  # the file was made, and its maker died
                    return []
                rows = connection.execute("SELECT * FROM keys ORDER BY name").fetchall()
            finally:
                connection.close()
        return [
            (
                ApiKey(
                    name=row["name"],
                    scope=KeyScope(row["scope"]),
                    created=row["created"],
                    revoked=row["revoked"],
                ),
                row["digest"],
            )
            for row in rows
        ]

    @contextmanager
    def _written(self) -> Iterator[sqlite3.Connection]:
        """A transaction on the file, which is made with its mode when missing."""
        try:
            descriptor = os.open(self.path, os.O_CREAT | os.O_RDWR, _MODE)
            os.close(descriptor)
        except OSError as error:
            raise StorageError(f"{self.path} cannot be written: {error.strerror}") from error
        self.check()
        with translated(self.path):
            connection = sqlite3.connect(self.path, isolation_level=None)
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(_SCHEMA)
                yield connection
                connection.execute("COMMIT")
            finally:
                connection.close()  # rolls back what was not committed


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
