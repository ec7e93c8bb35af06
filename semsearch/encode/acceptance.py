"""How near a converted model comes to the reference."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.encoder import Encoder, Likeness

_NEAREST = 10
_BATCH = 16


def likeness(reference: Encoder, encoder: Encoder, sentences: list[str]) -> Likeness:
    """Compare an encoder to the reference, in batches and, for some sentences, one by one."""
    batches = [sentences[start : start + _BATCH] for start in range(0, len(sentences), _BATCH)]
    wanted = list(reference.encode_batches(batches))
    found = list(encoder.encode_batches(batches))
    one = np.vstack([part.vectors for part in wanted])
    other = np.vstack([part.vectors for part in found])
    if one.shape != other.shape:
        return Likeness(sentences=len(sentences), cosine_mean=0, cosine_min=0, overlap=0, tokens=0)
    single = np.vstack([encoder.encode([text]) for text in sentences[:_BATCH]])
    cosines = (one * other).sum(axis=1)
    singly = (one[:_BATCH] * single).sum(axis=1)
    tokens = [
        _cosine(a.vectors, b.vectors) if a.spans.tolist() == b.spans.tolist() else 0.0
        for left, right in zip(wanted, found, strict=True)
        for a, b in zip(left.tokens or (), right.tokens or (), strict=True)
    ]
    return Likeness(
        sentences=len(sentences),
        cosine_mean=round(float(cosines.mean()), 6),
        cosine_min=round(float(min(cosines.min(), singly.min())), 6),
        overlap=round(overlap(one, other), 4),
        tokens=round(float(np.mean(tokens)) if tokens else 0.0, 6),
    )


def _cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    norms = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return float(((one * other).sum(axis=1) / np.maximum(norms, 1e-12)).mean())


def overlap(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Mean share of the ten nearest other rows that both have among their ten nearest."""
    wanted = min(_NEAREST, len(one) - 1)
    left, right = (_nearest(vectors, wanted) for vectors in (one, other))
    return float(np.mean([len(set(a) & set(b)) / wanted for a, b in zip(left, right, strict=True)]))


def _nearest(vectors: NDArray[np.float32], wanted: int) -> list[list[int]]:
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -np.inf)
    found: list[list[int]] = np.argsort(-scores, axis=1, kind="stable")[:, :wanted].tolist()
    return found
