"""Arrays of an index as files of numpy, memory-mapped when they are opened."""

from __future__ import annotations

import os
import tokenize
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semsearch.errors import DamageError


def save_array(path: Path, array: NDArray[np.generic]) -> None:
    """Write an array for ``open_array``, synced.

    Raises:
        OSError: the disk is full.
    """
    with path.open("wb") as stream:
        np.save(stream, array)
        stream.flush()
        os.fsync(stream.fileno())


def open_array(path: Path) -> NDArray[Any]:
    """An array that ``save_array`` wrote, memory-mapped.

    Raises:
        DamageError: the file cannot be read.
    """
    try:
        # A plain view: slicing a numpy.memmap makes another one each time.
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except (OSError, ValueError, EOFError, SyntaxError, tokenize.TokenError) as error:
        raise DamageError(f"{path} cannot be read as a numpy array: {error}") from error


def narrowed(texts: NDArray[np.bytes_]) -> NDArray[np.bytes_]:
    """Byte strings in no wider a type than the longest needs, as numpy makes it of a list."""
    if not len(texts):
        return np.array([], dtype=np.bytes_)
    return texts.astype(f"S{max(1, int(np.strings.str_len(texts).max()))}", copy=False)
