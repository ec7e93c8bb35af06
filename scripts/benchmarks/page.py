"""docs/performance.md and its plots, out of the results of the benchmarks."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.goals import GOALS, Results, peaks, rows_of, statement_flops
from benchmarks.plots import line_plot
from benchmarks.result import Result, Row, shown
from semsearch.retrieve.candidates import DEPTH

#: Benchmark → heading, what it does, the figures of its table.
_PARTS = {
    "encode": (
        "Encoding",
        "Many statements in one call, then questions one by one. semsearch gives sentence and token"
        " vectors, coded and written as in a build; the others sentence vectors alone.",
        ("statements_s", "median_statements_s", "question_p50_ms", "question_min_ms",
         "cosine_mean", "cosine_min", "top10", "gflops", "peak_mb"),
    ),
    "index": (
        "Indexes",
        "The ten nearest of one vector at a time; recall against exact comparison of all. The"
        f" lexical rows give the best {DEPTH:,} for the words of a question.",
        ("p50_ms", "p99_ms", "min_ms", "recall_at_10", "estimated_recall", "bytes_per_vector",
         "build_s", "disk_mb", "own_mb"),
    ),
    "query": (
        "Queries",
        "The question is encoded, found under a filter that leaves about a tenth, and 20 hits are"
        " rendered as JSON. semsearch also searches by word, ranks by late interaction and reads"
        " statements for the verdict. txtai filters a list of candidates, so that it gives fewer"
        " hits; the memory of what Milvus Lite runs beside its process is not in the table.",
        ("p50_ms", "p99_ms", "min_ms", "hits", "answer_bytes", "peak_mb", "own_mb", "mapped_mb"),
    ),
    "scale": (
        "Cost against size",
        "The same over indexes of other sizes.",
        ("p50_ms", "p99_ms", "min_ms", "hits", "own_mb", "mapped_mb", "dense_mb", "tokens_mb",
         "lexical_mb", "columns_mb", "store_mb"),
    ),
    "http": (
        "Server",
        "Clients on the same machine ask one question after the other, of both servers in turns.",
        ("requests_s", "median_requests_s", "p50_ms", "p99_ms", "failed", "answer_bytes",
         "peak_mb"),
    ),
    "start": (
        "First answer of a process",
        "Each call is a new process.",
        ("p50_ms", "min_ms"),
    ),
    "build": (
        "Builds",
        "Articles to a ready index, in a new process; then the texts of that index encoded as one"
        " list. One paper is added to an index until a search finds it, and removed.",
        ("round_min_s", "round_median_s", "texts", "over_encoding", "min_ms", "p50_ms", "peak_mb"),
    ),
}  # fmt: skip
BENCHMARKS = tuple(_PARTS)
_HEAD = """# Performance

Made by `scripts/benchmark report`; do not edit. Each table comes from one run, in which contenders
took turns; what each ran on stands above it. Figures of different runs are not to be compared, and
other work on a machine makes all of them worse: `min_ms` and `statements_s` are of the best call or
round, `p50_ms`, `p99_ms` and `median_…` of all.

