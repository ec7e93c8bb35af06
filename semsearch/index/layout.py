"""Where everything lies in an index folder; ``index/README.md`` describes the same for people."""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from semsearch.errors import DamageError, LockedError, MissingIndexError, StorageError
from semsearch.index.dense.files import DensePaths

_PARTIAL = ".partial"
_LOOKS, _LOOK_SECONDS = 20, 0.02  # how often, and how far apart, a lock is tried


#: What has rows of its own. Sentences are those of titles and abstracts, works those that have a
#: title, which is their text.
KINDS = ("statements", "abstracts", "sentences", "works")
#: Of these, those whose texts go into the content digest: sentences follow from abstracts.
DIGESTED = ("statements", "abstracts", "works")


@dataclass(frozen=True, slots=True)
class RowPaths:
    """Which rows a delta has, and which of the base are left out; see ``delta/rows.py``."""

    removed: Path
    inserted: Path


@dataclass(frozen=True, slots=True)
class GenerationLayout:
    """The files of one generation; never changed once it is published, but for corrections.

    A generation of base and delta has the indexes in two folders of the same form, ``base`` and
    ``delta``; all the rest, with the ids of the rows, is that of the whole.
    """

    folder: Path

    @property
    def manifest(self) -> Path:
        """What the generation holds; see ``manifest.py``."""
        return self.folder / "manifest.json"

    def dense(self, kind: str) -> DensePaths:
        """The dense index over ``kind``, one of ``KINDS``."""
        return DensePaths(
            search=self.folder / f"{kind}.faiss",
            vectors=self.folder / f"{kind}.vectors.npy",
            ids=self.folder / f"{kind}.ids.npy",
        )

    @property
    def base(self) -> GenerationLayout:
        """The indexes of the base: hard links to the files of the generation it was."""
        return GenerationLayout(self.folder / "base")

    @property
    def delta(self) -> GenerationLayout:
        """The indexes of what came since."""
        return GenerationLayout(self.folder / "delta")

    def rows(self, kind: str) -> RowPaths:
        """Rows of a delta: of ``dense(kind)``, and "titles"."""
        return RowPaths(
            removed=self.folder / f"{kind}.removed.npy",
            inserted=self.folder / f"{kind}.inserted.npy",
        )

    def digests(self, kind: str) -> Path:
        """SHA-256 of the encoded text of each row of one of ``DIGESTED``."""
        return self.folder / f"{kind}.digests.npy"

    def papers(self, what: str) -> Path:
        """What is known of each paper of the corpus: "ids", "facts" or "counts"."""
        return self.folder / f"papers.{what}.npy"

    def token_codes(self, kind: str) -> Path:
        """Token vectors of the rows of ``dense(kind)``, in codes of a few bytes."""
        return self.folder / f"{kind}.tokens"

    def token_offsets(self, kind: str) -> Path:
        """Where the tokens of each row start in ``token_codes(kind)``, a numpy array."""
        return self.folder / f"{kind}.tokens.npy"

    @property
    def centre(self) -> Path:
        """Mean of the vectors of ``dense("sentences")``, a numpy array."""
        return self.folder / "centre.npy"

    @property
    def centre_sums(self) -> Path:
        """Sums of the vectors that ``centre`` is the mean of, in whole numbers."""
        return self.folder / "centre.sums.npy"

    @property
    def token_codec(self) -> Path:
        """Mean and projection of the token codes, a numpy array."""
        return self.folder / "codec.npy"

    def lexical(self, kind: str) -> Path:
        """Folder of the lexical index over "statements", "contexts", "abstracts" or "titles"."""
        return self.folder / f"{kind}.lexical"

    def columns(self, kind: str) -> Path:
        """Folder of the columns for filters and facets over ``kind``, as in ``lexical``."""
        return self.folder / f"{kind}.columns"

    @property
    def abbreviations(self) -> Path:
        """Short and long forms that the papers define."""
        return self.folder / "abbreviations.json"

    @property
    def definitions(self) -> Path:
        """How many papers define each short form, and how they print it."""
        return self.folder / "definitions.json"

    @property
    def store(self) -> Path:
        """The store as it was when the generation was published, and corrections made since."""
        return self.folder / "store.sqlite"


