"""Abstracts and their best sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from semsearch.answer.ask import ask
from semsearch.encode.recipe import StatementRecipe
from semsearch.index.build import Builder
from semsearch.language.stance import Stance
from semsearch.parse.packages import ArticleFiles
from semsearch.rank.abstracts import FEATURES, rank_abstracts, ready
from semsearch.retrieve.generation import ids_of
from semsearch.retrieve.hits import AbstractHit
from semsearch.search import Searcher

CITED = '<p>Something is cited [<xref ref-type="bibr" rid="B1">1</xref>].</p>'
FILLED = [f"Filler number {number} tells of weather and stones." for number in range(14)]
ANSWER = "Silicon feeds rice in salty water."


def abstract(*sentences: str) -> str:
    return f"<abstract><p>{' '.join(sentences)}</p></abstract>"


#: Name of the paper → title and front matter.
PAPERS = {
    "last": ("Nothing of it here", abstract(*FILLED, ANSWER)),
    "middle": ("Nothing of it there", abstract(*FILLED[:11], ANSWER, *FILLED[11:])),
    "title": ("Silicon feeds rice in salty water", abstract(*FILLED[:3])),
    "twice": ("Nothing said twice", abstract(FILLED[0], ANSWER, FILLED[1], ANSWER)),
    "parts": (
        "Nothing of parts",
        "<abstract><sec><title>Aims</title><p>Stones were counted. Weather was bad.</p></sec>"
        f"<sec><title>Results</title><p>{ANSWER}</p></sec></abstract>",
    ),
    "untitled": ("", abstract(FILLED[0], ANSWER)),
    "bare": ("Silicon feeds rice in salty water too", ""),
}


@pytest.fixture(scope="module")
def searcher(
    tmp_path_factory: pytest.TempPathFactory,
    article: Callable[..., bytes],
    hashed_words: Callable[[], Any],
) -> Iterator[Searcher]:
    where = tmp_path_factory.mktemp("abstracts")
    for name, (title, front) in PAPERS.items():
        made = article(CITED, doi=f"10.5555/{name}", title=title, front=front)
        (where / f"{name}.xml").write_bytes(made)
    Builder(
        folder=where / "index",
        encoder=hashed_words(),
        recipe=StatementRecipe.TEXT,
        batch_tokens=256,
    ).build(ArticleFiles(tuple(sorted(where.glob("*.xml"))), 10**6))
    opened = Searcher(where / "index", encoder=hashed_words())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def hits(searcher: Searcher) -> dict[str, AbstractHit]:
    found = searcher.search_abstracts("silicon feeds rice in salty water", limit=20)
    assert [hit.rank for hit in found] == list(range(1, len(found) + 1))
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    return {str(hit.paper.doi).removeprefix("10.5555/"): hit for hit in found}


def test_papers_without_an_abstract_are_not_among_them(hits: dict[str, AbstractHit]) -> None:
    assert set(hits) == set(PAPERS) - {"bare"}


@pytest.mark.parametrize("name", ["last", "middle", "twice", "untitled"])
def test_span_of_the_best_sentence_is_that_sentence(
    hits: dict[str, AbstractHit], name: str
) -> None:
    hit = hits[name]
    assert hit.best is not None
    assert hit.text[slice(*hit.best)] == ANSWER


def test_sentence_of_a_part_begins_behind_or_with_its_heading(hits: dict[str, AbstractHit]) -> None:
    hit = hits["parts"]
    assert hit.text == f"Aims: Stones were counted. Weather was bad. Results: {ANSWER}"
    assert hit.best is not None
    assert hit.text[slice(*hit.best)] in (ANSWER, f"Results: {ANSWER}")


def test_first_of_equal_sentences_is_the_best(hits: dict[str, AbstractHit]) -> None:
    hit = hits["twice"]
    assert hit.best is not None
    assert hit.best[0] == hit.text.index(ANSWER)


def test_title_is_sentence_zero_and_has_no_span(hits: dict[str, AbstractHit]) -> None:
    assert hits["title"].best is None
    assert hits["title"].text == " ".join(FILLED[:3])


def test_features_are_the_best_over_title_and_sentences(
    searcher: Searcher, hashed_words: Callable[[], Any]
) -> None:
    query = "silicon feeds rice in salty water"
    generation = searcher.generation
    ranking = rank_abstracts(generation, ready(generation, searcher.encoder, query))
    encoder = hashed_words()
    vector = encoder.encode([query])[0]
    ids = ids_of(generation.abstracts.dense, ranking.candidates.rows)
    for place, identity in enumerate(ids):
        title, front = PAPERS[identity.removeprefix("doi:10.5555/")]
        if "<sec>" in front:
            continue
        text = front.removeprefix("<abstract><p>").removesuffix("</p></abstract>")
        sentences = [title, *(f"{one}." for one in text.removesuffix(".").split(". "))]
        scores = encoder.encode(sentences) @ vector
        assert ranking.features["sentence"][place] == pytest.approx(scores.max(), abs=1e-6)
        # Late interaction chooses; on these words it is at the same sentence.
        assert int(ranking.best[place]) == int(np.argmax(scores))
    assert set(ranking.features) <= set(FEATURES)
    assert sorted(ranking.order.tolist()) == list(range(len(ids)))


def test_best_is_the_same_in_a_shorter_list(
    searcher: Searcher, hits: dict[str, AbstractHit]
) -> None:
    few = searcher.search_abstracts("silicon feeds rice in salty water", limit=2)
    assert [hit.paper.doi for hit in few] == [hit.paper.doi for hit in list(hits.values())[:2]]
    for hit in few:
        assert hit.best == hits[str(hit.paper.doi).removeprefix("10.5555/")].best


def test_the_best_and_their_scores_are_the_same_however_many_are_asked_for(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("semsearch.rank.abstracts.DEPTH", 1)
    few = searcher.search_abstracts("silicon feeds rice in salty water", limit=1)
    many = searcher.search_abstracts("silicon feeds rice in salty water", limit=20)
    assert len(many) == len(PAPERS) - 1
    assert [(hit.paper.id, hit.score) for hit in few] == [
        (hit.paper.id, hit.score) for hit in many[: len(few)]
    ]


def test_an_answer_has_the_abstracts_that_a_search_for_them_finds(searcher: Searcher) -> None:
    question = "does silicon feed rice in salty water"
    found = ask(searcher, question).abstracts
    assert len(found) == 3
    assert found == searcher.search_abstracts(question, limit=3)


def test_stance_is_that_of_the_best_sentence_with_spans_in_the_abstract(
    tmp_path: Any, article: Callable[..., bytes], encoder: Any
) -> None:
    said = "EMT did not induce IL-6 here."
    front = abstract("Stones were counted all day.", said, "Weather was bad.")
    (tmp_path / "a.xml").write_bytes(article(CITED, title="Of stones", front=front))
    Builder(
        folder=tmp_path / "index",
        encoder=encoder,
        recipe=StatementRecipe.TEXT,
        batch_tokens=256,
    ).build(ArticleFiles((tmp_path / "a.xml",), 10**6))
    opened = Searcher(tmp_path / "index", encoder=encoder)
    (hit,) = ask(opened, "does EMT induce IL-6").abstracts
    opened.close()
    assert hit.best is not None
    assert hit.text[slice(*hit.best)] == said
    assert hit.stance is not None
    assert hit.stance.stance is Stance.OPPOSES
    shown = [hit.text[span.start : span.end] for span in hit.stance.spans]
    assert "EMT" in shown
    assert "IL-6" in shown
    assert all(hit.best[0] <= s.start < s.end <= hit.best[1] for s in hit.stance.spans)
