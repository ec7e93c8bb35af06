"""One query from its text to a ranking: syntax, filter, abbreviations, candidates, order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.encoder import Encoder
from semsearch.index.lexical import LexicalQuery
from semsearch.language.abbreviations import Alternative
from semsearch.language.scripts import normal_form
from semsearch.language.tokens import lexical_tokens
from semsearch.language.words import has_words
from semsearch.rank.asked import Asked, make_ready
from semsearch.rank.options import SearchOptions
from semsearch.rank.statements import CrossScores, Ranking, rank_statements
from semsearch.retrieve.candidates import Candidates, find_candidates
from semsearch.retrieve.filters import All, FieldIs, Filter, FilterField, why_empty
from semsearch.retrieve.generation import Generation
from semsearch.retrieve.syntax import ParsedQuery, QueryField, parse_query

_FIELDS = {
    QueryField.AUTHOR: FilterField.SOURCE_AUTHOR,
    QueryField.JOURNAL: FilterField.JOURNAL,
    QueryField.DOI: FilterField.SOURCE_DOI,
    QueryField.CITES: FilterField.TARGET_DOI,
}


@dataclass(frozen=True, slots=True)
class Run:
    """What became of one query.

    ``asked`` is None where the query has no text of its own: then all allowed rows are the result
    set, by id. ``allowed``: rows that filter and syntax allow. ``filter``: both as one filter, but
    for titles and phrases. ``empty_because``: why nothing is allowed.
    """

    asked: Asked | None
    ranking: Ranking
    allowed: int
    filter: Filter | None
    alternatives: tuple[Alternative, ...]
    empty_because: str | None


def run_query(
    generation: Generation,
    encoder: Callable[[], Encoder],
    query: str,
    options: SearchOptions,
    *,
    cross: CrossScores | None = None,
) -> Run:
    """Rank statements for a query.

    Args:
        generation: the index.
        encoder: gives the encoder, when it is needed.
        query: as the user wrote it, checked by ``check_text``.
        options: how to search.
        cross: scores of a cross-encoder.

    Raises:
        QueryError: the syntax is broken.
    """
    parsed = parse_query(query)
    texts = generation.statements
    given = _filter(parsed, options.filter)
    allowed, reason = _allowed(generation, parsed, given)
    count = len(texts.dense) if allowed is None else int(np.count_nonzero(allowed))
    if not has_words(parsed.text):
        return Run(None, _everything(count, allowed), count, given, (), reason)
    text = normal_form(parsed.text)
    alternatives = generation.abbreviations.alternatives(text)
    asked = make_ready(
        text,
        encoder(),
        texts.lexical,
        texts.tokens.codec if texts.tokens is not None else None,
        replacements=[(a.start, a.end, a.other) for a in alternatives if a.searched],
    )
    candidates = find_candidates(
        texts.dense,
        texts.lexical,
        asked.vector,
        asked.words.query,
        allowed=allowed,
        mode=options.mode,
    )
    ranking = rank_statements(
        generation,
        asked,
        candidates,
        mode=options.mode,
        fusion=options.fusion,
        rerank=options.rerank,
        cross=cross,
    )
    return Run(asked, ranking, count, given, alternatives, reason)


def _filter(parsed: ParsedQuery, given: Filter | None) -> Filter | None:
    parts = [FieldIs(_FIELDS[f], (v,)) for f, v in parsed.fields if f is not QueryField.TITLE]
    found = [*parts, *([] if given is None else [given])]
    return All(tuple(found)) if len(found) > 1 else found[0] if found else None


def _allowed(
    generation: Generation, parsed: ParsedQuery, given: Filter | None
) -> tuple[NDArray[np.bool_] | None, str | None]:
    """(n,) rows that may be found, None for all; and why there are none."""
    columns = generation.statements.columns
    masks: list[tuple[NDArray[np.bool_], str]] = []
    if given is not None:
        mask = given.mask(columns)
        masks.append((mask, "" if mask.any() else why_empty(given, columns)))
    for field, value in parsed.fields:
        if field is QueryField.TITLE:
            wanted = LexicalQuery((), phrases=tuple((t,) for t in lexical_tokens(value)))
            titled = generation.titles.matching(wanted)[columns.paper]
            masks.append((titled, f"no source has all words of {value!r} in its title"))
    if parsed.phrases or parsed.excluded:
        runs = LexicalQuery(
            (),
            phrases=tuple(tuple(lexical_tokens(phrase)) for phrase in parsed.phrases),
            excluded=tuple(tuple(lexical_tokens(word)) for word in parsed.excluded),
        )
        held = generation.statements.lexical.matching(runs)
        masks.append((held, "no statement holds the quoted words without those left out"))
    if not masks:
        return None, None
    for mask, nothing in masks:
        if not mask.any():
            return mask, nothing
    together = np.logical_and.reduce([mask for mask, _ in masks])
    clash = None if together.any() else "no statement fits the filter and the query together"
    return together, clash


def _everything(count: int, allowed: NDArray[np.bool_] | None) -> Ranking:
    rows = np.arange(count) if allowed is None else np.flatnonzero(allowed)
    nothing = np.zeros(count, dtype=np.float32)
    ranks = np.zeros(count, dtype=np.int32)
    candidates = Candidates(rows.astype(np.int64), nothing, nothing, ranks, ranks)
    return Ranking(candidates, None, None, np.zeros(count), np.arange(count, dtype=np.int64))
