"""Papers out of folders, archives, compressed and single files, one at a time.

What a file is, is told by what it begins with, never by its name. Nothing is written to disk beside
what ``gathering`` needs, and no package is held in memory. What cannot be read becomes an
``ArticleFile`` with an error, and the rest goes on.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from semsearch.errors import InputError, UsageError
from semsearch.parse.head import HEAD_BYTES, Head
from semsearch.parse.libraries import library_kind
from semsearch.parse.reader import Format, Reader, whole
from semsearch.parse.readers import reader_of, recognise

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: Files with these endings are taken for articles where nothing else is recognised in them.
ARTICLE_SUFFIXES = (".xml", ".nxml")
TAR_SUFFIXES = (".tar.gz", ".tgz", ".tar", ".tar.xz", ".tar.bz2")
ZIP_SUFFIXES = (".zip",)
#: Endings of what stands beside articles in a folder, and is no paper in a form that is not known.
LICENCE_SUFFIX = ".licence.json"
LOCK = "LOCK"
#: What papers are read from, for messages and help.
FORMATS = (
    "JATS, TEI, S2ORC, unarXive, BioC, PubMed, .nbib, citations of Semantic Scholar, tables of"
    " statements"
)
EXPECTED = f"papers in a known format ({FORMATS}), an archive or a folder of these"
#: What the libraries raise over a damaged archive.
ARCHIVE_FAULTS = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    gzip.BadGzipFile,
    EOFError,
    NotImplementedError,  # a zip member with an unknown compression
    RuntimeError,  # a zip member with a password
    ValueError,  # numbers and names in headers that are none
    IndexError,
    OverflowError,
    OSError,
)
# Zip files that are documents (of office programs, books) or programs hold one of these.
_DOCUMENT_MEMBERS = frozenset(
    """
    [Content_Types].xml docProps/app.xml docProps/core.xml word/document.xml xl/workbook.xml
    ppt/presentation.xml mimetype META-INF/manifest.xml META-INF/container.xml META-INF/MANIFEST.MF
    """.split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFile:
    """One paper as it stands in a file: its bytes, or the reason why there are none."""

    package: str  # absolute path of the file or of the archive around it
    member: str | None  # path inside the archive, and place inside a file of several papers
    content: bytes | None
    error: str | None = None
    format: Format | None = Format.JATS  # None where it is not known

    @property
    def name(self) -> str:
        """How reports name the paper."""
        return self.package if self.member is None else f"{self.package}!{self.member}"


@dataclass(slots=True)
class ArticleFiles:
    """Iterates over the papers of several inputs, in their order.

    Folders are walked in sorted order, archives in the order of their members, and files of several
    papers in theirs. Files of other kinds are counted in ``other``; those of them that might be
    papers in a form that is not known (text, and documents of office programs outside archives) are
    named in ``unknown``.

    Args:
        inputs: files, archives and folders.
        max_bytes: largest paper that is read, in bytes after decompression.
        chosen: whether the inputs were chosen one by one, so that what is no paper is an error.
    """

    inputs: tuple[Path, ...]
    max_bytes: int
    chosen: bool = True
    other: int = field(default=0, init=False)
    unknown: list[str] = field(default_factory=list, init=False)
    _read_before: set[Path] = field(default_factory=set, init=False)

    def __iter__(self) -> Iterator[ArticleFile]:
        self.other = 0
        self.unknown = []
        self._read_before = set()
        for given in self.inputs:
            path = given.absolute()
            found = path in self._read_before
            for article in self._read(path, named=self.chosen):
                found = True
                yield article
            found |= any(path in one.parents for one in self._read_before)
            if self.chosen and not found:
                what = "folder" if path.is_dir() else "package"
                yield _failed(path, None, f"the {what} holds no file of a known format")

    def _read(self, path: Path, *, named: bool) -> Iterator[ArticleFile]:
        """``named``: the user gave this very path, so that its kind must be known."""
        if path in self._read_before:
            return  # named twice, or named and in a named folder: one file all the same
        try:
            if path.is_dir():
                for child in sorted(path.iterdir()):
                    if stands_beside(child.name):
                        self.other += 1
                    else:
                        yield from self._read(child, named=False)
                return
            if not path.is_file():  # a pipe or a device, which may never end
                self.other += 1
                return
            with path.open("rb") as stream:
                for article in self._file(path, stream, named=named):
                    self._read_before.add(path)
                    yield article
        except ARCHIVE_FAULTS as fault:
            self._read_before.add(path)
            yield _failed(path, None, f"cannot be read to its end: {fault_text(fault)}")

    def _file(self, path: Path, stream: IO[bytes], *, named: bool) -> Iterator[ArticleFile]:
        head = stream.read(HEAD_BYTES)
        stream.seek(0)
        name = path.name.lower()
        if _is_zip(head) or name.endswith(ZIP_SUFFIXES):
            yield from self._zip(path, named=named)
            return
        opened = _decompressed(head, stream)
        if opened is None:
            if _is_tar(head) or name.endswith(".tar"):
                yield from self._tar(path, stream)
            else:
                yield from self._papers(path, None, stream, path.stat().st_size, named=named)
            return
        inner = opened.read(HEAD_BYTES)
        unpacked = _joined(inner, opened)
        if _is_tar(inner) or name.endswith(TAR_SUFFIXES):
            yield from self._tar(path, unpacked)
        else:
            yield from self._papers(path, None, unpacked, None, named=named)

    def _tar(self, path: Path, stream: IO[bytes]) -> Iterator[ArticleFile]:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                if member.isdir():
                    continue
                refusal = _unsafe(member.name)
                is_article = member.name.lower().endswith(ARTICLE_SUFFIXES)
                if is_article and (member.issym() or member.islnk()):
                    refusal = f"the member is a link to {member.linkname!r}; links are not followed"
                opened = archive.extractfile(member) if member.isfile() else None
                if refusal is not None:
                    yield _failed(path, member.name, refusal)
                elif opened is None:
                    self.other += 1
                else:
                    yield from self._papers(path, member.name, opened, member.size)

    def _zip(self, path: Path, *, named: bool) -> Iterator[ArticleFile]:
        with zipfile.ZipFile(path) as archive:
            if not _DOCUMENT_MEMBERS.isdisjoint(archive.namelist()):
                if named:
                    yield _failed(path, None, f"a document packed as zip, expected {EXPECTED}")
                else:
                    self.other += 1
                    self.unknown.append(str(path))
                return
            for member in archive.infolist():
                if member.is_dir():
                    continue
                refusal = _unsafe(member.filename)
                if member.external_attr >> 28 == 0xA:  # S_IFLNK of a Unix archive
                    refusal = "the member is a link; links are not followed"
                if refusal is not None:
                    yield _failed(path, member.filename, refusal)
                    continue
                try:
                    with archive.open(member) as stream:
                        yield from self._papers(path, member.filename, stream, member.file_size)
                except ARCHIVE_FAULTS as fault:
                    reason = f"cannot be unpacked: {fault_text(fault)}"
                    yield _failed(path, member.filename, reason)

    def _papers(
        self,
        path: Path,
        member: str | None,
        stream: IO[bytes],
        size: int | None,
        *,
        named: bool = False,
    ) -> Iterator[ArticleFile]:
        """The papers of one file; ``size`` in bytes, None where it is not known."""
        raw = stream.read(HEAD_BYTES)
        head = Head(raw)
        reader = self._reader(path, member, head, named=named)
        if isinstance(reader, ArticleFile):
            yield reader
        elif reader is not None and reader.cut is whole and (size or 0) > self.max_bytes:
            limit = f"over the limit of {self.max_bytes:,} (setting max_file_bytes)"
            yield _failed(path, member, f"the file has {size:,} bytes, {limit}")
        elif reader is not None:
            yield from self._pieces(path, member, _joined(raw, stream), reader)

    def _pieces(
        self, path: Path, member: str | None, stream: IO[bytes], reader: Reader
    ) -> Iterator[ArticleFile]:
        count = 0
        try:
            for piece in reader.cut(stream, self.max_bytes):
                count += 1
                yield ArticleFile(
                    package=str(path),
                    member="!".join(part for part in (member, piece.name) if part) or None,
                    content=piece.content,
                    error=piece.error,
                    format=reader.format,
                )
        except InputError as error:
            yield _failed(path, member, str(error))
            return
        if not count:
            yield _failed(path, member, f"a file of {reader.title} that holds no paper")

    def _reader(
        self, path: Path, member: str | None, head: Head, *, named: bool
    ) -> Reader | ArticleFile | None:
        """Who reads a file; an ``ArticleFile`` says why nobody does, None that it is counted."""
        reader = recognise(head)
        if reader is not None:
            return reader
        if PurePosixPath(member or path.name).name.lower().endswith(ARTICLE_SUFFIXES):
            return reader_of(Format.JATS)  # which says what is wrong with it
        library = library_kind(head)
        if named and library is not None:
            return _failed(
                path,
                member,
                f"a library of references ({library}), which holds no statements;"
                " `semsearch report --library` reports on its works",
            )
        if named:
            return _failed(path, member, f"a file of an unknown kind, expected {EXPECTED}")
        self.other += 1
        if not head.is_binary:
            self.unknown.append(str(path) if member is None else f"{path}!{member}")
        return None


def fault_text(fault: BaseException) -> str:
    """What an error says, or what it is called where it says nothing."""
    return " ".join(str(fault).split()) or type(fault).__name__


def find_inputs(arguments: Iterable[str], listed: Iterable[str] = ()) -> tuple[Path, ...]:
    """Absolute paths of the inputs of a build, each once.

    Args:
        arguments: paths as typed; ``-`` stands for ``listed``.
        listed: lines of standard input, one path each; empty lines are passed over.

    Raises:
        UsageError: a path that does not exist, or no path at all.
    """
    names: list[str] = []
    for argument in arguments:
        names += (line.strip() for line in listed) if argument == "-" else [argument]
    paths = [Path(name).absolute() for name in names if name]
    if not paths:
        raise UsageError(f"no input was given, expected {EXPECTED}")
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist, expected {EXPECTED}")
    return tuple(dict.fromkeys(paths))


def stands_beside(name: str) -> bool:
    """Whether a file of a folder is hidden, not whole yet, or goes with its articles."""
    return name.startswith(".") or name == LOCK or name.endswith(LICENCE_SUFFIX)


def _decompressed(head: bytes, stream: IO[bytes]) -> io.BufferedIOBase | None:
    """What a compressed file holds; None where it is not compressed."""
    if head.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=stream)
    if head.startswith(b"BZh"):
        return bz2.BZ2File(stream)
    return lzma.LZMAFile(stream) if head.startswith(b"\xfd7zXZ\x00") else None


def _is_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


def _is_zip(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


class _Joined(io.RawIOBase):
    """Bytes that were read already, and what follows them."""

    def __init__(self, read: bytes, stream: IO[bytes] | io.BufferedIOBase) -> None:
        self._read, self._stream = read, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        wanted = len(memoryview(buffer))
        chunk, self._read = self._read[:wanted], self._read[wanted:]
        chunk = chunk or self._stream.read(wanted)
        memoryview(buffer)[: len(chunk)] = chunk
        return len(chunk)


def _joined(read: bytes, stream: IO[bytes] | io.BufferedIOBase) -> IO[bytes]:
    return io.BufferedReader(_Joined(read, stream), HEAD_BYTES)


def _failed(path: Path, member: str | None, error: str) -> ArticleFile:
    return ArticleFile(package=str(path), member=member, content=None, error=error, format=None)


def _unsafe(name: str) -> str | None:
    pure = PurePosixPath(name.replace("\\", "/"))
    if pure.is_absolute() or ".." in pure.parts:
        return "the name of the member would lead out of its archive"
    return None
