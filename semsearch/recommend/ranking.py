"""From a place to ranked works: candidates, their features, and the learned combination."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from semsearch.rank.features import Features
from semsearch.rank.similar import Likely, late_tokens, similar_statements
from semsearch.recommend.candidates import (
    BY_MEANING,
    BY_TITLE,
    BY_VOTES,
    CoCited,
    Votes,
    by_co_citation,
    by_near_papers,
    co_cited,
    count_votes,
    title_words,
)
from semsearch.recommend.features import (
    AskedTexts,
    citing_features,
    late_features,
    title_features,
    word_features,
)
from semsearch.recommend.learned import work_model
from semsearch.recommend.place import Place
from semsearch.recommend.titles import Titles, titles_of
from semsearch.records import Section
from semsearch.retrieve.generation import Generation, row_of
from semsearch.search import Searcher

#: Candidates whose titles are compared token by token: the best by all the rest.
SHORTLIST: Final = 200


@dataclass(frozen=True, slots=True)
class RankedWorks:
    """m works, best first, ties by code.

    ``codes``: (m,) int64 into ``columns.targets.values``. ``scores``: (m,) float64, how likely each
    is cited at the place, 0–1. ``features``: by name, (m,) float64. ``likely``: the statements that
    are like the sentence. ``sentence``: (dimension,) its vector.
    """

    codes: NDArray[np.int64]
    scores: NDArray[np.float64]
    features: Features
    likely: Likely
    sentence: NDArray[np.float32]


def rank_works(
    searcher: Searcher,
    place: Place,
    *,
    known: NDArray[np.int64],
    leave_out: bool = True,
    section: Section | None = None,
    allowed: NDArray[np.bool_] | None = None,
    among: NDArray[np.bool_] | None = None,
) -> RankedWorks:
    """Rank the works that may be cited at a place.

    Args:
        searcher: the index.
        place: the place.
        known: codes of the works that the text cites already.
        leave_out: whether these are no candidates.
        section: that the place stands in.
        allowed: (n,) statements that may be looked at; None for all.
        among: (t,) works that may be given; None for all.
    """
    generation = searcher.generation
    columns = generation.statements.columns
    titles = titles_of(searcher)
    asked, likely, clause_likely = _asked(searcher, titles, place, allowed)
    votes = count_votes(columns, likely)
    clause_votes = votes if clause_likely is likely else count_votes(columns, clause_likely)
    together = co_cited(columns, known, allowed) if len(known) else None
    may = np.ones(len(titles.texts), dtype=np.bool_) if among is None else among.copy()
    if leave_out:
        may[known] = False
    ways = _Ways(asked, (votes, clause_votes), together)
    codes = _candidates(generation, titles, ways, may, allowed)
    if not len(codes):
        return RankedWorks(codes, np.zeros(0), {}, likely, asked.sentence)
    rows = titles.rows[codes]
    features = word_features(asked, titles.words, codes) | citing_features(
        generation,
        asked,
        codes,
        votes=votes,
        clause_votes=clause_votes,
        together=together,
        section=section,
        allowed=allowed,
    )
    features |= title_features(
        asked, generation.works, rows, _abstracts(searcher, asked.context, codes)
    )
    kept = np.sort(np.argsort(-work_model().sums(features), kind="stable")[:SHORTLIST])
    codes = codes[kept]
    features = {name: values[kept] for name, values in features.items()}
    features |= late_features(asked, generation.works, rows[kept])
    scores = work_model().scores(features)
    order = np.argsort(-scores, kind="stable")
    return RankedWorks(
        codes[order],
        scores[order],
        {name: values[order] for name, values in features.items()},
        likely,
        asked.sentence,
    )


def _asked(
    searcher: Searcher, titles: Titles, place: Place, allowed: NDArray[np.bool_] | None
) -> tuple[AskedTexts, Likely, Likely]:
    """The place ready for ranking, and the statements that are like its sentence and its clause."""
    generation = searcher.generation
    texts = (place.sentence, place.context, place.clause)
    unique = list(dict.fromkeys(texts))
    encoded = searcher.encoder.encode_tokens(unique)
    places = [unique.index(text) for text in texts]
    tokens = [None if encoded.tokens is None else encoded.tokens[place] for place in places]
    sentence, context, clause = (encoded.vectors[place] for place in places)
    likely = similar_statements(generation, place.sentence, sentence, tokens[0], allowed=allowed)
    clause_likely = likely
    if place.clause != place.sentence:
        clause_likely = similar_statements(
            generation, place.clause, clause, tokens[2], allowed=allowed
        )
    words = [title_words(titles.words, text) for text in texts]
    asked = AskedTexts(
        sentence,
        context,
        clause,
        late_tokens(generation, place.sentence, tokens[0]),
        late_tokens(generation, place.context, tokens[1]),
        (words[0], words[1], words[2]),
    )
    return asked, likely, clause_likely


@dataclass(frozen=True, slots=True)
class _Ways:
    """What gives candidates: the texts, votes, and what is co-cited."""

    asked: AskedTexts
    votes: tuple[Votes, Votes]  # by sentence and by clause
    together: CoCited | None


def _candidates(
    generation: Generation,
    titles: Titles,
    ways: _Ways,
    may: NDArray[np.bool_],
    allowed: NDArray[np.bool_] | None,
) -> NDArray[np.int64]:
    """(m,) codes, ascending: what is best by one of the ways, and cited by an allowed statement."""
    columns = generation.statements.columns
    found = [by_near_papers(generation, ways.asked.context, allowed)]
    for votes in ways.votes:
        held = may[votes.codes]
        best = np.argsort(-votes.total[held], kind="stable")[:BY_VOTES]
        found.append(votes.codes[held][best])
    found += [
        titles.words.search(words.query, BY_TITLE, allowed=may).rows
        for words in ways.asked.words[:2]
    ]
    found += [
        titles.nearest(generation, vector, BY_MEANING, may)
        for vector in (ways.asked.sentence, ways.asked.context)
    ]
    if ways.together is not None:
        found.append(by_co_citation(columns, ways.together, allowed))
    codes = np.unique(np.concatenate(found)).astype(np.int64)
    codes = codes[may[codes]]
    if allowed is None:
        return codes
    holders = columns.targets.holders
    cited = [bool(allowed[holders.of([code])].any()) for code in codes.tolist()]
    return codes[np.array(cited, dtype=np.bool_)]


def _abstracts(
    searcher: Searcher, vector: NDArray[np.float32], codes: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Cosine of a vector and the abstracts of the works that the corpus holds, −1 for others."""
    index = searcher.generation.abstracts.dense
    values = searcher.generation.statements.columns.targets.values
    rows = [row_of(index, bytes(values[code]).decode()) for code in codes.tolist()]
    held = np.array([row is not None for row in rows])
    found = np.full(len(codes), -1.0)
    wanted = np.array([row for row in rows if row is not None], dtype=np.int64)
    found[held] = index.scores(vector, wanted).astype(np.float64)
    return found
