"""Publishing what the store holds: a whole generation, or base and delta where little changed."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.encoder import Encoder
from semsearch.encode.recipe import StatementRecipe
from semsearch.encode.token_codes import TokenCodec
from semsearch.encode.vectors import CODES, VectorCache, encode_missing
from semsearch.errors import StorageError
from semsearch.index.citation_types import decide_types, types_decider
from semsearch.index.corpus import (
    EncodedTexts,
    compare_texts,
    encoded_texts,
    texts_of_works,
)
from semsearch.index.delta.generation import NewDelta, plan_delta, write_delta
from semsearch.index.delta.planning import MOST_PAPERS, Published, most_rows, open_published
from semsearch.index.generation import Content, write_generation
from semsearch.index.history import keep_history
from semsearch.index.layout import (
    DIGESTED,
    KINDS,
    GenerationLayout,
    Layout,
    discard,
    replace_file,
    sync_folder,
)
from semsearch.index.linking import resolve_targets
from semsearch.index.manifest import FORMAT, Manifest, content_digest, read_manifest
from semsearch.index.papers import PaperArrays, paper_arrays
from semsearch.index.wording import WORDS_VERSION, write_words
from semsearch.index.workers import LostError, Piece, Workers
from semsearch.progress import Progress
from semsearch.store.changes import Change, begin_changes, changed, changed_papers, resume_changes
from semsearch.store.citing import paper_facts
from semsearch.store.database import Database
from semsearch.store.outside import outside_facts
from semsearch.store.reading import count_files, count_statements
from semsearch.store.stale import is_copy, is_present_version
from semsearch.store.works import count_works

#: Generations that stay on disk: the published one and the one before, which a server may hold.
KEPT_GENERATIONS = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What publishing came to; ``targets`` is what became of the references."""

    encoded: int
    published: bool
    manifest: Manifest
    targets: dict[str, int]


