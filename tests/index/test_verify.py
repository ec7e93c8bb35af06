"""Verification finds each kind of fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from semsearch.encode.recipe import StatementRecipe
from semsearch.index.build import Builder
from semsearch.index.layout import Layout
from semsearch.index.verify import verify
from semsearch.parse.packages import ArticleFiles
from semsearch.store.database import Database

LIMIT = 10**6


@pytest.fixture
def index(tmp_path: Path, article: Callable[..., bytes], encoder: Any) -> Path:
    body = (
        '<p>It holds in H<sub>2</sub>O [<xref rid="B1">1</xref>]. With <inline-formula>'
        "<mml:math><mml:mi>x</mml:mi><mml:mo>=</mml:mo><mml:mfrac><mml:mn>1</mml:mn>"
        "<mml:mn>2</mml:mn></mml:mfrac></mml:math></inline-formula> it<fn><p>note</p></fn> fails"
        ' [<xref rid="B2">2</xref>].</p>'
    )
    (tmp_path / "a.xml").write_bytes(article(body))
    builder = Builder(
        folder=tmp_path / "index", encoder=encoder, recipe=StatementRecipe.TEXT, batch_tokens=256
    )
    builder.build(ArticleFiles((tmp_path / "a.xml",), LIMIT))
    return tmp_path / "index"


def test_sound_index_has_no_faults(index: Path) -> None:
    outcome = verify(index, max_bytes=LIMIT)
    assert outcome.sound
    files = [p.name for p in (index / "generations" / "000001").rglob("*") if p.is_file()]
    stamped = [name for name in files if not name.startswith(("manifest.json", "store.sqlite"))]
    assert outcome.files_checked == len(stamped) > 50
    assert outcome.quotes_equal + outcome.quotes_rendered == 2


def test_flipped_byte_is_found(index: Path) -> None:
    path = Layout(index).generation(1).dense("statements").search
    content = bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(content)
    (fault,) = verify(index, max_bytes=LIMIT).faults
    assert "statements.faiss is damaged" in fault


def test_statement_missing_from_the_store_is_found(index: Path) -> None:
    database = Database(Layout(index).store_of(1))
    with database.atomic() as connection:
        connection.execute("DELETE FROM statements WHERE ordinal = 0")
    database.close()
    assert "lacks 1 that the index names" in verify(index, max_bytes=LIMIT).faults[0]


def test_quote_that_does_not_stand_in_its_source_is_found(index: Path) -> None:
    database = Database(Layout(index).store_of(1))
    with database.atomic() as connection:
        connection.execute("UPDATE statements SET text = 'It never held [1].' WHERE ordinal = 0")
    database.close()
    (fault,) = verify(index, max_bytes=LIMIT).faults
    assert "does not stand at" in fault


def test_source_that_is_gone_is_found(index: Path) -> None:
    (index.parent / "a.xml").unlink()
    (fault,) = verify(index, max_bytes=LIMIT).faults
    assert "is gone, 2 quotes" in fault