@dataclass(frozen=True, slots=True)
class Layout:
    """An index folder: the store, the vector cache, and the published generations."""

    folder: Path

    @property
    def store(self) -> Path:
        """The SQLite store, the only source of truth."""
        return self.folder / "store.sqlite"

    def store_of(self, number: int) -> Path:
        """The store that a published generation answers from.

        Generations that were published before they had a store of their own have ``store``.
        """
        own = self.generation(number).store
        return own if own.is_file() else self.store

    @property
    def vector_cache(self) -> Path:
        """Vectors by the digest of their text; may be deleted, and is then computed again."""
        return self.folder / "vectors.sqlite"

    @property
    def targets(self) -> Path:
        """How references were led to works; may be deleted, and all are then linked again."""
        return self.folder / "targets.sqlite"

    @property
    def current(self) -> Path:
        """Holds the number of the published generation; replaced by one rename."""
        return self.folder / "CURRENT"

    @property
    def history(self) -> Path:
        """When each generation was published; see ``history.py``."""
        return self.folder / "history.json"

    @property
    def keys(self) -> Path:
        """Keys of the HTTP API as hashes; builds never touch it."""
        return self.folder / "keys.sqlite"

    @property
    def alerts(self) -> Path:
        """Saved searches and what was seen of them; builds never touch it."""
        return self.folder / "alerts.sqlite"

    @property
    def added(self) -> Path:
        """Articles that were sent over HTTP, by their SHA-256: sources of the store."""
        return self.folder / "added"

    @property
    def verified(self) -> Path:
        """What the last verification came to; see ``verified.py``."""
        return self.folder / "verified.json"

    @property
    def lock(self) -> Path:
        """Held by the process that writes."""
        return self.folder / "LOCK"

    @property
    def generations(self) -> Path:
        """Holds a folder for each generation."""
        return self.folder / "generations"

    def generation(self, number: int) -> GenerationLayout:
        """The files of a published generation."""
        return GenerationLayout(self.generations / f"{number:06d}")

    def partial(self, number: int) -> GenerationLayout:
        """Where a generation is written before it is published."""
        return GenerationLayout(self.generations / f"{number:06d}{_PARTIAL}")

    def current_number(self) -> int:
        """The number of the published generation, 0 when none was published yet.

        Raises:
            DamageError: ``CURRENT`` does not hold a number.
        """
        try:
            text = self.current.read_text("ascii").strip()
        except FileNotFoundError:
            return 0
        except (OSError, UnicodeDecodeError) as error:
            raise DamageError(f"{self.current} cannot be read: {error}") from error
        if not text.isdigit() or int(text) < 1:
            raise DamageError(f"{self.current} holds {text!r}, expected the number of a generation")
        return int(text)

    def published(self) -> int:
        """The number of the published generation.

        Raises:
            MissingIndexError: the folder is no index, or nothing was published in it.
        """
        number = self.current_number()
        if number == 0:
            raise MissingIndexError(
                f"{self.folder} holds no index, expected a folder made by `semsearch build`"
            )
        return number


@contextmanager
def locked(layout: Layout) -> Iterator[None]:
    """Be the only writer of an index folder; the lock ends with the process.

    Raises:
        LockedError: another process is writing.
        StorageError: the folder cannot be made or written.
    """
    import fcntl

    try:
        layout.folder.mkdir(parents=True, exist_ok=True)
        stream = layout.lock.open("a+b", buffering=0)
    except OSError as error:
        raise StorageError(f"{layout.folder} cannot be written: {error.strerror}") from error
    with stream:
        for left in reversed(range(_LOOKS)):
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if left:  # somebody may only be looking who builds, see ``lock_holder``
                    time.sleep(_LOOK_SECONDS)
                    continue
                stream.seek(0)
                raise LockedError(
                    f"{layout.folder} is being written by process"
                    f" {stream.read().decode().strip() or 'unknown'}; wait until it ends"
                ) from None
        try:
            stream.truncate(0)
            stream.write(f"{os.getpid()}\n".encode())
        except OSError as error:
            raise StorageError(f"{layout.lock} cannot be written: {error.strerror}") from error
        yield


def lock_holder(layout: Layout) -> str | None:
    """The process that writes to an index folder now, as it named itself; None for nobody."""
    import fcntl

    try:
        stream = layout.lock.open()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(f"{layout.lock} cannot be read: {error.strerror}") from error
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return stream.read().strip() or "unknown"
    return None


class Hold:
    """Keeps builds from deleting a generation until it is closed, or nothing refers to it.

    Raises:
        DamageError: the generation is not there, or a build has just deleted it.
    """

    def __init__(self, generation: GenerationLayout) -> None:
        import fcntl

        try:
            descriptor = os.open(generation.manifest, os.O_RDONLY)
        except OSError as error:
            raise DamageError(f"{generation.manifest} cannot be read: {error.strerror}") from error
        self._close = weakref.finalize(self, os.close, descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_SH)  # waits while a build deletes it
        if not generation.manifest.is_file():
            raise DamageError(f"{generation.folder} was deleted by a build; open the index again")

    def close(self) -> None:
        """Let go of the generation; a second time does nothing."""
        self._close()


def discard(generation: GenerationLayout) -> None:
    """Delete a generation, unless somebody holds it."""
    import fcntl
    import shutil

    if not generation.manifest.is_file():  # never published
        shutil.rmtree(generation.folder)
        return
    with generation.manifest.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        shutil.rmtree(generation.folder)


def take_store(generation: GenerationLayout, target: Path) -> bool:
    """Delete a generation, unless somebody holds it, but for its store, which is moved.

    Returns:
        Whether it was; what nobody published has no store to take.
    """
    import fcntl
    import shutil

    if not generation.manifest.is_file() or not generation.store.is_file():
        return False
    with generation.manifest.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        log = generation.store.with_name(generation.store.name + "-wal")
        if log.is_file():  # of a correction that was cut short; SQLite goes on with it
            log.rename(target.with_name(target.name + "-wal"))
        generation.store.rename(target)
        shutil.rmtree(generation.folder)
    return True


def replace_file(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Write a file so that a reader sees the old content or the new, and never a part.

    Args:
        path: the file.
        content: all of it, or its pieces.
    """
    temporary = path.with_name(path.name + _PARTIAL)
    try:
        with temporary.open("wb") as stream:
            for piece in (content,) if isinstance(content, bytes) else content:
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder last over a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
