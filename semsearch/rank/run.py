"""One query from its text to a ranking: syntax, filter, abbreviations, candidates, order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.encoder import Encoder
from semsearch.language.abbreviations import Alternative
from semsearch.language.scripts import normal_form
from semsearch.language.words import has_words
from semsearch.rank.asked import Asked, make_ready
from semsearch.rank.options import SearchOptions
from semsearch.rank.statements import CrossScores, Ranking, rank_statements
from semsearch.retrieve.allowed import allowed_rows, whole_filter
from semsearch.retrieve.candidates import Candidates, Mode, find_candidates
from semsearch.retrieve.filters import Filter
from semsearch.retrieve.generation import Generation
from semsearch.retrieve.syntax import parse_query
from semsearch.timing import Stage, timed


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
    given = whole_filter(parsed, options.filter)
    with timed(Stage.FILTER):
        allowed, reason = allowed_rows(generation, texts, parsed, given)
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
    with timed(Stage.FUSE):
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


def found_rows(
    generation: Generation, query: str, run: Run, given: Filter | None, mode: Mode
) -> NDArray[np.int64]:
    """The result set of a query that was run, under another filter; (m,) rows, ascending.

    Args:
        generation: the index.
        query: as it was run.
        run: what became of it.
        given: in place of the filter that it was run with.
        mode: which retrievers are asked.
    """
    parsed = parse_query(query)
    texts = generation.statements
    allowed, _ = allowed_rows(generation, texts, parsed, whole_filter(parsed, given))
    if run.asked is None:
        rows = np.arange(len(texts.dense)) if allowed is None else np.flatnonzero(allowed)
        return rows.astype(np.int64)
    asked = run.asked
    return find_candidates(
        texts.dense, texts.lexical, asked.vector, asked.words.query, allowed=allowed, mode=mode
    ).rows


def _everything(count: int, allowed: NDArray[np.bool_] | None) -> Ranking:
    rows = np.arange(count) if allowed is None else np.flatnonzero(allowed)
    nothing = np.zeros(count, dtype=np.float32)
    ranks = np.zeros(count, dtype=np.int32)
    candidates = Candidates(rows.astype(np.int64), nothing, nothing, ranks, ranks)
    return Ranking(candidates, None, None, np.zeros(count), np.arange(count, dtype=np.int64))
