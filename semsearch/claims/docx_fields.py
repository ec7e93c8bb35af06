"""Codes of the citation fields of Word documents, as reference managers write them."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

import orjson
from lxml import etree

from semsearch.claims.draft import Naming
from semsearch.errors import InputError
from semsearch.parse.xml import parse_xml
from semsearch.records import Author
from semsearch.report.libraries import csl_entry
from semsearch.report.listed import Entry, author_named, entry_of

_CSL: Final = re.compile(r"ADDIN\s+(?:ZOTERO_ITEM\s+)?CSL_CITATION\s*(\{.*)", re.DOTALL)
_ENDNOTE: Final = re.compile(r"ADDIN\s+EN\.CITE\s*(<EndNote>.*)", re.DOTALL)
_WORD: Final = re.compile(r"\s*CITATION\s+(.*)", re.DOTALL)
_WORD_OTHER: Final = re.compile(r"\\m\s+(\S+)")
_LIST: Final = re.compile(
    r"ADDIN\s+(?:ZOTERO_BIBL|EN\.REFLIST|Mendeley\s+Bibliography)|\s*BIBLIOGRAPHY"
)
_MENDELEY: Final = "MENDELEY_CITATION_v3_"
_TAIL: Final = re.compile(r"[^}]*\Z")


@dataclass(frozen=True, slots=True)
class Cited:
    """A work that a field cites; ``name`` as in ``draft.Pointer``."""

    naming: Naming
    name: str
    entry: Entry | None = None


def is_list_code(code: str) -> bool:
    """Whether a field prints the reference list of a manager."""
    return _LIST.match(code.strip()) is not None


def cited_by_code(code: str) -> tuple[Cited, ...]:
    """What a field cites; nothing where it is no citation or cannot be read."""
    code = code.strip()
    if (csl := _CSL.match(code)) is not None:
        return _items(_TAIL.sub("", csl[1]).encode())
    if (endnote := _ENDNOTE.match(code)) is not None:
        return _endnote(endnote[1])
    if (word := _WORD.match(code)) is not None:
        first, *_ = word[1].split() or [""]
        names = [first, *_WORD_OTHER.findall(word[1])]
        return tuple(Cited(Naming.KEY, name) for name in dict.fromkeys(names) if name)
    return ()


def cited_by_tag(tag: str) -> tuple[Cited, ...]:
    """What a content control of Mendeley Cite cites."""
    if not tag.startswith(_MENDELEY):
        return ()
    packed = tag.removeprefix(_MENDELEY)
    try:
        return _items(base64.b64decode(packed + "=" * (-len(packed) % 4)))
    except binascii.Error:
        return ()


def _items(content: bytes) -> tuple[Cited, ...]:
    """The items of a CSL citation object: ``citationItems`` with ``itemData`` each."""
    try:
        read = orjson.loads(content)
    except orjson.JSONDecodeError:
        return (Cited(Naming.FIELD, "a citation field that cannot be read"),)
    listed = read.get("citationItems") if isinstance(read, dict) else None
    found = []
    for one in listed if isinstance(listed, list) else ():
        data = one.get("itemData") if isinstance(one, dict) else None
        if isinstance(data, dict):
            entry = csl_entry(0, data)
            found.append(Cited(Naming.FIELD, _shown(entry), entry))
        else:
            found.append(Cited(Naming.FIELD, "a citation field without its entry"))
    return tuple(found)


def _endnote(text: str) -> tuple[Cited, ...]:
    try:
        root = parse_xml(text.encode(), "a citation of EndNote")
    except InputError:
        return (Cited(Naming.FIELD, "a citation field that cannot be read"),)
    found = []
    for cite in root.iter("Cite"):
        entry = _endnote_entry(cite)
        found.append(Cited(Naming.FIELD, _shown(entry), entry))
    return tuple(found)


def _endnote_entry(cite: etree._Element) -> Entry:
    def said(*paths: str) -> str:
        for path in paths:
            node = cite.find(path)
            text = "" if node is None else " ".join("".join(map(str, node.itertext())).split())
            if text:
                return text
        return ""

    names = [
        " ".join("".join(map(str, one.itertext())).split())
        for one in cite.iterfind("record/contributors/authors/author")
    ] or [said("Author")]
    authors: list[Author] = [one for one in map(author_named, names) if one is not None]
    doi = said("record/electronic-resource-num")
    given: dict[str, list[str | None]] = {"doi": [doi], "pmid": [said("record/accession-num")]}
    title = said("record/titles/title")
    return entry_of(0, None, given, title, said("record/dates/year", "Year"), authors=authors)


def _shown(entry: Entry) -> str:
    """An entry in a few words."""
    family = entry.authors[0].family if entry.authors else None
    dated = ", ".join(part for part in (family, entry.year) if part)
    return dated or entry.title or next(iter(entry.names), "a citation field")
