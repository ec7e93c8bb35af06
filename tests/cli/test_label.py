"""``semsearch label``: a person's correction, from the command line to the filter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from semsearch.__main__ import main
from semsearch.encode.recipe import StatementRecipe
from semsearch.index.build import Builder
from semsearch.parse.packages import ArticleFiles
from semsearch.store.database import Database
from semsearch.store.reading import citations

BODY = '<p>Zinc is an essential element [<xref ref-type="bibr" rid="B1 B2">1,2</xref>].</p>'


def call(*arguments: object) -> int:
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    return 0


@pytest.fixture
def build(tmp_path: Path, article: Callable[..., bytes], encoder: Any) -> Callable[[], Path]:
    (tmp_path / "a.xml").write_bytes(article(BODY))

    def run() -> Path:
        builder = Builder(tmp_path / "index", encoder, StatementRecipe.TEXT, 256)
        builder.build(ArticleFiles((tmp_path / "a.xml",), 10**6))
        return tmp_path / "index"

    return run


def test_a_corrected_type_survives_the_next_build(
    build: Callable[[], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    index = build()
    database = Database(index / "store.sqlite")
    statement = database.read("SELECT id FROM statements")[0]["id"]
    done = call("label", statement, "contrasting", "--reference", "B2", "--index", index, "--json")
    assert done == 0
    assert orjson.loads(capsys.readouterr().out) == {
        "statement": statement, "type": "contrasting", "references": ["B2"],
    }  # fmt: skip
    build()
    found = {one.reference: one for one in citations(database, [statement])[statement]}
    database.close()
    assert (found["B2"].type, found["B2"].decided_by) == ("contrasting", "person")
    assert found["B1"].type == "mentioning"


def test_wrong_corrections_are_refused(build: Callable[[], Path]) -> None:
    index = build()
    assert call("label", "nothing", "contrasting", "--index", index) == 2
    assert call("label", "nothing", "praising", "--index", index) == 2
