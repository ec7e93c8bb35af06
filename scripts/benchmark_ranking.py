"""Measures the stages of ranking: time of the rerankers, filtered recall, weights of the fusion.

    python scripts/benchmark_ranking.py INDEX QUESTIONS

INDEX holds the judged statements, QUESTIONS their questions and judgements. Prints the median time
that 200 candidates take in each reranker, beside the time of the retrieval before it; recall@10 of
filtered search against exact search at several shares of allowed rows; and nDCG@10 by the weight of
dense scores in the fusion, and by the constant of reciprocal rank fusion.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semsearch.evaluate.questions import (
    Question,
    RankedText,
    evaluate_questions,
    read_questions,
)
from semsearch.language.scripts import normal_form
from semsearch.rank.asked import Asked, make_ready
from semsearch.rank.fusion import convex, reciprocal_rank
from semsearch.rank.statements import Rerank, rank_statements
from semsearch.retrieve.candidates import Candidates, Mode, find_candidates
from semsearch.retrieve.generation import Generation, ids_of, open_generation
from semsearch.retrieve.views import view_statements
from semsearch.search import Searcher

RERANKED = 200
SHARES = (0.5, 0.1, 0.01, 0.001)
ROUNDS = 9


@dataclass(frozen=True, slots=True)
class Found:
    """A question with its candidates and their texts."""

    question: Question
    asked: Asked
    candidates: Candidates
    texts: list[RankedText]


def main() -> None:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    arguments = parser.parse_args()
    generation = open_generation(arguments.index)
    questions = read_questions(arguments.questions)
    searcher = Searcher(arguments.index)
    found = [_find(generation, searcher, question) for question in questions]
    say("stage                          median ms of a question")
    for name, spent in rerank_times(generation, found).items():
        say(f"{name:<30} {spent:.2f}")
    say("allowed rows    recall@10 of filtered search against exact search")
    for share, recall in filtered_recall(generation, found).items():
        say(f"{share:<15.1%} {recall:.4f}")
    say("fusion                         nDCG@10")
    for name, figures in fusion_sweep(found, arguments.questions).items():
        say(f"{name:<30} " + "  ".join(f"{kind} {value:.3f}" for kind, value in figures.items()))


def rerank_times(generation: Generation, found: list[Found]) -> dict[str, float]:
    """Median milliseconds of a question: retrieval, and each reranker on 200 candidates."""
    texts = generation.statements
    spent: dict[str, list[float]] = {}
    for one in found:
        fused = convex(one.candidates.dense, one.candidates.lexical)
        best = np.sort(np.argsort(-fused, kind="stable")[:RERANKED])
        few = chosen(one.candidates, best)
        stages: dict[str, Callable[[], object]] = {
            "retrieval": lambda one=one: find_candidates(  # type: ignore[misc]
                texts.dense, texts.lexical, one.asked.vector, one.asked.words.query,
                allowed=None, mode=Mode.HYBRID,
            ),
            **{
                f"{kind} of {RERANKED}": lambda one=one, few=few, kind=kind: rank_statements(  # type: ignore[misc]
                    generation, one.asked, few, rerank=kind
                )
                for kind in Rerank
            },
        }  # fmt: skip
        for name, stage in stages.items():
            spent.setdefault(name, []).append(median_ms(stage))
    return {name: float(np.median(values)) for name, values in spent.items()}


def filtered_recall(generation: Generation, found: list[Found]) -> dict[float, float]:
    """Share of the exact ten nearest allowed statements that filtered search gives."""
    dense = generation.statements.dense
    everything = np.arange(len(dense))
    random = np.random.default_rng(0)
    recalls: dict[float, list[float]] = {share: [] for share in SHARES}
    for one in found:
        exact = dense.scores(one.asked.vector, everything)
        for share in SHARES:
            allowed = random.random(len(dense)) < share
            rows = np.flatnonzero(allowed)
            wanted = rows[np.argsort(-exact[rows], kind="stable")[:10]]
            given = dense.search(one.asked.vector, 10, allowed=allowed).rows
            recalls[share].append(len(np.intersect1d(wanted, given)) / len(wanted))
    return {share: float(np.mean(values)) for share, values in recalls.items()}


def fusion_sweep(found: list[Found], folder: Path) -> dict[str, dict[str, float]]:
    """NDCG@10 by kind of question, for weights and constants of the two fusions."""
    ways: dict[str, Callable[[Candidates], NDArray[np.float64]]] = {
        **{
            f"convex, dense {share / 10:.1f}": lambda c, share=share: convex(  # type: ignore[misc]
                c.dense, c.lexical, weight=share / 10
            )
            for share in range(11)
        },
        **{
            f"reciprocal rank, {k}": lambda c, k=k: reciprocal_rank(  # type: ignore[misc]
                c.dense_rank, c.lexical_rank, constant=k
            )
            for k in (10, 30, 60, 100)
        },
    }
    table: dict[str, dict[str, float]] = {}
    for name, fuse in ways.items():
        ranked = {}
        for one in found:
            order = np.argsort(-fuse(one.candidates), kind="stable")
            ranked[one.question.text] = [one.texts[place] for place in order]
        outcome = evaluate_questions(
            lambda question, limit, ranked=ranked: ranked[question][:limit],  # type: ignore[misc]
            folder,
        )
        table[name] = {
            kind: outcome.figures[f"ndcg@10_{kind}"].value for kind in ("general", "specific")
        }
    return table


def chosen(candidates: Candidates, places: NDArray[np.int64]) -> Candidates:
    """Some of the candidates."""
    return Candidates(
        candidates.rows[places],
        candidates.dense[places],
        candidates.lexical[places],
        candidates.dense_rank[places],
        candidates.lexical_rank[places],
    )


def median_ms(work: Callable[[], object]) -> float:
    """Median milliseconds of several rounds."""
    spent = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        spent.append(time.perf_counter() - started)
    return 1000 * float(np.median(spent))


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


def _find(generation: Generation, searcher: Searcher, question: Question) -> Found:
    texts = generation.statements
    text = normal_form(question.text)
    asked = make_ready(
        text,
        searcher.encoder,
        texts.lexical,
        texts.tokens.codec if texts.tokens is not None else None,
        replacements=[
            (a.start, a.end, a.other)
            for a in generation.abbreviations.alternatives(text)
            if a.searched
        ],
    )
    candidates = find_candidates(
        texts.dense, texts.lexical, asked.vector, asked.words.query, allowed=None, mode=Mode.HYBRID
    )
    views = view_statements(searcher.store, ids_of(texts.dense, candidates.rows))
    hits = [RankedText(id=v.id, doi=v.paper.doi, text=v.text, score=0.0) for v in views]
    return Found(question, asked, candidates, hits)


if __name__ == "__main__":
    main()
