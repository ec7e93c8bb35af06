"""JATS: one article file → one ``Document``.

Everything is read from one parsed tree. The parser resolves no entity and opens no other file;
an article that needs an entity of its own is refused, because its text would have holes.
"""

from __future__ import annotations

import hashlib

from lxml import etree

from semsearch.errors import InputError
from semsearch.parse.metadata import read_paper
from semsearch.parse.references import read_references
from semsearch.parse.statements import StatementReader, citing_xrefs
from semsearch.records import Document, Source

FORMAT = "jats"
#: Raised whenever the same file gives other records; stored files are then read again.
READER_VERSION = 1


def read_jats(content: bytes, *, package: str, member: str | None = None) -> Document:
    """The document in one JATS file.

    Args:
        content: the bytes of the XML file.
        package: path of the file, or of the archive that holds it.
        member: path inside the archive.

    Raises:
        InputError: not well-formed XML, an entity that would have to be resolved, or a root
            element other than ``article``; the message gives line and column.
    """
    root = _parse(content)
    source = Source(
        package=package,
        member=member,
        sha256=hashlib.sha256(content).hexdigest(),
        format=FORMAT,
    )
    xrefs = citing_xrefs(root)
    paper = read_paper(root, source, frozenset(xrefs))
    references = read_references(root, paper.id)
    reader = StatementReader(paper=paper.id, references=references)
    reader.read(root, xrefs)
    return Document(
        paper=paper,
        references=references.references,
        statements=tuple(reader.statements),
        citations=tuple(reader.citations),
        account=reader.account(),
    )


def source_text(content: bytes, path: str, start: int, end: int) -> str | None:
    """What stands at a span of a file: ``string(path)[start:end]``, None where no element is."""
    found = _parse(content).xpath(f"string({path})") if path else ""
    return str(found)[start:end] if isinstance(found, str) and found else None


def _parse(content: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    if not content.strip():
        raise InputError("the file is empty, expected a JATS article")
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        reason = (error.msg or "unknown fault").split(", line")[0]
        raise InputError(
            f"line {line}, column {column}: not well-formed XML ({reason}), expected a JATS article"
        ) from None
    entity = next(root.iter(etree.Entity), None)
    if entity is not None:
        raise InputError(
            f"line {entity.sourceline}: the entity {entity.text} would have to be resolved, and"
            " entities of a file are never resolved; expected characters or numeric references"
        )
    if root.tag != "article":
        name = etree.QName(root).localname
        raise InputError(
            f"line {root.sourceline}: the root element is {name!r}, expected 'article'"
        )
    return root
