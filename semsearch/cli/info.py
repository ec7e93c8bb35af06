"""``semsearch info``."""

from __future__ import annotations

import typer

from semsearch.cli.options import AsJson, Index, Model, open_searcher, print_json


def info(index: Index = None, model: Model = None, as_json: AsJson = False) -> None:
    """Say what an index holds and what it was made with."""
    described = open_searcher(index, model).info()
    if as_json:
        print_json(described)
        return
    rows = {
        "folder": described.folder,
        "format": described.format,
        "generation": f"{described.generation}, made {described.created}",
        "model": f"{described.model} ({described.dimension} dimensions)",
        "model digest": described.model_digest,
        "recipe": described.recipe,
        **{name: f"{count:,}" for name, count in described.counts.items()},
        "content digest": described.content_digest,
    }
    for name, value in rows.items():
        typer.echo(f"{name:<15} {value}")
