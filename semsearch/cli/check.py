"""``semsearch check``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.options import AsJson, Index, Model, open_searcher, print_json
from semsearch.cli.report import AsHtml, write_html

if TYPE_CHECKING:
    from rich.console import Console

    from semsearch.claims.results import CheckedCitation, CheckedSentence, CheckResult


def check(
    draft: Annotated[
        str | None,
        typer.Argument(
            metavar="DRAFT",
            help="A draft in plain text, Markdown, LaTeX or .docx; - for standard input.",
        ),
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", metavar="TEXT", help="A paragraph instead of a file.")
    ] = None,
    bibliography: Annotated[
        list[Path] | None,
        typer.Option(
            "--bibliography",
            "-b",
            metavar="FILE",
            help="What its markers lead to: BibTeX, RIS, .nbib, CSL JSON, Zotero RDF or CSV, or a"
            " list with a reference a line; may be given several times. A reference list at the end"
            " of the draft is read, too.",
        ),
    ] = None,
    index: Index = None,
    model: Model = None,
    shown: Annotated[
        int, typer.Option("--show", help="Most statements of each list, 1 to 20.")
    ] = 3,
    leave_out: Annotated[
        list[str] | None,
        typer.Option(
            "--leave-out",
            metavar="DOI",
            help="A paper whose statements do not count, such as the draft itself where the index"
            " holds it; may be given several times.",
        ),
    ] = None,
    as_json: AsJson = False,
    html: AsHtml = None,
) -> None:
    """Check what a draft cites: how others cite it, what contrasts, what is retracted."""
    from semsearch.claims.checking import BibliographyFile, CheckOptions, check_content
    from semsearch.errors import UsageError
    from semsearch.report.reference_lists import read_bounded

    if (draft is None) == (text is None):
        raise UsageError("expected one of both, a DRAFT or --text TEXT")
    content: str | bytes
    if text is not None:
        name, content = "the text", text
    elif draft == "-":
        name, content = "standard input", _standard_input()
    else:
        name, content = str(draft), read_bounded(Path(str(draft)))
    listed = [
        BibliographyFile(name=str(one), content=read_bounded(one)) for one in bibliography or []
    ]
    options = CheckOptions(shown=shown, leave_out=tuple(leave_out or ()))
    searcher = open_searcher(index, model)
    found = check_content(searcher, name, content, listed, options=options)
    if as_json:
        print_json(found)
    elif html is not None:
        from semsearch.claims.html import draft_html
        from semsearch.version import __version__

        write_html(html, draft_html(found, searcher.info(), version=__version__))
    else:
        _show(found)


def _standard_input() -> bytes:
    """What is sent, as far as a draft may be long.

    Raises:
        InputError: it is longer.
    """
    from semsearch.errors import InputError
    from semsearch.settings import settings

    most = settings().max_file_bytes
    content = sys.stdin.buffer.read(most + 1)
    if len(content) > most:
        raise InputError(f"standard input has more than {most:,} bytes (setting max_file_bytes)")
    return content


def _show(found: CheckResult) -> None:
    from semsearch.claims.wording import summary_lines
    from semsearch.cli.printing import console

    out = console()
    for line in summary_lines(found):
        out.print(line, markup=False)
    for one in found.skipped:
        typer.echo(f"{one.file}:{one.line}: not read: {one.reason}", err=True)
    out.print()
    for sentence in found.sentences:
        _show_sentence(out, found, sentence)


def _show_sentence(out: Console, found: CheckResult, sentence: CheckedSentence) -> None:
    from rich.text import Text

    from semsearch.claims.wording import sentence_lines
    from semsearch.cli.printing import print_indented

    out.print(Text(f"{sentence.place}: {sentence.text}", style="bold"))
    for line in sentence_lines(sentence):
        print_indented(out, Text(line, style="yellow"))
    for one in sentence.citations:
        _show_citation(out, found, one)
    out.print()


def _show_citation(out: Console, found: CheckResult, one: CheckedCitation) -> None:
    from rich.text import Text

    from semsearch.claims.wording import citation_head, citation_lines
    from semsearch.cli.printing import print_indented

    print_indented(out, Text(citation_head(one, found), style="cyan"))
    for line in citation_lines(one, found):
        print_indented(out, Text(f"! {line}", style="yellow"))
    for kind in (one.statements, one.contrasting):
        for cited in kind:
            sure = "" if cited.confidence is None else f" {cited.confidence:.2f}"
            text = f"{cited.like:.2f} {cited.type}{sure}: {cited.statement.text}"
            print_indented(out, Text(f"  {text} [{cited.statement.id}]", style="dim"))
