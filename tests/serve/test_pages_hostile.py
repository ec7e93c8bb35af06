"""Markup and script in whatever is shown: it is text, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from semsearch.encode.recipe import StatementRecipe
from semsearch.index.build import Builder
from semsearch.parse.packages import ArticleFiles
from semsearch.search import Searcher
from semsearch.serve.app import create_app

BROWSER = {"accept": "text/html"}
SCRIPT = "<script>alert(1)</script>"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"
BREAKING = f"\"'><img src=x onerror=alert(1)>{SCRIPT}<!--{{{{7*7}}}}"
DOI = "10.5555/a<b>\"c'd"
PATH = "/papers/10.5555/a%3Cb%3E%22c%27d"


@pytest.fixture(scope="module")
def searcher(
    tmp_path_factory: pytest.TempPathFactory,
    article: Callable[..., bytes],
    hashed_words: Callable[[], Any],
) -> Iterator[Searcher]:
    """Two articles in which every text that is shown holds markup, one of them about the other."""
    where = tmp_path_factory.mktemp("hostile")
    doi = DOI.replace("<", "&lt;").replace(">", "&gt;")
    entry = (
        f'<ref id="B1"><label>{ESCAPED}</label><element-citation><person-group'
        f' person-group-type="author"><name><surname>{ESCAPED}</surname></name></person-group>'
        f"<article-title>Cited {ESCAPED}</article-title><year>2001</year>"
        f'<pub-id pub-id-type="doi">{doi}</pub-id></element-citation></ref>'
    )
    body = (
        f"<sec><title>Results {ESCAPED}</title><p>Before {ESCAPED}. EMT {ESCAPED} induces IL-6"
        f' [<xref rid="B1">1</xref>]. EMT induces "IL-6" [<xref rid="B1">2</xref>].'
        f" After {ESCAPED}.</p></sec>"
    )
    front = (
        f'<contrib-group><contrib contrib-type="author"><name><surname>{ESCAPED}</surname>'
        f"<given-names>Ann</given-names></name></contrib></contrib-group><permissions><license>"
        f"<license-p>{ESCAPED}</license-p></license></permissions>"
        f"<abstract><p>EMT induces IL-6 {ESCAPED}.</p></abstract>"
    )
    for name, own in (("a", doi), ("b", "10.5555/b")):
        (where / f"{name}.xml").write_bytes(
            article(
                body, refs=entry, doi=own, title=f"Title {ESCAPED}", front=front, kind=ESCAPED
            ).replace(b"Journal of Tests", f"Journal {ESCAPED}".encode())
        )
    Builder(
        folder=where / "index",
        encoder=hashed_words(),
        recipe=StatementRecipe.TEXT,
        batch_tokens=256,
    ).build(ArticleFiles((where,), 10**6))
    opened = Searcher(where / "index", encoder=hashed_words())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(searcher: Searcher) -> TestClient:
    return TestClient(create_app(searcher), headers=BROWSER)


def holds_only_ours(text: str) -> Any:
    found: Any = html.document_fromstring(text)
    assert found.xpath("//script/@src") == ["/static/pages.js"]
    assert not found.xpath("//script[text()] | //img | //style | //iframe")
    assert not [
        name
        for one in found.iter()
        if isinstance(one.tag, str)
        for name in one.attrib
        if str(name).startswith("on")
    ]
    for href in found.xpath("//@href | //@action"):
        assert str(href).startswith(("/", "#", "https://doi.org/")), href
        assert not str(href).startswith("//")
    return found


def test_what_an_article_says_is_shown_as_text(client: TestClient, searcher: Searcher) -> None:
    identity = searcher.paper(DOI).statements[0].id
    for path in (
        "/?q=does+EMT+induce+IL-6",
        "/?q=does+EMT+induce+IL-6&view=list",
        "/?q=does+EMT+induce+IL-6&view=supports&grouping=authors",
        f"/statements/{identity}",
        f"/similar?statement={identity}",
        PATH,
        f"{PATH}/report",
        "/corpus",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        found = holds_only_ours(answer.text)
        assert SCRIPT in found.text_content(), path
        assert ESCAPED in answer.text


def test_a_doi_with_markup_leads_to_its_page_and_back(client: TestClient) -> None:
    found = holds_only_ours(client.get(f"{PATH}/report").text)
    assert f"{PATH}" in found.xpath("//p[@class='meta']//a/@href")
    assert f"https://doi.org/{PATH.removeprefix('/papers/')}" in found.xpath("//a/@href")


@pytest.mark.parametrize("name", ["q", "source_author", "journal", "filter", "colour", "cursor"])
def test_what_an_address_says_is_shown_as_text(client: TestClient, name: str) -> None:
    asked = {"q": "does EMT induce IL-6"} | {name: BREAKING}
    answer = client.get(f"/?{urlencode(asked)}")
    assert answer.status_code in (200, 422)
    found = holds_only_ours(answer.text)
    assert "49" not in found.xpath("//title")[0].text_content()
    assert found.xpath("//input[@id='q']/@value") == [asked["q"]]


def test_a_question_of_markup_is_asked_as_it_stands(client: TestClient) -> None:
    question = f"does EMT {SCRIPT} induce IL-6 {{{{7*7}}}}"
    answer = client.get(f"/?{urlencode({'q': question})}")
    assert answer.status_code == 200
    found = holds_only_ours(answer.text)
    assert found.xpath("//h1")[0].text_content() == question
    assert found.xpath("//input[@id='q']/@value") == [question]


@pytest.mark.parametrize(
    "path",
    [
        f"/{SCRIPT}",
        f"/papers/{BREAKING}/report",
        f"/statements/{SCRIPT}",
        "//example.org/papers?x=1",
        f"/similar?{urlencode({'text': BREAKING})}",
        f"/similar?{urlencode({'colour': BREAKING})}",
    ],
)
def test_what_a_path_says_is_shown_as_text(client: TestClient, path: str) -> None:
    answer = client.get(f"http://testserver{path}")
    assert answer.status_code in (200, 404, 422)
    holds_only_ours(answer.text)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_any_question_comes_back_as_it_was_asked(client: TestClient, question: str) -> None:
    answer = client.get(f"/?{urlencode({'q': f'EMT {question}'})}")
    assert answer.status_code in (200, 422)
    found = holds_only_ours(answer.text)
    shown = found.xpath("//input[@id='q']/@value")[0]
    assert shown.split() == f"EMT {question}".split()
