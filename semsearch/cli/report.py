"""``semsearch report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.options import AsJson, Cursor, Filters, Index, open_searcher, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from semsearch.report.paper import CitingSource, Report

_INDENT = 4
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
AsHtml = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write one HTML file that holds all it shows."),
]
WithoutRetracted = Annotated[
    bool,
    typer.Option("--without-retracted", help="Leave out what retracted papers say."),
]
Query = Annotated[
    str | None, typer.Option("--query", "-q", help="List the statements that fit this text.")
]
Order = Annotated[
    str, typer.Option("--sort", help="Order of the statements: relevance, year or confidence.")
]
Sources = Annotated[
    int | None,
    typer.Option(
        "--limit",
        "-n",
        help="Most citing papers to list. [default: SEMSEARCH_LIMIT, else 10; with --csv and"
        " --html as many as may be asked for]",
    ),
]


def report(
    name: Annotated[
        str,
        typer.Argument(metavar="DOI", help="DOI, PMID, PMCID or id, in the corpus or cited by it."),
    ],
    index: Index = None,
    query: Query = None,
    filters: Filters = None,
    sort: Order = "relevance",
    limit: Sources = None,
    cursor: Cursor = None,
    without_retracted: WithoutRetracted = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    html: AsHtml = None,
) -> None:
    """Report what the corpus says about a work: tallies, themes and statements."""
    from semsearch.report.options import read_report_options
    from semsearch.report.paper import report_on
    from semsearch.settings import settings

    one_format(as_json, as_csv, html)
    whole = as_csv or html is not None
    options = read_report_options(
        query=query,
        filters=filters or [],
        sort=sort,
        limit=settings().max_limit if whole and limit is None else limit,
        cursor=cursor,
        without_retracted=without_retracted,
    )
    searcher = open_searcher(index, None)
    found = report_on(searcher, name, options=options)
    if as_json:
        print_json(found)
    elif as_csv:
        from semsearch.report.table import report_csv

        print_csv(report_csv(found))
    elif html is not None:
        from semsearch import __version__
        from semsearch.report.html import report_html

        write_html(html, report_html(found, searcher.info(), version=__version__))
    else:
        _print(found)


def one_format(as_json: bool, as_csv: bool, html: Path | None) -> None:
    """Refuse two forms of output at once.

    Raises:
        QueryError: more than one is asked for.
    """
    from semsearch.errors import QueryError

    if as_json + as_csv + (html is not None) > 1:
        raise QueryError("expected only one of --json, --csv and --html")


def print_csv(text: str) -> None:
    """Print CSV with the ends of lines that it has."""
    typer.echo(text.encode(), nl=False)


def write_html(path: Path, text: str) -> None:
    """Write a page and say where.

    Raises:
        InputError: it cannot be written.
    """
    from semsearch.errors import InputError

    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
    typer.echo(f"wrote {path}", err=True)


def _print(found: Report) -> None:
    from rich.table import Table

    from semsearch.cli.printing import console

    out = console()
    work = found.work
    names = [author.family for author in work.authors]
    authors = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
    head = " ".join(part for part in (authors, f"({work.year})" if work.year else "") if part)
    parts = [head, work.title or "without title", work.journal, work.id]
    line = ". ".join(part.rstrip(".") for part in parts if part)
    out.print(f"RETRACTED: {line}" if work.retracted else line, style="bold", markup=False)
    if not work.in_corpus:
        out.print(f"Known from {work.entries:,} entries of reference lists.")
    for notice in work.notices:
        out.print(f"{notice.kind}: {notice.other or 'no identifier'}", markup=False)
    out.print()
    table = Table(box=None, pad_edge=False)
    for name in ("", "supporting", "contrasting", "mentioning", "unclassified", "all", "papers"):
        table.add_column(name, justify="right" if name else "left")
    for name, tally in {"all": found.tally, **found.breakdown.by_section}.items():
        numbers = (tally.supporting, tally.contrasting, tally.mentioning, tally.unclassified)
        row = [f"{n:,}" for n in (*numbers, tally.total, tally.citing_papers)]
        table.add_row(str(name), *row)
    out.print(table)
    out.print()
    for sentence in found.summary:
        out.print(f"• {sentence.text}", markup=False)
    out.print()
    if found.filter is not None:
        out.print(f"Only where {found.filter}: {found.total_statements:,} statements", markup=False)
    if found.empty_because is not None:
        out.print(f"Nothing: {found.empty_because}", markup=False)
    for source in found.sources:
        _print_source(out, source)
    if found.next is not None:
        out.print(f"next page: --cursor {found.next}", markup=False)


def _print_source(out: Console, source: CitingSource) -> None:
    from rich.text import Text

    from semsearch.cli.printing import describe_paper

    out.print(Text(describe_paper(source.paper), style="cyan"))
    for one in source.statements:
        text = Text(one.text)
        for start, end in one.highlights:
            text.stylize("bold", start, end)
        sure = "" if one.confidence is None else f" {one.confidence:.2f}"
        place = " › ".join(part for part in (str(one.section), one.heading) if part)
        for part in (text, Text(f"[{one.type}{sure}; {place}] {one.id}", style="dim")):
            for line in part.wrap(out, out.width - _INDENT):
                line.rstrip()
                out.print(Text(" " * _INDENT) + line)
    out.print()
