"""How long work shows how far it is; the command line draws it, everything else stays quiet."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Stage(Protocol):
    """One stage of a long task."""

    def advance(self, count: int) -> None:
        """``count`` more things are done."""


class Progress(Protocol):
    """Shows the stages of a long task, one after the other."""

    def stage(self, name: str, total: int | None) -> AbstractContextManager[Stage]:
        """A new stage of ``total`` things; None where that is not known beforehand."""


class _QuietStage:
    def advance(self, count: int) -> None:
        """Show nothing."""


class Quiet:
    """Progress that shows nothing."""

    def stage(self, name: str, total: int | None) -> AbstractContextManager[Stage]:
        """A stage that shows nothing."""
        return nullcontext(_QuietStage())
