"""What the corpus page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from semsearch.report.corpus import Corpus
from semsearch.retrieve.filters import FilterField
from semsearch.retrieve.hits import FacetCounts
from semsearch.serve.pages.facets import spoken
from semsearch.serve.pages.histogram import histogram

_WIDTH = 360  # of the histogram, units of the view box


@dataclass(frozen=True, slots=True)
class CountedValue:
    """A value with its count and its share of the largest, 0–1."""

    name: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class CountedList:
    """A field with its commonest values; ``more`` counts those that are not listed."""

    title: str
    values: tuple[CountedValue, ...]
    more: int


def corpus_page(corpus: Corpus) -> dict[str, Any]:
    """What the template is given."""
    by = corpus.papers_by
    years = by[FilterField.YEAR.value]
    known = [int(one.value) for one in years.values]
    return {
        "corpus": corpus,
        "info": corpus.info,
        "years": histogram(years, (min(known), max(known)), width=_WIDTH) if known else None,
        "papers_by": [
            _listed("Journals", by["journal"], FilterField.JOURNAL),
            _listed("Licences", by["licence"], FilterField.LICENCE),
            _listed("Kinds of paper", by["publication_type"], FilterField.PUBLICATION_TYPE),
            _listed("Notices about papers", by["notice"], FilterField.NOTICE),
        ],
        "statements_by": [
            _listed(title, corpus.statements_by[field.value], field)
            for title, field in (
                ("Sections", FilterField.SECTION),
                ("How they cite", FilterField.CITATION_TYPE),
                ("Authors of citing and cited", FilterField.RELATIONSHIP),
            )
        ],
    }


def _listed(title: str, counts: FacetCounts, field: FilterField) -> CountedList:
    most = max((one.count for one in counts.values), default=1)
    values = tuple(
        CountedValue(spoken(field, str(one.value)), one.count, one.count / most)
        for one in counts.values
    )
    return CountedList(title, values, counts.more)
