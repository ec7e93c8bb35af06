"""Files that a build passed over, on disk until it is known whether the better ones are there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from tempfile import TemporaryFile
from typing import IO, Self

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
    """Holds the contents of files in a temporary file; to be used as a context."""

    _kept: list[_Kept] = field(default_factory=list)
    _spool: IO[bytes] = field(default_factory=TemporaryFile)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._spool.close()

    def keep(self, article: ArticleFile, *, paper: str, richer: str, report: int) -> None:
        """Keep a file.

        Args:
            article: with its content.
            paper: its id.
            richer: name of the file that it was passed over for.
            report: place of the report of the file.
        """
        content = article.content or b""
        bare = replace(article, content=None)
        self._kept.append(_Kept(report, paper, richer, bare, self._spool.tell(), len(content)))
        self._spool.write(content)

    def papers(self) -> set[tuple[str, str]]:
        """The papers of the files, and the files that they were passed over for."""
        return {(one.paper, one.richer) for one in self._kept}

    def of(self, papers: set[str]) -> Iterator[tuple[int, ArticleFile]]:
        """The files of some papers in their order, with the places of their reports."""
        for one in self._kept:
            if one.paper in papers:
                self._spool.seek(one.start)
                yield one.report, replace(one.article, content=self._spool.read(one.size))
