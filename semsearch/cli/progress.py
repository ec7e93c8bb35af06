"""Progress bars with rate and time left, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as RichProgress
from rich.text import Text

if TYPE_CHECKING:
    from semsearch.progress import Progress, Stage


class _Rate(ProgressColumn):
    """Things a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s")


class TerminalProgress:
    """One bar for each stage, on standard error."""

    @contextmanager
    def stage(self, name: str, total: int | None) -> Iterator[Stage]:
        """A bar; without ``total`` it counts only."""
        from rich.console import Console

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with RichProgress(*columns, console=Console(stderr=True)) as bars:
            yield _Bar(bars, name, total)


class _Bar:
    def __init__(self, bars: RichProgress, name: str, total: int | None) -> None:
        self._bars = bars
        self._task = bars.add_task(name, total=total)

    def advance(self, count: int) -> None:
        self._bars.advance(self._task, count)


def progress() -> Progress:
    """Bars on a terminal, nothing in a pipe."""
    from semsearch.progress import Quiet

    return TerminalProgress() if sys.stderr.isatty() else Quiet()
