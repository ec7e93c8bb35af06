"""Elements of TEI by their local names: documents come with and without its namespace."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from semsearch.parse.strings import string_value
from semsearch.parse.text import string_shown

XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def local(element: etree._Element) -> str:
    """The local name of an element."""
    tag = str(element.tag)
    return tag.rpartition("}")[2]


def below(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The elements with some local names below an element, in document order."""
    return (node for node in element.iter() if local(node) in names)


def find(element: etree._Element | None, *steps: str) -> etree._Element | None:
    """The first element at a path of local names."""
    for step in steps:
        if element is None:
            return None
        element = next((child for child in element if local(child) == step), None)
    return element


def shown(element: etree._Element | None) -> str | None:
    """The text of an element; None where there is none."""
    return None if element is None else string_shown(string_value(element)) or None


def targets(ref: etree._Element) -> tuple[str, ...]:
    """The ids that a ``ref`` names."""
    return tuple(one.removeprefix("#") for one in (ref.get("target") or "").split())
