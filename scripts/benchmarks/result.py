"""What a benchmark found: rows of figures, as JSON for the page and as a table for people."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import orjson
from pydantic import TypeAdapter, ValidationError

from benchmarks.machine import Machine, this_machine
from semsearch.errors import SemsearchError


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One contender under some parameters.

    ``figures``: by name, the unit at its end. ``notes``: what it says of itself. ``left_out``: why
    there are no figures.
    """

    contender: str
    parameters: dict[str, int | float | str]
    figures: dict[str, float] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    left_out: str | None = None

    def described(self) -> str:
        """Its parameters and notes in one line."""
        said = {
            name: f"{value:,}" if isinstance(value, int | float) else value
            for name, value in self.parameters.items()
        }
        return ", ".join(f"{name} {value}" for name, value in (said | self.notes).items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One run of a benchmark. ``quick``: on tiny data, whose figures say nothing."""

    benchmark: str
    command: str
    created: str  # UTC, ISO 8601
    quick: bool
    machine: Machine
    rows: tuple[Row, ...]


_RESULT = TypeAdapter(Result)


def run(main: Callable[[], None]) -> None:
    """Run a benchmark; what it was given wrongly is said in one sentence."""
    try:
        main()
    except SemsearchError as error:
        sys.exit(f"{Path(sys.argv[0]).name}: {error}")


def parser_of(description: str | None, *, index: bool = True) -> argparse.ArgumentParser:
    """A parser with the arguments that all benchmarks have."""
    lines = (description or "").splitlines()
    parser = (
        argparse.ArgumentParser(
            description=description, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        if lines
        else argparse.ArgumentParser()
    )
    if index:
        parser.add_argument("index", type=Path, help="an index of real articles; only read")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--rounds", type=int, default=5, help="that are counted")
    parser.add_argument("--quick", action="store_true", help="tiny data: shows only that it runs")
    parser.add_argument(
        "--work",
        type=Path,
        default=Path("index/benchmarks"),
        help="folder of what is made for the benchmark and kept: scaled indexes, those of peers",
    )
    return parser


def conclude(
    benchmark: str,
    rows: Sequence[Row],
    machine: Machine,
    arguments: argparse.Namespace,
    *,
    columns: Sequence[str],
) -> Result:
    """Print a table, and write the JSON where it was asked for.

    Args:
        benchmark: its name.
        rows: that were found.
        machine: as it was at the start.
        arguments: of the command line.
        columns: figures that the table shows.
    """
    result = Result(
        benchmark=benchmark,
        command=shlex.join(["scripts/benchmark", benchmark, *(named(one) for one in sys.argv[1:])]),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        quick=arguments.quick,
        machine=machine,
        rows=tuple(rows),
    )
    sys.stdout.write("\n".join([*about(result), "", *table(result.rows, columns), ""]))
    sys.stdout.flush()
    if arguments.json is not None:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2) + b"\n")
    return result


def read_result(path: Path) -> Result:
    """A result that ``conclude`` wrote.

    Raises:
        ValueError: the file is none, with the field that is wrong.
    """
    try:
        return _RESULT.validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{path}: field {place!r}: {first['msg']}") from error


def about(result: Result) -> list[str]:
    """What was run, on what."""
    machine = result.machine
    load = ", ".join(f"{one:.1f}" for one in machine.load)
    versions: dict[str, str] = dict(machine.versions)
    for row in result.rows:
        versions |= row.versions
    return [
        f"{result.command}   ({result.created}{', quick' if result.quick else ''})",
        f"{machine.processor}: {', '.join(machine.features)}",
        f"{machine.cores} cores, {machine.memory / 2**30:.0f} GiB, load {load} before it,"
        f" {machine.system}, Python {machine.python}",
        ", ".join(f"{name} {number}" for name, number in sorted(versions.items())),
    ]


def table(rows: Sequence[Row], columns: Sequence[str]) -> list[str]:
    """Lines of a table: contender, parameters, the figures of the columns."""
    cells = [["contender", "of", *columns]]
    for row in rows:
        told = row.described()
        if row.left_out is not None:
            cells.append([row.contender, told, f"left out: {row.left_out}"])
        else:
            cells.append([row.contender, told, *(shown(row.figures.get(c)) for c in columns)])
    whole = [row for row in cells if len(row) == len(columns) + 2]
    widths = [max(len(row[place]) for row in whole) for place in range(len(columns) + 2)]
    widths[:2] = [max(len(row[place]) for row in cells) for place in range(2)]
    return [
        "  ".join(
            cell.ljust(width) if place < 2 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=False))
        ).rstrip()
        for row in cells
    ]


def named(argument: str) -> str:
    """An argument without where folders lie on this machine."""
    return Path(argument).name if argument.startswith(("/", "~", "../")) else argument


def started() -> Machine:
    """The machine before the benchmark loads it."""
    return this_machine()


def shown(value: float | None) -> str:
    """A figure in few characters."""
    if value is None:
        return "-"
    if value and abs(value) < 10:
        return f"{value:.3f}"
    return f"{value:,.1f}" if abs(value) < 1000 else f"{value:,.0f}"
