"""From article files into the store: what is new or changed is parsed, the rest is left alone.

**Which file gives a paper.** A paper belongs to the file it was read from. Of two files with the
same paper id in two formats the one that tells more wins (``parse.readers.richer``), and the other
is passed over, ``poorer``. Of two files of one build in the same format the first wins and the
second is skipped with that reason. A file that now gives another paper takes its old paper out. A
file that fails leaves what was read from it before as it is.

Whether the richer file is still there is known at the end of a build at the latest: a member that
did not come out of a package that was read without a fault is gone, and the file that was passed
over for it is taken after all.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from semsearch.errors import InputError, SemsearchError
from semsearch.index.citation_types import typed
from semsearch.index.passed_over import PassedOver
from semsearch.index.workers import LostError, Piece, Workers, uncollected
from semsearch.parse.packages import ArticleFile
from semsearch.parse.reader import Format
from semsearch.parse.readers import reader_of, richer
from semsearch.records import Account, Document
from semsearch.store.database import Database
from semsearch.store.reading import file_of_paper, file_record
from semsearch.store.writing import (
    DocumentRows,
    FileRecord,
    document_rows,
    remove_paper,
    write_document,
    write_file,
    write_rows,
)

_NOBODY: Final = "none 0"  # who reads a file of a format that is not known
_AHEAD: Final = 4  # articles for each process that are read or wait to be written


class Outcome(StrEnum):
    """What a build did with a file."""

    READ = "read"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    POORER = "poorer"  # another file tells more of the same paper


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """One line of the build report."""

    file: str
    format: str | None  # None where nothing was recognised
    outcome: Outcome
    paper: str | None
    statements: int
    xrefs: int
    expanded: int
    citations: int
    excluded: dict[str, int]
    warnings: tuple[str, ...]
    error: str | None
    richer: str | None = None  # of a poorer file: the one that tells more


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article as the store takes it."""

    rows: DocumentRows
    record: FileRecord


@dataclass(frozen=True, slots=True)
class _Unreadable:
    error: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class _Begun:
    """A file whose turn to be written has not come; ``reading`` is None where that may not need."""

    article: ArticleFile
    sha256: str | None
    reading: Piece[ReadArticle] | None


