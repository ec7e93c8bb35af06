"""Answers to questions beside the peers: hybrid, late interaction, a 10 % filter, verdict, 20 hits.

    scripts/benchmark query INDEX QUESTIONS [--sizes 0 186000] [--each 20] [--rounds 5]

INDEX is one of real articles; a size of 0 is INDEX as it is, others are scaled indexes made of it
(see ``scripts/benchmarks/scaled.py``). Every contender answers the same questions of QUESTIONS,
JSON lines, in turns, another lot in each round, so that no answer can be remembered. semsearch
reads statements for a verdict and scores token vectors; the peers do neither:

- flat: ``SentenceTransformer.encode``, ``faiss.IndexFlatIP`` with a selector, rows from SQLite;
- txtai: hybrid index with content, filter in its SQL (applied to a list of candidates, so that it
  may give fewer hits than asked);
- milvus-lite: dense, filter as expression.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.data import export_corpus, filter_year, read_questions
from benchmarks.own import sizes_of
from benchmarks.result import Row, conclude, parser_of, run, started
from benchmarks.rounds import Contestant, compete
from benchmarks.scaled import real_vectors, scaled_index

from semsearch.encode.sources import default_folder
from semsearch.index.layout import Layout
from semsearch.retrieve.generation import open_generation

LIMIT = 20
COLUMNS = ("p50_ms", "p99_ms", "min_ms", "hits", "peak_mb", "own_mb", "mapped_mb")
PEERS = {"flat": "Flat", "txtai": "Txtai", "milvus-lite": "MilvusLite"}


def main() -> None:
    """Print a table with a row for each contender and size."""
    parser = parser_of(__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[0, 186_000])
    parser.add_argument("--each", type=int, default=20, help="questions of a round")
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    parser.add_argument("--lean-from", type=int, default=5_000_000, help="see the module `scaled`")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.sizes, arguments.each, arguments.rounds = [0], 2, 1
    machine = started()
    rows = [row for size in arguments.sizes for row in of_size(arguments, size)]
    conclude("query", rows, machine, arguments, columns=COLUMNS)


def of_size(arguments: argparse.Namespace, size: int) -> list[Row]:
    """The rows of one size; the index as it is for 0."""
    index = arguments.index
    if size:
        lean = size >= arguments.lean_from
        index = scaled_index(index, arguments.work, size, lean=lean)
    each = arguments.each
    questions = read_questions(arguments.questions, each * (arguments.rounds + 1))
    generation = open_generation(index)
    year, share = filter_year(generation.statements.columns)
    asked = {"questions": questions, "each": each, "limit": LIMIT, "year": year}
    own = Contestant(
        name="semsearch",
        factory="benchmarks.own:Ask",
        options=asked | {"index": str(index.absolute())},
    )
    peers = []
    if arguments.peers:
        given = peer_files(index, arguments.work)
        peers = [
            Contestant(
                name=name,
                factory=f"benchmarks.peers:{PEERS[name]}",
                options=asked | given,
                peer=True,
            )
            for name in arguments.peers
        ]
    parameters: dict[str, int | float | str] = {
        "statements": len(generation.statements.dense),
        "filter": round(share, 3),
        "rounds": arguments.rounds,
    }
    del generation
    rows = compete([own, *peers], rounds=arguments.rounds, parameters=parameters)
    rows[0].figures.update(sizes_of(index))
    return rows


def peer_files(index: Path, work: Path) -> dict[str, str]:
    """What the peers of questions are given: texts, vectors, the model, a folder for their own."""
    generation = open_generation(index)
    folder = (work / f"peers-{generation.manifest.content_digest[:12]}").absolute()
    corpus = export_corpus(
        generation,
        Layout(index).store_of(generation.manifest.generation),
        folder,
        real_vectors(generation, "statements"),
    )
    return corpus.as_options() | {"model": str(default_folder()), "folder": str(folder)}


if __name__ == "__main__":
    run(main)
