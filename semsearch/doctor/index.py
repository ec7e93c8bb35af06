"""Whether an index answers, was verified, and may be written."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from semsearch.doctor.finding import Finding, Level
from semsearch.errors import SemsearchError
from semsearch.index.layout import Layout, lock_holder
from semsearch.index.manifest import FORMAT, Manifest
from semsearch.index.verified import last_verified
from semsearch.retrieve.generation import open_generation
from semsearch.serve.access.keys import KeyRing
from semsearch.store.database import Database

_MEBIBYTE = 1 << 20


def check_index(folder: Path, manifest: Manifest) -> Finding:
    """Open the published generation and its store, with the size of every file."""
    layout = Layout(folder)
    said = f"generation {manifest.generation} of {manifest.created}"
    if manifest.format != FORMAT:
        return Finding(
            "index",
            Level.FAIL,
            f"{said} has format {manifest.format}, and this semsearch reads {FORMAT}",
            f"run `semsearch build --index {folder}`",
        )
    try:
        open_generation(folder)
        for store in (layout.store_of(manifest.generation), layout.store):
            Database(store, read_only=True).close()
    except SemsearchError as error:
        return Finding("index", Level.FAIL, str(error), "restore a backup, or build again")
    except Exception as error:
        said = f"{folder} cannot be opened: {type(error).__name__}: {error}"
        return Finding("index", Level.FAIL, said, "restore a backup, or build again")
    counts = ", ".join(f"{manifest.counts[kind]:,} {kind}" for kind in ("papers", "statements"))
    return Finding("index", Level.OK, f"{said} opens, all sizes fit: {counts}")


def check_verified(folder: Path, manifest: Manifest) -> Finding:
    """Whether the published generation was verified, and what came of it."""
    run = f"run `semsearch verify --index {folder}`"
    try:
        last = last_verified(Layout(folder))
    except SemsearchError as error:
        return Finding("verified", Level.WARN, str(error), run)
    if last is None:
        return Finding("verified", Level.WARN, "the index was never verified", run)
    # Files that were written anew have the same content digest.
    if (last.generation, last.content_digest) != (manifest.generation, manifest.content_digest):
        said = f"generation {last.generation} was verified {last.verified}, this one was not"
        return Finding("verified", Level.WARN, said, run)
    if last.faults:
        said = f"{last.faults} faults were found {last.verified}"
        return Finding("verified", Level.FAIL, said, f"{run} again to see which")
    return Finding("verified", Level.OK, f"without a fault, {last.verified}")


def check_disk(folder: Path, manifest: Manifest | None) -> Finding:
    """Whether a build that writes all files anew finds room beside those that are there."""
    layout = Layout(folder)
    free = shutil.disk_usage(folder).free
    if manifest is None:
        return Finding("disk", Level.OK, f"{_megabytes(free)} are free")
    stores = (layout.store_of(manifest.generation), layout.store)
    needed = sum(stamp.bytes for stamp in manifest.files.values())
    needed += sum(store.stat().st_size for store in stores if store.is_file())
    said = f"{_megabytes(free)} are free, and a build of all files takes {_megabytes(needed)}"
    if free < needed:
        return Finding("disk", Level.FAIL, said, "free some, or move the index")
    if free < 3 * needed:
        return Finding("disk", Level.WARN, said, "free some before the index grows")
    return Finding("disk", Level.OK, said)


def check_permissions(folder: Path) -> Finding:
    """Whether the folder can be written, and its keys are nobody else's."""
    layout = Layout(folder)
    try:
        KeyRing(folder).check()
    except SemsearchError as error:
        return Finding("permissions", Level.FAIL, str(error), f"run `chmod 600 {layout.keys}`")
    held = (folder, layout.generations, layout.store, layout.vector_cache, layout.alerts)
    for path in held:
        if path.exists() and not os.access(path, os.R_OK | os.W_OK):
            return Finding(
                "permissions",
                Level.FAIL,
                f"{path} cannot be read and written by this user; SQLite keeps files beside its"
                " own, for readers too",
                "give it to the user that runs semsearch",
            )
    return Finding("permissions", Level.OK, "the folder can be written")


def check_lock(folder: Path) -> Finding:
    """Who is building now."""
    holder = lock_holder(Layout(folder))
    if holder is None:
        return Finding("lock", Level.OK, "nobody is building")
    return Finding("lock", Level.OK, f"process {holder} is building; other builds wait or fail")


def _megabytes(count: int) -> str:
    return f"{count / _MEBIBYTE:,.0f} MiB"
