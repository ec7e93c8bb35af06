"""Fits the learned combination of ranking features and writes it with its card.

    python scripts/train_ranking.py INDEX QUESTIONS [--write]

INDEX holds the judged statements, QUESTIONS their questions and judgements. Pairs of statements of
one question with different grades are told apart by a logistic loss (Burges et al. 2005, RankNet,
with a linear model), weighted by the difference of their gains; no weight is below 0. The figures
in the card are out-of-fold: 5 folds by question, drawn once and kept in train_ranking_folds.json.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray
from scipy.optimize import minimize

from semsearch.evaluate.measures import Gain, ndcg
from semsearch.evaluate.questions import RankedText, match, read_judgements, read_questions
from semsearch.language.scripts import normal_form
from semsearch.rank.asked import make_ready
from semsearch.rank.features import index_features
from semsearch.retrieve.candidates import Mode, find_candidates
from semsearch.retrieve.generation import ids_of, open_generation
from semsearch.retrieve.views import view_statements
from semsearch.search import Searcher

FEATURES = (
    "dense", "late_agent", "late_target", "late_relation", "late_both", "late_product", "late_all",
    "late_near", "words_before", "abstract", "cited",
)  # fmt: skip
DECAY = 0.05  # of squared weights in units of the spread of pair differences
FOLDS = Path(__file__).with_name("train_ranking_folds.json")
MODEL = Path(__file__).parent.parent / "semsearch" / "rank" / "data" / "statements.json"


@dataclass(frozen=True, slots=True)
class Judged:
    """The judged candidates of one question: (m, f) features, (m,) grades, judgement ids."""

    kind: str
    features: NDArray[np.float64]
    grades: NDArray[np.int64]
    ids: tuple[str, ...]
    all_grades: dict[str, int]


def main() -> None:
    """Fit, print the figures, and write the model when asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--write", action="store_true", help=f"write {MODEL.name}")
    arguments = parser.parse_args()
    judged = gather(arguments.index, arguments.questions)
    folds = orjson.loads(FOLDS.read_bytes()) if FOLDS.is_file() else draw_folds(judged)
    scores: dict[str, NDArray[np.float64]] = {}
    for fold in range(5):
        weights = fit([one for name, one in judged.items() if folds[name] != fold])
        for name, one in judged.items():
            if folds[name] == fold:
                scores[name] = one.features @ weights
    kinds = sorted({one.kind for one in judged.values()})
    figures = {kind: round(mean_ndcg(judged, scores, kind), 4) for kind in kinds}
    slope, intercept = calibrate(judged, scores)
    sys.stdout.write(f"ndcg@10 out of fold: {figures}\n")
    weights = fit(list(judged.values()))
    card = {
        "what": "weights of ranking features for citation statements, and the probability of"
        " grade 2 or 3",
        "data": "questions with graded judgements of citation statements, made for this project",
        "folds": FOLDS.name,
        "ndcg@10_out_of_fold": figures,
        "known failures": "questions without a relation have no sides, and are ranked by the whole;"
        " with another encoder the weights do not hold and are not used",
    }
    model = {
        "card": card,
        "encoder": open_generation(arguments.index).manifest.model_digest,
        "weights": {n: float(w) for n, w in zip(FEATURES, np.round(weights, 4), strict=True) if w},
        "slope": round(slope, 4),
        "intercept": round(intercept, 4),
    }
    text = orjson.dumps(model, option=orjson.OPT_INDENT_2).decode()
    sys.stdout.write(f"{text}\n")
    if arguments.write:
        FOLDS.write_bytes(orjson.dumps(folds, option=orjson.OPT_INDENT_2) + b"\n")
        MODEL.write_text(text + "\n", "utf-8")


