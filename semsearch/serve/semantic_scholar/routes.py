"""Routes that clients of Semantic Scholar call; they take ``/s2`` of this server as their base URL.

An ``x-api-key`` or ``Authorization`` header may be sent and is not looked at.

Intents: Semantic Scholar tells background, methodology and result (Cohan et al. 2019, "Structural
scaffolds for citation intent classification"). A statement that supports or contrasts a work
compares findings: ``result``. One that mentions it is ``background``, but in a methods section,
where it may as well name the method that was used: there, as for citations of no known type, no
intent is given. ``methodology`` is never given, since nothing here tells it, nor ``isInfluential``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from semsearch.errors import NotFoundError
from semsearch.records import CitationType, Section
from semsearch.report.work import held_work_id
from semsearch.search import Searcher
from semsearch.serve.responses import MOST_OFFSET, Opened, json_response
from semsearch.serve.semantic_scholar.fields import (
    EdgeFields,
    chosen,
    edge_fields,
    paper_fields,
)
from semsearch.serve.semantic_scholar.papers import (
    cited_records,
    paper_records,
    spelt,
    work_of,
    works_of,
)
from semsearch.serve.semantic_scholar.shapes import (
    ERRORS,
    S2Citations,
    S2Paper,
    S2References,
    S2Route,
    refusal,
)
from semsearch.store.cited import citations_to
from semsearch.store.reading import citations, references, statements, statements_of

router = APIRouter(tags=["as Semantic Scholar"], responses=ERRORS, route_class=S2Route)

MOST_IDS = 500

PaperId = Annotated[
    str,
    Path(
        alias="id",
        description="`DOI:…`, `PMID:…`, `PMCID:…`, `ARXIV:…`, `URL:https://doi.org/…`, a bare DOI,"
        " or a `paperId` of this server.",
        examples=["DOI:10.5555/semsearch.demo.01"],
    ),
]
Fields = Annotated[
    str | None,
    Query(
        description="Fields with commas between them, parts after a dot; `paperId` always comes.",
        examples=["title,year,authors.name"],
    ),
]
Offset = Annotated[int, Query(ge=0, le=MOST_OFFSET, description="Items before the page.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="Most items of the page.")]


class AskedPapers(BaseModel):
    """Works to be described."""

    model_config = ConfigDict(extra="forbid")

    ids: list[str] = Field(
        description=f"At most {MOST_IDS} ids, as in a path.",
        examples=[["DOI:10.5555/semsearch.demo.01"]],
    )


@router.post("/paper/batch", response_model=list[S2Paper | None], summary="Many papers")
def post_batch(searcher: Opened, asked: AskedPapers, fields: Fields = None) -> Response:
    """Papers in the order of their ids, null for one that is not known."""
    if len(asked.ids) > MOST_IDS:
        return refusal(422, f"{len(asked.ids):,} ids were given, expected at most {MOST_IDS}")
    wanted = paper_fields(fields)
    ids = works_of(searcher, asked.ids)
    found = paper_records(searcher, [one for one in ids if one is not None], wanted)
    return json_response([None if one is None else found[one] for one in ids])


# Before the route of one paper, whose path takes everything below ``/paper/``.
@router.get("/paper/{id:path}/citations", response_model=S2Citations, summary="Who cites a paper")
def get_citations(
    searcher: Opened,
    identity: PaperId,
    fields: Fields = None,
    offset: Offset = 0,
    limit: Limit = 100,
) -> Response:
    """The papers of the corpus that cite a work, with their statements, by id."""
    wanted = edge_fields(fields, "citingPaper")
    target = work_of(searcher, identity)
    groups: dict[str, dict[str, list[CitationType]]] = {}
    for one in citations_to(searcher.store, target):
        groups.setdefault(one.paper, {}).setdefault(one.statement, []).append(one.type)
    page = list(groups)[offset : offset + limit]
    described = paper_records(searcher, page, wanted.paper)
    contexts = _contexts(searcher, [groups[paper] for paper in page], wanted)
    return _paged(
        [
            {**edge, "citingPaper": described[paper]}
            for paper, edge in zip(page, contexts, strict=True)
        ],
        len(groups),
        offset,
    )


@router.get(
    "/paper/{id:path}/references", response_model=S2References, summary="What a paper cites"
)
def get_references(
    searcher: Opened,
    identity: PaperId,
    fields: Fields = None,
    offset: Offset = 0,
    limit: Limit = 100,
) -> Response:
    """The reference list of a paper, in its order, with the statements about each entry.

    404 also where the paper is cited but its full text is not in the corpus.
    """
    wanted = edge_fields(fields, "citedPaper")
    source = held_work_id(searcher.store, spelt(identity))
    listed = references(searcher.store, source)
    said: dict[str, dict[str, list[CitationType]]] = {entry.key: {} for entry in listed}
    own = [statement.id for statement in statements_of(searcher.store, source)]
    made = citations(searcher.store, own)
    for one in own:
        for citation in made.get(one, []):
            said[citation.reference].setdefault(one, []).append(citation.type)
    keys = [entry.key for entry in listed[offset : offset + limit]]
    described = cited_records(searcher, source, wanted.paper)[offset : offset + limit]
    contexts = _contexts(searcher, [said[key] for key in keys], wanted)
    return _paged(
        [{**edge, "citedPaper": paper} for paper, edge in zip(described, contexts, strict=True)],
        len(listed),
        offset,
    )


# These would otherwise be taken for papers of that name.
@router.get("/paper/search/{rest:path}", include_in_schema=False)
@router.get("/paper/autocomplete", include_in_schema=False)
@router.get("/paper/{rest:path}/authors", include_in_schema=False)
def refuse_unserved() -> Response:
    """Routes of Semantic Scholar that this server does not have."""
    raise NotFoundError("this route is not served here; those that are, are in /openapi.json")


@router.get("/paper/{id:path}", response_model=S2Paper, summary="A paper")
def get_paper(searcher: Opened, identity: PaperId, fields: Fields = None) -> Response:
    """What is known of a work, from its full text or from the reference lists that name it."""
    wanted = paper_fields(fields)
    work = work_of(searcher, identity)
    return json_response(paper_records(searcher, [work], wanted)[work])


def intent_of(kind: CitationType, section: Section) -> str | None:
    """What a statement cites a work for, where that can be told; see the top of the module."""
    if kind in (CitationType.SUPPORTING, CitationType.CONTRASTING):
        return "result"
    if kind is CitationType.MENTIONING and section is not Section.METHODS:
        return "background"
    return None


def _contexts(
    searcher: Searcher,
    groups: Sequence[Mapping[str, Sequence[CitationType]]],
    wanted: EdgeFields,
) -> list[dict[str, Any]]:
    """The wanted fields of each group of statements, given with their types by statement id."""
    held = statements(searcher.store, [one for group in groups for one in group])
    edges = []
    for group in groups:
        order: Callable[[str], int] = lambda one: held[one].ordinal  # noqa: E731 - typed
        context = []
        for one in sorted(group, key=order):
            found = {intent_of(kind, held[one].section) for kind in group[one]}
            intents = sorted(intent for intent in found if intent is not None)
            context.append({"context": held[one].text, "intents": intents})
        edge = {
            "contexts": [one["context"] for one in context],
            "intents": sorted({intent for one in context for intent in one["intents"]}),
            "contextsWithIntent": context,
        }
        edges.append(chosen(edge, wanted.names))
    return edges


def _paged(data: list[dict[str, Any]], total: int, offset: int) -> Response:
    after = offset + len(data)
    following = {"next": after} if data and after < total else {}
    return json_response({"offset": offset, **following, "data": data})
