"""Token vectors in few bytes: centred, reduced by PCA, turned, and cut to a few bits a dimension.

The default is 64 dimensions of 4 bits, 32 bytes a token; docs/figures.md has what others give. The
projection depends on the model alone and not on the corpus: it is fitted on sentences that come
with this package, so that any history of builds gives the same codes.

The random rotation after the PCA spreads the variance evenly over the dimensions, so that one
uniform quantiser fits all (Jégou et al. 2010, Aggregating local descriptors into a compact image
representation; Gong et al. 2013, Iterative quantization, has the same rotation as its start).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.encoder import Encoder

DIMENSIONS = 64
BITS = 4
#: Range of the quantiser in standard deviations of an even unit vector; see docs/figures.md.
_CLIP = {1: 1.0, 2: 1.7, 4: 2.5}
_SEED = 20240501
_BATCH = 32  # calibration sentences encoded at once
_LOT = 128  # tokens of one matrix product
#: Tokens that are best matched at once: their vectors stay in the cache of a core.
MOST_MATCHED = 2048
#: Multiplications of one matrix product: of more OpenBLAS makes several threads, which wait for
#: each other longer than they save, and on a busy machine a hundred times as long.
_PRODUCT = 2**18


@dataclass(frozen=True, slots=True)
class TokenCodec:
    """Codes token vectors of one model.

    Args:
        mean: (dimension,) float32, subtracted from unit vectors.
        projection: (k, dimension) float32, rows orthonormal.
        bits: of each of the k dimensions: 1, 2 or 4.
    """

    mean: NDArray[np.float32]
    projection: NDArray[np.float32]
    bits: int = BITS
    _levels: NDArray[np.float32] = field(init=False)
    _steps: NDArray[np.void] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_levels", _levels(self.projection.shape[0], self.bits))
        object.__setattr__(self, "_steps", _steps(self.code_bytes, self.bits))

    @property
    def dimensions(self) -> int:
        """k, the dimensions that are kept."""
        return int(self.projection.shape[0])

    @property
    def code_bytes(self) -> int:
        """Bytes of one token."""
        return self.dimensions * self.bits // 8

    def project(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """(t, k) float32 unit rows for (t, dimension) vectors of any length."""
        centred = _unit(vectors) - self.mean
        lot = max(1, _PRODUCT // self.projection.size)
        whole = len(centred) // lot * lot
        projected = np.empty((len(centred), self.dimensions), dtype=np.float32)
        np.matmul(
            centred[:whole].reshape(-1, lot, centred.shape[1]),
            self.projection.T,
            out=projected[:whole].reshape(-1, lot, self.dimensions),
        )
        np.matmul(centred[whole:], self.projection.T, out=projected[whole:])
        return _unit(projected)

    def encode(self, vectors: NDArray[np.float32]) -> NDArray[np.uint8]:
        """(t, code_bytes) uint8 for (t, dimension) vectors of any length."""
        return self.encode_projected(self.project(vectors))

    def encode_projected(self, projected: NDArray[np.float32]) -> NDArray[np.uint8]:
        """(t, code_bytes) uint8 for (t, k) vectors that ``project`` gave."""
        limit, steps = _range(self.dimensions, self.bits)
        cells = np.floor((projected + limit) / (2 * limit) * steps)
        codes = np.clip(cells, 0, steps - 1).astype(np.uint8)
        packed = np.zeros((len(codes), self.code_bytes), dtype=np.uint8)
        each = 8 // self.bits
        for place in range(each):
            packed |= codes[:, place::each] << np.uint8(place * self.bits)
        return packed

    def decode(self, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(t, k) float32 unit rows for (t, code_bytes) codes."""
        return _unit(self._levels[codes].reshape(len(codes), self.dimensions))

    def matches(self, codes: NDArray[np.uint8], query: NDArray[np.float32]) -> NDArray[np.float32]:
        """(t, q) float32 cosines of (t, code_bytes) codes and (q, k) unit rows."""
        found = np.empty((len(codes), len(query)), dtype=np.float32)
        matcher = TokenMatcher(self, query)
        for start in range(0, len(codes), MOST_MATCHED):
            part = codes[start : start + MOST_MATCHED]
            found[start : start + MOST_MATCHED] = matcher.matches(part)
        return found

    def as_array(self) -> NDArray[np.float32]:
        """(k + 1, dimension) float32: the mean, then the projection."""
        return np.vstack([self.mean[None], self.projection])


