"""Whether a work is a review: by its publication type, its title or its journal.

Most cited works are known from reference lists alone, which give no publication type. The patterns
are data, ``claims/data/reviews.toml``.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from semsearch.report.work import WorkView


class ReviewSign(StrEnum):
    """What tells that a work is a review."""

    PUBLICATION_TYPE = "publication_type"
    TITLE = "title"
    JOURNAL = "journal"


@dataclass(frozen=True, slots=True)
class _Signs:
    types: frozenset[str]
    titles: re.Pattern[str]
    not_titles: re.Pattern[str]
    journals: re.Pattern[str]


def review_sign(work: WorkView) -> ReviewSign | None:
    """What tells that a work is a review; None where nothing does.

    What the article itself says decides where its text is in the corpus.
    """
    signs = _signs()
    if work.publication_types:
        said = {one.casefold().replace(" ", "-") for one in work.publication_types}
        if said & signs.types:
            return ReviewSign.PUBLICATION_TYPE
    if work.in_corpus:
        return None
    title = work.title or ""
    if signs.not_titles.search(title):
        return None
    if signs.titles.search(title):
        return ReviewSign.TITLE
    journal = (work.journal or "").strip().rstrip(".")
    return ReviewSign.JOURNAL if signs.journals.fullmatch(journal) else None


@cache
def _signs() -> _Signs:
    data = files("semsearch.claims") / "data" / "reviews.toml"
    read = tomllib.loads(data.read_text("utf-8"))
    return _Signs(
        types=frozenset(read["publication_types"]),
        titles=_any(read["titles"]),
        not_titles=_any(read["not_titles"]),
        journals=_any(read["journals"]),
    )


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE)
