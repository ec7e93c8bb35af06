"""Building an index: read → encode → write a generation → publish it with one rename.

Each step leaves something that lasts, and the next build goes on from there:

1. Every paper is committed to the store by itself; unchanged files are not parsed again.
2. Vectors are cached by the text they stand for; what is in a batch does not depend on where an
   interrupted build had stopped.
3. A generation is written as ``NNNNNN.partial``, synced, and renamed to ``NNNNNN``.
4. ``CURRENT`` is replaced by one rename. Before it the old generation answers, after it the new.
5. Generations older than the one before are deleted, unless a server still holds them.

Where few papers came or went since the published generation, the next one has links to its indexes
and a small delta beside them; ``publishing.py`` has both ways. A generation has a copy of the
store, from which its answers are read: what the next build writes into the store is seen by nobody
before it is published.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from semsearch.encode.encoder import DEFAULT_MODEL, Encoder
from semsearch.encode.loading import load_encoder
from semsearch.encode.recipe import StatementRecipe
from semsearch.errors import NotFoundError, SettingError
from semsearch.index.layout import Layout, locked
from semsearch.index.leaving import remove_missing
from semsearch.index.manifest import Manifest, check_opening, read_manifest
from semsearch.index.publishing import Clock, Outcome, Publisher
from semsearch.index.reading import CorpusReader, FileReport
from semsearch.index.report import BuildReport, by_format, total
from semsearch.index.workers import Workers
from semsearch.parse.packages import ArticleFile, ArticleFiles
from semsearch.progress import Progress, Quiet
from semsearch.records import Document
from semsearch.settings import settings
from semsearch.store.database import Database
from semsearch.store.outside import find_sidecars, take_outside
from semsearch.store.reading import paper_id_of
from semsearch.store.writing import remove_paper


@dataclass(slots=True)
class Builder:
    """Builds into one index folder.

    Args:
        folder: the index folder; made when missing.
        encoder: the model.
        recipe: which text of a statement is encoded.
        batch_tokens: tokens in one batch of the encoder, padding included.
        reencode: take another model or recipe than the index was made with.
        merge: write all files anew, also where little changed.
        progress: shows how far the build is.
    """

    folder: Path
    encoder: Encoder
    recipe: StatementRecipe
    batch_tokens: int
    reencode: bool = False
    merge: bool = False
    progress: Progress = field(default_factory=Quiet)

    def build(
        self,
        files: ArticleFiles | Sequence[ArticleFile] = (),
        documents: Iterable[Document] = (),
        *,
        sidecars: Iterable[Path] = (),
        missing: Collection[str] = (),
    ) -> BuildReport:
        """Read inputs into the corpus and publish it.

        Args:
            files: article files, such as ``ArticleFiles`` finds; what services said of works is
                taken from the ledgers in its folders.
            documents: papers that were read by other means.
            sidecars: further ledgers of what services said of works.
            missing: absolute paths of files and packages; papers that were read from them before,
                and are in them no more, leave the corpus.

        Raises:
            LockedError: another process is building here.
            MismatchError: the index was made with another model or recipe, or is newer.
            StorageError: the disk is full or the folder cannot be written; what was committed
                stays, and the next build goes on from there.
        """
        clock = Clock()
        with _opened(self) as (database, number), Workers(settings().processes) as workers:
            reader = CorpusReader(
                database,
                number,
                workers,
                threshold=settings().type_threshold,
                article_seconds=settings().article_seconds,
            )
            with clock.timed("read"), self.progress.stage("Reading articles", None) as stage:
                beside = find_sidecars(files.inputs) if isinstance(files, ArticleFiles) else ()
                for sidecar in dict.fromkeys((*beside, *sidecars)):
                    take_outside(database, sidecar)
                reader.read_files(files, stage.advance)
                reader.read_documents(documents, stage.advance)
                if missing:
                    remove_missing(database, missing, reader.reports, generation=number)
            outcome = self._publish(database, number, workers, clock)
        reports = tuple(reader.reports)
        if not isinstance(files, ArticleFiles):
            return _report(reports, outcome, clock)
        return _report(reports, outcome, clock, other=files.other, unknown=tuple(files.unknown))

    def remove(self, names: Iterable[str]) -> BuildReport:
        """Take papers out of the corpus and publish what is left.

        Args:
            names: DOI, PMID, PMCID, paper id or source file of each paper.

        Raises:
            MissingIndexError: the folder holds no index.
            NotFoundError: the corpus holds no such paper; nothing was removed.
        """
        clock = Clock()
        Layout(self.folder).published()
        with _opened(self) as (database, number), Workers(settings().processes) as workers:
            with database.atomic():
                for name in names:
                    remove_paper(database, _known(database, name), generation=number)
            outcome = self._publish(database, number, workers, clock)
        return _report((), outcome, clock)

    def _publish(self, database: Database, number: int, workers: Workers, clock: Clock) -> Outcome:
        return Publisher(
            layout=Layout(self.folder),
            number=number,
            database=database,
            encoder=self.encoder,
            recipe=self.recipe,
            batch_tokens=self.batch_tokens,
            workers=workers,
            merge=self.merge,
            progress=self.progress,
            clock=clock,
        ).publish()


def open_builder(
    folder: Path | None,
    *,
    model: str | None = None,
    recipe: str | None = None,
    reencode: bool = False,
    merge: bool = False,
    progress: Progress | None = None,
) -> Builder:
    """A builder for a folder; what is None comes from the settings, the index or the defaults.

    Raises:
        EncoderError: the model cannot be loaded.
        SettingError: there is no such recipe.
    """
    where = folder or settings().index
    number = Layout(where).current_number()
    held = read_manifest(Layout(where).generation(number)) if number else None
    wanted = recipe or settings().recipe or (held.recipe if held else StatementRecipe.TEXT)
    if wanted not in list(StatementRecipe):
        names = ", ".join(StatementRecipe)
        raise SettingError(f"there is no recipe {wanted!r}, expected one of {names}")
    name = model or settings().model or (held.model if held else DEFAULT_MODEL)
    return Builder(
        folder=where,
        encoder=load_encoder(name, threads=settings().threads, prefer=_backend_of(held, reencode)),
        recipe=StatementRecipe(wanted),
        batch_tokens=settings().batch_tokens,
        reencode=reencode,
        merge=merge,
        progress=progress or Quiet(),
    )


def _backend_of(held: Manifest | None, reencode: bool) -> str | None:
    """The back end to go on with, so that what is encoded already is not encoded again."""
    return None if held is None or held.encoder is None or reencode else held.encoder.backend


def _known(database: Database, name: str) -> str:
    identity = paper_id_of(database, name)
    if identity is None and Path(name).exists():
        identity = paper_id_of(database, str(Path(name).absolute()))
    if identity is None:
        raise NotFoundError(f"the index holds no paper {name}")
    return identity


def _report(
    files: tuple[FileReport, ...],
    outcome: Outcome,
    clock: Clock,
    *,
    other: int = 0,
    unknown: tuple[str, ...] = (),
) -> BuildReport:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return BuildReport(
        files=files,
        totals=total(files),
        formats=by_format(files),
        other_files=other,
        unknown=unknown,
        encoded=outcome.encoded,
        published=outcome.published,
        seconds=clock.seconds,
        cpu_seconds=clock.cpu_seconds,
        peak_memory_bytes=peak if sys.platform == "darwin" else peak * 1024,
        index=outcome.manifest,
        targets=outcome.targets,
    )


@contextmanager
def _opened(builder: Builder) -> Iterator[tuple[Database, int]]:
    """The store of the builder's folder and the number of its current generation."""
    layout = Layout(builder.folder)
    with locked(layout):
        number = layout.current_number()
        if number and not builder.reencode:
            check_opening(
                read_manifest(layout.generation(number)),
                layout.folder,
                model=builder.encoder.name,
                digest=builder.encoder.digest,
                recipe=builder.recipe,
            )
        database = Database(layout.store)
        try:
            yield database, number
        finally:
            database.close()
