"""Whether a fetched file is what was asked for, and whole."""

from __future__ import annotations

import gzip
import tarfile
from pathlib import Path

from lxml import etree

from semsearch.language.identifiers import normalize_pmcid
from semsearch.parse.packages import ARCHIVE_FAULTS, ARTICLE_SUFFIXES, fault_text

_PIECE = 1 << 20
_PMC_TYPES = ("pmc", "pmcid")  # of article-id; the newer one has the prefix PMC in its text


def article_fault(path: Path, pmcid: str) -> str | None:
    """What is wrong with an article in JATS; None where nothing is."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.parse(path, parser).getroot()
    except etree.XMLSyntaxError as error:
        line, column = error.position
        return f"not well-formed XML (line {line}, column {column})"
    if root.tag != "article":
        return f"the root element is {etree.QName(root).localname[:40]!r}, expected 'article'"
    for found in root.iterfind("front//article-id"):
        if found.get("pub-id-type") in _PMC_TYPES:
            other = normalize_pmcid(found.text)
            if other is not None and other != pmcid:
                return f"the file is of {other}"
    return None


def package_fault(path: Path) -> str | None:
    """What is wrong with a package (.tar.gz); None where it can be read to its end."""
    articles = 0
    try:
        with gzip.open(path) as unpacked:
            with tarfile.open(fileobj=unpacked, mode="r|") as archive:
                for member in archive:
                    articles += member.isfile() and member.name.lower().endswith(ARTICLE_SUFFIXES)
            while unpacked.read(_PIECE):  # to the check sum, which stands at the end
                pass
    except ARCHIVE_FAULTS as fault:
        if isinstance(fault, OSError) and not isinstance(fault, gzip.BadGzipFile):
            raise  # of the disk, not of the package
        return f"the package cannot be read to its end: {fault_text(fault)}"
    return None if articles else "the package holds no article (.xml, .nxml)"
