"""XML as readers take it: nothing is resolved, nothing outside the file is opened."""

from __future__ import annotations

from lxml import etree

from semsearch.errors import InputError


def parse_xml(content: bytes, expected: str) -> etree._Element:
    """The root of one XML file.

    Args:
        content: its bytes.
        expected: what it should be, for messages.

    Raises:
        InputError: an empty file, not well-formed XML, or an entity that would have to be
            resolved; the message gives line and column.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    if not content.strip():
        raise InputError(f"the file is empty, expected {expected}")
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise InputError(f"{syntax_fault(error)}, expected {expected}") from None
    entity = next(root.iter(etree.Entity), None)
    if entity is not None:
        raise InputError(
            f"line {entity.sourceline}: the entity {entity.text} would have to be resolved, and"
            " entities of a file are never resolved; expected characters or numeric references"
        )
    return root


def syntax_fault(error: etree.XMLSyntaxError) -> str:
    """Where and why XML is not well formed."""
    line, column = error.position
    reason = (error.msg or "unknown fault").split(", line")[0]
    return f"line {line}, column {column}: not well-formed XML ({reason})"


def xpath_text(content: bytes, path: str, start: int, end: int) -> str | None:
    """What stands at a span of a file: ``string(path)[start:end]``, None where no element is."""
    found = parse_xml(content, "XML").xpath(f"string({path})") if path else ""
    return str(found)[start:end] if isinstance(found, str) and found else None
