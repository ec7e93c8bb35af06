"""Reading evaluation sets: JSON lines and tables, with the line named when one is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from semsearch.errors import EvaluationError

T = TypeVar("T", bound=BaseModel)


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a file with their numbers from 1, empty ones left out.

    Raises:
        EvaluationError: the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, line
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read: {error.strerror}") from error


def read_records(path: Path, form: type[T]) -> Iterator[tuple[int, T]]:
    """The records of a JSON-lines file with their line numbers.

    Raises:
        EvaluationError: a line is no JSON, or lacks what a record needs.
    """
    for number, line in read_lines(path):
        try:
            yield number, form.model_validate(orjson.loads(line))
        except orjson.JSONDecodeError as error:
            raise EvaluationError(f"{path} line {number} is not JSON: {error}") from error
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise EvaluationError(
                f"{path} line {number}, field {place!r}: {first['msg']}"
            ) from error
