"""CSV and JSON Lines, read back by csv and orjson."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from semsearch.export import ExportFormat
from semsearch.export.cleaning import cleaned
from semsearch.export.table import COLUMNS

Make = Callable[..., Any]
#: Writing all of it and reading it back takes its time on a busy machine.
SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


@SLOWLY
@given(data=st.data())
def test_csv_gives_back_every_text(
    data: st.DataObject, hostile: st.SearchStrategy[Any], written: Make
) -> None:
    statements = data.draw(st.lists(hostile, min_size=1, max_size=3))
    text = written(ExportFormat.CSV, statements)
    rows = _rows(text)
    assert len(rows) == len(statements) == text.count("\r\n") - 1 == text.count("\n") - 1
    for row, one in zip(rows, statements, strict=True):
        assert list(row) == list(COLUMNS)
        titles = [w.title or w.raw for w in one.statement.cites]
        for name, value in {
            "text": one.statement.text,
            "before": one.statement.before,
            "heading": one.statement.heading,
            "cited_titles": " | ".join(cleaned(title).replace(" | ", " / ") for title in titles),
            "source_title": one.statement.paper.title,
            "source_license": one.license,
        }.items():
            clean = cleaned(value or "")
            formula = clean.lstrip(" ").startswith(_SIGNS)
            assert row[name] == (f"'{clean}" if formula else clean)
        assert row["dense_score"] == "-0.25"  # a number is no formula


@SLOWLY
@given(data=st.data())
def test_no_cell_of_a_csv_begins_like_a_formula(
    data: st.DataObject, hostile: st.SearchStrategy[Any], written: Make
) -> None:
    for row in _rows(written(ExportFormat.CSV, [data.draw(hostile)])):
        for name, cell in row.items():
            assert not cell.lstrip().startswith((*_SIGNS, "\t", "\r")) or name.endswith("_score")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_a_formula_gets_an_apostrophe(statement: Make, written: Make, text: str) -> None:
    (row,) = _rows(written(ExportFormat.CSV, [statement(title=text)]))
    assert row["source_title"] == "'" + text.replace("\t", " ").replace("\r", " ")


def test_lists_of_cited_works_have_one_length(statement: Make, cited: Make, written: Make) -> None:
    works = (cited(), cited(key="B2", paper=None, doi=None, year=None, title="a | b"))
    (row,) = _rows(written(ExportFormat.CSV, [statement(cites=works)]))
    assert row["cited_dois"] == "10.5555/cited | "
    assert row["cited_years"] == "2001 | "
    assert row["cited_titles"] == "A cited work | a / b"
    assert row["cited_retracted"] == "no | no"
    assert row["cited_self_citation"] == "yes | yes"


def test_csv_has_a_head_where_there_is_nothing(written: Make) -> None:
    assert written(ExportFormat.CSV, []).strip().split(",") == list(COLUMNS)


@SLOWLY
@given(data=st.data())
def test_json_lines_are_the_records(
    data: st.DataObject, hostile: st.SearchStrategy[Any], written: Make, head: Make
) -> None:
    statements = data.draw(st.lists(hostile, max_size=3))
    first, *lines = written(ExportFormat.JSONL, statements).splitlines()
    about = orjson.loads(first)
    assert about.pop("kind") == "result"
    assert about == orjson.loads(orjson.dumps(head(statements=len(statements))))
    assert len(lines) == len(statements)
    for line, one in zip(lines, statements, strict=True):
        read = orjson.loads(line)
        assert read.pop("kind") == "statement"
        assert read == orjson.loads(orjson.dumps(cleaned(one)))


@SLOWLY
@given(
    text=st.text(st.sampled_from('\\nrt\n\x7f\x85\u2028é\ud800a"')),
)
def test_cleaning_keeps_the_places_of_a_text(text: str) -> None:
    clean = cleaned((text,))[0]
    assert len(clean) == len(text)
    for before, after in zip(text, clean, strict=True):
        assert after == (before if before in '\\nrtéa"' else " ")
