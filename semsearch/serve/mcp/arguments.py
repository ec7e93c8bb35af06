"""What the tools are asked: the parameters, as a model reads them in the input schemas."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from semsearch.language.stance import Stance
from semsearch.rank.diversity import SortOrder
from semsearch.records import Section
from semsearch.report.relevance import ReportOrder
from semsearch.retrieve.filters import FilterField
from semsearch.serve.mcp.budget import (
    CHARACTERS_PER_TOKEN,
    DEFAULT_BUDGET,
    MAX_BUDGET,
    MIN_BUDGET,
)

_FILTERS = (
    "Only statements that fit all of these. Each is one of: 'section=results|discussion',"
    " 'year=2010..2015', '-journal=NAME' for not, or JSON. Fields:"
    f" {', '.join(FilterField)}."
)
Filters = Annotated[list[str], Field(default_factory=list, description=_FILTERS)]
Limit = Annotated[
    int | None,
    Field(default=None, description="Most items of a page; without it 10, or as the server is set"),
]
Cursor = Annotated[
    str | None,
    Field(
        default=None,
        description="`next` of an answer, to go on where it ended; all else as in that call.",
    ),
]


class Arguments(BaseModel):
    """What every tool takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token_budget: int = Field(
        default=DEFAULT_BUDGET,
        ge=MIN_BUDGET,
        le=MAX_BUDGET,
        description=(
            "Most tokens of the answer, its text and its structured content together, estimated at"
            f" {CHARACTERS_PER_TOKEN} characters a token. Statements are given whole or left out."
        ),
    )


class AskArguments(Arguments):
    """Of ``ask``."""

    question: str = Field(
        description="A question in natural language; a yes/no question gets a verdict.",
        examples=["does EMT induce IL-6"],
    )
    stance: Stance | None = Field(
        default=None,
        description="Page through one side of the verdict, clearest statement first.",
    )
    filters: Filters
    limit: Limit
    cursor: Cursor


class SearchArguments(Arguments):
    """Of ``search``."""

    text: str = Field(
        description=(
            'Words or a sentence; also "a phrase", -word, title:, author:, journal:, doi: and'
            " cites:."
        ),
        examples=["IL-6 in EMT"],
    )
    sort: SortOrder = Field(default=SortOrder.RELEVANCE, description="Order of the statements.")
    filters: Filters
    limit: Limit
    cursor: Cursor


class SimilarArguments(Arguments):
    """Of ``similar``."""

    statement_or_text: str = Field(
        description="Id of a statement, or any text.", examples=["IL-6 is induced during EMT"]
    )
    limit: Limit
    cursor: Cursor


class CiteArguments(Arguments):
    """Of ``cite``."""

    text: str = Field(
        description=(
            "A sentence or a paragraph that is being written; [CIT] marks the place to cite at,"
            " else the whole text is meant."
        ),
        examples=["Cells that undergo EMT secrete IL-6 [CIT]."],
    )
    cites: list[str] = Field(
        default_factory=list,
        description="What the text cites already, by DOI, PMID or title; it is left out.",
    )
    section: Section | None = Field(default=None, description="Section of the place.")
    year: int | None = Field(
        default=None, description="Year of the text; later works are left out."
    )
    limit: Limit


class ReportArguments(Arguments):
    """Of ``report``."""

    work: str = Field(
        description="DOI, PMID, PMCID or id of a work that the corpus holds or cites.",
        examples=["10.5555/semsearch.demo.01"],
    )
    query: str | None = Field(
        default=None, description="List the statements about the work that fit this text."
    )
    sort: ReportOrder = Field(default=ReportOrder.RELEVANCE, description="Order of the list.")
    without_retracted: bool = Field(
        default=False, description="Leave out what retracted papers say about it."
    )
    filters: Filters
    limit: Limit
    cursor: Cursor


class StatementArguments(Arguments):
    """Of ``statement``."""

    statement: str = Field(description="Id of a statement.", examples=["abcdefghij234567"])
    cursor: Cursor
