"""From the start of a process to its first answer: ``semsearch ask`` beside what most would write.

    scripts/benchmark start [DEMO_INDEX] [--rounds 5]

Each call is a new process. The files it reads are in the memory of the system after the round that
warms up.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.result import conclude, parser_of, run, started
from benchmarks.rounds import ROOT, Contestant, compete

from semsearch.encode.sources import default_folder

COLUMNS = ("p50_ms", "min_ms", "calls")
QUESTION = "does EMT induce IL-6"
_FLAT = (
    "import faiss, sys; from sentence_transformers import SentenceTransformer;"
    "print(SentenceTransformer(sys.argv[1]).encode([sys.argv[2]]).shape)"
)


def main() -> None:
    """Print a table of both."""
    parser = parser_of(__doc__, index=False)
    parser.add_argument("index", type=Path, nargs="?", default=ROOT / "index" / "demo")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.rounds = 1
    machine = started()
    index = str(arguments.index.absolute())
    commands = {
        "semsearch ask": [sys.executable, "-m", "semsearch", "ask", QUESTION, "--index", index],
        "semsearch --help": [sys.executable, "-m", "semsearch", "--help"],
        "python -c pass": [sys.executable, "-c", "pass"],
        "sentence-transformers + faiss, one vector": [
            sys.executable, "-c", _FLAT, str(default_folder()), QUESTION,
        ],
    }  # fmt: skip
    rows = compete(
        [
            Contestant(
                name=name, factory="benchmarks.processes:Command", options={"command": command}
            )
            for name, command in commands.items()
        ],
        rounds=arguments.rounds,
        parameters={"index": arguments.index.name},
    )
    conclude("start", rows, machine, arguments, columns=COLUMNS)


if __name__ == "__main__":
    run(main)
