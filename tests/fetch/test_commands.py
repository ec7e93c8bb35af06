"""``semsearch fetch`` as it is run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from semsearch.__main__ import main
from semsearch.encode.recipe import StatementRecipe
from semsearch.index.build import Builder
from semsearch.parse.packages import ArticleFiles
from semsearch.search import Searcher
from semsearch.settings import settings
from tests.fetch.conftest import Reply, Services, addresses

ROOT = Path(__file__).resolve().parent.parent.parent
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    services: Services, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    for name, value in {**addresses(services), "fetch_rate": 50}.items():
        monkeypatch.setenv(f"SEMSEARCH_{name.upper()}", str(value))
    settings.cache_clear()

    def call(*arguments: object) -> tuple[int, str, str]:
        code = 0
        try:
            main(["fetch", *map(str, arguments)])
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 0
        said = capsys.readouterr()
        return code, said.out, said.err

    yield call
    settings.cache_clear()


def test_fetch_says_what_it_did_and_nothing_else(
    run: Run, services: Services, tmp_path: Path
) -> None:
    services.works = {"10.5555/fetch.1": {"DOI": "10.5555/fetch.1", "publisher": "Press"}}
    code, out, err = run("EMT", "--limit", 2, "--into", tmp_path, "--crossref", "--opencitations")
    size = sum(len(services.articles[one]) for one in ("PMC1", "PMC2"))
    assert (code, err) == (0, "")  # no progress in a pipe
    assert out.splitlines() == [
        f"europepmc: 5 found, 2 wanted: 2 fetched ({size:,} bytes), 0 there already, 0 skipped,"
        " 0 skipped in earlier runs, 0 failed",
        "crossref: 2 works: 1 answered, 0 there already, 1 not known to it, 0 failed; 0 notices",
        "opencitations: 2 works: 2 answered, 0 there already, 0 not known to it, 0 failed;"
        " 0 notices",
    ]


def test_what_did_not_come_is_named_and_the_exit_code_is_1(
    run: Run, services: Services, tmp_path: Path
) -> None:
    services.faults["/epmc/PMC2/fullTextXML"] = [Reply(b"", 404)]
    code, out, err = run("EMT", "--into", tmp_path, "--json")
    assert (code, err) == (1, "not fetched: PMC2: status 404\n")
    report = orjson.loads(out)
    assert report["articles"]["skipped"] == [{"id": "PMC2", "reason": "status 404"}]
    assert report["articles"]["fetched"] == 4
    assert report["facts"] == []
    assert run("EMT", "--into", tmp_path)[0] == 0


def test_facts_are_asked_for_the_papers_of_an_index(
    run: Run, services: Services, tmp_path: Path, encoder: Any, article: Callable[..., bytes]
) -> None:
    (tmp_path / "a.xml").write_bytes(article(doi="10.5555/mine"))
    builder = Builder(tmp_path / "index", encoder, StatementRecipe.TEXT, 256)
    builder.build(ArticleFiles((tmp_path / "a.xml",), 10**6))
    services.counts = {"10.5555/mine": "12"}
    code, out, _ = run("--opencitations", "--of", tmp_path / "index", "--into", tmp_path)
    assert (code, out.split(":")[0]) == (0, "opencitations")
    builder.build(ArticleFiles((tmp_path / "a.xml",), 10**6))
    with closing(Searcher(tmp_path / "index", encoder=encoder)) as searcher:
        assert [one.citations for one in searcher.paper("10.5555/mine").outside] == [12]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["EMT"], "expected --into FOLDER"),
        (["--into", "x"], "expected a QUERY, --pmc-bulk LIST"),
        (["EMT", "--into", "x", "--source", "elsewhere"], "there is no source 'elsewhere'"),
        (["EMT", "--into", "x", "--pmc-bulk", "y"], "cannot be fetched at once"),
        (["EMT", "--into", "x", "--of", "y"], "--of is for"),
        (["EMT", "--into", "x", "--limit", "0"], "Usage: semsearch fetch"),
    ],
)
def test_what_cannot_be_asked_is_refused(run: Run, arguments: list[str], said: str) -> None:
    code, _, err = run(*arguments)
    assert code == 2
    assert said in err


def test_list_that_cannot_be_read_is_named(run: Run, tmp_path: Path) -> None:
    code, _, err = run("--pmc-bulk", tmp_path / "none.csv", "--into", tmp_path / "into")
    assert code == 1
    assert "none.csv cannot be read" in err


@pytest.mark.parametrize("contact", ["me", "me@example.org\r\nX: y", "a b@example.org", "m@x (y)"])
def test_contact_is_a_mail_address(tmp_path: Path, contact: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-m", "semsearch", "fetch", "x", "--into", str(tmp_path / "into")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "SEMSEARCH_CONTACT": contact},
        check=False,
    )
    assert done.returncode == 2
    assert "SEMSEARCH_CONTACT" in done.stderr


def test_help_and_fetching_load_nothing_heavy() -> None:
    probe = (
        "import sys, semsearch.fetch, semsearch.cli.fetch\n"
        "print([one for one in ('torch', 'faiss', 'fastapi', 'openvino') if one in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", probe], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout == "[]\n"
