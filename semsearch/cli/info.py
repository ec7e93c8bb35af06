"""``semsearch info``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from semsearch.cli.options import AsJson, Index, Model, open_searcher, print_json

if TYPE_CHECKING:
    from semsearch.index.dense.files import DenseRecord
    from semsearch.index.manifest import EncoderRecord


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
        "tuned": "no" if described.tuned is None else described.tuned.described,
        "back end": _backend(described.encoder),
        "recipe": described.recipe,
        **{name: f"{count:,}" for name, count in described.counts.items()},
        **{f"{name} index": _said(record) for name, record in described.dense.items()},
        "delta": "none" if described.delta is None else described.delta.described,
        "content digest": described.content_digest,
    }
    for name, value in rows.items():
        typer.echo(f"{name:<16} {value}")


def _backend(record: EncoderRecord | None) -> str:
    """What computed the vectors, and how near they are to the reference."""
    if record is None:
        return "not recorded"
    if record.likeness is None:
        return record.backend
    near = record.likeness
    return (
        f"{record.backend}, cosine to the reference {near.cosine_mean:.4f} in the mean and"
        f" {near.cosine_min:.4f} at least, {near.overlap:.1%} of the ten nearest the same"
        f" ({near.sentences:,} sentences)"
    )


def _said(record: DenseRecord) -> str:
    """The kind of a dense index, why, and what it costs and finds."""
    from semsearch.index.dense.kinds import DenseKind

    found = (
        "exact"
        if record.kind is not DenseKind.INVERTED
        else f"finds {record.recall_at_10:.1%} of the ten nearest (estimated)"
    )
    return f"{record.kind}, {found}, {record.memory_bytes:,} bytes in memory ({record.why})"
