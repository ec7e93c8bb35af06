"""Dense and lexical indexes beside the peers: time, recall, memory, time to build.

    scripts/benchmark index INDEX QUESTIONS [--sizes 10000 1000000] [--kinds flat int8 inverted]

The vectors are those of the statements of INDEX; above their number real vector + Gaussian noise,
renormalised (``scripts/benchmarks/copies.py``). Queries are the vectors of QUESTIONS, one at a
time, the ten nearest; recall is against exact comparison of all. Words are the tokens of the
statements of INDEX, as many of the best rows as a query takes.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import numpy as np
from benchmarks.copies import noisy
from benchmarks.data import read_questions
from benchmarks.dense import nearest, repeated
from benchmarks.result import Row, conclude, parser_of, run, started
from benchmarks.rounds import Contestant, compete
from benchmarks.scaled import real_vectors

from semsearch.encode.loading import load_encoder
from semsearch.index.layout import Layout
from semsearch.language.tokens import lexical_tokens
from semsearch.retrieve.candidates import DEPTH
from semsearch.retrieve.generation import open_generation

COLUMNS = ("p50_ms", "p99_ms", "min_ms", "recall_at_10", "bytes_per_vector", "build_s", "disk_mb",
           "own_mb", "peak_mb")  # fmt: skip
KINDS = ("flat", "int8", "inverted")
MOST_OF_PEERS = 1_000_000  # rows above which Milvus Lite takes too long to fill
_ENCODED = 32


def main() -> None:
    """Print a table with a row for each contender and size."""
    parser = parser_of(__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=[], help="beside the default")
    parser.add_argument("--lists", nargs="*", type=int, default=[], help="looked at, inverted")
    parser.add_argument("--each", type=int, default=40, help="queries of a round")
    parser.add_argument("--milvus-up-to", type=int, default=MOST_OF_PEERS)
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.sizes, arguments.each, arguments.rounds = [200], 2, 1
    machine = started()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(arguments, Path(folder))
    conclude("index", rows, machine, arguments, columns=COLUMNS)


def measure(arguments: argparse.Namespace, folder: Path) -> list[Row]:
    """The rows of all sizes, dense, then lexical."""
    generation = open_generation(arguments.index)
    vectors = real_vectors(generation, "statements")
    np.save(folder / "vectors.npy", vectors)
    asked = read_questions(arguments.questions, arguments.each * (arguments.rounds + 1))
    encoder = load_encoder(generation.manifest.model)
    queries = np.vstack(
        [encoder.encode(asked[n : n + _ENCODED]) for n in range(0, len(asked), _ENCODED)]
    )
    del encoder
    np.save(folder / "queries.npy", queries)
    rows: list[Row] = []
    for size in arguments.sizes:
        truth = nearest(noisy(vectors, repeated(len(vectors), size)), queries)
        np.save(folder / "truth.npy", truth)
        rows += compete(
            dense_contestants(arguments, folder, size),
            rounds=arguments.rounds,
            parameters={"task": "dense", "vectors": size},
            ready_in_turn=True,
        )
        shutil.rmtree(folder / "made", ignore_errors=True)
    layout = Layout(arguments.index)
    given = {
        "tokens": str(layout.generation(layout.published()).lexical("statements").absolute()),
        "queries": [lexical_tokens(one) for one in asked],
        "each": arguments.each,
        "limit": DEPTH,
    }
    rows += compete(
        [
            Contestant(name="semsearch", factory="benchmarks.words:Own", options=given),
            Contestant(name="tantivy", factory="benchmarks.words:Tantivy", options=given),
            Contestant(name="bm25s", factory="benchmarks.words:Bm25s", options=given, peer=True),
        ],
        rounds=arguments.rounds,
        parameters={"task": "lexical", "texts": len(vectors)},
    )
    return rows


def dense_contestants(arguments: argparse.Namespace, folder: Path, size: int) -> list[Contestant]:
    """All dense indexes of one size."""

    def one(name: str, contender: str, *, peer: bool = False, **more: str | int) -> Contestant:
        given = {
            "vectors": str(folder / "vectors.npy"),
            "rows": size,
            "queries": str(folder / "queries.npy"),
            "truth": str(folder / "truth.npy"),
            "each": arguments.each,
            "limit": 10,
            "folder": str(folder / "made" / name),
        }
        return Contestant(
            name=name, factory=f"benchmarks.dense:{contender}", options=given | more, peer=peer
        )

    return [
        one("semsearch", "Own"),
        *(one(f"semsearch {kind}", "Own", kind=kind) for kind in arguments.kinds),
        *(
            one(f"semsearch inverted, {lists} lists", "Own", kind="inverted", lists=lists)
            for lists in arguments.lists
        ),
        one("faiss flat", "Faiss"),
        *([one("milvus-lite", "MilvusLite", peer=True)] if size <= arguments.milvus_up_to else []),
    ]


if __name__ == "__main__":
    run(main)
