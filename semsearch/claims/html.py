"""A claim check as one HTML file that holds all it shows, without a script or a font."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from semsearch.claims.results import CheckResult
from semsearch.claims.wording import (
    FLAGS,
    citation_head,
    citation_lines,
    sentence_lines,
    summary_lines,
)
from semsearch.report.html import FILTERS
from semsearch.report.paper import short_name
from semsearch.retrieve.hits import IndexInfo

if TYPE_CHECKING:
    from jinja2 import Environment


def draft_html(found: CheckResult, info: IndexInfo, *, version: str) -> str:
    """The HTML of a claim check; the same check gives the same bytes.

    Args:
        found: the check.
        info: of the index; its counts are named at the foot.
        version: of this semsearch, named at the foot.
    """
    return (
        _environment()
        .get_template("draft.html")
        .render(
            found=found,
            summary=summary_lines(found),
            sentences=[
                (
                    sentence,
                    list(sentence_lines(sentence)),
                    [
                        (one, citation_head(one, found), list(citation_lines(one, found)))
                        for one in sentence.citations
                    ],
                )
                for sentence in found.sentences
            ],
            flags=FLAGS,
            info=info,
            version=version,
        )
    )


@cache
def _environment() -> Environment:
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=ChoiceLoader([PackageLoader("semsearch.claims"), PackageLoader("semsearch.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    made.filters["short_name"] = short_name
    return made
