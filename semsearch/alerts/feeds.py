"""Feeds of a saved search: Atom (RFC 4287) and JSON Feed 1.1, with an entry for each news.

Ids are UUIDs that were made with the search and the news, so that they stay the same wherever the
server stands. All markup is built as a tree: what papers and users write stays text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from lxml import etree

from semsearch.alerts.news import News
from semsearch.alerts.searches import SavedSearch, SearchKind
from semsearch.alerts.texts import headline, lines
from semsearch.export.cleaning import clean_text
from semsearch.export.identifiers import paper_iri, statement_link

#: Entries of a feed, the newest.
ENTRIES: Final = 50
ATOM: Final = "application/atom+xml"
JSON_FEED: Final = "application/feed+json"
_ATOM: Final = "http://www.w3.org/2005/Atom"
_XHTML: Final = "http://www.w3.org/1999/xhtml"
_NOT_XML: Final = {0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where a feed and what it tells of are found, as absolute addresses.

    ``base``: what links of statements begin with, such as ``https://example.org/api/v1``.
    ``page``: of the question or the report.
    """

    base: str
    own: str
    page: str


def atom_feed(search: SavedSearch, news: Sequence[News], at: Addresses) -> bytes:
    """The Atom feed, UTF-8.

    Args:
        search: the saved search.
        news: of it, the oldest first.
        at: addresses.
    """
    feed = etree.Element(_atom("feed"), nsmap={None: _ATOM})  # type: ignore[dict-item]
    _child(feed, "id", f"urn:uuid:{search.id}")
    _child(feed, "title", feed_title(search))
    _child(feed, "updated", news[-1].found if news else search.created)
    _child(_child(feed, "author"), "name", "semsearch")
    _child(feed, "link", rel="self", type=ATOM, href=at.own)
    _child(feed, "link", rel="alternate", href=at.page)
    for one in reversed(news):
        entry = _child(feed, "entry")
        _child(entry, "id", f"urn:uuid:{one.id}")
        _child(entry, "title", headline(one.changes))
        _child(entry, "updated", one.found)
        _child(entry, "published", one.found)
        _child(entry, "link", rel="alternate", href=at.page)
        _child(entry, "content", type="xhtml").append(_content(one, at))
    return etree.tostring(feed, xml_declaration=True, encoding="utf-8")


def json_feed(search: SavedSearch, news: Sequence[News], at: Addresses) -> bytes:
    """The JSON Feed, version 1.1; arguments as for ``atom_feed``."""
    items: list[dict[str, Any]] = [
        {
            "id": f"urn:uuid:{one.id}",
            "url": at.page,
            "title": headline(one.changes),
            "content_html": etree.tostring(
                _content(one, at), method="html", encoding="unicode", with_tail=False
            ),
            "content_text": "\n".join(line.text for line in lines(one.changes)),
            "date_published": one.found,
        }
        for one in reversed(news)
    ]
    return orjson.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed_title(search),
            "home_page_url": at.page,
            "feed_url": at.own,
            "authors": [{"name": "semsearch"}],
            "items": items,
        }
    )


def feed_title(search: SavedSearch) -> str:
    """The name of a saved search, and what it is."""
    what = "question" if search.kind is SearchKind.QUESTION else "report"
    return _text(f"{search.name} ({what})")


def _content(news: News, at: Addresses) -> etree._Element:
    """The lines of the news, each statement with its link, as a ``div`` of XHTML."""
    div = etree.Element(_xhtml("div"), nsmap={None: _XHTML})  # type: ignore[dict-item]
    rows = etree.SubElement(div, _xhtml("ul"))
    for line in lines(news.changes):
        row = etree.SubElement(rows, _xhtml("li"))
        row.text = _text(line.text)
        if line.statement is None:
            continue
        row.text += " "
        link = etree.SubElement(row, _xhtml("a"), href=statement_link(at.base, line.statement.id))
        link.text = "statement"
        link.tail = ", "
        etree.SubElement(row, _xhtml("a"), href=paper_iri(line.statement.paper)).text = "paper"
    return div


def _child(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> Any:
    found = etree.SubElement(parent, _atom(name), {k: _text(v) for k, v in attributes.items()})
    if text is not None:
        found.text = _text(text)
    return found


def _text(text: str) -> str:
    """What XML can hold."""
    return clean_text(text).translate(_NOT_XML)


def _atom(name: str) -> str:
    return f"{{{_ATOM}}}{name}"


def _xhtml(name: str) -> str:
    return f"{{{_XHTML}}}{name}"
