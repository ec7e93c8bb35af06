"""Where the time of a request goes."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from semsearch.answer.ask import ask
from semsearch.search import Searcher
from semsearch.timing import Stage, recorded, timed


class Clock:
    """Gives times that are asked for, one after the other."""

    def __init__(self, *times: float) -> None:
        self.left = list(times)

    def __call__(self) -> float:
        return self.left.pop(0)


def test_inner_stages_are_no_time_of_the_outer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    # begin, fuse, late, end of late, end of fuse, end
    monkeypatch.setattr("semsearch.timing.perf_counter", Clock(0, 1, 3, 7, 8, 10))
    with recorded() as timings, timed(Stage.FUSE), timed(Stage.LATE):
        pass
    assert timings.by_stage() == {Stage.FUSE: 3, Stage.LATE: 4}
    assert timings.total == 10
    assert timings.other == 3


def test_a_stage_that_comes_twice_is_added_up_and_one_that_fails_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("semsearch.timing.perf_counter", Clock(0, 0, 1, 1, 4, 4))
    with recorded() as timings:
        with timed(Stage.ROWS):
            pass
        with pytest.raises(KeyError), timed(Stage.ROWS):
            raise KeyError
    assert timings.seconds == {Stage.ROWS: 4}


def test_nothing_is_noted_without_a_listener_or_by_another_thread() -> None:
    with timed(Stage.READ):
        pass

    def elsewhere() -> None:
        with timed(Stage.READ):
            pass

    with recorded() as timings:
        worker = threading.Thread(target=elsewhere)
        worker.start()
        worker.join()
    assert timings.seconds == {}


def test_an_answer_tells_its_stages(demo: Path, hashed_words: Any) -> None:
    searcher = Searcher(demo, encoder=hashed_words())
    with recorded() as timings:
        ask(searcher, "does EMT induce IL-6")
    searcher.close()
    passed = {Stage.ENCODE, Stage.DENSE, Stage.LEXICAL, Stage.FUSE, Stage.LATE, Stage.READ}
    passed |= {Stage.VERDICT, Stage.ABSTRACTS, Stage.FOLD, Stage.ROWS, Stage.RENDER}
    assert passed <= timings.seconds.keys()
    assert sum(timings.seconds.values()) <= timings.total
