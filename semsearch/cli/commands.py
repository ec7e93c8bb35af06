"""All commands of the command line; each verb has a file of its own."""

from __future__ import annotations

import typer

from semsearch.cli import (
    alerts,
    ask,
    backup,
    build,
    check,
    cite,
    corpus,
    diff,
    doctor,
    evaluate,
    exchange,
    fetch,
    info,
    keys,
    label,
    mcp,
    remove,
    report,
    search,
    serve,
    show,
    similar,
    tallies,
    tune,
    verify,
    watch,
)

app = typer.Typer(
    name="semsearch",
    help="Search engine for citation statements: the sentences in which one paper cites another.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("ask")(ask.ask)
app.command("search")(search.search)
app.command("similar")(similar.similar)
app.command("cite")(cite.cite)
app.command("check")(check.check)
app.command("build")(build.build)
app.command("fetch")(fetch.fetch)
app.command("watch")(watch.watch)
app.command("remove")(remove.remove)
app.command("info")(info.info)
app.command("corpus")(corpus.corpus)
app.command("examples")(corpus.examples)
app.command("verify")(verify.verify)
app.command("tune")(tune.tune)
app.command("doctor")(doctor.doctor)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("export-store")(exchange.export_store)
app.command("import-store")(exchange.import_store)
app.command("statement")(show.statement)
app.command("paper")(show.paper)
app.command("report")(report.report)
app.command("tallies")(tallies.tallies)
app.command("label")(label.label)
app.command("serve")(serve.serve)
app.command("mcp")(mcp.mcp)
app.command("diff")(diff.diff)
app.add_typer(alerts.app, name="alerts")
app.add_typer(keys.app, name="keys")
app.add_typer(evaluate.app, name="eval")


@app.callback(invoke_without_command=True)
def _version(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version and leave."),
) -> None:
    if version:
        from semsearch.version import __version__

        typer.echo(__version__)
        raise typer.Exit
