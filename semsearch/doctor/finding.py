"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"  # works, but not as well or not for long
    FAIL = "fail"  # something does not work


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of a check; ``advice`` says what to do, None where there is nothing to do."""

    check: str
    level: Level
    said: str
    advice: str | None = None
