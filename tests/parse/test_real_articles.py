"""Real articles, and the demo corpus: what must hold of every file."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from lxml import etree

from semsearch.encode.recipe import plain_text
from semsearch.parse.jats import read_jats
from semsearch.parse.packages import ArticleFiles
from semsearch.parse.xml import xpath_text as source_text
from semsearch.records import Document, NoticeKind, Statement

SCRIPTS = Path(__file__).resolve().parent.parent.parent / "scripts"
ARTICLES = 60
_CUT = re.compile(r"(?:\be\.g|\bi\.e|\bcf|\bvs|\bFigs?|\brefs?|\bEqs?)\.$")
_MARKUP = re.compile(r"</?[a-z]+[^>]*>|\\(?:begin|documentclass|usepackage)|&(?:amp|lt|gt|#)")


@pytest.fixture(scope="module")
def demo() -> dict[str, bytes]:
    sys.path.insert(0, str(SCRIPTS))
    try:
        from demo_corpus.corpus import write_corpus
    finally:
        sys.path.remove(str(SCRIPTS))
    return dict(write_corpus())


@pytest.fixture(scope="module")
def articles(data: Path) -> list[bytes]:
    package = data / "jats" / "oa_comm_xml.small.tar.gz"
    files = islice(ArticleFiles((package,), 10**8), ARTICLES)
    return [file.content for file in files if file.content is not None]


def xpath_count(content: bytes) -> int:
    """Counts by XPath alone, without the code that is tested."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False))
    ids = {str(found) for found in root.xpath("//ref/@id")}  # type: ignore[union-attr]
    rids = [str(found) for found in root.xpath("//xref/@rid")]  # type: ignore[union-attr]
    return sum(bool(ids & set(rid.split())) for rid in rids)


def check_document(content: bytes) -> Document:
    document = read_jats(content, package="test.xml")
    account = document.account
    assert account.xrefs == xpath_count(content)
    assert account.xrefs + account.expanded == account.citations + sum(account.excluded.values())
    keys = {reference.key for reference in document.references}
    assert all(citation.reference in keys for citation in document.citations)
    assert len({statement.id for statement in document.statements}) == len(document.statements)
    for statement in document.statements:
        check_statement(statement)
    return document


def check_statement(statement: Statement) -> None:
    text = statement.text
    assert text == text.strip()
    assert "  " not in text
    assert not _MARKUP.search(text), text
    assert statement.markers
    for marker in statement.markers:
        assert 0 <= marker.start <= marker.end <= len(text)
        shown = text[marker.start : marker.end]
        assert shown == shown.strip()
    assert plain_text(text, statement.markers)


def loose(text: str) -> Iterator[str]:
    import unicodedata

    return (c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def test_every_marker_of_real_articles_is_accounted_for(articles: list[bytes]) -> None:
    documents = [check_document(content) for content in articles]
    assert len(documents) == ARTICLES
    assert sum(len(document.statements) for document in documents) > 1000


def test_no_sentence_of_real_articles_ends_in_an_abbreviation(articles: list[bytes]) -> None:
    statements = [s for content in articles for s in read_jats(content, package="x").statements]
    cut = [s.text for s in statements if _CUT.search(s.text)]
    assert len(cut) <= len(statements) / 1000, cut[:5]


def test_quotes_of_real_articles_stand_in_their_source(articles: list[bytes]) -> None:
    checked = 0
    for content in articles[:15]:
        for statement in read_jats(content, package="x").statements[::10]:
            span = statement.span
            stands = source_text(content, span.path, span.start, span.end)
            assert stands is not None
            if "math" in stands or "^" in statement.text:
                continue  # a formula is written in another way than it stands
            assert "".join(loose(stands)) == "".join(loose(statement.text))
            checked += 1
    assert checked > 40


def test_every_marker_of_the_demo_corpus_is_accounted_for(demo: dict[str, bytes]) -> None:
    documents = [check_document(content) for content in demo.values()]
    accounts = [document.account for document in documents]
    assert sum(account.expanded for account in accounts) > 20
    assert sum(account.excluded.get("repeated_in_statement", 0) for account in accounts) > 0
    assert sum(account.excluded.get("in_reference_list", 0) for account in accounts) > 0
    assert sum(len(account.warnings) for account in accounts) == 1


def test_demo_corpus_has_a_retraction_known_to_both_ends(demo: dict[str, bytes]) -> None:
    notices = {
        notice
        for content in demo.values()
        for notice in read_jats(content, package="x").paper.notices
        if notice.kind is NoticeKind.RETRACTION
    }
    assert {notice.issued for notice in notices} == {True, False}


def test_reading_twice_gives_the_same_records(demo: dict[str, bytes]) -> None:
    for content in demo.values():
        assert read_jats(content, package="x") == read_jats(content, package="x")
