"""Similar contexts: one score out of three likenesses, whoever asks for how many."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from semsearch.encode.recipe import plain_text
from semsearch.rank.features import Features
from semsearch.rank.similar import likeness, similar_statements, similar_weights
from semsearch.retrieve.generation import row_of
from semsearch.search import Searcher
from semsearch.store.reading import statements

TEXT = "EMT induces the secretion of IL-6"


def features_of(searcher: Searcher, allowed: Any = None) -> tuple[list[int], Features]:
    encoded = searcher.encoder.encode_tokens([TEXT])
    assert encoded.tokens is not None
    found = similar_statements(
        searcher.generation, TEXT, encoded.vectors[0], encoded.tokens[0], allowed=allowed
    )
    assert found.score.tolist() == likeness(found.features).tolist()
    return found.rows.tolist(), found.features


def test_the_weights_are_a_mean_of_what_there_is() -> None:
    assert sum(similar_weights().values()) == pytest.approx(1, abs=1e-3)
    one = np.array([0.3, 0.6])
    assert likeness({"dense": one, "words": one, "late": one}) == pytest.approx(one)
    assert likeness({"dense": one, "words": one}) == pytest.approx(one)


def test_hits_are_ordered_by_their_likeness_and_a_limit_only_cuts(searcher: Searcher) -> None:
    hits = searcher.similar(TEXT, limit=40).hits
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(hit.origin.rerank_score == hit.score for hit in hits)
    rows, features = features_of(searcher)
    wanted = dict(zip(rows, likeness(features).tolist(), strict=True))
    for hit in hits:
        row = row_of(searcher.generation.statements.dense, hit.statement.id)
        assert row is not None
        assert hit.score == wanted[row]
    cut = searcher.similar(TEXT, limit=7).hits
    assert [hit.statement.id for hit in cut] == [hit.statement.id for hit in hits[:7]]


def test_a_statement_is_asked_by_its_text_and_is_not_its_own_hit(searcher: Searcher) -> None:
    first = searcher.similar(TEXT, limit=1).hits[0].statement
    held = statements(searcher.store, [first.id])[first.id]
    plain = plain_text(held.text, held.markers)
    by_id, by_text = searcher.similar(first.id), searcher.similar(plain)
    assert [hit.statement.id for hit in by_id.hits] == [hit.statement.id for hit in by_text.hits]
    for hit in by_id.hits:
        other = statements(searcher.store, [hit.statement.id])[hit.statement.id]
        assert plain_text(other.text, other.markers) != plain


def test_only_allowed_statements_are_given_with_the_scores_they_have(searcher: Searcher) -> None:
    rows, features = features_of(searcher)
    everywhere = dict(zip(rows, likeness(features).tolist(), strict=True))
    size = len(searcher.generation.statements.dense)
    allowed = np.arange(size) % 2 == 0
    rows, features = features_of(searcher, allowed)
    assert rows
    assert all(allowed[row] for row in rows)
    both = [row for row in rows if row in everywhere]
    found = dict(zip(rows, likeness(features).tolist(), strict=True))
    assert [found[row] for row in both] == [everywhere[row] for row in both]
