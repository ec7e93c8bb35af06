"""Writes docs/performance.md and its plots from results of the benchmarks, and can run them all.

    scripts/benchmark report                                      # from what was kept
    scripts/benchmark report --run INDEX QUESTIONS ARTICLES       # runs every benchmark first

Results are the JSON files that ``--json`` writes, kept in docs/performance. ``--largest`` bounds
the scaled indexes: 10⁷ statements need 40 GB of disk in ``--work``, 10⁶ need 6.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from benchmark_index import KINDS
from benchmarks.page import BENCHMARKS, page, plots
from benchmarks.result import Result, read_result
from benchmarks.rounds import ROOT

_SIZES = (10_000, 100_000, 1_000_000, 10_000_000)


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--results", type=Path, default=ROOT / "docs" / "performance")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "performance.md")
    parser.add_argument("--run", type=Path, nargs=3, metavar=("INDEX", "QUESTIONS", "ARTICLES"))
    parser.add_argument("--demo", type=Path, default=ROOT / "index" / "demo")
    parser.add_argument("--work", type=Path, default=ROOT / "index" / "benchmarks")
    parser.add_argument("--largest", type=int, default=1_000_000)
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, default=list(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="tiny data: shows only that it runs")
    arguments = parser.parse_args()
    if arguments.run is not None:
        for name in arguments.only:
            run(arguments, name)
    results = read_results(arguments.results)
    if not results:
        parser.error(f"{arguments.results} holds no results; run the benchmarks with --run")
    arguments.page.write_text(page(results), encoding="utf-8")
    for name, (_, drawn) in plots(results).items():
        (arguments.results / f"{name}.svg").write_text(drawn, encoding="utf-8")


def read_results(folder: Path) -> dict[str, Result]:
    """The results of a folder by the name of the benchmark."""
    return {
        name: read_result(path)
        for name in BENCHMARKS
        if (path := folder / f"{name}.json").is_file()
    }


def run(arguments: argparse.Namespace, name: str) -> None:
    """Run one benchmark, its result to the folder of results."""
    index, questions, articles = map(str, arguments.run)
    sizes = [str(size) for size in _SIZES if size <= arguments.largest]
    given: dict[str, list[str]] = {
        "encode": [index, questions],
        "index": [index, questions, "--sizes", *sizes, "--kinds", *KINDS, "--lists", "32", "512"],
        "query": [index, questions],
        "scale": [index, questions, "--sizes", *sizes],
        "http": [index, questions],
        "start": [str(arguments.demo)],
        "build": [index, articles],
    }
    command = [sys.executable, str(ROOT / "scripts" / f"benchmark_{name}.py"), *given[name]]
    command += ["--json", str(arguments.results / f"{name}.json"), "--work", str(arguments.work)]
    subprocess.run([*command, *(["--quick"] if arguments.quick else [])], check=True)  # noqa: S603 - our own command


if __name__ == "__main__":
    main()
