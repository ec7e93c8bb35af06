"""Files that hold several papers, cut into them one after the other.

What is held in memory is one paper. A paper over the limit, or one that is broken, becomes a
``Piece`` with an error, and the rest goes on where it can be told where that begins.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

import orjson
from lxml import etree

from semsearch.errors import InputError
from semsearch.parse.reader import Piece, too_large
from semsearch.parse.xml import syntax_fault

_CHUNK = 1 << 16


def xml_records(*tags: str) -> Callable[[IO[bytes], int], Iterator[Piece]]:
    """Cuts a set of XML at the elements with some local names; each is named by its XPath.

    A piece is the element alone, so that an XPath in it continues that name.
    """

    def cut(stream: IO[bytes], max_bytes: int) -> Iterator[Piece]:
        parser = etree.XMLPullParser(
            ("start", "end"), resolve_entities=False, no_network=True, load_dtd=False
        )
        around = [_Around("")]
        found, depth, fed, fault = 0, 0, 0, None
        while fault is None and (chunk := stream.read(_CHUNK)):
            try:
                parser.feed(chunk)
            except etree.XMLSyntaxError as error:
                fault = syntax_fault(error)
            fed += len(chunk)
            for event, element in parser.read_events():
                if not isinstance(element, etree._Element):
                    continue
                is_record = str(element.tag).rpartition("}")[2] in tags
                if event == "start":
                    if depth == 0:
                        around.append(around[-1].child(element, is_record=is_record))
                    depth += is_record
                    continue
                depth -= is_record
                if depth == 0:
                    name = around.pop().path
                    if is_record:
                        found += 1
                        yield _record(element, name, max_bytes)
                        fed = 0
                    _forget(element)
            if fed > max_bytes + _CHUNK:
                fault = too_large(f"what follows paper {found} is large", max_bytes)
        if fault is None:
            fault = _ending(parser)
        if fault is not None:
            rest = f"; {found:,} papers before that were read" if found else ""
            yield Piece(None, None, f"{fault}, expected {tags[0]} elements to the end{rest}")
        elif not found:
            yield Piece(None, None, f"the set holds no {' or '.join(tags)} element")

    return cut


def _ending(parser: etree.XMLPullParser) -> str | None:
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        return syntax_fault(error)
    return None


@dataclass(slots=True)
class _Around:
    """An element that is open, with how many children of each name it had."""

    path: str
    _names: Counter[tuple[str, bool]] = field(default_factory=Counter)

    def child(self, element: etree._Element, *, is_record: bool) -> _Around:
        """Its next child; what is around a set has no position, as there is one."""
        name = etree.QName(element)
        named = name.namespace is not None
        step = f"*[local-name()='{name.localname}']" if named else name.localname
        self._names[name.localname, True] += 1
        self._names[name.localname, False] += not named
        counted = bool(self.path) or is_record
        position = f"[{self._names[name.localname, named]}]" if counted else ""
        return _Around(f"{self.path}/{step}{position}")


def _record(element: etree._Element, name: str, max_bytes: int) -> Piece:
    content = etree.tostring(element, encoding="unicode", with_tail=False).encode()
    if len(content) > max_bytes:
        return Piece(name, None, too_large(f"the paper has {len(content):,} bytes", max_bytes))
    return Piece(name, content)


def _forget(element: etree._Element) -> None:
    """Free an element that is over, and the siblings before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def json_papers(stream: IO[bytes], max_bytes: int) -> Iterator[Piece]:
    """Cuts JSON that is one paper, or JSON Lines with a paper a line, named ``line 17``."""
    first = _limited_line(stream, max_bytes)
    second = _limited_line(stream, max_bytes)
    if not _is_lines(first, second):
        content = b"\n".join(line.rstrip(b"\n") for line in (first, second) if line is not None)
        rest = stream.read(max_bytes + 1 - min(len(content), max_bytes))
        if first is None or second is None or len(content) + len(rest) + 1 > max_bytes:
            yield Piece(None, None, too_large("the paper is large", max_bytes))
        else:
            yield Piece(None, b"\n".join([content, rest]) if rest else content)
        return
    for number, line in numbered_lines(stream, max_bytes, [first, second]):
        if line is None:
            yield Piece(f"line {number}", None, too_large("the line is long", max_bytes))
        else:
            yield Piece(f"line {number}", line)


