"""Time as the clients see it, so that tests need not wait."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits."""

    def now(self) -> float:
        """Seconds since 1970."""

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""

    def wait(self, seconds: float) -> None:
        """Return after some seconds."""


class SystemClock:
    """That of the machine."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)


@dataclass(slots=True)
class Pace:
    """Keeps requests to each host apart.

    Args:
        clock: tells the time.
        seconds: between the beginnings of two requests to a host.
    """

    clock: Clock
    seconds: float
    _next: dict[str, float] = field(default_factory=dict)

    def left(self, host: str) -> float:
        """Seconds until a host may be asked."""
        return max(0.0, self._next.get(host, 0.0) - self.clock.monotonic())

    def take(self, host: str) -> None:
        """Wait until a host may be asked, and take that turn."""
        if left := self.left(host):
            self.clock.wait(left)
        self._next[host] = self.clock.monotonic() + self.seconds

    def hold(self, host: str, seconds: float) -> None:
        """Leave a host alone for some seconds at least."""
        self._next[host] = max(self._next.get(host, 0.0), self.clock.monotonic() + seconds)
