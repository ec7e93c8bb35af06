"""Building an index: read → encode → write a generation → publish it with one rename.

Each step leaves something that lasts, and the next build goes on from there:

1. Every paper is committed to the store by itself; unchanged files are not parsed again.
2. Vectors are cached by the text they stand for; what is in a batch does not depend on where an
   interrupted build had stopped.
3. A generation is written as ``NNNNNN.partial``, synced, and renamed to ``NNNNNN``.
4. ``CURRENT`` is replaced by one rename. Before it the old generation answers, after it the new.
5. Generations older than the one before are deleted.
"""

from __future__ import annotations

import resource
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from semsearch.encode.encoder import DEFAULT_MODEL, Encoder, load_encoder
from semsearch.encode.recipe import StatementRecipe
from semsearch.encode.vectors import VectorCache, encode_missing
from semsearch.errors import NotFoundError, SettingError, StorageError
from semsearch.index.corpus import EncodedTexts, abstract_texts, statement_texts
from semsearch.index.dense import write_faiss
from semsearch.index.layout import GenerationLayout, Layout, locked, replace_file, sync_folder
from semsearch.index.manifest import (
    FORMAT,
    Manifest,
    check_opening,
    content_digest,
    read_manifest,
    stamp,
)
from semsearch.index.reading import CorpusReader, FileReport
from semsearch.index.report import BuildReport, total
from semsearch.parse.packages import ArticleFile, ArticleFiles
from semsearch.progress import Progress, Quiet, Stage
from semsearch.records import Document
from semsearch.settings import settings
from semsearch.store.database import Database
from semsearch.store.reading import counts, paper_id_of
from semsearch.store.writing import remove_paper

#: Generations that stay on disk: the published one and the one before, which a server may hold.
KEPT_GENERATIONS = 2
_ROWS = 4096  # vectors held at once while a generation is written


@dataclass(frozen=True, slots=True)
class _Outcome:
    encoded: int
    published: bool
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class _Content:
    """What a generation is made of."""

    texts: dict[str, EncodedTexts]
    counts: dict[str, int]
    digest: str

    @property
    def rows(self) -> int:
        return sum(len(found) for found in self.texts.values())


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
    ) -> BuildReport:
        """Read inputs into the corpus and publish it.

        Args:
            files: article files, such as ``ArticleFiles`` finds.
            documents: papers that were read by other means.

        Raises:
            LockedError: another process is building here.
            MismatchError: the index was made with another model or recipe, or is newer.
            StorageError: the disk is full or the folder cannot be written; what was committed
                stays, and the next build goes on from there.
        """
        clock = _Clock()
        with _opened(self) as (database, number):
            reader = CorpusReader(database, number)
            with clock.timed("read"), self.progress.stage("Reading articles", None) as stage:
                reader.read_files(files, stage.advance)
                reader.read_documents(documents, stage.advance)
            outcome = self._publish(database, number, clock)
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
        with _opened(self) as (database, number):
            with database.atomic():
                for name in names:
                    remove_paper(database, _known(database, name), generation=number)
            outcome = self._publish(database, number, clock)
        return _report((), 0, outcome, clock)

    def _publish(self, database: Database, number: int, clock: _Clock) -> _Outcome:
        layout = Layout(self.folder)
        cache = VectorCache(layout.vector_cache)
        try:
            with (
                clock.timed("compare"),
                self.progress.stage("Looking for new texts", None) as stage,
            ):
                texts = {
                    "statements": statement_texts(database, self.recipe, stage.advance),
                    "abstracts": abstract_texts(database, stage.advance),
                }
            with clock.timed("encode"):
                encoded = self._encode(cache, texts)
            digest = content_digest(
                model_digest=self.encoder.digest,
                recipe=self.recipe,
                settings={},
                statements=texts["statements"].labelled(),
                abstracts=texts["abstracts"].rows(),
            )
            held = counts(database) | {kind: len(found) for kind, found in texts.items()}
            content = _Content(texts, held, digest)
            if number:
                current = read_manifest(layout.generation(number))
                if current.content_digest == digest and current.counts == held:
                    return _Outcome(encoded, False, current)
            with clock.timed("write"):
                manifest = self._write(layout, number + 1, cache, content)
        finally:
            cache.close()
        _discard_old(layout, manifest.generation)
        return _Outcome(encoded, True, manifest)

    def _encode(self, cache: VectorCache, texts: dict[str, EncodedTexts]) -> int:
        return sum(
            encode_missing(
                cache,
                self.encoder,
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
        layout: Layout,
        number: int,
        cache: VectorCache,
        content: _Content,
    ) -> Manifest:
        partial = layout.partial(number)
        try:
            for stale in (partial.folder, layout.generation(number).folder):
                if stale.exists():  # left by a build that died before it published
                    shutil.rmtree(stale)
            partial.folder.mkdir(parents=True)
            with self.progress.stage("Writing the index", content.rows) as stage:
                for kind, found in content.texts.items():
                    write_faiss(
                        partial.vectors(kind),
                        partial.ids(kind),
                        found.ids,
                        self._vectors(cache, found, stage),
                        dimension=self.encoder.dimension,
                    )
            manifest = self._manifest(partial, number, content)
            final = layout.generation(number)
            partial.folder.rename(final.folder)
            sync_folder(layout.generations)
            replace_file(layout.current, f"{number}\n".encode())
        except OSError as error:
            raise StorageError(
                f"{error.filename or partial.folder}: {error.strerror or error}; generation"
                f" {number} was not published, what was read and encoded is kept"
            ) from error
        return manifest

    def _vectors(
        self, cache: VectorCache, found: EncodedTexts, stage: Stage
    ) -> Iterator[NDArray[np.float32]]:
        for start in range(0, len(found), _ROWS):
            lot = found.digest_list(start, start + _ROWS)
            yield cache.get(self.encoder.digest, lot)
            stage.advance(len(lot))

    def _manifest(
        self,
        partial: GenerationLayout,
        number: int,
        content: _Content,
    ) -> Manifest:
        names = [
            path for kind in content.texts for path in (partial.vectors(kind), partial.ids(kind))
        ]
        manifest = Manifest(
            format=FORMAT,
            generation=number,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            model=self.encoder.name,
            model_digest=self.encoder.digest,
            recipe=self.recipe,
            dimension=self.encoder.dimension,
            counts=content.counts,
            files={path.name: stamp(path) for path in names},
            content_digest=content.digest,
        )
        replace_file(partial.manifest, orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
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
        encoder=load_encoder(name, threads=settings().threads),
        recipe=StatementRecipe(wanted),
        batch_tokens=settings().batch_tokens,
        reencode=reencode,
        progress=progress or Quiet(),
    )


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
            shutil.rmtree(folder)
