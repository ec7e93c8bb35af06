"""Fits how likely a statement was read rightly, and says how good that is out of fold.

    python scripts/train_clarity.py INDEX ../shared/data/relations/train.jsonl

``train_clarity_labels.jsonl`` holds what statements of the real articles, found for questions of
the training part, say to these questions, judged by hand: ids only, the texts are read from the
index. A reading that supports, with reserve or not, or opposes is right where the judgement is the
same; readings of other kinds are not fitted on. A logistic regression with a ridge penalty on the
standardised features; folds are by citing paper.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score

from semsearch.answer.evidence import (
    LEAST_AGAINST,
    LEAST_WEIGHT,
    ReadCandidate,
    read_candidates,
)
from semsearch.answer.verdict import CLEAR_WEIGHT
from semsearch.evaluate.lines import read_records
from semsearch.evaluate.relations import read_items
from semsearch.language.clarity import FITTED, relevance_odds
from semsearch.language.mentions import ENOUGH
from semsearch.language.stance import Stance
from semsearch.rank.options import SearchOptions
from semsearch.search import Searcher

FOLDS = 5
STRENGTH = 0.3  # inverse of the ridge penalty, chosen by the log loss out of fold
HERE = Path(__file__).resolve().parent
LABEL_FILE = HERE / "train_clarity_labels.jsonl"
WEIGHT_FILE = HERE.parent / "semsearch" / "language" / "data" / "clarity_weights.json"
NAMES = ("relevance", *FITTED)
SUPPORT = frozenset((Stance.SUPPORTS, Stance.HEDGED_SUPPORTS))


class Label(BaseModel):
    """What a statement says to the question of an item."""

    item: str
    statement: str
    paper: str
    said: Stance


@dataclass(frozen=True, slots=True)
class Example:
    """A judged reading: its features in the order of ``NAMES``."""

    values: tuple[float, ...]
    right: bool
    fold: int
    weight: float  # in a verdict, with the weights that are shipped
    opposes: bool


def example_of(label: Label, read: ReadCandidate) -> Example | None:
    """The example that a judged statement makes; None where its reading is not fitted on."""
    stance, seen = read.reading.stance, read.reading.told
    if seen is None or stance not in SUPPORT | {Stance.OPPOSES}:
        return None
    right = label.said is stance or (label.said in SUPPORT and stance in SUPPORT)
    digest = hashlib.sha256(label.paper.encode()).hexdigest()
    return Example(
        values=(relevance_odds(read.relevance), *(getattr(seen, name) for name in FITTED)),
        right=right,
        fold=int(digest, 16) % FOLDS,
        weight=read.weight,
        opposes=stance is Stance.OPPOSES,
    )


def print_weights(examples: Sequence[Example]) -> None:
    """How many readings of each side are right, by their weight in a verdict."""
    bounds = (0.0, LEAST_WEIGHT, LEAST_AGAINST, CLEAR_WEIGHT, 1.0)
    print("right of all by weight, with the shipped weights, which are fitted on them")  # noqa: T201
    for side in (False, True):
        told = []
        for low, high in pairwise(bounds):
            found = [e.right for e in examples if e.opposes is side and low <= e.weight < high]
            told.append(f"{low}–{high}: {sum(found)} of {len(found)}")
        print("opposes " if side else "supports", ", ".join(told))  # noqa: T201


def read_examples(searcher: Searcher, items: Path) -> list[Example]:
    """The examples of all labels whose statement the index still finds for its question."""
    questions = {item.id: item.question for item in read_items(items)}
    labels = [label for _, label in read_records(LABEL_FILE, Label)]
    made: list[Example] = []
    for item in dict.fromkeys(label.item for label in labels):
        found = {
            one.id: one
            for one in read_candidates(
                searcher, searcher.run(questions[item], SearchOptions()), least=ENOUGH
            )
        }
        for label in labels:
            if label.item == item and label.statement in found:
                example = example_of(label, found[label.statement])
                made += [] if example is None else [example]
    return made


def fit(values: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    """Weights of the features as they are, and the bias."""
    mean, spread = values.mean(axis=0), values.std(axis=0)
    model = LogisticRegression(C=STRENGTH).fit((values - mean) / spread, right)
    weights: NDArray[np.float64] = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ mean)


def main() -> None:
    """Fits, measures, writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--measure-only", action="store_true", help="write nothing")
    options = parser.parse_args()
    examples = read_examples(Searcher(options.index), options.file)
    values = np.array([example.values for example in examples])
    right = np.array([example.right for example in examples])
    folds = np.array([example.fold for example in examples])
    odds = np.zeros(len(examples))
    for fold in range(FOLDS):
        weights, bias = fit(values[folds != fold], right[folds != fold])
        odds[folds == fold] = values[folds == fold] @ weights + bias
    chances = 1 / (1 + np.exp(-odds))
    sure = chances >= 0.5
    figures = {
        "readings": len(examples),
        "right": round(float(right.mean()), 4),
        "area_under_curve": round(float(roc_auc_score(right, odds)), 4),
        "of_relevance_alone": round(float(roc_auc_score(right, values[:, 0])), 4),
        "log_loss": round(float(log_loss(right, chances)), 4),
        "share_at_half": round(float(sure.mean()), 4),
        "right_at_half": round(float(right[sure].mean()), 4),
    }
    print("out of fold", json.dumps(figures, indent=1))  # noqa: T201 - a script talks to people
    print_weights(examples)
    if options.measure_only:
        return
    weights, bias = fit(values, right)
    named = dict(zip(NAMES, (round(float(weight), 4) for weight in weights), strict=True))
    card = {
        "what": "log odds that a statement was read rightly, by relevance and place of its words",
        "fitted_on": f"{len(examples)} readings of statements of the real articles, judged by hand",
        "folds": f"{FOLDS}, by citing paper",
        "figures_out_of_fold": figures,
    }
    text = json.dumps({"card": card, "weights": named | {"bias": round(bias, 4)}}, indent=1)
    WEIGHT_FILE.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
