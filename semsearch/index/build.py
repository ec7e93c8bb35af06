"""Building an index: read → encode → write a generation → publish it with one rename.

Each step leaves something that lasts, and the next build goes on from there:

1. Every paper is committed to the store by itself; unchanged files are not parsed again.
2. Vectors are cached by the text they stand for; what is in a batch does not depend on where an
   interrupted build had stopped.
3. A generation is written as ``NNNNNN.partial``, synced, and renamed to ``NNNNNN``.
4. ``CURRENT`` is replaced by one rename. Before it the old generation answers, after it the new.
5. Generations older than the one before are deleted, unless a server still holds them.

A generation has a copy of the store, from which its answers are read: what the next build writes
into the store is seen by nobody before it is published.
"""

from __future__ import annotations

import resource
import shutil
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from semsearch.encode.encoder import DEFAULT_MODEL, Encoder
from semsearch.encode.loading import load_encoder
from semsearch.encode.recipe import StatementRecipe
from semsearch.encode.token_codes import TokenCodec
from semsearch.encode.vectors import CODES, VectorCache, encode_missing
from semsearch.errors import NotFoundError, SettingError, StorageError
from semsearch.index.citation_types import decide_types
from semsearch.index.corpus import EncodedTexts, compare_texts, encoded_texts
from semsearch.index.generation import Content, write_generation
from semsearch.index.history import keep_history
from semsearch.index.layout import (
    GenerationLayout,
    Layout,
    discard,
    locked,
    replace_file,
    sync_folder,
)
from semsearch.index.leaving import remove_missing
from semsearch.index.manifest import Manifest, check_opening, content_digest, read_manifest
from semsearch.index.reading import CorpusReader, FileReport
from semsearch.index.report import BuildReport, total
from semsearch.index.targets import resolve_targets
from semsearch.index.wording import WORDS_VERSION, write_words
from semsearch.index.workers import LostError, Piece, Workers
from semsearch.parse.packages import ArticleFile, ArticleFiles
from semsearch.progress import Progress, Quiet
from semsearch.records import Document
from semsearch.settings import settings
from semsearch.store.citing import facts_digest
from semsearch.store.database import Database
from semsearch.store.outside import find_sidecars, outside_digest, take_outside
from semsearch.store.reading import counts, paper_id_of
from semsearch.store.stale import is_copy
from semsearch.store.works import target_counts
from semsearch.store.writing import remove_paper

#: Generations that stay on disk: the published one and the one before, which a server may hold.
KEPT_GENERATIONS = 2


@dataclass(frozen=True, slots=True)
class _Outcome:
    encoded: int
    published: bool
    manifest: Manifest
    targets: dict[str, int]


