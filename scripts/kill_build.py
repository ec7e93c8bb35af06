#!/usr/bin/env python
"""Kills a build at random moments, lets it go on, and compares it with an undisturbed one.

    scripts/kill_build INPUT UNDISTURBED_INDEX NEW_INDEX [--kills 10] [--seed 0] [--seconds 60]

Prints the moments, both content digests, and the largest difference of scores over some questions;
exits with 1 when digests or ids differ, or scores differ by more than 1e-5.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
from pathlib import Path

from semsearch.search import Searcher

QUESTIONS = (
    "does abscisic acid induce stomatal closure",
    "does drought stress reduce grain yield in wheat",
    "is obesity associated with changes in gut microbiota",
    "do reactive oxygen species act as signals in plant defense",
    "EMT induces IL-6",
)
_DEPTH = 50
_TOLERANCE = 1e-5


def main() -> int:
    """Run the comparison; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("input", type=Path)
    parser.add_argument("undisturbed", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=60, help="longest life of a killed build")
    asked = parser.parse_args()
    command = [
        sys.executable,
        "-m",
        "semsearch",
        "build",
        str(asked.input),
        "--index",
        str(asked.index),
    ]
    moments = random.Random(asked.seed)  # noqa: S311 - moments of death, not secrets
    for number in range(asked.kills):
        life = moments.uniform(1, asked.seconds)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
        try:
            code: int | None = process.wait(life)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            code = None
        outcome = "killed" if code is None else f"had ended with {code}"
        sys.stdout.write(f"{number + 1}: {outcome} after {life:.1f} s\n")
        sys.stdout.flush()
    subprocess.run(command, check=True)  # noqa: S603 - our own command
    return compare(asked.undisturbed, asked.index)


def compare(undisturbed: Path, rebuilt: Path) -> int:
    """Compare digests and answers of two indexes; 0 when they agree."""
    honest = Searcher(undisturbed)
    other = Searcher(rebuilt, encoder=honest.encoder)
    digests = [searcher.info().content_digest for searcher in (honest, other)]
    sys.stdout.write("content digests {} and {}\n".format(*digests))
    agree = digests[0] == digests[1]
    largest = 0.0
    for question in QUESTIONS:
        one, two = (s.search(question, limit=_DEPTH).hits for s in (honest, other))
        agree &= [hit.statement.id for hit in one] == [hit.statement.id for hit in two]
        largest = max(largest, *(abs(a.score - b.score) for a, b in zip(one, two, strict=True)))
    sys.stdout.write(f"ids equal: {agree}; largest difference of scores {largest:.2g}\n")
    return 0 if agree and largest <= _TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main())
