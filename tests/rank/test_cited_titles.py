"""What the works that a statement cites are called counts for the statement."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from semsearch.encode.recipe import StatementRecipe
from semsearch.index.build import Builder
from semsearch.parse.packages import ArticleFiles
from semsearch.rank.asked import make_ready
from semsearch.rank.features import USUAL_CITED, index_features
from semsearch.retrieve.candidates import Mode, find_candidates
from semsearch.retrieve.generation import ids_of
from semsearch.retrieve.views import view_statements
from semsearch.search import Searcher

TITLES = ("Salt and the yield of rice", "Light of stars", None)


def entry(number: int, title: str | None) -> str:
    said = "" if title is None else f"<article-title>{title}</article-title>"
    return (
        f'<ref id="B{number}"><label>{number}</label><element-citation>{said}'
        f'<pub-id pub-id-type="doi">10.5555/cited.{number}</pub-id></element-citation></ref>'
    )


@pytest.fixture
def searcher(tmp_path: Path, article: Callable[..., bytes], encoder: Any) -> Any:
    refs = "".join(entry(n, title) for n, title in enumerate(TITLES, start=1))
    cited = ("1", "2", "3", "1 2")
    said = "".join(
        f"<p>Crops of field {n} grew less{marks}.</p>"
        for n, keys in enumerate(cited)
        for marks in [
            "".join(f' [<xref ref-type="bibr" rid="B{k}">{k}</xref>]' for k in keys.split())
        ]
    )
    (tmp_path / "a.xml").write_bytes(article(said, refs=refs))
    index = tmp_path / "index"
    Builder(index, encoder, StatementRecipe.TEXT, 256).build(ArticleFiles((tmp_path,), 10**6))
    with closing(Searcher(index, encoder=encoder)) as opened:
        yield opened


def test_the_nearest_cited_title_is_a_feature(searcher: Searcher) -> None:
    generation, texts = searcher.generation, searcher.generation.statements
    text = "does salt lower the yield of rice"
    asked = make_ready(text, searcher.encoder, texts.lexical, None)
    candidates = find_candidates(
        texts.dense, texts.lexical, asked.vector, asked.words.query, allowed=None, mode=Mode.HYBRID
    )
    found = index_features(generation, asked, candidates)["cited"]
    views = view_statements(searcher.store, ids_of(texts.dense, candidates.rows))
    expected = [
        max(
            (
                float(searcher.encoder.encode([work.title])[0] @ asked.vector)
                for work in view.cites
                if work.title is not None
            ),
            default=USUAL_CITED,
        )
        for view in views
    ]
    assert len(found) == 4
    assert np.abs(found - expected).max() < 1e-5
    assert len(set(found.round(4).tolist())) == 3
