"""A run that is killed with SIGKILL goes on: nothing is lost, nothing is fetched twice."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.fetch.conftest import Services

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = Path(__file__).parent / "killed.py"


def start(folder: Path, services: Services, step: int = 0) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, str(SCRIPT), str(folder), services.url, str(step)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def whole(folder: Path, services: Services) -> None:
    """All that there is lies in the folder, and nothing else."""
    for pmcid, content in services.articles.items():
        assert (folder / f"{pmcid}.xml").read_bytes() == content
        assert (folder / f"{pmcid}.licence.json").is_file()
    assert sorted(one.name for one in folder.iterdir()) == sorted(
        ["LOCK", "fetched.sqlite"]
        + [f"{pmcid}{end}" for pmcid in services.articles for end in (".xml", ".licence.json")]
    )
    with closing(sqlite3.connect(folder / "fetched.sqlite")) as ledger:
        assert ledger.execute("SELECT state, count(*) FROM articles GROUP BY state").fetchall() == [
            ("fetched", len(services.articles))
        ]
        facts = ledger.execute("SELECT service, count(*) FROM outside GROUP BY service").fetchall()
        assert facts == [("crossref", 5), ("opencitations", 5)]
        assert ledger.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("first", [1, 9])
def test_articles_are_asked_for_once_however_often_a_run_is_killed_between_steps(
    tmp_path: Path, services: Services, first: int
) -> None:
    """Runs are killed at steps 1, 3, 5, … or 9, 11, … of their own, until one ends by itself."""
    kills = 0
    for step in range(first, 1000, 2):
        if start(tmp_path, services, step).wait(60) == 0:
            break
        kills += 1
    whole(tmp_path, services)
    assert kills > 5
    times = services.times()
    assert all(times[f"/epmc/{pmcid}/fullTextXML"] == 1 for pmcid in services.articles)
    # Of answers that a kill kept out of the ledger one each is asked for again.
    assert sum(times.values()) <= 5 + 4 + 1 + 5 + 5 + kills


@pytest.mark.parametrize("pmcid", ["PMC1", "PMC4"])
def test_article_that_was_under_way_at_the_kill_is_asked_for_again(
    tmp_path: Path, services: Services, pmcid: str
) -> None:
    path = f"/epmc/{pmcid}/fullTextXML"
    services.held[path] = threading.Event()
    running = start(tmp_path, services)
    assert services.reached.wait(60)  # half of its body was sent
    os.kill(running.pid, signal.SIGKILL)
    assert running.wait(60) == -signal.SIGKILL
    assert not (tmp_path / f"{pmcid}.xml").exists()
    services.held.pop(path).set()
    before = services.times()
    assert start(tmp_path, services).wait(60) == 0
    whole(tmp_path, services)
    assert services.times()[path] == 2
    for other in services.articles:
        if other != pmcid:
            assert services.times()[f"/epmc/{other}/fullTextXML"] == 1
    assert services.times()["/epmc/search"] <= before["/epmc/search"] + 3
