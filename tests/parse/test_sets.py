"""Sets of XML: their papers, how these are named, and what is held in memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree

from semsearch.errors import InputError
from semsearch.parse.cutting import xml_records
from semsearch.parse.head import Head
from semsearch.parse.jats import read_jats
from semsearch.parse.readers import reader_of, recognise
from semsearch.records import Document

OAI = "http://www.openarchives.org/OAI/2.0/"
JATS = "https://jats.nlm.nih.gov/ns/archiving/1.3/"


def article(doi: str, namespace: str | None = JATS, prefix: str = "") -> str:
    declared = "" if namespace is None else f' xmlns{":" if prefix else ""}{prefix}="{namespace}"'
    text = (
        f"<article{declared}><front><article-meta>"
        f'<article-id pub-id-type="doi">{doi}</article-id></article-meta></front>'
        "<body><sec><title>Results</title><p>First.</p>"
        '<p>Water <m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:mi>x</m:mi></m:math>'
        ' is wet [<xref ref-type="bibr" rid="B1">1</xref>].</p></sec></body>'
        '<back><ref-list><ref id="B1"><mixed-citation>Z. Dry. 2001.</mixed-citation></ref>'
        "</ref-list></back></article>"
    )
    if prefix:
        text = text.replace("</", f"</{prefix}:").replace(f"</{prefix}:m:", "</m:")
        for name in ("article", "front", "body", "sec", "title", "p", "xref", "back", "ref", "mix"):
            text = text.replace(f"<{name}", f"<{prefix}:{name}")
    return text


def envelope(articles: list[str]) -> bytes:
    records = "".join(
        f"<record><header><identifier>oai:{n}</identifier></header>"
        f"<metadata>{one}</metadata></record>"
        for n, one in enumerate(articles)
    )
    return f'<OAI-PMH xmlns="{OAI}"><ListRecords>{records}</ListRecords></OAI-PMH>'.encode()


def read_set(content: bytes) -> Iterator[tuple[str, bytes, Document]]:
    """Name, bytes and document of each paper."""
    reader = recognise(Head(content))
    assert reader is not None
    for piece in reader.cut(io.BytesIO(content), 10**6):
        assert piece.content is not None, piece.error
        read = reader_of(reader.format).read
        yield str(piece.name), piece.content, read(piece.content, package="x", member=piece.name)


def texts(root: etree._Element, path: str) -> list[str]:
    """The texts of the elements at an XPath."""
    found = root.xpath(path)
    assert isinstance(found, list)
    return ["".join(map(str, one.itertext())) for one in found if isinstance(one, etree._Element)]


@pytest.mark.parametrize(
    ("namespace", "prefix"),
    [
        (None, ""),  # which puts it into that of the envelope
        (JATS, ""),
        ("http://jats.nlm.nih.gov/ns/archiving/1.0/", ""),
        ("http://dtd.nlm.nih.gov/2.0/xsd/archivearticle", ""),
        ("http://www.ncbi.nlm.nih.gov/JATS1", "jats"),
    ],
)
def test_articles_in_an_envelope_of_oai_are_read_whatever_their_namespace(
    namespace: str | None, prefix: str
) -> None:
    content = envelope([article(f"10.5555/{n}", namespace, prefix) for n in range(3)])
    plain = read_jats(article("10.5555/0", None).encode(), package="x")
    whole = etree.fromstring(content)
    found = list(read_set(content))
    assert [document.paper.id for *_, document in found] == [f"doi:10.5555/{n}" for n in range(3)]
    for name, piece, document in found:
        (statement,), (expected,) = document.statements, plain.statements
        assert (statement.text, statement.section) == (expected.text, expected.section)
        assert (statement.before, statement.markers) == (expected.before, expected.markers)
        assert document.references[0].raw == "Z. Dry. 2001."
        # The name of a paper leads to it in the file, and the path of a span in the paper.
        assert str(document.paper.doi) in texts(whole, name)[0]
        (text,) = texts(etree.fromstring(piece), statement.span.path)
        assert text[statement.span.start : statement.span.end] == "Water x is wet [1]."


def test_spans_of_an_article_without_namespace_name_their_elements() -> None:
    (statement,) = read_jats(article("10.5555/a", None).encode(), package="x").statements
    assert statement.span.path == "/article/body/sec/p[2]"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            '<article xmlns="http://docbook.org/ns/docbook"><title>x</title></article>',
            "line 1: the root element is 'article' of DocBook, expected one of JATS",
        ),
        (
            "<article><articleinfo/><sect1><para>x</para></sect1></article>",
            "line 1: the root element is 'article' of DocBook, expected one of JATS",
        ),
        (
            '<article xmlns="urn:x"/>',
            "line 1: the root element is 'article' of the namespace 'urn:x', expected one of JATS",
        ),
        ("<book/>", "line 1: the root element is 'book', expected 'article'"),
    ],
)
def test_articles_of_other_formats_are_refused_by_name(content: str, reason: str) -> None:
    with pytest.raises(InputError) as refused:
        read_jats(content.encode(), package="x")
    assert str(refused.value) == reason


@pytest.mark.parametrize("flat", [True, False])
def test_what_was_read_of_a_set_is_freed(flat: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    roots: list[Any] = []

    class Watched(etree.XMLPullParser):
        def read_events(self) -> Iterator[Any]:
            for event, element in super().read_events():
                assert isinstance(element, etree._Element)
                roots[:] = [element.getroottree().getroot()]
                yield event, element

    monkeypatch.setattr("semsearch.parse.cutting.etree.XMLPullParser", Watched)
    articles = [article(f"10.5555/{n}") for n in range(1000)]
    content = f"<articles>{''.join(articles)}</articles>".encode() if flat else envelope(articles)
    most = 0
    # In one chunk the parser is ahead of what is freed.
    for piece in xml_records("article")(io.BytesIO(content), 10**6):
        assert piece.content is not None, piece.error
        most = max(most, sum(1 for _ in roots[0].iter()))
    elements = sum(1 for _ in etree.fromstring(content).iter())
    assert most < elements / 4
    assert sum(1 for _ in roots[0].iter()) <= 2
