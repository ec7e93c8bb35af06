"""Similar contexts: statements of other papers that cite a work which a statement cites.

A statement is asked by its text without markers. Wanted are the statements of other papers that
cite one of its works; ``recall@10``, ``mrr`` and ``ndcg@10`` are those of ``Searcher.similar``,
``…_dense`` those of the cosine by the encoder of the index. Only statements that may be used (see
``splits``) are ranked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.recipe import plain_text
from semsearch.errors import EvaluationError, UsageError
from semsearch.evaluate.cite import MEASURES
from semsearch.evaluate.evaluation import Evaluation, evaluation_of
from semsearch.evaluate.runs import RecordRanking
from semsearch.evaluate.splits import Split, allowed_statements, asked_papers, digest_order
from semsearch.progress import Progress, Quiet
from semsearch.rank.similar import similar_statements
from semsearch.retrieve.generation import ids_of
from semsearch.search import Searcher
from semsearch.store.reading import statements

#: Statements that are asked about.
QUESTIONS = 1000
#: Statements of a ranking.
DEPTH = 300
_LOT = 256  # statements read at once


@dataclass(frozen=True, slots=True)
class AskedStatement:
    """A statement without its markers.

    ``paper``: number of its paper in the columns. ``wanted``: (w,) rows, ascending, at least one.
    """

    id: str
    paper: int
    text: str
    wanted: NDArray[np.int64]


def questions_of(
    searcher: Searcher, papers: NDArray[np.bool_], split: Split
) -> Iterator[AskedStatement]:
    """The statements with something to find, in an order that has nothing to do with them.

    Args:
        searcher: the index.
        papers: (p,) source papers to take them from.
        split: which statements may be found.
    """
    texts = searcher.generation.statements
    columns = texts.columns
    rows = np.flatnonzero(papers[columns.paper])
    ids = ids_of(texts.dense, rows)
    order = sorted(range(len(ids)), key=lambda place: digest_order(ids[place]))
    for start in range(0, len(order), _LOT):
        lot = order[start : start + _LOT]
        held = statements(searcher.store, [ids[place] for place in lot])
        for place in lot:
            row, statement = int(rows[place]), held[ids[place]]
            codes = columns.targets.codes[slice(*columns.targets.offsets[row : row + 2])]
            citing = np.unique(columns.targets.holders.of(codes)).astype(np.int64)
            paper = int(columns.paper[row])
            wanted = citing[allowed_statements(columns, paper, split)[citing]]
            if len(wanted):
                text = plain_text(statement.text, statement.markers)
                yield AskedStatement(ids[place], paper, text, wanted)


def evaluate_similar(
    searcher: Searcher,
    *,
    split: Split = Split.PAPER,
    limit: int = QUESTIONS,
    record: RecordRanking | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """The measures of the module over statements of an index.

    Args:
        searcher: the index.
        split: how questions are kept apart from what answers them.
        limit: most statements to ask about, at least 1.
        record: is given the ranking of each.
        progress: is shown how far it is; nothing is shown when None.

    Raises:
        UsageError: the limit is under 1.
        EvaluationError: no statement of the index cites what another paper cites.
    """
    if limit < 1:
        raise UsageError(f"the limit is {limit}; expected 1 or more statements")
    dense = searcher.generation.statements.dense
    columns = searcher.generation.statements.columns
    questions = list(islice(questions_of(searcher, asked_papers(columns, split), split), limit))
    if not questions:
        raise EvaluationError(
            f"{searcher.folder} has no statement to ask about: no two source papers cite one work,"
            f" one of them asked about by {split}"
        )
    values: dict[str, dict[str, float | None]] = {}
    with (progress or Quiet()).stage("Asking", len(questions)) as stage:
        for one in questions:
            allowed = allowed_statements(columns, one.paper, split)
            encoded = searcher.encoder.encode_tokens([one.text])
            likely = similar_statements(
                searcher.generation,
                one.text,
                encoded.vectors[0],
                None if encoded.tokens is None else encoded.tokens[0],
                allowed=allowed,
            )
            best = likely.ranking.order[:DEPTH]
            near = dense.search(encoded.vectors[0], DEPTH, allowed=allowed)
            grades = dict.fromkeys(ids_of(dense, one.wanted), 1)
            own = ids_of(dense, likely.rows[best])
            for suffix, found in (("", own), ("_dense", ids_of(dense, near.rows))):
                for name, measure in MEASURES.items():
                    values.setdefault(name + suffix, {})[one.id] = measure(found, grades)
            if record is not None:
                record(one.id, list(zip(own, likely.score[best].tolist(), strict=True)))
            stage.advance(1)
    counts = {
        "statements_asked": len(questions),
        "source_papers": len({one.paper for one in questions}),
        "wanted": sum(len(one.wanted) for one in questions),
    }
    return evaluation_of(values, counts)
