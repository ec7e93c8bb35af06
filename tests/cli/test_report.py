"""``semsearch report`` and ``semsearch tallies``, run in this process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from semsearch.report.paper import report_on
from semsearch.search import Searcher

HELD, CITED = "10.5555/a(b)1;c<d", "10.5555/only.cited"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(run: Run, reported: Path) -> Run:
    return lambda *arguments: run(*arguments, "--index", reported)


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "refs.bib"
    path.write_text(
        f"@article{{a, doi={{{CITED}}}}}\n@article{{b, title={{No name}}}}\n"
        "@article{c, doi={10.5555/three}}\n"
    )
    return path


def test_a_report_for_reading_says_the_tally_the_summary_and_the_statements(run: Run) -> None:
    code, out, err = run("report", f"https://doi.org/{HELD}", "--limit", 2)
    assert (code, err) == (0, "")
    assert "EMT induces IL-6 <script>" in out
    assert "correction: doi:10.5555/notice" in out
    assert "• 2 of 6 support it, in 1 paper." in out
    assert "shared authors: 2 self (2 certain, 0 by name, 0 ambiguous), 5 independent" in out
    assert "journals: 7 same, 0 other, 0 unknown" in out
    assert "[same journal]" in " ".join(out.split())
    whole = " ".join(run("report", HELD, "--limit", 9)[1].split())
    assert "[shares the name of an author: certain; same journal]" in whole
    assert "next page: --cursor" in out


def test_json_is_the_object_of_the_python_api(run: Run, report_searcher: Searcher) -> None:
    assert orjson.loads(run("report", CITED, "--json")[1]) == orjson.loads(
        orjson.dumps(report_on(report_searcher, CITED))
    )


def test_filter_query_and_order_reach_the_report(run: Run) -> None:
    out = run(
        "report", HELD, "--json", "--query", "EMT", "--filter", "section=results", "--sort", "year",
        "--without-retracted",
    )[1]  # fmt: skip
    found = orjson.loads(out)
    assert (found["total_statements"], found["query"], found["without_retracted"]) == (
        3,
        "EMT",
        True,
    )


def test_csv_is_short_for_the_export(run: Run) -> None:
    code, short, _ = run("report", CITED, "--csv")
    assert code == 0
    assert short.startswith("rank,score,statement,")
    assert short == run("report", CITED, "--format", "csv")[1]
    for other in (["--format", "ris"], ["--json"]):
        code, _, err = run("report", CITED, "--csv", *other)
        assert (code, "only one of" in err) == (2, True)


def test_html_is_written_whole(run: Run, tmp_path: Path) -> None:
    code, out, err = run("report", HELD, "--html", tmp_path / "r.html")
    assert (code, out) == (0, "")
    assert err == f"wrote {tmp_path / 'r.html'}\n"
    page = (tmp_path / "r.html").read_text("utf-8")
    assert page.count('class="statement"') == 6
    assert run("report", HELD, "--html", tmp_path / "none" / "r.html")[0] == 1


def test_two_forms_at_once_and_unknown_works_are_refused(run: Run, listed: Path) -> None:
    assert run("report", HELD, "--json", "--html", "x") == (
        2, "", "semsearch: expected only one of --json, --html and --format\n",
    )  # fmt: skip
    assert run("tallies", listed, "--json", "--csv")[0] == 2
    code, out, err = run("report", "10.5555/only.citad")
    assert (code, out) == (2, "")
    assert CITED in err


def test_a_reference_list_becomes_a_table_and_skipped_entries_are_named(
    run: Run, listed: Path
) -> None:
    code, out, err = run("tallies", listed)
    assert code == 1
    assert CITED in out and "RETRACTED" in out
    assert "2 references, 0 not in the index, 1 retracted, 1 skipped" in out
    assert err.startswith("refs.bib:2: b skipped: no DOI")


def test_a_whole_list_is_no_failure_in_any_form(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "refs.txt"
    path.write_text(f"{CITED}\n{HELD}\n")
    code, out, _ = run("tallies", path, "--json")
    found = orjson.loads(out)
    assert code == 0
    assert [one["tally"]["total"] for one in found["references"]] == [12, 7]
    assert len(run("tallies", path, "--csv")[1].splitlines()) == 3
    assert run("tallies", path, "--html", tmp_path / "c.html")[0] == 0
    assert run("tallies", tmp_path / "none.bib")[0] == 1


@pytest.mark.parametrize("verb", ["report", "tallies"])
def test_help_loads_nothing_heavy(verb: str) -> None:
    probe = (
        "import sys\ntry:\n    from semsearch.__main__ import main; main([sys.argv[1], '--help'])\n"
        "except SystemExit:\n    pass\n"
        "heavy = ('torch', 'faiss', 'fastapi', 'jinja2', 'bibtexparser', 'rispy')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", probe, verb], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_library_is_reported_work_by_work(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "library"
    items = [
        {"id": "a", "type": "book", "title": "A", "DOI": CITED},
        {"id": "b", "type": "book", "title": "B", "DOI": "10.5555/three"},
        {"id": "c", "type": "book", "title": "C", "DOI": CITED.upper()},
        {"id": "d", "type": "book", "title": "D", "DOI": "10.4444/unknown"},
        {"id": "e", "type": "book", "title": "E"},
    ]
    path.write_bytes(orjson.dumps(items))
    code, out, err = run("report", "--library", path, "--json")
    assert code == 1
    assert [orjson.loads(line)["work"]["doi"] for line in out.splitlines()] == [
        CITED,
        "10.5555/three",
    ]
    assert "10.4444/unknown is not in the index" in err
    assert "skipped: no DOI, PMID, PMCID or arXiv number (E)" in err
    code, out, _ = run("report", "--library", path, "--limit", 1)
    assert out.count("supporting") >= 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["report"], "expected one of both, a DOI or --library FILE"),
        (["report", CITED, "--library", "x"], "expected one of both, a DOI or --library FILE"),
        (["report", "--library", "x", "--csv"], "--library prints text"),
    ],
)
def test_a_report_is_of_a_work_or_of_a_library(
    run: Run, arguments: list[str], message: str
) -> None:
    code, _, err = run(*arguments)
    assert code == 2
    assert message in err
