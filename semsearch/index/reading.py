"""From article files into the store: what is new or changed is parsed, the rest is left alone.

**Which file gives a paper.** A paper belongs to the file it was read from. Of two files of one
build with the same paper id the first wins and the second is skipped with that reason. A file that
now gives another paper takes its old paper out. A file that fails leaves what was read from it
before as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from semsearch.errors import InputError
from semsearch.parse.jats import FORMAT, READER_VERSION, read_jats
from semsearch.parse.packages import ArticleFile
from semsearch.records import Account, Document
from semsearch.store.database import Database
from semsearch.store.reading import file_of_paper, file_record
from semsearch.store.writing import FileRecord, remove_paper, write_document, write_file

READER = f"{FORMAT} {READER_VERSION}"


class Outcome(StrEnum):
    """What a build did with a file."""

    READ = "read"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """One line of the build report."""

    file: str
    outcome: Outcome
    paper: str | None
    statements: int
    xrefs: int
    expanded: int
    citations: int
    excluded: dict[str, int]
    warnings: tuple[str, ...]
    error: str | None


@dataclass(slots=True)
class CorpusReader:
    """Reads files into the store; ``reports`` has one entry for each, in their order.

    Args:
        database: the store.
        generation: number of the current generation.
    """

    database: Database
    generation: int
    reports: list[FileReport] = field(default_factory=list)
    _taken: dict[str, str] = field(default_factory=dict)  # paper id → file of this build

    def read_files(self, files: Iterable[ArticleFile], advance: Callable[[int], None]) -> None:
        """Read article files; what cannot be read is reported and passed over."""
        for article in files:
            self.reports.append(self._read_file(article))
            advance(1)

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

    def _read_file(self, article: ArticleFile) -> FileReport:
        known = file_record(self.database, article.name)
        if article.content is None:
            return self._skip(article, known, article.error or "the file holds nothing")
        sha256 = hashlib.sha256(article.content).hexdigest()
        if known is not None and known.sha256 == sha256 and known.reader == READER:
            if known.error is not None:
                return _report(known, Outcome.SKIPPED)
            if known.paper is not None and known.paper not in self._taken:
                self._taken[known.paper] = article.name
                return _report(known, Outcome.UNCHANGED)
        try:
            document = read_jats(article.content, package=article.package, member=article.member)
        except InputError as error:
            return self._skip(article, known, str(error), sha256=sha256)
        return self._take(article, known, document)

    def _take(
        self, article: ArticleFile, known: FileRecord | None, document: Document
    ) -> FileReport:
        paper = document.paper.id
        first = self._taken.get(paper)
        if first is not None:
            # Not recorded: which file comes first may be another one in the next build.
            return _report(
                _failure(article, f"holds the paper {paper}, which was read from {first}"),
                Outcome.SKIPPED,
            )
        self._taken[paper] = article.name
        with self.database.atomic() as connection:
            if known is not None and known.paper is not None and known.paper != paper:
                remove_paper(self.database, known.paper, generation=self.generation)
            before = file_of_paper(self.database, paper)
            if before is not None and before.name != article.name:
                connection.execute("DELETE FROM files WHERE name = ?", (before.name,))
            record = _record(document, READER)
            write_document(self.database, document, record, generation=self.generation)
        return _report(record, Outcome.READ)

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
            self._taken.setdefault(known.paper, article.name)
        return _report(record, Outcome.SKIPPED)


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
        reader=READER,
        paper=None,
        error=error,
        statements=0,
        account=Account(),
    )


def _report(record: FileRecord, outcome: Outcome) -> FileReport:
    account = record.account
    return FileReport(
        file=record.name,
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
