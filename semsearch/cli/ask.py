"""``semsearch ask``."""

from __future__ import annotations

from typing import Annotated

import typer

from semsearch.cli.options import AsJson, Index, Limit, Model, open_searcher, print_json


def ask(
    question: Annotated[str, typer.Argument(help='Such as "does EMT induce IL-6".')],
    index: Index = None,
    model: Model = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question with ranked citation statements, and abstracts beside them."""
    from semsearch.answer.ask import ask as answer_question
    from semsearch.retrieve.query import check_limit, check_text

    check_text(question)
    check_limit(limit)
    answer = answer_question(open_searcher(index, model), question, limit=limit)
    if as_json:
        print_json(answer)
        return
    from semsearch.cli.printing import console, print_abstracts, print_hits

    out = console()
    out.print(f"{answer.question}\n", style="bold", markup=False)
    print_hits(out, answer.statements)
    if answer.abstracts:
        out.print("Abstracts\n", style="bold")
        print_abstracts(out, answer.abstracts)
    covered = answer.coverage
    out.print(
        f"{len(answer.statements)} of {covered.statements_searched:,} statements and"
        f" {len(answer.abstracts)} of {covered.abstracts_searched:,} abstracts, from"
        f" {covered.papers_in_answer} of {covered.papers_searched:,} papers"
    )
