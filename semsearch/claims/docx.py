"""Word documents (.docx, ISO/IEC 29500): paragraphs, and the citation fields of reference managers.

Zotero and Mendeley put the entries they cite into the codes of their fields as CSL JSON, Mendeley
Cite into the tag of a content control, EndNote as XML; Word's own citations name a tag. Where a
document has none of these, its markers are found by how they are printed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from lxml import etree

from semsearch.claims.docx_fields import Cited, cited_by_code, cited_by_tag, is_list_code
from semsearch.claims.draft import Block, Draft, DraftFormat, Pointer
from semsearch.claims.markers import mark, with_dois
from semsearch.claims.plain import listed_entries, part_list
from semsearch.errors import InputError
from semsearch.language.scripts import raise_digits
from semsearch.parse.packages import ARCHIVE_FAULTS, fault_text
from semsearch.parse.xml import parse_xml

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAIN: Final = "word/document.xml"
#: Parts that hold text, what their numbers count, and the elements that each is cut into.
_PARTS: Final = (
    (_MAIN, "paragraph", None),
    ("word/footnotes.xml", "footnote", f"{_W}footnote"),
    ("word/endnotes.xml", "endnote", f"{_W}endnote"),
)
#: Their text is not that of the document: deleted, or an older form of the same.
_PASSED: Final = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}pPrChange", f"{_W}rPrChange"})
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT_BOX: Final = f"{_W}txbxContent"


def read_docx(content: bytes, name: str, *, max_bytes: int, most: int = 0) -> Draft:
    """A draft of Word.

    Args:
        content: the bytes of the file.
        name: of the file, for messages.
        max_bytes: that one part may have when it is unpacked.
        most: entries of the bibliographies beside the draft.

    Raises:
        InputError: it is cut off, damaged, holds no text of Word, or unpacks to more.
    """
    parts = _unpacked(content, name, max_bytes)
    blocks: list[Block] = []
    listed: list[tuple[int, str]] = []
    for part, kind, element in _PARTS:
        if part in parts:
            try:
                root = parse_xml(parts[part], "a document of Word")
            except InputError as error:
                raise InputError(f"{name}, {part}: {error}") from None
            read = _read_part(root, kind, element)
            if part == _MAIN:
                read, listed = _part_list(read)
            blocks += read
    entries = listed_entries(listed)
    notes: tuple[str, ...] = ()
    if any(block.pointers for block in blocks):
        blocks = [with_dois(block) for block in blocks]
    else:
        blocks, notes = mark(blocks, max(most, len(entries)))
    return Draft(format=DraftFormat.DOCX, blocks=tuple(blocks), entries=entries, notes=notes)


def _unpacked(content: bytes, name: str, max_bytes: int) -> dict[str, bytes]:
    """The parts with text; one that is larger than it says is not read to its end."""
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            held = set(archive.namelist())
            if _MAIN not in held:
                raise InputError(f"{name} is a zip file without {_MAIN}, expected a .docx of Word")
            for part, _, _ in _PARTS:
                if part not in held:
                    continue
                with archive.open(part) as stream:
                    found[part] = stream.read(max_bytes + 1)
                if len(found[part]) > max_bytes:
                    raise InputError(
                        f"{name}, {part} unpacks to more than {max_bytes:,} bytes (setting"
                        " max_file_bytes)"
                    )
    except ARCHIVE_FAULTS as fault:
        raise InputError(
            f"{name} is a cut-off or damaged .docx ({fault_text(fault)}), expected a whole one"
        ) from None
    return found


def _read_part(root: etree._Element, kind: str, element: str | None) -> list[Block]:
    """The paragraphs of one part; notes are numbered as they are printed, from 1."""
    reader = _Paragraphs()
    if element is None:
        return reader.read(root, kind)
    notes = [one for one in root.iter(element) if one.get(f"{_W}type") in (None, "normal")]
    found = []
    for number, note in enumerate(notes, start=1):
        found += [replace(block, lines=((0, number),)) for block in reader.read(note, kind)]
    return found


def _part_list(blocks: list[Block]) -> tuple[list[Block], list[tuple[int, str]]]:
    """The blocks of the text, and the lines of its reference list."""
    lines = [(block.lines[0][1], block.text) for block in blocks]
    body, listed = part_list(lines)
    kept = {number for number, _ in body}
    return [block for block in blocks if block.lines[0][1] in kept], listed


@dataclass(slots=True)
class _Field:
    """A field that is open: what its code says, and where what it shows begins."""

    code: list[str] = field(default_factory=list)
    shows: bool = False
    start: int = 0


@dataclass(slots=True)
class _Paragraph:
    """The text of a paragraph as far as it is read."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    pointers: list[Pointer] = field(default_factory=list)

    def put(self, text: str) -> None:
        """Append text with single spaces."""
        for character in text:
            shown = " " if character.isspace() else character
            if shown != " " or (self.parts and self.parts[-1] != " "):
                self.parts.append(shown)
                self.length += 1

    def cite(self, cited: tuple[Cited, ...], start: int) -> None:
        """A marker from ``start`` on that cites some works."""
        end = self.length
        while start < end and self.parts[start] == " ":
            start += 1
        if start == end:  # a field that shows nothing still cites
            self.put("[]")
            end = self.length
        self.pointers += [
            Pointer(one.naming, one.name, start, end, entry=one.entry) for one in cited
        ]


