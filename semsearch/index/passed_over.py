"""Files that a build passed over, on disk until it is known whether the better ones are there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Self

from semsearch.errors import StorageError
from semsearch.parse.packages import ArticleFile


@dataclass(frozen=True, slots=True)
class _Kept:
    report: int
    paper: str
    richer: str
    article: ArticleFile  # without its content
    start: int
    size: int


@dataclass(slots=True)
class PassedOver:
    """Holds the contents of files in a temporary file; to be used as a context.

    Args:
        folder: on whose disk the file is, made when there is something to hold.
    """

    folder: Path
    _kept: list[_Kept] = field(default_factory=list)
    _spool: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._spool is not None:
            self._spool.close()

    def keep(self, article: ArticleFile, *, paper: str, richer: str, report: int) -> None:
        """Keep a file.

        Args:
            article: with its content.
            paper: its id.
            richer: name of the file that it was passed over for.
            report: place of the report of the file.

        Raises:
            StorageError: the disk is full or cannot be written.
        """
        content = article.content or b""
        bare = replace(article, content=None)
        try:
            if self._spool is None:
                self._spool = TemporaryFile(dir=self.folder)  # noqa: SIM115 - closed at the end
            start = self._spool.tell()
            self._spool.write(content)
            self._spool.flush()
        except OSError as error:
            raise StorageError(
                f"{self.folder}: {error.strerror or error}; what was read is kept, and the next"
                " build goes on from there"
            ) from error
        self._kept.append(_Kept(report, paper, richer, bare, start, len(content)))

    def papers(self) -> set[tuple[str, str]]:
        """The papers of the files, and the files that they were passed over for."""
        return {(one.paper, one.richer) for one in self._kept}

    def of(self, papers: set[str]) -> Iterator[tuple[int, ArticleFile]]:
        """The files of some papers in their order, with the places of their reports."""
        for one in self._kept:
            if one.paper in papers and self._spool is not None:
                self._spool.seek(one.start)
                yield one.report, replace(one.article, content=self._spool.read(one.size))
