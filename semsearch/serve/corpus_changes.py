"""Adding papers to the index that is served, and removing them, by the builder in another process.

The files that were sent are kept in the folder ``added`` of the index, by their SHA-256: the store
names them as its sources, and what is quoted can be checked against them.
"""

from __future__ import annotations

import multiprocessing
import os
import re
from collections.abc import Callable
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from semsearch.errors import InputError, SemsearchError, StorageError
from semsearch.index.build import Builder, open_builder
from semsearch.index.layout import Layout
from semsearch.index.reading import Outcome
from semsearch.index.report import BuildReport
from semsearch.parse.head import HEAD_BYTES, Head
from semsearch.parse.packages import FORMATS, ArticleFiles
from semsearch.parse.reader import Piece
from semsearch.parse.readers import recognise
from semsearch.serve.jobs import JobOutcome
from semsearch.serve.served import Served
from semsearch.settings import settings

#: Added to the niceness of the process that builds: requests come first.
_NICENESS: Final = 10

_KEPT: Final = re.compile(r"[0-9a-f]{64}\.(?:xml|txt)")

_Change = Callable[[Builder], BuildReport]


class CorpusChanges:
    """Changes of one index, one at a time, each seen by requests when it is done.

    Args:
        served: the index.
        make_builder: builds in this process instead of another, for tests.
    """

    def __init__(
        self, served: Served, *, make_builder: Callable[[Path], Builder] | None = None
    ) -> None:
        self._served = served
        self._make_builder = make_builder
        self._process: multiprocessing.process.BaseProcess | None = None

    @property
    def folder(self) -> Path:
        """Where files that are sent are put, made when missing.

        Raises:
            StorageError: it cannot be made.
        """
        with self._served.lease() as searcher:
            folder = Layout(searcher.folder).added
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise StorageError(f"{folder} cannot be made: {error.strerror}") from error
        return folder

    @staticmethod
    def check(file: Path) -> None:
        """See whether a file that was sent is one paper in a format that is read.

        Raises:
            InputError: it is in no such format, or holds no paper or several.
        """
        found = _first_papers(file)
        if not found:
            raise InputError(f"the body holds no paper, expected one of {FORMATS}")
        if len(found) > 1:
            raise InputError("the body holds several papers, expected one")
        if found[0].error is not None:
            raise InputError(found[0].error)

    def add(self, file: Path, sha256: str) -> JobOutcome:
        """Take a file that was sent, and that ``check`` let pass, into the index.

        Args:
            file: where it is until then, in ``folder``.
            sha256: of its bytes (hex).

        Raises:
            InputError: its reader refuses it, or the index has the paper from a file that tells
                more; it is deleted.
        """
        kept = file.with_name(f"{sha256}{_suffix(file)}")
        known = kept.exists()
        file.replace(kept)
        try:
            report = self._run(_Add(kept))
        except SemsearchError:
            if not known:
                kept.unlink()
            raise
        return self._outcome(report, report.files[0].paper)

    def remove(self, name: str) -> JobOutcome:
        """Take a paper out of the index, and delete its file if it was sent.

        Args:
            name: DOI, PMID, PMCID or paper id.

        Raises:
            NotFoundError: the index holds no such paper.
        """
        with self._served.lease() as searcher:
            held = searcher.paper(name)
        report = self._run(_Remove(held.paper.id))
        kept = self.folder / held.file.partition("!")[0]
        if _KEPT.fullmatch(kept.name) and kept.exists() and len(_first_papers(kept)) < 2:
            kept.unlink()
        return self._outcome(report, held.paper.id)

    def close(self) -> None:
        """End a build that is under way; what it has committed is kept."""
        if self._process is not None:
            self._process.terminate()

    def _run(self, change: _Change) -> BuildReport:
        with self._served.lease() as searcher:
            folder = searcher.folder
        if self._make_builder is not None:
            return change(self._make_builder(folder))
        spawn = multiprocessing.get_context("spawn")
        receiver, sender = spawn.Pipe(duplex=False)
        process = spawn.Process(target=_build, args=(sender, folder, change), daemon=True)
        with receiver:
            process.start()
            self._process = process
            sender.close()
            try:
                done: BuildReport | SemsearchError = receiver.recv()
            except EOFError:
                raise StorageError(
                    "the process that builds ended before its time (stopped, or out of memory)"
                ) from None
            finally:
                process.join()
                self._process = None
        if isinstance(done, SemsearchError):
            raise done
        return done

    def _outcome(self, report: BuildReport, paper: str | None) -> JobOutcome:
        self._served.look()
        return JobOutcome(
            paper=paper,
            generation=report.index.generation,
            published=report.published,
            statements=report.index.counts["statements"],
        )


class _Add:
    def __init__(self, file: Path) -> None:
        self.file = file

    def __call__(self, builder: Builder) -> BuildReport:
        report = builder.build(ArticleFiles((self.file,), settings().max_file_bytes))
        for skipped in report.skipped:
            raise InputError(skipped.error or "the file cannot be read")
        for poorer in (one for one in report.files if one.outcome is Outcome.POORER):
            raise InputError(
                f"the index has the paper {poorer.paper} already, from a file that tells more of it"
            )
        return report


class _Remove:
    def __init__(self, paper: str) -> None:
        self.paper = paper

    def __call__(self, builder: Builder) -> BuildReport:
        return builder.remove([self.paper])


def _first_papers(file: Path) -> list[Piece]:
    """The first two papers of a file; none where nobody reads it."""
    with file.open("rb") as stream:
        reader = recognise(Head(stream.read(HEAD_BYTES)))
        if reader is None:
            return []
        stream.seek(0)
        return list(islice(reader.cut(stream, settings().max_file_bytes), 2))


def _suffix(file: Path) -> str:
    """How a file is called for people; what it is, is told by its content."""
    with file.open("rb") as stream:
        return ".xml" if Head(stream.read(HEAD_BYTES)).elements else ".txt"


def _build(sender: Connection, folder: Path, change: _Change) -> None:
    """What the other process does; it sends the report, or the error."""
    os.nice(_NICENESS)
    with sender:
        try:
            sender.send(change(open_builder(folder)))
        except SemsearchError as error:
            sender.send(error)
