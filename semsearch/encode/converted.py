"""An encoder that needs no torch: a tokenizer, and a converted model run by some library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.encoder import Encoded, Encoder, Likeness, TokenVectors, meaningful, unit_rows
from semsearch.encode.tokenizing import Padded, Tokenizing

#: (n, longest, dimension) float32, the last layer, and (n, dimension) float32, the pooled vectors
#: of any length. It may be overwritten by the next one.
Result = tuple[NDArray[np.float32], NDArray[np.float32]]


class Runner(Protocol):
    """Runs a converted model."""

    def run(self, batch: Padded) -> Result:
        """The result of one batch, as soon as may be; may be called by several threads."""

    def stream(self, batches: Iterable[Padded]) -> Iterator[Result]:
        """The results of many batches in order, as many in a second as may be."""


class ConvertedEncoder(Encoder):
    """Encodes with a converted model.

    Args:
        name: what to call the model.
        digest: of the reference.
        backend: library and precision.
        dimension: of the vectors.
        tokenizing: cuts texts into tokens.
        runner: runs the model.
        likeness: to the reference; None while that is found out.
    """

    def __init__(
        self,
        *,
        name: str,
        digest: str,
        backend: str,
        dimension: int,
        tokenizing: Tokenizing,
        runner: Runner,
        likeness: Likeness | None,
    ) -> None:
        self.name, self.digest, self.backend, self.dimension = name, digest, backend, dimension
        self.likeness = likeness
        self._tokenizing = tokenizing
        self._runner = runner

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of the texts, in one batch.

        Raises:
            EncoderError: the model gave a vector without direction.
        """
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        padded = self._tokenizing.padded(self._tokenizing.read(texts))
        return unit_rows(self.name, texts, self._runner.run(padded)[1])

    def encode_tokens(self, texts: Sequence[str]) -> Encoded:
        """Vectors of the texts and of their tokens, in one batch and one pass.

        Raises:
            EncoderError: the model gave a vector without direction.
        """
        if not texts:
            return Encoded(self.encode(texts), ())
        read = self._tokenizing.read(texts)
        return self._encoded(texts, read, *self._runner.run(self._tokenizing.padded(read)))

    def encode_batches(self, batches: Iterable[Sequence[str]]) -> Iterator[Encoded]:
        """What ``encode_tokens`` gives for each batch, in order.

        Some batches run while the next are cut into tokens and what came out of the last is used.

        Raises:
            EncoderError: the model gave a vector without direction.
        """
        waiting: list[tuple[Sequence[str], list[Any]]] = []

        def padded() -> Iterator[Padded]:
            for texts in batches:
                read = self._tokenizing.read(texts)
                waiting.append((texts, read))
                yield self._tokenizing.padded(read)

        for layer, pooled in self._runner.stream(padded()):
            yield self._encoded(*waiting.pop(0), layer, pooled)

    def token_counts(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens included, cut to the model's limit."""
        return self._tokenizing.counts(texts)

    def _encoded(
        self,
        texts: Sequence[str],
        read: Sequence[Any],
        layer: NDArray[np.float32],
        pooled: NDArray[np.float32],
    ) -> Encoded:
        tokens: list[TokenVectors] = []
        for row, (text, found) in enumerate(zip(texts, read, strict=True)):
            spans = found.offsets
            kept = meaningful(text, spans)
            tokens.append(TokenVectors(np.array(spans, dtype=np.int32)[kept], layer[row, kept]))
        return Encoded(unit_rows(self.name, texts, pooled), tuple(tokens))
