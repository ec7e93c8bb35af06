"""Types for the citations of the corpus: by the model, and by a person.

A citation is decided once by a model at a threshold; another model, or another threshold, decides
anew. Each lot of statements is one transaction, so that an interrupted build goes on from there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from semsearch.classify.model import TypeModel, shipped_model
from semsearch.classify.types import Prediction, of_references, predict_markers
from semsearch.index.layout import Layout, locked
from semsearch.progress import Progress
from semsearch.records import CitationType, Statement
from semsearch.settings import settings
from semsearch.store.database import Database
from semsearch.store.labels import (
    apply_corrections,
    correct_type,
    count_undecided,
    mark_labels,
    undecided,
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
) -> int:
    """Give every citation of the corpus its type; how many statements the model read.

    Args:
        database: the store.
        progress: shows how far it is.
        model: None for the one that comes with this package.
        threshold: probability below which a citation is unclassified; None for the setting.

    Raises:
        EncoderError: the file of the model is missing or damaged.
    """
    fitted = model or shipped_model()
    limit = settings().type_threshold if threshold is None else threshold
    decider = f"{fitted.name} at {limit:g}"
    mark_labels(database)
    apply_corrections(database)
    total = count_undecided(database, decider)
    with progress.stage("Deciding citation types", total) as stage:
        after = ""
        while lot := undecided(database, decider, after=after, limit=_LOT):
            held, cited = statements(database, lot), citations(database, lot)
            rows: list[tuple[str, str, CitationType, float]] = []
            for identity in lot:
                told = _told(held[identity], fitted)
                for one in cited[identity]:
                    prediction = told[one.reference]
                    kind = prediction.at(limit)
                    rows.append((identity, one.reference, kind, prediction.confidence))
            write_types(database, rows, decider)
            stage.advance(len(lot))
            after = lot[-1]
    return total


def correct_citation(
    folder: Path | None, statement: str, kind: CitationType, reference: str | None = None
) -> list[str]:
    """Correct the type of citations of an index; the references it holds for.

    The statement shows it at once; filters and facets follow at the next build.

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
    layout = Layout(folder or settings().index)
    layout.published()
    with locked(layout):
        database = Database(layout.store)
        try:
            return correct_type(database, statement, kind, reference)
        finally:
            database.close()


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
