"""Saved searches: a question or a work, with the options that it is asked with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from semsearch.errors import QueryError
from semsearch.rank.diversity import SortOrder
from semsearch.rank.fusion import Fusion
from semsearch.rank.options import SearchOptions, read_options
from semsearch.rank.statements import Rerank
from semsearch.report.options import ReportOptions, read_report_options
from semsearch.retrieve.candidates import Mode
from semsearch.retrieve.filter_parsing import parse_filter
from semsearch.retrieve.query import refuse_control_characters

#: Characters of the name of a saved search.
MOST_NAME: Final = 200


class SearchKind(StrEnum):
    """What is saved."""

    QUESTION = "question"
    REPORT = "report"


class QuestionOptions(BaseModel):
    """How a question is asked; names and defaults are those of ``SearchOptions``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int | None = Field(
        default=None, description="Statements of an answer that has no verdict."
    )
    filter: Any = Field(default=None, description='Such as {"section": ["results"]}.')
    mode: Mode = Field(default=Mode.HYBRID, description="Retrievers that are asked.")
    fusion: Fusion = Field(default=Fusion.CONVEX, description="How both become one list.")
    rerank: Rerank = Field(default=Rerank.LEARNED, description="What orders the fused list.")
    sort: SortOrder = Field(default=SortOrder.RELEVANCE, description="Order of the statements.")
    group: bool = Field(default=False, description="Put those of one paper under the best.")
    fold: bool = Field(default=True, description="Put near-duplicates under the best of them.")

    def options(self) -> SearchOptions:
        """As ``ask`` takes them.

        Raises:
            QueryError: a limit out of its range, or a filter that cannot be read.
        """
        found = read_options(
            limit=self.limit,
            mode=self.mode,
            fusion=self.fusion,
            rerank=self.rerank,
            sort=self.sort,
            group=self.group,
            fold=self.fold,
        )
        return found if self.filter is None else replace(found, filter=parse_filter(self.filter))


class WorkOptions(BaseModel):
    """Which statements about a work are looked at; names are those of ``ReportOptions``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    query: str | None = Field(default=None, description="Only statements that fit this text.")
    filter: Any = Field(default=None, description='Such as {"citation_type": ["contrasting"]}.')
    without_retracted: bool = Field(
        default=False, description="Leave out what retracted papers say."
    )

    def options(self) -> ReportOptions:
        """As ``report_on`` takes them.

        Raises:
            QueryError: a filter that cannot be read.
        """
        found = read_report_options(query=self.query, without_retracted=self.without_retracted)
        return found if self.filter is None else replace(found, filter=parse_filter(self.filter))


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A saved search.

    ``query``: a question; or what a work is called, as for ``report_on``. ``options``: those of
    ``QuestionOptions`` or ``WorkOptions``, as JSON data. ``created``: UTC, ISO 8601.
    """

    id: str  # a UUID
    kind: SearchKind
    query: str
    options: dict[str, Any]
    name: str
    created: str

    def search_options(self) -> SearchOptions:
        """The options of a question."""
        return QuestionOptions.model_validate(self.options).options()

    def report_options(self) -> ReportOptions:
        """The options of a report."""
        return WorkOptions.model_validate(self.options).options()


def written_options(options: QuestionOptions | WorkOptions) -> dict[str, Any]:
    """The options as they are kept, the filter in its canonical form.

    Raises:
        QueryError: they cannot be asked for.
    """
    data: dict[str, Any] = options.model_dump(mode="json")
    found = options.options().filter
    return {**data, "filter": None if found is None else found.as_data()}


def check_name(name: str) -> str:
    """The name of a saved search, without white space around it.

    Raises:
        QueryError: it is empty, too long, or holds a control character.
    """
    stripped = name.strip()
    if not stripped or len(stripped) > MOST_NAME:
        raise QueryError(f"the name has {len(stripped):,} characters, expected 1 to {MOST_NAME}")
    refuse_control_characters(stripped, "name")
    return stripped
