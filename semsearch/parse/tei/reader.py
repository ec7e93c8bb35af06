"""TEI: one document → one ``Document``.

Markers are the ``ref`` elements of type ``bibr``, and all others whose target is an entry of the
reference list. One of type ``bibr`` without such a target is excluded, ``without_entry``.
"""

from __future__ import annotations

from lxml import etree

from semsearch.errors import InputError
from semsearch.parse.reader import Format, source_of
from semsearch.parse.statements import IN_FORMULA, IN_REFERENCE_LIST, StatementReader
from semsearch.parse.tei.blocks import TeiBlocks, block_of
from semsearch.parse.tei.elements import below, local, shown, targets
from semsearch.parse.tei.metadata import read_paper, read_references
from semsearch.parse.xml import parse_xml
from semsearch.records import Document

READER_VERSION = 2


def read_tei(content: bytes, *, package: str, member: str | None = None) -> Document:
    """The document in one TEI file.

    Args:
        content: the bytes of the XML file.
        package: path of the file, or of the archive that holds it.
        member: path inside the archive.

    Raises:
        InputError: not well-formed XML, or a root element other than ``TEI``.
    """
    root = parse_xml(content, "a TEI document")
    if local(root) != "TEI":
        raise InputError(
            f"line {root.sourceline}: the root element is {local(root)!r}, expected 'TEI'"
        )
    paper = read_paper(root, source_of(content, Format.TEI, package, member))
    reader = StatementReader(paper=paper.id, references=read_references(root, paper.id))
    entries = reader.references.entries
    refs = [
        ref
        for ref in below(root, "ref")
        if ref.get("type") == "bibr" or any(name in entries for name in targets(ref))
    ]
    reader.found(len(refs))
    reader.warn(*_dangling(refs, entries))
    _read_statements(root, refs, reader)
    return reader.document(paper)


def _read_statements(
    root: etree._Element, refs: list[etree._Element], reader: StatementReader
) -> None:
    blocks: dict[etree._Element, list[etree._Element]] = {}
    for ref in refs:
        if {local(node) for node in ref.iterancestors()} & {"listBibl", "biblStruct"}:
            reader.exclude(targets(ref), IN_REFERENCE_LIST)
        else:
            blocks.setdefault(block_of(ref), []).append(ref)
    rendering = TeiBlocks(root)
    for element, held in blocks.items():
        block = rendering.read(element, frozenset(held))
        printed = {marker.source for marker in block.rendered.markers}
        for ref in held:
            if ref not in printed:
                reader.exclude(targets(ref), IN_FORMULA)
        reader.read_block(block)
    if rendering.misread:
        reader.warn(
            f"{rendering.misread} coordinates left out, expected a page from 1 and four numbers"
        )


def _dangling(refs: list[etree._Element], entries: dict[str, tuple[str, ...]]) -> list[str]:
    """A warning for each marker whose target is no entry of the list."""
    return [
        f"the marker {shown(ref)!r} points to no reference: target {' '.join(lost)!r}"
        for ref in refs
        if (lost := [name for name in targets(ref) if name not in entries])
    ]
