"""The files of a lexical index: an array each."""

from __future__ import annotations

import hashlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from semsearch.errors import DamageError
from semsearch.index.arrays import open_array, save_array
from semsearch.index.layout import sync_folder
from semsearch.index.lexical.mapped import MappedLexicalIndex
from semsearch.index.lexical.protocol import K1, B, vocabulary_key
from semsearch.language.tokens import SILENT_TOKENS

_CHUNK: Final = 65536  # texts or postings that are worked on at once
_ARRAYS: Final = (
    "vocabulary", "starts", "rows", "frequencies", "impacts", "peaks", "lengths", "offsets",
    "tokens", "digests",
)  # fmt: skip
_BASE: Final = np.uint64(0x9E3779B97F4A7C15)  # of the polynomial of a digest: odd, many bits


class LexicalWriter:
    """Takes texts one after the other and writes a lexical index of them.

    Holds four bytes for each token and eight for each posting, of all texts.
    """

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict()
        self._numbers.default_factory = self._numbers.__len__  # the next number for a new token
        self._open, self._lengths = array("i"), array("i")
        self._texts = 0  # whose postings are counted
        self._tokens: list[NDArray[np.int32]] = []
        self._postings: list[tuple[NDArray[np.int32], ...]] = []  # tokens, rows, frequencies

    def add(self, text: Iterable[str]) -> None:
        """The next text, by its tokens."""
        before = len(self._open)
        self._open.extend(map(self._numbers.__getitem__, text))
        self._lengths.append(len(self._open) - before)
        if len(self._lengths) - self._texts == _CHUNK:
            self._count()

    def _count(self) -> None:
        """Make postings of the texts that were added since."""
        tokens = np.array(self._open, dtype=np.int32)
        lengths = np.array(self._lengths[self._texts :], dtype=np.int64)
        rows = np.repeat(np.arange(len(lengths)), lengths)
        pairs, often = np.unique(tokens * np.int64(_CHUNK) + rows, return_counts=True)
        self._tokens.append(tokens)
        self._postings.append(
            (
                (pairs // _CHUNK).astype(np.int32),
                (pairs % _CHUNK + self._texts).astype(np.int32),
                often.astype(np.int32),
            )
        )
        self._texts += len(lengths)
        self._open = array("i")

    def write(self, folder: Path) -> None:
        """Write the index; equal texts give equal bytes.

        Args:
            folder: made here.

        Raises:
            ValueError: a token is empty or ends in a zero byte, which numpy cannot tell apart.
            OSError: the disk is full.
        """
        self._count()
        numbers = self._numbers
        words = sorted(numbers, key=vocabulary_key)
        if any(not word or word.endswith("\0") for word in words):
            raise ValueError("a token is empty or ends in a zero byte")
        rank = np.zeros(len(words), dtype=np.int32)
        rank[[numbers[word] for word in words]] = np.arange(len(words), dtype=np.int32)
        posted, rows, frequencies = map(np.concatenate, zip(*self._postings, strict=True))
        of_posting = rank[posted]
        order = np.argsort(of_posting, kind="stable")
        counts = np.bincount(of_posting, minlength=len(words))
        save_lexical(
            folder,
            vocabulary=np.array([vocabulary_key(word) for word in words] or [], dtype=np.bytes_),
            starts=np.append(0, np.cumsum(counts)).astype(np.int64),
            rows=rows[order],
            frequencies=frequencies[order],
            lengths=np.array(self._lengths, dtype=np.int32),
            tokens=rank[np.concatenate(self._tokens)],
        )


def save_lexical(
    folder: Path,
    *,
    vocabulary: NDArray[np.bytes_],
    starts: NDArray[np.int64],
    rows: NDArray[np.int32],
    frequencies: NDArray[np.integer],
    lengths: NDArray[np.int32],
    tokens: NDArray[np.int32],
) -> None:
    """Write the arrays of ``MappedLexicalIndex``, and those that follow from them.

    Args:
        folder: made here.
        vocabulary: see ``MappedLexicalIndex``, as the others.
        starts: likewise.
        rows: likewise.
        frequencies: likewise, of any type.
        lengths: likewise.
        tokens: likewise.

    Raises:
        OSError: the disk is full.
    """
    offsets = np.append(0, np.cumsum(lengths, dtype=np.int64))
    impacts = np.empty(len(rows), dtype=np.float32)
    mean = _mean(tokens, lengths)
    for first in range(0, len(rows), _CHUNK):
        part = slice(first, first + _CHUNK)
        often = frequencies[part].astype(np.float64)
        norms = K1 * (1 - B + B * lengths[rows[part]] / mean)
        impacts[part] = often * (K1 + 1) / (often + norms)
    peaks = np.maximum.reduceat(impacts, starts[:-1]) if len(impacts) else impacts
    most = int(frequencies.max(initial=0))
    folder.mkdir()
    for name, content in {
        "vocabulary": vocabulary,
        "starts": starts,
        "rows": rows,
        "frequencies": frequencies.astype(np.min_scalar_type(most)),
        "impacts": impacts,
        "peaks": peaks,
        "lengths": lengths,
        "offsets": offsets,
        "tokens": tokens,
        "digests": _digests(vocabulary, tokens, offsets),
    }.items():
        save_array(folder / f"{name}.npy", content)
    sync_folder(folder)


def write_lexical(folder: Path, texts: Iterable[Sequence[str]]) -> None:
    """Write a lexical index of texts by ``LexicalWriter``.

    Args:
        folder: made here.
        texts: the tokens of each text, in the order of the rows of the dense index.
    """
    writer = LexicalWriter()
    for text in texts:
        writer.add(text)
    writer.write(folder)


def open_lexical(folder: Path) -> MappedLexicalIndex:
    """A lexical index that ``write_lexical`` wrote, memory-mapped.

    Raises:
        DamageError: a file cannot be read, or they do not agree.
    """
    arrays: dict[str, NDArray[np.generic]] = {}
    for name in _ARRAYS:
        arrays[name] = open_array(folder / f"{name}.npy")
    fits = (
        len(arrays["starts"]) == len(arrays["vocabulary"]) + 1 == len(arrays["peaks"]) + 1
        and len(arrays["offsets"]) == len(arrays["lengths"]) + 1 == len(arrays["digests"]) + 1
        and len(arrays["rows"]) == len(arrays["frequencies"]) == len(arrays["impacts"])
        and int(arrays["starts"][-1]) == len(arrays["rows"])
        and int(arrays["offsets"][-1]) == len(arrays["tokens"])
    )
    if not fits:
        raise DamageError(f"the files of {folder} do not agree in length")
    mean = _mean(arrays["tokens"], arrays["lengths"])
    return MappedLexicalIndex(**arrays, mean=mean)  # type: ignore[arg-type]


def _mean(tokens: NDArray[np.generic], lengths: NDArray[np.generic]) -> float:
    """Tokens of a text in the mean; 1 where there are none."""
    return len(tokens) / max(len(lengths), 1) or 1.0


def _digests(
    vocabulary: NDArray[np.bytes_], tokens: NDArray[np.int32], offsets: NDArray[np.int64]
) -> NDArray[np.int64]:
    """(n,) what each text says: a polynomial over digests of its tokens, but for silent ones.

    Modulo 2**64 (Karp and Rabin 1987, Efficient randomized pattern-matching algorithms). Equal
    texts have equal ones in every index.
    """
    silent = frozenset(map(vocabulary_key, SILENT_TOKENS))
    keys = vocabulary.tolist()
    values = np.array(
        [int.from_bytes(hashlib.blake2b(key, digest_size=8).digest()) for key in keys],
        dtype=np.uint64,
    )
    spoken = np.array([key not in silent for key in keys], dtype=np.bool_)
    found = np.zeros(len(offsets) - 1, dtype=np.uint64)
    longest = int(np.diff(offsets).max(initial=0))
    powers = np.cumprod(np.full(longest + 1, _BASE, dtype=np.uint64))
    for first in range(0, len(found), _CHUNK):
        edges = offsets[first : first + _CHUNK + 1]
        part = tokens[edges[0] : edges[-1]]
        kept = spoken[part]
        counted = np.append(0, np.cumsum(kept))[edges - edges[0]]  # spoken ones before each text
        place = np.arange(counted[-1]) - np.repeat(counted[:-1], np.diff(counted))
        terms = values[part[kept]] * powers[place]
        running = np.append(np.uint64(0), np.cumsum(terms, dtype=np.uint64))
        found[first : first + len(counted) - 1] = running[counted[1:]] - running[counted[:-1]]
    return found.view(np.int64)
