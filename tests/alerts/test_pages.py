"""Pages that say how a question or a work is watched, and what is new for it."""

from __future__ import annotations

import shlex
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
import pytest
from fastapi.testclient import TestClient
from lxml import html
from typer.testing import CliRunner

from semsearch.alerts import Ledger
from semsearch.cli.alerts import app as alerts_app
from semsearch.search import Searcher
from semsearch.serve.access.keys import KeyRing, KeyScope
from semsearch.serve.app import create_app
from semsearch.settings import Settings
from tests.alerts.conftest import AGAINST, QUESTION, Site

REPORT = "/papers/10.5555/cited.1/report"
ASKED = f"/?{urlencode({'q': QUESTION})}"
FILTERED = f"{ASKED}&section=results&section=discussion&year_from=2010"


def tree(site: Site, path: str, status: int = 200) -> Any:
    answer = site.client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == status, answer.text[:300]
    return html.document_fromstring(answer.text)


def said(found: Any) -> list[list[str]]:
    """The commands of the page, as a shell would read them."""
    return [shlex.split(one.text_content()) for one in found.xpath("//details//pre")]


def feeds(found: Any) -> list[tuple[str, str]]:
    return [
        (str(one.get("type")), str(one.get("href")))
        for one in found.xpath("//head/link[@rel='alternate'][@title]")
    ]


PAGES = [
    ASKED,
    FILTERED,
    f"{ASKED}&filter=-journal%3DIt%27s+%24HOME+%60id%60",
    "/?q=-IL-6+EMT",
    "/?q=what+of+%22EMT%22+%3Cb%3E+%24%28id%29",
    REPORT,
    f"{REPORT}?citation_type=mentioning&q=EMT+it%27s&without_retracted=1",
]