@dataclass(slots=True)
class CorpusReader:
    """Reads files into the store; ``reports`` has one entry for each, in their order.

    Files are parsed by several processes at once and written one by one in their order, so that
    the store does not depend on which was parsed first.

    Args:
        database: the store.
        generation: number of the current generation.
        workers: parse the files.
        threshold: probability, 0–1, below which a citation stays unclassified.
        article_seconds: longest that a process may read one file.
    """

    database: Database
    generation: int
    workers: Workers
    threshold: float
    article_seconds: float
    reports: list[FileReport] = field(default_factory=list)
    # paper id → file of this build that gave it, and the place of its report
    _taken: dict[str, tuple[str, int]] = field(default_factory=dict)
    # package → whether all of it could be read
    _packages: dict[str, bool] = field(default_factory=dict)

    def read_files(self, files: Iterable[ArticleFile], advance: Callable[[int], None]) -> None:
        """Read article files; what cannot be read is reported and passed over."""
        ahead = _AHEAD * self.workers.processes if self.workers.processes > 1 else 0
        begun: deque[_Begun] = deque()
        with PassedOver(self.database.path.parent) as passed:
            for article in files:
                whole = self._packages.get(article.package, True)
                self._packages[article.package] = whole and article.content is not None
                begun.append(self._begin(article))
                if len(begun) > ahead:
                    self._read_next(begun.popleft(), passed)
                    advance(1)
            for one in begun:
                self._read_next(one, passed)
                advance(1)
            self._take_over(passed)

    def read_documents(self, documents: Iterable[Document], advance: Callable[[int], None]) -> None:
        """Take documents that were made by another reader, one paper each."""
        for document in documents:
            source = document.paper.source
            reader = f"{source.format} 0"
            known = file_record(self.database, str(source))
            if known is None or known.sha256 != source.sha256 or known.reader != reader:
                record = _record(document, reader)
                write_document(self.database, document, record, generation=self.generation)
                self.reports.append(_report(record, Outcome.READ))
            else:
                self.reports.append(_report(known, Outcome.UNCHANGED))
            advance(1)

    def _begin(self, article: ArticleFile) -> _Begun:
        if article.content is None:
            return _Begun(article, None, None)
        sha256 = hashlib.sha256(article.content).hexdigest()
        known = file_record(self.database, article.name)
        if known is not None and known.sha256 == sha256 and known.reader == _reader(article):
            return _Begun(article, sha256, None)
        return _Begun(article, sha256, self._parse(article))

    def _parse(self, article: ArticleFile) -> Piece[ReadArticle]:
        task = (article, self.threshold)
        return self.workers.submit(read_article, task, seconds=self.article_seconds)

    def _read_next(self, begun: _Begun, passed: PassedOver) -> None:
        report = self._read_file(begun)
        paper, better = report.paper, report.richer
        if paper is not None and better is not None and paper not in self._taken:
            passed.keep(begun.article, paper=paper, richer=better, report=len(self.reports))
        self.reports.append(report)

    def _take_over(self, passed: PassedOver) -> None:
        """Take what was passed over for files that are gone, as if those had never been."""
        gone = {paper for paper, better in passed.papers() if self._is_gone(paper, better)}
        for place, article in passed.of(gone):
            found = self._found(_Begun(article, None, None))
            if isinstance(found, ReadArticle):
                known = file_record(self.database, article.name)
                self.reports[place] = self._take(article, known, found, place=place)

    def _is_gone(self, paper: str, name: str) -> bool:
        """Whether a file gives a paper no more, as far as this build can tell."""
        held = file_of_paper(self.database, paper)
        if held is None or held.name != name:
            return True
        return paper not in self._taken and self._packages.get(held.package, False)

    def _read_file(self, begun: _Begun) -> FileReport:
        article, sha256 = begun.article, begun.sha256
        known = file_record(self.database, article.name)
        if article.content is None:
            return self._skip(article, known, article.error or "the file holds nothing")
        if known is not None and known.sha256 == sha256 and known.reader == _reader(article):
            if known.error is not None:
                return _report(known, Outcome.SKIPPED)
            if known.paper is not None and known.paper not in self._taken:
                self._take_name(known.paper, article)
                return _report(known, Outcome.UNCHANGED)
        found = self._found(begun)
        if isinstance(found, ReadArticle):
            return self._take(article, known, found)
        return self._skip(article, known, found.error, sha256=found.sha256)

    def _found(self, begun: _Begun) -> ReadArticle | _Unreadable:
        """What reading a file gave; without the hash where the next build shall try again."""
        try:
            return (begun.reading or self._parse(begun.article)).result()
        except InputError as error:
            return _Unreadable(str(error), begun.sha256)
        except LostError as lost:
            return _Unreadable(f"reading it {lost}", None)
        except (MemoryError, RecursionError) as fault:
            return _Unreadable(f"reading it ended in a {type(fault).__name__}", None)

    def _take(
        self,
        article: ArticleFile,
        known: FileRecord | None,
        found: ReadArticle,
        *,
        place: int | None = None,
    ) -> FileReport:
        """Write an article into the store, or pass over it.

        Args:
            article: its file.
            known: what the store says of the file.
            found: what reading it gave.
            place: of the report of one whose richer file is gone; None for the next.
        """
        paper = found.rows.id
        first = self._taken.get(paper)
        before = file_of_paper(self.database, paper)
        told = _told(found.record)
        if before is not None and before.name != article.name:
            held = _told(before)
            stands = first is not None or (place is None and Path(before.package).exists())
            if richer(held, told) and stands:
                return _poorer(_report(found.record, Outcome.READ), before.name)
            if first is not None and not richer(told, held):
                # Not recorded: which file comes first may be another one in the next build.
                return _report(
                    _failure(article, f"holds the paper {paper}, which was read from {first[0]}"),
                    Outcome.SKIPPED,
                )
        if first is not None and self.reports[first[1]].outcome is not Outcome.SKIPPED:
            self.reports[first[1]] = _poorer(self.reports[first[1]], article.name)
        self._take_name(paper, article, place)
        with self.database.atomic() as connection:
            if known is not None and known.paper is not None and known.paper != paper:
                remove_paper(self.database, known.paper, generation=self.generation)
            if before is not None and before.name != article.name:
                connection.execute("DELETE FROM files WHERE name = ?", (before.name,))
            write_rows(self.database, found.rows, found.record, generation=self.generation)
        return _report(found.record, Outcome.READ)

    def _take_name(self, paper: str, article: ArticleFile, place: int | None = None) -> None:
        """Say that a file gives a paper; its report is the next one, if not at a place."""
        self._taken[paper] = (article.name, len(self.reports) if place is None else place)

    def _skip(
        self,
        article: ArticleFile,
        known: FileRecord | None,
        error: str,
        *,
        sha256: str | None = None,
    ) -> FileReport:
        record = _failure(article, error, sha256=sha256)
        if known is None or known.error is not None:
            write_file(self.database, record)
        elif known.paper is not None:
            self._taken.setdefault(known.paper, (article.name, len(self.reports)))
        return _report(record, Outcome.SKIPPED)


