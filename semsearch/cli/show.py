"""``semsearch statement`` and ``semsearch paper``."""

from __future__ import annotations

from typing import Annotated

import typer

from semsearch.cli.options import AsJson, Index, Model, open_searcher, print_json


def statement(
    identity: Annotated[str, typer.Argument(metavar="ID", help="Id of a statement.")],
    index: Index = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Show one citation statement with its neighbours, source and cited works."""
    view = open_searcher(index, model).statement(identity)
    if as_json:
        print_json(view)
        return
    from semsearch.cli.printing import console, print_statement

    out = console()
    print_statement(out, view, "", None)
    span = view.span
    out.print(f"{view.file} {span.path} {span.start}–{span.end}", markup=False)


def paper(
    name: Annotated[str, typer.Argument(metavar="DOI", help="DOI, PMID, PMCID or paper id.")],
    index: Index = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Show a paper of the corpus with its citation statements."""
    report = open_searcher(index, model).paper(name)
    if as_json:
        print_json(report)
        return
    from semsearch.cli.printing import console, describe_paper, print_statement
    from semsearch.report.outside import notice_source, outside_lines

    out = console()
    out.print(describe_paper(report.paper), style="bold", markup=False)
    for notice in report.paper.notices:
        by = notice_source(notice)
        out.print(f"{notice.kind}: {notice.other or 'no identifier'}{by}", markup=False)
    for line in outside_lines(report.paper, report.outside):
        out.print(line, markup=False)
    out.print(
        f"{len(report.statements)} statements, {report.references} references, cited by"
        f" {report.times_cited} statements of the corpus\n"
    )
    for view in report.statements:
        print_statement(out, view, f"{view.ordinal + 1:>3}", None)
