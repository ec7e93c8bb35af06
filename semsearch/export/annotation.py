"""W3C Web Annotation Data Model (2017), JSON-LD: a collection, an annotation a statement.

The target of an annotation is the source paper. The statement is selected twice: by its text with
the sentences beside it, and by its element in the source file with the offsets in it. Bodies are
the cited works (``linking``), the types of the citations (``classifying``) and the stance to the
question (``assessing``). Terms beyond the model are those of schema.org and Dublin Core, whose
prefixes the context of the model defines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from semsearch.export.bibliography import said_to_question
from semsearch.export.exported import ExportedStatement, ExportHead, ResultKind
from semsearch.export.identifiers import work_iri
from semsearch.records import CitationType
from semsearch.report.paper import short_name
from semsearch.retrieve.hits import CitedWork
from semsearch.store.labels import LABEL, PERSON

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_JSON_POINTER = "http://tools.ietf.org/rfc/rfc6901"
_RETRACTED = "Retracted"
_LABELS = {
    ResultKind.SEARCH: "Citation statements for: ",
    ResultKind.ANSWER: "Citation statements that speak to: ",
    ResultKind.SIMILAR: "Citation statements similar to: ",
    ResultKind.REPORT: "Citation statements about ",
}


def write_annotations(head: ExportHead, statements: Iterable[ExportedStatement]) -> Iterator[bytes]:
    """The collection, with all annotations in its one page."""
    identity = _uuid(head.id)
    about = None if head.work is None else work_iri(head.work.id)
    collection: dict[str, Any] = {
        "@context": CONTEXT,
        "id": identity,
        "type": "AnnotationCollection",
        "label": f"{_LABELS[head.result]}{head.asked}",
        "generator": _software(f"semsearch {head.version}"),
        "dcterms:provenance": f"semsearch index {head.index}",
        **({} if about is None else {"dcterms:subject": {"id": about}}),
        "total": head.statements,
    }
    if not head.statements:
        yield orjson.dumps(collection, option=orjson.OPT_APPEND_NEWLINE)
        return
    page = {"id": f"{identity}#page", "type": "AnnotationPage", "partOf": identity, "startIndex": 0}
    # Both objects stay open while the annotations go out one by one.
    yield orjson.dumps(collection)[:-1] + b',"first":' + orjson.dumps(page)[:-1] + b',"items":[\n'
    for number, one in enumerate(statements):
        yield (b",\n" if number else b"") + orjson.dumps(annotation(one))
    yield b"\n]}}\n"


def annotation(one: ExportedStatement) -> dict[str, Any]:
    """One statement as an annotation of its source paper."""
    bodies = [body for work in one.statement.cites for body in _bodies(work, one)]
    if (stance := said_to_question(one)) is not None:
        bodies.append(_text(stance, "assessing"))
    return {
        "id": _uuid(one.statement.id),
        "type": "Annotation",
        "motivation": list(dict.fromkeys(body["purpose"] for body in bodies)) or ["highlighting"],
        "schema:url": one.link,
        "dcterms:provenance": f"semsearch index {one.index}",
        **({"body": bodies} if bodies else {}),
        "target": _target(one),
    }


def _target(one: ExportedStatement) -> dict[str, Any]:
    held = one.statement
    quoted = {"type": "TextQuoteSelector", "exact": held.text}
    if held.before:
        quoted["prefix"] = f"{held.before} "
    if held.after:
        quoted["suffix"] = f" {held.after}"
    target: dict[str, Any] = {
        "type": "SpecificResource",
        "source": one.source,
        "selector": [
            quoted,
            {
                **place_selector(held.span.path),
                "refinedBy": {
                    "type": "TextPositionSelector",
                    "start": held.span.start,
                    "end": held.span.end,
                },
            },
        ],
        "dcterms:title": held.paper.title or short_name(held.paper),
        "dcterms:bibliographicCitation": short_name(held.paper),
        "schema:articleSection": held.heading or held.section,
        "schema:sha256": one.sha256,
    }
    if one.license:
        web = one.license.startswith(("http://", "https://")) and " " not in one.license
        target["rights" if web else "dcterms:accessRights"] = one.license
    if held.paper.retracted:
        target["schema:creativeWorkStatus"] = _RETRACTED
    return target


def place_selector(path: str) -> dict[str, str]:
    """What selects the text that a span counts in: an XPath, else a fragment of the file."""
    if path.startswith("/"):
        return {"type": "XPathSelector", "value": path}
    pointer = {"conformsTo": _JSON_POINTER} if path.startswith("#") else {}
    return {"type": "FragmentSelector", **pointer, "value": path.removeprefix("#")}


def _bodies(work: CitedWork, one: ExportedStatement) -> Iterator[dict[str, Any]]:
    iri = work_iri(work.paper) if work.paper else None
    about: dict[str, Any] = {"dcterms:title": work.title or work.raw}
    if work.year is not None:
        about["dcterms:date"] = str(work.year)
    if work.paper in one.retracted_works:
        about["schema:creativeWorkStatus"] = _RETRACTED
    if iri is not None:
        yield {"type": "SpecificResource", "purpose": "linking", "source": iri, **about}
    if work.type is CitationType.UNCLASSIFIED:
        return
    body = _text(work.type, "classifying")
    body["schema:about"] = {"id": iri, **about} if iri else about
    if work.decided_by is not None:
        person = work.decided_by in (PERSON, LABEL)
        body["creator"] = (
            {"type": "Person", "name": work.decided_by} if person else _software(work.decided_by)
        )
    if work.confidence is not None:
        body["schema:additionalProperty"] = {
            "type": "schema:PropertyValue",
            "schema:name": "confidence",
            "schema:value": work.confidence,
        }
    yield body
    if work.self_citation:
        yield {**_text("self-citation", "tagging"), "schema:about": body["schema:about"]}


def _text(value: str, purpose: str) -> dict[str, Any]:
    return {"type": "TextualBody", "purpose": purpose, "format": "text/plain", "value": value}


def _software(name: str) -> dict[str, str]:
    return {"type": "Software", "name": name}


def _uuid(name: str) -> str:
    """A name that is the same in every export (RFC 9562, version 5)."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, name)}"
