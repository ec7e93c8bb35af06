"""``semsearch alerts``: saved searches, and what is new for them; made for cron."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.options import AsJson, Filters, Index, Mode, Model, open_searcher, print_json

if TYPE_CHECKING:
    from semsearch.alerts import Failure, Ledger, Told
    from semsearch.retrieve.filters import Filter

app = typer.Typer(
    help="Saved searches: what is new for a question or a work since the last look.",
    no_args_is_help=True,
)


@app.command("add")
def add(
    query: Annotated[
        str,
        typer.Argument(
            metavar="QUESTION|DOI",
            help='Such as "does EMT induce IL-6"; with --report a DOI, also one that nobody cites'
            " yet, or PMID, PMCID or id.",
        ),
    ],
    report: Annotated[
        bool, typer.Option("--report", help="It is a work, whose report is looked at.")
    ] = False,
    name: Annotated[
        str | None, typer.Option("--name", help="Name for people. [default: the question or DOI]")
    ] = None,
    filters: Filters = None,
    mode: Mode = "hybrid",
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            "-n",
            help="Statements that are looked at where a question has no verdict."
            " [default: SEMSEARCH_LIMIT, else 10]",
        ),
    ] = None,
    only: Annotated[
        str | None,
        typer.Option("--query", "-q", help="With --report: only statements that fit this text."),
    ] = None,
    without_retracted: Annotated[
        bool,
        typer.Option(
            "--without-retracted", help="With --report: leave out what retracted papers say."
        ),
    ] = False,
    index: Index = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Save a question or a work; what the index says to it now is not news."""
    from semsearch.alerts import QuestionOptions, WorkOptions, save_question, save_report
    from semsearch.errors import UsageError
    from semsearch.rank.options import read_options

    checked = read_options(limit=limit, mode=mode, filters=filters or [])
    where = _data(checked.filter)
    if not report and (only is not None or without_retracted):
        raise UsageError("--query and --without-retracted are for --report")
    if report and (mode != "hybrid" or limit is not None):
        raise UsageError("--mode and --limit are for questions, not for --report")
    searcher = open_searcher(index, model)
    ledger = _ledger(searcher.folder)
    if report:
        work = WorkOptions(query=only, filter=where, without_retracted=without_retracted)
        added = save_report(searcher, ledger, query, options=work, name=name)
    else:
        how = QuestionOptions(limit=limit, mode=checked.mode, filter=where)
        added = save_question(searcher, ledger, query, options=how, name=name)
    if as_json:
        print_json(added)
        return
    typer.echo(added.search.id)
    known = "" if added.known else "; the index neither holds nor cites it yet"
    typer.echo(f"saved, with {added.statements:,} statements now{known}", err=True)


@app.command("list")
def show(index: Index = None, as_json: AsJson = False) -> None:
    """Print the saved searches with their last looks."""
    found = _ledger(index).listed()
    if as_json:
        print_json(found)
        return
    for one in found:
        verdict = "" if one.verdict is None else f"  verdict {one.verdict}"
        typer.echo(
            f"{one.search.id}  {one.search.kind}  {one.search.name}  looked {one.looked}"
            f" at generation {one.generation}  {one.statements:,} statements{verdict}"
        )


@app.command("remove")
def remove(
    search: Annotated[str, typer.Argument(metavar="ID", help="Id of the saved search.")],
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Forget a saved search with its news."""
    found = _ledger(index).remove(search)
    if as_json:
        print_json(found)
    else:
        typer.echo(f"{found.id} is removed")


@app.command("check")
def check(index: Index = None, model: Model = None, as_json: AsJson = False) -> None:
    """Look at all saved searches and print what was not printed before.

    Exit code 1 where a search could not be looked at; the others are.
    """
    from semsearch.alerts import Channel, untold

    ledger, failures = _look(index, model)
    found = untold(ledger, Channel.PRINT)
    if as_json:
        print_json({"news": found, "failures": failures})
    else:
        for told in found:
            _print(told)
    typer.get_text_stream("stdout").flush()  # what was not written is printed the next time
    ledger.delivered(Channel.PRINT, [told.news for told in found])
    _fail(failures)


@app.command("send")
def send(
    mail: Annotated[
        bool, typer.Option("--mail", help="By mail, as SEMSEARCH_SMTP_… and SEMSEARCH_MAIL_… say.")
    ] = False,
    webhook: Annotated[
        bool, typer.Option("--webhook", help="By webhook, as SEMSEARCH_WEBHOOK_… say.")
    ] = False,
    index: Index = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Look at all saved searches and deliver what was not delivered before.

    Exit code 1 where anything could not be looked at or delivered: it is tried again the next time.
    """
    from semsearch.alerts import Channel, Mail, Sender, Webhook
    from semsearch.alerts import send as deliver
    from semsearch.errors import UsageError
    from semsearch.settings import settings

    if not (mail or webhook):
        raise UsageError("expected --mail, --webhook or both")
    senders: dict[Channel, Sender] = {}
    if mail:
        senders[Channel.MAIL] = Mail(settings())
    if webhook:
        senders[Channel.WEBHOOK] = Webhook(settings())
    ledger, failures = _look(index, model)
    sent = [deliver(ledger, channel, sender) for channel, sender in senders.items()]
    if as_json:
        print_json({"sent": sent, "failures": failures})
    else:
        for one in sent:
            typer.echo(f"{one.channel}: {len(one.delivered):,} delivered")
    _fail([*failures, *(failure for one in sent for failure in one.failures)])


def _look(index: Path | None, model: str | None) -> tuple[Ledger, list[Failure]]:
    from semsearch.alerts import look_at_all

    searcher = open_searcher(index, model)
    ledger = _ledger(searcher.folder)
    return ledger, look_at_all(searcher, ledger)


def _print(told: Told) -> None:
    from semsearch.alerts import headline, lines

    typer.echo(f"{told.search.name}: {headline(told.news.changes)}")
    for line in lines(told.news.changes):
        typer.echo(f"  {line.text}")
    typer.echo()


def _fail(failures: list[Failure]) -> None:
    for one in failures:
        typer.echo(f"semsearch: {one.name}: {one.error}", err=True)
    if failures:
        raise typer.Exit(1)


def _data(where: Filter | None) -> object:
    return None if where is None else where.as_data()


def _ledger(index: Path | None) -> Ledger:
    """The saved searches of an index.

    Raises:
        MissingIndexError: the folder holds no index.
    """
    from semsearch.alerts import Ledger
    from semsearch.index.layout import Layout
    from semsearch.settings import settings

    folder = index or settings().index
    Layout(folder).published()
    return Ledger(folder)