def read_article(task: tuple[ArticleFile, float]) -> ReadArticle:
    """An article with the types of its citations; what the processes of a build do.

    Args:
        task: the file, with its content, and the threshold of types.

    Raises:
        InputError: it is not of its format, or its reader failed over it; one article never ends a
            build.
        MemoryError: it takes more memory than there is.
        RecursionError: it is nested deeper than can be read.
        EncoderError: the model of citation types is damaged.
    """
    article, threshold = task
    content = article.content or b""
    reader = reader_of(article.format or Format.JATS)
    try:
        with uncollected():
            document = reader.read(content, package=article.package, member=article.member)
            rows = document_rows(replace(document, citations=typed(document, threshold)))
    except (SemsearchError, MemoryError, RecursionError):
        raise  # a damaged model of types is no fault of the article
    except Exception as fault:
        what = " ".join(f"{type(fault).__name__}: {fault}".split())
        raise InputError(f"the reader of {reader.title} failed over it ({what})") from fault
    return ReadArticle(rows, _record(document, reader.name))


def _reader(article: ArticleFile) -> str:
    """Who reads a file, with its version."""
    return _NOBODY if article.format is None else reader_of(article.format).name


def _told(record: FileRecord) -> tuple[Format, bool]:
    """What ``richer`` asks of a file that was read."""
    name = record.reader.rpartition(" ")[0]
    # Documents that were made by another reader tell the least that one can.
    return Format(name) if name in list(Format) else list(Format)[-1], record.statements > 0


def _poorer(report: FileReport, other: str) -> FileReport:
    """A file that is passed over for another; nothing of it counts."""
    return replace(
        report,
        outcome=Outcome.POORER,
        statements=0,
        xrefs=0,
        expanded=0,
        citations=0,
        excluded={},
        warnings=(),
        richer=other,
    )


def _record(document: Document, reader: str) -> FileRecord:
    source = document.paper.source
    return FileRecord(
        name=str(source),
        package=source.package,
        member=source.member,
        sha256=source.sha256,
        reader=reader,
        paper=document.paper.id,
        error=None,
        statements=len(document.statements),
        account=document.account,
    )


def _failure(article: ArticleFile, error: str, *, sha256: str | None = None) -> FileRecord:
    return FileRecord(
        name=article.name,
        package=article.package,
        member=article.member,
        sha256=sha256,
        reader=_reader(article),
        paper=None,
        error=error,
        statements=0,
        account=Account(),
    )


def _report(record: FileRecord, outcome: Outcome) -> FileReport:
    account = record.account
    return FileReport(
        file=record.name,
        format=None if record.reader == _NOBODY else record.reader.rpartition(" ")[0],
        outcome=outcome,
        paper=record.paper,
        statements=record.statements,
        xrefs=account.xrefs,
        expanded=account.expanded,
        citations=account.citations,
        excluded=account.excluded,
        warnings=account.warnings,
        error=record.error,
    )
