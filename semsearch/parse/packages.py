"""Article files out of folders, tar and zip packages and single files, one at a time.

Nothing is written to disk and no package is held in memory. What cannot be read becomes an
``ArticleFile`` with an error, and the rest goes on.
"""

from __future__ import annotations

import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from semsearch.errors import InputError, UsageError

ARTICLE_SUFFIXES = (".xml", ".nxml")
TAR_SUFFIXES = (".tar.gz", ".tgz", ".tar", ".tar.xz", ".tar.bz2")
ZIP_SUFFIXES = (".zip",)
EXPECTED = "an article (.xml, .nxml), a package (.tar.gz, .tgz, .tar, .zip) or a folder of these"
_ARCHIVE_FAULTS = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    gzip.BadGzipFile,
    EOFError,
    NotImplementedError,  # a zip member with an unknown compression
    RuntimeError,  # a zip member with a password
    OSError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFile:
    """One article file: its bytes, or the reason why there are none."""

    package: str  # absolute path of the file or of the archive around it
    member: str | None
    content: bytes | None
    error: str | None = None

    @property
    def name(self) -> str:
        """How reports name the file."""
        return self.package if self.member is None else f"{self.package}!{self.member}"


@dataclass(slots=True)
class ArticleFiles:
    """Iterates over the article files of several inputs, in their order.

    Folders are walked in sorted order, packages in the order of their members. Files of other
    kinds (pictures and PDFs in the packages of PMC) are counted in ``other``.

    Args:
        inputs: files, packages and folders.
        max_bytes: largest article that is read, in bytes after decompression.
    """

    inputs: tuple[Path, ...]
    max_bytes: int
    other: int = field(default=0, init=False)
    _read_before: set[Path] = field(default_factory=set, init=False)

    def __iter__(self) -> Iterator[ArticleFile]:
        self.other = 0
        self._read_before = set()
        for given in self.inputs:
            path = given.absolute()
            found = path in self._read_before
            for article in self._read(path, named=True):
                found = True
                yield article
            if not found and not any(path in one.parents for one in self._read_before):
                what = "folder" if path.is_dir() else "package"
                yield _failed(path, None, f"the {what} holds no article file (.xml, .nxml)")

    def _read(self, path: Path, *, named: bool) -> Iterator[ArticleFile]:
        """``named``: the user gave this very path, so that its kind must be known."""
        name = path.name.lower()
        if path in self._read_before:
            return  # named twice, or named and in a named folder: one file all the same
        if name.endswith((*ARTICLE_SUFFIXES, *TAR_SUFFIXES, *ZIP_SUFFIXES)) and path.is_file():
            self._read_before.add(path)
        try:
            if path.is_dir():
                for child in sorted(path.iterdir()):
                    yield from self._read(child, named=False)
            elif name.endswith(ARTICLE_SUFFIXES):
                yield self._plain(path)
            elif name.endswith(TAR_SUFFIXES):
                yield from self._tar(path)
            elif name.endswith(ZIP_SUFFIXES):
                yield from self._zip(path)
            elif named:
                yield _failed(path, None, f"a file of an unknown kind, expected {EXPECTED}")
            else:
                self.other += 1
        except _ARCHIVE_FAULTS as fault:
            yield _failed(path, None, f"cannot be read to its end: {fault or type(fault).__name__}")

    def _plain(self, path: Path) -> ArticleFile:
        with path.open("rb") as stream:
            return self._article(path, None, stream, path.stat().st_size)

    def _tar(self, path: Path) -> Iterator[ArticleFile]:
        with tarfile.open(path, mode="r|*") as archive:
            for member in archive:
                if member.isdir():
                    continue
                if not (member.isfile() or member.name.lower().endswith(ARTICLE_SUFFIXES)):
                    self.other += 1
                    continue
                refusal = _unsafe(member.name)
                if member.issym() or member.islnk():
                    refusal = f"the member is a link to {member.linkname!r}; links are not followed"
                if refusal is not None:
                    yield _failed(path, member.name, refusal)
                elif not member.name.lower().endswith(ARTICLE_SUFFIXES):
                    self.other += 1
                else:
                    stream = archive.extractfile(member)
                    if stream is None:
                        yield _failed(path, member.name, "the member is not a plain file")
                    else:
                        yield self._article(path, member.name, stream, member.size)

    def _zip(self, path: Path) -> Iterator[ArticleFile]:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.is_dir():
                    continue
                refusal = _unsafe(member.filename)
                if refusal is not None:
                    yield _failed(path, member.filename, refusal)
                elif not member.filename.lower().endswith(ARTICLE_SUFFIXES):
                    self.other += 1
                elif member.external_attr >> 28 == 0xA:  # S_IFLNK of a Unix archive
                    yield _failed(
                        path, member.filename, "the member is a link; links are not followed"
                    )
                else:
                    try:
                        with archive.open(member) as stream:
                            yield self._article(path, member.filename, stream, member.file_size)
                    except _ARCHIVE_FAULTS as fault:
                        yield _failed(path, member.filename, f"cannot be unpacked: {fault}")

    def _article(self, path: Path, member: str | None, stream: IO[bytes], size: int) -> ArticleFile:
        # The size in an archive's directory may lie; one byte more than allowed tells.
        content = b"" if size > self.max_bytes else stream.read(self.max_bytes + 1)
        if size > self.max_bytes or len(content) > self.max_bytes:
            return _failed(
                path,
                member,
                f"the file has {max(size, len(content)):,} bytes, over the limit of"
                f" {self.max_bytes:,} (setting max_file_bytes)",
            )
        return ArticleFile(package=str(path), member=member, content=content)


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


def read_content(package: str, member: str | None, *, max_bytes: int) -> bytes:
    """The bytes of one article file again, for checking quotes against their source.

    Raises:
        InputError: the file or member is not there any more or is too large.
    """
    path = Path(package)
    try:
        if member is None:
            return _limited(path.read_bytes(), package, max_bytes)
        if package.lower().endswith(ZIP_SUFFIXES):
            with zipfile.ZipFile(path) as zipped:
                return _limited(zipped.read(member), package, max_bytes)
        with tarfile.open(path) as archive:
            stream = archive.extractfile(member)
            if stream is None:
                raise InputError(f"{package}!{member} is not a plain file")
            return _limited(stream.read(max_bytes + 1), package, max_bytes)
    except (KeyError, *_ARCHIVE_FAULTS) as fault:
        raise InputError(f"{package}!{member or ''} cannot be read again: {fault}") from None


def _limited(content: bytes, package: str, max_bytes: int) -> bytes:
    if len(content) > max_bytes:
        raise InputError(f"{package} holds a file over the limit of {max_bytes:,} bytes")
    return content


def _failed(path: Path, member: str | None, error: str) -> ArticleFile:
    return ArticleFile(package=str(path), member=member, content=None, error=error)


def _unsafe(name: str) -> str | None:
    pure = PurePosixPath(name.replace("\\", "/"))
    if pure.is_absolute() or ".." in pure.parts:
        return "the name of the member would lead out of its archive"
    return None
