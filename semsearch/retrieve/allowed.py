"""Which rows a query may find: its filter, its fields, and its quoted and left-out words."""

from __future__ import annotations

import numpy as np

from semsearch.index.lexical import LexicalQuery
from semsearch.language.scripts import normal_form
from semsearch.language.tokens import lexical_tokens
from semsearch.retrieve.filters import All, FieldIs, Filter, FilterField, Mask, why_empty
from semsearch.retrieve.generation import Generation, SearchedTexts
from semsearch.retrieve.syntax import ParsedQuery, QueryField

_FIELDS = {
    QueryField.AUTHOR: FilterField.SOURCE_AUTHOR,
    QueryField.JOURNAL: FilterField.JOURNAL,
    QueryField.DOI: FilterField.SOURCE_DOI,
    QueryField.CITES: FilterField.TARGET_DOI,
}


def whole_filter(parsed: ParsedQuery, given: Filter | None) -> Filter | None:
    """The given filter and the fields of the query as one filter, but for titles; None without."""
    parts: list[Filter] = [
        FieldIs(_FIELDS[field], (normal_form(value),))
        for field, value in parsed.fields
        if field is not QueryField.TITLE
    ]
    found = [*parts, *([] if given is None else [given])]
    return All(tuple(found)) if len(found) > 1 else found[0] if found else None


def allowed_rows(
    generation: Generation, texts: SearchedTexts, parsed: ParsedQuery, given: Filter | None
) -> tuple[Mask | None, str | None]:
    """The rows that may be found, and why there are none.

    Args:
        generation: the index.
        texts: its statements or its abstracts.
        parsed: the query; its titles, phrases and left-out words count here.
        given: what ``whole_filter`` gave for it.

    Returns:
        (n,) bool, None where nothing is asked of rows; a sentence where no row is allowed.
    """
    columns = texts.columns
    masks: list[tuple[Mask, str]] = []
    if given is not None:
        mask = given.mask(columns)
        masks.append((mask, "" if mask.any() else why_empty(given, columns)))
    for field, value in parsed.fields:
        if field is QueryField.TITLE:
            wanted = LexicalQuery((), phrases=tuple((t,) for t in lexical_tokens(value)))
            titled = generation.titles.matching(wanted)[texts.titles][columns.paper]
            masks.append((titled, f"no source has all words of {value!r} in its title"))
    if parsed.phrases or parsed.excluded:
        runs = LexicalQuery(
            (),
            phrases=tuple(tuple(lexical_tokens(phrase)) for phrase in parsed.phrases),
            excluded=tuple(tuple(lexical_tokens(word)) for word in parsed.excluded),
        )
        held = texts.lexical.matching(runs)
        masks.append((held, "no statement holds the quoted words without those left out"))
    if not masks:
        return None, None
    for mask, nothing in masks:
        if not mask.any():
            return mask, nothing
    together = np.logical_and.reduce([mask for mask, _ in masks])
    clash = None if together.any() else "no statement fits the filter and the query together"
    return together, clash
