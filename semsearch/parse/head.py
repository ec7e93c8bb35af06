"""The beginning of a file, as far as it tells the format."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cached_property

#: Bytes of a file that its format is known by.
HEAD_BYTES = 1 << 16

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What may stand before the root element: declaration, comments, and a DOCTYPE with its subset.
_PROLOG = re.compile(
    r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*+(?:\[.*?\]\s*)?>)*+", re.DOTALL | re.IGNORECASE
)
_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)([^<>]*)")
_KEY = re.compile(r'"([A-Za-z_][\w-]{0,40})"\s*:')
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True)
class Head:
    """The first bytes of a file."""

    raw: bytes

    @cached_property
    def text(self) -> str:
        """Its characters, without a byte order mark; those that are none are U+FFFD."""
        for mark, encoding in _MARKS:
            if self.raw.startswith(mark):
                return self.raw[len(mark) :].decode(encoding, "replace")
        return self.raw.decode("utf-8", "replace")

    @cached_property
    def begin(self) -> str:
        """The text without the white space before it."""
        return self.text.lstrip()

    @cached_property
    def elements(self) -> tuple[str, ...]:
        """The names of the first elements of XML, the root first; empty where it is none."""
        if not self.begin.startswith("<"):
            return ()
        prolog = _PROLOG.match(self.begin)
        start = prolog.end() if prolog else 0
        if not _ELEMENT.match(self.begin, start):
            return ()
        return tuple(found[1] for found in _ELEMENT.finditer(self.begin, start, start + 20_000))

    @cached_property
    def root(self) -> str | None:
        """The local name of the root element."""
        return self.elements[0] if self.elements else None

    @cached_property
    def keys(self) -> frozenset[str]:
        """The names of members of JSON that are seen, at any depth; empty where it is none."""
        return frozenset(_KEY.findall(self.begin)) if self.begin[:1] in ("{", "[") else frozenset()

    @cached_property
    def first_line(self) -> str:
        """The first line with characters in it."""
        return self.begin.split("\n", 1)[0].rstrip("\r")

    @cached_property
    def is_binary(self) -> bool:
        """Whether it holds bytes that no text has: a picture, a PDF, a program."""
        if self.raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return False
        return bool(_BINARY.search(self.raw[:2000]))
