"""The figures that were set as goals: anchor, what was reached, the limit, what stands between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.result import Result, Row
from semsearch.retrieve.candidates import DEPTH

Results = Mapping[str, Result]
_NOT = "not measured"
_TOLERANCE = 0.3  # of a size: "1M" is what is within so much of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a goal came to, in words with figures."""

    anchor: str = "–"
    reached: str = _NOT
    limit: str
    between: str


@dataclass(frozen=True, slots=True)
class Goal:
    """A row of the table. ``wanted``: what is to be reached, and what is aimed for."""

    measure: str
    wanted: str
    outcome: Callable[[Results], Outcome]


def rows_of(results: Results, benchmark: str, **parameters: object) -> list[Row]:
    """The rows of a benchmark with some parameters; none where it was not run.

    ``statements`` and ``vectors`` are sizes, which need be near only.
    """
    found = results.get(benchmark)
    return [
        row
        for row in (found.rows if found else ())
        if row.left_out is None
        and all(_fits(row.parameters.get(name), value) for name, value in parameters.items())
    ]


def best_of(rows: list[Row], contender: str, figure: str, *, least: bool = True) -> Row | None:
    """The best row of those contenders whose name starts so."""
    own = [row for row in rows if row.contender.startswith(contender) and figure in row.figures]
    return (min if least else max)(own, key=lambda row: row.figures[figure], default=None)


def peaks(results: Results) -> dict[str, tuple[float, str]]:
    """The best measured product of matrices by precision: 10⁹ operations a second, library."""
    found: dict[str, tuple[float, str]] = {}
    for row in rows_of(results, "encode", task="peak"):
        _, precision, library = row.contender.split(", ")
        if row.figures["gflops"] > found.get(precision, (0.0, ""))[0]:
            found[precision] = (row.figures["gflops"], library)
    return found


def statement_flops(results: Results) -> float | None:
    """Operations of a statement of mean length."""
    rows = rows_of(results, "encode", task="peak")
    return float(rows[0].parameters["flops_of_statement"]) if rows else None


def _encoding(results: Results) -> Outcome:
    rows = rows_of(results, "encode", task="statements")
    anchor = best_of(rows, "sentence-transformers fp32", "statements_s", least=False)
    own = best_of(rows, "semsearch", "statements_s", least=False)
    flops, found = statement_flops(results), peaks(results)
    limit = _NOT
    if flops:
        limit = (
            "; ".join(
                f"{precision} {gflops * 1e9 / flops:,.0f}/s"
                for precision, (gflops, _) in found.items()
            )
            + " at the peak of products of matrices"
        )
    between = (
        "attention, softmax, normalisation and tokenising do no such products; matrices of the"
        " model are small beside those of the peak; token codes are made and written"
    )
    if anchor is None or own is None:
        return Outcome(limit=limit, between=between)
    one, other = anchor.figures["statements_s"], own.figures["statements_s"]
    cosine = own.figures.get("cosine_mean", float("nan"))
    return Outcome(
        anchor=f"{one:,.0f}/s",
        reached=f"{other:,.0f}/s, ×{other / one:.1f} at cosine {cosine:.4f}",
        limit=limit,
        between=between,
    )


def _question(results: Results) -> Outcome:
    rows = rows_of(results, "encode", task="statements")
    name = "question_p50_ms"
    anchor = best_of(rows, "sentence-transformers fp32", name)
    own = best_of(rows, "semsearch", name)
    flops, found = statement_flops(results), peaks(results)
    limit = _NOT
    if flops and found:
        most = max(gflops for gflops, _ in found.values())
        limit = f"below {flops / most / 1e6:.2f} ms: a statement at the highest peak"
    between = "calls of dozens of small operations, each with its threads; tokenising"
    if anchor is None or own is None:
        return Outcome(limit=limit, between=between)
    one, other = anchor.figures[name], own.figures[name]
    return Outcome(
        anchor=f"{one:,.2f} ms",
        reached=f"{other:,.2f} ms, ×{one / other:.1f} ({own.contender})",
        limit=limit,
        between=between,
    )


def _query(statements: int, benchmark: str) -> Callable[[Results], Outcome]:
    def outcome(results: Results) -> Outcome:
        rows = rows_of(results, benchmark, statements=statements)
        own = best_of(rows, "semsearch", "p50_ms")
        others = [
            row for name in ("txtai", "flat") if (row := best_of(rows, name, "p50_ms")) is not None
        ]
        encoded = best_of(
            rows_of(results, "encode", task="statements"), "semsearch", "question_p50_ms"
        )
        floor = _NOT
        if encoded:
            floor = f"{encoded.figures['question_p50_ms']:.2f} ms for the question"
        return Outcome(
            anchor="; ".join(f"{row.contender} {_both(row)}" for row in others) or "–",
            reached=_both(own) + _times(own, others) if own else _NOT,
            limit=f"{floor}, then reading of at most {2 * DEPTH:,} candidates' codes",
            between=(
                "reading of statements for the verdict, features of the ranking, rows of 20 hits"
                " and of the abstracts: `--explain` has the parts"
            ),
        )

    return outcome


