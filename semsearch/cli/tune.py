"""``semsearch tune``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from semsearch.cli.options import AsJson, print_json


def tune(
    index: Annotated[
        Path, typer.Argument(metavar="INDEX", help="Folder of the index to learn from; only read.")
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="New folder for the tuned model; OUT.work beside it keeps what was done when"
            " interrupted.",
        ),
    ],
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            help="Name or folder of the sentence-transformers model to tune."
            " [default: that of the index]",
        ),
    ] = None,
    steps: Annotated[int, typer.Option(help="Updates of the weights.")] = 1000,
    batch: Annotated[int, typer.Option(help="Pairs of a step.")] = 64,
    rate: Annotated[float, typer.Option(help="Highest learning rate.")] = 5e-5,
    keep: Annotated[
        float, typer.Option(help="Weight of the distance to the old vectors; 0 for none.")
    ] = 2.0,
    layers: Annotated[
        int | None,
        typer.Option(help="Last layers of the model that are trained. [default: all]"),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of all draws.")] = 0,
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--eval",
            metavar="KIND=PATH",
            help="Another set that must not get worse: scifact=FOLDER, questions=FOLDER or"
            " relations=FILE; several may be given.",
        ),
    ] = None,
    questions: Annotated[
        int, typer.Option(help="Held-out citations and statements of the index to ask about.")
    ] = 1000,
    as_json: AsJson = False,
) -> None:
    """Tune the model of an index on its own papers, and keep it only where it ranks better.

    Takes hours on a CPU. May be interrupted and run again with the same options: it goes on where
    it stopped. Half of the papers and those of the latest years are not learned from: what they
    cite decides, with the sets of --eval, whether the tuned model is accepted. One that is not is
    written to OUT.not-accepted, and the exit code is 1.
    """
    from semsearch.cli.progress import progress
    from semsearch.tune.plan import Plan
    from semsearch.tune.sets import read_set
    from semsearch.tune.tuning import tune_model

    plan = Plan(steps=steps, batch=batch, rate=rate, keep=keep, layers=layers, seed=seed)
    done = tune_model(
        index,
        out,
        model=model,
        plan=plan,
        sets=[read_set(one) for one in sets or []],
        questions=questions,
        progress=progress(),
    )
    if as_json:
        print_json(done)
    else:
        typer.echo(done.table.as_text())
        typer.echo(f"share of the new weights: {done.share:g}")
        if done.refusal is None:
            typer.echo(f"accepted: {done.folder}; build with --model {done.folder} --reencode")
    if done.refusal is not None:
        typer.echo(f"not accepted: {done.refusal}; it lies in {done.folder}", err=True)
        raise typer.Exit(1)
