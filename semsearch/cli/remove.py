"""``semsearch remove``."""

from __future__ import annotations

from typing import Annotated

import typer

from semsearch.cli.build import finish, make_builder
from semsearch.cli.options import AsJson, Index, Model, Recipe


def remove(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="DOI_OR_FILE...",
            help="DOI, PMID, PMCID, paper id, or the file it was read from.",
        ),
    ],
    index: Index = None,
    model: Model = None,
    recipe: Recipe = None,
    as_json: AsJson = False,
) -> None:
    """Take papers out of an index and publish what is left."""
    finish(make_builder(index, model, recipe).remove(names), None, as_json=as_json)
