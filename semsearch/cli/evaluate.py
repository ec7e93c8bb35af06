"""``semsearch eval …``."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.options import AsJson, Model, open_searcher, print_json

if TYPE_CHECKING:
    from semsearch.evaluate.evaluation import Evaluation
    from semsearch.evaluate.runs import Run
    from semsearch.evaluate.splits import Split

app = typer.Typer(
    help="Measure rankings, readings and verdicts on evaluation sets, and compare two runs.",
    no_args_is_help=True,
)

RunFile = Annotated[
    Path | None,
    typer.Option(
        "--run",
        metavar="FILE",
        help="Write the ranking here as a TREC run, and the value of each query to FILE.json, which"
        " `eval compare` reads. [default: nowhere]",
    ),
]
ValuesFile = Annotated[
    Path | None,
    typer.Option(
        "--run",
        metavar="FILE",
        help="Write the value of each question to FILE.json, which `eval compare` reads; there is"
        " no ranking, so FILE itself is not written. [default: nowhere]",
    ),
]
Index = Annotated[Path, typer.Argument(metavar="INDEX", help="Folder of the index.")]
SplitBy = Annotated[
    str,
    typer.Option(
        "--split",
        help="What answers a question is of other papers (paper), or of papers of earlier years"
        " (year).",
    ),
]


@app.command("scifact")
def scifact(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="SciFact in BEIR form: corpus, queries, qrels.")
    ],
    split: Annotated[
        str | None,
        typer.Option(help="Judgements to use. [default: test where there is one, else train]"),
    ] = None,
    index: Annotated[
        Path | None,
        typer.Option("--index", help="Keep the index of the abstracts here. [default: nowhere]"),
    ] = None,
    model: Model = None,
    run: RunFile = None,
    as_json: AsJson = False,
) -> None:
    """Rank abstracts for the claims of SciFact: nDCG@10, recall@100, judged@10."""
    from semsearch.cli.build import make_builder
    from semsearch.evaluate.answering import abstracts_of
    from semsearch.evaluate.scifact import documents, evaluate_scifact

    recorded = _new_run(run)
    with TemporaryDirectory() as temporary:
        where = index or Path(temporary)
        builder = make_builder(where, model, None)
        builder.build(documents=documents(folder))
        searcher = open_searcher(where, model, encoder=builder.encoder)
        outcome = evaluate_scifact(abstracts_of(searcher), folder, split, record=recorded.record)
        searcher.close()
    _finish(outcome, "eval scifact", run, recorded, as_json=as_json)


@app.command("questions")
def questions(
    index: Index,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Holds queries.jsonl and judgements.jsonl.")
    ],
    model: Model = None,
    run: RunFile = None,
    as_json: AsJson = False,
) -> None:
    """Rank citation statements for graded questions: nDCG@10, recall@100, judged@10, by kind.

    Without a kind in its name, a measure is the mean of the kinds, each weighing the same.
    """
    from semsearch.evaluate.answering import statements_of
    from semsearch.evaluate.questions import evaluate_questions

    recorded = _new_run(run)
    searcher = open_searcher(index, model)
    outcome = evaluate_questions(statements_of(searcher), folder, record=recorded.record)
    _finish(outcome, "eval questions", run, recorded, as_json=as_json)


@app.command("relations")
def relations(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Annotated relations, JSON lines.")],
    run: ValuesFile = None,
    as_json: AsJson = False,
) -> None:
    """Read single statements: stance towards a question, its reversed and its opposite."""
    from semsearch.evaluate.relations import evaluate_relations

    _new_run(run)
    _finish(evaluate_relations(file), "eval relations", run, None, as_json=as_json)


@app.command("types")
def types(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Annotated types, JSON lines.")],
    picture: Annotated[
        Path | None,
        typer.Option(
            "--picture", metavar="FILE", help="Write a reliability picture, SVG. [default: nowhere]"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell citation types: precision, recall, F1, calibration error, confusion; at the natural mix.

    Each statement counts by the most marked of its citations. `natural_…` is at
    SEMSEARCH_TYPE_THRESHOLD, with the strata at their shares of all statements.
    """
    from semsearch.errors import EvaluationError
    from semsearch.evaluate.types import figures_of, judged, reliability_picture

    found = judged(file)
    if picture is not None:
        try:
            picture.write_text(reliability_picture(found), "utf-8")
        except OSError as error:
            raise EvaluationError(f"{picture} cannot be written: {error.strerror}") from error
    _finish(figures_of(found), "eval types", None, None, as_json=as_json)


@app.command("pubmedqa")
def pubmedqa(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="PubMedQA: a JSON object from PMID to item.")
    ],
    run: ValuesFile = None,
    as_json: AsJson = False,
) -> None:
    """Answer the questions of PubMedQA from their own abstracts: accuracy, macro F1.

    Mixed and probably stand for maybe; unknown is always wrong. Only accuracy can be compared,
    for macro F1 is no mean over questions.
    """
    from semsearch.evaluate.answering import decide
    from semsearch.evaluate.pubmedqa import evaluate_pubmedqa

    _new_run(run)
    _finish(evaluate_pubmedqa(file, decide), "eval pubmedqa", run, None, as_json=as_json)


