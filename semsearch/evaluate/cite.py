"""Local citation recommendation: a citation is masked, the works are ranked that may stand there.

All rankings are of the same candidates (see ``pools``), of the works that at least two other source
papers cite unless another pool is asked for:

- that of ``cite``, from the text and its section alone (``recall@10``, ``mrr``, ``ndcg@10``), and
  knowing what the paper cites in its other statements (``…_draft``), which stays a candidate;
- two baselines: BM25 of the text and the titles of the candidates (``…_bm25_title``), and the
  cosine of both by the encoder of the index (``…_dense_title``). The text is the sentence with its
  neighbours, which finds more than the sentence alone.

Works cited at the same place count together: recall is the share of them among the first ten, MRR
goes by the first of them, nDCG has one grade.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from semsearch.errors import EvaluationError, UsageError
from semsearch.evaluate.evaluation import Evaluation, evaluation_of
from semsearch.evaluate.masked import Masked, masked_citations
from semsearch.evaluate.measures import Gain, ndcg, recall, reciprocal_rank
from semsearch.evaluate.pools import CitingPairs, Pool
from semsearch.evaluate.runs import RecordRanking
from semsearch.evaluate.splits import Split, allowed_statements, asked_papers
from semsearch.index.columns import Columns
from semsearch.progress import Progress, Quiet
from semsearch.recommend.candidates import title_words
from semsearch.recommend.ranking import RankedWorks, rank_works
from semsearch.recommend.titles import titles_of
from semsearch.search import Searcher

#: Masked citations that are asked about.
QUESTIONS = 1000
_NONE = np.zeros(0, dtype=np.int64)

#: By name of a measure.
MEASURES: Mapping[str, Callable[[Sequence[str], Mapping[str, int]], float | None]] = {
    "recall@10": lambda ranking, grades: recall(ranking, grades, 10),
    "mrr": reciprocal_rank,
    "ndcg@10": lambda ranking, grades: ndcg(ranking, grades, 10, gain=Gain.LINEAR),
}


def evaluate_cite(
    searcher: Searcher,
    *,
    split: Split = Split.PAPER,
    limit: int = QUESTIONS,
    pool: Pool = Pool.OTHERS,
    record: RecordRanking | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """The measures of the module over masked citations of an index.

    Args:
        searcher: the index.
        split: how questions are kept apart from what answers them.
        limit: most masked citations, at least 1.
        pool: which works are candidates.
        record: is given the ranking of ``cite`` for each masked citation.
        progress: is shown how far it is; nothing is shown when None.

    Raises:
        UsageError: the limit is under 1.
        EvaluationError: the index has no citation that can be masked.
    """
    if limit < 1:
        raise UsageError(f"the limit is {limit}; expected 1 or more masked citations")
    columns = searcher.generation.statements.columns
    pairs = CitingPairs.of(columns)
    twice = pairs.cited_twice()
    questions = list(islice(_questions(searcher, pairs, pool, split), limit))
    if not questions:
        raise EvaluationError(
            f"{searcher.folder} has no citation that can be masked: none of the works that are"
            f" cited by the papers asked about by {split} is a candidate of the pool {pool}"
        )
    values: dict[str, dict[str, float | None]] = {}
    with (progress or Quiet()).stage("Asking", len(questions)) as stage:
        for one in questions:
            among = pairs.candidates(pool, one.paper, split)
            among[one.beside] = False
            rankings = _rankings(searcher, one, split, among)
            wanted = {str(code): 1 for code in one.wanted if among[code]}
            for suffix, ranking in rankings.named.items():
                found = [str(code) for code in ranking]
                for name, measure in MEASURES.items():
                    values.setdefault(name + suffix, {})[one.id] = measure(found, wanted)
            if record is not None:
                record(one.id, rankings.scored(columns))
            stage.advance(1)
    counts = {
        "masked_citations": len(questions),
        "source_papers": len({one.paper for one in questions}),
        "works_cited_twice": int(twice.sum()),
    }
    return evaluation_of(values, counts)


@dataclass(frozen=True, slots=True)
class _Rankings:
    """Of one question: codes, best first, by suffix of the measures; that of ``cite``."""

    named: Mapping[str, NDArray[np.int64]]
    own: RankedWorks

    def scored(self, columns: Columns) -> list[tuple[str, float]]:
        ids = [bytes(one).decode() for one in columns.targets.values[self.own.codes]]
        # Ids may hold white space, which a run cannot.
        names = ["_".join(one.split()) for one in ids]
        return list(dict(zip(names, self.own.scores.tolist(), strict=True)).items())


def _questions(
    searcher: Searcher, pairs: CitingPairs, pool: Pool, split: Split
) -> Iterator[Masked]:
    """The masked citations with a candidate among what they want."""
    columns = searcher.generation.statements.columns
    wanted = np.ones_like(pairs.cited_twice()) if pool is Pool.EVERY else pairs.cited_twice()
    for one in masked_citations(searcher, asked_papers(columns, split), wanted):
        if pairs.candidates(pool, one.paper, split)[one.wanted].any():
            yield one


def _rankings(
    searcher: Searcher,
    one: Masked,
    split: Split,
    among: NDArray[np.bool_],
) -> _Rankings:
    columns = searcher.generation.statements.columns
    titles = titles_of(searcher)
    own, draft = (
        rank_works(
            searcher,
            one.place,
            known=known,
            leave_out=False,
            section=one.section,
            allowed=allowed_statements(columns, one.paper, split),
            among=among,
        )
        for known in (_NONE, one.elsewhere)
    )
    words = title_words(titles.words, one.place.context)
    (asked,) = searcher.encoder.encode([one.place.context])
    named = {
        "": own.codes,
        "_draft": draft.codes,
        "_bm25_title": titles.words.search(words.query, len(among), allowed=among).rows,
        "_dense_title": titles.nearest(searcher.generation, asked, len(among), among),
    }
    return _Rankings(named, own)
