"""Types for the citations of the corpus: by the model, and by a person.

A citation is decided once by a model at a threshold; another model, or another threshold, decides
anew. Each lot of statements is one transaction, so that an interrupted build goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from semsearch.classify.model import TypeModel, shipped_model
from semsearch.classify.types import Prediction, of_references, predict_markers
from semsearch.index.layout import Layout, locked
from semsearch.progress import Progress
from semsearch.records import Citation, CitationType, Document, Statement
from semsearch.settings import settings
from semsearch.store.database import Database
from semsearch.store.labels import (
    Correction,
    apply_corrections,
    correct_type,
    corrections,
    count_undecided,
    mark_labels,
    undecided,
    withdraw_type,
    write_types,
)
from semsearch.store.reading import citations, statements

_LOT: Final = 1000  # statements in one transaction


def decide_types(
    database: Database,
    progress: Progress,
    *,
    model: TypeModel | None = None,
    threshold: float | None = None,
    papers: Sequence[str] | None = None,
) -> int:
    """Give every citation of the corpus its type; how many statements the model read.

    Args:
        database: the store.
        progress: shows how far it is.
        model: None for the one that comes with this package.
        threshold: probability below which a citation is unclassified; None for the setting.
        papers: those whose citations may have no type yet; None for all.

    Raises:
        EncoderError: the file of the model is missing or damaged.
    """
    fitted = model or shipped_model()
    limit = settings().type_threshold if threshold is None else threshold
    decider = _decider(fitted, limit)
    mark_labels(database, papers)
    apply_corrections(database)
    total = count_undecided(database, decider, papers)
    with progress.stage("Deciding citation types", total) as stage:
        after = ""
        while lot := undecided(database, decider, after=after, limit=_LOT, papers=papers):
            write_types(database, _decided(database, lot, fitted, limit), decider)
            stage.advance(len(lot))
            after = lot[-1]
    return total


def types_decider() -> str:
    """The model that comes with this package, at the threshold of the settings, as types name it.

    Raises:
        EncoderError: the file of the model is missing or damaged.
    """
    return _decider(shipped_model(), settings().type_threshold)


def typed(document: Document, threshold: float) -> tuple[Citation, ...]:
    """The citations of a paper with the types that the shipped model gives them.

    Args:
        document: its citations that have a type by their input keep it.
        threshold: probability below which a citation is unclassified.

    Raises:
        EncoderError: the file of the model is missing or damaged.
    """
    fitted = shipped_model()
    told = {statement.id: _told(statement, fitted) for statement in document.statements}
    return tuple(
        one
        if one.type is not CitationType.UNCLASSIFIED
        else replace(
            one,
            type=(prediction := told[one.statement][one.reference]).at(threshold),
            confidence=prediction.confidence,
            decided_by=_decider(fitted, threshold),
        )
        for one in document.citations
    )


def correct_citation(
    folder: Path | None, statement: str, kind: CitationType, reference: str | None = None
) -> list[str]:
    """Correct the type of citations of an index; the references it holds for.

    The statement shows it at once, for servers too; filters and facets follow at the next build.

    Args:
        folder: the index folder; None for that of the settings.
        statement: id of a statement.
        kind: what it says of the work.
        reference: key of a reference that it cites; None for all of them.

    Raises:
        MissingIndexError: the folder holds no index.
        NotFoundError: there is no such statement, or it cites no such reference.
        LockedError: another process is building here.
    """
    with _stores(folder) as stores:
        done = [correct_type(store, statement, kind, reference) for store in stores]
    return done[0]


def withdraw_correction(
    folder: Path | None, statement: str, reference: str | None = None
) -> list[str]:
    """Take a person's correction back; the model decides again. The references it was for.

    A type that came with the input comes back when its file is read again.

    Args:
        folder: the index folder; None for that of the settings.
        statement: id of a statement, which may have left the corpus.
        reference: key of a reference that it cites; None for all that were corrected.

    Raises:
        MissingIndexError: the folder holds no index.
        NotFoundError: there is nothing to take back.
        LockedError: another process is building here.
    """
    fitted, limit = shipped_model(), settings().type_threshold
    references: list[str] = []
    with _stores(folder) as stores:
        for store in stores:
            references = withdraw_type(store, statement, reference)
            held = list(statements(store, [statement]))  # nothing where it left the corpus
            write_types(store, _decided(store, held, fitted, limit), _decider(fitted, limit))
    return references


def list_corrections(folder: Path | None) -> list[Correction]:
    """What persons corrected in an index, sorted by paper and place in it.

    Args:
        folder: the index folder; None for that of the settings.

    Raises:
        MissingIndexError: the folder holds no index.
    """
    database = Database(Layout(folder or settings().index).store, read_only=True)
    try:
        return corrections(database)
    finally:
        database.close()


@contextmanager
def _stores(folder: Path | None) -> Iterator[list[Database]]:
    """The store of an index folder and that of its published generation, in a transaction each.

    The store itself commits first: what a crash leaves undone in the other comes with a build.

    Raises:
        MissingIndexError: the folder holds no index.
        LockedError: another process is building here.
    """
    layout = Layout(folder or settings().index)
    layout.published()
    with locked(layout), ExitStack() as opened:
        published = layout.store_of(layout.published())
        stores = [Database(layout.store)]
        if published != layout.store:
            stores.insert(0, Database(published))
        for store in stores:
            opened.callback(store.close)
        for store in stores:
            opened.enter_context(store.atomic())
        yield stores


def _decider(model: TypeModel, threshold: float) -> str:
    return f"{model.name} at {threshold:g}"


def _decided(
    database: Database, lot: Sequence[str], model: TypeModel, threshold: float
) -> list[tuple[str, str, CitationType, float]]:
    """What the model says of each citation of some statements, as ``write_types`` takes it."""
    held, cited = statements(database, lot), citations(database, lot)
    rows: list[tuple[str, str, CitationType, float]] = []
    for identity in lot:
        told = _told(held[identity], model)
        for one in cited[identity]:
            prediction = told[one.reference]
            rows.append((identity, one.reference, prediction.at(threshold), prediction.confidence))
    return rows


def _told(statement: Statement, model: TypeModel) -> dict[str, Prediction]:
    """Key of each reference that a statement cites → what it says of it."""
    predictions = predict_markers(
        statement.text,
        statement.markers,
        before=statement.before,
        after=statement.after,
        heading=statement.heading or statement.section,
        model=model,
    )
    return dict(of_references(statement.markers, predictions))
