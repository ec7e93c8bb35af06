"""What the ranking of works looks at: features of candidates, by name.

Every feature is an array of one value for each candidate, (m,) float64:

====================  ========================================================================
``title_sentence``    cosine of the sentence and the title
``title_context``     cosine of the sentence with its neighbours and the title, or the abstract
                      where the corpus holds the work and its abstract is nearer
``title_clause``      cosine of what leads up to the place and the title
``words_sentence`` …  BM25 of the title as a share of the most that it could be; likewise of the
                      context and the clause
``late_sentence``     late interaction: mean best match of the tokens of the sentence in the title
``late_title``        the other way round: of the tokens of the title in the context
``vote_best``         likeness of the best statement that cites the work
``vote_total``        ``log(1 + v)`` of the votes of all statements that are like the sentence
``clause_best`` …     as ``vote_best``, and ``vote_total``, of what leads up to the place
``citing``            mean cosine of the context and the statements that cite the work
``sources``           mean cosine of the context and the abstracts of the papers that cite the work
``section``           how much more often the work is cited in the section than others are: the
                      logarithm of the ratio, −2 to 2; 0 where no section is given
``co_cited``          ``log(1 + c)`` of what papers that cite the work have in common with the text
====================  ========================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from semsearch.index.columns import SECTIONS, Columns
from semsearch.index.lexical.protocol import LexicalIndex
from semsearch.rank.features import USUAL_ABSTRACT, Features
from semsearch.rank.late_interaction import QueryTokens
from semsearch.recommend.candidates import (
    CoCited,
    TitleWords,
    Votes,
    citing_rows,
)
from semsearch.records import Section
from semsearch.retrieve.generation import Generation, Texts

#: Statements of a work that are looked at, the first by id, which is a random order.
MOST_CITING: Final = 50
#: Imaginary citations of a work that stand in the sections as those of the corpus do.
_PRIOR: Final = 5.0
_MOST_LOG: Final = 2.0


@dataclass(frozen=True, slots=True)
class AskedTexts:
    """A place ready for ranking: (dimension,) float32 vectors; tokens where the index has any."""

    sentence: NDArray[np.float32]
    context: NDArray[np.float32]
    clause: NDArray[np.float32]
    sentence_tokens: QueryTokens | None
    context_tokens: QueryTokens | None
    words: tuple[TitleWords, TitleWords, TitleWords]  # of sentence, context and clause


def word_features(asked: AskedTexts, titles: LexicalIndex, codes: NDArray[np.int64]) -> Features:
    """Features of the words of titles.

    Args:
        asked: the place.
        titles: index over the titles of all works.
        codes: (m,) of the candidates.
    """
    names = ("words_sentence", "words_context", "words_clause")
    return {
        name: words.share(titles, codes) for name, words in zip(names, asked.words, strict=True)
    }


def title_features(
    asked: AskedTexts, works: Texts, rows: NDArray[np.int64], abstracts: NDArray[np.float64]
) -> Features:
    """Cosines of titles, 0 where there is none.

    Args:
        asked: the place.
        works: the titles of all works.
        rows: (m,) those of the candidates, −1 for those without one.
        abstracts: (m,) cosine of the context and the abstract, −1 where there is none.
    """
    held = rows >= 0

    def cosines(vector: NDArray[np.float32]) -> NDArray[np.float64]:
        found = np.zeros(len(rows))
        found[held] = works.dense.scores(vector, rows[held])
        return found

    return {
        "title_sentence": cosines(asked.sentence),
        "title_context": np.maximum(cosines(asked.context), abstracts),
        "title_clause": cosines(asked.clause),
    }


def late_features(asked: AskedTexts, works: Texts, rows: NDArray[np.int64]) -> Features:
    """Late interaction with titles, 0 where there is none; nothing without token vectors.

    Args:
        asked: the place.
        works: the titles of all works.
        rows: (m,) those of the candidates, −1 for those without one.
    """
    sentence, context = asked.sentence_tokens, asked.context_tokens
    if works.tokens is None or sentence is None or context is None:
        return {}
    nothing = np.zeros((0, works.tokens.codec.dimensions), dtype=np.float32)
    titles = [works.tokens.vectors(row) if row >= 0 else nothing for row in rows.tolist()]
    return {
        "late_sentence": np.array(
            [_covered(sentence.vectors, sentence.weights, title) for title in titles]
        ),
        "late_title": np.array(
            [_covered(title, np.ones(len(title)), context.vectors) for title in titles]
        ),
    }


def citing_features(
    generation: Generation,
    asked: AskedTexts,
    codes: NDArray[np.int64],
    *,
    votes: Votes,
    clause_votes: Votes,
    together: CoCited | None,
    section: Section | None,
    allowed: NDArray[np.bool_] | None,
) -> Features:
    """Features of how the corpus cites candidates.

    Args:
        generation: the index.
        asked: the place.
        codes: (m,) of the candidates.
        votes: of the statements that are like the sentence.
        clause_votes: of those that are like the clause.
        together: the papers that cite what the text cites; None without any.
        section: that the place stands in.
        allowed: (n,) statements that may be looked at; None for all.
    """
    columns = generation.statements.columns
    lists = [citing_rows(columns, code, allowed)[:MOST_CITING] for code in codes.tolist()]
    sizes = np.array([len(one) for one in lists])
    rows = np.concatenate(lists).astype(np.int64) if lists else np.zeros(0, dtype=np.int64)
    owner = np.repeat(np.arange(len(codes)), sizes)
    best, total = votes.of(codes)
    clause_best, clause_total = clause_votes.of(codes)
    unique, places = np.unique(rows, return_inverse=True)
    near = generation.statements.dense.scores(asked.context, unique).astype(np.float64)[places]
    pairs = np.unique(np.stack([owner, columns.paper[rows]], axis=1), axis=0)
    found: Features = {
        "vote_best": best,
        "vote_total": np.log1p(total),
        "clause_best": clause_best,
        "clause_total": np.log1p(clause_total),
        "citing": _mean(owner, near, len(codes)),
        "sources": _mean(
            pairs[:, 0], _of_abstracts(generation, asked.context, pairs[:, 1]), len(codes)
        ),
        "section": np.zeros(len(codes)),
        "co_cited": np.zeros(len(codes)),
    }
    if section is not None:
        here = columns.section[rows] == SECTIONS.index(section)
        found["section"] = _section(owner, here, sizes, _usual(columns, section))
    if together is not None:
        papers = np.maximum(np.bincount(pairs[:, 0], minlength=len(codes)), 1)
        common = np.bincount(
            pairs[:, 0], weights=together.papers[pairs[:, 1]], minlength=len(codes)
        )
        found["co_cited"] = np.log1p(common / np.sqrt(papers))
    return found


def _covered(
    tokens: NDArray[np.float32], weights: NDArray[np.float64], others: NDArray[np.float32]
) -> float:
    """Weighted mean of the best matches of some tokens among others."""
    if not len(tokens) or not len(others):
        return 0.0
    best = (tokens @ others.T).max(axis=1).astype(np.float64)
    return float((best * weights).sum() / weights.sum())


def _mean(owner: NDArray[np.int64], values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """(size,) mean of the values of each owner, 0 without any."""
    count = np.bincount(owner, minlength=size)
    total = np.bincount(owner, weights=values, minlength=size).astype(np.float64)
    return total / np.maximum(count, 1)


def _of_abstracts(
    generation: Generation, vector: NDArray[np.float32], papers: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Cosine of a vector and the abstracts of some papers; ``USUAL_ABSTRACT`` without one."""
    rows = generation.abstract_of[papers]
    held = rows >= 0
    found = np.full(len(papers), USUAL_ABSTRACT)
    unique, places = np.unique(rows[held], return_inverse=True)
    found[held] = generation.abstracts.dense.scores(vector, unique).astype(np.float64)[places]
    return found


def _usual(columns: Columns, section: Section) -> float:
    """Share of the statements of the corpus that stand in a section, over 0."""
    return max(float(np.mean(columns.section == SECTIONS.index(section))), 1e-3)


def _section(
    owner: NDArray[np.int64], here: NDArray[np.bool_], sizes: NDArray[np.int64], usual: float
) -> NDArray[np.float64]:
    inside = np.bincount(owner, weights=here, minlength=len(sizes))
    share = (inside + _PRIOR * usual) / (sizes + _PRIOR)
    return np.clip(np.log(share / usual), -_MOST_LOG, _MOST_LOG)