def gather(index: Path, folder: Path) -> dict[str, Judged]:
    """The judged candidates of every question, with their features."""
    generation = open_generation(index)
    searcher = Searcher(index)
    questions = read_questions(folder)
    judgements = read_judgements(folder, questions)
    texts = generation.statements
    codec = texts.tokens.codec if texts.tokens is not None else None
    found: dict[str, Judged] = {}
    for question in questions:
        text = normal_form(question.text)
        asked = make_ready(
            text,
            searcher.encoder,
            texts.lexical,
            codec,
            replacements=[
                (a.start, a.end, a.other)
                for a in generation.abbreviations.alternatives(text)
                if a.searched
            ],
        )
        candidates = find_candidates(
            texts.dense, texts.lexical, asked.vector, asked.words.query, allowed=None,
            mode=Mode.HYBRID,
        )  # fmt: skip
        features = index_features(generation, asked, candidates)
        views = view_statements(searcher.store, ids_of(texts.dense, candidates.rows))
        hits = [RankedText(id=v.id, doi=v.paper.doi, text=v.text, score=0.0) for v in views]
        mine = [one for one in judgements if one.query == question.id]
        grades = {one.id: one.grade for one in mine}
        rows = [n for n, one in enumerate(match(hits, mine).taken) if one is not None]
        ids = tuple(one for one in match(hits, mine).taken if one is not None)
        found[question.id] = Judged(
            question.kind,
            np.stack([features[name][rows] for name in FEATURES], axis=1),
            np.array([grades[one] for one in ids]),
            ids,
            grades,
        )
    return found


def fit(judged: list[Judged]) -> NDArray[np.float64]:
    """(f,) weights, at least 0, that tell better statements of a question from worse ones."""
    differences, weights = [], []
    for one in judged:
        gains = 2.0**one.grades - 1
        better, worse = np.nonzero(gains[:, None] > gains[None, :])
        if len(better):
            differences.append(one.features[better] - one.features[worse])
            spread = gains[better] - gains[worse]
            weights.append(spread / spread.sum() / len(judged))
    pairs, weight = np.concatenate(differences), np.concatenate(weights)
    scale = np.sqrt((pairs**2).mean(axis=0)) + 1e-9
    pairs = pairs / scale

    def loss(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = pairs @ theta
        slope = -weight / (1 + np.exp(margin))
        value = float((weight * np.logaddexp(0, -margin)).sum() + DECAY * theta @ theta)
        return value, pairs.T @ slope + 2 * DECAY * theta

    start = np.zeros(pairs.shape[1])
    bounds = [(0, None)] * len(start)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    result: NDArray[np.float64] = found.x / scale
    return result


def calibrate(
    judged: dict[str, Judged], scores: dict[str, NDArray[np.float64]]
) -> tuple[float, float]:
    """Slope and intercept of the probability of grade 2 or 3, each question weighing the same."""
    values = np.concatenate([scores[name] for name in judged])
    relevant = np.concatenate([one.grades >= 2 for one in judged.values()])
    weight = np.concatenate([np.full(len(o.grades), 1 / len(o.grades)) for o in judged.values()])

    def loss(theta: NDArray[np.float64]) -> float:
        margin = np.where(relevant, 1, -1) * (theta[0] * values + theta[1])
        return float((weight * np.logaddexp(0, -margin)).sum())

    slope, intercept = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return float(slope), float(intercept)


def mean_ndcg(
    judged: dict[str, Judged], scores: dict[str, NDArray[np.float64]], kind: str
) -> float:
    """nDCG@10 over the questions of a kind."""
    values = []
    for name, one in judged.items():
        order = np.argsort(-scores[name], kind="stable")
        ranking = [one.ids[n] for n in order]
        value = ndcg(ranking, one.all_grades, 10, gain=Gain.EXPONENTIAL)
        if one.kind == kind and value is not None:
            values.append(value)
    return float(np.mean(values))


def draw_folds(judged: dict[str, Judged]) -> dict[str, int]:
    """Five folds, even within each kind of question."""
    random = np.random.default_rng(20240501)
    folds: dict[str, int] = {}
    for kind in sorted({one.kind for one in judged.values()}):
        names = [name for name, one in judged.items() if one.kind == kind]
        for place, number in enumerate(random.permutation(len(names))):
            folds[names[number]] = place % 5
    return dict(sorted(folds.items()))


if __name__ == "__main__":
    main()
