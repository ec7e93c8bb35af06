"""Libraries as reference managers export them: CSL JSON, Zotero's RDF and CSV, and ``.nbib``."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from semsearch.errors import InputError
from semsearch.parse.pubmed.nbib import read_fields
from semsearch.parse.strings import string_value
from semsearch.parse.xml import parse_xml
from semsearch.records import Author
from semsearch.report.listed import Entry, Skipped, author_named, entry_of, in_extra

_Entries = Iterator[Entry | Skipped]
_SPACE = re.compile(r"[\s,]*")
_PERSONS = "{*}authors/{*}Seq/{*}li/{*}Person"
_NOT_WORKS = frozenset({"attachment", "note", "annotation"})


def read_csl(text: str) -> _Entries:
    """CSL JSON: an array of items, or one item; what is broken ends it."""
    decoder = json.JSONDecoder()
    at = len(text) - len(text.lstrip())
    at += text.startswith("[", at)
    line, counted = 1, 0
    while True:
        at = _end(text, at)
        if at >= len(text) or text[at] == "]":
            return
        line, counted = line + text.count("\n", counted, at), at
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):  # also a number of thousands of digits
            reason = "not readable as JSON; the entries after it are not read"
            yield Skipped(line=line, key=None, reason=reason)
            return
        if isinstance(item, dict):
            yield csl_entry(line, item)
        else:
            yield Skipped(line=line, key=None, reason="not an object, as CSL JSON has them")


def _end(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def csl_entry(line: int, item: dict[str, Any]) -> Entry:
    """The entry of one item of CSL JSON."""
    extra = in_extra(_text(item.get("note")))
    given = {
        "doi": [_text(item.get("DOI")), *extra.get("doi", ()), _text(item.get("URL"))],
        "pmid": [_text(item.get("PMID")), *extra.get("pmid", ())],
        "pmcid": [_text(item.get("PMCID")), *extra.get("pmcid", ())],
        "arxiv": [_text(item.get("arXiv")), *extra.get("arxiv", ())],
    }
    issued = item.get("issued")
    parts = issued.get("date-parts") if isinstance(issued, dict) else None
    first = parts[0] if isinstance(parts, list) and parts else None
    dated = first[0] if isinstance(first, list) and first else first
    key = _text(item.get("id"))
    title = _text(item.get("title")) or ""
    authors = _csl_authors(item.get("author"))
    return entry_of(line, key, given, title, _text(dated) or "", authors=authors)


def _csl_authors(listed: object) -> Iterator[Author]:
    for one in listed if isinstance(listed, list) else ():
        if not isinstance(one, dict):
            continue
        family = _text(one.get("family")) or _text(one.get("literal"))
        particle = _text(one.get("non-dropping-particle"))
        if family:
            name = f"{particle} {family}" if particle else family
            yield Author(family=name, given=_text(one.get("given")))


def read_zotero_csv(text: str) -> _Entries:
    """Zotero's CSV: a row an item."""
    rows = csv.reader(text.splitlines(keepends=True), strict=True)
    names: list[str] = []
    while True:
        line = rows.line_num + 1
        try:
            cells = next(rows, None)
        except csv.Error as error:
            reason = f"not readable as CSV ({error}); the rows after it are not read"
            yield Skipped(line=line, key=None, reason=reason)
            return
        if cells is None:
            return
        if not names:
            names = [name.strip().casefold() for name in cells]
            continue
        if not any(cells):
            continue
        row = dict(zip(names, cells, strict=False))
        if row.get("item type", "").casefold() in _NOT_WORKS:
            continue
        extra = in_extra(row.get("extra"))
        given = {**extra, "doi": [row.get("doi"), *extra.get("doi", ()), row.get("url")]}
        year = row.get("publication year") or row.get("date") or ""
        title, signed = row.get("title", ""), row.get("author", "").split(";")
        yield entry_of(line, row.get("key") or None, given, title, year, authors=_authors(signed))


def read_zotero_rdf(text: str) -> _Entries:
    """Zotero's RDF: items are the elements at the top that have a type."""
    try:
        root = parse_xml(text.encode(), "RDF of Zotero")
    except InputError as error:
        yield Skipped(line=1, key=None, reason=str(error))
        return
    for node in root:
        kind = _below(node, "itemType")
        if not kind or kind[0].casefold() in _NOT_WORKS:
            continue
        extra = in_extra(" ".join(_below(node, "description")))
        about = next(
            (str(v) for name, v in node.attrib.items() if str(name).endswith("}about")), ""
        )
        # The container that an article stands in holds its DOI, too.
        places = [_below(node, "identifier"), _nested(node, "identifier")]
        named = [text for place in places for text in place]
        dois = [one.partition(" ")[2] for one in named if one.upper().startswith("DOI ")]
        given = {**extra, "doi": [*dois, *extra.get("doi", ()), *named, about]}
        title, dated = _below(node, "title"), _below(node, "date")
        key = about if about.startswith("#") else None
        year = re.search(r"\d{4}", " ".join(dated))
        line = int(str(node.sourceline))
        authors = [
            Author(family=" ".join(_below(one, "surname")))
            for one in node.iterfind(_PERSONS)
            if _below(one, "surname")
        ]
        dated_in = year[0] if year else ""
        yield entry_of(line, key, given, " ".join(title), dated_in, authors=authors)


def _below(node: etree._Element, name: str) -> list[str]:
    """The texts of the children with a local name."""
    found = [child for child in node if etree.QName(child).localname == name]
    return [" ".join(string_value(child).split()) for child in found]


def _nested(node: etree._Element, name: str) -> list[str]:
    """The same of what an item is part of, where that stands inside it."""
    around = [child for child in node if etree.QName(child).localname == "isPartOf"]
    return [text for one in around for inner in one for text in _below(inner, name)]


def read_nbib(text: str) -> _Entries:
    """``.nbib``: a record begins with its PMID; lines without a tag say nothing of a work."""
    held: dict[str, list[str]] = {}
    start = 1
    for one in read_fields(text):
        if one.tag == "PMID":
            if held:
                yield _nbib_entry(start, held)
            held, start = {}, one.line
        if one.tag is not None:
            held.setdefault(one.tag, []).append(one.value)
    if held:
        yield _nbib_entry(start, held)


def _nbib_entry(line: int, held: dict[str, list[str]]) -> Entry:
    places = [*held.get("LID", ()), *held.get("AID", ())]
    given: dict[str, list[str | None]] = {
        "doi": [one.removesuffix("[doi]").strip() for one in places if one.endswith("[doi]")],
        "pmid": list(held.get("PMID", ())),
        "pmcid": list(held.get("PMC", ())),
    }
    title, dated = held.get("TI", [""])[0], held.get("DP", [""])[0]
    key = next(iter(held.get("PMID", ())), None)
    return entry_of(line, key, given, title, dated, authors=_authors(held.get("AU", ())))


def _authors(names: Iterable[str]) -> list[Author]:
    found = [author_named(name) for name in names]
    return [one for one in found if one is not None]


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
