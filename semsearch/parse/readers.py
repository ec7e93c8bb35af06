"""All readers, and which of them a file is for."""

from __future__ import annotations

from semsearch.errors import InputError
from semsearch.parse.bioc import passages
from semsearch.parse.bioc import reader as bioc
from semsearch.parse.cutting import json_papers, pointer_text, xml_records
from semsearch.parse.gathering import row_text
from semsearch.parse.head import HEAD_BYTES, Head
from semsearch.parse.jats import reader as jats
from semsearch.parse.pubmed import nbib
from semsearch.parse.pubmed import xml as pubmed
from semsearch.parse.reader import Format, Reader, whole
from semsearch.parse.s2orc import reader as s2orc
from semsearch.parse.s2orc import unarxive
from semsearch.parse.tables import columns, s2_citations, statements
from semsearch.parse.tei import reader as tei
from semsearch.parse.xml import xpath_text
from semsearch.records import Document

#: The first that accepts a file reads it. A format with two forms has two readers.
READERS: tuple[Reader, ...] = (
    Reader(
        format=Format.JATS,
        version=jats.READER_VERSION,
        title="JATS",
        accepts=lambda head: head.root == "article",
        cut=whole,
        read=jats.read_jats,
        text_at=xpath_text,
    ),
    Reader(
        format=Format.JATS,
        version=jats.READER_VERSION,
        title="JATS in a set",
        accepts=jats.accepts_set,
        cut=xml_records("article"),
        read=jats.read_jats,
        text_at=xpath_text,
    ),
    Reader(
        format=Format.TEI,
        version=tei.READER_VERSION,
        title="TEI",
        accepts=lambda head: head.root == "TEI",
        cut=whole,
        read=tei.read_tei,
        text_at=xpath_text,
    ),
    Reader(
        format=Format.TEI,
        version=tei.READER_VERSION,
        title="TEI in a corpus",
        accepts=lambda head: head.root == "teiCorpus",
        cut=xml_records("TEI"),
        read=tei.read_tei,
        text_at=xpath_text,
    ),
    Reader(
        format=Format.BIOC,
        version=bioc.READER_VERSION,
        title="BioC XML",
        accepts=passages.accepts_xml,
        cut=xml_records("document"),
        read=bioc.read_bioc,
        text_at=bioc.text_at,
    ),
    Reader(
        format=Format.PUBMED,
        version=pubmed.READER_VERSION,
        title="PubMed XML",
        accepts=pubmed.accepts,
        cut=xml_records(*pubmed.RECORDS),
        read=pubmed.read_pubmed,
        text_at=xpath_text,
    ),
    Reader(
        format=Format.BIOC,
        version=bioc.READER_VERSION,
        title="BioC JSON",
        accepts=passages.accepts_json,
        cut=passages.cut_json,
        read=bioc.read_bioc,
        text_at=bioc.text_at,
    ),
    Reader(
        format=Format.UNARXIVE,
        version=unarxive.READER_VERSION,
        title="unarXive",
        accepts=unarxive.accepts,
        cut=json_papers,
        read=unarxive.read_unarxive,
        text_at=pointer_text,
    ),
    Reader(
        format=Format.S2ORC,
        version=s2orc.READER_VERSION,
        title="S2ORC, doc2json or CORD-19",
        accepts=s2orc.accepts,
        cut=json_papers,
        read=s2orc.read_s2orc,
        text_at=pointer_text,
    ),
    Reader(
        format=Format.S2_CITATIONS,
        version=s2_citations.READER_VERSION,
        title="citations of Semantic Scholar",
        accepts=s2_citations.accepts,
        cut=s2_citations.cut,
        read=s2_citations.read_s2_citations,
        text_at=row_text,
    ),
    Reader(
        format=Format.STATEMENTS,
        version=statements.READER_VERSION,
        title="statements as JSON Lines",
        accepts=columns.accepts_lines,
        cut=columns.cut_lines,
        read=statements.read_statements,
        text_at=row_text,
    ),
    Reader(
        format=Format.STATEMENTS,
        version=statements.READER_VERSION,
        title="statements as CSV",
        accepts=columns.accepts_csv,
        cut=columns.cut_csv,
        read=statements.read_statements,
        text_at=row_text,
    ),
    Reader(
        format=Format.NBIB,
        version=nbib.READER_VERSION,
        title=".nbib",
        accepts=nbib.accepts,
        cut=nbib.cut,
        read=nbib.read_nbib,
        text_at=lambda *_: None,
    ),
)
_OF_FORMAT = {reader.format: reader for reader in reversed(READERS)}


def recognise(head: Head) -> Reader | None:
    """Who reads a file that begins so; None where nobody does."""
    return next((reader for reader in READERS if reader.accepts(head)), None)


def reader_of(format_: Format) -> Reader:
    """Who reads the papers of a format, however their files are cut."""
    return _OF_FORMAT[format_]


def read_document(
    content: bytes, *, package: str, member: str | None = None, format_: Format | None = None
) -> Document:
    """The document in the bytes of one paper, such as ``ArticleFiles`` gives.

    Args:
        content: its bytes.
        package: path of the file, or of the archive that holds it.
        member: path inside the archive, and place inside a file of several papers.
        format_: its format; None for what it begins with.

    Raises:
        InputError: it is in no known format, or not what that asks for.
    """
    if format_ is not None:
        return reader_of(format_).read(content, package=package, member=member)
    reader = recognise(Head(content[:HEAD_BYTES]))
    if reader is None:
        raise InputError(f"{package} is in no known format")
    return reader.read(content, package=package, member=member)


def richer(one: tuple[Format, bool], other: tuple[Format, bool]) -> bool:
    """Whether a file tells more of a paper than another does.

    Args:
        one: its format, and whether it has statements.
        other: the same of the other.
    """
    order = list(Format)
    return (not one[1], order.index(one[0])) < (not other[1], order.index(other[0]))
