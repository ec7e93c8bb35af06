"""Encoders: texts in, unit vectors out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.tuned import Tuned
from semsearch.errors import EncoderError
from semsearch.language.words import STOP_WORDS

DEFAULT_MODEL = "all-MiniLM-L6-v2"
#: Back end of vectors as the model itself gives them.
REFERENCE = "torch"
#: Back end of the same in float16, on a GPU.
HALF = "torch-f16"
#: What is asked of a form before it is used.
LEAST_MEAN, LEAST_SINGLE, LEAST_OVERLAP = 0.995, 0.98, 0.93
_UNIT_TOLERANCE = 1e-3
# Words that do not count as tokens; "not" turns a sentence round.
_SILENT = STOP_WORDS - {"no", "nor", "not"}


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The tokens of one text that carry meaning, in reading order.

    ``spans``: (t, 2) int32, half-open character offsets of each token in the text. ``vectors``:
    (t, dimension) float32, the last layer of the model at each token, of any length. Special
    tokens, punctuation and stop words are left out, unless nothing else would be left.
    """

    spans: NDArray[np.int32]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Encoded:
    """What one pass of the model gives for some texts.

    ``vectors``: (n, dimension) float32, unit rows, as ``Encoder.encode`` gives them. ``tokens``:
    one for each text, or None when the model has no vectors of tokens.
    """

    vectors: NDArray[np.float32]
    tokens: tuple[TokenVectors, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How near vectors are to those of the reference, on ``sentences`` sentences.

    ``cosine_mean`` and ``cosine_min`` are of the same sentences by both, ``overlap`` is the mean
    share of the ten nearest other sentences that both have among their ten nearest; ``tokens`` is
    the mean cosine of the token vectors.
    """

    sentences: int
    cosine_mean: float
    cosine_min: float
    overlap: float
    tokens: float

    def falls_short(self) -> str | None:
        """What is not reached, as the end of a sentence; None where it is accepted."""
        for name, found, least in (
            ("mean cosine", self.cosine_mean, LEAST_MEAN),
            ("smallest cosine", self.cosine_min, LEAST_SINGLE),
            ("overlap of the ten nearest", self.overlap, LEAST_OVERLAP),
            ("mean cosine of token vectors", self.tokens, LEAST_SINGLE),
        ):
            if not found >= least:
                return f"{name} to the reference is {found:.4f}, at least {least} is asked for"
        return None


class Encoder(Protocol):
    """Turns texts into unit vectors.

    Invariants, held by the contract test of every implementation:

    - ``encode`` gives (n, dimension) float32, C-contiguous, rows of length 1 within 1e-3, finite.
    - A text's vector depends on the other texts of the call only within 1e-5 where the back end
      computes in float32, and within a cosine of .999 in less precision; the same call gives the
      same bytes.
    - ``digest`` is another one whenever weights, tokenizer or configuration are others; it is the
      same for all back ends of a model.
    - ``encode`` may be called by several threads.
    """

    name: str  # as the user gave it
    digest: str  # SHA-256, 64 hex digits
    dimension: int
    backend: str = REFERENCE  # library and precision of a converted model
    likeness: Likeness | None = None  # to the reference; None for the reference
    tuned: Tuned | None = None  # where a tuned model comes from; None for others
    batch_factor: int = 1  # batches hold so many times the tokens that the setting allows

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of the texts, in one batch: memory grows with the batch."""

    def encode_tokens(self, texts: Sequence[str]) -> Encoded:
        """Vectors of the texts and of their tokens, in one batch and one pass."""

    def token_counts(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, after it was cut to the model's limit."""

    def encode_batches(self, batches: Iterable[Sequence[str]]) -> Iterator[Encoded]:
        """What ``encode_tokens`` gives for each batch, in order; may work ahead."""
        for batch in batches:
            yield self.encode_tokens(batch)


def unit_rows(name: str, texts: Sequence[str], raw: Any) -> NDArray[np.float32]:
    """``raw``, vectors of any length, as C-contiguous (n, dimension) float32 rows of length 1.

    Raises:
        EncoderError: the model ``name`` gave a vector without direction.
    """
    given = np.asarray(raw, dtype=np.float32)
    lengths = np.linalg.norm(given, axis=1, keepdims=True)
    vectors: NDArray[np.float32] = np.ascontiguousarray(given / np.maximum(lengths, 1e-12))
    norms = np.linalg.norm(vectors, axis=1)
    wrong = np.flatnonzero(~(np.abs(norms - 1) < _UNIT_TOLERANCE))
    if len(wrong):
        row = int(wrong[0])
        raise EncoderError(
            f"the model {name!r} gave a vector of length {lengths[row, 0]:.3g} for the text"
            f" {texts[row][:60]!r}, expected one with a direction"
        )
    return vectors


def meaningful(text: str, spans: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """The tokens that ``TokenVectors`` keeps; special tokens have empty spans."""
    kept = [row for row, (start, end) in enumerate(spans) if _means(text, start, end)]
    if not kept:
        kept = [row for row, (start, end) in enumerate(spans) if end > start] or [0]
    return np.array(kept, dtype=np.int64)


def _means(text: str, start: int, end: int) -> bool:
    written, silent = _looks(text[start:end])
    if not silent:
        return written
    return text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()


@lru_cache(maxsize=65536)  # the vocabulary of a model and its capital forms
def _looks(token: str) -> tuple[bool, bool]:
    """Whether a token has a letter or digit, and whether alone it is a word that says nothing."""
    bare = token.strip()
    written = any(c.isalnum() for c in bare)
    return written, written and bare.casefold() in _SILENT
