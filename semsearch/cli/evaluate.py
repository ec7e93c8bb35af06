"""``semsearch eval …``."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.options import AsJson, Model, open_searcher, print_json

if TYPE_CHECKING:
    from semsearch.evaluate.evaluation import Evaluation

app = typer.Typer(
    help="Measure the quality of the ranking on an evaluation set.", no_args_is_help=True
)


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
    as_json: AsJson = False,
) -> None:
    """Rank abstracts for the claims of SciFact: nDCG@10, recall@100, judged@10."""
    from semsearch.cli.build import make_builder
    from semsearch.evaluate.scifact import documents, evaluate_scifact

    with TemporaryDirectory() as temporary:
        where = index or Path(temporary)
        builder = make_builder(where, model, None)
        builder.build(documents=documents(folder))
        searcher = open_searcher(where, model, encoder=builder.encoder)

        def search(text: str, limit: int) -> list[str]:
            return [hit.paper.id for hit in searcher.search_abstracts(text, limit=limit)]

        outcome = evaluate_scifact(search, folder, split)
        searcher.close()
    _show(outcome, as_json=as_json)


@app.command("questions")
def questions(
    index: Annotated[Path, typer.Argument(metavar="INDEX", help="Folder of the index.")],
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Holds queries.jsonl and judgements.jsonl.")
    ],
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Rank citation statements for graded questions: nDCG@10, recall@100, judged@10, by kind."""
    from semsearch.evaluate.questions import RankedText, evaluate_questions

    searcher = open_searcher(index, model)

    def search(text: str, limit: int) -> list[RankedText]:
        return [
            RankedText(id=view.id, doi=view.paper.doi, text=view.text)
            for view in (hit.statement for hit in searcher.search(text, limit=limit).hits)
        ]

    _show(evaluate_questions(search, folder), as_json=as_json)


def _show(outcome: Evaluation, *, as_json: bool) -> None:
    if as_json:
        print_json(outcome.as_json_object())
    else:
        typer.echo(outcome.as_table())
