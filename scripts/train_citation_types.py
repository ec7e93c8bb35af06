"""Fits the model of citation types, and says how good it is out of fold and on the dev part.

    python scripts/train_citation_types.py ../shared/data/citation-types --store STORE.sqlite
    python scripts/train_citation_types.py --scicite ../shared/data/scicite

Trains on ``train.jsonl`` and on the statements labelled in ``train_citation_types_labels.jsonl``,
which holds ids only: their texts are read from the store of an index over the articles (without
``--store`` they are left out). Folds are by citing paper and stand in
``train_citation_types_folds.json``. A multinomial logistic regression with balanced classes;
statements with several views are trained on as a whole.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from semsearch.classify.cues import shipped_cues
from semsearch.classify.features import features_of, neighbour
from semsearch.classify.model import HASH_FILE, MODEL_FILE, TYPES, TypeModel, make_model, softmax
from semsearch.classify.printed import printed_markers
from semsearch.classify.tokens import tokens_of
from semsearch.classify.types import predict_text
from semsearch.evaluate.types import Item, Judged, figures_of, read_items
from semsearch.store.database import open_sqlite

FOLDS = 5
STRENGTH = 0.3  # inverse of the ridge penalty, chosen by the log loss out of fold
SCICITE_STRENGTH = 0.1  # five times the examples, and classes as they come
RAREST = 3  # statements that a feature must be in
SURE = {3: 1.0, 2: 0.8, 1: 0.4}  # weight of a label by how sure its annotator was
HERE = Path(__file__).resolve().parent
FOLD_FILE = HERE / "train_citation_types_folds.json"
LABEL_FILE = HERE / "train_citation_types_labels.jsonl"
FOLDER = HERE.parent / "semsearch" / "classify" / "data"

Features = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled statement: features as a whole, its label's place, weight and citing paper."""

    features: Features
    label: int
    weight: float
    citing: str


def whole(text: str, before: str | None, after: str | None, heading: str | None) -> Features:
    """The features of a statement that is not cut into views."""
    cues = shipped_cues()
    units = cues.units(tokens_of(text, printed_markers(text)))
    ahead, behind = neighbour(cues, before), neighbour(cues, after)
    return features_of(units, before=ahead, after=behind, heading=heading)


def example(item: Item) -> Example:
    """The example of an annotated statement."""
    return Example(
        whole(item.text, item.prev, item.next, item.section),
        [str(one) for one in TYPES].index(item.type),
        SURE.get(item.conf or 3, 1.0),
        item.citing.lower(),
    )


def labelled_examples(store: Path) -> list[Example]:
    """The statements of the label file that the store holds."""
    connection = open_sqlite(store, read_only=True)
    made = []
    for line in LABEL_FILE.read_text("utf-8").splitlines():
        label = json.loads(line)
        row = connection.execute(
            "SELECT text, before, after, heading FROM statements WHERE id = ?",
            (label["statement"],),
        ).fetchone()
        if row is not None:
            made.append(
                Example(
                    whole(row["text"], row["before"], row["after"], row["heading"]),
                    [str(one) for one in TYPES].index(label["type"]), SURE[2], label["doi"],
                )
            )  # fmt: skip
    connection.close()
    return made


def matrix(rows: Sequence[Features], places: Mapping[str, int]) -> csr_matrix:
    """(n, len(places)) sparse values."""
    number, column, value = [], [], []
    for at, row in enumerate(rows):
        for name, one in row.items():
            place = places.get(name)
            if place is not None:
                number.append(at)
                column.append(place)
                value.append(one)
    return csr_matrix((value, (number, column)), shape=(len(rows), len(places)))


def fit(examples: Sequence[Example], temperature: float = 1.0) -> dict[str, Any]:
    """The model as an object in the form of its file."""
    counts = Counter(name for one in examples for name in one.features)
    places = {name: at for at, name in enumerate(sorted(n for n in counts if counts[n] >= RAREST))}
    fitted = LogisticRegression(C=STRENGTH, max_iter=1000, class_weight="balanced").fit(
        matrix([one.features for one in examples], places),
        [one.label for one in examples],
        sample_weight=[one.weight for one in examples],
    )
    weights = np.round(fitted.coef_.T, 4)
    return {
        "weights": {name: weights[at].tolist() for name, at in places.items() if weights[at].any()},
        "bias": np.round(fitted.intercept_, 4).tolist(),
        "temperature": temperature,
    }


def folds_of(papers: Sequence[str]) -> dict[str, int]:
    """Citing paper → fold; those of the fold file stay, others go by their digest."""
    held: dict[str, int] = json.loads(FOLD_FILE.read_text("utf-8")) if FOLD_FILE.exists() else {}
    for paper in sorted(set(papers)):
        held.setdefault(paper, int(hashlib.sha256(paper.encode()).hexdigest(), 16) % FOLDS)
    FOLD_FILE.write_text(json.dumps(held, indent=0, sort_keys=True) + "\n", "utf-8")
    return held


