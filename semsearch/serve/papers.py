"""One paper of the corpus."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from semsearch.retrieve.hits import PaperReport
from semsearch.serve.responses import ERRORS, Opened, json_response

router = APIRouter(tags=["corpus"], responses=ERRORS)


@router.get("/papers/{doi:path}", response_model=PaperReport, summary="One paper")
def get_paper(
    searcher: Opened,
    doi: Annotated[
        str,
        Path(description="DOI, PMID, PMCID or paper id.", examples=["10.5555/semsearch.demo.01"]),
    ],
) -> Response:
    """A paper of the corpus with its abstract and all its citation statements."""
    return json_response(searcher.paper(doi))
