"""The manifest of a generation: what it holds, made with what, and how to tell damage."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from semsearch.encode.encoder import Likeness
from semsearch.errors import DamageError, MismatchError
from semsearch.index.dense.files import DenseRecord
from semsearch.index.layout import GenerationLayout

#: Raised when a generation can no longer be read by older code.
FORMAT = 4


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
class Manifest:
    """What one generation holds.

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
    settings: dict[str, str],
    statements: Iterable[tuple[bytes, bytes, bytes]],
    abstracts: Iterable[tuple[bytes, bytes]],
) -> str:
    """SHA-256 (hex) over format, model, recipe, settings and the sorted content.

    Args:
        model_digest: of the encoder's weights and configuration.
        recipe: name of the statement recipe.
        settings: what else changes answers, by name.
        statements: (id, digest of the encoded text, labels), sorted by id.
        abstracts: (paper id, digest of the encoded text), sorted by id.
    """
    digest = hashlib.sha256()
    head = {"format": FORMAT, "model": model_digest, "recipe": recipe, "settings": settings}
    digest.update(orjson.dumps(head, option=orjson.OPT_SORT_KEYS))
    for name, rows in (("statements", statements), ("abstracts", abstracts)):
        digest.update(f"\n{name}\n".encode())
        for row in rows:
            for part in row:
                digest.update(len(part).to_bytes(4, "big"))
                digest.update(part)
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
            f" {digest[:12]}); ask for that model or build another index"
        )
    if manifest.recipe != recipe:
        raise MismatchError(
            f"{folder} was made with the recipe {manifest.recipe!r}, and the recipe asked for is"
            f" {recipe!r}; ask for that recipe or build another index"
        )
