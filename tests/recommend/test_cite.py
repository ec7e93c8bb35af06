"""Works to cite: found by how others cite, and by title; left out what is cited already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from semsearch.encode.recipe import StatementRecipe
from semsearch.errors import QueryError
from semsearch.index.build import Builder
from semsearch.parse.packages import ArticleFiles
from semsearch.rank.similar import similar_statements
from semsearch.recommend.candidates import SOFTNESS, count_votes
from semsearch.recommend.cite import SHOWN, CiteOptions, Why, cite, read_cite_options
from semsearch.recommend.learned import work_model
from semsearch.recommend.place import find_place
from semsearch.recommend.ranking import rank_works
from semsearch.records import Section
from semsearch.search import Searcher

SPINES, ROOTS, TOOL = "10.5555/spines", "10.5555/roots", "10.5555/tool"


def _ref(number: int, doi: str, title: str, family: str, year: int) -> str:
    return (
        f'<ref id="B{number}"><label>{number}</label><element-citation><person-group'
        f' person-group-type="author"><name><surname>{family}</surname></name></person-group>'
        f"<article-title>{title}</article-title><year>{year}</year>"
        f'<pub-id pub-id-type="doi">{doi}</pub-id></element-citation></ref>'
    )


REFS = (
    _ref(1, SPINES, "Why cacti have spines", "Thorne", 2001)
    + _ref(2, ROOTS, "Shallow roots take up rain", "Delver", 2009)
    + _ref(3, TOOL, "A program to measure leaves", "Coder", 2015)
)
BODIES = {
    "10.5555/a": '<sec sec-type="intro"><title>Introduction</title><p>Spines keep grazing animals'
    ' away from cacti [<xref rid="B1">1</xref>]. Shallow roots take up rain before it is gone'
    ' [<xref rid="B2">2</xref>].</p></sec>',
    "10.5555/b": '<sec sec-type="intro"><title>Introduction</title><p>Grazing animals are kept away'
    ' by the spines of cacti [<xref rid="B1">1</xref>].</p></sec>'
    '<sec sec-type="methods"><title>Methods</title><p>Leaves were measured by the program'
    ' [<xref rid="B3">3</xref>].</p></sec>',
    "10.5555/c": '<sec sec-type="methods"><title>Methods</title><p>We measured the area of all'
    ' leaves by a program [<xref rid="B3">3</xref>]. Roots were dug out after rain'
    ' [<xref rid="B2">2</xref>].</p></sec>',
}


def _build(index: Path, articles: Path, encoder: Any) -> None:
    Builder(folder=index, encoder=encoder, recipe=StatementRecipe.TEXT, batch_tokens=4096).build(
        ArticleFiles((articles,), 10**7)
    )


@pytest.fixture(scope="module")
def searcher(
    tmp_path_factory: pytest.TempPathFactory, article: Callable[..., bytes], hashed_words: Any
) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("cite")
    for number, (doi, body) in enumerate(BODIES.items()):
        text = article(body, refs=REFS, doi=doi, title=f"Desert plants {number}")
        (folder / f"{number}.xml").write_bytes(text)
    encoder = hashed_words()
    _build(folder / "index", folder, encoder)
    opened = Searcher(folder / "index", encoder=encoder)
    yield opened
    opened.close()


def dois(searcher: Searcher, text: str, **options: Any) -> list[str | None]:
    return [one.work.doi for one in cite(searcher, text, CiteOptions(**options)).works]


def test_the_work_that_others_cite_for_the_same_comes_first(searcher: Searcher) -> None:
    assert dois(searcher, "Spines of cacti keep animals from grazing [CIT].")[0] == SPINES
    assert dois(searcher, "The area of leaves was measured [CIT].")[0] == TOOL


def test_each_work_comes_with_statements_that_cite_it_one_of_each_paper_first(
    searcher: Searcher,
) -> None:
    for one in cite(searcher, "Roots take up rain [CIT].").works:
        assert 1 <= len(one.examples) <= SHOWN
        assert all(
            one.work.id in [cited.paper for cited in shown.statement.cites]
            for shown in one.examples
        )
        papers = [shown.statement.paper.id for shown in one.examples]
        assert len(set(papers)) == min(one.papers, len(papers))
        likes = [shown.like for shown in one.examples]
        assert likes == sorted(likes, reverse=True)
        assert one.statements >= one.papers >= 1


def test_ranks_scores_and_reasons_agree(searcher: Searcher) -> None:
    works = cite(searcher, "Shallow roots take up rain [CIT].").works
    assert [one.rank for one in works] == list(range(1, len(works) + 1))
    scores = [one.score for one in works]
    assert scores == sorted(scores, reverse=True)
    for one in works:
        total = sum(
            work_model().weights.get(name, 0) * value for name, value in one.reasons.items()
        )
        chance = 1 / (1 + np.exp(-(work_model().slope * total + work_model().intercept)))
        assert one.score == pytest.approx(chance, abs=0.01)


@pytest.mark.parametrize(
    "name",
    [SPINES, "https://doi.org/10.5555/SPINES", "Why cacti have spines", "why cacti have spine"],
)
def test_what_is_named_as_cited_is_left_out(searcher: Searcher, name: str) -> None:
    result = cite(searcher, "Spines of cacti keep animals away [CIT].", CiteOptions(cites=(name,)))
    assert SPINES not in [one.work.doi for one in result.works]
    assert [one.doi for one in result.cites] == [SPINES]
    assert result.unknown == ()


def test_a_doi_in_the_text_is_cited_already(searcher: Searcher) -> None:
    result = cite(searcher, f"Spines of cacti (doi:{SPINES}) keep animals away [CIT].")
    assert SPINES not in [one.work.doi for one in result.works]
    assert [one.doi for one in result.cites] == [SPINES]


def test_a_work_named_by_author_and_year_is_left_out_with_the_reason(searcher: Searcher) -> None:
    result = cite(searcher, "Spines keep animals away (Thorne et al., 2001) [CIT].")
    assert SPINES not in [one.work.doi for one in result.works]
    assert (SPINES, Why.CITED) in [(one.work.doi, one.why) for one in result.left_out]
    assert SPINES in dois(searcher, "Spines keep animals away (Thorne, 2002) [CIT].")


def test_later_works_are_left_out_with_the_reason(searcher: Searcher) -> None:
    result = cite(searcher, "Leaves were measured [CIT].", CiteOptions(year=2009))
    assert {one.work.doi for one in result.works} == {SPINES, ROOTS}
    assert [(one.work.doi, one.why) for one in result.left_out] == [(TOOL, Why.LATER)]


def test_what_is_cited_together_comes_nearer(searcher: Searcher) -> None:
    text = "Plants of deserts [CIT]."
    alone = {one.work.doi: one.reasons["co_cited"] for one in cite(searcher, text).works}
    known = cite(searcher, text, CiteOptions(cites=(TOOL,))).works
    together = {one.work.doi: one.reasons["co_cited"] for one in known}
    assert set(alone.values()) == {0.0}
    assert all(together[doi] > 0 for doi in (SPINES, ROOTS))


def test_the_section_counts_for_what_is_cited_there(searcher: Searcher) -> None:
    def lift(section: Section) -> dict[str | None, float]:
        works = cite(searcher, "Leaves and spines [CIT].", CiteOptions(section=section)).works
        return {one.work.doi: one.reasons["section"] for one in works}

    assert lift(Section.METHODS)[TOOL] > 0 > lift(Section.METHODS)[SPINES]
    assert lift(Section.INTRODUCTION)[SPINES] > 0 > lift(Section.INTRODUCTION)[TOOL]


def test_an_unknown_name_is_said(searcher: Searcher) -> None:
    result = cite(
        searcher, "Leaves [CIT].", CiteOptions(cites=("10.5555/nowhere", "No such title"))
    )
    assert result.unknown == ("10.5555/nowhere", "No such title")


def test_the_same_text_gives_the_same_bytes_and_a_limit_only_cuts(searcher: Searcher) -> None:
    text = "Spines and roots and leaves of plants [CIT]."
    first, again = (orjson.dumps(cite(searcher, text)) for _ in range(2))
    assert first == again
    whole, cut = dois(searcher, text), dois(searcher, text, limit=2)
    assert cut == whole[:2]


def test_statements_that_may_not_be_used_give_no_vote_and_no_work(searcher: Searcher) -> None:
    columns = searcher.generation.statements.columns
    (paper,) = columns.paper_numbers(["doi:10.5555/b"])
    allowed = columns.paper == paper
    ranked = rank_works(
        searcher,
        find_place("Shallow roots take up rain [CIT]."),
        known=np.zeros(0, dtype=np.int64),
        allowed=allowed,
    )
    found = {bytes(one).decode() for one in columns.targets.values[ranked.codes]}
    assert found == {f"doi:{SPINES}", f"doi:{TOOL}"}
    assert set(columns.paper[ranked.likely.rows].tolist()) == {int(paper)}


def test_votes_are_those_of_a_loop_over_statements(searcher: Searcher) -> None:
    columns = searcher.generation.statements.columns
    encoded = searcher.encoder.encode_tokens(["spines of cacti"])
    assert encoded.tokens is not None
    likely = similar_statements(
        searcher.generation, "spines of cacti", encoded.vectors[0], encoded.tokens[0]
    )
    votes = count_votes(columns, likely)
    best: dict[int, float] = {}
    total: dict[int, float] = {}
    for row, score in zip(likely.rows.tolist(), likely.score.tolist(), strict=True):
        cited = columns.targets.codes[slice(*columns.targets.offsets[row : row + 2])].tolist()
        for code in cited:
            best[code] = max(best.get(code, 0.0), score)
            vote = np.exp((score - likely.score.max()) / SOFTNESS) / np.sqrt(len(cited))
            total[code] = total.get(code, 0.0) + vote
    assert votes.codes.tolist() == sorted(best)
    assert votes.best.tolist() == pytest.approx([best[code] for code in sorted(best)])
    assert votes.total.tolist() == pytest.approx([total[code] for code in sorted(best)])
    assert [found.tolist() for found in votes.of(np.array([-1, 10**6]))] == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the text is empty"),
        ("  ", "the text is empty"),
        ("a" * 2001, "over the limit of 2,000"),
        ("a \x00 b", "control character"),
        ("one [CIT] two [CIT]", "[CIT] 2 times"),
        ("[CIT]", "expected the words around it"),
    ],
)
def test_what_cannot_be_asked_is_refused(searcher: Searcher, text: str, message: str) -> None:
    with pytest.raises(QueryError) as refused:
        cite(searcher, text)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"section": "preface"}, "the section is 'preface'"),
        ({"year": 19}, "expected four digits"),
        ({"limit": 0}, "the limit is 0"),
        ({"cites": [""]}, "name of a cited work is empty"),
        ({"cites": [str(n) for n in range(501)]}, "501 works are named"),
    ],
)
def test_options_that_there_are_not_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(QueryError) as refused:
        read_cite_options(**options)
    assert message in str(refused.value)


def test_an_index_without_citations_recommends_nothing(
    tmp_path: Path, article: Callable[..., bytes], encoder: Any
) -> None:
    (tmp_path / "a.xml").write_bytes(
        article(front="<abstract><p>Plants of deserts.</p></abstract>")
    )
    _build(tmp_path / "index", tmp_path, encoder)
    searcher = Searcher(tmp_path / "index", encoder=encoder)
    assert cite(searcher, "Plants of deserts [CIT].").works == ()
    searcher.close()
