"""When a run stops, because a service gives no usable answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from semsearch.errors import FetchError

_IN_A_ROW: Final = 3


class StopError(Exception):
    """The service is not to be asked any more in this run."""


@dataclass(slots=True)
class Patience:
    """Counts what a service gave no usable answer about, in a row."""

    count: int = 0

    def failed(self, error: FetchError) -> None:
        """One more.

        Raises:
            StopError: it was the third in a row.
        """
        self.count += 1
        if self.count >= _IN_A_ROW:
            raise StopError(f"stopped, to go on run it again later: {error}")

    def answered(self) -> None:
        """The service answers."""
        self.count = 0
