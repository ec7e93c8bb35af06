"""What is known of a model's folder without loading the model."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import orjson
from pydantic import TypeAdapter, ValidationError

from semsearch.encode.sources import file_digest
from semsearch.encode.writing import replace_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """How a file was found: bytes, times of change in nanoseconds, SHA-256 (hex)."""

    bytes: int
    modified: int
    changed: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the reference says of a model.

    ``unconvertible`` is why it cannot be converted, as the end of a sentence; ``limit`` and
    ``padding`` are None then.
    """

    libraries: str  # versions that made the digest
    files: dict[str, FileState]
    digest: str
    dimension: int
    limit: int | None
    padding: int | None
    unconvertible: str | None


_KNOWN = TypeAdapter(Known)
#: Raised whenever something else than before goes into the digest of a model, so that digests that
#: were kept are made again.
DIGEST_SCHEME: Final = 2


def libraries() -> str:
    """Versions of what loads the reference and digests it."""
    names = ("sentence-transformers", "transformers")
    return " ".join([*(f"{name} {installed(name)}" for name in names), f"digest {DIGEST_SCHEME}"])


def converters() -> str:
    """Versions of what takes part in converting a model."""
    names = ("torch", "transformers", "openvino", "nncf", "onnx", "onnxruntime")
    return " ".join(f"{name} {installed(name)}" for name in names)


def installed(package: str) -> str:
    """Version of an installed package."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def read_known(cache: Path, folder: Path) -> Known | None:
    """What was kept for a folder; None where nothing was, or a file is another one since.

    A file whose size and times are as they were is not read again.
    """
    path = _path(cache, folder)
    try:
        known = _KNOWN.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    if known.libraries != libraries():
        return None
    found = states(folder, known.files)
    if {name: one.sha256 for name, one in found.items()} != {
        name: one.sha256 for name, one in known.files.items()
    }:
        return None
    return known


def keep_known(cache: Path, folder: Path, known: Known) -> None:
    """Keep what is known of a folder.

    Raises:
        OSError: the cache cannot be written.
    """
    path = _path(cache, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_bytes(path, orjson.dumps(known, option=orjson.OPT_INDENT_2))


def states(folder: Path, before: dict[str, FileState]) -> dict[str, FileState]:
    """The state of every file of a folder; ``before`` spares reading the unchanged ones."""
    found: dict[str, FileState] = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        name, stat = path.relative_to(folder).as_posix(), path.stat()
        state = (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
        held = before.get(name)
        same = held is not None and (held.bytes, held.modified, held.changed) == state
        sha256 = held.sha256 if held is not None and same else file_digest(path)
        found[name] = FileState(bytes=state[0], modified=state[1], changed=state[2], sha256=sha256)
    return found


def _path(cache: Path, folder: Path) -> Path:
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:24]
    return cache / "known" / f"{name}.json"
