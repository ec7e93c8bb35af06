"""``semsearch cite``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.options import AsJson, Explain, Index, Limit, Model, open_searcher, print_json

if TYPE_CHECKING:
    from semsearch.recommend.cite import CiteResult


def cite(
    text: Annotated[
        str,
        typer.Argument(
            metavar="TEXT",
            help="A sentence or a paragraph; [CIT] marks the place, else the whole text is it.",
        ),
    ],
    index: Index = None,
    model: Model = None,
    limit: Limit = None,
    cites: Annotated[
        list[str] | None,
        typer.Option(
            "--cites",
            help="A work that the text cites already, by DOI, PMID or title; may be given several"
            " times. It is left out, and works that are cited with it come first.",
        ),
    ] = None,
    bibliography: Annotated[
        Path | None,
        typer.Option(
            "--bibliography",
            metavar="FILE",
            help="The same for all entries of a .bib, .ris or .txt list.",
        ),
    ] = None,
    section: Annotated[
        str | None,
        typer.Option(
            help="Section of the place: introduction, methods, results, discussion, conclusion or"
            " other. [default: not known]"
        ),
    ] = None,
    year: Annotated[
        int | None,
        typer.Option(help="Year of the text: later works are left out. [default: not known]"),
    ] = None,
    explain: Explain = False,
    as_json: AsJson = False,
) -> None:
    """Find what to cite at a place of a text, with the statements in which others cite it."""
    from semsearch.recommend.cite import cite as recommend
    from semsearch.recommend.cite import read_cite_options
    from semsearch.recommend.place import find_place
    from semsearch.retrieve.query import check_text

    named = [*(cites or []), *(_listed(bibliography) if bibliography else [])]
    options = read_cite_options(limit=limit, cites=named, section=section, year=year)
    find_place(check_text(text, name="text"))
    result = recommend(open_searcher(index, model), text, options)
    if as_json:
        print_json(result)
    else:
        _show(result, explain=explain)


def _listed(path: Path) -> list[str]:
    """The works of a reference list; entries that cannot be read are named."""
    from semsearch.report.reference_lists import read_reference_list

    found = read_reference_list(path)
    for one in found.skipped:
        typer.echo(f"note: {path} line {one.line} is left out: {one.reason}", err=True)
    return [one.name for one in found.entries]


def _show(result: CiteResult, *, explain: bool) -> None:
    from rich.text import Text

    from semsearch.cli.printing import console, print_indented
    from semsearch.report.paper import short_authors

    out = console()
    for one in result.works:
        work = one.work
        title = (work.title or "untitled").rstrip(".")
        out.print(Text(f"{one.rank:>2}  {one.score:.3f}  {title}", style="bold"))
        names = short_authors(work.authors) if work.authors else None
        dated = " ".join(str(fact) for fact in (names, work.year and f"({work.year})") if fact)
        facts = (dated, work.journal, f"doi:{work.doi}" if work.doi else None)
        papers = f"cited by {one.papers:,} paper{'' if one.papers == 1 else 's'}"
        print_indented(out, Text(". ".join([*(fact for fact in facts if fact), papers])))
        if explain:
            reasons = ", ".join(f"{name} {value:.3f}" for name, value in one.reasons.items())
            print_indented(out, Text(reasons, style="dim"))
        for shown in one.examples:
            print_indented(
                out, Text(f"{shown.like:.2f}  {shown.statement.text} [{shown.statement.id}]")
            )
        out.print()
    if not result.works:
        out.print("The index holds no work that fits.")
    for left in result.left_out:
        out.print(Text(f"left out ({left.why}): {left.work.title or left.work.id}"))
    for name in result.unknown:
        typer.echo(f"note: the index neither holds nor cites {name}", err=True)
