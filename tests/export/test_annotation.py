"""Web Annotations, held against what the W3C Web Annotation Data Model (2017) demands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from semsearch.export import ExportFormat
from semsearch.export.annotation import place_selector
from semsearch.export.cleaning import cleaned
from semsearch.records import CitationType

Make = Callable[..., Any]
#: Writing all of it and reading it back takes its time on a busy machine.
SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
CONTEXT = "http://www.w3.org/ns/anno.jsonld"
#: Section 3.3.5: the motivations that the model names.
MOTIVATIONS = frozenset(
    "assessing bookmarking classifying commenting describing editing highlighting identifying"
    " linking moderating questioning replying tagging".split()
)
#: Prefixes that the context of the model defines and that are used beyond its own terms.
PREFIXES = ("schema:", "dcterms:")
#: Section 3 to 5: the terms that each kind of object may have.
TERMS = {
    "AnnotationCollection": {"@context", "label", "total", "first", "last", "generator"},
    "AnnotationPage": {"partOf", "items", "next", "prev", "startIndex"},
    "Annotation": {"motivation", "body", "target", "generator", "creator", "created", "rights"},
    "SpecificResource": {"source", "selector", "purpose", "state", "scope", "rights", "creator"},
    "TextualBody": {"value", "format", "language", "purpose", "creator", "rights"},
    "TextQuoteSelector": {"exact", "prefix", "suffix", "refinedBy"},
    "TextPositionSelector": {"start", "end", "refinedBy"},
    "XPathSelector": {"value", "refinedBy"},
    "Software": {"name", "homepage", "nickname"},
    "Person": {"name", "homepage", "nickname"},
}


def _is_iri(value: object) -> bool:
    return (
        isinstance(value, str)
        and bool(urlsplit(value).scheme)
        and re.search(r'[\s<>"{}|\\^`]', value) is None
    )


def faults(document: dict[str, Any]) -> Iterator[str]:
    """What of the model a collection does not keep to."""
    contexts = document.get("@context")
    if CONTEXT not in (contexts if isinstance(contexts, list) else [contexts]):
        yield "5.1: a collection has the context of the model"
    yield from _object(document, "AnnotationCollection")
    if not _is_iri(document.get("id")):
        yield "5.1: a collection has one IRI"
    if not isinstance(document.get("label"), str):
        yield "5.1: a label is a string"
    total = document.get("total")
    if not isinstance(total, int) or total < 0:
        yield "5.1: total is a number of at least 0"
    page = document.get("first")
    if total and page is None:
        yield "5.1: a collection that holds something has a first page"
    if page is None:
        return
    yield from _object(page, "AnnotationPage")
    if "@context" in page:
        yield "5.2: an embedded page has no context"
    if not _is_iri(page.get("id")) or page.get("partOf") != document.get("id"):
        yield "5.2: a page has one IRI and names its collection"
    if page.get("startIndex") != 0:
        yield "5.2: the first page starts at 0"
    items = page.get("items")
    if not isinstance(items, list) or not items or len(items) != total:
        yield "5.2: the only page has all annotations, at least one"
    for item in items or ():
        yield from _annotation(item)


def _annotation(item: dict[str, Any]) -> Iterator[str]:
    yield from _object(item, "Annotation")
    if not _is_iri(item.get("id")):
        yield "3.1: an annotation has one IRI"
    motivations = item.get("motivation")
    chosen = motivations if isinstance(motivations, list) else [motivations]
    if not chosen or not set(chosen) <= MOTIVATIONS:
        yield "3.3.5: motivations are those of the model"
    bodies = item.get("body", [])
    for body in bodies if isinstance(bodies, list) else [bodies]:
        yield from _body(body)
    target = item.get("target")
    if not isinstance(target, dict):
        yield "3.1: an annotation has a target"
        return
    yield from _object(target, "SpecificResource")
    if not _is_iri(target.get("source")):
        yield "4: a specific resource has one source"
    for selector in target.get("selector", ()):
        yield from _selector(selector)
    if "rights" in target and not _is_iri(target["rights"]):
        yield "3.3.6: rights are an IRI"


def _body(body: dict[str, Any]) -> Iterator[str]:
    yield from _object(body, body.get("type", ""))
    if body.get("purpose") not in MOTIVATIONS:
        yield "3.3.5: a purpose is a motivation"
    if body.get("type") == "TextualBody" and not isinstance(body.get("value"), str):
        yield "3.2.4: a textual body has one value"
    if body.get("type") == "SpecificResource" and not _is_iri(body.get("source")):
        yield "4: a specific resource has one source"
    creator = body.get("creator")
    if creator is not None:
        yield from _object(creator, creator.get("type", ""))
        if not isinstance(creator.get("name"), str):
            yield "3.3.2: an agent has a name"


def _selector(selector: dict[str, Any]) -> Iterator[str]:
    kind = selector.get("type", "")
    yield from _object(selector, kind)
    if kind == "TextQuoteSelector" and not isinstance(selector.get("exact"), str):
        yield "4.2.4: a quote has one exact text"
    if kind == "TextPositionSelector":
        start, end = selector.get("start"), selector.get("end")
        if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start <= end:
            yield "4.2.5: a position has a start and an end of at least 0"
    if kind == "XPathSelector" and not isinstance(selector.get("value"), str):
        yield "4.2.3: an XPath selector has one value"
    if "refinedBy" in selector:
        yield from _selector(selector["refinedBy"])


def _object(found: dict[str, Any], kind: str) -> Iterator[str]:
    """Type and terms; a term of the model stands for nothing outside it."""
    if found.get("type") != kind or kind not in TERMS:
        yield f"{found.get('type')!r} is no type of the model, or is not {kind!r}"
        return
    for name, value in found.items():
        if name not in TERMS[kind] | {"id", "type"} and not name.startswith(PREFIXES):
            yield f"{kind} has no {name!r}"
        if value is None:
            yield f"{kind}: {name!r} is null"


def _items(text: str) -> list[dict[str, Any]]:
    document = orjson.loads(text)
    assert list(faults(document)) == []
    found: list[dict[str, Any]] = document["first"]["items"]
    return found


@SLOWLY
@given(data=st.data())
def test_hostile_texts_keep_to_the_model(
    data: st.DataObject, hostile: st.SearchStrategy[Any], written: Make
) -> None:
    statements = data.draw(st.lists(hostile, min_size=1, max_size=3))
    items = _items(written(ExportFormat.ANNOTATION, statements))
    for item, one in zip(items, statements, strict=True):
        quote, place = item["target"]["selector"]
        assert quote["exact"] == cleaned(one.statement.text)
        assert place["value"] == one.statement.span.path
        assert place["refinedBy"]["start"] == one.statement.span.start


def test_the_check_finds_what_is_missing(statement: Make, written: Make) -> None:
    for path in (
        ["@context"], ["id"], ["label"], ["first", "id"], ["first", "items", 0, "id"],
        ["first", "items", 0, "motivation"], ["first", "items", 0, "target"],
        ["first", "items", 0, "target", "source"], ["first", "items", 0, "body", 0, "source"],
        ["first", "items", 0, "target", "selector", 0, "exact"],
        ["first", "items", 0, "target", "selector", 1, "refinedBy", "end"],
    ):  # fmt: skip
        document = orjson.loads(written(ExportFormat.ANNOTATION, [statement()]))
        assert list(faults(document)) == []
        held: Any = document
        for step in path[:-1]:
            held = held[step]
        del held[path[-1]]
        assert list(faults(document)), path


def test_a_statement_is_selected_in_its_source_and_linked_to_what_it_cites(
    statement: Make, cited: Make, written: Make
) -> None:
    one = statement(
        before="It is known.",
        after="So it is.",
        doi="10.5555/a<b>;c",
        retracted=True,
        cites=(
            cited(decided_by="person", confidence=None),
            cited(paper="work:1f", doi=None, type=CitationType.UNCLASSIFIED),
        ),
    )
    (item,) = _items(written(ExportFormat.ANNOTATION, [one]))
    assert item["target"]["source"] == "https://doi.org/10.5555/a%3Cb%3E;c"
    assert item["target"]["rights"] == "https://creativecommons.org/licenses/by/4.0/"
    assert item["target"]["schema:creativeWorkStatus"] == "Retracted"
    assert item["target"]["selector"] == [
        {
            "type": "TextQuoteSelector",
            "exact": "EMT induces IL-6 [1].",
            "prefix": "It is known. ",
            "suffix": " So it is.",
        },
        {
            "type": "XPathSelector",
            "value": "/article/body/p[1]",
            "refinedBy": {"type": "TextPositionSelector", "start": 4, "end": 25},
        },
    ]
    assert item["schema:url"] == "/api/v1/statements/abcdefghij234567"
    bodies = {(body["purpose"], body.get("value", body.get("source"))) for body in item["body"]}
    assert bodies == {
        ("linking", "https://doi.org/10.5555/cited"),
        ("classifying", "supporting"),
        ("tagging", "self-citation"),
        ("assessing", "supports"),
    }
    assert item["motivation"] == ["linking", "classifying", "tagging", "assessing"]
    (typed,) = (body for body in item["body"] if body["purpose"] == "classifying")
    assert typed["creator"] == {"type": "Person", "name": "person"}
    assert typed["schema:about"]["id"] == "https://doi.org/10.5555/cited"


def test_an_annotation_has_the_same_name_in_every_export(statement: Make, written: Make) -> None:
    first = _items(written(ExportFormat.ANNOTATION, [statement(), statement(text="Other [1].")]))
    again = _items(written(ExportFormat.ANNOTATION, [statement(rank=7)]))
    assert first[0]["id"] == again[0]["id"]


def test_an_empty_collection_has_no_page(written: Make) -> None:
    document = orjson.loads(written(ExportFormat.ANNOTATION, []))
    assert list(faults(document)) == []
    assert document["total"] == 0 and "first" not in document


@pytest.mark.parametrize(
    ("path", "selector"),
    [
        ("/article/body/p", {"type": "XPathSelector", "value": "/article/body/p"}),
        (
            "#/body_text/3/text",
            {
                "type": "FragmentSelector",
                "conformsTo": "http://tools.ietf.org/rfc/rfc6901",
                "value": "/body_text/3/text",
            },
        ),
        ("row=17#text", {"type": "FragmentSelector", "value": "row=17#text"}),
    ],
)
def test_the_place_in_a_file_is_selected_by_what_the_file_is(
    path: str, selector: dict[str, str]
) -> None:
    assert place_selector(path) == selector
