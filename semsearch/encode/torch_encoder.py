"""The reference: models as sentence-transformers runs them, with torch."""

from __future__ import annotations

import copy
import hashlib
import os
import threading
from collections.abc import Sequence
from logging import ERROR, getLogger
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from semsearch.encode.encoder import HALF, Encoded, Encoder, TokenVectors, meaningful, unit_rows
from semsearch.errors import EncoderError


class SentenceTransformerEncoder(Encoder):
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
        self.model = _load(source, name, threads)
        self.digest = _digest(self.model)
        self.dimension = self.encode(["dimension"]).shape[1]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of the texts, in one batch.

        Raises:
            EncoderError: the model gave a vector without direction.
        """
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:
            raw = self.model.encode(
                list(texts),
                batch_size=len(texts),
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return unit_rows(self.name, texts, raw)

    def encode_tokens(self, texts: Sequence[str]) -> Encoded:
        """Vectors of the texts and of their tokens, in one batch and one pass.

        Raises:
            EncoderError: the model gave a vector without direction.
        """
        if not texts or not callable(self.model.tokenizer):
            return Encoded(self.encode(texts), () if not texts else None)
        with self._lock:
            raw = self.model.encode(
                list(texts),
                output_value=None,
                batch_size=len(texts),
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            if not all("token_embeddings" in found for found in raw):
                pooled = [found["sentence_embedding"].float().cpu().numpy() for found in raw]
                return Encoded(unit_rows(self.name, texts, pooled), None)
            read = self._tokenized(texts, return_offsets_mapping=True)
        vectors = unit_rows(
            self.name, texts, [found["sentence_embedding"].float().cpu().numpy() for found in raw]
        )
        tokens: list[TokenVectors] = []
        for text, found, ids, offsets in zip(
            texts, raw, read["input_ids"], read["offset_mapping"], strict=True
        ):
            if found["input_ids"][: len(ids)].tolist() != ids:  # the model adds a prompt
                return Encoded(vectors, None)
            kept = meaningful(text, offsets)
            spans = np.array(offsets, dtype=np.int32).reshape(-1, 2)
            layer = found["token_embeddings"][: len(ids)].float().cpu().numpy()[kept]
            tokens.append(TokenVectors(spans[kept], np.ascontiguousarray(layer, np.float32)))
        return Encoded(vectors, tuple(tokens))

    def token_counts(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens included, cut to the model's limit."""
        tokenizer = self.model.tokenizer
        with self._lock:
            if not callable(tokenizer):  # static embeddings have a bare tokenizer
                return [len(found.ids) for found in tokenizer.encode_batch(list(texts))]
            return [len(ids) for ids in self._tokenized(texts)["input_ids"]]

    def _tokenized(self, texts: Sequence[str], **wanted: bool) -> Any:
        return self.model.tokenizer(
            list(texts),
            padding=False,
            truncation=True,
            max_length=self.model.max_seq_length,
            return_attention_mask=False,
            **wanted,
        )


class HalfEncoder(SentenceTransformerEncoder):
    """The model of another encoder in float16, in batches for a GPU.

    Args:
        reference: where the model comes from; it stays as it is.
    """

    backend = HALF
    #: Batches for a processor leave a GPU idle.
    batch_factor = 32

    def __init__(self, reference: SentenceTransformerEncoder) -> None:
        self.name, self.digest = reference.name, reference.digest
        self.dimension = reference.dimension
        self._lock = threading.Lock()
        self.model = copy.deepcopy(reference.model).half()


def gpu_computes() -> bool:
    """Whether torch finds a GPU that it computes on."""
    import torch

    return torch.cuda.is_available()


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
    """SHA-256 over modules, configuration, weights, tokenizer and length limit of a model.

    Whoever changes what goes into it raises ``DIGEST_SCHEME``.
    """
    digest = hashlib.sha256()

    def add(text: str) -> None:
        digest.update(f"{len(text)}:{text}".encode())

    for key, module in model.named_children():
        add(f"{key} {type(module).__name__}")
        config = getattr(module, "get_config_dict", None)
        add(repr(sorted(config().items())) if config is not None else "")
        add(_transformer_settings(getattr(module, "auto_model", None)))
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


def _transformer_settings(transformer: Any) -> str:
    """What a transformer computes beside its weights, such as the number of heads.

    Settings that every model has say how it is loaded or trained; those with the default of their
    kind are left out, so that a kind may get further ones.
    """
    if transformer is None or not hasattr(transformer, "config"):
        return ""
    from transformers import PretrainedConfig

    passed = PretrainedConfig().to_dict().keys() - {"model_type"}
    told = transformer.config.to_diff_dict()
    own = {name: value for name, value in told.items() if name not in passed}
    return repr(sorted((name, repr(value)) for name, value in own.items() if name[0] != "_"))
