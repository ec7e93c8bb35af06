"""Commands as contenders, each call a process of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from benchmarks.worker import timed


class Command:
    """Runs a command to its end.

    Args:
        command: program and arguments; a failure ends the benchmark.
    """

    def __init__(self, *, command: list[str]) -> None:
        self._command = command

    def round(self, number: int) -> Sequence[float]:
        """Run it once."""
        return timed([self._run])

    def figures(self) -> dict[str, float]:
        """Nothing more."""
        return {}

    def _run(self) -> None:
        subprocess.run(self._command, check=True, capture_output=True)  # noqa: S603 - our own command
