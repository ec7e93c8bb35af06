"""Values of the wrong type anywhere in a paper: it is read, or refused by one sentence."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.errors import InputError
from semsearch.parse.head import HEAD_BYTES, Head
from semsearch.parse.reader import Format
from semsearch.parse.readers import reader_of, recognise
from semsearch.parse.reference_list import ReferenceListing
from semsearch.store.writing import document_rows

Path = tuple[str | int, ...]

NAME = {"first": "A", "middle": ["B"], "last": "C"}
ENTRY = {"title": "Dry", "authors": [NAME], "year": 2001, "other_ids": {"DOI": ["10.5555/c"]}}
ANNOTATION = {"start": 0, "end": 9, "attributes": {"ref_id": "b0", "id": "b0", "doi": "10.5555/c"}}
PASSAGE = {
    "infons": {"section_type": "REF", "type": "title_2", "name_0": "surname:C", "year": "2001"},
    "text": "As in [1]",
    "sentences": [{"text": "As in [1]"}],
}
#: One paper of each format and form, with every member that is read.
PAPERS: dict[str, tuple[Format, dict[str, Any]]] = {
    "s2orc": (
        Format.S2ORC,
        {
            "paper_id": "5",
            "metadata": {"title": "T", "authors": [NAME], "year": 2001, "doi": "10.5555/a"},
            "identifiers": {"doi": "10.5555/a"},
            "license": "cc",
            "pdf_parse": {
                "abstract": [{"text": "As in [1]", "cite_spans": []}],
                "body_text": [
                    {
                        "text": "As in [1]",
                        "section": ["Results"],
                        "cite_spans": [{"start": 6, "end": 9, "text": "[1]", "ref_id": "BIBREF0"}],
                    }
                ],
                "back_matter": [],
                "bib_entries": {"BIBREF0": ENTRY},
            },
        },
    ),
    "open data": (
        Format.S2ORC,
        {
            "corpusid": 5,
            "externalids": {"DOI": "10.5555/a"},
            "year": 2001,
            "content": {
                "source": {"oainfo": {"license": "cc"}},
                "text": "As in [1]",
                "annotations": {
                    "paragraph": [ANNOTATION],
                    "bibref": [ANNOTATION],
                    "bibentry": json.dumps([ANNOTATION]),
                    "bibauthor": [ANNOTATION],
                    "title": [ANNOTATION],
                },
            },
        },
    ),
    "unarXive": (
        Format.UNARXIVE,
        {
            "paper_id": "2101.00001",
            "_source_hash": "x",
            "metadata": {
                "id": "2101.00001",
                "title": "T",
                "authors_parsed": [["C", "A", ""]],
                "versions": [{"created": "2001"}],
                "journal-ref": "J",
            },
            "abstract": {"text": "As in {{cite:a}}"},
            "body_text": [{"text": "{{formula:f}} in {{cite:a}}", "content_type": "paragraph"}],
            "bib_entries": {
                "a": {
                    "bib_entry_raw": "C. 2001",
                    "ids": {"doi": "10.5555/c", "pubmed_id": "1"},
                    "contained_links": [{"url": "https://x"}],
                    "contained_arXiv_ids": [{"id": "2101.00002"}],
                }
            },
            "ref_entries": {"f": {"latex": "a^2"}},
        },
    ),
    "BioC": (
        Format.BIOC,
        {"documents": [{"infons": {}, "passages": [PASSAGE, {**PASSAGE, "infons": {}}]}]},
    ),
    "citations": (
        Format.S2_CITATIONS,
        {
            "citingPaper": {"corpusId": 5, "externalIds": {"DOI": "10.5555/a"}, "authors": [NAME]},
            "citedPaper": {"corpusId": 6, "title": "Dry", "year": 2001},
            "contexts": ["As in [1]"],
            "intents": [["background"]],
        },
    ),
    "statements": (
        Format.STATEMENTS,
        {
            "text": "As in [1]",
            "source_doi": "10.5555/a",
            "target_doi": "10.5555/c",
            "marker_start": 6,
            "marker_end": 9,
            "type": "supporting",
        },
    ),
}

numbers = st.one_of(
    st.integers(-(2**63), 2**64 - 1),
    st.integers(-2, 12),
    st.floats(allow_nan=False, allow_infinity=False),
)
texts = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["title_²", "title_x2", "title1", "[1–3]", "9" * 5000, "{{cite:", "[5]", "{}"]),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(found: object, at: Path = ()) -> Iterator[Path]:
    """The path of every value."""
    yield at
    steps: list[tuple[str | int, object]] = []
    if isinstance(found, dict):
        steps = list(found.items())
    elif isinstance(found, list):
        steps = list(enumerate(found))
    for step, inner in steps:
        yield from places(inner, (*at, step))


def with_value(found: Any, at: Path, value: object) -> Any:
    """A copy with another value at a path, if there is such."""
    if not at:
        return value
    copy: Any = list(found) if isinstance(found, list) else dict(found)
    copy[at[0]] = with_value(copy[at[0]], at[1:], value)
    return copy


def read(content: bytes, format_: Format) -> None:
    """Read a file as far as the rows of the store, as if it were recognised."""
    rows = (Format.STATEMENTS, Format.S2_CITATIONS)
    head = json.dumps(next(p for f, p in PAPERS.values() if f is format_)).encode()
    reader = recognise(Head((head if format_ in rows else content)[:HEAD_BYTES]))
    if reader is None or reader.format is not format_:
        pieces = [content]
    else:
        cut = reader.cut(io.BytesIO(content), 10**6)
        pieces = [piece.content for piece in cut if piece.content is not None]
    for piece in pieces:
        document_rows(reader_of(format_).read(piece, package="x"))


@pytest.mark.parametrize("form", PAPERS)
@given(data=st.data())
def test_any_values_in_a_paper_give_a_document_or_one_sentence(
    form: str, data: st.DataObject
) -> None:
    format_ = PAPERS[form][0]
    paper: Any = PAPERS[form][1]
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.sampled_from(sorted(places(paper), key=repr)))
        paper = with_value(paper, at, data.draw(values))
    content = orjson.dumps(paper)
    if format_ in (Format.STATEMENTS, Format.S2_CITATIONS) and not isinstance(paper, dict):
        content = orjson.dumps({"citingcorpusid": paper, "text": paper, "source_doi": paper})
    try:
        read(content, format_)
    except InputError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("form", "at", "value"),
    [
        ("open data", ("externalids",), ["x"]),
        ("open data", ("externalids",), "doi"),
        ("open data", ("content", "annotations"), ["x"]),
        ("open data", ("content", "annotations", "bibref"), 5),
        ("open data", ("content", "annotations", "bibref"), "5"),
        ("open data", ("content", "annotations", "bibref"), {"a": 1}),
        ("open data", ("content", "source"), ["x"]),
        ("unarXive", ("metadata", "versions"), 5),
        ("unarXive", ("metadata", "versions"), "2001"),
        ("s2orc", ("paper_id",), ["x"]),
    ],
)
def test_a_value_of_the_wrong_type_is_named_with_its_place(
    form: str, at: Path, value: object
) -> None:
    format_, paper = PAPERS[form]
    with pytest.raises(InputError, match=f"{at[-1]}.*expected"):
        read(orjson.dumps(with_value(paper, at, value)), format_)


@pytest.mark.parametrize("kind", ["title", "title1", "title_²", "title_x2", "title_" + "9" * 5000])
def test_any_type_of_a_heading_of_bioc_is_read(kind: str) -> None:
    passage = {"infons": {"type": kind}, "text": "Results"}
    read(orjson.dumps({"documents": [{"passages": [passage]}]}), Format.BIOC)


def test_numbers_too_long_for_a_number_are_no_range() -> None:
    digits = "9" * 5000
    text = f"As in {digits}–{digits}."
    paper = {
        "paper_id": "x",
        "body_text": [
            {
                "text": text,
                "cite_spans": [{"start": 6, "end": len(text) - 1, "ref_id": f"B{digits}"}],
            }
        ],
        "bib_entries": {f"B{digits}": {"title": "Dry"}},
    }
    read(orjson.dumps(paper), Format.S2ORC)


def test_lists_deeper_than_a_list_of_collections_hold_no_document() -> None:
    content = b"[" * 1000 + b'{"documents": [], "passages": []}' + b"]" * 1000
    with pytest.raises(InputError, match="holds no document"):
        read(content, Format.BIOC)


@given(
    entries=st.lists(
        st.tuples(st.sampled_from([None, "a", "a~2", "a#3", "#2", "#2#2"]), st.integers(1, 2)),
        max_size=6,
    )
)
def test_every_work_of_a_reference_list_has_a_key_of_its_own(
    entries: list[tuple[str | None, int]],
) -> None:
    listing = ReferenceListing()
    keys = [key for name, works in entries for key in listing.entry(name, works=works)]
    assert len(set(keys)) == len(keys) == sum(works for _, works in entries)
    assert len(listing.finish().entries) == len(entries)