class TokenMatcher:
    """Matches the tokens of one question with those of texts, a lot at a time in the same memory.

    Args:
        codec: of the texts.
        query: (q, k) float32 unit rows, from ``codec.project``.
        most: tokens that are matched at once.
    """

    def __init__(
        self, codec: TokenCodec, query: NDArray[np.float32], most: int = MOST_MATCHED
    ) -> None:
        self._steps = codec._steps
        self._number = _NUMBER[2 - codec.code_bytes % 2]
        self._query = np.ascontiguousarray(query.T)
        # The last lot of a product may hold tokens of the call before: nobody looks at these.
        lot = max(1, min(_LOT, _PRODUCT // max(query.size, 1)))
        lots = -(-most // lot)
        self._vectors = np.zeros((lots * lot, codec.dimensions), dtype=np.float32)
        self._products = np.empty((lots * lot, len(query)), dtype=np.float32)
        self._lengths = np.empty((lots * lot, 1), dtype=np.float32)
        self._lots = (
            self._vectors.reshape(lots, lot, codec.dimensions),
            self._products.reshape(lots, lot, len(query)),
        )

    def matches(self, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(t, q) float32 cosines of (t, code_bytes) codes, which hold until the next call.

        Args:
            codes: of at most ``most`` tokens, contiguous.
        """
        size, (vectors, products) = len(codes), self._lots
        lots = -(-size // vectors.shape[1])
        part, lengths = self._vectors[:size], self._lengths[:size]
        np.copyto(part, self._steps.take(codes.view(self._number), mode="clip").view(np.int8))
        np.matmul(vectors[:lots], self._query, out=products[:lots])
        np.vecdot(part, part, out=lengths[:, 0])
        np.sqrt(lengths, out=lengths)
        found = self._products[:size]
        np.divide(found, lengths, out=found)
        return found


def codec_from_array(array: NDArray[np.float32], bits: int) -> TokenCodec:
    """The codec that ``as_array`` gave.

    Raises:
        ValueError: it is no such array.
    """
    if array.ndim != 2 or len(array) < 9 or (len(array) - 1) % 8 or bits not in _CLIP:
        raise ValueError("expected a mean and a projection with a multiple of 8 rows")
    return TokenCodec(np.ascontiguousarray(array[0]), np.ascontiguousarray(array[1:]), bits)


def fit_codec(encoder: Encoder) -> TokenCodec | None:
    """The codec of a model, fitted on the calibration sentences; None without token vectors."""
    texts = calibration_sentences()
    parts: list[NDArray[np.float32]] = []
    for start in range(0, len(texts), _BATCH):
        tokens = encoder.encode_tokens(texts[start : start + _BATCH]).tokens
        if tokens is None:
            return None
        parts += [found.vectors for found in tokens]
    vectors = _unit(np.concatenate(parts)).astype(np.float64)
    mean = vectors.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov((vectors - mean).T))
    kept = axes[:, ::-1][:, : min(DIMENSIONS, encoder.dimension // 8 * 8)]
    # The sign of an axis is arbitrary: the largest component is made positive.
    largest = np.abs(kept).argmax(axis=0)
    kept = kept * np.sign(kept[largest, np.arange(kept.shape[1])])
    random = np.random.default_rng(_SEED).normal(size=(kept.shape[1], kept.shape[1]))
    turned = kept @ np.linalg.qr(random)[0]
    return TokenCodec(mean.astype(np.float32), np.ascontiguousarray(turned.T, np.float32))


def calibration_sentences() -> list[str]:
    """Sentences of the synthetic demo articles, one a line in ``data/calibration.txt``."""
    text = (files("semsearch.encode") / "data" / "calibration.txt").read_text("utf-8")
    return text.splitlines()


def _range(dimensions: int, bits: int) -> tuple[float, int]:
    return _CLIP[bits] / float(np.sqrt(dimensions)), int(2**bits)


def _levels(dimensions: int, bits: int) -> NDArray[np.float32]:
    """(256, 8 / bits) float32: the values that one byte of a code stands for."""
    limit, steps = _range(dimensions, bits)
    cells = np.arange(256)[:, None] >> (np.arange(8 // bits) * bits) & (steps - 1)
    return (((cells + 0.5) / steps * 2 - 1) * limit).astype(np.float32)


#: Codes are read two bytes at a time where they are an even number.
_NUMBER: Mapping[int, np.dtype[np.unsignedinteger]] = {1: np.dtype("u1"), 2: np.dtype("<u2")}


def _steps(code_bytes: int, bits: int) -> NDArray[np.void]:
    """What one or two bytes of a code stand for, each an item of int8 for some dimensions.

    The levels as whole odd numbers: they have the direction of the levels, and the sum of their
    squares is exact.
    """
    width = 1 if code_bytes % 2 else 2
    shifts = np.arange(8 * width // bits) * bits
    cells = np.arange(256**width)[:, None] >> shifts & (2**bits - 1)
    odd = np.ascontiguousarray(2 * cells - (2**bits - 1), dtype=np.int8)
    return odd.view(f"V{odd.shape[1]}").reshape(-1)


def _unit(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    norms = np.sqrt(np.vecdot(vectors, vectors))[:, None]
    result: NDArray[np.float32] = (vectors / np.maximum(norms, 1e-12)).astype(np.float32)
    return result
