"""Token vectors of the texts of an index, in codes of a few bytes, memory-mapped.

They serve late interaction: the score of a text is made of the best match of each token of the
question among the tokens of the text (Khattab and Zaharia 2020, ColBERT).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.token_codes import MOST_MATCHED, TokenCodec, TokenMatcher, codec_from_array
from semsearch.errors import DamageError
from semsearch.index.arrays import open_array, save_array
from semsearch.index.delta.rows import RowMap


@dataclass(frozen=True, slots=True)
class BlockMatches:
    """Best matches in blocks of successive tokens.

    ``values``: (b, q) float32, the blocks of all texts, one text after the other. ``offsets``:
    (n + 1,) int64, where the blocks of each text start; a text without tokens has no block.
    """

    values: NDArray[np.float32]
    offsets: NDArray[np.int64]

    def best(self) -> NDArray[np.float32]:
        """(n, q) float32, the best match in each whole text; 0 in a text without tokens."""
        found = np.zeros((len(self.offsets) - 1, self.values.shape[1]), dtype=np.float32)
        filled = np.flatnonzero(np.diff(self.offsets))
        if len(filled):
            found[filled] = np.maximum.reduceat(self.values, self.offsets[filled], axis=0)
        return found


class TokenIndex(Protocol):
    """Best matches between the tokens of a question and those of texts.

    Invariants, held by the contract test of every implementation against ``SlowTokenIndex``:

    - Row *i* is the text of row *i* of the dense index beside it.
    - A match is the cosine of two projected token vectors, −1 to 1, within 1e-5.
    - Matches of a row depend on no other row.
    - ``block_matches`` may be called by several threads.
    """

    @property
    def codec(self) -> TokenCodec:
        """Of the codes."""

    def __len__(self) -> int:
        """How many texts there are."""

    def block_matches(
        self, query: NDArray[np.float32], rows: NDArray[np.int64], size: int
    ) -> BlockMatches:
        """The best match of each token of the question in each block of each text.

        Args:
            query: (q, k) float32 unit rows, from ``codec.project``.
            rows: (n,) of the texts, in any order.
            size: tokens of a block, at least 1; the last one of a text may have fewer.
        """

    def vectors(self, row: int) -> NDArray[np.float32]:
        """(t, k) float32 unit rows, the tokens of one text as the codes have them."""


@dataclass(frozen=True, slots=True)
class SlowTokenIndex:
    """The slow honest one: a loop over texts and tokens.

    Args:
        codec: of the codes.
        codes: (T, code_bytes) uint8, the tokens of all texts, one text after the other.
        offsets: (n + 1,) int64, where each text starts in ``codes``.
    """

    codec: TokenCodec
    codes: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def block_matches(
        self, query: NDArray[np.float32], rows: NDArray[np.int64], size: int
    ) -> BlockMatches:
        """The best match of each token in each block; see ``TokenIndex``."""
        found: list[list[float]] = []
        offsets = [0]
        for row in rows:
            tokens = self.codec.decode(self.codes[self.offsets[row] : self.offsets[row + 1]])
            for start in range(0, len(tokens), size):
                block = tokens[start : start + size]
                found.append([max(float(token @ asked) for token in block) for asked in query])
            offsets.append(len(found))
        values = np.array(found, dtype=np.float32).reshape(len(found), len(query))
        return BlockMatches(values, np.array(offsets, dtype=np.int64))

    def vectors(self, row: int) -> NDArray[np.float32]:
        """The tokens of one text; see ``TokenIndex``."""
        places = range(int(self.offsets[row]), int(self.offsets[row + 1]))
        found = [self.codec.decode(self.codes[place : place + 1])[0] for place in places]
        return np.array(found, dtype=np.float32).reshape(len(found), self.codec.dimensions)


@dataclass(frozen=True, slots=True)
class MappedTokenIndex:
    """The codes of the wanted rows are read, unpacked and matched in one go.

    Args:
        codec: of the codes.
        codes: (T, code_bytes) uint8, the tokens of all texts, one text after the other.
        offsets: (n + 1,) int64, where each text starts in ``codes``.
    """

    codec: TokenCodec
    codes: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def block_matches(
        self, query: NDArray[np.float32], rows: NDArray[np.int64], size: int
    ) -> BlockMatches:
        """The best match of each token in each block; see ``TokenIndex``."""
        starts = self.offsets[rows]
        lengths = self.offsets[rows + 1] - starts
        return _matched(self.codec, query, starts, lengths, size=size, taken=self._taken)

    def vectors(self, row: int) -> NDArray[np.float32]:
        """The tokens of one text; see ``TokenIndex``."""
        return self.codec.decode(self.codes[self.offsets[row] : self.offsets[row + 1]])

    def _taken(self, places: NDArray[np.int64]) -> NDArray[np.uint8]:
        return self.codes.take(places, axis=0, mode="clip")


@dataclass(frozen=True, slots=True)
class SegmentedTokenIndex:
    """A base without some rows and a delta, matched as if their codes were in one file.

    Args:
        base: the large one.
        delta: the small one, of the same codec.
        rows: which rows are which.
    """

    base: MappedTokenIndex
    delta: MappedTokenIndex
    rows: RowMap

    @property
    def codec(self) -> TokenCodec:
        """Of the codes."""
        return self.base.codec

    def __len__(self) -> int:
        return len(self.rows)

    def block_matches(
        self, query: NDArray[np.float32], rows: NDArray[np.int64], size: int
    ) -> BlockMatches:
        """The best match of each token in each block; see ``TokenIndex``."""
        found = self.rows.places(rows)
        starts = np.empty(len(rows), dtype=np.int64)
        lengths = np.empty(len(rows), dtype=np.int64)
        for index, held, before in (
            (self.base, ~found.in_delta, 0),
            (self.delta, found.in_delta, len(self.base.codes)),
        ):
            places = found.places[held]
            starts[held] = index.offsets[places] + before
            lengths[held] = index.offsets[places + 1] - index.offsets[places]
        return _matched(self.codec, query, starts, lengths, size=size, taken=self._taken)

    def vectors(self, row: int) -> NDArray[np.float32]:
        """The tokens of one text; see ``TokenIndex``."""
        found = self.rows.places(np.array([row]))
        return (self.delta if found.in_delta[0] else self.base).vectors(int(found.places[0]))

    def _taken(self, places: NDArray[np.int64]) -> NDArray[np.uint8]:
        codes = np.empty((len(places), self.codec.code_bytes), dtype=np.uint8)
        before = len(self.base.codes)
        old = places < before
        codes[old] = self.base.codes[places[old]]
        codes[~old] = self.delta.codes[places[~old] - before]
        return codes


def _matched(
    codec: TokenCodec,
    query: NDArray[np.float32],
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    *,
    size: int,
    taken: Callable[[NDArray[np.int64]], NDArray[np.uint8]],
) -> BlockMatches:
    """As ``TokenIndex.block_matches``.

    Args:
        codec: of the codes.
        query: (q, k) float32 unit rows.
        starts: (n,) the place of the first token of each text.
        lengths: (n,) tokens of each text.
        size: tokens of a block.
        taken: gives the (t, code_bytes) codes at (t,) places.
    """
    size = min(size, int(lengths.max(initial=1)))
    blocks = -(-lengths // size)
    offsets = np.append(0, np.cumsum(blocks)).astype(np.int64)
    count = int(offsets[-1])
    if not count or not len(query):
        return BlockMatches(np.zeros((count, len(query)), np.float32), offsets)
    first = np.repeat(starts - offsets[:-1] * size, blocks) + np.arange(count) * size
    last = np.repeat(starts + lengths - 1, blocks)
    values = np.empty((count, len(query)), dtype=np.float32)
    step = max(1, MOST_MATCHED // size)
    matcher = TokenMatcher(codec, query, step * size)
    inside = np.arange(size)[:, None]
    for start in range(0, count, step):
        part = slice(start, min(start + step, count))
        # The first tokens of some blocks, then the second ones, and so on, so that the best of a
        # block is taken from whole rows; a short block has its last token several times.
        places = np.minimum(first[part] + inside, last[part])
        matches = matcher.matches(taken(places.reshape(-1))).reshape(size, -1, len(query))
        np.max(matches, axis=0, out=values[part])
    return BlockMatches(values, offsets)


def write_token_vectors(
    codes_path: Path, offsets_path: Path, rows: Iterable[bytes], *, code_bytes: int
) -> None:
    """Write the codes of texts, in the order of the rows of the dense index.

    Args:
        codes_path: the codes, one after the other.
        offsets_path: for ``numpy.load``.
        rows: the codes of each text.
        code_bytes: of one token.

    Raises:
        ValueError: the codes of a text are no whole number of tokens.
        OSError: the disk is full.
    """
    ends = [0]
    with codes_path.open("wb") as stream:
        for row in rows:
            if len(row) % code_bytes:
                raise ValueError(f"{len(row)} bytes of token codes, expected multiples")
            stream.write(row)
            ends.append(ends[-1] + len(row) // code_bytes)
        stream.flush()
        os.fsync(stream.fileno())
    save_array(offsets_path, np.array(ends, dtype=np.int64))


def open_token_vectors(
    codes_path: Path, offsets_path: Path, codec_path: Path, *, bits: int
) -> MappedTokenIndex:
    """Token vectors that ``write_token_vectors`` wrote, memory-mapped.

    Raises:
        DamageError: a file cannot be read, or they do not agree.
    """
    offsets: NDArray[np.int64] = open_array(offsets_path)
    try:
        codec = codec_from_array(np.load(codec_path, allow_pickle=False), bits)
    except (OSError, ValueError, EOFError) as error:
        raise DamageError(f"{codec_path} cannot be read: {error}") from error
    expected = int(offsets[-1]) * codec.code_bytes
    size = codes_path.stat().st_size if codes_path.is_file() else -1
    if size != expected:
        raise DamageError(f"{codes_path} has {size:,} bytes, expected {expected:,}")
    shape = (int(offsets[-1]), codec.code_bytes)
    # An empty file cannot be mapped.
    codes: NDArray[np.uint8] = (
        np.asarray(np.memmap(codes_path, dtype=np.uint8, mode="r", shape=shape))
        if size
        else np.zeros(shape, dtype=np.uint8)
    )
    return MappedTokenIndex(codec, codes, offsets)