class _Paragraphs:
    """Reads paragraphs one after the other: a field may run over the end of one."""

    def __init__(self) -> None:
        self._fields: list[_Field] = []
        self._listed = False  # the paragraph ends a list that a manager prints

    def read(self, root: etree._Element, kind: str) -> list[Block]:
        found: list[Block] = []
        for number, node in enumerate(_paragraphs(root), start=1):
            into, self._listed = _Paragraph(), False
            for open_field in self._fields:
                open_field.start = 0
            self._walk(node, into)
            text = "".join(into.parts).rstrip()
            if text and not self._in_list():
                pointers = [
                    replace(one, end=min(one.end, len(text)))
                    for one in into.pointers
                    if one.start < len(text)
                ]
                found.append(Block(text, ((0, number),), kind, tuple(pointers)))
        return found

    def _in_list(self) -> bool:
        """A list that a manager prints holds what its fields say already."""
        return self._listed or any(is_list_code("".join(one.code)) for one in self._fields)

    def _walk(self, node: etree._Element, into: _Paragraph) -> None:
        for child in node:
            tag = child.tag
            if tag in _PASSED or tag in (_FALLBACK, _TEXT_BOX):
                continue
            if tag == f"{_W}r":
                self._run(child, into)
            elif tag == f"{_W}fldSimple":
                self._within(child, cited_by_code(child.get(f"{_W}instr") or ""), into)
            elif tag == f"{_W}sdt":
                named = child.find(f"{_W}sdtPr/{_W}tag")
                value = None if named is None else named.get(f"{_W}val")
                self._within(child, cited_by_tag(value or ""), into)
            elif tag != f"{_W}sdtPr":
                self._walk(child, into)

    def _within(self, node: etree._Element, cited: tuple[Cited, ...], into: _Paragraph) -> None:
        start = into.length
        self._walk(node, into)
        if cited:
            into.cite(cited, start)

    def _run(self, run: etree._Element, into: _Paragraph) -> None:
        raised = run.find(f"{_W}rPr/{_W}vertAlign")
        is_raised = raised is not None and raised.get(f"{_W}val") == "superscript"
        for child in run:
            tag = child.tag
            if tag == f"{_W}fldChar":
                self._field_char(child.get(f"{_W}fldCharType") or "", into)
            elif tag == f"{_W}instrText":
                if self._fields:
                    self._fields[-1].code.append(child.text or "")
            elif self._fields and not all(one.shows for one in self._fields):
                continue
            elif tag == f"{_W}t":
                text = child.text or ""
                into.put(raise_digits(text) if is_raised else text)
            elif tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
                into.put(" ")
            elif tag == f"{_W}noBreakHyphen":
                into.put("-")

    def _field_char(self, kind: str, into: _Paragraph) -> None:
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].shows, self._fields[-1].start = True, into.length
        elif kind == "end" and self._fields:
            done = self._fields.pop()
            code = "".join(done.code)
            self._listed = self._listed or is_list_code(code)
            start = done.start if done.shows else into.length
            cited = cited_by_code(code)
            if cited:
                into.cite(cited, min(start, into.length))


def _paragraphs(root: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs of a part; those of text boxes once, whatever forms a box has."""
    for node in root.iter(f"{_W}p"):
        if next(node.iterancestors(_FALLBACK), None) is None:
            yield node
