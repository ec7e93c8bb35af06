"""The whole path with the real model: demo corpus, build, ask, serve, and a clean stop.

What the statements of the demo corpus say about its main question is known from
``scripts/demo_corpus/readings.py``; answers are held against that.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from lxml import etree

from semsearch.answer.ask import Answer, ask
from semsearch.answer.verdict import VerdictKind
from semsearch.language.stance import Stance
from semsearch.rank.options import SearchOptions
from semsearch.search import Searcher

ROOT = Path(__file__).resolve().parent.parent.parent


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own commands
        [sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, check=False
    )


@pytest.fixture
def server(index: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "semsearch", "serve", "--index", str(index)]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--port", str(port)], stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "Uvicorn running" in line:
            break
    else:
        pytest.fail("the server ended before it was ready")
    drain = threading.Thread(target=process.stderr.read, daemon=True)
    drain.start()
    yield process, f"http://127.0.0.1:{port}"
    if process.poll() is None:
        process.kill()
    process.wait()
    drain.join()
    process.stderr.close()


def test_server_answers_as_the_command_line_does_and_stops_cleanly(
    server: tuple[subprocess.Popen[str], str], index: Path
) -> None:
    process, address = server
    question = "does EMT induce IL-6"
    answer = httpx.get(f"{address}/api/v1/ask", params={"q": question, "limit": 5}, timeout=60)
    assert answer.status_code == 200
    printed = run(
        "-m", "semsearch", "ask", question, "--limit", "5", "--index", str(index), "--json"
    )
    assert orjson.loads(printed.stdout) == answer.json()
    assert all("EMT" in hit["statement"]["text"] for hit in answer.json()["statements"])
    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(timeout=60) == 0


def test_verify_finds_the_demo_index_sound(index: Path) -> None:
    checked = run("-m", "semsearch", "verify", "--index", str(index), "--sample", "451", "--json")
    outcome = orjson.loads(checked.stdout)
    assert checked.returncode == 0
    assert outcome["faults"] == []
    assert outcome["quotes_equal"] + outcome["quotes_rendered"] == 451


#: Stance of an answer → what the authors of the corpus call it.
MEANT = {
    Stance.SUPPORTS: {"asserts"},
    Stance.HEDGED_SUPPORTS: {"hedges"},
    Stance.OPPOSES: {"denies", "opposite"},
    Stance.REVERSED: {"reverses"},
}
#: Share of the statements that may be read otherwise than they are meant.
MISREAD = 0.05


@dataclass(frozen=True, slots=True)
class Known:
    """An answer with what is known of it.

    ``said``: what the corpus says in each statement of the answer that has a reading. ``open``:
    those about both sides that take none. ``counted``: the ids of the verdict. ``article``: number
    of the article of each statement. ``bylines``: authors of each article, as its file prints them.
    """

    answer: Answer
    said: dict[str, set[str]]
    open: set[str]
    counted: dict[Stance, set[str]]
    article: dict[str, str]
    bylines: dict[str, set[str]]

    def meant(self, stance: Stance) -> set[str]:
        return {one for one, said in self.said.items() if said & MEANT[stance]}


def counted_ids(answer: Answer) -> dict[Stance, set[str]]:
    assert answer.verdict is not None
    return {stance: set(getattr(answer.verdict.counts, stance).ids) for stance in MEANT}


def bylines(corpus: Path) -> dict[str, set[str]]:
    found = {}
    for path in sorted(corpus.glob("*.xml")):
        names = etree.parse(str(path)).findall(".//contrib-group/contrib/name")
        found[path.stem.removeprefix("demo-")] = {
            f"{name.findtext('surname')}, {name.findtext('given-names')}" for name in names
        }
    return found


def groups(signed: list[set[str]]) -> int:
    """How many groups are left when bylines that share a name are put together."""
    left: list[set[str]] = []
    for byline in signed:
        shared = [group for group in left if group & byline]
        left = [group for group in left if not group & byline] + [byline.union(*shared)]
    return len(left)


@pytest.fixture(scope="module")
def searcher(index: Path) -> Iterator[Searcher]:
    opened = Searcher(index)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def readings() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "scripts"))
        return import_module("demo_corpus.readings")


@pytest.fixture(scope="module")
def known(searcher: Searcher, readings: Any) -> Known:
    question = "does EMT induce IL-6"
    answer = ask(searcher, question, options=SearchOptions(limit=1000, fold=False))
    texts, article = {}, {}
    for hit in answer.statements:
        doi = hit.statement.paper.doi
        article[hit.statement.id] = doi[-2:] if doi is not None else "17"  # has no DOI
        texts[hit.statement.id] = " ".join(hit.statement.text.split())

    def holding(number: str, quote: str) -> set[str]:
        found = {one for one, text in texts.items() if quote in text and article[one] == number}
        assert found, (number, quote)
        return found

    said: dict[str, set[str]] = {}
    for reading in readings.READINGS:
        if reading.question == question:
            for one in holding(reading.article, reading.quote):
                said.setdefault(one, set()).add(reading.stance.value)
    unsaid = {one for number, quote in readings.OPEN for one in holding(number, quote)}
    listed = {one for one, text in texts.items() if "EMT" in text and "IL-6" in text}
    assert listed <= {*said, *unsaid}, "a statement about both sides has no reading"
    corpus = bylines(searcher.folder.parent / "corpus")
    return Known(answer, said, unsaid, counted_ids(answer), article, corpus)


def test_statements_count_for_what_they_are_meant_to_say(known: Known) -> None:
    missed = [
        (stance, one)
        for stance in MEANT
        for one in known.meant(stance) - known.counted[stance]
        if not any(one in known.counted[s] for s in MEANT if known.said[one] & MEANT[s])
    ]
    assert len(missed) <= MISREAD * len(known.said), missed
    strange = [
        (stance, one)
        for stance, ids in known.counted.items()
        for one in ids - known.meant(stance) - known.open
    ]
    assert len(strange) <= MISREAD * len(known.said), strange


def test_other_direction_counts_for_neither_side(known: Known) -> None:
    only_reversed = {one for one, said in known.said.items() if said == {"reverses"}}
    assert len(only_reversed) >= 20
    for stance in (Stance.SUPPORTS, Stance.HEDGED_SUPPORTS, Stance.OPPOSES):
        assert not known.counted[stance] & only_reversed
    assert len(known.counted[Stance.REVERSED] & only_reversed) >= 0.95 * len(only_reversed)


def test_question_the_other_way_round_turns_the_counts(searcher: Searcher, known: Known) -> None:
    turned = ask(searcher, "does IL-6 induce EMT", options=SearchOptions(limit=1000, fold=False))
    counted = counted_ids(turned)
    forward = {one for one, said in known.said.items() if "reverses" not in said}
    backward = {one for one, said in known.said.items() if said == {"reverses"}}
    assert len(counted[Stance.REVERSED] & forward) >= 0.95 * len(forward)
    sides = counted[Stance.SUPPORTS] | counted[Stance.HEDGED_SUPPORTS] | counted[Stance.OPPOSES]
    assert not sides & forward
    assert len(sides & backward) >= 0.9 * len(backward)


@pytest.mark.parametrize("stance", MEANT)
def test_counts_are_those_of_distinct_papers_and_of_bylines(known: Known, stance: Stance) -> None:
    assert known.answer.verdict is not None
    count = getattr(known.answer.verdict.counts, stance)
    papers = {known.article[one] for one in count.ids}
    assert count.statements == len(set(count.ids)) == len(count.ids)
    assert count.papers == len(papers)
    assert count.author_groups == groups([known.bylines[paper] for paper in papers])
    assert len({known.article[one] for one in known.meant(stance)} - papers) <= 1


def test_each_side_has_several_groups_and_some_papers_share_one(known: Known) -> None:
    assert known.answer.verdict is not None
    counts = known.answer.verdict.counts
    for count in (counts.supports, counts.opposes, counts.reversed):
        assert 5 <= count.author_groups < count.papers
    whole = [known.bylines[f"{number:02}"] for number in range(1, 21)]
    assert groups(whole) == 6
    assert counts.supports.self_citations + counts.reversed.self_citations > 0


def test_literature_that_is_divided_gets_no_clear_verdict(known: Known) -> None:
    verdict = known.answer.verdict
    assert verdict is not None
    assert verdict.verdict in {VerdictKind.PROBABLY, VerdictKind.MIXED}
    assert verdict.leaning is Stance.SUPPORTS  # 15 articles assert it, 13 do not
