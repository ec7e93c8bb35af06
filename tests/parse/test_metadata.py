"""Front matter, references, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from semsearch.errors import InputError
from semsearch.parse.jats import read_jats
from semsearch.records import Author, Notice, NoticeKind, Paper, Reference

Article = Callable[..., bytes]


@pytest.fixture
def paper(article: Article) -> Callable[..., Paper]:
    return lambda **parts: read_jats(article(**parts), package="test.xml").paper


@pytest.fixture
def reference(article: Article) -> Callable[[str], Reference]:
    def read(entry: str) -> Reference:
        refs = f'<ref id="B1"><label>1.</label>{entry}</ref>'
        return read_jats(article(refs=refs), package="test.xml").references[0]

    return read


def test_front_matter_is_read(paper: Callable[..., Paper]) -> None:
    front = """
      <contrib-group><contrib contrib-type="author">
        <contrib-id contrib-id-type="orcid">https://orcid.org/0000-0002-1825-0097</contrib-id>
        <name><surname>Lee</surname><given-names>Ann B.</given-names></name></contrib>
      <contrib contrib-type="author"><collab>The EMT Group</collab></contrib>
      <contrib contrib-type="editor"><name><surname>Ed</surname></name></contrib></contrib-group>
      <pub-date pub-type="ppub"><year>2021</year></pub-date>
      <permissions><license xlink:href="https://creativecommons.org/publicdomain/zero/1.0/"/>
      </permissions>"""
    found = paper(front=front, title="On <italic>IL-6</italic><xref rid='f'>*</xref>")
    assert found.id == "doi:10.5555/test"
    assert found.title == "On IL-6*"
    assert found.year == 2020
    assert found.journal == "Journal of Tests"
    assert found.license == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert found.publication_types == ("research-article",)
    assert found.authors == (
        Author(family="Lee", given="Ann B.", orcid="0000-0002-1825-0097"),
        Author(family="The EMT Group"),
    )


def test_structured_abstract_keeps_its_headings(paper: Callable[..., Paper]) -> None:
    front = (
        '<abstract abstract-type="graphical"><p>A picture.</p></abstract><abstract><sec>'
        "<title>Background:</title><p>Why.</p></sec><sec><title>Results</title><p>One.</p>"
        "<p>Two.</p></sec></abstract>"
    )
    found = paper(front=front)
    assert [(p.heading, p.text) for p in found.abstract] == [
        ("Background", "Why."),
        ("Results", "One. Two."),
    ]
    assert found.abstract_text == "Background: Why. Results: One. Two."


def test_article_without_doi_gets_its_next_best_id(paper: Callable[..., Paper]) -> None:
    assert (
        paper(doi=None, front='<article-id pub-id-type="pmid">99000001</article-id>').id
        == "pmid:99000001"
    )
    assert paper(doi=None).id.startswith("sha256:")


def test_retraction_notice_and_its_article_name_each_other(paper: Callable[..., Paper]) -> None:
    related = '<related-article related-article-type="{}" ext-link-type="doi" xlink:href="{}"/>'
    notice = paper(kind="retraction", front=related.format("retracted-article", "10.5555/Bad"))
    assert notice.notices == (
        Notice(kind=NoticeKind.RETRACTION, issued=True, other="doi:10.5555/bad"),
    )
    bad = paper(front=related.format("retraction-forward", "https://doi.org/10.5555/notice"))
    assert bad.notices == (
        Notice(kind=NoticeKind.RETRACTION, issued=False, other="doi:10.5555/notice"),
    )


def test_notice_without_a_link_is_still_a_notice(paper: Callable[..., Paper]) -> None:
    assert paper(kind="expression-of-concern").notices == (
        Notice(kind=NoticeKind.CONCERN, issued=True),
    )


def test_reference_keeps_all_its_ids(reference: Callable[[str], Reference]) -> None:
    found = reference(
        "<element-citation><person-group person-group-type='author'><name><surname>Lee</surname>"
        "<given-names>A</given-names></name></person-group><article-title>A work.</article-title>"
        "<source>Cell</source><year>2001</year><volume>3</volume><fpage>1</fpage><lpage>9</lpage>"
        '<pub-id pub-id-type="doi">10.1/X</pub-id><pub-id pub-id-type="doi">10.1234/X</pub-id>'
        '<pub-id pub-id-type="pmid">77</pub-id><pub-id pub-id-type="pmcid">PMC88</pub-id>'
        "</element-citation>"
    )
    assert (found.doi, found.pmid, found.pmcid) == ("10.1234/x", "77", "PMC88")
    assert (found.title, found.journal, found.year, found.label) == ("A work", "Cell", 2001, "1.")
    assert found.raw == "Lee A. A work. Cell. 2001 3:1–9."


def test_names_without_punctuation_between_them_are_not_glued(
    reference: Callable[[str], Reference],
) -> None:
    found = reference(
        "<mixed-citation><name><surname>Lee</surname><given-names>A</given-names></name>, "
        "<article-title>A work</article-title>. <year>2001</year></mixed-citation>"
    )
    assert found.raw == "Lee A. A work. 2001."


def test_printed_entry_is_kept_as_printed(reference: Callable[[str], Reference]) -> None:
    found = reference(
        "<mixed-citation>Lee A., Kim B. <article-title>A work</article-title>. Cell <b>3</b>, "
        '1–9 (2001). <ext-link xlink:href="https://doi.org/10.5555/ext.1">link</ext-link>'
        "</mixed-citation>"
    )
    assert found.raw == "Lee A., Kim B. A work. Cell 3, 1–9 (2001). link"
    assert found.doi == "10.5555/ext.1"


def test_book_has_its_source_as_title(reference: Callable[[str], Reference]) -> None:
    found = reference("<nlm-citation><source>The Cell</source><year>1994</year></nlm-citation>")
    assert (found.title, found.journal) == ("The Cell", None)


def test_alternatives_of_one_work_count_once(article: Article) -> None:
    refs = (
        '<ref id="B1"><citation-alternatives><mixed-citation>Lee 2001</mixed-citation>'
        "<element-citation><year>2001</year></element-citation></citation-alternatives></ref>"
    )
    assert len(read_jats(article(refs=refs), package="test.xml").references) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"not XML", "line 1, column 1: not well-formed XML"),
        (b"<article><front>", "not well-formed XML"),
        (b"<html/>", "the root element is 'html', expected 'article'"),
        (
            "<?xml version='1.0' encoding='utf-8'?><article>é</article>".encode("latin-1"),
            "character encoding",
        ),
        (
            b'<!DOCTYPE article [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><article><body><p>&b;</p>'
            b"</body></article>",
            "the entity &b; would have to be resolved",
        ),
        (
            b'<!DOCTYPE article [<!ENTITY x SYSTEM "file:///etc/hostname">]><article><body><p>&x;'
            b"</p></body></article>",
            "the entity &x; would have to be resolved",
        ),
    ],
)
def test_what_is_no_article_is_refused_with_its_place(content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message.replace("(", r"\(")):
        read_jats(content, package="test.xml")


def test_doctype_without_entities_is_read(article: Article) -> None:
    content = article().replace(
        b"<article ", b'<!DOCTYPE article SYSTEM "JATS-archivearticle1.dtd">\n<article ', 1
    )
    assert read_jats(content, package="test.xml").paper.id == "doi:10.5555/test"


@pytest.mark.parametrize("content", [b"<article/>", b"<article><front/></article>"])
def test_article_without_front_body_and_references_is_an_empty_paper(content: bytes) -> None:
    document = read_jats(content, package="test.xml")
    assert document.statements == ()
    assert document.references == ()
    assert document.paper.title is None
