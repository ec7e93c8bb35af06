"""Local citation recommendation: a citation is masked, the works are ranked that may stand there.

The candidates are the works that at least two source papers cite, and of which a statement may be
used (see ``splits``). All rankings are of these candidates:

- that of ``cite``, from the text alone (``recall@10``, ``mrr``, ``ndcg@10``), and knowing what the
  paper cites in its other statements (``…_draft``), which stays a candidate;
- two baselines: BM25 of the text and the titles of the candidates (``…_bm25_title``), and the
  cosine of both by the encoder of the index (``…_dense_title``). The text is the sentence with its
  neighbours, which serves both better than the sentence alone.

Works cited at the same place count together: recall is the share of them among the first ten, MRR
goes by the first of them, nDCG has one grade.

That a candidate is cited twice tells something of works that one other paper cites: that the paper
asked about cites them. With ``every`` all works that another source cites are candidates, and
nothing is told; the encoder's baseline is then left out, for it would encode every title.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from semsearch.cite.candidates import title_words
from semsearch.cite.ranking import RankedWorks, rank_works
from semsearch.cite.titles import Titles, titles_of
from semsearch.errors import EvaluationError, UsageError
from semsearch.evaluate.evaluation import Evaluation, evaluation_of
from semsearch.evaluate.masked import Masked, masked_citations
from semsearch.evaluate.measures import Gain, ndcg, recall, reciprocal_rank
from semsearch.evaluate.runs import RecordRanking
from semsearch.evaluate.splits import Split, allowed_statements, asked_papers
from semsearch.index.columns import Columns
from semsearch.progress import Progress, Quiet
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


def source_counts(columns: Columns) -> NDArray[np.int64]:
    """(t,) how many source papers cite each work."""
    owner = np.repeat(columns.paper, np.diff(columns.targets.offsets))
    pairs = np.unique(np.stack([columns.targets.codes, owner]), axis=1)
    return np.bincount(pairs[0], minlength=len(columns.targets.values))


def evaluate_cite(
    searcher: Searcher,
    *,
    split: Split = Split.PAPER,
    limit: int = QUESTIONS,
    every: bool = False,
    record: RecordRanking | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """The measures of the module over masked citations of an index.

    Args:
        searcher: the index.
        split: how questions are kept apart from what answers them.
        limit: most masked citations, at least 1.
        every: all works that another source cites are candidates.
        record: is given the ranking of ``cite`` for each masked citation.
        progress: is shown how far it is; nothing is shown when None.

    Raises:
        UsageError: the limit is under 1.
        EvaluationError: the index has no citation that can be masked.
    """
    if limit < 1:
        raise UsageError(f"the limit is {limit}; expected 1 or more masked citations")
    columns = searcher.generation.statements.columns
    pool = source_counts(columns) >= 2
    questions = [
        one
        for one in islice(masked_citations(searcher, asked_papers(columns, split), pool), 4 * limit)
        if _usable(columns, one, split)[one.wanted].any()
    ][:limit]
    if not questions:
        raise EvaluationError(
            f"{searcher.folder} has no citation that can be masked: none of its works is cited by"
            f" two source papers, one of them asked about by {split}"
        )
    titles = titles_of(searcher)
    vectors = None if every else _Vectors.of(searcher, titles, np.flatnonzero(pool))
    values: dict[str, dict[str, float | None]] = {}
    with (progress or Quiet()).stage("Asking", len(questions)) as stage:
        for one in questions:
            among = _usable(columns, one, split)
            if not every:
                among &= pool
            among[one.beside] = False
            rankings = _rankings(searcher, one, split, among, vectors)
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
        "candidates": int(len(pool) if every else pool.sum()),
    }
    return evaluation_of(values, counts)


@dataclass(frozen=True, slots=True)
class _Vectors:
    """Titles of candidates by meaning: (m,) ascending codes, (m, dimension) float32."""

    codes: NDArray[np.int64]
    vectors: NDArray[np.float32]

    @classmethod
    def of(cls, searcher: Searcher, titles: Titles, codes: NDArray[np.int64]) -> _Vectors:
        encoded = titles.encoded(searcher, codes.tolist())
        return cls(codes, np.stack([one.vector for one in encoded]))

    def ranking(self, vector: NDArray[np.float32], among: NDArray[np.bool_]) -> NDArray[np.int64]:
        codes = self.codes[among[self.codes]]
        scores = self.vectors[among[self.codes]] @ vector
        return codes[np.argsort(-scores, kind="stable")]


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


def _usable(columns: Columns, one: Masked, split: Split) -> NDArray[np.bool_]:
    """(t,) the works that a statement cites which may be used."""
    allowed = allowed_statements(columns, one.paper, split)
    found = np.zeros(len(columns.targets.values), dtype=np.bool_)
    found[columns.targets.codes[np.repeat(allowed, np.diff(columns.targets.offsets))]] = True
    return found


def _rankings(
    searcher: Searcher,
    one: Masked,
    split: Split,
    among: NDArray[np.bool_],
    vectors: _Vectors | None,
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
    named = {
        "": own.codes,
        "_draft": draft.codes,
        "_bm25_title": titles.words.search(words.query, len(among), allowed=among).rows,
    }
    if vectors is not None:
        asked = searcher.encoder.encode([one.place.context])[0]
        named["_dense_title"] = vectors.ranking(asked, among)
    return _Rankings(named, own)
