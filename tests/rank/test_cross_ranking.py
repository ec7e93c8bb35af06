"""A cross-encoder that the user named: what it reads, and where that stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from semsearch import search as search_module
from semsearch.encode.recipe import StatementRecipe
from semsearch.errors import EncoderError
from semsearch.index.build import Builder
from semsearch.parse.packages import ArticleFiles
from semsearch.rank.options import SearchOptions
from semsearch.rank.statements import CROSS_DEPTH
from semsearch.retrieve.candidates import Mode
from semsearch.search import Searcher

STATEMENTS = CROSS_DEPTH + 20
ALL = SearchOptions(limit=1000, fold=False)
CROSS = replace(ALL, cross_encoder="some/name")


class ByNumber:
    """Stands for a cross-encoder: the score of a text is from its number, 0 to 4."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.read: list[tuple[str, tuple[str, ...]]] = []

    def scores(self, query: str, texts: Sequence[str]) -> NDArray[np.float64]:
        self.read.append((query, tuple(texts)))
        return np.array([number_of(text) % 5 for text in texts], dtype=np.float64)


def number_of(text: str) -> int:
    return int(text.removeprefix("EMT induces IL-6 in cell ").rstrip(".").split(" ")[0])


@pytest.fixture(scope="module")
def searcher(
    tmp_path_factory: pytest.TempPathFactory,
    article: Callable[..., bytes],
    hashed_words: Callable[[], Any],
) -> Iterator[Searcher]:
    where = tmp_path_factory.mktemp("crossed")
    body = "".join(
        f'<p>EMT induces IL-6 in cell {number} [<xref ref-type="bibr" rid="B1">1</xref>].</p>'
        for number in range(STATEMENTS)
    )
    (where / "a.xml").write_bytes(article(body))
    Builder(
        folder=where / "index",
        encoder=hashed_words(),
        recipe=StatementRecipe.TEXT,
        batch_tokens=256,
    ).build(ArticleFiles((where / "a.xml",), 10**6))
    opened = Searcher(where / "index", encoder=hashed_words())
    yield opened
    opened.close()


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch, searcher: Searcher) -> Iterator[list[ByNumber]]:
    models: list[ByNumber] = []

    def load(name: str) -> ByNumber:
        models.append(ByNumber(name))
        return models[-1]

    monkeypatch.setattr(search_module, "load_cross_encoder", load)
    yield models
    searcher._cross_encoder = None


def ids(searcher: Searcher, options: SearchOptions) -> list[str]:
    found = searcher.search("does EMT induce IL-6", options=options)
    return [hit.statement.id for hit in found.hits]


def test_only_the_best_are_read_once_without_markers(
    searcher: Searcher, loaded: list[ByNumber]
) -> None:
    before = searcher.search("does EMT induce IL-6", options=ALL).hits
    searcher.search("does EMT induce IL-6", options=CROSS)
    assert len(loaded) == 1
    ((query, texts),) = loaded[0].read
    assert query == "does EMT induce IL-6"
    assert len(texts) == CROSS_DEPTH < len(before) == STATEMENTS
    best = {hit.statement.text.replace(" [1]", "") for hit in before[:CROSS_DEPTH]}
    assert set(texts) == best


@pytest.mark.usefixtures("loaded")
def test_what_was_read_stands_first_by_its_score_and_the_rest_keeps_its_order(
    searcher: Searcher,
) -> None:
    before = ids(searcher, ALL)
    hits = searcher.search("does EMT induce IL-6", options=CROSS).hits
    after = [hit.statement.id for hit in hits]
    assert sorted(after[:CROSS_DEPTH]) == sorted(before[:CROSS_DEPTH])
    assert after[CROSS_DEPTH:] == before[CROSS_DEPTH:]
    read = [(-(number_of(h.statement.text) % 5), h.statement.id) for h in hits[:CROSS_DEPTH]]
    assert read == sorted(read)  # ties come in the order of ids
    assert [hit.origin.rerank_score for hit in hits[:CROSS_DEPTH]] == [-score for score, _ in read]
    assert [hit.score for hit in hits[:CROSS_DEPTH]] == [-score for score, _ in read]
    assert all(hit.origin.rerank_score is None for hit in hits[CROSS_DEPTH:])


@pytest.mark.usefixtures("loaded")
def test_pages_go_on_where_the_one_before_ended(searcher: Searcher) -> None:
    whole = ids(searcher, CROSS)
    paged: list[str] = []
    cursor: str | None = None
    while len(paged) < STATEMENTS:
        page = searcher.search(
            "does EMT induce IL-6", options=replace(CROSS, limit=30, cursor=cursor)
        )
        paged += [hit.statement.id for hit in page.hits]
        cursor = page.next
    assert cursor is None
    assert paged == whole


def test_model_is_loaded_once_for_a_name(searcher: Searcher, loaded: list[ByNumber]) -> None:
    for name in ("one", "one", "two"):
        searcher.search("does EMT induce IL-6", options=replace(ALL, cross_encoder=name))
    assert [model.name for model in loaded] == ["one", "two"]
    assert [len(model.read) for model in loaded] == [2, 1]


def test_nothing_is_read_where_nothing_is_found(searcher: Searcher, loaded: list[ByNumber]) -> None:
    found = searcher.search("EMT doi:10.5555/none", options=CROSS)
    assert found.hits == ()
    assert all(model.read == [] for model in loaded)


@pytest.mark.parametrize("mode", [Mode.DENSE, Mode.LEXICAL])
def test_best_of_one_retriever_are_read_too(
    searcher: Searcher, loaded: list[ByNumber], mode: Mode
) -> None:
    before = ids(searcher, replace(ALL, mode=mode))
    hits = searcher.search("does EMT induce IL-6", options=replace(CROSS, mode=mode)).hits
    assert [len(texts) for _, texts in loaded[0].read] == [CROSS_DEPTH]
    read = [(-(number_of(h.statement.text) % 5), h.statement.id) for h in hits[:CROSS_DEPTH]]
    assert read == sorted(read)
    assert {identity for _, identity in read} == set(before[:CROSS_DEPTH])
    assert [hit.statement.id for hit in hits[CROSS_DEPTH:]] == before[CROSS_DEPTH:]


def test_name_that_cannot_be_loaded_is_refused_and_the_searcher_goes_on(
    searcher: Searcher, tmp_path: Path
) -> None:
    options = replace(ALL, cross_encoder=str(tmp_path / "nowhere"))
    with pytest.raises(EncoderError, match=r"the cross-encoder '.*nowhere' cannot be loaded"):
        searcher.search("EMT", options=options)
    assert searcher.search("EMT", options=ALL).hits
