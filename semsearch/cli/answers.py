"""Answers for reading in a terminal: the verdict, its counts, and the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from semsearch.answer.sides import SideGrouping
from semsearch.cli.printing import (
    describe_source,
    print_abstracts,
    print_indented,
    print_listed,
    print_statement,
)
from semsearch.language.stance import Stance

if TYPE_CHECKING:
    from semsearch.answer.ask import Answer
    from semsearch.answer.sides import Side, SideList
    from semsearch.answer.verdict import Verdict

_LINES = 3  # of a statement beside its count; the whole one is among the hits, or with ``show``


def print_answer(out: Console, answer: Answer, *, explain: bool) -> None:
    """A question with its verdict, statements and abstracts."""
    out.print(f"{answer.question}\n", style="bold", markup=False)
    if answer.did_you_mean is not None:
        out.print(f"Did you mean: {answer.did_you_mean}\n", markup=False)
    if answer.verdict is not None:
        print_verdict(out, answer.verdict, answer.sides)
    print_listed(out, answer, answer.statements, explain=explain)
    if answer.abstracts:
        out.print("Abstracts\n", style="bold")
        print_abstracts(out, answer.abstracts)
    covered = answer.coverage
    if answer.asked is not None and answer.asked.agent and answer.asked.target:
        out.print(
            f"{_many(covered.statements_of_both, 'statement')} of"
            f" {_many(covered.papers_of_both, 'paper')} name both {answer.asked.agent} and"
            f" {answer.asked.target}",
            markup=False,
        )
    if covered.unknown_words:
        unknown = ", ".join(f'"{one.word}"' for one in covered.unknown_words)
        out.print(f"No statement and no abstract has {unknown}", markup=False)
    out.print(
        f"{len(answer.statements)} of {covered.statements_searched:,} statements and"
        f" {len(answer.abstracts)} of {covered.abstracts_searched:,} abstracts, from"
        f" {covered.papers_in_answer} of {covered.papers_searched:,} papers"
    )


def print_side(out: Console, found: SideList) -> None:
    """A page of one side of a verdict, clearest statements first."""
    from semsearch.report.paper import short_name

    out.print(f"{found.question}\n", style="bold", markup=False)
    if found.filter is not None:
        out.print(f"Only where {found.filter}\n", markup=False)
    count = found.count
    out.print(
        f"{found.stance}: {_many(count.statements, 'statement')} of"
        f" {_many(count.papers, 'paper')} by {_many(count.author_groups, 'independent group')}\n",
        markup=False,
    )
    for group in found.groups:
        if found.grouping is not SideGrouping.STATEMENT:
            names = {view.paper.id: short_name(view.paper) for view in group.statements}
            said = _many(len(group.statements), "statement")
            out.print(f"{'; '.join(names.values())}: {said}", style="bold", markup=False)
        for view, spans in zip(group.statements, group.spans, strict=True):
            print_statement(out, view, "-", None, [(span.start, span.end) for span in spans])
            out.print()
    if found.next is not None:
        out.print(f"next page: --cursor {found.next}", markup=False)


def print_verdict(out: Console, verdict: Verdict, sides: Sequence[Side] = ()) -> None:
    """The verdict, and for each stance that statements take its count and clearest statements."""
    share = (
        f" (support {verdict.share:.0%} of the weight, 95 % interval"
        f" {verdict.low:.0%}–{verdict.high:.0%})"
        if verdict.share is not None and verdict.low is not None and verdict.high is not None
        else " (no statement tells in which direction)"
        if verdict.counts.neutral.statements
        else " (no statement speaks of this relation)"
    )
    out.print(f"Verdict: {verdict.verdict}{share}", style="bold", markup=False)
    if verdict.misread:
        print_indented(
            out,
            Text(
                "No more than mixed: what seems to support is less clear than what says the"
                " opposite direction, and may be that misread."
            ),
        )
    shown = {side.stance: side.statements for side in sides}
    counts = verdict.counts
    for stance, (one, many), count in (
        (Stance.SUPPORTS, ("supports", "support"), counts.supports),
        (
            Stance.HEDGED_SUPPORTS,
            ("supports with reserve", "support with reserve"),
            counts.hedged_supports,
        ),
        (Stance.OPPOSES, ("opposes", "oppose"), counts.opposes),
        (
            Stance.NEUTRAL,
            ("tells of an effect, not which way", "tell of an effect, not which way"),
            counts.neutral,
        ),
        (
            Stance.REVERSED,
            ("says the opposite direction", "say the opposite direction"),
            counts.reversed,
        ),
    ):
        if not count.statements:
            continue
        selfish = f", {count.self_citations} self-citing" if count.self_citations else ""
        told = f"{_many(count.statements, 'statement')} {one if count.statements == 1 else many}"
        out.print(
            f"    {told} ({_many(count.papers, 'paper')},"
            f" {_many(count.author_groups, 'independent group')}{selfish})",
            markup=False,
        )
        for view in shown.get(stance, ()):
            print_indented(out, Text(view.text), indent=8, lines=_LINES)
            print_indented(out, Text(f"{view.id}  {describe_source(view.paper)}", "dim"), indent=8)
    out.print()


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