Indexes above the size of the real corpus hold the real papers again and again under new ids. Their
vectors are real vector + Gaussian noise of standard deviation .03 in each dimension, renormalised
(cosine to the real one about .86), their words, columns and token codes those of the real paper.
So hits of several copies say the same and are folded, which costs a query more than other papers
would; and noise has no clusters, which costs an inverted index recall.
"""
_UNITS = """`own_mb` is memory of the process without mapped files, `mapped_mb` pages of mapped
files, which the system may take back, both above what the bare process has; 10⁶ bytes.
`bytes_per_vector` is what a dense search goes through."""


def page(results: Results) -> str:
    """The whole of docs/performance.md."""
    lines = [_HEAD, "## Goals", "", *_goals(results), ""]
    lines += _roofline(results)
    plotted = plots(results)
    lines += ["## Plots", ""] if plotted else []
    for name, (title, _) in plotted.items():
        lines += [f"![{title}](performance/{name}.svg)", ""]
    for name, (heading, says, columns) in _PARTS.items():
        if name in results:
            lines += [f"## {heading}", "", says, "", *_about(results[name]), ""]
            lines += [*_table(results[name].rows, columns), ""]
    lines += [_UNITS, ""]
    return "\n".join(lines)


def plots(results: Results) -> dict[str, tuple[str, str]]:
    """Title and SVG of each plot, by the name of its file."""
    found: dict[str, tuple[str, str]] = {}
    for name, title, up, benchmark, size, figures in (
        ("query", "Time of an answer against size", "ms", "scale", "statements",
         ("p50_ms", "p99_ms")),
        ("memory", "Memory of the process against size", "10⁶ bytes", "scale", "statements",
         ("own_mb",)),
        ("nearest", "Time of the nearest ten against size", "ms", "index", "vectors",
         ("p50_ms",)),
        ("building", "Time to build a dense index against size", "s", "index", "vectors",
         ("build_s",)),
    ):  # fmt: skip
        series: dict[str, list[tuple[float, float]]] = {}
        for row in rows_of(results, benchmark):
            for figure in figures:
                if size in row.parameters and row.figures.get(figure, 0) > 0:
                    line = f"{row.contender}{f', {figure[:3]}' if len(figures) > 1 else ''}"
                    point = (float(row.parameters[size]), row.figures[figure])
                    series.setdefault(line, []).append(point)
        if any(len(line) > 1 for line in series.values()):
            found[name] = (title, line_plot(title, size, up, series))
    return found


def _goals(results: Results) -> list[str]:
    lines = [
        "| measure | reach; aim for | anchor | reached | limit | what stands between |",
        "|---|---|---|---|---|---|",
    ]
    for goal in GOALS:
        outcome = goal.outcome(results)
        cells = (goal.measure, goal.wanted, outcome.anchor, outcome.reached, outcome.limit,
                 outcome.between)  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _roofline(results: Results) -> list[str]:
    flops, found = statement_flops(results), peaks(results)
    if not flops or not found:
        return []
    lines = [
        "## Roofline",
        "",
        f"A statement of mean length takes {flops / 1e6:,.0f} million floating-point operations"
        " (from the configuration of the model: four projections and two feed-forward layers a"
        " layer, and attention over the tokens). The peak is the best product of matrices that a"
        " library here reached: 1,024 tokens by the feed-forward layers of the model, or 2,048³.",
        "",
        "| precision | peak, 10⁹/s | library | statements/s at the peak |",
        "|---|---|---|---|",
    ]
    for precision, (gflops, library) in found.items():
        lines.append(f"| {precision} | {gflops:,.0f} | {library} | {gflops * 1e9 / flops:,.0f} |")
    names = list(found)
    lines += [
        "",
        f"| encoder | 10⁹/s | {' | '.join(f'share of {one}' for one in names)} |",
        f"|---|---|{'---|' * len(names)}",
    ]
    for row in rows_of(results, "encode", task="statements"):
        shares = [f"{row.figures['gflops'] / found[one][0]:.1%}" for one in names]
        lines.append(f"| {row.contender} | {row.figures['gflops']:,.1f} | {' | '.join(shares)} |")
    return [*lines, ""]


def _about(result: Result) -> list[str]:
    machine = result.machine
    versions = dict(machine.versions)
    for row in result.rows:
        versions |= row.versions
    load = " / ".join(f"{one:.1f}" for one in machine.load)
    told = ", ".join(f"{name} {number}" for name, number in sorted(versions.items()))
    quick = " **Quick run on tiny data: the figures say nothing.**" if result.quick else ""
    return [
        f"`{result.command}`, {result.created[:10]}.{quick} {machine.processor}"
        f" ({', '.join(machine.features)}), {machine.cores} cores,"
        f" {machine.memory / 2**30:.0f} GiB; load before it {load};"
        f" Python {machine.python}; {told}."
    ]


def _table(rows: Sequence[Row], columns: Sequence[str]) -> list[str]:
    used = [c for c in columns if any(c in row.figures for row in rows)]
    lines = [
        f"| contender | of | {' | '.join(used)} |",
        f"|---|---|{'---|' * len(used)}",
    ]
    for row in rows:
        told = row.described()
        cells = [shown(row.figures.get(column)) for column in used]
        if row.left_out is not None:
            cells = [f"left out: {row.left_out}", *[""] * (len(used) - 1)]
        lines.append(f"| {row.contender} | {told} | {' | '.join(cells)} |")
    return lines
