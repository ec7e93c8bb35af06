"""What persons say of a citation's type."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from semsearch.errors import NotFoundError
from semsearch.index.citation_types import (
    correct_citation,
    list_corrections,
    withdraw_correction,
)
from semsearch.records import CitationType
from semsearch.retrieve.query import refuse_control_characters
from semsearch.search import Searcher
from semsearch.serve.access.guard import Labeller
from semsearch.serve.responses import PROBLEMS, json_response
from semsearch.serve.served import Served
from semsearch.store.labels import Correction as StoredCorrection
from semsearch.store.reading import citations

router = APIRouter(
    tags=["changes"], responses={k: PROBLEMS[k] for k in (401, 403, 404, 409, 422, 500)}
)

StatementId = Annotated[
    str, Path(alias="id", description="Id of the statement.", examples=["abcdefghij234567"])
]
ReferenceKey = Annotated[
    str,
    Path(description="`key` of the cited work in `cites` of the statement.", examples=["B1"]),
]


class TypeBody(BaseModel):
    """What a statement says of a work that it cites."""

    model_config = ConfigDict(extra="forbid")

    type: CitationType = Field(description="The right type.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedCitation:
    """A citation with its type.

    ``confidence``: 0–1, None where a person decided. ``decided_by``: ``person``, ``label`` where it
    came with the input, else the name of the model.
    """

    statement: str
    reference: str
    type: CitationType
    confidence: float | None
    decided_by: str | None


@router.put(
    "/statements/{id}/citations/{reference}/type",
    response_model=TypedCitation,
    summary="Correct the type of a citation",
)
def put_type(
    request: Request,
    key: Labeller,
    identity: StatementId,
    reference: ReferenceKey,
    correction: TypeBody,
) -> Response:
    """Holds at once and over every build; filters and facets follow at the next one.

    Needs a key with the scope `label`. 409 while the index is being built.
    """
    with _newest(request, identity, reference) as searcher:
        correct_citation(searcher.folder, identity, correction.type, reference)
        return json_response(_typed(searcher, identity, reference))


@router.delete(
    "/statements/{id}/citations/{reference}/type",
    response_model=TypedCitation,
    summary="Take the correction of a type back",
)
def delete_type(
    request: Request, key: Labeller, identity: StatementId, reference: ReferenceKey
) -> Response:
    """The model decides again, as the answer says; 404 where nothing was corrected.

    Needs a key with the scope `label`. 409 while the index is being built.
    """
    with _newest(request, identity, reference) as searcher:
        withdraw_correction(searcher.folder, identity, reference)
        return json_response(_typed(searcher, identity, reference))


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """All that persons said, by paper and place in it."""

    corrections: list[StoredCorrection]


@router.get("/corrections", response_model=Corrections, summary="All corrections of types")
def get_corrections(request: Request, key: Labeller) -> Response:
    """Those of statements that left the corpus come last, without paper and text.

    Needs a key with the scope `label`.
    """
    served: Served = request.app.state.served
    with served.lease() as searcher:
        return json_response(Corrections(corrections=list_corrections(searcher.folder)))


@contextmanager
def _newest(request: Request, identity: str, reference: str) -> Iterator[Searcher]:
    """The published generation: corrections are written into its store."""
    refuse_control_characters(identity, "statement id")
    refuse_control_characters(reference, "key of the reference")
    served: Served = request.app.state.served
    served.look()
    with served.lease() as searcher:
        yield searcher


def _typed(searcher: Searcher, identity: str, reference: str) -> TypedCitation:
    for one in citations(searcher.store, [identity]).get(identity, []):
        if one.reference == reference:
            return TypedCitation(
                statement=identity,
                reference=reference,
                type=one.type,
                confidence=one.confidence,
                decided_by=one.decided_by,
            )
    raise NotFoundError(f"statement {identity} cites no reference {reference!r}")
