"""``--format``, ``--out`` and ``--base-url`` of ``search``, ``ask``, ``similar`` and ``report``."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import pytest

from semsearch import search as search_module
from semsearch.__main__ import main
from semsearch.export import (
    ExportFormat,
    export_answer,
    export_report,
    export_search,
    export_similar,
    stream,
)
from semsearch.rank.options import read_options
from semsearch.search import Searcher

HELD = "10.5555/a(b)1;c<d"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    encoder: Any,
    reported: Path,
) -> Run:
    monkeypatch.setattr(search_module, "load_encoder", lambda *_, **__: encoder)

    def call(*arguments: object) -> tuple[int, str, str]:
        code = 0
        try:
            main([*(str(argument) for argument in arguments), "--index", str(reported)])
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 0
        captured = capsysbinary.readouterr()
        return code, captured.out.decode(), captured.err.decode()

    return call


@pytest.mark.parametrize("how", list(ExportFormat))
def test_every_verb_prints_what_the_python_api_streams(
    run: Run, report_searcher: Searcher, how: ExportFormat
) -> None:
    options = read_options(filters=["year=2020.."], sort="year")
    for arguments, export in (
        (
            ("search", "EMT", "--filter", "year=2020..", "--sort", "year"),
            export_search(report_searcher, "EMT", options=options),
        ),
        (("ask", "what is EMT"), export_answer(report_searcher, "what is EMT")),
        (("similar", "EMT was studied", "-n", "3"),
         export_similar(report_searcher, "EMT was studied", limit=3)),
        (("report", HELD), export_report(report_searcher, HELD)),
    ):  # fmt: skip
        expected = b"".join(stream(export, how)).decode()
        assert run(*arguments, "--format", how) == (0, expected, "")


def test_a_report_as_csv_has_every_statement(run: Run) -> None:
    rows = list(csv.DictReader(StringIO(run("report", HELD, "--format", "csv")[1])))
    assert len(rows) == 6
    assert {row["about"] for row in rows} == {f"doi:{HELD}"}
    assert {row["about_type"] for row in rows} == {
        "supporting", "contrasting", "mentioning", "unclassified",
    }  # fmt: skip
    by_text = {row["text"]: row for row in rows}
    assert "'=EMT is old [1]." in by_text
    confirmed = by_text["We confirm that EMT induces IL-6 [1]."]
    assert (confirmed["about_type"], confirmed["about_confidence"]) == ("supporting", "0.9")
    assert [row["source_retracted"] for row in rows].count("yes") == 1


def test_a_file_is_written_and_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    code, out, err = run(
        "search", "EMT", "-n", "2", "--format", "jsonl", "--out", path, "--base-url",
        "https://example.org/api/v1/",
    )  # fmt: skip
    assert (code, out, err) == (0, "", f"wrote {path}: 2 statements\n")
    first, *lines = (orjson.loads(line) for line in path.read_bytes().splitlines())
    assert (first["kind"], first["statements"], len(lines)) == ("result", 2, 2)
    for line in lines:
        assert line["link"] == f"https://example.org/api/v1/statements/{line['statement']['id']}"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--format", "xml"), "the format is 'xml', expected one of bibtex, ris, csv, jsonl"),
        (("--format", "csv", "--json"), "expected only one of --json and --format"),
        (("--out", "x"), "--out is for exports, expected --format beside it"),
        (("--base-url", "/x"), "--base-url is for exports, expected --format beside it"),
        (("--format", "csv", "--base-url", "javascript:x"), "the base URL is 'javascript:x'"),
        (("--format", "csv", "--base-url", ""), "the base URL is ''"),
        (("--format", "csv", "-n", "0"), "the limit is 0"),
    ],
)
def test_what_cannot_be_written_is_asked_for_wrongly(
    run: Run, arguments: tuple[str, ...], message: str
) -> None:
    for verb in ("search", "ask", "similar"):
        code, out, err = run(verb, "EMT", *arguments)
        assert (code, out) == (2, "")
        assert err.startswith(f"semsearch: {message}")
    code, out, err = run("report", HELD, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"semsearch: {message.replace('--json and', '--json, --html and')}")


def test_a_file_that_cannot_be_written_fails(run: Run, tmp_path: Path) -> None:
    code, out, err = run("search", "EMT", "--format", "csv", "--out", tmp_path / "no" / "x.csv")
    assert (code, out) == (1, "")
    assert "x.csv cannot be written: No such file or directory" in err