def _is_lines(first: bytes | None, second: bytes | None) -> bool:
    """Whether a file has an object a line, by its first two; None is a line over the limit."""
    if second is None or first is None:
        return first is not None or second is None or second.startswith(b"{")
    if not second.strip():
        return False
    if second.startswith(b"{"):
        return True
    try:
        return isinstance(orjson.loads(without_mark(first)), dict)
    except orjson.JSONDecodeError:
        return False


def numbered_lines(
    stream: IO[bytes], max_bytes: int, read: list[bytes | None] | None = None
) -> Iterator[tuple[int, bytes | None]]:
    """Number, from 1, and bytes of every line that is not empty; None for one over the limit.

    Args:
        stream: where the lines are read from.
        max_bytes: that one line may have.
        read: lines that were taken from the stream already.
    """
    number = 0
    held = list(read or [])
    while True:
        line = held.pop(0) if held else _limited_line(stream, max_bytes)
        if line == b"":
            return
        number += 1
        if line is None or line.strip():
            yield number, line if line is None else without_mark(line.strip())


def _limited_line(stream: IO[bytes], max_bytes: int) -> bytes | None:
    """The next line with its end, empty at the end of the file, None where it is over the limit."""
    line = stream.readline(max_bytes + 1)
    if len(line) <= max_bytes or line.endswith(b"\n"):
        return line
    while (more := stream.readline(_CHUNK)) and not more.endswith(b"\n"):
        pass
    return None


def without_mark(content: bytes) -> bytes:
    """Bytes without the byte order mark of UTF-8."""
    return content.removeprefix(codecs.BOM_UTF8)


def parse_json(content: bytes, expected: str) -> dict[str, Any]:
    """The object in some JSON.

    Raises:
        InputError: no JSON, with its line and column, or not an object.
    """
    found = parse_any_json(content, expected)
    if not isinstance(found, dict):
        raise InputError(f"line 1: a {type(found).__name__}, expected an object, {expected}")
    return found


def parse_any_json(content: bytes, expected: str) -> Any:
    """The value in some JSON.

    Raises:
        InputError: no JSON, with its line and column.
    """
    if not content.strip():
        raise InputError(f"the file is empty, expected {expected}")
    try:
        return orjson.loads(without_mark(content))
    except orjson.JSONDecodeError as error:
        reason = error.msg.split(": line")[0]
        raise InputError(
            f"line {error.lineno}, column {error.colno}: not JSON ({reason}), expected {expected}"
        ) from None


def fault_of_line(error: InputError) -> str:
    """What is wrong with a line that was read as JSON by itself, without its number in that."""
    return str(error).removeprefix("line 1, ").removeprefix("line 1: ")


def json_lines(
    stream: IO[bytes], max_bytes: int, expected: str
) -> Iterator[tuple[str, bytes, dict[str, Any]] | Piece]:
    """Place, bytes and object of every line that is not empty; a piece where it is none.

    Args:
        stream: where the lines are read from.
        max_bytes: that one line may have.
        expected: for messages.
    """
    for number, line in numbered_lines(stream, max_bytes):
        place = f"line {number}"
        if line is None:
            yield Piece(place, None, too_large("the line is long", max_bytes))
            continue
        try:
            yield place, line, parse_json(line, expected)
        except InputError as error:
            yield Piece(place, None, fault_of_line(error))


def pointer_text(content: bytes, path: str, start: int, end: int) -> str | None:
    """What stands at a span of JSON, whose path is ``#`` and a JSON Pointer (RFC 6901)."""
    found: Any = orjson.loads(without_mark(content))
    for token in path.removeprefix("#").split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict) and name in found:
            found = found[name]
        elif isinstance(found, list) and (place := place_in(found, name)) is not None:
            found = found[place]
        else:
            return None
    return found[start:end] if isinstance(found, str) else None


def place_in(found: list[Any], name: str) -> int | None:
    """The place that a step of a path names in an array; None where it has none such."""
    place = int(name) if len(name) <= 18 and name.isdecimal() else len(found)
    return place if place < len(found) else None


def pointer(*names: str | int) -> str:
    """``#`` and the JSON Pointer of some members and places."""
    steps = (str(name).replace("~", "~0").replace("/", "~1") for name in names)
    return "#" + "".join(f"/{step}" for step in steps)