@dataclass(slots=True)
class Clock:
    """Wall time and CPU time of this process in the stages of a build, in seconds."""

    seconds: dict[str, float] = field(default_factory=dict)
    cpu_seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time of a block to that of a stage."""
        start, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            for spent, found in (
                (self.seconds, time.perf_counter() - start),
                (self.cpu_seconds, time.process_time() - cpu),
            ):
                spent[stage] = round(spent.get(stage, 0.0) + found, 3)


@dataclass(slots=True)
class Publisher:
    """Derives what follows from the papers of a store, and publishes it where that changed.

    Args:
        layout: the index folder.
        number: of the published generation, 0 for none.
        database: its store.
        encoder: the model.
        recipe: which text of a statement is encoded.
        batch_tokens: tokens in one batch of the encoder, padding included.
        workers: do what depends on the papers alone.
        merge: write all files anew where the published generation has a delta.
        progress: shows how far it is.
        clock: is told how long stages take.
    """

    layout: Layout
    number: int
    database: Database
    encoder: Encoder
    recipe: StatementRecipe
    batch_tokens: int
    workers: Workers
    merge: bool
    progress: Progress
    clock: Clock
    _made_with: dict[str, str] = field(init=False)
    _noted: bool = field(init=False)  # all changes since the published generation

    def __post_init__(self) -> None:
        self._noted = bool(self.number) and resume_changes(self.database, self.number)
        self._made_with = {
            "token codes": CODES,
            "back end": self.encoder.backend,
            "words": WORDS_VERSION,
            "types": types_decider(),
        }
        if self.encoder.tuned is not None:  # decides which learned weights hold
            self._made_with["tuned from"] = " ".join(self.encoder.tuned.lineage)

    def publish(self) -> Outcome:
        """Publish base and delta where that is possible and pays, else a whole generation.

        Raises:
            StorageError: the disk is full; what was read and encoded is kept.
        """
        cache = VectorCache(self.layout.vector_cache)
        try:
            published = self._base()
            outcome = None if published is None else self._publish_delta(published, cache)
            return outcome or self._publish_whole(cache)
        finally:
            cache.close()

    def _base(self) -> Published | None:
        """The published generation, where a delta of it may be made."""
        if not self._noted or self.merge:
            return None
        files = self.layout.generation(self.number)
        manifest = read_manifest(files)
        made = (manifest.format, manifest.model_digest, manifest.recipe, manifest.made_with)
        if made != (FORMAT, self.encoder.digest, self.recipe, self._made_with):
            return None
        if not is_present_version(files.store):
            return None
        published = open_published(files, manifest)
        papers = changed(self.database, Change.TEXT, self.number)
        gone = sum(len(rows) for rows in published.rows_of(papers).values())
        rows = gone + count_statements(self.database, papers)
        return published if rows <= most_rows(published.base_rows) else None

    def _publish_delta(self, published: Published, cache: VectorCache) -> Outcome | None:
        """Publish base and delta; None where all has to be written anew."""
        database, clock = self.database, self.clock
        with closing(Database(published.layout.store, read_only=True)) as store:
            with clock.timed("targets"):
                self._resolve_targets()
            with clock.timed("types"):
                papers = changed(database, Change.TEXT, self.number)
                decide_types(database, self.progress, papers=papers)
            with clock.timed("changes"):
                found = changed_papers(database, store, self.number)
                if len(found.facts) > MOST_PAPERS:
                    return None
            with clock.timed("compare"):
                delta = plan_delta(published, database, store, found, self.recipe)
            if delta is None:
                return None
        with clock.timed("encode"):
            codec = cache.codec(self.encoder)
            encoded = self._encode(cache, codec, delta.texts)
        with clock.timed("digest"):
            counts = self._counts(delta.papers) | {k: len(delta.segments[k].ids) for k in KINDS}
            digest = content_digest(
                model_digest=self.encoder.digest,
                recipe=self.recipe,
                made_with=self._made_with,
                parts=delta.parts() | self._outside(),
            )
        targets = self._targets(delta.papers)
        if self._is_published(published.manifest, digest, counts):
            return Outcome(encoded, False, published.manifest, targets)
        content = NewDelta(delta, cache, codec, counts, digest)

        def write(partial: GenerationLayout) -> Manifest:
            return write_delta(
                partial,
                self.number + 1,
                content,
                older=self.layout.generation(self.number - 1),
                encoder=self.encoder,
                database=database,
                clock=clock,
            )

        with clock.timed("write"):
            self._clear()
            manifest = self._written(write)
        return self._done(encoded, manifest, targets)

    def _publish_whole(self, cache: VectorCache) -> Outcome:
        """Publish a generation of which all files are new.

        What depends on the papers alone is done by workers, while targets are resolved here.
        """
        layout, database, clock = self.layout, self.database, self.clock
        comparing = self.workers.submit(compare_texts, (layout.store, self.recipe))
        words: Piece[None] | None = None
        if self._must_publish():
            words = self._begin_words()
        with clock.timed("targets"):
            self._resolve_targets()
        with clock.timed("types"):
            decide_types(database, self.progress)
        with clock.timed("compare"), self.progress.stage("Looking for new texts", None):
            found = comparing.result() | {"works": texts_of_works(database)}
            texts = encoded_texts(database, self.recipe, found)
        with clock.timed("encode"):
            codec = cache.codec(self.encoder)
            encoded = self._encode(cache, codec, texts)
        with clock.timed("digest"):
            papers = paper_arrays(paper_facts(database))
            digest = content_digest(
                model_digest=self.encoder.digest,
                recipe=self.recipe,
                made_with=self._made_with,
                parts={kind: (texts[kind].ids, texts[kind].digests) for kind in DIGESTED}
                | {"papers": (papers.ids, papers.facts)}
                | self._outside(),
            )
            counts = self._counts(papers) | {kind: len(found) for kind, found in texts.items()}
        targets = self._targets(papers)
        if words is None:
            current = read_manifest(layout.generation(self.number))
            if (current.content_digest, current.counts) == (digest, counts):
                return Outcome(encoded, False, current, targets)
        content = Content(texts, papers, codec, self._made_with, counts, digest)

        def write(partial: GenerationLayout) -> Manifest:
            return write_generation(
                partial,
                self.number + 1,
                content,
                database=database,
                cache=cache,
                encoder=self.encoder,
                recipe=self.recipe,
                workers=self.workers,
                words=words or self._begin_words(),
                progress=self.progress,
            )

        with clock.timed("write"):
            manifest = self._written(write)
        return self._done(encoded, manifest, targets)

    def _resolve_targets(self) -> None:
        resolve_targets(
            self.database,
            self.progress,
            kept=self.layout.targets,
            changed=changed(self.database, Change.TEXT, self.number) if self._noted else None,
        )

    def _must_publish(self) -> bool:
        """Whether there is nothing published that might still do."""
        if not self.number:
            return True
        published = self.layout.generation(self.number)
        if self.merge and read_manifest(published).delta is not None:
            return True
        return not is_copy(published.store, self.database)

    def _is_published(self, manifest: Manifest, digest: str, counts: dict[str, int]) -> bool:
        """Whether the published generation has some content, read from the same files."""
        return (manifest.content_digest, manifest.counts) == (digest, counts) and is_copy(
            self.layout.generation(self.number).store, self.database
        )

    def _begin_words(self) -> Piece[None]:
        self._clear()
        folder = self.layout.partial(self.number + 1).folder
        return self.workers.submit(write_words, (self.layout.store, folder))

    def _clear(self) -> None:
        """Make an empty folder to write the next generation in."""
        partial = self.layout.partial(self.number + 1)
        try:
            for stale in (partial.folder, self.layout.generation(self.number + 1).folder):
                if stale.exists():  # left by a build that died before it published
                    shutil.rmtree(stale)
            partial.folder.mkdir(parents=True)
        except OSError as error:
            raise StorageError(
                f"{error.filename or partial.folder}: {error.strerror or error}; generation"
                f" {self.number + 1} was not published, what was read is kept"
            ) from error

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

    def _outside(self) -> dict[str, tuple[NDArray[np.bytes_], NDArray[np.void]]]:
        """What services said of works, as a part of the content digest; none without a word."""
        found = list(outside_facts(self.database))
        if not found:
            return {}
        names = np.array([work.encode() for work, _ in found])
        return {"outside": (names, np.frombuffer(b"".join(d for _, d in found), dtype="V32"))}

    def _counts(self, papers: PaperArrays) -> dict[str, int]:
        return papers.totals() | {"files": count_files(self.database)}

    def _targets(self, papers: PaperArrays) -> dict[str, int]:
        """What became of the references; see ``BuildReport``."""
        return papers.methods() | count_works(self.database)

    def _written(self, write: Callable[[GenerationLayout], Manifest]) -> Manifest:
        """Write a generation and publish it."""
        number = self.number + 1
        partial, final = self.layout.partial(number), self.layout.generation(number)
        try:
            manifest = write(partial)
            partial.folder.rename(final.folder)
            sync_folder(self.layout.generations)
            replace_file(self.layout.current, f"{number}\n".encode())
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

    def _done(self, encoded: int, manifest: Manifest, targets: dict[str, int]) -> Outcome:
        begin_changes(self.database, manifest.generation)
        keep_history(self.layout)
        for folder in self.layout.generations.iterdir():
            bare = folder.name.removesuffix(".partial")
            if bare.isdigit() and int(bare) <= manifest.generation - KEPT_GENERATIONS:
                discard(GenerationLayout(folder))
        return Outcome(encoded, True, manifest, targets)
