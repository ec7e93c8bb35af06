"""The pages over the demo corpus: what they show, what they lead to, and how they fail."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from lxml import html
from starlette.responses import JSONResponse

from semsearch.search import Searcher
from semsearch.serve.app import create_app
from semsearch.serve.pages.errors import ErrorPages
from semsearch.serve.pages.rendering import static_files

QUESTION = "does EMT induce IL-6"
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ASKED = f"/?{urlencode({'q': QUESTION})}"
DOI = "10.5555/semsearch.demo.01"


@pytest.fixture(scope="module")
def client(searcher: Searcher) -> TestClient:
    return TestClient(create_app(searcher), headers=BROWSER, follow_redirects=False)


@pytest.fixture(scope="module")
def pages(client: TestClient) -> list[str]:
    """An address of every kind of page."""
    found = client.get(f"/api/v1/search?{urlencode({'q': QUESTION})}").json()["hits"]
    identity = found[0]["statement"]["id"]
    return [
        "/",
        ASKED,
        f"{ASKED}&view=list&group=1&sort=year&limit=20",
        f"{ASKED}&view=opposes&grouping=authors",
        f"{ASKED}&section=results&section=discussion&year_from=2010",
        f"{ASKED}&source_author=Nobody+Known",
        "/?q=what+is+known+of+sleep",
        "/similar",
        "/similar?text=EMT+induces+IL-6",
        f"/similar?statement={identity}",
        "/cite",
        "/check",
        "/cite?text=EMT+induces+IL-6+%5BCIT%5D.&section=results&year=2015",
        f"/statements/{identity}",
        f"/papers/{DOI}",
        f"/papers/{DOI}/report",
        f"/papers/{DOI}/report?q=STAT3&citation_type=mentioning&year_from=2000",
        "/searches",
        "/corpus",
    ]


def tree(client: TestClient, path: str, status: int = 200) -> Any:
    answer = client.get(path)
    assert answer.status_code == status, path
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return html.document_fromstring(answer.text)


def texts(found: Any, path: str) -> list[str]:
    return [" ".join(one.text_content().split()) for one in found.xpath(path)]


def test_every_page_forbids_what_it_does_not_need_and_holds_nothing_inline(
    client: TestClient, pages: list[str]
) -> None:
    for path in pages:
        answer = client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        found: Any = html.document_fromstring(answer.text)
        assert not found.xpath("//style | //@style | //script[not(@src)] | //script[text()]")
        assert not [name for name in _attribute_names(found) if name.startswith("on")]
        loaded = found.xpath("//script/@src | //img/@src | //link[@rel!='alternate']/@href")
        assert loaded
        assert all(one.startswith("/static/") for one in loaded)


def _attribute_names(found: Any) -> set[str]:
    return {str(name) for one in found.iter() if isinstance(one.tag, str) for name in one.attrib}


def test_every_page_names_the_same_data_as_json(client: TestClient, pages: list[str]) -> None:
    for path in pages:
        links = tree(client, path).xpath("//link[@rel='alternate'][@type='application/json']/@href")
        if path in ("/similar", "/cite", "/check"):  # nothing is asked yet
            assert not links
            continue
        answer = client.get(str(links[0]))
        assert answer.status_code == 200, (path, links)
        shown = set(tree(client, path).xpath("//article[@id]/@id"))
        for identity in shown:
            assert str(identity).removeprefix("s-") in answer.text


def test_links_and_forms_lead_somewhere(client: TestClient, pages: list[str]) -> None:
    seen: set[str] = set()
    for path in pages:
        found = tree(client, path)
        for href in found.xpath("//a/@href | //form/@action"):
            address = urljoin(path, str(href))
            if address.startswith("/") and not address.startswith("/api/v1/ask/export"):
                seen.add(address.partition("#")[0])
        for anchor in found.xpath("//a[starts-with(@href, '#')]/@href"):
            assert found.xpath("//*[@id=$one]", one=str(anchor)[1:]), (path, anchor)
    assert len(seen) > 100
    for address in sorted(seen):
        status = client.get(address).status_code
        empty_form = address in ("/papers",)
        assert status in (200, 303) or (empty_form and status == 422), address


def test_the_verdict_counts_what_its_links_list(client: TestClient) -> None:
    answer = client.get(f"/api/v1/ask?{urlencode({'q': QUESTION})}").json()
    counts = answer["verdict"]["counts"]
    found = tree(client, ASKED)
    assert texts(found, "//p[@class='word']") == [answer["verdict"]["verdict"]]
    for stance in ("supports", "hedged_supports", "opposes", "reversed"):
        cells = found.xpath(f"//table[@class='counts']//tr[@class='{stance}']/td/a")
        numbers = [int(cell.text) for cell in cells]
        count = counts[stance]
        assert numbers == [count["statements"], count["papers"], count["author_groups"]]
        for cell, grouped in zip(cells, (False, True, True), strict=True):
            listed, groups = _all_pages(client, cell.get("href"))
            assert sorted(listed) == sorted(f"s-{one}" for one in count["ids"])
            assert (groups if grouped else len(listed)) == int(cell.text)


def _all_pages(client: TestClient, path: str) -> tuple[list[str], int]:
    listed: list[str] = []
    groups = 0
    following: str | None = path
    while following is not None:
        found = tree(client, following)
        listed += found.xpath("//article/@id")
        groups += len(found.xpath("//section[@class='group']"))
        following = next(iter(found.xpath("//a[@rel='next']/@href")), None)
    return listed, groups


def test_for_and_against_stand_beside_each_other_with_what_decided_them(client: TestClient) -> None:
    found = tree(client, ASKED)
    sides = found.xpath("//div[@class='sides']/section/@class")
    assert sides == ["side supports", "side opposes"]
    below = found.xpath("//div[@class='sides']/following-sibling::section/@class")
    assert below[:2] == ["side hedged_supports", "side reversed"]
    card = found.xpath("//section[@class='side opposes']//article")[0]
    assert {"agent", "target"} <= set(card.xpath(".//blockquote/mark/@class"))
    assert card.xpath(".//blockquote//b[@class='marker']")
    assert card.xpath(".//*[contains(@class, 'works')]//a[contains(@href, '/report')]")
    assert card.xpath(".//span[starts-with(@class, 'kind ')]")
    assert card.xpath(".//a[starts-with(@href, '/statements/')]")
    assert card.xpath(".//details[@class='around']")


def test_an_open_question_has_evidence_and_no_verdict(client: TestClient) -> None:
    found = tree(client, "/?q=what+is+known+of+sleep")
    assert not found.xpath("//*[contains(@class, 'verdict')]")
    assert not found.xpath("//div[@class='sides']")
    assert len(found.xpath("//section[@aria-labelledby='ranked']//article")) == 10


def test_the_filter_form_works_as_it_stands(client: TestClient) -> None:
    found = tree(client, f"{ASKED}&view=list&limit=50")
    form = next(one for one in found.forms if "filters" in one.get("class"))
    box = found.xpath("//input[@name='section'][@value='results']")[0]
    count = int(box.xpath("../span[@class='count']")[0].text)
    box.checked = True
    fields = [(name, value) for name, value in form.form_values() if value]
    narrowed = tree(client, f"{form.get('action')}?{urlencode(fields)}")
    assert texts(narrowed, "//h2[@id='ranked']") == [f"{count} statements"]
    api = client.get(
        "/api/v1/search", params={"q": QUESTION, "filter": "section=results", "limit": 50}
    ).json()
    ids = [f"s-{hit['statement']['id']}" for hit in api["hits"]]
    assert narrowed.xpath("//section[@aria-labelledby='ranked']//article/@id") == ids
    chip = narrowed.xpath("//ul[@class='chips']//a")[0]
    assert "section" in chip.text_content().casefold()
    assert dict(parse_qsl(urlsplit(chip.get("href")).query)) == {
        "q": QUESTION,
        "view": "list",
        "limit": "50",
    }


def test_the_other_values_of_a_chosen_one_keep_their_counts(client: TestClient) -> None:
    def counts(path: str, name: str) -> dict[str, str]:
        boxes = tree(client, path).xpath(f"//label[input[@name='{name}']]")
        return {
            box.xpath("input/@value")[0]: box.xpath("span[@class='count']")[0].text for box in boxes
        }

    for name in ("section", "journal"):
        plain = counts(ASKED, name)
        assert len(plain) > 1
        for value in (min(plain), max(plain).upper()):
            assert counts(f"{ASKED}&{urlencode({name: value})}", name) == plain
    assert counts(f"{ASKED}&journal=Nowhere", "journal")["Nowhere"] == "0"
    years = "//fieldset[@class='years']//rect/title/text()"
    narrowed = tree(client, f"{ASKED}&year_from=2015")
    assert narrowed.xpath(years) == tree(client, ASKED).xpath(years)
    assert 0 < len(narrowed.xpath("//rect[@class='chosen']")) < len(narrowed.xpath(years))


def test_a_list_is_paged_without_a_gap(client: TestClient) -> None:
    path: str | None = f"{ASKED}&view=list&group=1"
    listed: list[str] = []
    while path is not None:
        found = tree(client, path)
        listed += found.xpath("//section[@aria-labelledby='ranked']//article/@id")
        path = next(iter(found.xpath("//a[@rel='next']/@href")), None)
    api = client.get(
        "/api/v1/search", params={"q": QUESTION, "group": "true", "limit": 1000}
    ).json()
    assert listed == [f"s-{hit['statement']['id']}" for hit in api["hits"]]
    assert len(listed) == len(set(listed)) > 20


@pytest.mark.parametrize(
    "path",
    [
        f"{ASKED}&view=list&limit=7",
        f"{ASKED}&view=list&group=1&sort=year",
        f"{ASKED}&view=supports&limit=4",
        f"{ASKED}&view=opposes&grouping=authors&limit=2",
        f"/papers/{DOI}/report?limit=2",
        f"/papers/{DOI}",
    ],
)
def test_a_list_is_walked_back_as_it_was_walked_on(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("semsearch.serve.pages.works.STATEMENTS", 3)
    shown: list[list[str]] = []
    last, following = path, [path]
    while following:
        last = following[0]
        found = tree(client, last)
        shown.append(found.xpath("//article/@id"))
        following = found.xpath("//a[@rel='next']/@href")
    assert len(shown) >= 3
    back = [shown.pop()]
    before = tree(client, last).xpath("//a[@rel='prev']/@href")
    while before:
        found = tree(client, before[0])
        back.append(found.xpath("//article/@id"))
        assert back[-1] == shown.pop()
        first = found.xpath("//nav[@class='pager']/a[.='First page']/@href")
        before = found.xpath("//a[@rel='prev']/@href")
        assert bool(first) == (len(shown) > 1)
        assert not first or tree(client, first[0]).xpath("//article/@id") == shown[0]
    assert not shown


def test_what_was_grouped_under_a_hit_is_listed_behind_its_link(client: TestClient) -> None:
    found = tree(client, f"{ASKED}&view=list&group=1")
    link = found.xpath("//p[@class='same']/a[contains(., 'of this paper')]")[0]
    more = int(link.text_content().split()[0])
    listed, _ = _all_pages(client, link.get("href"))
    assert len(listed) >= 1
    assert len(listed) <= more + 1  # statements that say the same are folded


def test_examples_come_from_the_index(client: TestClient) -> None:
    found = tree(client, "/")
    links = found.xpath("//ul[@class='examples']//a")
    assert [one.text for one in links] == client.get("/api/v1/examples").json()["questions"]
    for one in links:
        assert tree(client, one.get("href")).xpath("//section[starts-with(@class, 'verdict ')]")


def test_a_report_shows_all_that_it_holds(client: TestClient) -> None:
    report = client.get(f"/api/v1/papers/{DOI}/report").json()
    found = tree(client, f"/papers/{DOI}/report")
    numbers = [int(one.replace(",", "")) for one in texts(found, "//dl[@class='numbers']//dd")]
    kinds = (
        "supporting",
        "contrasting",
        "mentioning",
        "unclassified",
        "total",
        "citing_papers",
    )
    assert numbers == [report["tally"][kind] for kind in kinds]
    assert len(found.xpath("//ol[@class='summary']/li")) == len(report["summary"])
    assert len(found.xpath("//figure/svg")) == 2
    assert len(found.xpath("//div[@class='themes']/article")) == len(report["themes"])
    ids = [f"s-{s['id']}" for source in report["sources"] for s in source["statements"]]
    assert found.xpath("//section[@id='statements']//article/@id") == ids
    assert len(found.xpath("//section[@id='cites']//tbody/tr")) == len(report["cites"])
    only = tree(client, f"/papers/{DOI}/report?citation_type=contrasting&q=")
    shown = set(texts(only, "//section[@id='statements']//span[starts-with(@class, 'kind ')]"))
    assert all(one.startswith("contrasting") for one in shown)


def test_a_paper_shows_all_its_statements_in_reading_order(client: TestClient) -> None:
    paper = client.get(f"/api/v1/papers/{DOI}").json()
    listed, _ = _all_pages(client, f"/papers/{DOI}")
    assert listed == [f"s-{one['id']}" for one in paper["statements"]]


def test_a_work_that_is_only_cited_has_its_report(client: TestClient) -> None:
    held = client.get(f"/api/v1/papers/{DOI}").json()["statements"]
    cited = next(
        work["doi"]
        for statement in held
        for work in statement["cites"]
        if work["doi"] and not work["in_corpus"]
    )
    answer = client.get(f"/papers/{cited}")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/papers/{cited}/report"
    named = client.get("/papers", params={"name": f"https://doi.org/{cited}"})
    assert client.get(named.headers["location"]).status_code == 200


def test_the_corpus_page_counts_as_the_corpus_does(client: TestClient) -> None:
    corpus = client.get("/api/v1/corpus").json()
    found = tree(client, "/corpus")
    shown = " ".join(texts(found, "//main"))
    assert corpus["info"]["content_digest"] in shown
    assert f"{corpus['coverage']['papers_with_abstract']:,}" in shown
    listed = [texts(one, ".//li") for one in found.xpath("//section[h3='Sections']")]
    assert len(listed[0]) == len(corpus["statements_by"]["section"]["values"])


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/nothing/here", 404, "/nothing/here"),
        ("/statements/aaaaaaaaaaaaaaaa", 404, "aaaaaaaaaaaaaaaa"),
        ("/papers/10.5555/semsearch.demo.99/report", 404, "semsearch.demo.99"),
        ("/papers/10.5555/unheard.of", 404, "unheard.of"),
        (f"{ASKED}&year_from=soon", 422, "year_from is 'soon'"),
        (f"{ASKED}&sort=colour", 422, "sort is 'colour'"),
        (f"{ASKED}&colour=red", 422, "no parameter 'colour'"),
        (f"{ASKED}&q=again", 422, "q is given 2 times"),
        (f"{ASKED}&limit=0", 422, "limit is 0"),
        (f"{ASKED}&cursor=nonsense", 422, "no cursor"),
        (f"{ASKED}&section=nowhere", 422, "expected one of introduction"),
        ("/?q=%3F%3F", 422, "no letter or digit"),
        ("/similar?text=a&statement=b", 422, "not both"),
        ("/similar?statement=b", 422, "no statement id"),
        ("/cite?text=a+%5BCIT%5D+%5BCIT%5D", 422, "2 times"),
        ("/cite?text=a&year=soon", 422, "whole number"),
        ("/cite?text=a&section=preface", 422, "preface"),
        ("/cite?txt=a", 422, "no parameter"),
        ("/papers?name=", 422, "the name of the work is empty"),
        (f"/papers/{DOI}?from=x", 422, "from is 'x'"),
        (f"/papers/{DOI}/report?limit=many", 422, "limit is 'many'"),
    ],
)
def test_a_fault_is_a_page_for_a_browser_and_json_for_a_program(
    client: TestClient, path: str, status: int, says: str
) -> None:
    found = tree(client, path, status)
    said = " ".join(texts(found, "//main"))
    assert says.casefold() in said.casefold()
    assert found.xpath("//main//a[starts-with(@href, '/')]")
    plain = client.get(path, headers={"accept": "*/*"})
    assert plain.status_code == status
    assert "json" in plain.headers["content-type"]
    assert says.casefold() in plain.json()["detail"].casefold()


def test_a_misspelt_doi_leads_to_those_that_are_like_it(client: TestClient) -> None:
    found = tree(client, "/papers/10.5555/semsearch.dmo.01/report", 404)
    near = [str(one) for one in found.xpath("//main//a/@href") if str(one).endswith("/report")]
    assert f"/papers/{DOI}/report" in near


def test_the_question_stays_in_the_box_when_it_cannot_be_asked(client: TestClient) -> None:
    found = tree(client, f"{ASKED}&year_from=soon", 422)
    assert found.xpath("//input[@id='q']/@value") == [QUESTION]


def test_a_busy_server_says_so_and_keeps_its_headers() -> None:
    app = FastAPI()

    @app.get("/{path:path}")
    def busy(path: str) -> JSONResponse:
        detail = {"detail": "too much is asked at once"}
        return JSONResponse(detail, status_code=503, headers={"retry-after": "3"})

    app.add_middleware(ErrorPages)
    client = TestClient(app)
    page = client.get("/", headers=BROWSER)
    assert page.status_code == 503
    assert page.headers["retry-after"] == "3"
    assert "Busy at the moment" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for path in ("/api/v1/ask", "/scite/tallies/x", "/s2/graph/v1/paper/x"):
        assert client.get(path, headers=BROWSER).json() == {"detail": "too much is asked at once"}


def test_an_unforeseen_fault_is_a_page_that_tells_nothing_of_the_inside() -> None:
    app = FastAPI()

    @app.get("/")
    def broken() -> None:
        raise RuntimeError("/secret/path")

    app.add_middleware(ErrorPages)
    page = TestClient(app, raise_server_exceptions=False).get("/", headers=BROWSER)
    assert page.status_code == 500
    assert "The server failed" in page.text
    assert "secret" not in page.text


def test_the_first_view_is_small(client: TestClient, pages: list[str]) -> None:
    files = sum(len(one.content) for one in static_files().values())
    for path in pages:
        answer = client.get(path, headers={**BROWSER, "accept-encoding": "identity"})
        assert len(answer.content) + files < 150_000, path


def test_static_files_are_checked_again_by_their_digest(client: TestClient) -> None:
    answer = client.get("/static/pages.css")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    again = client.get("/static/pages.css", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize(
    "name",
    [
        "../routes.py",
        "%2e%2e%2froutes.py",
        "..%5croutes.py",
        "/etc/passwd",
        "templates",
        "pages.css%00",
    ],
)
def test_only_named_files_are_given(client: TestClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404
