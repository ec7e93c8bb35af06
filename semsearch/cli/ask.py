"""``semsearch ask``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from semsearch.cli.exports import export_target
from semsearch.cli.options import (
    AsJson,
    BaseUrl,
    CrossEncoder,
    Cursor,
    Explain,
    ExportAs,
    FacetAlternatives,
    Facets,
    Filters,
    Fold,
    FusionOf,
    Group,
    Index,
    Limit,
    Mode,
    Model,
    Out,
    RerankBy,
    Sort,
    open_searcher,
    print_json,
    search_options,
)

if TYPE_CHECKING:
    from semsearch.rank.options import SearchOptions
    from semsearch.search import Searcher

OneSide = Annotated[
    str | None,
    typer.Option(
        "--side",
        metavar="STANCE",
        help="List all that the verdict counts on one side instead: supports, hedged_supports,"
        " opposes, neutral or reversed. --limit and --cursor are in groups then.",
    ),
]
GroupedBy = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="GROUPING",
        help="What the statements of --side are put together by: statement (each by itself), paper"
        " or authors (papers that share an author).",
    ),
]


def ask(
    question: Annotated[str, typer.Argument(help='Such as "does EMT induce IL-6".')],
    index: Index = None,
    model: Model = None,
    limit: Limit = None,
    mode: Mode = "hybrid",
    fusion: FusionOf = "convex",
    rerank: RerankBy = "learned",
    cross_encoder: CrossEncoder = None,
    filters: Filters = None,
    sort: Sort = "relevance",
    cursor: Cursor = None,
    group: Group = False,
    fold: Fold = True,
    facets: Facets = None,
    facet_alternatives: FacetAlternatives = False,
    side: OneSide = None,
    by: GroupedBy = "statement",
    explain: Explain = False,
    as_json: AsJson = False,
    export_as: ExportAs = None,
    out: Out = None,
    base_url: BaseUrl = None,
) -> None:
    """Answer a question with a verdict, ranked citation statements, and abstracts beside them."""
    from semsearch.retrieve.query import check_text

    target = export_target(export_as, out, base_url, others={"--json": as_json})
    check_text(question)
    _check_side(
        side, by, {"--format": target, "--explain": explain, "--facet": facets, "--group": group}
    )
    options = search_options(
        limit=limit,
        mode=mode,
        fusion=fusion,
        rerank=rerank,
        cross_encoder=cross_encoder,
        filters=filters,
        sort=sort,
        cursor=cursor,
        group=group,
        fold=fold,
        facets=facets,
        facet_alternatives=facet_alternatives,
    )
    searcher = open_searcher(index, model)
    searcher.load_ahead()
    if side is not None:
        _print_side(question, side, by, options, searcher, as_json=as_json)
        return
    from semsearch.answer.ask import ask as answer_question

    if target is not None:
        from semsearch.export import export_answer

        target.write(export_answer(searcher, question, options=options, base_url=target.base_url))
        return
    from semsearch.timing import recorded

    with recorded() as timings:
        answer = answer_question(searcher, question, options=options)
    if as_json:
        print_json(answer)
        return
    from semsearch.cli.answers import print_answer
    from semsearch.cli.printing import console, print_timings

    print_answer(console(), answer, explain=explain)
    if explain:
        print_timings(console(), timings)


def _check_side(side: str | None, by: str, others: Mapping[str, object]) -> None:
    """Refuse options that would say nothing.

    Raises:
        UsageError: one of ``others`` beside a side, or a grouping without one.
    """
    from semsearch.errors import UsageError

    if side is None and by != "statement":
        raise UsageError("--by is for --side")
    for name, given in others.items():
        if side is not None and given:
            raise UsageError(f"{name} is not for --side")


def _print_side(
    question: str,
    side: str,
    by: str,
    options: SearchOptions,
    searcher: Searcher,
    *,
    as_json: bool,
) -> None:
    from semsearch.answer.sides import SideGrouping, list_side
    from semsearch.language.stance import Stance
    from semsearch.rank.options import one_of

    found = list_side(
        searcher,
        question,
        one_of(Stance, "side", side),
        grouping=one_of(SideGrouping, "grouping", by),
        options=options,
    )
    if as_json:
        print_json(found)
        return
    from semsearch.cli.answers import print_side
    from semsearch.cli.printing import console

    print_side(console(), found)
