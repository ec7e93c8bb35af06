"""What the last `semsearch verify` of an index folder came to."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from pydantic import TypeAdapter, ValidationError

from semsearch.errors import DamageError, StorageError
from semsearch.index.layout import Layout, replace_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """When a generation was verified, UTC, ISO 8601, and how many faults there were."""

    generation: int
    content_digest: str
    verified: str
    faults: int


_VERIFIED = TypeAdapter(Verified)


def last_verified(layout: Layout) -> Verified | None:
    """The last verification of a folder; None where there was none.

    Raises:
        DamageError: the file cannot be read.
    """
    try:
        return _VERIFIED.validate_json(layout.verified.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise DamageError(
            f"{layout.verified} cannot be read as the last verification; delete it: {error}"
        ) from error


def keep_verified(layout: Layout, verified: Verified) -> None:
    """Write down a verification.

    Raises:
        StorageError: the folder cannot be written.
    """
    try:
        replace_file(layout.verified, orjson.dumps(verified) + b"\n")
    except OSError as error:
        raise StorageError(f"{layout.verified} cannot be written: {error.strerror}") from error