@dataclass(slots=True)
class _Clock:
    """Wall time of the stages of a build."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = round(time.perf_counter() - start, 3)


@dataclass(slots=True)
class Builder:
    """Builds into one index folder.

    Args:
        folder: the index folder; made when missing.
        encoder: the model.
        recipe: which text of a statement is encoded.
        batch_tokens: tokens in one batch of the encoder, padding included.
        reencode: take another model or recipe than the index was made with.
        progress: shows how far the build is.
    """

    folder: Path
    encoder: Encoder
    recipe: StatementRecipe
    batch_tokens: int
    reencode: bool = False
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
        clock = _Clock()
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
        other = files.other if isinstance(files, ArticleFiles) else 0
        return _report(tuple(reader.reports), other, outcome, clock)

    def remove(self, names: Iterable[str]) -> BuildReport:
        """Take papers out of the corpus and publish what is left.

        Args:
            names: DOI, PMID, PMCID, paper id or source file of each paper.

        Raises:
            MissingIndexError: the folder holds no index.
            NotFoundError: the corpus holds no such paper; nothing was removed.
        """
        clock = _Clock()
        Layout(self.folder).published()
        with _opened(self) as (database, number), Workers(settings().processes) as workers:
            with database.atomic():
                for name in names:
                    remove_paper(database, _known(database, name), generation=number)
            outcome = self._publish(database, number, workers, clock)
        return _report((), 0, outcome, clock)

    def _publish(
        self, database: Database, number: int, workers: Workers, clock: _Clock
    ) -> _Outcome:
        """Derive what follows from the papers, and publish it where that changes anything.

        What depends on the papers alone is done by workers, while targets are resolved here.
        """
        layout = Layout(self.folder)
        comparing = workers.submit(compare_texts, (layout.store, self.recipe))
        next_one = layout.partial(number + 1)
        words: Piece[None] | None = None
        if not number or not is_copy(layout.generation(number).store, database):
            _clear(layout, number + 1)
            words = workers.submit(write_words, (layout.store, next_one.folder))
        cache = VectorCache(layout.vector_cache)
        try:
            with clock.timed("targets"):
                resolve_targets(database, self.progress)
            targets = target_counts(database)
            with clock.timed("types"):
                decide_types(database, self.progress)
            with clock.timed("compare"), self.progress.stage("Looking for new texts", None):
                texts = encoded_texts(database, self.recipe, comparing.result())
            with clock.timed("encode"):
                codec = cache.codec(self.encoder)
                encoded = self._encode(cache, codec, texts)
            outside = outside_digest(database)
            digest = content_digest(
                model_digest=self.encoder.digest,
                recipe=self.recipe,
                settings={
                    "token codes": CODES,
                    "back end": self.encoder.backend,
                    "words": WORDS_VERSION,
                    "facts": facts_digest(database),
                    **({"outside": outside} if outside else {}),
                },
                statements=texts["statements"].labelled(),
                abstracts=texts["abstracts"].rows(),
            )
            held = counts(database) | {kind: len(found) for kind, found in texts.items()}
            content = Content(texts, codec, held, digest)
            if number:
                current = read_manifest(layout.generation(number))
                same = current.content_digest == digest and current.counts == held
                if same and words is None:
                    return _Outcome(encoded, False, current, targets)
            with clock.timed("write"):
                if words is None:
                    _clear(layout, number + 1)
                    words = workers.submit(write_words, (layout.store, next_one.folder))
                manifest = self._write(
                    number + 1,
                    content,
                    database=database,
                    cache=cache,
                    workers=workers,
                    words=words,
                )
        finally:
            cache.close()
        keep_history(layout)
        _discard_old(layout, manifest.generation)
        return _Outcome(encoded, True, manifest, targets)

    def _encode(
        self, cache: VectorCache, codec: TokenCodec | None, texts: dict[str, EncodedTexts]
    ) -> int:
        return sum(
            encode_missing(
                cache,
                self.encoder,
                codec,
                found.unique_digests(),
                found.texts,
                batch_tokens=self.batch_tokens,
                progress=self.progress,
                name=f"Encoding {kind}",
            )
            for kind, found in texts.items()
        )

    def _write(
        self,
        number: int,
        content: Content,
        *,
        database: Database,
        cache: VectorCache,
        workers: Workers,
        words: Piece[None],
    ) -> Manifest:
        layout = Layout(self.folder)
        partial = layout.partial(number)
        try:
            manifest = write_generation(
                partial,
                number,
                content,
                database=database,
                cache=cache,
                encoder=self.encoder,
                recipe=self.recipe,
                workers=workers,
                words=words,
                progress=self.progress,
            )
            final = layout.generation(number)
            partial.folder.rename(final.folder)
            sync_folder(layout.generations)
            replace_file(layout.current, f"{number}\n".encode())
        except OSError as error:
            raise StorageError(
                f"{error.filename or partial.folder}: {error.strerror or error}; generation"
                f" {number} was not published, what was read and encoded is kept"
            ) from error
        except LostError as lost:
            raise StorageError(
                f"{partial.folder}: writing words and columns {lost}; generation {number} was not"
                " published, what was read and encoded is kept"
            ) from lost
        return manifest


def open_builder(
    folder: Path | None,
    *,
    model: str | None = None,
    recipe: str | None = None,
    reencode: bool = False,
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
        progress=progress or Quiet(),
    )


def _clear(layout: Layout, number: int) -> None:
    """An empty folder to write a generation in.

    Raises:
        StorageError: the folder cannot be made.
    """
    partial = layout.partial(number)
    try:
        for stale in (partial.folder, layout.generation(number).folder):
            if stale.exists():  # left by a build that died before it published
                shutil.rmtree(stale)
        partial.folder.mkdir(parents=True)
    except OSError as error:
        raise StorageError(
            f"{error.filename or partial.folder}: {error.strerror or error}; generation {number}"
            " was not published, what was read is kept"
        ) from error


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
    files: tuple[FileReport, ...], other: int, outcome: _Outcome, clock: _Clock
) -> BuildReport:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return BuildReport(
        files=files,
        totals=total(files),
        other_files=other,
        encoded=outcome.encoded,
        published=outcome.published,
        seconds=clock.seconds,
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


def _discard_old(layout: Layout, number: int) -> None:
    for folder in layout.generations.iterdir():
        bare = folder.name.removesuffix(".partial")
        if bare.isdigit() and int(bare) <= number - KEPT_GENERATIONS:
            discard(GenerationLayout(folder))
