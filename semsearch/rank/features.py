"""What the learned combination looks at: features of candidates, by name.

Every feature is an array of one value for each candidate, (m,) float64:

========================  =====================================================================
``dense``                 cosine of question and statement
``late``                  late interaction: mean best match of the question's tokens
``late_weighted``         the same, weighted by how rare each word is
``late_agent`` …          the same for the tokens of the agent, the target, the relation alone
``late_both``             the smaller of agent and target
``late_product``          their product
``late_all``              the product of agent, target and relation, 0 where one of them is below 0
``late_near``             the same within one stretch of the text, about a clause
``words``                 BM25 of the statement, as a share of the most that it could be
``words_before``          BM25 of the sentence before and the statement, likewise
``abstract``              cosine of the question and the abstract of the source paper;
                          ``USUAL_ABSTRACT`` where the source has none
``cited``                 the largest cosine of the question and the title of a work that the
                          statement cites; ``USUAL_CITED`` where no title is known
========================  =====================================================================
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from semsearch.index.dense.protocol import DenseIndex
from semsearch.index.value_lists import Groups
from semsearch.rank.asked import Asked
from semsearch.rank.late_interaction import all_sides, interact
from semsearch.retrieve.candidates import Candidates
from semsearch.retrieve.generation import Generation, rows_of
from semsearch.timing import Stage, timed

#: Mean cosine of a question and the abstracts of the sources of its judged statements.
USUAL_ABSTRACT = 0.35

#: About the mean over judged statements of the largest cosine of a question and a cited title.
USUAL_CITED = 0.3

Features = dict[str, NDArray[np.float64]]


def index_features(generation: Generation, asked: Asked, candidates: Candidates) -> Features:
    """Features of statements that the index alone gives.

    Args:
        generation: an index with token vectors.
        asked: the question.
        candidates: rows of the statements.
    """
    rows = candidates.rows
    texts = generation.statements
    dense = candidates.dense.astype(np.float64)
    words = candidates.lexical.astype(np.float64) / asked.words.most
    found: Features = {"dense": dense, "words": words}
    if texts.tokens is not None and asked.wordings is not None:
        with timed(Stage.LATE):
            late = interact(texts.tokens, asked.wordings, rows)
        found |= {
            "late": late.mean,
            "late_weighted": late.weighted,
            "late_agent": late.agent,
            "late_target": late.target,
            "late_relation": late.relation,
            "late_both": np.minimum(late.agent, late.target),
            "late_product": late.agent * late.target,
            "late_all": all_sides(late.agent, late.target, late.relation),
            "late_near": late.near,
        }
    found["words_before"] = asked.words.share(generation.contexts, rows)
    papers = generation.abstract_of[texts.columns.paper[rows]]
    found["abstract"] = _of_source(generation.abstracts.dense, asked.vector, papers)
    found["cited"] = _of_cited(generation, asked.vector, rows)
    return found


def _of_cited(
    generation: Generation, vector: NDArray[np.float32], rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    targets = generation.statements.columns.targets
    codes = Groups(targets.offsets, targets.codes).of(rows)
    unique, places = np.unique(codes, return_inverse=True)
    known = rows_of(generation.works.dense, targets.values[unique])
    scores = np.full(len(unique), -np.inf)
    held = known >= 0
    scores[held] = generation.works.dense.scores(vector, known[held])
    of_cited = scores[places]
    ends = np.cumsum(targets.offsets[rows + 1] - targets.offsets[rows])
    found = np.full(len(rows), -np.inf)
    np.maximum.at(found, np.searchsorted(ends, np.arange(len(codes)), side="right"), of_cited)
    return np.where(np.isfinite(found), found, USUAL_CITED)


def _of_source(
    index: DenseIndex, vector: NDArray[np.float32], rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    held = rows >= 0
    found = np.full(len(rows), USUAL_ABSTRACT)
    unique, places = np.unique(rows[held], return_inverse=True)
    found[held] = index.scores(vector, unique).astype(np.float64)[places]
    return found
