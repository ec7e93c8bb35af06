"""Saved searches over HTTP."""

from __future__ import annotations

import feedparser
import pytest

from semsearch.alerts import Ledger, look_again
from semsearch.serve.access.keys import KeyRing, KeyScope
from tests.alerts.conftest import AGAINST, FOR, QUESTION, Site


def test_search_is_saved_told_of_and_removed(site: Site) -> None:
    identity = site.save(kind="question", query=QUESTION, name="mine")
    at = f"/api/v1/searches/{identity}"
    (listed,) = site.client.get("/api/v1/searches").json()["searches"]
    assert listed == site.client.get(at).json()
    assert (listed["search"]["name"], listed["verdict"]) == ("mine", "probably")
    assert site.client.get(f"{at}/news").json()["news"] == []
    site.change("two", AGAINST)
    first = site.client.get(f"{at}/news").json()["news"]
    assert first[0]["changes"]["first_against"] == first[0]["changes"]["new"][0]["id"]
    assert site.client.get(f"{at}/news").json()["news"] == first
    site.change("three", FOR)
    later = site.client.get(f"{at}/news", params={"after": first[0]["number"]}).json()["news"]
    assert [one["doi"] for one in later[0]["changes"]["new"]] == ["10.5555/three"]
    oldest = site.client.get(f"{at}/news", params={"limit": 1}).json()["news"]
    assert oldest == first
    assert site.client.delete(at, headers=site.key).json()["id"] == identity
    for path in (at, f"{at}/news", f"{at}/feed.atom", f"{at}/feed.json"):
        assert site.client.get(path).status_code == 404
    assert site.client.delete(at, headers=site.key).status_code == 404


def test_feeds_are_served_with_their_types_and_public_addresses(site: Site) -> None:
    identity = site.save(kind="report", query="10.5555/cited.1")
    site.change("two", "Snail raises EMT")
    atom = site.client.get(f"/api/v1/searches/{identity}/feed.atom")
    assert atom.headers["Content-Type"] == "application/atom+xml"
    found = feedparser.parse(atom.content)
    assert not found.bozo
    (own,) = (one.href for one in found.feed.links if one.rel == "self")
    assert own == f"https://search.example.org/api/v1/searches/{identity}/feed.atom"
    assert found.entries[0].link == "https://search.example.org/papers/10.5555/cited.1/report"
    feed = site.client.get(f"/api/v1/searches/{identity}/feed.json")
    assert feed.headers["Content-Type"] == "application/feed+json"
    assert feed.json()["items"][0]["title"] == "1 new statement"


def test_page_of_a_question_in_its_feed_has_its_filter(site: Site) -> None:
    identity = site.save(
        kind="question", query=QUESTION, options={"filter": {"section": ["results"]}}
    )
    page = site.client.get(f"/api/v1/searches/{identity}/feed.json").json()["home_page_url"]
    assert page.startswith("https://search.example.org/?q=does+EMT")
    shown = site.client.get(page.removeprefix("https://search.example.org"))
    assert shown.status_code == 200


def test_look_out_of_a_request_and_one_of_cron_do_not_tell_twice(site: Site) -> None:
    identity = site.save(kind="question", query=QUESTION)
    site.world.say("two", FOR)
    ledger = Ledger(site.world.index)
    look_again(site.world.publish(), ledger, identity)  # before the server has the generation
    news = site.client.get(f"/api/v1/searches/{identity}/news").json()["news"]
    assert len(news) == 1
    site.served.look()
    assert site.client.get(f"/api/v1/searches/{identity}/news").json()["news"] == news


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "kind"),
        ({"kind": "other", "query": "x"}, "other"),
        ({"kind": "question"}, "query"),
        ({"kind": "question", "query": "?"}, "letter or digit"),
        ({"kind": "question", "query": QUESTION, "options": {"cross_encoder": "x"}}, "Extra"),
        ({"kind": "question", "query": QUESTION, "options": {"filter": {"a": 1}}}, "no filter"),
        ({"kind": "question", "query": QUESTION, "options": {"limit": 0}}, "limit"),
        ({"kind": "question", "query": QUESTION, "name": ""}, "name"),
        ({"kind": "report", "query": "10.5555/one", "options": {"query": "?"}}, "query"),
    ],
)
def test_bad_searches_are_refused(site: Site, body: object, said: str) -> None:
    found = site.client.post("/api/v1/searches", json=body, headers=site.key)
    assert found.status_code == 422
    assert said in found.json()["detail"]
    assert site.client.get("/api/v1/searches").json() == {"searches": []}


def test_work_that_is_not_known_is_404(site: Site) -> None:
    body = {"kind": "report", "query": "nothing"}
    assert site.client.post("/api/v1/searches", json=body, headers=site.key).status_code == 404


def test_writing_needs_a_key_that_may(site: Site) -> None:
    body = {"kind": "question", "query": QUESTION}
    reader = {"X-API-Key": KeyRing(site.world.index).add("reader", KeyScope.READ)}
    for headers, status in (({}, 401), (reader, 403)):
        assert (
            site.client.post("/api/v1/searches", json=body, headers=headers).status_code == status
        )
        assert site.client.delete("/api/v1/searches/x", headers=headers).status_code == status
    assert site.client.get("/api/v1/searches").json() == {"searches": []}


def test_diff_is_served_with_a_tag(site: Site) -> None:
    site.change("two", AGAINST)
    asked = {"q": QUESTION, "since": "1"}
    found = site.client.get("/api/v1/diff", params=asked)
    assert found.json()["verdict_then"] == "probably"
    assert found.json()["verdict_now"] == "mixed"
    assert [one["doi"] for one in found.json()["come"]] == ["10.5555/two"]
    again = site.client.get(
        "/api/v1/diff", params=asked, headers={"If-None-Match": found.headers["ETag"]}
    )
    assert again.status_code == 304
    for since in ("9", "soon"):
        refused = site.client.get("/api/v1/diff", params={"q": QUESTION, "since": since})
        assert refused.status_code == 422
