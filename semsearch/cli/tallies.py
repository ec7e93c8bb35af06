"""``semsearch tallies``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.options import AsJson, Index, open_searcher, print_json
from semsearch.cli.report import (
    AsCsv,
    AsHtml,
    WithoutRetracted,
    one_format,
    print_csv,
    write_html,
)

if TYPE_CHECKING:
    from semsearch.report.references import ReferenceCheck

_TITLE = 48  # characters of a title in the table


def tallies(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A reference list: .bib, .ris, or .txt with a DOI, PMID or reference a line.",
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

    one_format(as_json, as_csv, html)
    searcher = open_searcher(index, None)
    check = check_references(searcher, file, without_retracted=without_retracted)
    if as_json:
        print_json(check)
    elif as_csv:
        from semsearch.report.table import check_csv

        print_csv(check_csv(check))
    elif html is not None:
        from semsearch import __version__
        from semsearch.report.html import check_html

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

    from semsearch.cli.printing import console

    out = console()
    table = Table(box=None, pad_edge=False)
    for name in ("line", "reference", "supp", "contr", "ment", "uncl", "all", "papers", "notices"):
        table.add_column(name, justify="left" if name in ("reference", "notices") else "right")
    for one in check.references:
        named = one.title or one.key or ""
        short = named if len(named) <= _TITLE else f"{named[: _TITLE - 1]}…"
        shown = Text(f"{short}\n{one.name}" if short else one.name)
        tally = one.tally
        numbers = (
            ["–"] * 6
            if tally is None
            else [
                f"{n:,}"
                for n in (
                    tally.supporting, tally.contrasting, tally.mentioning, tally.unclassified,
                    tally.total, tally.citing_papers,
                )
            ]
        )  # fmt: skip
        notices = ", ".join(str(notice.kind) for notice in one.notices)
        mark = "RETRACTED" if one.retracted else notices
        table.add_row(str(one.line), shown, *numbers, mark or ("" if tally else "not in the index"))
    out.print(table)
    out.print(
        f"\n{len(check.references):,} references, {check.unknown:,} not in the index,"
        f" {check.retracted:,} retracted, {len(check.skipped):,} skipped;"
        f" {check.tally.total:,} citations in {check.tally.citing_papers:,} papers",
        markup=False,
    )
