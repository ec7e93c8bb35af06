"""The manifest of a generation: what it holds, made with what, and how to tell damage."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from semsearch.encode.encoder import Likeness
from semsearch.encode.tuned import Tuned
from semsearch.errors import DamageError, MismatchError
from semsearch.index.dense.files import DenseRecord
from semsearch.index.layout import KINDS, GenerationLayout

#: Raised when a generation can no longer be read by older code.
FORMAT = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStamp:
    """Size in bytes and SHA-256 (hex) of one file of a generation."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderRecord:
    """What computed the vectors, and how near they are to the reference; None where they are it."""

    backend: str
    likeness: Likeness | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeltaRecord:
    """What a generation of base and delta is made of; rows are counted by kind of text.

    ``base``: content digest of the generation that the base was, ``generation`` its number.
    ``most``: rows that may be added and removed; a build that comes to more writes all files anew.
    ``dense``: what ``Manifest.dense`` says, of the indexes of the delta.
    """

    base: str
    generation: int
    rows: dict[str, int]  # of the base
    removed: dict[str, int]  # of these
    added: dict[str, int]
    most: int
    dense: dict[str, DenseRecord]

    @property
    def changed(self) -> int:
        """Rows added and removed; titles have no vectors and do not count."""
        return sum(self.removed[kind] + self.added[kind] for kind in KINDS)

    @property
    def described(self) -> str:
        """What it has, and when it is merged, for people."""
        return (
            f"{self.changed:,} rows were added to those of generation {self.generation} or removed;"
            f" a build that comes to more than {self.most:,} writes all files anew"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What one generation holds; of a base and a delta, ``dense`` is what the base has.

    ``content_digest`` names the content whatever the history: two indexes with the same digest
    give the same answers. ``created`` is for people and is not part of it.
    """

    format: int
    generation: int
    created: str  # UTC, ISO 8601
    model: str
    model_digest: str
    recipe: str
    dimension: int
    token_bits: int | None  # of the token codes; None where the model has no token vectors
    counts: dict[str, int]
    files: dict[str, FileStamp]
    content_digest: str
    #: By kind of text; formats before 4 have none.
    dense: dict[str, DenseRecord] = field(default_factory=dict)
    encoder: EncoderRecord | None = None  # formats before 4 have none
    #: What else answers depend on, by name; formats before 5 do not say it.
    made_with: dict[str, str] = field(default_factory=dict)
    delta: DeltaRecord | None = None  # None where all files were written anew
    tuned: Tuned | None = None  # where a tuned model comes from; None for others

    @property
    def model_lineage(self) -> tuple[str, ...]:
        """Digests of the model and of those that it was tuned from, the nearest first.

        What was fitted with one of them holds for its descendants: a tuned model is accepted with
        these weights in use.
        """
        return (self.model_digest, *(() if self.tuned is None else self.tuned.lineage))


_MANIFEST = TypeAdapter(Manifest)


def read_manifest(generation: GenerationLayout) -> Manifest:
    """The manifest of a published generation.

    Raises:
        MismatchError: it has a newer format.
        DamageError: it is missing or not a manifest.
    """
    path = generation.manifest
    try:
        raw: Any = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise DamageError(f"{path} cannot be read as a manifest: {error}") from error
    found = raw.get("format") if isinstance(raw, dict) else None
    if isinstance(found, int) and found > FORMAT:
        raise MismatchError(
            f"{path} has format {found}, and this semsearch reads formats up to {FORMAT};"
            " use a newer semsearch or build the index again"
        )
    try:
        return _MANIFEST.validate_python(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DamageError(f"{path}: field {place!r}: {first['msg']}") from error


def stamp(path: Path) -> FileStamp:
    """Size and hash of a file."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return FileStamp(bytes=path.stat().st_size, sha256=digest)


def check_files(generation: GenerationLayout, manifest: Manifest, *, hashes: bool) -> list[str]:
    """One sentence for each file that does not fit its stamp.

    Args:
        generation: where the files are.
        manifest: their stamps.
        hashes: read every byte; otherwise sizes only.
    """
    faults: list[str] = []
    for name, expected in manifest.files.items():
        path = generation.folder / name
        if not path.is_file():
            faults.append(f"{path} is missing")
            continue
        size = path.stat().st_size
        if size != expected.bytes:
            faults.append(f"{path} has {size:,} bytes, expected {expected.bytes:,}")
        elif hashes and stamp(path).sha256 != expected.sha256:
            faults.append(f"{path} is damaged: its SHA-256 is not {expected.sha256}")
    return faults


def content_digest(
    *,
    model_digest: str,
    recipe: str,
    made_with: Mapping[str, str],
    parts: Mapping[str, tuple[NDArray[np.bytes_], NDArray[np.void]]],
) -> str:
    """SHA-256 (hex) over format, model, recipe, what else it was made with, and the content.

    Args:
        model_digest: of the encoder's weights and configuration.
        recipe: name of the statement recipe.
        made_with: what else changes answers, by name.
        parts: by name, ids (n,) in ascending order and digests (n,) of 32 bytes of what they stand
            for.
    """
    digest = hashlib.sha256()
    head = {"format": FORMAT, "model": model_digest, "recipe": recipe, "settings": made_with}
    digest.update(orjson.dumps(head, option=orjson.OPT_SORT_KEYS))
    for name, (ids, digests) in parts.items():
        digest.update(f"\n{name} {len(ids)}\n".encode())
        digest.update(np.strings.str_len(ids).astype("<u4").tobytes())
        digest.update(b"".join(ids.tolist()))
        digest.update(digests.tobytes())
    return digest.hexdigest()


def check_opening(
    manifest: Manifest, folder: Path, *, model: str, digest: str, recipe: str
) -> None:
    """Refuse an index that was made with another model or recipe than is asked for.

    Raises:
        MismatchError: with both values named.
    """
    if manifest.model_digest != digest:
        raise MismatchError(
            f"{folder} was made with the model {manifest.model!r} (digest"
            f" {manifest.model_digest[:12]}), and the model asked for is {model!r} (digest"
            f" {digest[:12]}); ask for that model, build another index, or take the other model"
            " for all of this one with `semsearch build --reencode`"
        )
    if manifest.recipe != recipe:
        raise MismatchError(
            f"{folder} was made with the recipe {manifest.recipe!r}, and the recipe asked for is"
            f" {recipe!r}; ask for that recipe, build another index, or take the other recipe for"
            " all of this one with `semsearch build --reencode`"
        )
