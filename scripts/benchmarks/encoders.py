"""Encoders as contenders: many statements at once, or one question after the other."""

from __future__ import annotations

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from benchmarks.worker import LeftOutError, timed

_COMPARED, _LOT = 1000, 64  # texts whose vectors are compared, and encoded at once


class _Encoding(ABC):
    """Encodes texts in one call, which is what a round lasts, and questions one after the other.

    Args:
        texts: JSON array of texts.
        questions: likewise, may be empty.
        out: where the vectors of texts and questions go at the end, for ``numpy.load``.
    """

    def __init__(self, *, texts: str, questions: str, out: str) -> None:
        self._texts: list[str] = orjson.loads(Path(texts).read_bytes())
        self._questions: list[str] = orjson.loads(Path(questions).read_bytes())
        self._out = Path(out)
        self._single: list[float] = []

    @abstractmethod
    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension) float32, unit rows."""

    def bulk(self) -> None:
        """Encode all texts."""
        self.encode(self._texts)

    def round(self, number: int) -> Sequence[float]:
        """Encode all texts, then all questions."""
        spent = timed([self.bulk])
        calls: list[Callable[[], Any]] = [partial(self.encode, [one]) for one in self._questions]
        single = timed(calls)
        if number:
            self._single += single
        return spent

    def figures(self) -> dict[str, float]:
        """Times of single questions; the vectors are written."""
        texts = [*self._texts[:_COMPARED], *self._questions]
        lots = [self.encode(texts[first : first + _LOT]) for first in range(0, len(texts), _LOT)]
        np.save(self._out, np.vstack(lots))
        if not self._single:
            return {}
        single = np.array(self._single) * 1000
        p50, p99 = np.percentile(single, [50, 99])
        return {
            "question_p50_ms": float(p50),
            "question_p99_ms": float(p99),
            "question_min_ms": float(single.min()),
        }


class SentenceTransformers(_Encoding):
    """``SentenceTransformer.encode`` with its defaults: batches of 32, sentence vectors alone."""

    def __init__(
        self, *, texts: str, questions: str, out: str, model: str, dtype: str = "float32"
    ) -> None:
        super().__init__(texts=texts, questions=questions, out=out)
        import torch
        from sentence_transformers import SentenceTransformer

        self._model: Any = SentenceTransformer(
            model, model_kwargs={"torch_dtype": getattr(torch, dtype)}
        )

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As a user would."""
        found = self._model.encode(
            list(texts), normalize_embeddings=True, convert_to_tensor=True, show_progress_bar=False
        )
        vectors: NDArray[np.float32] = found.float().numpy()
        return vectors


class TxtaiEncoding(_Encoding):
    """``txtai.Embeddings.batchtransform``, sentence vectors alone."""

    def __init__(self, *, texts: str, questions: str, out: str, model: str) -> None:
        super().__init__(texts=texts, questions=questions, out=out)
        from txtai import Embeddings

        self._embeddings: Any = Embeddings(path=model)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As its index does."""
        return np.asarray(self._embeddings.batchtransform(list(texts)), dtype=np.float32)


class Own(_Encoding):
    """A back end of semsearch: sentence and token vectors, coded and written to the cache.

    Args:
        back_end: one of ``settings.Backend``; "auto" for the one that is chosen by itself.

    Raises:
        LeftOutError: another one is used in its place.
    """

    def __init__(self, *, texts: str, questions: str, out: str, back_end: str = "auto") -> None:
        super().__init__(texts=texts, questions=questions, out=out)
        from semsearch.encode.loading import load_encoder
        from semsearch.encode.recipe import text_digest
        from semsearch.encode.vectors import VectorCache
        from semsearch.settings import Backend

        self._encoder = load_encoder(backend=Backend(back_end))
        self.notes = {"back end": self._encoder.backend}
        library, _, precision = back_end.partition("-")
        if back_end != "auto" and not (
            self._encoder.backend.startswith(library) and self._encoder.backend.endswith(precision)
        ):
            raise LeftOutError(f"{self._encoder.backend} is used in its place")
        self._of: dict[bytes, str] = {text_digest(text): text for text in self._texts}
        self._folder = tempfile.TemporaryDirectory()
        cache = VectorCache(Path(self._folder.name) / "codec.sqlite")
        self._codec = cache.codec(self._encoder)
        cache.close()
        self._number = 0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As a query does."""
        return self._encoder.encode(texts)

    def bulk(self) -> None:
        """As a build does."""
        from semsearch.encode.vectors import VectorCache, encode_missing
        from semsearch.progress import Quiet
        from semsearch.settings import settings

        self._number += 1
        cache = VectorCache(Path(self._folder.name) / f"{self._number}.sqlite")
        encode_missing(
            cache,
            self._encoder,
            self._codec,
            sorted(self._of),
            lambda digests: [self._of[one] for one in digests],
            batch_tokens=settings().batch_tokens,
            progress=Quiet(),
            name="",
        )
        cache.close()


class TxtaiIndex(TxtaiEncoding):
    """Filling a hybrid txtai index with content: what stands for a build beside it."""

    def bulk(self) -> None:
        """Index all texts."""
        from txtai import Embeddings

        config = self._embeddings.config
        made: Any = Embeddings(path=config["path"], hybrid=True, content=True)
        made.index((number, text, None) for number, text in enumerate(self._texts))
        made.close()
