"""Hits for reading in a terminal: wrapped to its width, matched words in bold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from semsearch.retrieve.hits import (
        AbstractHit,
        CitedWork,
        PaperView,
        StatementHit,
        StatementView,
    )

_INDENT = 4
_PIPE_WIDTH = 100  # columns where the output is no terminal
_ABSTRACT_CHARACTERS = 400
_CITED = 5


def console() -> Console:
    """The terminal, or plain lines of 100 columns in a pipe."""
    plain = Console(highlight=False, soft_wrap=False)
    return plain if plain.is_terminal else Console(highlight=False, width=_PIPE_WIDTH)


def print_hits(out: Console, hits: Sequence[StatementHit]) -> None:
    """Statements with their neighbours, source and cited works."""
    for hit in hits:
        print_statement(out, hit.statement, f"{hit.rank:>2}", hit.score, hit.highlights)


def print_statement(
    out: Console,
    view: StatementView,
    lead: str,
    score: float | None,
    highlights: Sequence[tuple[int, int]] = (),
) -> None:
    """One statement."""
    text = Text(view.text)
    for start, end in highlights:
        text.stylize("bold", start, end)
    shown = f"{score:.3f}" if score is not None else ""
    out.print(Text(f"{lead}  {shown}  {view.id}".rstrip(), style="cyan"))
    if view.before:
        _indented(out, Text(f"… {view.before}", style="dim"))
    _indented(out, text)
    if view.after:
        _indented(out, Text(f"{view.after} …", style="dim"))
    where = " › ".join(part for part in (str(view.section), view.heading) if part)
    _indented(out, Text(f"in {describe_paper(view.paper)} [{where}]"))
    for work in view.cites[:_CITED]:
        _indented(out, Text(f"cites {describe_work(work)}"))
    if len(view.cites) > _CITED:
        _indented(out, Text(f"and {len(view.cites) - _CITED} more works"))
    out.print()


def print_abstracts(out: Console, hits: Sequence[AbstractHit]) -> None:
    """Abstracts, cut to a few lines: the whole text is in ``--json``."""
    for hit in hits:
        text = Text(hit.text)
        for start, end in hit.highlights:
            text.stylize("bold", start, end)
        out.print(Text(f"{hit.rank:>2}  {hit.score:.3f}", style="cyan"))
        _indented(out, Text(describe_paper(hit.paper)))
        cut = text[:_ABSTRACT_CHARACTERS]
        _indented(out, cut + Text(" …") if len(text) > _ABSTRACT_CHARACTERS else cut)
        out.print()


def describe_paper(paper: PaperView) -> str:
    """Authors, year, title and identifier of a paper in one line."""
    names = [a.family for a in paper.authors]
    authors = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
    head = " ".join(part for part in (authors, f"({paper.year})" if paper.year else "") if part)
    parts = [head, paper.title or "without title", paper.journal, paper.id]
    line = ". ".join(part.rstrip(".") for part in parts if part)
    return f"RETRACTED: {line}" if paper.retracted else line


def describe_work(work: CitedWork) -> str:
    """Title, year and identifier of a cited work in one line."""
    name = work.title or work.raw or work.key
    parts = [name, f"({work.year})" if work.year else "", work.paper or "no identifier"]
    return " ".join(part for part in parts if part)


def _indented(out: Console, text: Text) -> None:
    for line in text.wrap(out, out.width - _INDENT):
        line.rstrip()
        out.print(Text(" " * _INDENT) + line)
