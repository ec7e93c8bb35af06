"""What the tools answer, without the protocol."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from semsearch.answer.ask import ask
from semsearch.answer.sides import list_side
from semsearch.errors import NotFoundError, QueryError, SemsearchError
from semsearch.language.stance import Stance
from semsearch.rank.options import SearchOptions
from semsearch.report.paper import report_on
from semsearch.search import Searcher
from semsearch.serve.mcp.budget import tokens_of
from semsearch.serve.mcp.tools import TOOLS, call
from semsearch.serve.served import Served

QUESTION = "does EMT induce IL-6"
BUDGETS = (200, 300, 400, 700, 1_000, 2_000, 20_000)


@pytest.fixture(scope="module")
def tools(searcher: Searcher) -> Served:
    return Served(searcher)


def given(tools: Served, name: str, **arguments: Any) -> Any:
    return call(tools, name, arguments).result.model_dump(mode="json", exclude_none=True)


@pytest.mark.parametrize("budget", BUDGETS)
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ask", {"question": QUESTION}),
        ("ask", {"question": QUESTION, "stance": "opposes", "limit": 40}),
        ("ask", {"question": "what is known of IL-6"}),
        ("search", {"text": "IL-6", "limit": 50}),
        ("similar", {"statement_or_text": "EMT induces IL-6"}),
        ("report", {"work": "10.5555/semsearch.demo.01"}),
    ],
)
def test_answer_keeps_within_its_budget(
    tools: Served, name: str, arguments: dict[str, Any], budget: int
) -> None:
    try:
        page = call(tools, name, {**arguments, "token_budget": budget})
    except QueryError as error:
        assert "ask with at least" in str(error)
        assert budget < 700
    else:
        assert tokens_of(page) <= budget


def test_ask_gives_verdict_counts_and_clearest_statements_of_each_side(
    tools: Served, searcher: Searcher
) -> None:
    content = given(tools, "ask", question=QUESTION, token_budget=20_000)
    answer = ask(searcher, QUESTION)
    assert answer.verdict is not None
    assert content["verdict"]["verdict"] == answer.verdict.verdict
    sides = {side["stance"]: side for side in content["sides"]}
    assert list(sides)[:2] == ["supports", "opposes"]
    assert sides["opposes"]["statements"] == answer.verdict.counts.opposes.statements
    for side in answer.sides:
        shown = sides[side.stance]["shown"]
        assert [one["id"] for one in shown] == [view.id for view in side.statements]
        for one, view in zip(shown, side.statements, strict=True):
            assert (one["text"], one.get("doi"), one.get("year")) == (
                view.text,
                view.paper.doi,
                view.paper.year,
            )
            assert set(one["types"]) == {cited.type for cited in view.cites}
            assert one["stance"] == side.stance


def test_small_budget_names_both_sides_counts_and_goes_on_by_cursor(
    tools: Served, searcher: Searcher
) -> None:
    first = given(tools, "ask", question=QUESTION, token_budget=400)
    (side,) = (one for one in first["sides"] if one["stance"] == "opposes")
    assert first["left_out"] > 0
    ids = [one["id"] for one in side["shown"]]
    following = side["next"]
    while following is not None:
        page = given(
            tools, "ask", question=QUESTION, stance="opposes", cursor=following, token_budget=500
        )
        ids += [one["id"] for one in page["sides"][0]["shown"]]
        assert page["sides"][0]["shown"]
        following = page["sides"][0].get("next")
    whole = list_side(searcher, QUESTION, Stance.OPPOSES, options=SearchOptions(limit=1000))
    assert ids == [group.statements[0].id for group in whole.groups]


def test_search_goes_on_where_the_budget_ended(tools: Served, searcher: Searcher) -> None:
    wanted = [hit.statement.id for hit in searcher.search("STAT3 spheroids", limit=40).hits]
    ids: list[str] = []
    following = None
    while len(ids) < len(wanted):
        asked: dict[str, str] = {"cursor": following} if following else {}
        page = given(tools, "search", text="STAT3 spheroids", token_budget=450, **asked)
        ids += [one["id"] for one in page["statements"]]
        following = page.get("next")
        assert following or len(ids) >= len(wanted)
    assert ids[: len(wanted)] == wanted


def test_similar_goes_on_where_the_budget_ended(tools: Served, searcher: Searcher) -> None:
    text = "EMT induces IL-6"
    wanted = [hit.statement.id for hit in searcher.similar(text, limit=20).hits]
    first = given(tools, "similar", statement_or_text=text, limit=20, token_budget=600)
    assert first["left_out"] > 0
    rest = given(
        tools, "similar", statement_or_text=text, limit=20, cursor=first["next"], token_budget=9_000
    )
    assert [one["id"] for one in first["statements"] + rest["statements"]][:20] == wanted


def test_report_lists_each_citing_paper_once(tools: Served, searcher: Searcher) -> None:
    report = report_on(searcher, "10.5555/semsearch.demo.01")
    pages = []
    following = None
    while True:
        asked: dict[str, str] = {"cursor": following} if following else {}
        pages.append(
            given(tools, "report", work=report.work.id, limit=5, token_budget=900, **asked)
        )
        following = pages[-1].get("next")
        if following is None:
            break
    assert len(pages) > 2
    assert pages[0]["tally"]["total"] == report.tally.total
    papers = [one.get("doi") or one["paper"] for page in pages for one in page["citing"]]
    assert len(papers) == len(set(papers)) == report.total_sources
    said = [one["id"] for page in pages for paper in page["citing"] for one in paper["says"]]
    assert len(said) == report.total_statements


def test_filters_are_those_of_the_command_line(tools: Served) -> None:
    found = given(tools, "search", text="IL-6", filters=["year=2015..2016", "-section=methods"])
    assert {one["year"] for one in found["statements"]} <= {2015, 2016}
    assert found["filter"]


def test_statement_shows_its_place_and_its_works_page_by_page(cited: Searcher) -> None:
    tools = Served(cited)
    (found,) = given(tools, "search", text="Snail is known", limit=1)["statements"]
    whole = given(tools, "statement", statement=found["id"])
    assert whole["before"].startswith("IL-6 was raised")
    assert len(whole["works"]) == found["cites"] == 3
    small = given(tools, "statement", statement=found["id"], token_budget=240)
    assert small["left_out"] == 3 - len(small["works"]) > 0
    rest = given(tools, "statement", statement=found["id"], cursor=small["next"])
    assert small["works"] + rest["works"] == whole["works"]


def test_same_call_gives_the_same_answer(tools: Served) -> None:
    answers = [call(tools, "ask", {"question": QUESTION}) for _ in range(2)]
    assert all(one == other for one, other in pairwise(answers))


@pytest.mark.parametrize(
    ("name", "arguments", "kind", "sentence"),
    [
        ("answer", {}, QueryError, "there is no tool 'answer', expected one of ask, search"),
        ("ask", {}, QueryError, "question: Field required"),
        ("ask", {"question": "  "}, QueryError, "the question is empty"),
        ("ask", {"question": "x", "q": 1}, QueryError, "there is no parameter 'q', expected"),
        ("ask", {"question": "x", "token_budget": 199}, QueryError, "token_budget: .* 200"),
        ("ask", {"question": "x", "stance": "unrelated"}, QueryError, "the stance is"),
        ("ask", {"question": "x", "stance": "for"}, QueryError, "stance: Input should be"),
        ("search", {"text": "x", "filters": ["colour=red"]}, QueryError, "colour"),
        ("search", {"text": "x", "limit": 0}, QueryError, "the limit is 0"),
        ("search", {"text": "x", "cursor": "é"}, QueryError, "is no cursor"),
        ("similar", {"statement_or_text": "a" * 15 + "2"}, NotFoundError, "statement"),
        ("report", {"work": "10.5555/nowhere"}, NotFoundError, "10.5555/nowhere"),
        ("statement", {"statement": "nothing"}, SemsearchError, "nothing"),
    ],
)
def test_wrong_call_gets_one_sentence(
    tools: Served,
    name: str,
    arguments: dict[str, Any],
    kind: type[SemsearchError],
    sentence: str,
) -> None:
    with pytest.raises(kind, match=sentence) as caught:
        call(tools, name, arguments)
    assert "\n" not in str(caught.value)


def test_cursor_of_another_question_is_refused(tools: Served) -> None:
    following = given(tools, "search", text="IL-6", limit=1)["next"]
    with pytest.raises(QueryError, match="belongs to another query"):
        call(tools, "search", {"text": "STAT3", "cursor": following})


def test_every_parameter_and_field_is_described() -> None:
    for tool in TOOLS.values():
        assert "untrusted" in tool.description
        for name, field in tool.input_schema()["properties"].items():
            assert field.get("description"), (tool.name, name)
        assert tool.input_schema()["additionalProperties"] is False
