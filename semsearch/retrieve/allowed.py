"""Which rows a query may find: its filter, its fields, and its quoted and left-out words."""

from __future__ import annotations

from functools import reduce
from operator import and_

import numpy as np
from numpy.typing import NDArray

from semsearch.index.bitmaps import Bitmap
from semsearch.index.lexical.protocol import LexicalQuery
from semsearch.language.scripts import normal_form
from semsearch.language.tokens import lexical_tokens
from semsearch.retrieve.filters import All, FieldIs, Filter, FilterField, why_empty
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
) -> tuple[NDArray[np.bool_] | None, str | None]:
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
    sets: list[tuple[Bitmap, str]] = []
    if given is not None:
        found = given.allowed(columns)
        sets.append((found, "" if found else why_empty(given, columns)))
    for field, value in parsed.fields:
        if field is QueryField.TITLE:
            wanted = LexicalQuery((), phrases=tuple((t,) for t in lexical_tokens(value)))
            titled = generation.titles.matching(wanted)[texts.titles]
            nothing = f"no source has all words of {value!r} in its title"
            sets.append((columns.of_papers(np.flatnonzero(titled)), nothing))
    if parsed.phrases or parsed.excluded:
        runs = LexicalQuery(
            (),
            phrases=tuple(tuple(lexical_tokens(phrase)) for phrase in parsed.phrases),
            excluded=tuple(tuple(lexical_tokens(word)) for word in parsed.excluded),
        )
        held = Bitmap.of_mask(texts.lexical.matching(runs))
        sets.append((held, "no statement holds the quoted words without those left out"))
    if not sets:
        return None, None
    for rows, nothing in sets:
        if not rows:
            return rows.mask(), nothing
    together = reduce(and_, [rows for rows, _ in sets])
    clash = None if together else "no statement fits the filter and the query together"
    return together.mask(), clash