@pytest.mark.parametrize("path", PAGES)
def test_both_ways_that_a_page_names_save_what_it_shows(
    site: Site, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command, call = said(tree(site, path))
    assert command[:3] == ["semsearch", "alerts", "add"]
    command[command.index("FOLDER")] = str(site.world.index)
    assert str(site.world.index) not in site.client.get(path).text
    ledger = Ledger(site.world.index)
    monkeypatch.setattr(
        "semsearch.cli.alerts.open_searcher",
        lambda index, _: Searcher(index, encoder=site.world.encoder()),
    )
    done = CliRunner().invoke(alerts_app, command[2:])
    assert done.exit_code == 0, done.output
    (by_command,) = ledger.listed()

    assert call[0] == "curl"
    assert call[1] == "https://search.example.org/api/v1/searches"
    assert call[-2:] == ["-H", "Authorization: Bearer $KEY"]
    body = orjson.loads(call[call.index("--data") + 1])
    ledger.remove(by_command.search.id)
    site.save(**body)
    (by_call,) = ledger.listed()
    for one in ("kind", "query", "options"):
        assert getattr(by_command.search, one) == getattr(by_call.search, one)

    watched = tree(site, path)
    assert said(watched) == []
    at = f"/api/v1/searches/{by_call.search.id}"
    assert feeds(watched) == [
        ("application/atom+xml", f"{at}/feed.atom"),
        ("application/feed+json", f"{at}/feed.json"),
    ]
    for _, address in feeds(watched):
        page = urlsplit(site.client.get(f"{at}/feed.json").json()["home_page_url"])
        assert site.client.get(address).status_code == 200
        again = tree(site, f"{page.path}?{page.query}")
        assert feeds(again) == feeds(watched)  # the page that a feed names is this one


def test_another_filter_is_another_question(site: Site) -> None:
    site.save(kind="question", query=QUESTION)
    assert feeds(tree(site, ASKED))
    assert not feeds(tree(site, f"{ASKED}&section=results"))
    assert not feeds(tree(site, REPORT))
    site.save(kind="report", query="https://doi.org/10.5555/CITED.1")
    assert feeds(tree(site, REPORT))
    assert not feeds(tree(site, f"{REPORT}?citation_type=contrasting"))


@pytest.mark.parametrize(
    "options", [{"mode": "lexical"}, {"rerank": "none"}, {"sort": "year"}, {"limit": 3}]
)
def test_question_asked_in_another_way_is_another_question(
    site: Site, options: dict[str, Any]
) -> None:
    site.save(kind="question", query=QUESTION, options=options)
    page = tree(site, ASKED)
    assert not feeds(page)
    assert len(said(page)) == 2
    identity = site.save(kind="question", query=QUESTION)
    assert {address.split("/")[4] for _, address in feeds(tree(site, ASKED))} == {identity}


def test_white_space_around_the_query_of_a_report_does_not_count(site: Site) -> None:
    identity = site.save(kind="report", query="10.5555/cited.1", options={"query": " EMT\n"})
    saved = site.client.get(f"/api/v1/searches/{identity}").json()["search"]
    assert saved["options"]["query"] == "EMT"
    assert feeds(tree(site, f"{REPORT}?q=EMT"))


def test_pages_are_shown_though_the_saved_searches_cannot_be_read(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    Ledger(site.world.index).path.write_bytes(b"no database " * 1000)
    for path in (ASKED, REPORT):
        page = tree(site, path)
        (watch,) = page.xpath("//details[@class='watch']")
        assert "What is watched cannot be read" in watch.text_content()
        assert not feeds(page)
        assert not said(page)
    assert caplog.text.count("the saved searches cannot be read: ") == 2
    assert "alerts.sqlite is not a usable SQLite file" in caplog.text
    for path in ("/searches", "/searches/one"):
        page = tree(site, path, 500)
        assert "is not a usable SQLite file" in page.xpath("//main")[0].text_content()
    problem = site.client.get("/api/v1/searches")
    assert problem.status_code == 500
    assert "is not a usable SQLite file" in problem.json()["detail"]


def test_saved_searches_are_listed_with_their_news(site: Site) -> None:
    assert "Nothing is watched yet." in tree(site, "/searches").text_content()
    identity = site.save(kind="question", query=QUESTION, name="<b>mine</b>")
    listed = tree(site, "/searches")
    (link,) = listed.xpath("//article/h2/a")
    assert (link.text, link.get("href")) == ("<b>mine</b>", f"/searches/{identity}")
    assert ASKED in listed.xpath("//article//a/@href")
    page = tree(site, f"/searches/{identity}")
    assert "Nothing has changed since it was saved." in page.text_content()
    site.change("two", AGAINST)
    page = tree(site, f"/searches/{identity}")
    (news,) = page.xpath("//article")
    assert "the first statement against" in news.xpath("h3")[0].text
    (statement,) = news.xpath(".//li/a/@href")
    assert site.client.get(str(statement)).status_code == 200
    (api,) = page.xpath("//link[@type='application/json']/@href")
    assert len(site.client.get(str(api)).json()["news"]) == 1
    assert len(feeds(page)) == 2
    assert tree(site, "/searches/none", 404).xpath("//h1")[0].text == "Not in this index"


def test_a_statement_that_is_gone_has_no_link(site: Site) -> None:
    site.change("two", AGAINST)
    identity = site.save(kind="question", query=QUESTION)
    (site.world.folder / "two.xml").unlink()
    site.world.builder().remove(["10.5555/two"])
    assert site.served.look()
    (news,) = tree(site, f"/searches/{identity}").xpath("//article")
    lines = [one.text_content() for one in news.xpath(".//li")]
    assert any(line.startswith("Gone (opposes): “EMT does not induce IL-6") for line in lines)
    assert not news.xpath(".//li/a")


def test_what_is_watched_is_seen_by_those_who_may_read(site: Site) -> None:
    identity = site.save(kind="question", query=QUESTION)
    app = create_app(site.served, limits=Settings(require_key=True))
    reader = {"X-API-Key": KeyRing(site.world.index).add("reader", KeyScope.READ)}
    client = TestClient(app)
    for path in ("/searches", f"/searches/{identity}", ASKED, REPORT):
        assert client.get(path, headers={"accept": "text/html"}).status_code == 401
        assert client.get(path, headers=reader).status_code == 200
