"""Feeds are valid, keep their ids, and hold what papers say as text."""

from __future__ import annotations

import re
from datetime import datetime

import feedparser
import orjson
import pytest
from lxml import etree

from semsearch.alerts import (
    Ledger,
    News,
    SavedSearch,
    atom_feed,
    headline,
    json_feed,
    look_at_all,
    save_question,
)
from semsearch.alerts.feeds import Addresses
from tests.alerts.conftest import AGAINST, FOR, QUESTION, World

AT = Addresses(
    base="https://search.example.org/api/v1",
    own="https://search.example.org/api/v1/searches/x/feed.atom?a=1&b=2",
    page="https://search.example.org/?q=EMT&filter=%7B%7D",
)
A = "{http://www.w3.org/2005/Atom}"
HOSTILE = "]]&gt;&lt;/content&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; &quot;x&quot;"
NAME = '</title><script>"&\ufffe'


@pytest.fixture
def told(world: World, ledger: Ledger) -> tuple[SavedSearch, list[News]]:
    """Two news, the second of a hostile paper."""
    search = save_question(world.publish(), ledger, QUESTION, name=NAME).search
    world.say("two", FOR)
    look_at_all(world.publish(), ledger)
    world.say("three", AGAINST, title=HOSTILE)
    look_at_all(world.publish(), ledger)
    return search, ledger.news(search.id)


def test_atom_feed_has_what_rfc_4287_asks_for(told: tuple[SavedSearch, list[News]]) -> None:
    search, news = told
    root = etree.fromstring(atom_feed(search, news, AT))
    assert root.tag == f"{A}feed"
    assert len(root.findall(f"{A}author/{A}name")) == 1  # so that entries need none
    links = {one.get("rel"): one.get("href") for one in root.findall(f"{A}link")}
    assert links == {"self": AT.own, "alternate": AT.page}
    entries = root.findall(f"{A}entry")
    assert len(entries) == 2
    for element in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{A}{name}")) == 1
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", element.findtext(f"{A}id") or "")
        updated = datetime.fromisoformat(element.findtext(f"{A}updated") or "")
        assert updated.tzinfo is not None
    for entry in entries:
        (content,) = entry.findall(f"{A}content")
        assert content.get("type") == "xhtml"
        assert [child.tag for child in content] == ["{http://www.w3.org/1999/xhtml}div"]
        assert {e.tag.partition("}")[2] for e in content.iter()} == {
            "content", "div", "ul", "li", "a"
        }  # fmt: skip
    ids = [one.findtext(f"{A}id") for one in entries]
    assert ids == [f"urn:uuid:{one.id}" for one in reversed(news)]
    assert root.findtext(f"{A}updated") == news[-1].found


def test_atom_feed_is_read_by_another_library(told: tuple[SavedSearch, list[News]]) -> None:
    search, news = told
    found = feedparser.parse(atom_feed(search, news, AT))
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    assert "script" in found.feed.title_detail.value
    assert found.feed.title_detail.type == "text/plain"
    titles = [one.title for one in found.entries]
    assert titles == [headline(one.changes) for one in reversed(news)]
    assert "the first statement against" in titles[0]
    text = found.entries[0].content[0].value
    assert "EMT does not induce IL-6" in text
    assert "<script" not in text
    statement = news[1].changes.new[0].id
    assert f"https://search.example.org/api/v1/statements/{statement}" in text


def test_json_feed_has_what_version_1_1_asks_for(told: tuple[SavedSearch, list[News]]) -> None:
    search, news = told
    found = orjson.loads(json_feed(search, news, AT))
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert found["title"] == '</title><script>"&\ufffd (question)'
    assert (found["home_page_url"], found["feed_url"]) == (AT.page, AT.own)
    assert [one["id"] for one in found["items"]] == [f"urn:uuid:{one.id}" for one in news[::-1]]
    for item in found["items"]:
        assert datetime.fromisoformat(item["date_published"]).tzinfo is not None
        html = etree.fromstring(item["content_html"], etree.HTMLParser())
        assert html.findall(".//script") == []
        assert html.findall(".//li")
    assert "<script>" in found["items"][0]["content_text"]  # which is text


def test_both_feeds_are_the_same_bytes_each_time(told: tuple[SavedSearch, list[News]]) -> None:
    search, news = told
    assert atom_feed(search, news, AT) == atom_feed(search, news, AT)
    assert json_feed(search, news, AT) == json_feed(search, news, AT)


def test_feed_without_news_is_valid(world: World, ledger: Ledger) -> None:
    search = save_question(world.publish(), ledger, QUESTION).search
    found = feedparser.parse(atom_feed(search, [], AT))
    assert not found.bozo
    assert found.entries == []
    assert found.feed.updated == search.created
    assert orjson.loads(json_feed(search, [], AT))["items"] == []
