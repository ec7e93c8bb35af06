"""Answers for reading in a terminal: the verdict, its counts, and the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from semsearch.cli.printing import print_abstracts, print_listed

if TYPE_CHECKING:
    from semsearch.answer.ask import Answer
    from semsearch.answer.verdict import Verdict


def print_answer(out: Console, answer: Answer, *, explain: bool) -> None:
    """A question with its verdict, statements and abstracts."""
    out.print(f"{answer.question}\n", style="bold", markup=False)
    if answer.verdict is not None:
        print_verdict(out, answer.verdict)
    print_listed(out, answer, answer.statements, explain=explain)
    if answer.abstracts:
        out.print("Abstracts\n", style="bold")
        print_abstracts(out, answer.abstracts)
    covered = answer.coverage
    if answer.asked is not None and answer.asked.agent and answer.asked.target:
        out.print(
            f"{_many(covered.statements_of_both, 'statement')} of"
            f" {_many(covered.papers_of_both, 'paper')} speak of both {answer.asked.agent} and"
            f" {answer.asked.target}",
            markup=False,
        )
    out.print(
        f"{len(answer.statements)} of {covered.statements_searched:,} statements and"
        f" {len(answer.abstracts)} of {covered.abstracts_searched:,} abstracts, from"
        f" {covered.papers_in_answer} of {covered.papers_searched:,} papers"
    )


def print_verdict(out: Console, verdict: Verdict) -> None:
    """The verdict, and a line for each stance that statements take."""
    share = (
        f" (support {verdict.share:.0%} of the weight, 95 % interval"
        f" {verdict.low:.0%}–{verdict.high:.0%})"
        if verdict.share is not None and verdict.low is not None and verdict.high is not None
        else " (no statement speaks of this relation)"
    )
    out.print(f"Verdict: {verdict.verdict}{share}", style="bold", markup=False)
    for side, count in (
        ("supporting", verdict.counts.supports),
        ("supporting with reserve", verdict.counts.hedged_supports),
        ("opposing", verdict.counts.opposes),
        ("saying the opposite direction", verdict.counts.reversed),
    ):
        if count.statements:
            selfish = f", {count.self_citations} self-citing" if count.self_citations else ""
            out.print(
                f"    {side}: {_many(count.statements, 'statement')}"
                f" ({_many(count.papers, 'paper')},"
                f" {_many(count.author_groups, 'independent group')}{selfish})",
                markup=False,
            )
    out.print()


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
