"""The string value of an element, as XPath defines it."""

from __future__ import annotations

from lxml import etree


def string_value(element: etree._Element) -> str:
    """``string(element)``: all text below it, joined; offsets of spans count in it."""
    return "".join(map(str, element.itertext())) if len(element) else element.text or ""
