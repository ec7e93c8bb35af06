"""Hits for reading in a terminal: wrapped to its width, matched words in bold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from semsearch.language.stance import Stance

if TYPE_CHECKING:
    from semsearch.answer.ask import Answer
    from semsearch.report.tally import Tally
    from semsearch.report.work import WorkView
    from semsearch.retrieve.hits import (
        AbstractHit,
        CitedWork,
        Origin,
        PaperView,
        SearchResult,
        StatementHit,
        StatementView,
    )
    from semsearch.timing import Timings

_INDENT = 4
_PIPE_WIDTH = 100  # columns where the output is no terminal
_ABSTRACT_CHARACTERS = 400
_CITED = 5


def console() -> Console:
    """The terminal, or plain lines of 100 columns in a pipe."""
    plain = Console(highlight=False, soft_wrap=False)
    return plain if plain.is_terminal else Console(highlight=False, width=_PIPE_WIDTH)


def print_listed(
    out: Console,
    result: SearchResult | Answer,
    hits: Sequence[StatementHit],
    *,
    explain: bool,
) -> None:
    """Statements, what was searched beside the words, and the counts of facets."""
    if result.filter is not None:
        out.print(f"Only where {result.filter}: {result.allowed:,} statements\n", markup=False)
    for found in result.expansions:
        beside = f"; also used for {', '.join(found.others)}" if found.others else ""
        verb = "also searched" if found.searched else "not searched, ambiguous:"
        papers = f"{found.papers} paper{'' if found.papers == 1 else 's'}"
        out.print(f'"{found.form}": {verb} "{found.other}" ({papers}{beside})', markup=False)
    if result.expansions:
        out.print()
    if result.empty_because is not None:
        out.print(f"Nothing: {result.empty_because}", markup=False)
    print_hits(out, hits, explain=explain)
    for name, counts in result.facets.items():
        line = ", ".join(f"{one.value} {one.count:,}" for one in counts.values)
        more = f", and {counts.more:,} more" if counts.more else ""
        out.print(f"{name}: {line or 'none'}{more}", markup=False)
    if result.next is not None:
        out.print(f"next page: --cursor {result.next}", markup=False)


def print_hits(out: Console, hits: Sequence[StatementHit], *, explain: bool = False) -> None:
    """Statements with their neighbours, source and cited works."""
    for hit in hits:
        stance = hit.stance.stance if hit.stance is not None else None
        shown = "" if stance is None or stance is Stance.UNRELATED else f"  {stance}"
        print_statement(
            out, hit.statement, f"{hit.rank:>2}", hit.score, hit.highlights, stance=shown
        )
        if explain:
            print_indented(out, Text(_explained(hit.origin), style="dim"))
        if hit.duplicates:
            print_indented(out, Text(f"said again in {', '.join(hit.duplicates)}"))
        if hit.more_from_paper:
            more = len(hit.more_from_paper)
            print_indented(
                out, Text(f"{more} more from this paper: {', '.join(hit.more_from_paper)}")
            )
        out.print()


def _explained(origin: Origin) -> str:
    parts = [
        f"dense {origin.dense_score:.3f} (rank {origin.dense_rank or '–'})",
        f"lexical {origin.lexical_score:.2f} (rank {origin.lexical_rank or '–'})"
        if origin.lexical_score is not None
        else None,
        f"fused {origin.fusion_score:.3f}" if origin.fusion_score is not None else None,
        f"reranked {origin.rerank_score:.3f}" if origin.rerank_score is not None else None,
    ]
    return ", ".join(part for part in parts if part)


def print_statement(
    out: Console,
    view: StatementView,
    lead: str,
    score: float | None,
    highlights: Sequence[tuple[int, int]] = (),
    *,
    stance: str = "",
) -> None:
    """One statement."""
    text = Text(view.text)
    for start, end in highlights:
        text.stylize("bold", start, end)
    shown = f"{score:.3f}" if score is not None else ""
    out.print(Text(f"{lead}  {shown}  {view.id}{stance}".rstrip(), style="cyan"))
    if view.before:
        print_indented(out, Text(f"… {view.before}", style="dim"))
    print_indented(out, text)
    if view.after:
        print_indented(out, Text(f"{view.after} …", style="dim"))
    where = " › ".join(part for part in (str(view.section), view.heading) if part)
    print_indented(out, Text(f"in {describe_paper(view.paper)} [{where}]"))
    for work in view.cites[:_CITED]:
        print_indented(out, Text(f"cites {describe_work(work)}"))
    if len(view.cites) > _CITED:
        print_indented(out, Text(f"and {len(view.cites) - _CITED} more works"))


def print_abstracts(out: Console, hits: Sequence[AbstractHit]) -> None:
    """Abstracts, cut to a few lines: the whole text is in ``--json``."""
    for hit in hits:
        text = Text(hit.text)
        for start, end in hit.highlights:
            text.stylize("bold", start, end)
        out.print(Text(f"{hit.rank:>2}  {hit.score:.3f}", style="cyan"))
        print_indented(out, Text(describe_paper(hit.paper)))
        cut = text[:_ABSTRACT_CHARACTERS]
        print_indented(out, cut + Text(" …") if len(text) > _ABSTRACT_CHARACTERS else cut)
        out.print()


def describe_paper(paper: PaperView) -> str:
    """Authors, year, title and identifier of a paper in one line."""
    parts = [authors_and_year(paper), paper.title or "without title", paper.journal, paper.id]
    line = ". ".join(part.rstrip(".") for part in parts if part)
    return f"RETRACTED: {line}" if paper.retracted else line


def describe_work(work: CitedWork) -> str:
    """Title, year and identifier of a cited work in one line."""
    name = work.title or work.raw or work.key
    parts = [name, f"({work.year})" if work.year else "", work.paper or "no identifier"]
    return " ".join(part for part in parts if part)


def describe_source(paper: PaperView) -> str:
    """Authors, year and identifier of a paper: "Maresti and Wrenfield (2015). doi:…"."""
    head = authors_and_year(paper)
    line = f"{head}. {paper.id}" if head else paper.id
    return f"RETRACTED: {line}" if paper.retracted else line


def authors_and_year(paper: PaperView | WorkView) -> str:
    """Such as "Smith et al. (2019)"; empty where neither is known."""
    from semsearch.report.paper import short_authors

    authors = short_authors(paper.authors)
    return " ".join(part for part in (authors, f"({paper.year})" if paper.year else "") if part)


def print_timings(out: Console, timings: Timings) -> None:
    """Where the time of an answer went, stage by stage."""
    parts = [f"{stage} {seconds * 1000:.1f}" for stage, seconds in timings.by_stage().items()]
    parts.append(f"other {timings.other * 1000:.1f}")
    out.print(f"{timings.total * 1000:.1f} ms: {', '.join(parts)}", style="dim", markup=False)


def tally_cells(tally: Tally | None) -> list[str]:
    """The numbers of a tally by type, in all, and of citing papers, for a row of a table."""
    if tally is None:
        return ["–"] * 6
    kinds = (tally.supporting, tally.contrasting, tally.mentioning, tally.unclassified)
    return [f"{number:,}" for number in (*kinds, tally.total, tally.citing_papers)]


def print_indented(
    out: Console, text: Text, *, indent: int = _INDENT, lines: int | None = None
) -> None:
    """A text wrapped behind a margin, cut to so many lines."""
    wrapped = text.wrap(out, out.width - indent)
    for number, line in enumerate(wrapped[:lines], start=1):
        line.rstrip()
        cut = " …" if number == lines and len(wrapped) > number else ""
        out.print(Text(" " * indent) + line + Text(cut))
