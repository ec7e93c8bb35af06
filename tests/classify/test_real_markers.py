"""Statements of real articles whose markers were labelled one by one, found by id."""

from __future__ import annotations

import re
from pathlib import Path

import orjson
import pytest

from semsearch.classify.types import predict_markers
from semsearch.parse.jats import read_jats
from semsearch.parse.packages import ArticleFiles
from semsearch.records import Statement

DOI = re.compile(rb'<article-id[^>]*pub-id-type="doi"[^>]*>([^<]+)<')
LABELS = Path(__file__).resolve().parent.parent / "data" / "marker_types.jsonl"


@pytest.fixture(scope="module")
def labelled(data: Path) -> list[tuple[Statement, list[str]]]:
    rows = [orjson.loads(line) for line in LABELS.read_bytes().splitlines()]
    wanted = {row["statement"]: row for row in rows}
    needles = {row["doi"].encode() for row in rows}
    found: list[tuple[Statement, list[str]]] = []
    for file in ArticleFiles((data / "jats",), 2**26):
        content = file.content or b""
        named = DOI.search(content)
        if named is None or named[1].strip().lower() not in needles:
            continue
        for statement in read_jats(content, package="x").statements:
            if statement.id in wanted:
                found.append((statement, wanted[statement.id]["types"]))
    return found


def test_markers_of_one_statement_are_told_apart(
    labelled: list[tuple[Statement, list[str]]],
) -> None:
    assert len(labelled) >= 60
    right = total = differing = apart = 0
    for statement, types in labelled:
        told = [
            one.type.value
            for one in predict_markers(
                statement.text, statement.markers,
                before=statement.before, after=statement.after, heading=statement.heading,
            )
        ]  # fmt: skip
        right += sum(one == other for one, other in zip(told, types, strict=True))
        total += len(types)
        if len(set(types)) > 1:
            differing += 1
            apart += told == types
    assert right / total >= 0.68
    assert apart / differing >= 0.55
