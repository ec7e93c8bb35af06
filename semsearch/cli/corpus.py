"""``semsearch corpus`` and ``semsearch examples``: what an index holds, and what to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from semsearch.cli.options import AsJson, Index, open_searcher, print_json

if TYPE_CHECKING:
    from semsearch.retrieve.hits import FacetCounts


def corpus(index: Index = None, as_json: AsJson = False) -> None:
    """Count what an index holds: papers by year, journal, licence and kind, statements by section.

    For how much of it the index can speak comes first. ``info`` says what it was made with.
    """
    from semsearch.report.corpus import describe_corpus

    found = describe_corpus(open_searcher(index, None))
    if as_json:
        print_json(found)
        return
    covered = found.coverage
    for name, count in (
        ("papers", covered.papers),
        ("  with statements", covered.papers_with_statements),
        ("  with an abstract", covered.papers_with_abstract),
        ("  with a DOI", covered.papers_with_doi),
        ("  retracted", covered.papers_retracted),
        ("statements", covered.statements),
        ("  whose cited work is known", covered.statements_with_work),
        ("cited works", covered.cited_works),
    ):
        typer.echo(f"{name:<29}{count:>12,}")
    for what, lists in (("papers", found.papers_by), ("statements", found.statements_by)):
        for field, counts in lists.items():
            typer.echo(f"\n{what} by {field.replace('_', ' ')}")
            _print_counts(counts)


def examples(index: Index = None, as_json: AsJson = False) -> None:
    """Print questions that an index has something to say to, made of its statements and titles."""
    from semsearch.answer.examples import example_questions

    found = example_questions(open_searcher(index, None))
    if as_json:
        print_json({"questions": found})
        return
    for question in found:
        typer.echo(question)


def _print_counts(counts: FacetCounts) -> None:
    for one in counts.values:
        typer.echo(f"{one.count:>12,}  {one.value}")
    if counts.more:
        typer.echo(f"{'':>12}  and {counts.more:,} more")
    if not counts.values:
        typer.echo(f"{'':>12}  none known")
