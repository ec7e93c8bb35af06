"""Arrays in files of their own, written whole and memory-mapped when read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semsearch.errors import DamageError


def save_array(path: Path, array: NDArray[np.generic]) -> None:
    """Write an array for ``numpy.load``, synced.

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
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DamageError(f"{path} cannot be read as a numpy array: {error}") from error
    return array


def narrowed(texts: NDArray[np.bytes_]) -> NDArray[np.bytes_]:
    """Byte strings in no wider a type than the longest needs, as numpy makes it of a list."""
    if not len(texts):
        return np.array([], dtype=np.bytes_)
    return texts.astype(f"S{max(1, int(np.strings.str_len(texts).max()))}", copy=False)
