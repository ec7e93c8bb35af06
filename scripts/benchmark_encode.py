"""Encoding beside the peers: statements a second, one question, cosine to fp32, share of the peak.

    scripts/benchmark encode INDEX QUESTIONS [--statements 600] [--rounds 5]

Statements are drawn from INDEX, questions from QUESTIONS, JSON lines. semsearch gives sentence and
token vectors, coded and written as in a build; the peers give sentence vectors alone. The peaks are
the best that products of matrices reach in a library, by precision, in the same run.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import orjson
from benchmarks.data import read_questions
from benchmarks.result import Row, conclude, parser_of, run, started
from benchmarks.roofline import MEASURED, flops_of_token
from benchmarks.rounds import Contestant, compete
from tokenizers import Tokenizer

from semsearch.encode.acceptance import overlap
from semsearch.encode.recipe import plain_text
from semsearch.encode.sources import default_folder
from semsearch.index.layout import Layout
from semsearch.retrieve.generation import ids_of, open_generation
from semsearch.settings import Backend
from semsearch.store.database import Database
from semsearch.store.reading import statements

COLUMNS = ("statements_s", "median_statements_s", "question_p50_ms", "question_min_ms",
           "cosine_mean", "cosine_min", "top10", "gflops", "peak_mb")  # fmt: skip
REFERENCE = "sentence-transformers fp32, batches of 32"


def main() -> None:
    """Print a table: many statements, single questions, peaks."""
    parser = parser_of(__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--statements", type=int, default=600)
    parser.add_argument("--singles", type=int, default=60, help="questions encoded one by one")
    parser.add_argument(
        "--back-ends",
        nargs="*",
        choices=list(Backend),
        default=[one for one in Backend if one is not Backend.AUTO],
        help="of semsearch, beside the one that it chooses",
    )
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.back_ends = []
        arguments.statements, arguments.singles, arguments.rounds = 12, 4, 1
    machine = started()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(arguments, Path(folder))
    conclude("encode", rows, machine, arguments, columns=COLUMNS)


def measure(arguments: argparse.Namespace, folder: Path) -> list[Row]:
    """The rows of all three parts."""
    texts = sample(arguments.index, arguments.statements)
    questions = read_questions(arguments.questions, arguments.singles)
    tokens = mean_tokens(texts)
    flops = flops_of_token(default_folder(), tokens) * tokens
    told: dict[str, int | float | str] = {"tokens": round(tokens, 1)}
    many = compete(
        contestants(folder, texts, questions, arguments.back_ends),
        rounds=arguments.rounds,
        parameters={"task": "statements", "statements": len(texts), "questions": len(questions)}
        | told,
    )
    for row in many:
        if row.left_out is None:
            row.figures["statements_s"] = len(texts) / row.figures["round_min_s"]
            row.figures["median_statements_s"] = len(texts) / row.figures["round_median_s"]
            row.figures["gflops"] = row.figures["statements_s"] * flops / 1e9
    compare(folder, many)
    peaks = compete(
        [
            Contestant(
                name=f"product of matrices, {precision}, {library}",
                factory="benchmarks.roofline:Gemm",
                options={"library": library, "precision": precision},
            )
            for library, precision in MEASURED
        ],
        rounds=arguments.rounds,
        parameters={"task": "peak", "flops_of_statement": flops},
    )
    return [*many, *peaks]


def contestants(
    folder: Path, texts: list[str], questions: list[str], back_ends: list[str]
) -> list[Contestant]:
    """All encoders with their texts."""
    given = {"texts": str(folder / "texts.json"), "questions": str(folder / "questions.json")}
    Path(given["texts"]).write_bytes(orjson.dumps(texts))
    Path(given["questions"]).write_bytes(orjson.dumps(questions))

    def one(name: str, contender: str, *, peer: bool = False, **more: str) -> Contestant:
        return Contestant(
            name=name,
            factory=f"benchmarks.encoders:{contender}",
            options=given | {"out": str(vectors_of(folder, name))} | more,
            peer=peer,
        )

    model = str(default_folder())
    st = "SentenceTransformers"
    return [
        one(REFERENCE, st, model=model),
        *(
            [one("sentence-transformers bf16", st, model=model, dtype="bfloat16")]
            if back_ends
            else []
        ),
        one("txtai", "TxtaiEncoding", peer=True, model=model),
        one("semsearch", "Own"),
        *(one(f"semsearch {name}", "Own", back_end=name) for name in back_ends),
    ]


def compare(folder: Path, rows: list[Row]) -> None:
    """Add how near the vectors of each are to those of the reference."""
    reference = np.load(vectors_of(folder, REFERENCE))
    for row in rows:
        if row.left_out is None:
            found = np.load(vectors_of(folder, row.contender))
            cosines = (found * reference).sum(axis=1) / np.linalg.norm(found, axis=1)
            row.figures["cosine_mean"] = float(cosines.mean())
            row.figures["cosine_min"] = float(cosines.min())
            row.figures["top10"] = overlap(reference, found)


def vectors_of(folder: Path, name: str) -> Path:
    """Where a contender writes its vectors."""
    return folder / f"{''.join(c for c in name if c.isalnum())}.npy"


def sample(index: Path, most: int) -> list[str]:
    """Texts of some statements as they are encoded, the same for the same index."""
    generation = open_generation(index)
    dense = generation.statements.dense
    random = np.random.default_rng(0)
    rows = np.sort(random.choice(len(dense), min(most, len(dense)), replace=False))
    store = Database(Layout(index).store_of(generation.manifest.generation), read_only=True)
    found = statements(store, ids_of(dense, rows)).values()
    store.close()
    return list(dict.fromkeys(plain_text(one.text, one.markers) for one in found))


def mean_tokens(texts: list[str]) -> float:
    """Tokens of a text with the default model, special tokens included."""
    tokenizer = Tokenizer.from_file(str(default_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    return float(np.mean([len(one.ids) for one in tokenizer.encode_batch(texts)]))


if __name__ == "__main__":
    run(main)
