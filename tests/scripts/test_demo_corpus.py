"""The demo corpus: how it is written, and that everything it is meant to hold is in it."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lxml import etree

SCRIPTS = Path(__file__).parents[2] / "scripts"
SCRIPT = SCRIPTS / "make_demo_corpus.py"
NAMESPACES = {
    "xlink": "http://www.w3.org/1999/xlink",
    "mml": "http://www.w3.org/1998/Math/MathML",
}
NOTICES = {"33", "34", "35"}
WITHOUT_REFERENCES = {"19", "35"}
OWN_DOI = "10.5555/semsearch.demo."
BLOCKS = "p td title".split()


@dataclass(frozen=True, slots=True)
class Written:
    """One file of the corpus."""

    source: str
    root: etree._Element

    def find(self, path: str) -> list[Any]:
        found = self.root.xpath(path, namespaces=NAMESPACES)
        return found if isinstance(found, list) else [found]

    def blocks(self) -> list[tuple[str, bool]]:
        """The text of every paragraph, cell and heading, and whether a marker stands in it."""
        return [
            (" ".join(str(node.xpath("string()")).split()), node.find(".//xref") is not None)
            for node in self.root.iter(*BLOCKS)
        ]


def run(folder: Path, *options: str, seed: str = "0") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *options, str(SCRIPT), str(folder)]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(  # noqa: S603 - our own script and a folder of pytest
        command, capture_output=True, text=True, check=False, env=environment, encoding="utf-8"
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("demo") / "made" / "here"
    done = run(target, "-S")  # without site-packages: the standard library only
    assert done.returncode == 0, done.stderr
    count = len(list(target.iterdir()))
    assert done.stdout == f"wrote {count} synthetic articles to {target}\n"
    return target


@pytest.fixture(scope="module")
def articles(folder: Path) -> Mapping[str, Written]:
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    found: dict[str, Written] = {}
    for path in sorted(folder.glob("*.xml")):
        root = etree.parse(str(path), parser).getroot()
        found[path.stem.removeprefix("demo-")] = Written(path.read_text("utf-8"), root)
    return found


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(SCRIPTS))

    def load_module(name: str) -> ModuleType:
        return importlib.import_module(f"demo_corpus.{name}")

    return load_module


def test_the_same_bytes_whatever_the_hash_seed(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    assert run(again, seed="4711").returncode == 0
    assert {p.name: p.read_bytes() for p in again.iterdir()} == {
        p.name: p.read_bytes() for p in folder.iterdir()
    }


def test_a_file_in_the_way_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("not a folder")
    done = run(tmp_path / "taken")
    assert done.returncode == 2
    assert "cannot write to" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_article_says_that_it_is_synthetic(articles: Mapping[str, Written]) -> None:
    for article in articles.values():
        sentence = "This is a synthetic article made for testing."
        assert f"<!-- {sentence}" in article.source.split("<article")[0]
        assert article.find("string(//author-notes/fn/p)") == [sentence]
        path = "string(//custom-meta[meta-name='synthetic']/meta-value)"
        assert article.find(path) == ["true"]


def test_the_front_matter_is_complete(articles: Mapping[str, Written]) -> None:
    assert len(articles) == 35
    path = "//article-meta/article-id[@pub-id-type='doi']/text()"
    dois = [doi for article in articles.values() for doi in article.find(path)]
    assert len(set(dois)) == len(dois) == 34
    assert all(doi.startswith(OWN_DOI) for doi in dois)
    for article in articles.values():
        assert article.root.get("article-type")
        assert article.find("//journal-title/text()")[0].startswith("Semsearch Demo ")
        assert article.find("//publisher-name/text()")[0] == "Semsearch Demo Press"
        assert 2009 <= int(article.find("//pub-date/year/text()")[0]) <= 2024
        assert "publicdomain/zero" in article.find("//license/@xlink:href")[0]
        assert article.find("//contrib/name/surname")
        assert article.find("//title-group/article-title")


def test_orcids_have_the_right_check_digit_and_were_never_given_out(
    articles: Mapping[str, Written],
) -> None:
    orcids = {o for a in articles.values() for o in a.find("//contrib-id/text()")}
    assert len(orcids) >= 5
    for orcid in orcids:
        digits = orcid.removeprefix("https://orcid.org/").replace("-", "")
        assert digits.startswith("00000000")
        total = 0
        for digit in digits[:-1]:
            total = (total + int(digit)) * 2
        check = (12 - total % 11) % 11  # ISO 7064 mod 11-2
        assert digits[-1] == ("X" if check == 10 else str(check))


def test_every_marker_but_one_points_to_a_reference(articles: Mapping[str, Written]) -> None:
    lost: list[tuple[str, str]] = []
    for number, article in articles.items():
        ids = set(article.find("//@id"))
        rids = {rid for value in article.find("//xref/@rid") for rid in value.split()}
        lost += [(number, rid) for rid in sorted(rids - ids)]
    assert lost == [("20", "B99")]


def test_ids_are_unique_in_their_file(articles: Mapping[str, Written]) -> None:
    for article in articles.values():
        ids = article.find("//@id")
        assert len(ids) == len(set(ids))


def test_reference_lists_and_markers_are_of_the_usual_size(articles: Mapping[str, Written]) -> None:
    for number, article in articles.items():
        references = article.find("count(//ref)")[0]
        if number in WITHOUT_REFERENCES:
            assert references == 0
        elif number not in NOTICES:
            assert 6 <= references <= 20
            if article.find("//body"):
                assert len(article.find("//body//xref[not(@ref-type='aff')]")) >= 8


def test_articles_cite_each_other_but_never_a_later_one(articles: Mapping[str, Written]) -> None:
    years = {n: int(a.find("//pub-date/year/text()")[0]) for n, a in articles.items()}
    cited: set[str] = set()
    for number, article in articles.items():
        for doi in article.find("//ref//pub-id[@pub-id-type='doi']/text()"):
            if doi.startswith(OWN_DOI):
                target = doi.removeprefix(OWN_DOI)
                assert years[target] <= years[number]
                cited.add(target)
    assert len(cited) >= 15


def test_some_articles_cite_their_own_authors(articles: Mapping[str, Written]) -> None:
    found = [
        number
        for number, article in articles.items()
        if set(article.find("//contrib//surname/text()"))
        & set(article.find("//ref//surname/text()"))
    ]
    assert len(set(found) - NOTICES) >= 5


def test_articles_are_signed_by_several_groups_with_a_few_shared_authors(
    articles: Mapping[str, Written],
) -> None:
    signed = {number: set(a.find("//contrib//surname/text()")) for number, a in articles.items()}
    assert all(signed.values())
    assert not any(
        signed[one] & signed[other]
        for one in ("01", "08")
        for other in ("02", "03", "04", "10", "14")
    )
    # Groups that are one by a shared author alone, and the paper that both sign.
    for one, other, bridge in (("01", "08", "09"), ("03", "11", "05"), ("21", "29", "25")):
        assert not signed[one] & signed[other]
        assert signed[one] & signed[bridge]
        assert signed[other] & signed[bridge]


# Each row: what must occur, in how many articles at least, and where.
PATHS = [
    ("1 several rids", 4, "//xref[contains(@rid, ' ')]"),
    ("2 empty xref in a range", 1, "//xref[@rid][not(node())]"),
    ("3 sup around xrefs", 5, "//sup/xref[contains(' bibr ref ', @ref-type)]"),
    ("3 xref with a sup child", 3, "//xref[@ref-type='bibr']/sup"),
    ("5 ref-type ref", 2, "//body//xref[@ref-type='ref']"),
    ("5 no ref-type", 1, "//body//xref[not(@ref-type)]"),
    ("6 list item", 2, "//list-item//xref"),
    ("6 footnote", 2, "//back//fn//xref"),
    ("6 caption", 3, "//fig/caption//xref"),
    ("6 table cell", 1, "//td//xref"),
    ("6 table foot", 1, "//table-wrap-foot//xref"),
    ("6 boxed text", 1, "//boxed-text//xref"),
    ("6 appendix", 1, "//app//xref"),
    ("6 acknowledgement", 2, "//ack//xref"),
    ("6 floats group", 1, "//floats-group//xref"),
    ("7 several works in one entry", 2, "//ref[count(mixed-citation) > 1]/mixed-citation/label"),
    ("7 three works in one entry", 1, "//ref[count(mixed-citation) = 3]"),
    ("7 element-citation", 5, "//ref/element-citation"),
    ("7 nlm-citation", 2, "//ref/nlm-citation"),
    ("7 all three ids", 2, "//ref/*[count(pub-id) = 3]"),
    ("7 DOI in a link only", 3, "//ref/*[not(pub-id)]/ext-link[contains(@xlink:href, '10.5555')]"),
    ("7 PMID only", 3, "//ref/*[count(pub-id) = 1]/pub-id[@pub-id-type='pmid']"),
    ("7 no identifier", 3, "//ref/*[self::element-citation or self::mixed-citation"
     " or self::nlm-citation][not(pub-id) and not(ext-link)]"),
    ("7 no label", 3, "//ref-list[not(ref/label)]"),
    ("8 MathML", 4, "//inline-formula/mml:math//mml:mi"),
    ("8 TeX only", 3, "//inline-formula/tex-math[contains(., '\\begin{document}')]"),
    ("8 alternatives", 2, "//inline-formula/alternatives[tex-math and mml:math]"),
    ("8 display formula in a paragraph", 1, "//p[text()[normalize-space()]]/disp-formula"),
    ("9 subscript and superscript", 1, "//p[sub and sup]"),
    ("9 italic", 3, "//body//p/italic"),
    ("9 break", 2, "//td/break | //title/break"),
    ("11 sec-type beside an unhelpful title", 1, "//sec[@sec-type='intro']/title[.='What is at"
     " stake']"),
    ("11 nested heading under Results", 1, "//sec[title='Results']/sec/title[.='IL-6 signalling']"),
    ("11 numbered", 3, "//body/sec/title[starts-with(., '1. ')]"),
    ("11 capitals", 2, "//sec/title[.='RESULTS AND DISCUSSION']"),
    ("12 retraction", 1, "/article[@article-type='retraction']//related-article"
     "[@related-article-type='retracted-article'][@ext-link-type='doi']"
     "[@xlink:href='10.5555/semsearch.demo.10']"),
    ("12 retracted", 1, "//related-article[@related-article-type='retraction-forward']"
     "[@xlink:href='10.5555/semsearch.demo.33']"),
    ("12 correction", 1, "/article[@article-type='correction']//related-article"
     "[@related-article-type='corrected-article']"),
    ("12 corrected", 1, "//related-article[@related-article-type='correction-forward']"),
    ("12 concern", 1, "/article[@article-type='expression-of-concern']//related-article"
     "[@related-article-type='object-of-concern']"),
    ("13 no DOI", 1, "//article-meta[not(article-id/@pub-id-type='doi')]"
     "/article-id[@pub-id-type='pmid']"),
    ("13 no body", 1, "/article[not(body)]//ref"),
    ("13 no references", 1, "/article[not(.//ref)][@article-type='editorial']/body"),
    ("13 no abstract", 1, "//article-meta[not(abstract)]"),
    ("13 structured abstract", 5, "//abstract/sec/title"),
    ("14 xref in italic", 1, "//p/italic/xref"),
    ("14 xref in bold", 1, "//p/bold/xref"),
    ("14 quotation in a paragraph", 1, "//p[text()[normalize-space()]]/disp-quote"),
    ("14 list in a paragraph", 1, "//p[text()[normalize-space()]]/list"),
    ("14 figure in a paragraph", 1, "//p[text()[normalize-space()]]/fig"),
    ("15 cell with a marker only", 1, "//tr[td[1][normalize-space()='[2]']/xref]/td[3]"),
    ("17 abstract", 3, "//abstract//xref"),
    ("17 section title", 1, "//sec/title/xref"),
    ("17 reference list", 1, "//ref-list//xref"),
]  # fmt: skip


@pytest.mark.parametrize(("least", "path"), [p[1:] for p in PATHS], ids=[p[0] for p in PATHS])
def test_a_trap_of_structure_occurs(articles: Mapping[str, Written], least: int, path: str) -> None:
    assert sum(bool(article.find(path)) for article in articles.values()) >= least


SOURCES = [
    ("2 en dash", r"\[<xref [^>]*>2</xref>–<xref [^>]*>5</xref>\]"),
    ("2 hyphen", r"\[<xref [^>]*>1</xref>-<xref [^>]*>3</xref>\]"),
    ("2 to", r"\[<xref [^>]*>2</xref> to <xref [^>]*>4</xref>\]"),
    ("2 empty members", r'rid="B2"/><xref ref-type="bibr" rid="B3"/>–<xref'),
    ("2 ordinary members", r"1</xref>–<xref [^>]*>2</xref>–<xref [^>]*>3</xref>"),
    ("2 range inside one xref", r'rid="bib9">9-11</xref>'),
    ("3 after the full stop", r"[a-z]\.<sup><xref [^>]*>\d+</xref>,<xref [^>]*>\d+</xref></sup> "),
    ("4 author-year group", r"\(<xref [^>]*>Smith et al\., 2003</xref>; <xref [^>]*>Jones and"
     r" Lee, 2005</xref>\)"),
    ("4 narrative", r"[A-Z]\w+ et al\. \(<xref [^>]*>20\d\d</xref>\)"),
    ("4 narrative inside the xref", r">Petrov et al\. \(2007\)</xref>"),
    ("9 numeric reference", r"TGF-&#x03B2;"),
    ("9 ampersand", r"hypoxia &amp; the"),
    ("9 exponent", r"10<sup>−6</sup>&#xA0;M"),
    ("9 ion", r"Ca<sup>2\+</sup>"),
    ("9 peroxide", r"H<sub>2</sub>O<sub>2</sub>"),
    ("9 thin space", r"5&#x2009;ng/ml"),
    ("9 soft hyphen", r"cyto&#xAD;kines"),
    ("10 et al.", r"results of Tervald et al\. in mammary"),
    ("10 Fig. 2", r"see their Fig\. 2\)\."),
    ("10 Eq. 3", r"from Eq\. 3 of"),
    ("10 e.g.", r"e\.g\. in renal"),
    ("10 i.e.", r"i\.e\. below"),
    ("10 E. coli", r"with E\. coli-derived"),
    ("10 refs.", r"see refs\. 3 and 4 of"),
    ("10 approx.", r"approx\. 5 pg/ml"),
    ("10 initials", r"by J\. Smith\. The"),
    ("10 small letter", r"</sup> p65 may|\. p65 is|\. siRNA|</sup> mRNA for"),
    ("11 all capitals", r"<title>1\. INTRODUCTION</title>"),
    ("13 second marker", r'rid="B3">3</xref>\], among them [^.]*rid="B3">3</xref>'),
    ("16 side by side", r"\[<xref [^>]*>7</xref><xref [^>]*>9</xref>\]"),
    ("17 see also", r"<comment>See also ref\. <xref [^>]*>4</xref>\.</comment>"),
    ("17 points nowhere", r'<xref [^>]*rid="B99">99</xref>'),
    ("18 document type", r'<!DOCTYPE article PUBLIC "-//NLM//DTD JATS [^"]*" "[^"]*\.dtd">'),
]  # fmt: skip


@pytest.mark.parametrize("pattern", [s[1] for s in SOURCES], ids=[s[0] for s in SOURCES])
def test_a_trap_of_notation_occurs(articles: Mapping[str, Written], pattern: str) -> None:
    sources = [" ".join(article.source.split()) for article in articles.values()]
    assert any(re.search(pattern, source) for source in sources)


def test_most_articles_have_no_document_type(articles: Mapping[str, Written]) -> None:
    assert 2 <= sum("<!DOCTYPE" in article.source for article in articles.values()) <= 5


def test_readings_quote_what_stands_in_a_block_with_a_marker(
    articles: Mapping[str, Written], load: Any
) -> None:
    readings = load("readings")
    quoted = [(reading.article, reading.quote) for reading in readings.READINGS]
    for article, quote in [*quoted, *readings.OPEN]:
        blocks = articles[article].blocks()
        assert any(quote in text and marked for text, marked in blocks), (article, quote)


def test_the_questions_have_answers_of_every_kind(load: Any) -> None:
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    papers: dict[str, set[str]] = defaultdict(set)
    for reading in load("readings").READINGS:
        counts[reading.question][reading.stance.value] += 1
        papers[reading.question].add(reading.article)
    main = counts["does EMT induce IL-6"]
    assert main["asserts"] >= 8
    assert main["denies"] + main["opposite"] >= 4
    assert main["opposite"] >= 2
    assert main["hedges"] >= 4
    assert main["reverses"] >= 6
    assert len(papers["does EMT induce IL-6"]) >= 10
    for question in (
        "does IL-6 activate STAT3",
        "does TGF-β induce EMT",
        "does NF-κB activate Snail",
        "does drought reduce wheat yield",
        "does sleep improve memory consolidation",
    ):
        stances = counts[question]
        assert stances["asserts"] >= 4, question
        assert min(stances["denies"], stances["hedges"], stances["reverses"]) >= 1, question


def test_an_unknown_work_is_named(load: Any) -> None:
    model, references = load("model"), load("references")
    article = model.Article(
        number="99",
        title="None",
        authors="",
        year=2020,
        journal=model.Journal.REVIEWS,
        style=model.Style.BRACKETS,
        references="ext.9999",
    )
    with pytest.raises(ValueError, match=r"article 99: the work 'ext\.9999' is not known"):
        references.read_entries(article, {})


@pytest.mark.parametrize(
    ("blocks", "message"),
    [("Text [@1].", "marker 1, expected 1 to 0"), ("## Too deep", "'Too deep' skips a level")],
)
def test_faults_of_the_notation_are_refused(load: Any, blocks: str, message: str) -> None:
    markup, style = load("markup"), load("model").Style.BRACKETS
    markers = markup.Markers(style=style, prefix="B", ref_type="bibr", works=())
    with pytest.raises(ValueError, match=message):
        markup.write_blocks(blocks, markers, depth=0)


def test_sections_close_before_the_next_one_of_their_level_opens(load: Any) -> None:
    markup, style = load("markup"), load("model").Style.BRACKETS
    markers = markup.Markers(style=style, prefix="B", ref_type="bibr", works=())
    lines = markup.write_blocks("# A\n\n## B\n\ntext\n\n# C\n\n## D", markers, depth=0)
    assert [line for line in lines if "title" not in line] == [
        '<sec id="sec1">',
        '  <sec id="sec1-1">',
        "    <p>text</p>",
        "  </sec>",
        "</sec>",
        '<sec id="sec2">',
        '  <sec id="sec2-1">',
        "  </sec>",
        "</sec>",
    ]
