"""``semsearch fetch``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.options import AsJson, print_json

if TYPE_CHECKING:
    from semsearch.fetch import FetchReport


def fetch(
    query: Annotated[
        str | None,
        typer.Argument(
            metavar="QUERY",
            help='What to search for, in the syntax of the source, such as "interleukin-6 AND'
            ' fibroblasts"; without it, facts about what is in the folder.',
        ),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="FOLDER", help="Where the articles go; `build` reads it."),
    ] = None,
    source: Annotated[
        str, typer.Option("--source", help="Whom to search: europepmc.")
    ] = "europepmc",
    pmc_bulk: Annotated[
        Path | None,
        typer.Option(
            "--pmc-bulk",
            metavar="LIST",
            help="Fetch what a list of PubMed Central names: an inventory of its cloud service"
            " (.csv, .csv.gz), or a list with the columns File and Accession ID.",
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", "-n", min=1, help="Most articles to ask for. [default: 100; of a list, all]"
        ),
    ] = None,
    crossref: Annotated[
        bool,
        typer.Option("--crossref", help="Also ask Crossref for metadata and for notices."),
    ] = False,
    opencitations: Annotated[
        bool,
        typer.Option("--opencitations", help="Also ask OpenCitations how often works are cited."),
    ] = False,
    of: Annotated[
        Path | None,
        typer.Option(
            "--of", metavar="INDEX", help="Ask the two about the papers of an index, too."
        ),
    ] = None,
    again: Annotated[
        bool,
        typer.Option(
            "--again", help="Ask again for what was skipped before, and for facts that are there."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch open articles into a folder, and what services say of works.

    May be killed at any moment and run again: what is in the folder is not fetched again. Name a
    mail address in SEMSEARCH_CONTACT, so that the operators of the services can reach you. Exit
    code 1 where anything was skipped or failed.
    """
    from semsearch.cli.progress import progress
    from semsearch.errors import UsageError
    from semsearch.fetch import Fetcher, FetchReport
    from semsearch.records import Service

    services = [
        service
        for service, asked in (
            (Service.CROSSREF, crossref),
            (Service.OPENCITATIONS, opencitations),
        )
        if asked
    ]
    if into is None:
        raise UsageError("expected --into FOLDER")
    if source != Service.EUROPEPMC:
        raise UsageError(f"there is no source {source[:40]!r}, expected europepmc")
    if query is not None and pmc_bulk is not None:
        raise UsageError("a QUERY and --pmc-bulk cannot be fetched at once")
    if query is None and pmc_bulk is None and not services:
        raise UsageError("expected a QUERY, --pmc-bulk LIST, --crossref or --opencitations")
    if of is not None and not services:
        raise UsageError("--of is for --crossref and --opencitations")
    dois = _dois(of) if of is not None else []
    with Fetcher(into, again=again, progress=progress()) as fetcher:
        articles = None
        if query is not None:
            articles = fetcher.articles(query, limit=limit or 100)
        elif pmc_bulk is not None:
            articles = fetcher.packages(pmc_bulk, limit=limit)
        facts = tuple(fetcher.facts(service, dois) for service in services)
    _finish(FetchReport(folder=str(into), articles=articles, facts=facts), as_json=as_json)


def _dois(index: Path) -> list[str]:
    """DOIs of the papers of an index."""
    from contextlib import closing

    from semsearch.index.layout import Layout
    from semsearch.store.database import Database
    from semsearch.store.reading import dois_of_corpus

    layout = Layout(index)
    with closing(Database(layout.store_of(layout.published()), read_only=True)) as database:
        return dois_of_corpus(database)


def _finish(report: FetchReport, *, as_json: bool) -> None:
    from semsearch.fetch import summary

    articles = report.articles
    lost = [] if articles is None else [*articles.skipped, *articles.failed]
    for missing in [*lost, *(one for fact in report.facts for one in fact.failed)]:
        typer.echo(f"not fetched: {missing.id}: {missing.reason}", err=True)
    if as_json:
        print_json(report)
    else:
        typer.echo(summary(report))
    if not report.whole:
        raise typer.Exit(1)
