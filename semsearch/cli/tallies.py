"""``semsearch tallies``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.exports import only_one
from semsearch.cli.options import AsCsv, AsJson, Index, open_searcher, print_json
from semsearch.cli.report import AsHtml, WithoutRetracted, write_html

if TYPE_CHECKING:
    from semsearch.report.references import ReferenceCheck

_TITLE = 48  # characters of a title in the table


def tallies(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A library: BibTeX, RIS, .nbib, CSL JSON, Zotero RDF or CSV; or .txt with a DOI,"
            " PMID or reference a line.",
        ),
    ],
    index: Index = None,
    without_retracted: WithoutRetracted = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    html: AsHtml = None,
) -> None:
    """Check a reference list: tallies and notices of its works. Exit code 1 if any was skipped."""
    from semsearch.report.references import check_references

    only_one({"--json": as_json, "--csv": as_csv, "--html": html is not None})
    searcher = open_searcher(index, None)
    check = check_references(searcher, file, without_retracted=without_retracted)
    if as_json:
        print_json(check)
    elif as_csv:
        from semsearch.report.table import check_csv

        typer.echo(check_csv(check).encode(), nl=False)  # with the ends of lines that it has
    elif html is not None:
        from semsearch.report.html import check_html
        from semsearch.version import __version__

        write_html(html, check_html(check, searcher.info(), version=__version__))
    else:
        _print(check)
    for one in check.skipped:
        key = f" {one.key}" if one.key else ""
        typer.echo(f"{check.file}:{one.line}:{key} skipped: {one.reason}", err=True)
    if check.skipped:
        raise typer.Exit(1)


def _print(check: ReferenceCheck) -> None:
    from rich.table import Table
    from rich.text import Text

    from semsearch.cli.printing import console, tally_cells

    out = console()
    table = Table(box=None, pad_edge=False)
    for name in ("line", "reference", "supp", "contr", "ment", "uncl", "all", "papers", "notices"):
        table.add_column(name, justify="left" if name in ("reference", "notices") else "right")
    for one in check.references:
        named = one.title or one.key or ""
        short = named if len(named) <= _TITLE else f"{named[: _TITLE - 1]}…"
        shown = Text(f"{short}\n{one.name}" if short else one.name)
        notices = ", ".join(str(notice.kind) for notice in one.notices)
        mark = "RETRACTED" if one.retracted else notices
        known = "" if one.tally else "not in the index"
        table.add_row(str(one.line), shown, *tally_cells(one.tally), mark or known)
    out.print(table)
    out.print(
        f"\n{len(check.references):,} references, {check.unknown:,} not in the index,"
        f" {check.retracted:,} retracted, {len(check.skipped):,} skipped;"
        f" {check.tally.total:,} citations in {check.tally.citing_papers:,} papers",
        markup=False,
    )
