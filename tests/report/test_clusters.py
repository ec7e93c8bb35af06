"""Clusters and their names."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from semsearch.report.clusters import FEWEST, MOST_CLUSTERS, SMALLEST, centroids, cluster
from semsearch.report.terms import name_groups


def around(middles: int, each: int, *, spread: float = 0.05, seed: int = 7) -> NDArray[np.float64]:
    """Unit vectors around axes, cluster after cluster."""
    random = np.random.default_rng(seed)
    rows = np.repeat(np.eye(middles, 16), each, axis=0)
    rows = rows + random.normal(0, spread, rows.shape)
    found: NDArray[np.float64] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return found


@pytest.mark.parametrize("middles", [2, 3, 5])
def test_groups_that_lie_apart_are_found(middles: int) -> None:
    labels = cluster(around(middles, 6))
    assert labels.tolist() == np.repeat(np.arange(middles), 6).tolist()


def test_few_vectors_are_one_cluster() -> None:
    assert cluster(around(2, FEWEST // 2)[: FEWEST - 1]).tolist() == [0] * (FEWEST - 1)
    assert cluster(np.zeros((0, 4))).tolist() == []


def test_no_cluster_is_smaller_than_asked_and_there_are_not_too_many() -> None:
    for seed in range(8):
        vectors = around(12, 4, spread=0.3, seed=seed)
        sizes = np.bincount(cluster(vectors))
        assert sizes.min() >= SMALLEST
        assert len(sizes) <= MOST_CLUSTERS
        assert sizes.tolist() == sorted(sizes.tolist(), reverse=True)


def test_a_lone_vector_joins_the_nearest_cluster() -> None:
    vectors = np.vstack([around(2, 6), np.eye(3, 16)[2:] * 0.8 + np.eye(3, 16)[:1] * 0.6])
    labels = cluster(vectors)
    assert labels[-1] == labels[0]


def test_equal_vectors_do_not_fail() -> None:
    same = np.tile(np.eye(1, 8), (10, 1))
    assert cluster(same).tolist() == [0] * 10


def test_centroids_are_unit_means() -> None:
    vectors = around(2, 5)
    middles = centroids(vectors, np.repeat([0, 1], 5))
    assert np.allclose(np.linalg.norm(middles, axis=1), 1)
    assert np.allclose(middles[0] @ np.eye(1, 16)[0], 1, atol=0.01)


def test_names_are_words_as_printed_and_not_those_of_every_group() -> None:
    names = name_groups(
        [
            ["EMT raises IL-6 secretion.", "IL-6 secretion follows EMT in cells."],
            ["EMT needs Snail binding.", "Snail binding in EMT cells."],
        ],
        lambda token: 1.0,
    )
    assert names[0][0] == "IL-6 secretion"
    assert names[1][0] == "Snail binding"
    assert not any("stud" in term for name in names for term in name)


def test_words_of_reporting_years_and_names_that_are_barred_name_nothing() -> None:
    texts = ["Yu et al. 2006b showed results in https://example.org/file", "Yu 2006b showed them"]
    assert name_groups([texts], lambda token: 1.0, without=["Yu"]) == [()]


def test_sequences_of_nucleotides_name_nothing() -> None:
    texts = [
        "The primers ITS1 (TCC GTA GGT GAA CCT GCG G) were used.",
        "ITS1 (TCC GTA GGT GAA CCT GCG G) and ATATGCTTAAGTTCAGCGGGT were made.",
        "A row | ggacccgcgttttccacg | ITS1",
        "A row | ggacccgcgttttccacg | ITS1",
    ]
    ((*terms,),) = name_groups([texts], lambda token: 1.0)
    assert "ITS1" in terms
    assert not any(set(term) <= set("acgtACGT ") for term in terms)
