"""An index folder that was copied elsewhere works, or says in one sentence what is missing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from semsearch.encode.loading import load_encoder
from semsearch.encode.recipe import StatementRecipe
from semsearch.errors import EncoderError
from semsearch.index.build import Builder
from semsearch.index.layout import Layout
from semsearch.index.verify import verify
from semsearch.parse.packages import ArticleFiles
from semsearch.report.sums import check_tallies
from semsearch.search import Searcher

LIMIT = 10**6


@pytest.fixture
def build(encoder: Any) -> Callable[..., str]:
    def built(index: Path, *inputs: Path) -> str:
        builder = Builder(
            folder=index, encoder=encoder, recipe=StatementRecipe.TEXT, batch_tokens=256
        )
        return builder.build(ArticleFiles(inputs, LIMIT)).index.content_digest

    return built


@pytest.fixture
def moved(tmp_path: Path, article: Callable[..., bytes], build: Callable[..., str]) -> Path:
    """An index and, beside it, its articles, both of which were elsewhere when it was built."""
    here = tmp_path / "here"
    articles, added = here / "articles", Layout(here / "index").added
    for folder in (articles, added):
        folder.mkdir(parents=True)
    for number in (1, 2, 3):
        body = f'<p>EMT induces IL-6 in {number} cells [<xref rid="B1">1</xref>].</p>'
        path = articles / f"{number}.xml" if number < 3 else added / f"{'a' * 64}.xml"
        path.write_bytes(article(body, doi=f"10.5555/{number}"))
    build(here / "index", articles, added)
    (tmp_path / "there").mkdir()
    for name in ("index", "articles"):
        shutil.copytree(here / name, tmp_path / "there" / name)
    shutil.rmtree(here)
    return tmp_path / "there" / "index"


def test_it_answers_and_one_sentence_names_the_articles_that_are_gone(
    moved: Path, encoder: Any
) -> None:
    with closing(Searcher(moved, encoder=encoder)) as searcher:
        assert len(searcher.search("EMT induces IL-6").hits) == 3
    outcome = verify(moved, max_bytes=LIMIT)
    (fault,) = outcome.faults
    assert "1.xml is gone, and so are 1 other files, 2 quotes of which" in fault
    assert outcome.quotes_equal == 1  # of the article that was sent over HTTP, in the index folder
    assert verify(moved, max_bytes=LIMIT, sample=0).sound
    assert not check_tallies(moved).faults


def test_it_goes_on_being_built_from_its_articles_elsewhere(
    moved: Path, article: Callable[..., bytes], build: Callable[..., str], encoder: Any
) -> None:
    articles = moved.parent / "articles"
    encoder.encoded.clear()
    build(moved, articles)
    assert encoder.encoded == []
    (articles / "4.xml").write_bytes(article('<p>Rain fell [<xref rid="B1">1</xref>].</p>'))
    build(moved, articles)
    assert verify(moved, max_bytes=LIMIT).sound
    whole = moved.parent / "whole"
    assert build(whole, articles, Layout(moved).added) == build(moved)


def test_model_that_is_not_there_is_named(moved: Path) -> None:
    manifest = Layout(moved).generation(1).manifest
    raw = orjson.loads(manifest.read_bytes()) | {"model": "/elsewhere/model"}
    manifest.write_bytes(orjson.dumps(raw))
    said = "the model '/elsewhere/model' is a folder that is not on this machine"
    with closing(Searcher(moved)) as searcher, pytest.raises(EncoderError, match=said):
        searcher.search("EMT")
    with pytest.raises(EncoderError, match=said):
        load_encoder("/elsewhere/model")
