"""Cost against size: the same answers as in ``query`` over indexes of 10⁴ to 10⁷ statements.

    scripts/benchmark scale INDEX QUESTIONS [--sizes 10000 100000 1000000 10000000]

Indexes are made of INDEX (``scripts/benchmarks/scaled.py``) and kept in ``--work``: 6 kB a
statement, from ``--lean-from`` on 3 kB, without sentences beside statements and printed references.
Of the peers, those that hold vectors in memory take part up to ``--peers-up-to``.
"""

from __future__ import annotations

from pathlib import Path

from benchmark_query import COLUMNS, of_size
from benchmarks.result import Row, conclude, parser_of, run, started

SIZES = [10_000, 100_000, 1_000_000, 10_000_000]


def main() -> None:
    """Print a table with a row for each contender and size."""
    parser = parser_of(__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--each", type=int, default=20, help="questions of a round")
    parser.add_argument("--lean-from", type=int, default=5_000_000)
    parser.add_argument("--peers-up-to", type=int, default=1_000_000)
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.sizes, arguments.each, arguments.rounds = [40], 2, 1
    machine = started()
    rows: list[Row] = []
    for size in arguments.sizes:
        arguments.peers = ["flat"] if size <= arguments.peers_up_to else []
        rows += of_size(arguments, size)
    columns = (
        *COLUMNS,
        "dense_bytes",
        "dense_mb",
        "tokens_mb",
        "lexical_mb",
        "columns_mb",
        "store_mb",
    )
    conclude("scale", rows, machine, arguments, columns=columns)


if __name__ == "__main__":
    run(main)
