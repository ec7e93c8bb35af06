"""``semsearch report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.exports import export_target, only_one
from semsearch.cli.options import (
    AsCsv,
    AsJson,
    BaseUrl,
    Cursor,
    ExportAs,
    Filters,
    Index,
    Out,
    open_searcher,
    print_json,
)

if TYPE_CHECKING:
    from rich.console import Console

    from semsearch.report.options import ReportOptions
    from semsearch.report.paper import CitingSource, Report
    from semsearch.search import Searcher

AsHtml = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write one HTML file that holds all it shows."),
]
WithoutRetracted = Annotated[
    bool,
    typer.Option("--without-retracted", help="Leave out what retracted papers say."),
]
Library = Annotated[
    Path | None,
    typer.Option(
        "--library",
        metavar="FILE",
        help="Report on each work of a library: BibTeX, RIS, .nbib, CSL JSON, Zotero RDF or CSV, or"
        " a list with a DOI, PMID or reference a line.",
    ),
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
        help="Most citing papers to list. [default: SEMSEARCH_LIMIT, else 10; with --html as many"
        " as may be asked for, with --format all]",
    ),
]


def report(
    name: Annotated[
        str | None,
        typer.Argument(metavar="DOI", help="DOI, PMID, PMCID or id, in the corpus or cited by it."),
    ] = None,
    library: Library = None,
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
    export_as: ExportAs = None,
    out: Out = None,
    base_url: BaseUrl = None,
) -> None:
    """Report what the corpus says about a work: tallies, themes and statements.

    With --library about each work of a library, with --json one object a line.
    """
    from semsearch.errors import UsageError
    from semsearch.report.options import read_report_options
    from semsearch.report.paper import report_on
    from semsearch.settings import settings

    if (name is None) == (library is None):
        raise UsageError("expected one of both, a DOI or --library FILE")
    if library is not None and (html is not None or as_csv or export_as is not None):
        raise UsageError("--library prints text or, with --json, an object a line; nothing else")
    forms = {"--json": as_json, "--html": html is not None}
    only_one({"--csv": as_csv, "--format": export_as is not None})
    target = export_target("csv" if as_csv else export_as, out, base_url, others=forms)
    options = read_report_options(
        query=query,
        filters=filters or [],
        sort=sort,
        limit=settings().max_limit if html is not None and limit is None else limit,
        cursor=cursor,
        without_retracted=without_retracted,
    )
    searcher = open_searcher(index, None)
    if library is not None:
        _report_library(searcher, library, options, as_json=as_json)
        return
    work = name or ""
    if target is not None:
        from semsearch.export import export_report

        target.write(export_report(searcher, work, options=options, base_url=target.base_url))
        return
    found = report_on(searcher, work, options=options)
    if as_json:
        print_json(found)
    elif html is not None:
        from semsearch.report.html import report_html
        from semsearch.version import __version__

        write_html(html, report_html(found, searcher.info(), version=__version__))
    else:
        _print(found)


def _report_library(
    searcher: Searcher, library: Path, options: ReportOptions, *, as_json: bool
) -> None:
    """Report on each work of a library; exit code 1 where an entry was skipped."""
    from semsearch.report.reference_lists import read_reference_list
    from semsearch.report.references import report_library

    listed = read_reference_list(library)
    for entry, found in report_library(searcher, listed, options=options):
        if found is None:
            typer.echo(f"{library}:{entry.line}: {entry.name} is not in the index", err=True)
        elif as_json:
            print_json(found)
        else:
            _print(found)
            typer.echo()
    for one in listed.skipped:
        typer.echo(f"{library}:{one.line}: skipped: {one.reason}", err=True)
    if listed.skipped:
        raise typer.Exit(1)


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

    from semsearch.cli.printing import authors_and_year, console, tally_cells
    from semsearch.report.outside import notice_source, outside_lines

    out = console()
    work = found.work
    parts = [authors_and_year(work), work.title or "without title", work.journal, work.id]
    line = ". ".join(part.rstrip(".") for part in parts if part)
    out.print(f"RETRACTED: {line}" if work.retracted else line, style="bold", markup=False)
    if not work.in_corpus:
        out.print(f"Known from {work.entries:,} entries of reference lists.")
    for notice in work.notices:
        by = notice_source(notice)
        out.print(f"{notice.kind}: {notice.other or 'no identifier'}{by}", markup=False)
    for line in outside_lines(work, work.outside):
        out.print(line, markup=False)
    out.print()
    table = Table(box=None, pad_edge=False)
    for name in ("", "supporting", "contrasting", "mentioning", "unclassified", "all", "papers"):
        table.add_column(name, justify="right" if name else "left")
    for name, tally in {"all": found.tally, **found.breakdown.by_section}.items():
        table.add_row(str(name), *tally_cells(tally))
    out.print(table)
    for line in _shared(found):
        out.print(line, markup=False)
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


def _shared(found: Report) -> list[str]:
    """What work and citing papers have in common, in citations."""
    by = found.breakdown
    own = by.by_relationship["self"].total
    parts = [f"{t.total:,} {name.replace('_', ' ')}" for name, t in by.by_self_certainty.items()]
    sure = f" ({', '.join(parts)})" if own else ""
    return [
        f"shared authors: {own:,} self{sure}, {by.by_relationship['independent'].total:,}"
        f" independent, {by.by_relationship['unknown'].total:,} unknown",
        "journals: " + ", ".join(f"{t.total:,} {name}" for name, t in by.by_journal.items()),
    ]


def _print_source(out: Console, source: CitingSource) -> None:
    from rich.text import Text

    from semsearch.cli.printing import describe_paper, print_indented

    shared = [
        source.self_certainty and f"shares the name of an author: {source.self_certainty}",
        "same journal" if source.same_journal else None,
    ]
    marks = "; ".join(mark.replace("_", " ") for mark in shared if mark)
    paper = describe_paper(source.paper)
    out.print(Text(f"{paper} [{marks}]" if marks else paper, style="cyan"))
    for one in source.statements:
        text = Text(one.text)
        for start, end in one.highlights:
            text.stylize("bold", start, end)
        sure = "" if one.confidence is None else f" {one.confidence:.2f}"
        place = " › ".join(part for part in (str(one.section), one.heading) if part)
        print_indented(out, text)
        print_indented(out, Text(f"[{one.type}{sure}; {place}] {one.id}", style="dim"))
    out.print()
