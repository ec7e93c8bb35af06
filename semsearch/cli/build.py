"""``semsearch build``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.options import AsJson, Index, Model, Recipe, print_json

if TYPE_CHECKING:
    from semsearch.index.build import Builder
    from semsearch.index.report import BuildReport


def build(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[INPUT...]",
            help="Files of papers (JATS, TEI, S2ORC, unarXive, BioC, PubMed, .nbib, citations of"
            " Semantic Scholar, tables of statements), compressed (.gz) or packed (.tar.gz, .zip)"
            " or not, and folders of these, known by their content; - reads a list of paths from"
            " standard input. Without any, what the store of an index holds is published.",
        ),
    ] = None,
    index: Index = None,
    model: Model = None,
    recipe: Recipe = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write what became of every file, as JSON.")
    ] = None,
    reencode: Annotated[
        bool,
        typer.Option("--reencode", help="Take another model or recipe for the whole index."),
    ] = False,
    merge: Annotated[
        bool,
        typer.Option("--merge", help="Write all files anew, also where few papers came or went."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read papers into an index and publish it.

    May be interrupted and run again: it goes on where it stopped. Unchanged files are not read
    again, and no text is encoded twice. Files that cannot be read are named, the rest goes on, and
    the exit code is 1. Of one paper in several formats the richest is taken.
    """
    from semsearch.index.layout import Layout
    from semsearch.parse.packages import ArticleFiles, find_inputs
    from semsearch.settings import settings

    inputs = inputs or []
    if not inputs and not Layout(index or settings().index).store.is_file():
        raise typer.BadParameter("expected files or folders of papers", param_hint="INPUT...")
    paths = find_inputs(inputs, sys.stdin if "-" in inputs else ()) if inputs else ()
    if report is not None and not report.absolute().parent.is_dir():
        raise typer.BadParameter(f"the folder of {report} does not exist", param_hint="--report")
    files = ArticleFiles(paths, settings().max_file_bytes)
    done = make_builder(index, model, recipe, reencode=reencode, merge=merge).build(files)
    finish(done, report, as_json=as_json)


def make_builder(
    index: Path | None,
    model: str | None,
    recipe: str | None,
    *,
    reencode: bool = False,
    merge: bool = False,
) -> Builder:
    """The builder that a command asks for, with progress on a terminal."""
    from semsearch.cli.progress import progress
    from semsearch.index.build import open_builder

    return open_builder(
        index,
        model=model,
        recipe=recipe,
        reencode=reencode,
        merge=merge,
        progress=progress(),
    )


def finish(done: BuildReport, report: Path | None, *, as_json: bool) -> None:
    """Print or write a build report; exit code 1 when files had to be skipped."""
    import orjson

    from semsearch.index.layout import replace_file
    from semsearch.index.report import summary

    if report is not None:
        replace_file(report.absolute(), orjson.dumps(done, option=orjson.OPT_INDENT_2) + b"\n")
    for file in done.skipped:
        typer.echo(f"skipped {file.file}: {file.error}", err=True)
    for name in done.unknown:
        typer.echo(f"passed over {name}: in no known format", err=True)
    if as_json:
        print_json(done)
    else:
        typer.echo(summary(done))
    if done.skipped:
        raise typer.Exit(1)
