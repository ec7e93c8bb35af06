"""Fits the weights with which statements are read, and says how good they are out of fold.

    python scripts/train_stance.py ../shared/data/relations/train.jsonl
    python scripts/train_stance.py ../shared/data/relations/train.jsonl --time

Three linear models over the patterns of ``patterns.toml``: which of two mentions acts, whether the
relation is denied, whether it is hedged. Each is a logistic regression with a Gaussian prior around
the weights that the patterns were given by hand (the maximum a posteriori estimate, by Newton's
method). Folds are by citing paper; their assignment stands in ``train_stance_folds.json``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from semsearch.evaluate.relations import Item, measure, read_items
from semsearch.language.absence import taken_away
from semsearch.language.effect import denial_features, read_effect
from semsearch.language.question import analyse_question
from semsearch.language.relation import (
    MODELS,
    PRIORS,
    StanceModels,
    make_models,
    pattern_table,
)
from semsearch.language.stance import StanceReader
from semsearch.language.surroundings import direction_features

FOLDS = 5
STEPS = 50
RUNS = 10  # of timing, the fastest counts
#: Inverse variance of the prior of each model, chosen by the figures out of fold.
STRENGTH = {"direction": 1.5, "denial": 1.5, "hedge": 1.5}
HERE = Path(__file__).resolve().parent
ANCHOR_FILE = HERE / "train_stance_anchors.txt"
FOLD_FILE = HERE / "train_stance_folds.json"
WEIGHT_FILE = HERE.parent / "semsearch" / "language" / "data" / "stance_weights.json"

Row = tuple[dict[str, float], float]


def names_of(model: str) -> list[str]:
    """Features of a model, the bias last."""
    return [*(row[1] for row in pattern_table()[model]), *PRIORS[model], "bias"]


def rows_of(item: Item) -> dict[str, Row]:
    """Features and label of an item for each model that it tells something."""
    reader = StanceReader(analyse_question(item.question), models=make_models({}))
    evidence, _ = reader.evidence(item.text)
    if evidence is None:
        return {}
    pair = evidence.pair
    strings = {
        "before": pair.before, "between": pair.between, "after": pair.after, "both": pair.both,
    }  # fmt: skip

    def features(model: str, others: Sequence[tuple[str, float]] = ()) -> dict[str, float]:
        found = {
            name: 1.0
            for where, name, pattern, _ in pattern_table()[model]
            if pattern.search(strings[where])
        }
        return found | dict(others) | {"bias": 1.0}

    agent = pair.first if evidence.agent_first else pair.second
    rows = {
        "direction": (
            features("direction", direction_features(pair)), float(evidence.agent_first)
        )
    }  # fmt: skip
    effect = read_effect(pair, target_is_second=evidence.agent_first, bad=False)
    if not taken_away(pair.statement, agent):
        rows["denial"] = (
            features("denial", denial_features(pair, effect)), float(item.stance == "no")
        )  # fmt: skip
    if item.stance != "no":
        rows["hedge"] = (features("hedge"), float(item.stance == "hedged"))
    return rows


def anchor_rows() -> list[dict[str, Row]]:
    """Rows of the sentences that were written for fitting."""
    made: list[dict[str, Row]] = []
    for line in ANCHOR_FILE.read_text("utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        stance, actor, sentence = line.split(maxsplit=2)
        text = re.sub(r"\bX\b", "Xanthin", re.sub(r"\bY\b", "Yersol", sentence))
        agent, target = ("Xanthin", "Yersol") if actor == "X" else ("Yersol", "Xanthin")
        item = Item(
            id=line, citing="", text=f"{text}.", question=f"does {agent} affect {target}",
            reversed="", opposite=None, stance=cast(Literal["yes", "no", "hedged"], stance),
        )  # fmt: skip
        made.append(rows_of(item))
    return made


def fit(model: str, rows: Sequence[Row]) -> dict[str, float]:
    """Weights by name."""
    names = names_of(model)
    place = {name: number for number, name in enumerate(names)}
    values: NDArray[np.float64] = np.zeros((len(rows), len(names)))
    labels: NDArray[np.float64] = np.zeros(len(rows))
    for number, (features, label) in enumerate(rows):
        labels[number] = label
        for name, value in features.items():
            values[number, place[name]] = value
    priors = (
        {row[1]: row[3] for row in pattern_table()[model]} | dict(PRIORS[model]) | {"bias": 0.0}
    )
    prior = np.array([priors[name] for name in names])
    strength = np.full(len(names), STRENGTH[model])
    strength[-1] = 0.1
    weights = prior.copy()
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(values @ weights, -30, 30)))
        gradient = values.T @ (chance - labels) + strength * (weights - prior)
        curvature = (values.T * (chance * (1 - chance))) @ values + np.diag(strength)
        step = np.linalg.solve(curvature, gradient)
        weights = weights - step * min(1.0, 2.0 / max(1e-9, float(np.abs(step).max())))
        if float(np.abs(step).max()) < 1e-9:
            break
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}


def fit_all(rows: Sequence[Mapping[str, Row]]) -> dict[str, dict[str, float]]:
    """Weights of every model."""
    return {model: fit(model, [row[model] for row in rows if model in row]) for model in MODELS}


def assign_folds(items: Sequence[Item]) -> dict[str, int]:
    """Fold of each citing paper: papers in the order of their hashes, dealt out in turn."""
    papers = sorted(
        {item.citing for item in items}, key=lambda doi: hashlib.sha256(doi.encode()).hexdigest()
    )
    return {paper: number % FOLDS for number, paper in enumerate(papers)}


def time_reading(items: Sequence[Item]) -> float:
    """Milliseconds to read a hundred statements that name both sides, the best of some runs."""
    readers = [(StanceReader(analyse_question(item.question)), item.text) for item in items]
    fastest = float("inf")
    for _ in range(RUNS):
        start = perf_counter()
        for reader, text in readers:
            reader.read(text)
        fastest = min(fastest, perf_counter() - start)
    return fastest / len(readers) * 100 * 1000


def main() -> None:
    """Fits, measures, writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--measure-only", action="store_true", help="write nothing")
    parser.add_argument("--time", action="store_true", help="time reading and fit nothing")
    options = parser.parse_args()
    items = read_items(options.file)
    if options.time:
        print(f"{time_reading(items):.1f} ms a hundred statements")  # noqa: T201
        return
    folds = assign_folds(items)
    rows = [rows_of(item) for item in items]
    anchors = anchor_rows()
    pairs: list[tuple[Item, StanceModels]] = []
    for fold in range(FOLDS):
        models = make_models(
            fit_all(
                [r for r, i in zip(rows, items, strict=True) if folds[i.citing] != fold] + anchors
            )
        )
        pairs += [(item, models) for item in items if folds[item.citing] == fold]
    figures: dict[str, Any] = {}
    for label, measured in (
        ("out_of_fold", measure(pairs)),
        ("priors_only", measure([(item, make_models({})) for item in items])),
    ):
        figures[label] = {k: round(v, 4) for k, v in measured.as_json_object().items()}
        print(label, measured.as_table(), sep="\n")  # noqa: T201 - a script talks to people
    weights = fit_all([*rows, *anchors])
    models = make_models(weights)
    print("fitted on all", measure([(i, models) for i in items]).as_table(), sep="\n")  # noqa: T201
    if options.measure_only:
        return
    card = {
        "what": "weights of three logistic models over the patterns of patterns.toml",
        "fitted_on": f"{len(items)} annotated citation statements, one question each",
        "folds": f"{FOLDS}, by citing paper, in scripts/train_stance_folds.json",
        "prior": "Gaussian around the weights in patterns.toml",
        "inverse_variance": STRENGTH,
        "figures": figures,
    }
    WEIGHT_FILE.write_text(json.dumps({"card": card, "weights": weights}, indent=1) + "\n", "utf-8")
    FOLD_FILE.write_text(json.dumps(dict(sorted(folds.items())), indent=0) + "\n", "utf-8")


if __name__ == "__main__":
    main()
