"""Stores of every earlier version are brought up, and give the index that a fresh build gives.

``tests/data/stores/N.sql`` is a store as version N wrote it of the articles below; ``@ARTICLES@``
stands for their folder. A version that was released never changes, and neither does its file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from semsearch.encode.recipe import StatementRecipe
from semsearch.errors import MismatchError
from semsearch.index.build import Builder
from semsearch.index.citation_types import correct_citation, list_corrections
from semsearch.index.layout import Layout
from semsearch.index.verify import verify
from semsearch.parse.packages import ArticleFiles
from semsearch.records import CitationType
from semsearch.store.database import MIGRATIONS, Database

STORES = Path(__file__).resolve().parent.parent / "data" / "stores"
EARLIER = range(1, len(MIGRATIONS))
LIMIT = 10**6
#: Stores of the versions that had corrections say this of the first statement of the first paper.
CORRECTED = CitationType.CONTRASTING


def write_articles(folder: Path, article: Callable[..., bytes]) -> None:
    """The articles that the stores were read from."""
    folder.mkdir()
    one = '<xref rid="B1">1</xref>'
    (folder / "one.xml").write_bytes(
        article(
            f"<p>EMT induces IL-6 [{one}]. It does not in mice"
            ' [<xref rid="B2">2</xref>,<xref rid="B3">3</xref>].</p>',
            refs=3,
            doi="10.5555/store.one",
            front="<abstract><p>IL-6 rises in EMT.</p></abstract>"
            '<related-article related-article-type="retraction-forward" ext-link-type="doi"'
            ' xlink:href="10.5555/taken.back"/>',
        )
    )
    (folder / "two.xml").write_bytes(
        article(f"<p>Rain fell on the wheat [{one}].</p>", refs=1, doi="10.5555/store.two")
    )
    (folder / "three.xml").write_bytes(b"<article>")


def build(index: Path, articles: Path, encoder: Any) -> str:
    builder = Builder(folder=index, encoder=encoder, recipe=StatementRecipe.TEXT, batch_tokens=256)
    return builder.build(ArticleFiles((articles,), LIMIT)).index.content_digest


@pytest.fixture
def articles(tmp_path: Path, article: Callable[..., bytes]) -> Path:
    write_articles(tmp_path / "articles", article)
    return tmp_path / "articles"


def opened_as(version: int, index: Path, articles: Path) -> Path:
    """An index folder that holds the store of a version."""
    index.mkdir()
    store = Layout(index).store
    text = (STORES / f"{version}.sql").read_text("utf-8")
    with closing(sqlite3.connect(store)) as connection:
        connection.executescript(text.replace("@ARTICLES@", str(articles)))
        assert connection.execute("PRAGMA user_version").fetchone() == (version,)
    return store


def test_there_is_a_store_of_every_earlier_version() -> None:
    assert sorted(path.name for path in STORES.iterdir()) == [f"{n}.sql" for n in EARLIER]


@pytest.mark.parametrize("version", EARLIER)
def test_a_released_version_is_never_edited(version: int, tmp_path: Path, articles: Path) -> None:
    schema = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    store = opened_as(version, tmp_path / "index", articles)
    with closing(sqlite3.connect(store)) as old, closing(sqlite3.connect(":memory:")) as new:
        for migration in MIGRATIONS[:version]:
            migration(new)
        assert old.execute(schema).fetchall() == new.execute(schema).fetchall()


@pytest.mark.parametrize("version", EARLIER)
def test_its_index_is_that_of_a_fresh_build(
    version: int, tmp_path: Path, articles: Path, encoder: Any
) -> None:
    index, fresh = tmp_path / "index", tmp_path / "fresh"
    store = opened_as(version, index, articles)
    with pytest.raises(MismatchError, match=f"has store version {version}, expected"):
        Database(store, read_only=True)
    with closing(Database(store)) as database:
        (held,) = database.read("PRAGMA user_version")[0]
        assert held == len(MIGRATIONS)
        assert [tuple(row) for row in database.read("PRAGMA integrity_check")] == [("ok",)]
        assert not database.read("PRAGMA foreign_key_check")
        ids = [
            row["id"]
            for row in database.read("SELECT id FROM statements ORDER BY paper, ordinal, id")
        ]
        assert len(ids) == 3
    digest = build(index, articles, encoder)
    assert build(fresh, articles, encoder)
    corrections = list_corrections(index)
    if version >= 3:
        assert [(one.statement, one.type) for one in corrections] == [(ids[0], CORRECTED)]
        correct_citation(fresh, ids[0], CORRECTED)
    else:
        assert corrections == []
    assert build(fresh, articles, encoder) == digest
    assert verify(index, max_bytes=LIMIT).sound


def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "store.sqlite")) as database:
        database.connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    content = (tmp_path / "store.sqlite").read_bytes()
    with pytest.raises(MismatchError, match="use the newer semsearch that wrote it"):
        Database(tmp_path / "store.sqlite")
    assert (tmp_path / "store.sqlite").read_bytes() == content
