"""JATS: one article file → one ``Document``.

Everything is read from one parsed tree. The parser resolves no entity and opens no other file;
an article that needs an entity of its own is refused, because its text would have holes. Elements
may stand in a namespace of JATS; spans of such an article have paths that name no elements.
"""

from __future__ import annotations

from lxml import etree

from semsearch.parse.head import Head
from semsearch.parse.jats.blocks import block_of, read_block
from semsearch.parse.jats.metadata import read_paper
from semsearch.parse.jats.namespaces import without_namespace
from semsearch.parse.jats.references import read_references
from semsearch.parse.reader import Format, source_of
from semsearch.parse.statements import (
    IN_FORMULA,
    IN_REFERENCE_LIST,
    IN_SUB_ARTICLE,
    StatementReader,
)
from semsearch.parse.strings import string_value
from semsearch.parse.xml import parse_xml
from semsearch.records import Document

#: Raised whenever the same file gives other records; stored files are then read again.
READER_VERSION = 2
#: Elements around the articles of a set: Europe PMC, PMC and OAI-PMH.
_SETS = frozenset(
    {"articles", "pmc-articleset", "OAI-PMH", "article-set", "records", "responseWrapper"}
)


def accepts_set(head: Head) -> bool:
    """Whether a file is a set of articles, by its root element and an article near it."""
    return head.root in _SETS and "article" in head.elements


def read_jats(content: bytes, *, package: str, member: str | None = None) -> Document:
    """The document in one JATS file.

    Args:
        content: the bytes of the XML file.
        package: path of the file, or of the archive that holds it.
        member: path inside the archive.

    Raises:
        InputError: not well-formed XML, an entity that would have to be resolved, or a root
            element other than ``article`` of JATS; the message gives line and column.
    """
    root = parse_xml(content, "a JATS article")
    by_position = without_namespace(root)
    xrefs = _citing_xrefs(root)
    source = source_of(content, Format.JATS, package, member)
    paper = read_paper(root, source, frozenset(xrefs))
    reader = StatementReader(paper=paper.id, references=read_references(root, paper.id))
    _read_statements(root, xrefs, reader, by_position=by_position)
    return reader.document(paper)


def _citing_xrefs(root: etree._Element) -> list[etree._Element]:
    """Every ``xref``, whatever its ``ref-type``, with a rid that names a ``ref`` of the article."""
    targets = {node.get("id") for node in root.iter("ref")} - {None}
    return [x for x in root.iter("xref") if targets.intersection(_rids(x))]


def _read_statements(
    root: etree._Element,
    xrefs: list[etree._Element],
    reader: StatementReader,
    *,
    by_position: bool,
) -> None:
    """Read every block that holds one of ``xrefs``."""
    reader.found(len(xrefs))
    reader.warn(*_dangling(root, set(reader.references.entries)))
    blocks: dict[etree._Element, list[etree._Element]] = {}
    for xref in xrefs:
        around = {node.tag for node in xref.iterancestors()}
        if "ref-list" in around or "ref" in around:
            reader.exclude(_rids(xref), IN_REFERENCE_LIST)
        elif around & {"sub-article", "response"}:
            reader.exclude(_rids(xref), IN_SUB_ARTICLE)
        else:
            blocks.setdefault(block_of(xref), []).append(xref)
    for element, held in blocks.items():
        # Only its own: the text of a table row also shows cells that are blocks themselves.
        block = read_block(element, frozenset(held), by_position=by_position)
        shown = {marker.source for marker in block.rendered.markers}
        for xref in held:
            if xref not in shown:
                reader.exclude(_rids(xref), IN_FORMULA)
        reader.read_block(block)


def _dangling(root: etree._Element, ids: set[str]) -> list[str]:
    """A warning for each marker of a bibliographic type whose rid points nowhere."""
    found: list[str] = []
    for xref in root.iter("xref"):
        if xref.get("ref-type") == "bibr":
            lost = [rid for rid in _rids(xref) if rid not in ids]
            if lost or not xref.get("rid"):
                shown = " ".join(string_value(xref).split())
                found.append(f"the marker {shown!r} points to no reference: rid {' '.join(lost)!r}")
    return found


def _rids(xref: etree._Element) -> list[str]:
    return (xref.get("rid") or "").split()
