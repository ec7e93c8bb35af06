"""One paper of the corpus."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from semsearch.retrieve.hits import PaperReport
from semsearch.serve.middleware.names import WorkName
from semsearch.serve.responses import ERRORS, Opened, json_response

router = APIRouter(tags=["corpus"], responses=ERRORS)

Paper = Annotated[
    str,
    WorkName,
    Path(
        description="DOI, PMID, PMCID or paper id. Slashes may be `%2F`, and have to be in a DOI"
        " that ends like a route, in `/report`.",
        examples=["10.5555/semsearch.demo.01"],
    ),
]


@router.get("/papers/{doi:path}", response_model=PaperReport, summary="One paper")
def get_paper(
    searcher: Opened,
    doi: Paper,
) -> Response:
    """A paper of the corpus with its abstract and all its citation statements."""
    return json_response(searcher.paper(doi))
