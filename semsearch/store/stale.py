"""When works and resolutions no longer agree with the papers they are derived from."""

from __future__ import annotations

import sqlite3


def mark_stale(connection: sqlite3.Connection) -> None:
    """Say that papers or reference lists changed; part of the transaction that changes them."""
    connection.execute("DELETE FROM works_made")
