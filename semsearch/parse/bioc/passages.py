"""The passages of a BioC document, whatever it is written in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

import orjson
from lxml import etree
from pydantic import Field

from semsearch.errors import InputError
from semsearch.parse.checked import Listed, Mapped, Shape, checked
from semsearch.parse.cutting import parse_any_json, pointer, without_mark
from semsearch.parse.head import Head
from semsearch.parse.reader import Piece, too_large
from semsearch.parse.strings import string_value
from semsearch.parse.xml import parse_xml

_EXPECTED = "a document of BioC"


class JsonPassage(Shape):
    """A passage of a JSON file."""

    infons: Mapped[Any] = Field(default_factory=dict)
    text: str | None = None
    sentences: Listed[Any] = Field(default_factory=list)


class JsonDocument(Shape):
    """A document of a JSON file."""

    id: Any = None
    infons: Mapped[Any] = Field(default_factory=dict)
    passages: Listed[JsonPassage] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage, whatever it was written in."""

    path: str  # of its text
    text: str
    infons: Mapping[str, str]

    @property
    def kind(self) -> str:
        """What it is, such as ``title_2`` or ``ref``."""
        return self.infons.get("type", "").casefold()

    @property
    def section(self) -> str:
        """Its part of the article as PMC names it, such as ``INTRO`` or ``REF``."""
        return self.infons.get("section_type", "").upper()


def accepts_xml(head: Head) -> bool:
    """Whether a file is of this format, in XML."""
    return head.root == "collection" and bool({"document", "infon"} & set(head.elements))


def accepts_json(head: Head) -> bool:
    """Whether a file is of this format, in JSON."""
    keys = head.keys
    return {"documents", "passages"} <= keys or {"infons", "passages"} <= keys or "bioctype" in keys


def cut_json(stream: IO[bytes], max_bytes: int) -> Iterator[Piece]:
    """The documents of a collection, or of a list of collections.

    A collection of several is read whole before it is cut: it is one JSON text.
    """
    content = stream.read(max_bytes + 1)
    if len(content) > max_bytes:
        yield Piece(
            None, None, too_large(f"the collection has over {max_bytes:,} bytes", max_bytes)
        )
        return
    try:
        found = orjson.loads(without_mark(content))
    except orjson.JSONDecodeError:
        yield Piece(None, content)  # its reader says where it is broken
        return
    places = list(_documents(found, ()))
    if len(places) < 2:
        yield Piece(None, content)
        return
    for steps, document in places:
        yield Piece(pointer(*steps), orjson.dumps(document))


def _documents(
    found: object, steps: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], object]]:
    if isinstance(found, list) and not steps:
        for place, one in enumerate(found):
            yield from _documents(one, (place,))
    elif isinstance(found, dict) and isinstance(found.get("documents"), list):
        for place, one in enumerate(found["documents"]):
            yield (*steps, "documents", place), one
    elif isinstance(found, dict) and "passages" in found:
        yield steps, found


def read_passages(content: bytes) -> list[Passage]:
    """The passages of one document, or of a collection of one, that have text.

    Raises:
        InputError: neither JSON nor XML, or of another form; the message names the place.
    """
    is_xml = content.lstrip()[:1] == b"<"
    return _xml_passages(content) if is_xml else _json_passages(content)


def _json_passages(content: bytes) -> list[Passage]:
    found = parse_any_json(content, _EXPECTED)
    places = list(_documents(found, ()))
    if not places:
        raise InputError(f"the collection holds no document, expected {_EXPECTED}")
    steps, one = places[0]
    document = checked(JsonDocument, one, _EXPECTED)
    found_passages: list[Passage] = []
    for number, passage in enumerate(document.passages):
        infons = {str(k): str(v) for k, v in {**document.infons, **passage.infons}.items()}
        base = (*steps, "passages", number)
        if passage.text:
            found_passages.append(Passage(pointer(*base, "text"), passage.text, infons))
            continue
        for place, sentence in enumerate(passage.sentences):
            text = sentence.get("text") if isinstance(sentence, dict) else None
            if isinstance(text, str):
                path = pointer(*base, "sentences", place, "text")
                found_passages.append(Passage(path, text, infons))
    return found_passages


def _xml_passages(content: bytes) -> list[Passage]:
    root = parse_xml(content, _EXPECTED)
    document = root if root.tag == "document" else root.find("document")
    if document is None:
        raise InputError(f"line {root.sourceline}: {root.tag!r} holds no document of BioC")
    shared = _infons(document)
    tree = document.getroottree()
    found: list[Passage] = []
    for passage in document.findall("passage"):
        infons = shared | _infons(passage)
        texts = passage.findall("text") or passage.findall("sentence/text")
        found += [Passage(tree.getpath(node), string_value(node), infons) for node in texts]
    return [one for one in found if one.text]


def _infons(element: etree._Element) -> dict[str, str]:
    return {node.get("key", ""): string_value(node) for node in element.findall("infon")}
