"""Hostile input of twice the length takes about twice the work.

Work in Python is counted in the instructions that are run. Where it is done by a library (regular
expressions, joined strings) nothing counts it, and the input is so long that work that grows with
its square would not end.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

import orjson
import pytest

from semsearch.parse.head import Head
from semsearch.parse.libraries import library_kind
from semsearch.parse.reader import Format
from semsearch.parse.readers import reader_of, recognise
from semsearch.report.libraries import read_csl, read_nbib
from semsearch.report.listed import Entry


def instructions(work: Callable[[], object]) -> int:
    """How many instructions of Python some work takes."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Callable[..., Any]:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def open_data(number: int) -> bytes:
    """Headings, paragraphs with a marker each, markers outside them, and entries with authors."""
    text, notes = "", dict[str, list[dict[str, object]]]()

    def put(kind: str, held: str, **attributes: str) -> int:
        nonlocal text
        start = len(text)
        text += held
        span = {"start": start, "end": len(text), "attributes": attributes}
        notes.setdefault(kind, []).append(span)
        return start

    for n in range(number):
        put("sectionheader", "Results\n")
        start = len(text)
        text += "We saw it "
        put("bibref", "[1]", ref_id=f"b{n}")
        text += ".\n"
        notes.setdefault("paragraph", []).append({"start": start, "end": len(text)})
        text += "Beside it "
        put("bibref", "[1]", ref_id=f"b{n}")
        text += ".\n"
    for n in range(number):
        start = len(text)
        for _ in range(2):
            author = len(text)
            put("bibauthorfirstname", "Ann")
            text += " "
            put("bibauthorlastname", "Lee")
            notes.setdefault("bibauthor", []).append({"start": author, "end": len(text)})
            text += ", "
        put("bibtitle", "Dry")
        entry = {"start": start, "end": len(text), "attributes": {"id": f"b{n}"}}
        notes.setdefault("bibentry", []).append(entry)
        text += "\n"
    return orjson.dumps({"corpusid": 5, "content": {"text": text, "annotations": notes}})


def unarxive(number: int) -> bytes:
    """One paragraph of markers and formulas."""
    return orjson.dumps(
        {
            "paper_id": "2101.00001",
            "_source_hash": "x",
            "body_text": [{"text": "As {{cite:a}} {{formula:f}} " * number}],
            "bib_entries": {"a": {"bib_entry_raw": "C. 2001"}},
        }
    )


def interrupted(number: int) -> bytes:
    """One paragraph of TEI that other blocks interrupt."""
    piece = '<ref type="bibr" target="#b0">[1]</ref> is so. <note>x</note> '
    return (
        f"<TEI><text><p>{piece * number}</p>"
        '<listBibl><biblStruct xml:id="b0"/></listBibl></text></TEI>'
    ).encode()


FILES: Mapping[Callable[[int], bytes], Format] = {
    open_data: Format.S2ORC,
    unarxive: Format.UNARXIVE,
    interrupted: Format.TEI,
}


@pytest.mark.parametrize("make", FILES)
def test_twice_as_much_takes_twice_the_work(make: Callable[[int], bytes]) -> None:
    read = reader_of(FILES[make]).read
    work = []
    for number in (100, 200):
        content = make(number)
        read(content, package="x")  # what is made once is made
        work.append(instructions(lambda content=content: read(content, package="x")))  # type: ignore[misc]
    assert work[1] < 2.3 * work[0]


def test_annotations_that_cover_a_text_again_and_again_are_refused() -> None:
    text = "x" * 100
    notes = {"paragraph": [{"start": 0, "end": 100}] * 11}
    content = orjson.dumps({"corpusid": 5, "content": {"text": text, "annotations": notes}})
    with pytest.raises(Exception, match="paragraph: they cover 1,100 characters of a text of 100"):
        reader_of(Format.S2ORC).read(content, package="x")


def test_empty_lines_without_an_end_are_no_library() -> None:
    head = Head(b"a" + b"\n" * 3_000_000 + b"b")
    assert library_kind(head) is None
    assert recognise(head) is None


def test_a_value_of_nbib_over_many_lines_is_joined_once() -> None:
    line = "      " + "x" * 70 + "\n"
    text = "PMID- 1\nTI  - A title\nLID - 10.5555/a [doi]\n" + line * 200_000
    document = reader_of(Format.NBIB).read(text.encode(), package="x")
    assert document.paper.id == "pmid:1"  # its DOI goes on over all lines
    (entry,) = read_nbib(text)
    assert isinstance(entry, Entry)
    assert entry.title == "A title"


def test_lines_of_csl_json_are_counted_once() -> None:
    assert sum(1 for _ in read_csl("[" + "1,\n" * 300_000 + "]")) == 300_000


@pytest.mark.parametrize("separator", ["\u2028", "\x85", "\x0b"])
def test_only_the_ends_of_lines_end_lines_of_nbib(separator: str) -> None:
    text = f"PMID- 12\r\nTI  - A title\r\nAB  - One{separator}two.\r\n"
    document = reader_of(Format.NBIB).read(text.encode(), package="x")
    assert [part.text for part in document.paper.abstract] == ["One two."]
