"""What a reader of a format is: how its files are known, cut into papers, and read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Protocol

from semsearch.parse.head import Head
from semsearch.records import Document, Source


class Format(StrEnum):
    """The formats that papers are read from.

    In the order of what they tell of a paper, most first: of two files with the same paper, and
    with statements both, the one whose format comes first here is taken.
    """

    JATS = "jats"  # also the full texts of Europe PMC
    TEI = "tei"  # GROBID
    UNARXIVE = "unarxive"
    S2ORC = "s2orc"  # also doc2json and CORD-19
    BIOC = "bioc"
    STATEMENTS = "statements"  # tables of ready statements
    S2_CITATIONS = "s2-citations"
    PUBMED = "pubmed"
    NBIB = "nbib"


@dataclass(frozen=True, slots=True)
class Piece:
    """One paper of a file: its bytes, or the reason why there are none.

    ``name`` says where in the file it is; None where it is the whole file.
    """

    name: str | None
    content: bytes | None
    error: str | None = None


class ReadDocument(Protocol):
    """Reads one paper."""

    def __call__(self, content: bytes, *, package: str, member: str | None = None) -> Document:
        """The document in the bytes of one ``Piece``.

        Raises:
            InputError: they are not of this format; one sentence with the place.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A format.

    Args:
        format: its name.
        version: raised whenever the same file gives other records; files are then read again.
        title: what messages call it.
        accepts: whether a file is of it, by what it begins with.
        cut: a file as its papers, one after the other, in bounded memory; told how many bytes one
            may have.
        read: one paper.
        text_at: what stands at a span of a ``Piece``; None where its path leads nowhere.
    """

    format: Format
    version: int
    title: str
    accepts: Callable[[Head], bool]
    cut: Callable[[IO[bytes], int], Iterator[Piece]]
    read: ReadDocument
    text_at: Callable[[bytes, str, int, int], str | None]

    @property
    def name(self) -> str:
        """Format and version, as the store records who read a file."""
        return f"{self.format} {self.version}"


def source_of(content: bytes, format_: Format, package: str, member: str | None) -> Source:
    """The source of a paper that is read from some bytes."""
    return Source(
        package=package,
        member=member,
        sha256=hashlib.sha256(content).hexdigest(),
        format=str(format_),
    )


def whole(stream: IO[bytes], max_bytes: int) -> Iterator[Piece]:
    """A file that is one paper."""
    content = stream.read(max_bytes + 1)
    if len(content) > max_bytes:
        yield Piece(None, None, too_large(f"the file has more than {max_bytes:,} bytes", max_bytes))
    else:
        yield Piece(None, content)


def too_large(what: str, max_bytes: int) -> str:
    """Why something is not read."""
    return f"{what}, over the limit of {max_bytes:,} (setting max_file_bytes)"
