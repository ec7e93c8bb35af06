"""``semsearch label``: a person's correction, from the command line to the filter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from semsearch.__main__ import main
from semsearch.encode.recipe import StatementRecipe
from semsearch.errors import NotFoundError
from semsearch.index.build import Builder
from semsearch.index.citation_types import list_corrections, withdraw_correction
from semsearch.parse.packages import ArticleFiles
from semsearch.search import Searcher
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


def test_an_opened_index_shows_a_correction_at_once_and_its_withdrawal(
    build: Callable[[], Path], encoder: Any
) -> None:
    index = build()
    searcher = Searcher(index, encoder=encoder)
    statement = searcher.search("zinc").hits[0].statement.id

    def shown() -> dict[str, tuple[str, str | None]]:
        made = citations(searcher.store, [statement])[statement]
        return {one.reference: (one.type, one.decided_by) for one in made}

    before = shown()
    assert call("label", statement, "contrasting", "--reference", "B2", "--index", index) == 0
    assert shown() == {**before, "B2": ("contrasting", "person")}
    assert withdraw_correction(index, statement) == ["B2"]
    assert shown() == before
    with pytest.raises(NotFoundError, match="has no correction"):
        withdraw_correction(index, statement, "B2")
    build()
    database = Database(index / "store.sqlite")
    assert {one.decided_by for one in citations(database, [statement])[statement]} == {
        decided for _, decided in before.values()
    }
    database.close()
    searcher.close()


def test_corrections_are_listed_and_withdrawn(
    build: Callable[[], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    index = build()
    database = Database(index / "store.sqlite")
    statement = database.read("SELECT id FROM statements")[0]["id"]
    before = citations(database, [statement])
    assert call("label", statement, "supporting", "--index", index) == 0
    capsys.readouterr()
    assert call("label", "--list", "--index", index) == 0
    assert capsys.readouterr().out == (
        f"{statement} is supporting towards B1 (doi:10.5555/test)\n"
        "    Zinc is an essential element [1,2].\n"
        f"{statement} is supporting towards B2 (doi:10.5555/test)\n"
        "    Zinc is an essential element [1,2].\n"
        "2 corrections\n"
    )
    assert call("label", statement, "--withdraw", "--reference", "B2", "--index", index) == 0
    assert capsys.readouterr().out == f"{statement} is not corrected any more towards B2\n"
    assert call("label", "--list", "--index", index, "--json") == 0
    assert orjson.loads(capsys.readouterr().out) == [
        {
            "statement": statement,
            "reference": "B1",
            "type": "supporting",
            "paper": "doi:10.5555/test",
            "text": "Zinc is an essential element [1,2].",
        }
    ]
    assert call("label", statement, "--withdraw", "--index", index) == 0
    assert citations(database, [statement]) == before
    assert list_corrections(index) == []
    database.close()


def test_a_correction_of_a_statement_that_left_is_listed_and_can_be_withdrawn(
    build: Callable[[], Path], encoder: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    index = build()
    database = Database(index / "store.sqlite")
    statement = database.read("SELECT id FROM statements")[0]["id"]
    database.close()
    call("label", statement, "contrasting", "--reference", "B1", "--index", index)
    Builder(index, encoder, StatementRecipe.TEXT, 256).remove(["10.5555/test"])
    assert [(one.reference, one.paper, one.text) for one in list_corrections(index)] == [
        ("B1", None, None)
    ]
    capsys.readouterr()
    call("label", "--list", "--index", index)
    assert "(not in the corpus)" in capsys.readouterr().out
    assert withdraw_correction(index, statement) == ["B1"]
    assert list_corrections(index) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no statement is named, expected its id, or --list"),
        (["abc"], "no type is given, expected one of supporting"),
        (["abc", "supporting", "--withdraw"], "expected either the type supporting or --withdraw"),
        (["abc", "--list"], "expected nothing beside it"),
        (["abc", "--withdraw"], "statement abc has no correction"),
    ],
)
def test_what_cannot_be_labelled_is_said(
    build: Callable[[], Path],
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    assert call("label", *arguments, "--index", build()) == 2
    assert message in capsys.readouterr().err


def test_wrong_corrections_are_refused(build: Callable[[], Path]) -> None:
    index = build()
    assert call("label", "nothing", "contrasting", "--index", index) == 2
    assert call("label", "nothing", "praising", "--index", index) == 2
