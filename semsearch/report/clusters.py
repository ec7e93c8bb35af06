"""Unit vectors in clusters, the same way each time: no random start, ties by place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOST_CLUSTERS = 8  # what a reader takes in
FEWEST = 8  # vectors below which there is one cluster
SMALLEST = 3  # members that a cluster should have; smaller ones are given to their neighbours
_SEEDS = 1000  # vectors that may start a cluster
_ROUNDS = 50
_DECIMALS = 6  # what is smaller is rounding

Labels = NDArray[np.int64]
Vectors = NDArray[np.float64]


def cluster(vectors: Vectors) -> Labels:
    """(n,) the cluster of each vector, from 0, the largest first, ties by first place.

    Spherical k-means (Dhillon and Modha 2001, "Concept decompositions for large sparse text data")
    from vectors chosen greedily to cover all others (facility location; Nemhauser, Wolsey and
    Fisher 1978). The number of clusters, 2 to ``MOST_CLUSTERS``, is that with the highest mean
    simplified silhouette over centroids (Hruschka, Campello and de Castro 2004).

    Args:
        vectors: (n, d) unit.
    """
    count = len(vectors)
    if count < FEWEST:
        return np.zeros(count, dtype=np.int64)
    seeds = _seeds(vectors, min(MOST_CLUSTERS, count // SMALLEST))
    best, chosen = -2.0, np.zeros(count, dtype=np.int64)
    for number in range(2, len(seeds) + 1):
        labels = _dissolved(vectors, _spherical(vectors, seeds[:number]))
        quality = _silhouette(vectors, labels)
        if quality > best:
            best, chosen = quality, labels
    return _renumbered(chosen)


def centroids(vectors: Vectors, labels: Labels) -> Vectors:
    """(k, d) unit means of the clusters; zeros for an empty one."""
    sums = np.zeros((int(labels.max(initial=-1)) + 1, vectors.shape[1]))
    np.add.at(sums, labels, vectors)
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    means: Vectors = sums / np.where(norms > 0, norms, 1.0)
    return means


def _seeds(vectors: Vectors, number: int) -> list[int]:
    """Places of vectors that together lie near all others, the most useful first."""
    step = -(-len(vectors) // _SEEDS)
    offered = np.arange(0, len(vectors), step)
    near = np.maximum(vectors[offered] @ vectors.T, 0.0).round(_DECIMALS)
    covered = np.zeros(len(vectors))
    found: list[int] = []
    for _ in range(number):
        gains = np.maximum(near - covered, 0.0).sum(axis=1).round(_DECIMALS)
        best = int(np.argmax(gains))
        if gains[best] <= 0:
            break
        found.append(int(offered[best]))
        covered = np.maximum(covered, near[best])
    return found


def _spherical(vectors: Vectors, seeds: list[int]) -> Labels:
    middles = vectors[seeds]
    labels = np.full(len(vectors), -1, dtype=np.int64)
    for _ in range(_ROUNDS):
        nearest = np.argmax((vectors @ middles.T).round(_DECIMALS), axis=1).astype(np.int64)
        if np.array_equal(nearest, labels):
            break
        labels = nearest
        moved = centroids(vectors, labels)
        filled = np.bincount(labels, minlength=len(middles)) > 0
        middles = np.where(filled[:, None], np.vstack([moved, middles[len(moved) :]]), middles)
    return labels


def _dissolved(vectors: Vectors, labels: Labels) -> Labels:
    """Clusters under ``SMALLEST`` are given to the nearest of the others."""
    sizes = np.bincount(labels)
    kept = np.flatnonzero(sizes >= SMALLEST)
    if not len(kept):
        return np.zeros_like(labels)
    middles = centroids(vectors, labels)[kept]
    lost = sizes[labels] < SMALLEST
    found = np.searchsorted(kept, labels)
    found[lost] = np.argmax((vectors[lost] @ middles.T).round(_DECIMALS), axis=1)
    return found.astype(np.int64)


def _silhouette(vectors: Vectors, labels: Labels) -> float:
    """Mean of (b − a) / max(a, b): cosine distances a to the own centroid, b to the next."""
    if labels.max() == 0:
        return -1.0
    far = 1.0 - vectors @ centroids(vectors, labels).T
    places = np.arange(len(vectors))
    own = far[places, labels].copy()
    far[places, labels] = np.inf
    other = far.min(axis=1)
    larger = np.maximum(np.maximum(own, other), 1e-9)
    return round(float(np.mean((other - own) / larger)), _DECIMALS)


def _renumbered(labels: Labels) -> Labels:
    sizes = np.bincount(labels)
    firsts = [int(np.argmax(labels == one)) for one in range(len(sizes))]
    order = sorted(range(len(sizes)), key=lambda one: (-int(sizes[one]), firsts[one]))
    places = np.empty(len(sizes), dtype=np.int64)
    places[order] = np.arange(len(sizes))
    found: Labels = places[labels]
    return found