def chances(model: TypeModel, items: Sequence[Item]) -> NDArray[np.float64]:
    """(n, 3) probabilities of statements, each by the most marked of its views."""
    return np.array(
        [
            predict_text(
                one.text, before=one.prev, after=one.next, heading=one.section, model=model
            )
            for one in items
        ]
    )


def temperature_of(sums: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The temperature with the least log loss (Guo et al. 2017), each class weighing as in dev."""
    mix = np.array([0.18, 0.31, 0.51])
    weight = (mix / np.bincount(labels, minlength=len(mix)))[labels]

    def loss(temperature: float) -> float:
        right = softmax(sums / temperature)[np.arange(len(labels)), labels]
        return float(-(weight * np.log(right)).sum())

    return round(float(minimize_scalar(loss, bounds=(0.3, 3.0), method="bounded").x), 4)


def train(folder: Path, store: Path | None, *, write: bool) -> None:
    """Fit, print the figures, and write the model with its card."""
    items, dev = read_items(folder / "train.jsonl"), read_items(folder / "dev.jsonl")
    examples = [example(item) for item in items]
    more = labelled_examples(store) if store else []
    folds = folds_of([one.citing for one in examples + more])
    out = np.zeros((len(items), len(TYPES)))
    for fold in range(FOLDS):
        kept = [one for one in examples + more if folds[one.citing] != fold]
        model = make_model(fit(kept), "fold")
        left = [at for at, one in enumerate(examples) if folds[one.citing] == fold]
        out[left] = chances(model, [items[at] for at in left])
    labels = np.array([one.label for one in examples])
    # Labels that their annotator was sure of come nearest to those that two readings agree on.
    certain = np.array([item.conf == max(SURE) for item in items])
    temperature = temperature_of(np.log(out[certain]), labels[certain])
    print(f"temperature {temperature}, {len(examples)} + {len(more)} examples")  # noqa: T201 - figures of the script
    raw = fit(examples + more, temperature)
    shown = {}
    for name, part, probabilities in (
        ("out of fold", items, softmax(np.log(out) / temperature)),
        ("dev", dev, chances(make_model(raw, "all"), dev)),
    ):
        pairs = zip(part, probabilities, strict=True)
        found = figures_of([Judged(item, chance) for item, chance in pairs])
        shown[name] = {key: round(value, 4) for key, value in found.as_json_object().items()}
        print(f"\n{name}\n{found.as_table()}")  # noqa: T201 - figures of the script
    if write:
        card = json.loads((HERE / "train_citation_types_card.json").read_text("utf-8"))
        content = json.dumps(
            {"card": card | {"figures": shown}} | raw, ensure_ascii=False, indent=0
        )
        (FOLDER / MODEL_FILE).write_text(content + "\n", "utf-8")
        digest = hashlib.sha256((FOLDER / MODEL_FILE).read_bytes()).hexdigest()
        (FOLDER / HASH_FILE).write_text(f"{digest}  {MODEL_FILE}\n", "ascii")


def scicite(folder: Path) -> None:
    """Refit the same features for the labels of SciCite, and print macro F1 on its dev part."""
    parts = {}
    for name in ("train", "dev"):
        lines = (folder / f"{name}.jsonl").read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        features = [whole(r["string"], None, None, None) for r in rows]
        parts[name] = (features, [r["label"] for r in rows])
    counts = Counter(name for row in parts["train"][0] for name in row)
    places = {name: at for at, name in enumerate(sorted(n for n in counts if counts[n] >= RAREST))}
    fitted = LogisticRegression(C=SCICITE_STRENGTH, max_iter=1000).fit(
        matrix(parts["train"][0], places), parts["train"][1]
    )
    given = fitted.predict(matrix(parts["dev"][0], places))
    wanted = np.array(parts["dev"][1])
    scores = []
    for label in fitted.classes_:
        right = int(((given == label) & (wanted == label)).sum())
        scores.append(2 * right / int((given == label).sum() + (wanted == label).sum()))
        print(f"{label} F1 {scores[-1]:.4f}")  # noqa: T201 - figures of the script
    print(f"scicite dev macro F1 {np.mean(scores):.4f}")  # noqa: T201 - figures of the script


def main() -> None:
    """Read the arguments and train."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", help="holds train.jsonl and dev.jsonl")
    parser.add_argument("--store", type=Path, help="store.sqlite of an index over the articles")
    parser.add_argument("--scicite", type=Path, help="folder of SciCite: fit its labels instead")
    parser.add_argument("--dry", action="store_true", help="print the figures, write no model")
    arguments = parser.parse_args()
    if arguments.scicite:
        scicite(arguments.scicite)
    elif arguments.folder:
        train(arguments.folder, arguments.store, write=not arguments.dry)
    else:
        parser.error("give a folder, or --scicite")


if __name__ == "__main__":
    main()
