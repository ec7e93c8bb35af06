"""Fits the weights of the features that rank abstracts, and writes them with their card.

    python scripts/train_abstract_ranking.py INDEX PUBMEDQA WORK [--write]

INDEX is over full texts, PUBMEDQA the file of labelled questions; WORK keeps the index of what is
searched here, so that a second run encodes nothing. No annotation is needed: each query was written
about one abstract, which is to be found among all of them.

- question: that of a study, sought in its own abstract without the conclusion (PubMedQA);
- conclusion: the first sentence of the conclusion, sought in the same (PubMedQA);
- last sentence: that of an abstract of INDEX, sought in the rest of it (inverse cloze task, Lee et
  al. 2019);
- citing: a citation statement with at most three citations, sought in the abstract of the cited
  work, where INDEX holds it.

The weights maximise the likelihood of the right abstract among the candidates (listwise, Cao et al.
2007, ListNet); none is below 0. The figures in the card are out of fold by abstract: the fold of an
abstract is the SHA-256 of its id modulo 5.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray
from scipy.optimize import minimize

from semsearch.cli.build import make_builder
from semsearch.evaluate.measures import Gain, ndcg
from semsearch.evaluate.scifact import documents
from semsearch.language.scripts import normal_form
from semsearch.language.sentences import split_sentences
from semsearch.rank.abstracts import FEATURES, rank_abstracts, ready, scaled_features
from semsearch.retrieve.generation import ids_of
from semsearch.search import Searcher

DECAY = 1e-3  # of squared weights
FOLDS = 5
MOST_CITATIONS = 3
CANDIDATES = 100  # of each retriever: among more wrong ones the right one says more
LAST_SENTENCE = (60, 350)  # characters; shorter ones say little, longer ones are ill-split
LEAST_SENTENCES = 5  # of an abstract that can spare one
MODEL = Path(__file__).parent.parent / "semsearch" / "rank" / "data" / "abstracts.json"


@dataclass(frozen=True, slots=True)
class Query:
    """A text, and the id of the abstract that it is about."""

    kind: str
    text: str
    about: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """The candidates of a query: (m, f) scaled features, their ids, the place of the right one."""

    query: Query
    features: NDArray[np.float64]
    ids: tuple[str, ...]
    right: int | None


def main() -> None:
    """Fit, print the figures, and write the weights when asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("pubmedqa", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--write", action="store_true", help=f"write {MODEL.name}")
    arguments = parser.parse_args()
    abstracts: dict[str, tuple[str, str]] = {}
    queries = [
        *of_studies(arguments.pubmedqa, abstracts),
        *of_articles(arguments.index, abstracts),
    ]
    ranked, digest = rank_all(arguments.work, abstracts, queries)
    kinds = sorted({one.query.kind for one in ranked})
    values: dict[str, list[float]] = {kind: [] for kind in kinds}
    for fold in range(FOLDS):
        weights = fit([one for one in ranked if fold_of(one.query.about) != fold])
        for one in ranked:
            if fold_of(one.query.about) == fold:
                values[one.query.kind].append(value(one, weights))
    figures = {kind: round(float(np.mean(values[kind])), 4) for kind in kinds}
    weights = fit(ranked)
    counts = {kind: len(values[kind]) for kind in kinds}
    card = {
        "what": "weights of the features that rank abstracts, each scaled to 0-1 over the"
        " candidates; their sum is 1",
        "data": "labelled questions of PubMedQA (MIT) and abstracts and citation statements of"
        " open-access articles (CC BY, CC0); see scripts/train_abstract_ranking.py",
        "queries": counts,
        "ndcg@10_out_of_fold": figures,
        "encoder": digest,
        "known failures": "most queries share words with their abstract, as claims and questions"
        " of others need not",
    }
    shares = np.round(weights / weights.sum(), 3)
    model = {
        "card": card,
        "weights": {name: float(w) for name, w in zip(FEATURES, shares, strict=True)},
    }
    text = orjson.dumps(model, option=orjson.OPT_INDENT_2).decode()
    sys.stdout.write(f"{text}\n")
    if arguments.write:
        MODEL.write_text(text + "\n", "utf-8")


def of_studies(file: Path, abstracts: dict[str, tuple[str, str]]) -> Iterator[Query]:
    """Questions and conclusions of PubMedQA; adds the other parts of the abstracts."""
    for name, item in orjson.loads(file.read_bytes()).items():
        identity = f"study-{name}"
        abstracts[identity] = ("", " ".join(item["CONTEXTS"]))
        yield Query("question", item["QUESTION"], identity)
        conclusion = item["LONG_ANSWER"]
        start, end = next(iter(split_sentences(conclusion)))
        yield Query("conclusion", conclusion[start:end], identity)


def of_articles(index: Path, abstracts: dict[str, tuple[str, str]]) -> Iterator[Query]:
    """Last sentences of abstracts and statements that cite them; adds what is left of them."""
    least, most = LAST_SENTENCE
    store = Searcher(index).store
    held: dict[str, str] = {}
    for identity, title, parts in store.read(
        "SELECT id, title, abstract FROM papers WHERE abstract != '[]' ORDER BY id"
    ):
        text = normal_form(" ".join(part["text"] for part in orjson.loads(parts)))
        spans = list(split_sentences(text))
        start, end = spans[-1] if spans else (0, 0)
        if title and len(spans) >= LEAST_SENTENCES and least < end - start < most:
            held[identity] = f"article-{len(held)}"
            abstracts[held[identity]] = (title, text[:start])
            yield Query("last sentence", text[start:end], held[identity])
    for text, target in store.read(
        "SELECT s.text, min(c.target) FROM statements s JOIN citations c ON c.statement = s.id"
        " GROUP BY s.id HAVING count(*) <= ? AND min(c.target) IN"
        " (SELECT id FROM papers WHERE abstract != '[]') ORDER BY s.id",
        (MOST_CITATIONS,),
    ):
        if target in held:
            yield Query("citing", text, held[target])


def rank_all(
    work: Path, abstracts: dict[str, tuple[str, str]], queries: list[Query]
) -> tuple[list[Ranked], str]:
    """The candidates of each query from an index of the abstracts, and the encoder's digest."""
    work.mkdir(parents=True, exist_ok=True)
    lines = [
        orjson.dumps({"_id": identity, "title": title, "text": text}) + b"\n"
        for identity, (title, text) in abstracts.items()
    ]
    (work / "corpus.jsonl").write_bytes(b"".join(lines))
    builder = make_builder(work / "index", None, None)
    builder.build(documents=documents(work))
    searcher = Searcher(work / "index", encoder=builder.encoder)
    generation = searcher.generation
    found: list[Ranked] = []
    for query in queries:
        asked = ready(generation, searcher.encoder, normal_form(query.text))
        ranking = rank_abstracts(generation, asked, CANDIDATES)
        everything = np.ones(len(ranking.first), dtype=np.bool_)
        scaled = scaled_features(ranking.features, everything)
        ids = tuple(
            identity.partition(":")[2]
            for identity in ids_of(generation.abstracts.dense, ranking.candidates.rows)
        )
        right = ids.index(query.about) if query.about in ids else None
        features = np.stack([scaled[name] for name in FEATURES], axis=1)
        found.append(Ranked(query, features, ids, right))
    return found, generation.manifest.model_digest


def fit(ranked: list[Ranked]) -> NDArray[np.float64]:
    """(f,) weights, at least 0."""
    lists = [(one.features, one.right) for one in ranked if one.right is not None]

    def loss(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = 0.0, np.zeros_like(theta)
        for features, right in lists:
            scores = features @ theta
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            total -= float(np.log(chances[right] + 1e-12))
            slope += features.T @ chances - features[right]
        count = len(lists)
        return total / count + DECAY * float(theta @ theta), slope / count + 2 * DECAY * theta

    start = np.ones(len(FEATURES))
    bounds = [(0, None)] * len(start)
    result: NDArray[np.float64] = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds
    ).x
    return result


def value(one: Ranked, weights: NDArray[np.float64]) -> float:
    """The nDCG@10 of one query, with one right abstract."""
    order = np.argsort(-(one.features @ weights), kind="stable")
    found = ndcg([one.ids[n] for n in order], {one.query.about: 1}, 10, gain=Gain.LINEAR)
    return float(found or 0.0)


def fold_of(identity: str) -> int:
    """The fold of an abstract."""
    return int(hashlib.sha256(identity.encode()).hexdigest(), 16) % FOLDS


if __name__ == "__main__":
    main()
