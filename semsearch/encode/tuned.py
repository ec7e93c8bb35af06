"""What the folder of a tuned model says of itself, in ``semsearch.json`` beside the model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import orjson
from pydantic import TypeAdapter, ValidationError

from semsearch.encode.writing import replace_bytes
from semsearch.errors import EncoderError

RECORD = "semsearch.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """Where a tuned model comes from.

    Attributes:
        base: name of the model that was tuned.
        lineage: digests of the base, of what that was tuned from, and so on; at least one.
        corpus: content digest of the index it was tuned on.
        accepted: whether the evaluation sets improved; None before they were asked.
    """

    base: str
    lineage: tuple[str, ...]
    corpus: str
    accepted: bool | None

    @property
    def described(self) -> str:
        """For people."""
        verdict = {True: "", False: ", not accepted", None: ", not evaluated"}[self.accepted]
        return (
            f"from {self.base} (digest {self.lineage[0][:12]}) on the index with content digest"
            f" {self.corpus[:12]}{verdict}"
        )


_RECORD = TypeAdapter(Tuned)


def read_tuned(folder: Path) -> Tuned | None:
    """What a folder says; None for a model that was not tuned here.

    Raises:
        EncoderError: the file cannot be read as such a record.
    """
    path = folder / RECORD
    if not path.is_file():
        return None
    try:
        found = _RECORD.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise EncoderError(
            f"{path} cannot be read as the record of a tuned model; tune again, or delete it and"
            " lose where the model comes from"
        ) from error
    if not found.lineage:
        raise EncoderError(f"{path}: field 'lineage' is empty, expected the digest of the base")
    return found


def write_tuned(folder: Path, record: Tuned) -> None:
    """Write the record into the folder of a model.

    Raises:
        OSError: it cannot be written.
    """
    replace_bytes(folder / RECORD, orjson.dumps(record, option=orjson.OPT_INDENT_2) + b"\n")
