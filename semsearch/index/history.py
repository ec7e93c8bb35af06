"""When each generation was published: what is left of the manifests of those that were deleted."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from pydantic import TypeAdapter, ValidationError

from semsearch.errors import DamageError
from semsearch.index.layout import Layout, replace_file
from semsearch.index.manifest import read_manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A generation and when it was published, UTC, ISO 8601."""

    generation: int
    created: str


_LIST = TypeAdapter(tuple[Published, ...])


def history(layout: Layout) -> tuple[Published, ...]:
    """The generations up to the published one whose date is known, ascending.

    Those that were deleted before dates were kept are missing.

    Raises:
        DamageError: the file of dates, or a manifest, cannot be read.
    """
    found = {one.generation: one for one in _recorded(layout)}
    if layout.generations.is_dir():
        for folder in layout.generations.iterdir():
            if folder.name.isdigit() and (folder / "manifest.json").is_file():
                number = int(folder.name)
                created = read_manifest(layout.generation(number)).created
                found[number] = Published(generation=number, created=created)
    newest = layout.current_number()
    return tuple(found[number] for number in sorted(found) if number <= newest)


def keep_history(layout: Layout) -> None:
    """Write down the dates of all generations that are there; called before any is deleted.

    The file is replaced whole, and is made again from the manifests where a build died before.
    """
    replace_file(layout.history, orjson.dumps(history(layout)) + b"\n")


def _recorded(layout: Layout) -> tuple[Published, ...]:
    try:
        return _LIST.validate_json(layout.history.read_bytes())
    except FileNotFoundError:
        return ()
    except (OSError, ValidationError) as error:
        raise DamageError(
            f"{layout.history} cannot be read as dates of generations; delete it, and the dates of"
            f" the generations that are there are known again: {error}"
        ) from error
