"""All checks, in the order in which one thing rests on another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from semsearch.doctor.finding import Finding, Level
from semsearch.doctor.installation import check_extras, check_packages
from semsearch.errors import IndexFolderError, SettingError

if TYPE_CHECKING:
    from semsearch.index.manifest import Manifest


def examine(folder: Path | None = None) -> tuple[Finding, ...]:
    """Look at installation, settings, model, index and disk; nothing is changed.

    What rests on something that is not there is left out: without settings nothing but packages is
    looked at, without an index no generation.

    Args:
        folder: the index folder; the setting ``index`` when None.
    """
    packages = [check_packages(), check_extras()]
    try:
        return (*packages, *_beside_packages(folder))
    except ImportError as error:  # what is imported below is what ``packages`` are for
        said = f"nothing else can be looked at: {error}"
        advice = "install semsearch again with `pip install`"
        return (*packages, Finding("imports", Level.FAIL, said, advice))


def _beside_packages(folder: Path | None) -> list[Finding]:
    from semsearch.doctor import index
    from semsearch.doctor.model import check_model
    from semsearch.settings import settings

    try:
        named = settings().index
        where = (folder or named).absolute()
        found = [Finding("settings", Level.OK, "all are known and in their range")]
    except SettingError as error:
        return [Finding("settings", Level.FAIL, str(error), "docs/operating.md, Settings")]
    manifest, missing = _manifest(where)
    found.append(check_model(manifest))
    if missing is not None:
        found.append(missing)
    if not where.is_dir():
        return found
    if manifest is not None:
        found += [index.check_index(where, manifest), index.check_verified(where, manifest)]
    return [
        *found,
        index.check_disk(where, manifest),
        index.check_permissions(where),
        index.check_lock(where),
    ]


def _manifest(folder: Path) -> tuple[Manifest | None, Finding | None]:
    """The manifest of the published generation, or what stands against it."""
    from semsearch.index.layout import Layout
    from semsearch.index.manifest import read_manifest

    layout = Layout(folder)
    try:
        return read_manifest(layout.generation(layout.published())), None
    except IndexFolderError as error:
        advice = (
            f"run `semsearch build --index {folder}`, which publishes what its store holds"
            if layout.store.is_file()
            else f"run `semsearch build ARTICLES --index {folder}`, or restore a backup"
        )
        return None, Finding("index", Level.FAIL, str(error), advice)