@app.command("verdicts")
def verdicts(
    index: Index,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Annotated relations; INDEX holds their statements."),
    ],
    limit: Annotated[
        int | None,
        typer.Option("--limit", "-n", min=1, help="Ask about the first items only. [default: all]"),
    ] = None,
    model: Model = None,
    run: ValuesFile = None,
    as_json: AsJson = False,
) -> None:
    """Ask an index each question, its reversed and its opposite, and judge the verdicts."""
    from semsearch.cli.progress import progress
    from semsearch.evaluate.answering import asker
    from semsearch.evaluate.verdicts import evaluate_verdicts

    _new_run(run)
    searcher = open_searcher(index, model)
    outcome = evaluate_verdicts(file, asker(searcher), limit=limit, progress=progress())
    searcher.close()
    _finish(outcome, "eval verdicts", run, None, as_json=as_json)


@app.command("cite")
def cite(
    index: Index,
    split: SplitBy = "paper",
    limit: Annotated[
        int | None,
        typer.Option("--limit", "-n", min=1, help="Masked citations to ask. [default: 1000]"),
    ] = None,
    pool: Annotated[
        str,
        typer.Option(
            help="Candidates: works that at least two other papers cite (others); that two papers"
            " cite, the one asked about among them (two); every work that another paper cites"
            " (every)."
        ),
    ] = "others",
    model: Model = None,
    run: RunFile = None,
    as_json: AsJson = False,
) -> None:
    """Mask citations and rank the works that may stand there: recall@10, MRR, nDCG@10.

    Beside it stand two baselines on the titles of the candidates, BM25 and the encoder of the
    index, and `_draft`: with what the paper cites in its other statements known.
    """
    from semsearch.cli.progress import progress
    from semsearch.evaluate.cite import QUESTIONS, evaluate_cite
    from semsearch.evaluate.pools import Pool
    from semsearch.rank.options import one_of

    recorded = _new_run(run)
    kept_apart, candidates = _split(split), one_of(Pool, "pool", pool)
    searcher = open_searcher(index, model)
    outcome = evaluate_cite(
        searcher,
        split=kept_apart,
        limit=limit or QUESTIONS,
        pool=candidates,
        record=recorded.record,
        progress=progress(),
    )
    searcher.close()
    _finish(outcome, "eval cite", run, recorded, as_json=as_json)


@app.command("similar")
def similar(
    index: Index,
    split: SplitBy = "paper",
    limit: Annotated[
        int | None,
        typer.Option("--limit", "-n", min=1, help="Statements to ask about. [default: 1000]"),
    ] = None,
    model: Model = None,
    run: RunFile = None,
    as_json: AsJson = False,
) -> None:
    """Find statements of other papers that cite the same work: recall@10, MRR, nDCG@10.

    Beside it stands the cosine of the sentences by the encoder of the index, `_dense`.
    """
    from semsearch.cli.progress import progress
    from semsearch.evaluate.similar import QUESTIONS, evaluate_similar

    recorded = _new_run(run)
    kept_apart = _split(split)
    searcher = open_searcher(index, model)
    outcome = evaluate_similar(
        searcher,
        split=kept_apart,
        limit=limit or QUESTIONS,
        record=recorded.record,
        progress=progress(),
    )
    searcher.close()
    _finish(outcome, "eval similar", run, recorded, as_json=as_json)


@app.command("compare")
def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="FILE that `--run` was given.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="The same of another run.")],
    measure: Annotated[
        str | None,
        typer.Option("--measure", help="Compare this one only. [default: all in both]"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell whether two runs of one evaluation differ: paired randomisation test, two-sided.

    The difference is B - A over the queries that have a value in both, with its 95 % bootstrap
    interval. Each p is that of one test: with many measures, some are small by chance.
    """
    from semsearch.evaluate.compare import compare_files

    outcome = compare_files(a, b, measure)
    if as_json:
        print_json(outcome)
    else:
        typer.echo(outcome.as_table())


def _split(name: str) -> Split:
    from semsearch.evaluate.splits import Split
    from semsearch.rank.options import one_of

    return one_of(Split, "split", name)


def _new_run(path: Path | None) -> Run:
    """An empty run; a path that it cannot be written to is refused before the work starts."""
    from semsearch.evaluate.runs import Run, check_run_path

    if path is not None:
        check_run_path(path)
    return Run({})


def _finish(
    outcome: Evaluation, command: str, path: Path | None, run: Run | None, *, as_json: bool
) -> None:
    """Print the figures, and write the run and its values where they were asked for."""
    if as_json:
        print_json(outcome.as_json_object())
    else:
        typer.echo(outcome.as_table())
    if path is None:
        return
    from semsearch.evaluate.runs import write_values

    if run is not None:
        run.write(path)
        if run.score_rises:
            typer.echo(
                f"note: for {run.score_rises:,} queries a hit of {path} scores more than the one"
                " ranked before it; trec_eval goes by the scores",
                err=True,
            )
    write_values(path, outcome, command, lines=None if run is None else run.lines)
