"""Statements and markers of small synthetic articles: one trap a test."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree

from semsearch.parse.jats import read_jats
from semsearch.parse.xml import xpath_text as source_text
from semsearch.records import Document, Place, Section, Statement

Article = Callable[..., bytes]


def x(number: int | str, shown: str | None = None, kind: str = ' ref-type="bibr"') -> str:
    rid = " ".join(f"B{n}" for n in str(number).split())
    return f'<xref{kind} rid="{rid}">{str(number) if shown is None else shown}</xref>'


@pytest.fixture
def read(article: Article) -> Callable[..., Document]:
    def read_body(body: str, **parts: object) -> Document:
        document = read_jats(article(body, **parts), package="test.xml")
        account = document.account
        assert account.xrefs + account.expanded == account.citations + sum(
            account.excluded.values()
        )
        assert account.citations == len(document.citations)
        return document

    return read_body


def only(document: Document) -> Statement:
    assert len(document.statements) == 1, [s.text for s in document.statements]
    return document.statements[0]


def cited(document: Document) -> list[str]:
    return [citation.reference for citation in document.citations]


def test_marker_span_cuts_out_what_is_printed(read: Callable[..., Document]) -> None:
    statement = only(read(f"<p>EMT induces IL-6 [{x(1)}, {x(3)}] in cells.</p>"))
    assert statement.text == "EMT induces IL-6 [1, 3] in cells."
    assert [statement.text[m.start : m.end] for m in statement.markers] == ["1", "3"]


def test_xref_inside_sup_is_a_marker_and_tails_keep_their_spaces(
    read: Callable[..., Document],
) -> None:
    document = read(f"<p>We agree<sup>{x(1)},{x(2)}</sup> and also<sup>{x(3)}</sup> here.</p>")
    assert only(document).text == "We agree¹,² and also³ here."
    assert cited(document) == ["B1", "B2", "B3"]
    assert all(m.superscript for m in only(document).markers)


def test_raised_brackets_stay_plain(read: Callable[..., Document]) -> None:
    document = read(f"<p>We agree.<sup>[{x(1)},{x(2)}]</sup> Others do not.</p>")
    assert only(document).text == "We agree.[1,2]"


def test_sup_inside_xref_is_raised(read: Callable[..., Document]) -> None:
    assert only(read(f"<p>We agree{x(4, '<sup>4</sup>')}.</p>")).text == "We agree⁴."


@pytest.mark.parametrize("kind", [' ref-type="bibr"', ' ref-type="ref"', ""])
def test_any_xref_that_names_a_reference_cites(read: Callable[..., Document], kind: str) -> None:
    assert cited(read(f"<p>As shown [{x(2, kind=kind)}].</p>")) == ["B2"]


def test_xref_that_names_a_figure_does_not_cite(read: Callable[..., Document]) -> None:
    document = read('<p>See <xref ref-type="fig" rid="F1">Figure 1</xref>.</p>')
    assert document.statements == ()
    assert document.account.xrefs == 0


def test_several_rids_in_one_xref_are_expanded(read: Callable[..., Document]) -> None:
    document = read(f"<p>As shown [{x('1 2 3', '1–3')}].</p>")
    assert cited(document) == ["B1", "B2", "B3"]
    assert (document.account.xrefs, document.account.expanded) == (1, 2)


@pytest.mark.parametrize("dash", ["–", "-", "−", "—", " – ", " to ", "]–["])
def test_implied_middle_of_a_range_is_cited(read: Callable[..., Document], dash: str) -> None:
    document = read(f"<p>As shown [{x(3)}{dash}{x(7)}].</p>")
    assert sorted(cited(document)) == ["B3", "B4", "B5", "B6", "B7"]
    assert (document.account.xrefs, document.account.expanded) == (2, 3)


def test_raised_range_is_cited(read: Callable[..., Document]) -> None:
    document = read(f"<p>As shown.<sup>{x(3)}–{x(5)}</sup> Next we ask.</p>")
    assert only(document).text == "As shown.³–⁵"
    assert sorted(cited(document)) == ["B3", "B4", "B5"]


@pytest.mark.parametrize(
    "markup",
    [
        '{first}<xref ref-type="bibr" rid="B4"/><xref ref-type="bibr" rid="B5"/>–{last}',
        '{first}–<xref ref-type="bibr" rid="B4"/><xref ref-type="bibr" rid="B5"/>{last}',
    ],
)
def test_middle_members_with_an_empty_xref_are_not_counted_twice(
    read: Callable[..., Document], markup: str
) -> None:
    document = read(f"<p>As shown [{markup.format(first=x(3), last=x(6))}].</p>")
    assert sorted(cited(document)) == ["B3", "B4", "B5", "B6"]
    assert (document.account.xrefs, document.account.expanded) == (4, 0)


def test_range_printed_inside_one_xref_is_filled(read: Callable[..., Document]) -> None:
    document = read(f"<p>As shown [{x(2, '2–5')}].</p>")
    assert cited(document) == ["B2", "B3", "B4", "B5"]


def test_range_that_does_not_fit_the_list_is_left_and_reported(
    read: Callable[..., Document],
) -> None:
    document = read(f"<p>As shown [{x(3, '3')}–{x(7, '9')}].</p>")
    assert cited(document) == ["B3", "B7"]
    assert "3–9" in document.account.warnings[0]


def test_dash_between_author_year_markers_is_no_range(read: Callable[..., Document]) -> None:
    document = read(f"<p>As shown ({x(1, 'Lee, 2001')} – {x(4, 'Kim, 2004')}).</p>")
    assert cited(document) == ["B1", "B4"]
    assert document.account.warnings == ()


def test_adjacent_markers_are_not_one_number(read: Callable[..., Document]) -> None:
    assert only(read(f"<p>As shown [{x(3)}{x(4)}].</p>")).text == "As shown [3 4]."


def test_bare_number_behind_a_word_is_printed_raised(read: Callable[..., Document]) -> None:
    statement = only(read(f"<p>It rises in cells{x(1)},{x(2)} and in IL-6{x(3)} mice.</p>"))
    assert statement.text == "It rises in cells¹,² and in IL-6³ mice."


def test_second_marker_to_the_same_work_is_excluded_with_its_reason(
    read: Callable[..., Document],
) -> None:
    document = read(f"<p>As {x(1, 'Lee')} showed [{x(1)}], it holds.</p>")
    assert cited(document) == ["B1"]
    assert document.account.excluded == {"repeated_in_statement": 1}


def test_same_work_in_two_sentences_is_cited_twice(read: Callable[..., Document]) -> None:
    document = read(f"<p>One holds [{x(1)}]. Two holds [{x(1)}].</p>")
    assert cited(document) == ["B1", "B1"]
    first, second = document.statements
    assert (first.after, second.before) == (second.text, first.text)


def test_marker_after_the_full_stop_stays_with_its_sentence(
    read: Callable[..., Document],
) -> None:
    document = read(f"<p>It holds in mice.<sup>{x(1)},{x(2)}</sup> Others disagree.</p>")
    assert only(document).text == "It holds in mice.¹,²"
    assert only(document).after == "Others disagree."


def test_equal_sentences_of_one_paper_have_different_ids(read: Callable[..., Document]) -> None:
    document = read(f"<p>It holds [{x(1)}].</p><p>It holds [{x(1)}].</p>")
    assert len({s.id for s in document.statements}) == 2


def test_ids_do_not_depend_on_other_text_of_the_paper(read: Callable[..., Document]) -> None:
    alone = only(read(f"<p>It holds [{x(1)}].</p>"))
    among = read(f"<p>Before [{x(2)}].</p><p>It holds [{x(1)}].</p>")
    assert alone.id == among.statements[1].id


@pytest.mark.parametrize(
    ("body", "text", "place"),
    [
        ("<list><list-item><p>One [{x}]</p></list-item></list>", "One [1]", Place.LIST),
        (
            "<fig><caption><p>Taken from [{x}].</p></caption></fig>",
            "Taken from [1].",
            Place.CAPTION,
        ),
        ("<boxed-text><p>In a box [{x}].</p></boxed-text>", "In a box [1].", Place.BOX),
        ("<p>Text<fn><p>In a note [{x}].</p></fn></p>", "In a note [1].", Place.FOOTNOTE),
        (
            "<table-wrap><table-wrap-foot><p>Data of [{x}].</p></table-wrap-foot></table-wrap>",
            "Data of [1].",
            Place.FOOTNOTE,
        ),
        ("<sec><title>Of [{x}]</title><p>a</p></sec>", "Of [1]", Place.TITLE),
        ("<disp-quote><p>Quoted [{x}].</p></disp-quote>", "Quoted [1].", Place.PARAGRAPH),
    ],
)
def test_markers_of_every_place_become_statements(
    read: Callable[..., Document], body: str, text: str, place: Place
) -> None:
    statement = only(read(body.replace("{x}", x(1))))
    assert (statement.text, statement.place) == (text, place)


def test_short_table_cell_is_read_with_its_row_and_caption(read: Callable[..., Document]) -> None:
    statement = only(
        read(
            "<table-wrap><label>Table 1</label><caption><title>Effects on IL-6.</title></caption>"
            "<table><tbody><tr><td>Lee et al. [" + x(1) + "]</td><td>A549</td><td>up</td></tr>"
            "</tbody></table></table-wrap>"
        )
    )
    assert statement.text == "Lee et al. [1] | A549 | up"
    assert statement.before == "Table 1 Effects on IL-6."
    assert statement.place is Place.TABLE


def test_long_table_cell_is_text_of_its_own(read: Callable[..., Document]) -> None:
    cell = f"Snail raised the secretion of IL-6 in these cells [{x(1)}]. It fell later."
    document = read(f"<table-wrap><table><tr><td>A</td><td>{cell}</td></tr></table></table-wrap>")
    assert only(document).text == "Snail raised the secretion of IL-6 in these cells [1]."


def test_marker_of_a_long_cell_is_not_counted_again_with_its_row(
    read: Callable[..., Document],
) -> None:
    long = f"Snail raised the secretion of IL-6 in these cells [{x(1)}]."
    row = f"<tr><td>Lee [{x(2)}]</td><td>{long}</td></tr>"
    document = read(f"<table-wrap><table>{row}</table></table-wrap>")
    assert sorted(cited(document)) == ["B1", "B2"]
    assert {s.text: len(s.markers) for s in document.statements} == {
        "Lee [2] | Snail raised the secretion of IL-6 in these cells [1].": 1,
        "Snail raised the secretion of IL-6 in these cells [1].": 1,
    }


def test_list_inside_a_paragraph_does_not_glue_to_it(read: Callable[..., Document]) -> None:
    document = read(
        f"<p>We saw [{x(1)}]:<list><list-item><p>one [{x(2)}]</p></list-item></list>"
        f"and [{x(3)}].</p>"
    )
    assert [s.text for s in document.statements] == ["We saw [1]:", "and [3].", "one [2]"]


def test_marker_in_the_reference_list_is_excluded_with_its_reason(
    read: Callable[..., Document],
) -> None:
    refs = (
        '<ref id="B1"><mixed-citation>Lee. A work.</mixed-citation></ref><ref id="B2">'
        f"<mixed-citation>Kim. See also {x(1)}.</mixed-citation></ref>"
    )
    document = read(f"<p>It holds [{x(2)}].</p>", refs=refs)
    assert document.account.excluded == {"in_reference_list": 1}
    assert document.account.xrefs == 2


def test_marker_of_a_review_printed_with_the_article_is_excluded(article: Article) -> None:
    content = article(f"<p>It holds [{x(1)}].</p>").replace(
        b"</article>",
        f"<sub-article><body><p>No [{x(2)}].</p></body></sub-article></article>".encode(),
    )
    document = read_jats(content, package="test.xml")
    assert document.account.excluded == {"in_sub_article": 1}


def test_empty_marker_without_text_around_it_is_excluded(read: Callable[..., Document]) -> None:
    assert read(f"<p>{x(1, '')}</p>").account.excluded == {"without_text": 1}


def test_rid_that_points_nowhere_is_a_warning(read: Callable[..., Document]) -> None:
    document = read(f"<p>It holds [{x(1)}, {x(77)}].</p>")
    assert cited(document) == ["B1"]
    assert "B77" in document.account.warnings[0]


def test_several_works_of_one_reference_are_each_cited(read: Callable[..., Document]) -> None:
    refs = (
        '<ref id="B1"><label>1</label><mixed-citation>a) Lee, 2001.</mixed-citation>'
        "<mixed-citation>b) Kim, 2002.</mixed-citation></ref>"
    )
    document = read(f"<p>It holds [{x(1)}].</p>", refs=refs)
    assert cited(document) == ["B1", "B1~2"]
    assert [r.raw for r in document.references] == ["a) Lee, 2001.", "b) Kim, 2002."]
    assert (document.account.xrefs, document.account.expanded) == (1, 1)


def test_duplicate_reference_ids_go_to_the_first_with_a_warning(
    read: Callable[..., Document],
) -> None:
    refs = "".join(
        f'<ref id="B1"><mixed-citation>{name}.</mixed-citation></ref>' for name in ("Lee", "Kim")
    )
    document = read(f"<p>It holds [{x(1)}].</p>", refs=refs)
    assert [r.key for r in document.references] == ["B1", "B1#2"]
    assert cited(document) == ["B1"]
    assert "B1" in document.account.warnings[0]


def test_printed_heading_is_kept_beside_the_section_above_it(
    read: Callable[..., Document],
) -> None:
    body = (
        "<sec><title>3. RESULTS</title><sec><title>3.1 IL-6 signalling</title>"
        f"<p>It holds [{x(1)}].</p></sec></sec>"
    )
    statement = only(read(body))
    assert (statement.heading, statement.section) == ("3.1 IL-6 signalling", Section.RESULTS)


def test_citing_in_the_abstract_counts(article: Article) -> None:
    content = article(front=f"<abstract><p>It holds [{x(1)}].</p></abstract>")
    document = read_jats(content, package="test.xml")
    assert only(document).place is Place.ABSTRACT


def test_span_points_at_the_quote_in_the_source(article: Article) -> None:
    body = f"<p>First one.  It <italic>holds</italic>\n in H<sub>2</sub>O [{x(1)}]. Last.</p>"
    content = article(body)
    statement = only(read_jats(content, package="test.xml"))
    assert statement.text == "It holds in H₂O [1]."
    span = statement.span
    assert source_text(content, span.path, span.start, span.end) == "It holds\n in H2O [1]."
    whole = etree.fromstring(content).xpath(f"string({span.path})")
    assert isinstance(whole, str)
    assert whole[span.start : span.end] == "It holds\n in H2O [1]."
