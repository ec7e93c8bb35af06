"""Fits the weights of similar contexts and of what to cite, and writes them with their cards.

    python scripts/train_citing.py INDEX [--questions N] [--write]

INDEX holds articles that cite the same works. Nothing is annotated: a citation that stands in a
paper is the judgement. Questions come from the papers that no split of ``semsearch eval`` asks
about (``semsearch.evaluate.splits.fitted_papers``), so that its figures are of papers that were not
seen here. Each question is a list of candidates, some of them right; the loss is the mean negative
logarithm of the softmax at these (Cao et al. 2007, Learning to rank: from pairwise approach to
listwise approach, top one), and no weight is below 0. A feature whose weight is 0 is left out.

What to cite is fitted with the weights of similar contexts that are in the package: run this twice
where these change.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray
from scipy.optimize import minimize

from semsearch.evaluate.masked import masked_citations
from semsearch.evaluate.pools import CitingPairs, Pool
from semsearch.evaluate.similar import questions_of
from semsearch.evaluate.splits import Split, allowed_statements, fitted_papers
from semsearch.index.columns import Columns
from semsearch.rank.features import Features
from semsearch.rank.similar import similar_statements
from semsearch.recommend.ranking import rank_works
from semsearch.search import Searcher

PACKAGE = Path(__file__).parent.parent / "semsearch"
SIMILAR = PACKAGE / "rank" / "data" / "similar.json"
WORKS = PACKAGE / "recommend" / "data" / "works.json"
DECAY = 0.001  # of squared weights, in units of the spread of a feature

#: (m, f) features and (m,) whether each candidate is right, of one question.
Question = tuple[NDArray[np.float64], NDArray[np.bool_]]


def main() -> None:
    """Fit, print the weights, and write them when asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("--questions", type=int, default=2500, help="most of each kind")
    parser.add_argument("--write", action="store_true", help="write both files of weights")
    arguments = parser.parse_args()
    searcher = Searcher(arguments.index)
    papers = fitted_papers(searcher.generation.statements.columns)
    names, questions = similar_questions(searcher, papers, arguments.questions)
    weights = fit(questions)
    similar = {
        "card": {
            "what": "weights of the likenesses of citing contexts, which sum to 1",
            "fitted on": f"{len(questions)} statements of papers that no evaluation asks about",
            "right": "statements of other papers that cite a work in common",
            "known failures": "two statements that cite one work for different things are right"
            " here, and two that say the same of different works are not",
        },
        "weights": rounded(names, weights / weights.sum()),
    }
    names, questions = work_questions(searcher, papers, arguments.questions)
    weights = fit(questions)
    slope, intercept = calibrate(questions, weights)
    works = {
        "card": {
            "what": "weights of features of works that may be cited at a place, and the"
            " probability that one is",
            "fitted on": f"{len(questions)} masked citations of papers that no evaluation asks"
            " about, among works that two other papers cite",
            "known failures": "a work that nobody cited yet is never found; which of several works"
            " on one thing an author takes is often a matter of habit",
        },
        "weights": rounded(names, weights),
        "slope": round(slope, 4),
        "intercept": round(intercept, 4),
    }
    for path, content in ((SIMILAR, similar), (WORKS, works)):
        text = orjson.dumps(content, option=orjson.OPT_INDENT_2).decode()
        sys.stdout.write(f"{path.name}\n{text}\n")
        if arguments.write:
            path.write_text(text + "\n", "utf-8")


def similar_questions(
    searcher: Searcher, papers: NDArray[np.bool_], number: int
) -> tuple[list[str], list[Question]]:
    """Statements, and which of those that are like them cite the same."""
    columns = searcher.generation.statements.columns
    found: list[tuple[Features, NDArray[np.bool_]]] = []
    for one in islice(questions_of(searcher, papers, Split.PAPER), number):
        encoded = searcher.encoder.encode_tokens([one.text])
        likely = similar_statements(
            searcher.generation,
            one.text,
            encoded.vectors[0],
            None if encoded.tokens is None else encoded.tokens[0],
            allowed=allowed_statements(columns, one.paper, Split.PAPER),
        )
        found.append((likely.features, np.isin(likely.rows, one.wanted)))
    return stacked(found)


def work_questions(
    searcher: Searcher, papers: NDArray[np.bool_], number: int
) -> tuple[list[str], list[Question]]:
    """Masked citations, and which of the candidates are cited there.

    In every second question it is known what the paper cites in its other statements.
    """
    columns: Columns = searcher.generation.statements.columns
    pairs = CitingPairs.of(columns)
    found: list[tuple[Features, NDArray[np.bool_]]] = []
    asked = masked_citations(searcher, papers, pairs.cited_twice())
    for place, one in enumerate(islice(asked, number)):
        among = pairs.candidates(Pool.OTHERS, one.paper, Split.PAPER)
        among[one.beside] = False
        if not among[one.wanted].any():
            continue
        ranked = rank_works(
            searcher,
            one.place,
            known=one.elsewhere if place % 2 else one.elsewhere[:0],
            leave_out=False,
            section=one.section,
            allowed=allowed_statements(columns, one.paper, Split.PAPER),
            among=among,
        )
        found.append((ranked.features, np.isin(ranked.codes, one.wanted)))
    return stacked(found)


def stacked(
    found: Sequence[tuple[Features, NDArray[np.bool_]]],
) -> tuple[list[str], list[Question]]:
    """The names of the features, and the questions that have a right candidate and a wrong one."""
    names = sorted(found[0][0])
    questions = [
        (np.stack([features[name] for name in names], axis=1), right)
        for features, right in found
        if right.any() and not right.all()
    ]
    return names, questions


def fit(questions: Sequence[Question]) -> NDArray[np.float64]:
    """(f,) weights, at least 0."""
    values = np.concatenate([one for one, _ in questions])
    scale = values.std(axis=0) + 1e-9
    scaled = values / scale
    starts = np.append(0, np.cumsum([len(right) for _, right in questions]))[:-1]
    sizes = np.diff(np.append(starts, len(scaled)))
    right = np.concatenate([one / one.sum() for _, one in questions])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = scaled @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, starts), sizes)
        shares = np.exp(scores)
        sums = np.add.reduceat(shares, starts)
        shares /= np.repeat(sums, sizes)
        cost = (np.log(sums).sum() - right @ scores) / len(starts)
        slope = (shares - right) @ scaled / len(starts)
        return cost + DECAY * float(weights @ weights), slope + 2 * DECAY * weights

    start = np.full(values.shape[1], 0.1)
    outcome = minimize(loss, start, jac=True, bounds=[(0, None)] * len(start), method="L-BFGS-B")
    fitted: NDArray[np.float64] = outcome.x / scale
    return fitted


def calibrate(questions: Sequence[Question], weights: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and intercept of the probability that a candidate is right (Platt 1999)."""
    scores = np.concatenate([values @ weights for values, _ in questions])
    right = np.concatenate([one for _, one in questions]).astype(np.float64)

    def loss(at: NDArray[np.float64]) -> float:
        value = at[0] * scores + at[1]
        return float(np.mean(np.logaddexp(0, value) - right * value))

    slope, intercept = minimize(loss, np.array([1.0, -scores.mean()]), method="BFGS").x
    return float(slope), float(intercept)


def rounded(names: Sequence[str], weights: NDArray[np.float64]) -> dict[str, float]:
    """Weights by name, without those that are 0."""
    return {
        name: float(weight)
        for name, weight in zip(names, np.round(weights, 4), strict=True)
        if weight
    }


if __name__ == "__main__":
    main()