def _recall(results: Results) -> Outcome:
    told = []
    for size in (1_000_000, 10_000_000):
        own = best_of(rows_of(results, "index", task="dense", vectors=size), "semsearch", "p50_ms")
        if own:
            told.append(f"{_size(size)}: {own.figures['recall_at_10']:.3f} in {_ms(own)}")
    return Outcome(
        anchor="1, exact",
        reached="; ".join(told) or _NOT,
        limit="1, at the price of all lists",
        between="lists that are not looked at; vectors with noise have no clusters of their own",
    )


def _memory(results: Results) -> Outcome:
    own = best_of(
        rows_of(results, "index", task="dense", vectors=10_000_000), "semsearch", "bytes_per_vector"
    ) or best_of(
        rows_of(results, "index", task="dense", vectors=1_000_000), "semsearch", "bytes_per_vector"
    )
    told = _NOT
    if own:
        told = f"{own.figures['bytes_per_vector']:,.0f} at {own.parameters['vectors']:,} vectors"
    return Outcome(
        anchor="1,536 (fp32)",
        reached=told,
        limit="48, one bit a dimension, with more candidates to compare whole",
        between="four bits for four dimensions, ids and numbers of lists",
    )


def _throughput(results: Results) -> Outcome:
    rows = rows_of(results, "http", task="new")
    own = best_of(rows, "semsearch", "requests_s", least=False)
    anchor = best_of(rows, "txtai", "requests_s", least=False)
    single = best_of(rows_of(results, "query"), "semsearch", "p50_ms")
    cores = results["http"].machine.cores if "http" in results else 1
    limit = (
        f"{cores * 1000 / single.figures['p50_ms']:,.0f}/s: cores over the time of a query"
        if single
        else _NOT
    )
    between = "one interpreter a process, clients on the same cores, JSON of the answer"
    if own is None:
        return Outcome(limit=limit, between=between)
    rate = own.figures["requests_s"]
    told = f"{rate:,.1f}/s"
    if anchor:
        told += f", ×{rate / anchor.figures['requests_s']:.1f}"
    return Outcome(
        anchor=f"txtai {anchor.figures['requests_s']:,.1f}/s" if anchor else "–",
        reached=told,
        limit=limit,
        between=between,
    )


def _cold(results: Results) -> Outcome:
    rows = rows_of(results, "start")
    own, anchor = (
        best_of(rows, name, "p50_ms") for name in ("semsearch ask", "sentence-transformers")
    )
    bare = best_of(rows, "python", "p50_ms")
    return Outcome(
        anchor=_ms(anchor) if anchor else "–",
        reached=_beside(own, anchor) if own and anchor else _NOT,
        limit=f"{bare.figures['p50_ms']:.0f} ms for Python alone" if bare else _NOT,
        between="loading of libraries and of the model",
    )


def _build(results: Results) -> Outcome:
    rows = rows_of(results, "build", task="build")
    own = best_of(rows, "semsearch build", "round_min_s")
    alone = best_of(rows, "semsearch, encoding", "round_min_s")
    return Outcome(
        anchor=f"{alone.figures['round_min_s']:,.1f} s encoding alone" if alone else "–",
        reached=(
            f"{own.figures['round_min_s']:,.1f} s, ×{own.figures['over_encoding']:.2f}"
            if own
            else _NOT
        ),
        limit="×1",
        between="start of the process, reading of articles, words and columns on the same cores",
    )


#: In the order of the table.
GOALS = (
    Goal("statements encoded a second, sentence and token vectors", "×8; ×12", _encoding),
    Goal("one question encoded, p50", "1.8 ms; 1.0 ms", _question),
    Goal(
        "hybrid query with late interaction, 10 % filter, verdict, 20 hits, p50 / p99, real"
        " articles",
        "10 / 25 ms; 4 / 10",
        _query(82_016, "query"),
    ),
    Goal("the same, 186k", "10 / 25 ms; 4 / 10", _query(186_000, "query")),
    Goal("the same, 1M", "15 ms; 6", _query(1_000_000, "scale")),
    Goal("the same, 10M", "40 ms; 15", _query(10_000_000, "scale")),
    Goal("recall@10 of the default index", ".98; .99", _recall),
    Goal("bytes in memory a statement, dense part", "120; 64", _memory),
    Goal("throughput of /ask, 16 clients", "×5 txtai; ×15", _throughput),
    Goal("cold `semsearch ask`, demo index", "1.0 s; .5", _cold),
    Goal("from JATS to a ready index, over encoding alone", "×1.3; ×1.15", _build),
)


def _fits(found: object, wanted: object) -> bool:
    if isinstance(found, int) and isinstance(wanted, int):
        return abs(found - wanted) <= wanted * _TOLERANCE
    return found == wanted


def _ms(row: Row) -> str:
    return f"{row.figures['p50_ms']:,.2f} ms"


def _both(row: Row) -> str:
    return f"{row.figures['p50_ms']:,.1f} / {row.figures['p99_ms']:,.1f} ms"


def _beside(row: Row, anchor: Row) -> str:
    return f"{_ms(row)}, ×{anchor.figures['p50_ms'] / row.figures['p50_ms']:.1f}"


def _times(own: Row, others: list[Row]) -> str:
    return "".join(
        f", ×{row.figures['p50_ms'] / own.figures['p50_ms']:.2f} {row.contender}" for row in others
    )


def _size(number: int) -> str:
    return f"{number // 1_000_000}M" if number >= 1_000_000 else f"{number // 1000}k"
