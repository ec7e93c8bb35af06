"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from semsearch.encode.encoder import Encoder
    from semsearch.search import Searcher

Index = Annotated[
    Path | None,
    typer.Option("--index", help="Folder of the index. [default: SEMSEARCH_INDEX, else index]"),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="Name or folder of a sentence-transformers model. [default: SEMSEARCH_MODEL, else that"
        " of the index, else all-MiniLM-L6-v2]",
    ),
]
Recipe = Annotated[
    str | None,
    typer.Option(
        "--recipe",
        help="Text of a statement that is encoded: text, title-text, before-text or context."
        " [default: SEMSEARCH_RECIPE, else that of the index, else text]",
    ),
]
Limit = Annotated[
    int | None,
    typer.Option("--limit", "-n", help="Most hits to give. [default: SEMSEARCH_LIMIT, else 10]"),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print JSON, with the fields of the HTTP API.")
]


def open_searcher(
    index: Path | None, model: str | None, *, encoder: Encoder | None = None
) -> Searcher:
    """The searcher that a command asks."""
    from semsearch.search import Searcher

    return Searcher(index, model=model, encoder=encoder)


def print_json(record: object) -> None:
    """Print a record, or plain data, as one line of JSON."""
    import orjson

    typer.echo(orjson.dumps(record))
