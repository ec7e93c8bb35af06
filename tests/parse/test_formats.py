"""Every format: what is read, that all markers are accounted for, and that spans lead back."""

from __future__ import annotations

import csv
import gzip
import io
import re
import tarfile
import tracemalloc
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from semsearch.errors import InputError
from semsearch.parse.head import HEAD_BYTES
from semsearch.parse.packages import ArticleFile, ArticleFiles
from semsearch.parse.reader import Format
from semsearch.parse.readers import read_document, reader_of
from semsearch.parse.tables.columns import CELL_CHARACTERS, Columns, cut_csv
from semsearch.records import Document, NoticeKind, Place, Section

DATA = Path(__file__).resolve().parent.parent / "data" / "formats"
LIMIT = 10**6
FILES = sorted(path for path in DATA.iterdir() if not path.name.startswith("library"))

# File → markers that stand in it, counted by hand, over all of its papers.
MARKERS = {
    "cord19.jsonl": 7,
    "doc2json.json": 6,
    "europepmc.xml": 3,
    "grobid.segmented.tei.xml": 10,
    "grobid.tei.xml": 10,
    "pmc.bioc.json": 8,
    "pmc.bioc.xml": 8,
    "pubmed.nbib": 0,
    "pubmed.xml": 0,
    "s2-citations.jsonl.gz": 5,
    "s2orc-open-data.jsonl": 3,
    "statements.csv": 5,
    "statements.jsonl": 2,
    "unarxive.jsonl": 3,
}


def papers(*inputs: Path) -> list[ArticleFile]:
    return list(ArticleFiles(inputs, LIMIT))


def read(article: ArticleFile) -> Document:
    assert article.content is not None, article.error
    assert article.format is not None
    document = read_document(
        article.content, package=article.package, member=article.member, format_=article.format
    )
    check(article, document)
    return document


def documents(*inputs: Path) -> list[Document]:
    return [read(article) for article in papers(*inputs)]


def letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def check(article: ArticleFile, document: Document) -> None:
    """What holds of every paper of every format."""
    account = document.account
    assert account.xrefs + account.expanded == account.citations + sum(account.excluded.values())
    assert account.citations == len(document.citations)
    keys = {reference.key for reference in document.references}
    statements = {statement.id: statement for statement in document.statements}
    assert len(statements) == len(document.statements)
    assert len(keys) == len(document.references)
    for citation in document.citations:
        assert citation.reference in keys
        markers = statements[citation.statement].markers
        assert citation.reference in markers[citation.marker].references
    assert article.format is not None
    text_at = reader_of(article.format).text_at
    for statement in document.statements:
        span = statement.span
        stands = text_at(article.content or b"", span.path, span.start, span.end)
        assert stands is not None
        if "{{" not in stands:  # placeholders of unarXive are shown as what they stand for
            assert letters(stands) == letters(statement.text)
        ends = [0, *(place for m in statement.markers for place in (m.start, m.end))]
        assert ends == sorted(ends)
        assert ends[-1] <= len(statement.text)


def said(document: Document) -> list[tuple[str, str, list[str]]]:
    """What a document says, without where it stands."""
    cited = {r.key: r.doi or r.title or r.raw for r in document.references}
    return [
        (s.text, s.section, [cited[k] for m in s.markers for k in m.references])
        for s in document.statements
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_marker_is_accounted_for(path: Path) -> None:
    found = documents(path)
    assert sum(document.account.xrefs for document in found) == MARKERS[path.name]


def test_sentences_of_tei_that_are_marked_up_are_read_as_those_that_are_not() -> None:
    (marked,), (plain,) = (
        documents(DATA / name) for name in ("grobid.segmented.tei.xml", "grobid.tei.xml")
    )
    assert said(marked) == said(plain)
    assert [s.before for s in marked.statements] == [s.before for s in plain.statements]


def test_coordinates_of_tei_are_kept() -> None:
    (document,) = documents(DATA / "grobid.segmented.tei.xml")
    first, second, third = document.statements[:3]
    (box,) = first.span.boxes
    assert (box.page, box.x, box.y, box.width, box.height) == (1, 72.0, 100.5, 220.0, 10.2)
    assert [box.page for box in second.span.boxes] == [1, 2]
    assert third.span.boxes == ()


@pytest.mark.parametrize(
    ("coords", "kept", "left_out"),
    [
        ("1,1,2,3,4;2,1,2,3,4;", [1, 2], 0),
        ("1,nan,2,3,4;2,1,2,3,4", [2], 1),
        ("1,1e999,2,3,4;1,1,2,3,-inf", [], 2),
        (f"{'9' * 20},1,2,3,4;{'9' * 5000},1,2,3,4;0,1,2,3,4;-1,1,2,3,4", [], 4),
        ("1,2,3,4;1,1,2,3,4,5;page;1.5,1,2,3,4", [], 4),
    ],
)
def test_coordinates_that_are_no_place_on_a_page_are_left_out_and_counted(
    coords: str, kept: list[int], left_out: int
) -> None:
    xml = (DATA / "grobid.segmented.tei.xml").read_text("utf-8")
    changed = re.sub(r'coords="[^"]*"', f'coords="{coords}"', xml, count=1)
    assert changed != xml
    document = read_document(changed.encode(), package="a.xml", format_=Format.TEI)
    assert [box.page for box in document.statements[0].span.boxes] == kept
    warned = [one for one in document.account.warnings if "coordinates" in one]
    assert [int(one.split()[0]) for one in warned] == [left_out] * (left_out > 0)


def test_tei_is_read_as_it_is_printed() -> None:
    (document,) = documents(DATA / "grobid.tei.xml")
    paper = document.paper
    assert (paper.doi, paper.year, paper.journal) == (
        "10.5555/readers.tei.plain",
        2020,
        "Synthetic Agronomy",
    )
    assert paper.authors[0].orcid == "0000-0002-1825-0097"
    assert paper.abstract_text == "Drought matters. We grew wheat."
    texts = {s.text: s for s in document.statements}
    water = texts["H₂O was held at 10⁻⁶ M⁴."]
    assert water.section is Section.METHODS  # by the number of its heading, 2.1
    assert texts["Field [2] | 2.1 t"].before == "Table 1 Yields of earlier trials."
    assert texts["Field [2] | 2.1 t"].place is Place.TABLE
    assert texts["Yield after drought, redrawn from [1]."].place is Place.CAPTION
    assert texts["See also [5]."].place is Place.FOOTNOTE
    cited = texts["This loss was not seen under shade [2]-[5]."].markers[0].references
    assert cited == ("b1", "b2", "b3")
    assert document.account.excluded == {"without_entry": 1}


def test_s2orc_gives_statements_with_offsets_into_its_strings() -> None:
    (document,) = documents(DATA / "doc2json.json")
    assert document.paper.id == "doi:10.5555/readers.s2orc"
    assert [s.text for s in document.statements] == [
        "Salt lowers the height of barley [1, 2].",
        "It does so in sand and in loam [2]-[5].",
        "Smith et al. (2012) found no such effect (Nobody, 1999).",
    ]
    assert document.statements[1].span.path == "#/pdf_parse/body_text/0/text"
    assert document.statements[2].heading == "Results and Discussion"
    assert document.references[0].corpusid == "9001"


def test_markers_that_are_not_where_they_are_said_to_be_are_left_out_with_a_warning() -> None:
    document = documents(DATA / "cord19.jsonl")[1]
    assert document.account.excluded == {"misplaced": 2}
    assert document.account.warnings == (
        "the marker '[1]' does not stand at #/body_text/1/text 2–5",
        "the marker '[2]' does not stand at #/body_text/1/text 400–403",
    )
    assert [s.text for s in document.statements] == ["Wind bends oats¹,³ and rye."]


def test_open_data_of_semantic_scholar_is_read_by_its_annotations() -> None:
    (document,) = documents(DATA / "s2orc-open-data.jsonl")
    paper = document.paper
    assert (paper.title, paper.corpusid, paper.license) == (
        "Rye and invented rain",
        "77002",
        "CCBY",
    )
    (statement,) = document.statements
    assert (statement.section, statement.span.path) == (Section.INTRODUCTION, "#/content/text")
    assert document.account.excluded == {"without_entry": 1}
    assert document.references[0].authors[0].family == "Adler"


def test_a_first_paper_longer_than_what_a_format_is_known_by_is_recognised(
    tmp_path: Path,
) -> None:
    first, second = (DATA / "s2orc-open-data.jsonl").read_text().splitlines()[0], OPEN_DATA % "{}"
    long = orjson.loads(first)
    long["content"]["text"] += "\n" + "x" * HEAD_BYTES
    (tmp_path / "a").write_bytes(orjson.dumps(long) + b"\n" + second.encode())
    read_long, _ = documents(tmp_path / "a")
    (read_short,) = documents(DATA / "s2orc-open-data.jsonl")[:1]
    assert said(read_long) == said(read_short) != []
    many = orjson.loads((DATA / "cord19.jsonl").read_bytes().splitlines()[0])
    paper = {
        "paper_id": many["paper_id"],
        "metadata": {"title": "T", "authors": [PERSON] * 2000},
        "abstract": [],
    }
    (tmp_path / "b").write_bytes(orjson.dumps({**paper, **many, "metadata": paper["metadata"]}))
    assert [str(article.format) for article in papers(tmp_path / "b")] == ["s2orc"]


def test_open_data_without_annotations_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text('{"corpusid": 5, "content": {"text": "ab [1]"}}')
    (article,) = papers(tmp_path / "a")
    with pytest.raises(InputError, match="content/annotations: field required, expected a full"):
        read(article)


def test_placeholders_of_unarxive_are_shown_as_markers_and_formulas() -> None:
    (document,) = documents(DATA / "unarxive.jsonl")
    assert document.paper.id == "arxiv:2101.00001"
    (first,) = document.statements
    assert first.text.startswith("The mass M")
    assert first.text.endswith("was given before [1], [2].")
    assert [r.doi or r.arxiv for r in document.references] == ["10.5555/cited.stars", "1901.00002"]
    assert document.references[1].year is None
    assert document.account.excluded == {"without_entry": 1}


def test_bioc_in_both_forms_says_the_same() -> None:
    (json_form,) = documents(DATA / "pmc.bioc.json")
    xml_form, without_text = documents(DATA / "pmc.bioc.xml")
    assert said(json_form) == said(xml_form)
    assert without_text.paper.id == "pmid:90000003"
    assert (json_form.paper.doi, json_form.paper.pmcid) == ("10.5555/readers.bioc", "PMC9000001")
    texts = {s.text: s for s in json_form.statements}
    both = texts["Warm water raises it [1-3], but see Smith et al. (2012) and Brook, 2010."]
    shown = [both.text[m.start : m.end] for m in both.markers]
    assert shown == ["1-3", "Smith et al. (2012)", "Brook, 2010"]
    assert texts["Fish were counted as before [2]."].section is Section.METHODS
    assert json_form.account.excluded == {"repeated_in_statement": 2, "without_entry": 1}


def test_pubmed_gives_abstracts_references_and_notices() -> None:
    tea, bread = documents(DATA / "pubmed.xml")
    assert (tea.paper.id, tea.paper.year) == ("doi:10.5555/readers.tea", 2015)
    assert tea.paper.title == "Tea of invented herbs in H2O"
    assert [part.heading for part in tea.paper.abstract] == ["Background", "Results"]
    assert tea.paper.authors[1].family == "Herb Study Group"
    (notice,) = tea.paper.notices
    assert (notice.kind, notice.issued, notice.other) == (
        NoticeKind.RETRACTION,
        False,
        "pmid:90000099",
    )
    assert [r.doi for r in tea.references] == ["10.5555/cited.tea"]
    assert (bread.paper.id, bread.paper.year) == ("pmid:90000022", 1998)
    assert bread.paper.title == "Bread of invented grain"


def test_nbib_joins_lines_and_gives_orcids_to_their_authors() -> None:
    honey, wax = documents(DATA / "pubmed.nbib")
    assert honey.paper.title == ("Honey of invented bees lowers the cough of invented children")
    assert [part.heading for part in honey.paper.abstract] == ["Background", "Methods", "Results"]
    assert [a.orcid for a in honey.paper.authors] == ["0000-0002-1825-0097", None]
    assert honey.paper.notices[0].other == "pmid:90000098"
    assert (wax.paper.authors[0].family, wax.paper.authors[0].given) == ("Sand", "S")
    assert wax.paper.source.member == "line 22"


def test_contexts_of_semantic_scholar_are_gathered_by_citing_paper_with_their_intents() -> None:
    first, second = documents(DATA / "s2-citations.jsonl.gz")
    assert first.paper.id == "corpusid:501"
    texts = [(s.text, len(s.markers)) for s in first.statements]
    assert texts == [
        ("...lowers the risk of falls [4]. This was", 1),
        ("In contrast to [4], we saw no effect.", 2),
        ("Walking helps [5].", 1),
    ]
    assert [c.intents for c in first.citations] == [("background",), ("result",), ("result",), ()]
    assert [c.target for c in first.citations] == [
        "corpusid:601",
        "corpusid:601",
        "corpusid:602",
        "corpusid:602",
    ]
    assert len(second.references) == 2  # one without a context


def test_rows_of_a_table_are_gathered_into_papers_and_statements() -> None:
    mice, rats = documents(DATA / "statements.csv")
    assert mice.paper.title == "Sleep of invented mice"
    light, agrees = mice.statements
    assert [light.text[m.start : m.end] for m in light.markers] == ["1", "2"]
    assert (light.before, light.section) == ("Mice sleep.", Section.INTRODUCTION)
    assert len(agrees.markers[0].references) == 2
    # Markers and further works of one marker together are the rows.
    assert mice.account.xrefs + mice.account.expanded == 5
    assert mice.account.excluded == {"without_entry": 1}
    assert [str(c.type) for c in mice.citations] == [
        "mentioning",
        "unclassified",
        "supporting",
        "supporting",
    ]
    assert [str(c.type) for c in rats.citations] == ["contrasting"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@pytest.mark.parametrize("suffix", [".pdf", ".xml", ".json", ""])
def test_the_name_of_a_file_does_not_matter(path: Path, suffix: str, tmp_path: Path) -> None:
    copy = tmp_path / f"renamed{suffix}"
    copy.write_bytes(path.read_bytes())
    assert list(map(said, documents(copy))) == list(map(said, documents(path)))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_byte_order_mark_does_not_matter(path: Path, tmp_path: Path) -> None:
    raw = path.read_bytes()
    content = gzip.decompress(raw) if path.suffix == ".gz" else raw
    copy = tmp_path / path.name.removesuffix(".gz")
    copy.write_bytes(b"\xef\xbb\xbf" + content)
    found = documents(copy)
    assert list(map(said, found)) == list(map(said, documents(path)))
    assert [d.paper.title for d in found] == [d.paper.title for d in documents(path)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_compressed_and_packed_files_are_read_alike(path: Path, tmp_path: Path) -> None:
    raw = path.read_bytes()
    expected = list(map(said, documents(path)))
    if path.suffix != ".gz":
        (tmp_path / "one.gz").write_bytes(gzip.compress(raw))
        assert list(map(said, documents(tmp_path / "one.gz"))) == expected
        with zipfile.ZipFile(tmp_path / "two", "w") as archive:
            archive.writestr("inside", raw)
        assert list(map(said, documents(tmp_path / "two"))) == expected
        with tarfile.open(tmp_path / "three", "w:bz2") as tar:
            member = tarfile.TarInfo("inside")
            member.size = len(raw)
            tar.addfile(member, io.BytesIO(raw))
        found = papers(tmp_path / "three")
        assert [read(one).paper.id for one in found]
        assert all((one.member or "").startswith("inside") for one in found)


def cuts(content: bytes) -> Iterator[bytes]:
    for part in range(1, 40):
        yield content[: len(content) * part // 40]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_that_is_cut_off_is_named_with_a_reason(path: Path, tmp_path: Path) -> None:
    """What stands before the cut is read; nothing else comes of it than one sentence."""
    whole = {document.paper.id for document in documents(path)}
    faults = 0
    for number, content in enumerate(cuts(path.read_bytes())):
        copy = tmp_path / f"{number}.xml"
        copy.write_bytes(content)
        for article in papers(copy):
            try:
                assert article.error is None, article.error
                document = read(article)
            except (InputError, AssertionError) as error:
                if isinstance(error, AssertionError) and article.error is None:
                    raise
                sentence = article.error or str(error)
                assert "\n" not in sentence
                assert len(sentence) > 20
                faults += 1
            else:
                assert document.paper.id in whole or document.paper.id.startswith("pmid:")
    assert faults


@pytest.mark.parametrize(
    "name", ["statements.csv", "statements.jsonl", "pubmed.nbib", "doc2json.json"]
)
def test_latin_1_is_refused_with_the_place(name: str, tmp_path: Path) -> None:
    content = (DATA / name).read_bytes()
    for word in (b"mice", b"clover", b"bees", b"barley"):
        content = content.replace(word, "Käse".encode("latin-1"), 1)
    copy = tmp_path / name
    copy.write_bytes(content)
    errors = []
    for article in papers(copy):
        try:
            assert article.error is None, article.error
            read(article)
        except (InputError, AssertionError) as error:
            errors.append(article.error or str(error))
    assert len(errors) == 1
    assert "UTF-8" in errors[0] or "not JSON" in errors[0]


def test_latin_1_that_is_declared_is_read(tmp_path: Path) -> None:
    content = (DATA / "grobid.tei.xml").read_text("utf-8").replace("wheat", "Weizenähre")
    content = content.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"')
    (tmp_path / "a.xml").write_bytes(content.encode("latin-1"))
    (document,) = documents(tmp_path / "a.xml")
    assert document.paper.title == "Drought and invented Weizenähre"


def test_a_table_in_utf_16_is_read(tmp_path: Path) -> None:
    text = (DATA / "statements.csv").read_text("utf-8")
    (tmp_path / "a.txt").write_bytes(text.encode("utf-16"))
    assert list(map(said, documents(tmp_path / "a.txt"))) == list(
        map(said, documents(DATA / "statements.csv"))
    )


@pytest.mark.parametrize("rest", [b"A", b"\x00\xd8A\x00\n\x00"])
def test_bytes_that_are_no_utf_16_are_named_and_the_rest_is_read(
    rest: bytes, tmp_path: Path
) -> None:
    table = "text,source_doi,target_doi\nIt holds [1].,10.5555/a,10.5555/b\n"
    (tmp_path / "a").write_bytes(b"\xff\xfe" + table.encode("utf-16-le") + rest)
    broken, good = papers(tmp_path / "a")
    assert broken.member == "row 3"
    assert "is not UTF-16, expected a table in UTF-16" in (broken.error or "")
    assert said(read(good)) == [("It holds [1].", "other", ["10.5555/b"])]


class Endless(io.RawIOBase):
    """A file without an end, of which little may be read."""

    def __init__(self, first: bytes, again: bytes) -> None:
        self.first, self.again, self.read_bytes = first, again, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self.first or self.again * (len(buffer) // len(self.again))
        self.first = b""
        buffer[: len(content)] = content
        self.read_bytes += len(content)
        assert self.read_bytes < 5 * CELL_CHARACTERS
        return len(content)


@pytest.mark.parametrize(
    ("first", "again", "reason"),
    [
        (b"", b"a,", "row 2: not readable as a table (the row has over 524,294 characters)"),
        (b"", b'"a\n",', "row 2: not readable as a table (the row has over 524,294 characters)"),
        (b'x,"', b"a\n", "row 2: not readable as a table (field larger than field limit (131072))"),
    ],
)
def test_a_row_of_a_table_without_an_end_is_refused(
    first: bytes, again: bytes, reason: str
) -> None:
    stream = Endless(b"text,source_doi\n" + first, again)
    with pytest.raises(InputError) as refused:
        list(cut_csv(io.BufferedReader(stream), LIMIT))
    assert str(refused.value).startswith(reason)


def test_a_head_of_a_table_without_an_end_is_refused() -> None:
    stream = io.BufferedReader(Endless(b"text,source_doi", b",a"))
    with pytest.raises(InputError, match="row 1: the head has over 65,536 characters"):
        list(cut_csv(stream, LIMIT))


def test_empty_lines_before_the_head_of_a_table_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("\n \ntext,source_doi\nIt holds.,10.5555/a\nlost\n")
    broken, good = papers(tmp_path / "a")
    assert (broken.member, good.member) == ("row 5", "doi:10.5555/a")


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_tables_with_other_delimiters_are_read(delimiter: str, tmp_path: Path) -> None:
    rows = [["text", "source_doi", "target_doi"], ["It holds, says [1].", "10.5555/a", "10.5555/b"]]
    (tmp_path / "a").write_text("".join(delimiter.join(row) + "\n" for row in rows))
    (document,) = documents(tmp_path / "a")
    assert said(document) == [("It holds, says [1].", "other", ["10.5555/b"])]


STANDS = {"source_doi": "10.5555/a", "target_doi": "10.5555/b"}


def table_forms(row: dict[str, object]) -> list[bytes]:
    """A table with one row, as JSON Lines and as CSV."""
    out = io.StringIO()
    csv.writer(out).writerows([list(row), list(row.values())])
    return [orjson.dumps(row), out.getvalue().encode()]


@pytest.mark.parametrize("form", [0, 1])
def test_a_marker_at_the_beginning_of_a_text_stands_there(form: int, tmp_path: Path) -> None:
    row = {"text": "Smith (2010) shows it.", "marker_start": 0, "marker_end": 12, **STANDS}
    (tmp_path / "a").write_bytes(table_forms(row)[form])
    (document,) = documents(tmp_path / "a")
    (marker,) = document.statements[0].markers
    assert (marker.start, marker.end) == (0, 12)


@pytest.mark.parametrize("form", [0, 1])
@pytest.mark.parametrize(("there", "missing"), [("start", "end"), ("end", "start")])
def test_an_offset_of_a_marker_without_the_other_is_named(
    there: str, missing: str, form: int, tmp_path: Path
) -> None:
    row = {"text": "It holds, says [1].", f"marker_{there}": 0, **STANDS}
    (tmp_path / "a").write_bytes(table_forms(row)[form])
    (broken,) = papers(tmp_path / "a")
    assert broken.error == f"a marker_{there} without a marker_{missing}, expected both"


def test_a_text_of_json_that_is_a_number_is_its_digits(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(orjson.dumps({"text": 1.5, **STANDS}))
    (document,) = documents(tmp_path / "a")
    assert said(document) == [("1.5", "other", ["10.5555/b"])]


@pytest.mark.parametrize("marker", ["[1-3]", "1–3"])
def test_a_range_in_a_table_points_to_what_its_rows_name_alone(marker: str, tmp_path: Path) -> None:
    rows = [
        f"As before [1-3] and 1–3.,10.5555/b1,{marker}",
        "Others [7].,10.5555/b2,[7]",
        "Third [9] – [8].,10.5555/b3,[9]",
        "Third [9] – [8].,10.5555/b1,[8]",
    ]
    path = tmp_path / "a.csv"
    path.write_text("text,source_doi,target_doi,marker\n" + "\n".join(
        row.replace(",10.5555", ",10.5555/a,10.5555", 1) for row in rows
    ))  # fmt: skip
    (document,) = documents(path)
    assert [cited for _, _, cited in said(document)] == [
        ["10.5555/b1"], ["10.5555/b2"], ["10.5555/b3", "10.5555/b1"],
    ]  # fmt: skip
    assert document.account.expanded == 0
    assert document.account.warnings == ()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('10.5555/a,"It holds."', "2 cells, expected 3, as many as there are columns"),
        ("nothing,It holds.,", "source_doi 'nothing' is no identifier"),
        (',"It holds.",', "no identifier of the citing paper"),
    ],
)
def test_a_broken_row_is_named_and_the_rest_is_read(row: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"source_doi,text,target_doi\n10.5555/a,Fine [1].,10.5555/b\n{row}\n")
    broken, good = papers(path)
    assert broken.member == "row 3"
    assert reason in (broken.error or "")
    assert said(read(good)) == [("Fine [1].", "other", ["10.5555/b"])]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            'source_doi,text,target_doi\n10.5555/a,Fine.,10.5555/b\n10.5555/a,"It "holds,\n',
            "row 3: not readable as a table",
        ),
        ("source_doi,text,text\n10.5555/a,b,c\n", "row 1: the column 'text' stands twice"),
        ("source_doi,text\n", "a file of statements as CSV that holds no paper"),
    ],
)
def test_a_broken_table_is_refused_whole(content: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content)
    (broken,) = papers(path)
    assert (broken.error or "").startswith(reason)


def test_a_table_that_is_cut_off_takes_no_paper_apart(tmp_path: Path) -> None:
    rows = "".join(f'{{"source_doi":"10.5555/x{n % 9}","text":"t{n}"}}\n' for n in range(5000))
    content = gzip.compress(rows.encode())
    (tmp_path / "a.gz").write_bytes(content[: len(content) // 2])
    (broken,) = papers(tmp_path / "a.gz")
    assert "cannot be read to its end" in (broken.error or "")


def test_a_type_that_there_is_not_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("source_doi,text,type\n10.5555/a,Fine.,praising\n")
    (broken,) = papers(path)
    assert broken.error == "the type 'praising', expected supporting, contrasting or mentioning"


def test_a_broken_line_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    lines = (DATA / "cord19.jsonl").read_bytes().splitlines(keepends=True)
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines[0] + b'{"paper_id": "x", \n' + lines[1] + b'{"paper_id": "y"}\n')
    first, broken, second, empty = papers(path)
    assert (first.member, second.member) == ("line 1", "line 3")
    assert read(second).paper.id == "doi:10.5555/readers.oats"
    assert read(empty).statements == ()
    with pytest.raises(InputError, match=r"column \d+: not JSON"):
        read(broken)


def test_json_of_another_form_is_refused_with_the_member_named(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(
        '{"paper_id": "x", "body_text": [{"text": 5, "cite_spans": []}], "bib_entries": {}}'
    )
    (article,) = papers(path)
    with pytest.raises(InputError, match="body_text/0/text: input should be a valid string"):
        read(article)


def test_files_in_no_known_format_are_named_and_counted(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "x", "version": "1"}')
    (tmp_path / "notes.txt").write_text("Buy milk.")
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    (tmp_path / "figure.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (tmp_path / "refs.bib").write_text("@article{a, doi={10.5555/a}}")
    for beside in (".PMC1.xml.partial", "PMC1.licence.json", "LOCK"):
        (tmp_path / beside).write_bytes((DATA / "statements.csv").read_bytes())
    (tmp_path / "z.csv").write_bytes((DATA / "statements.csv").read_bytes())
    files = ArticleFiles((tmp_path,), LIMIT)
    assert len(list(files)) == 2
    assert files.other == 8
    assert [Path(name).name for name in files.unknown] == [
        "notes.txt",
        "package.json",
        "refs.bib",
        "table.csv",
    ]


def test_a_library_that_is_named_is_refused_with_what_reads_it(tmp_path: Path) -> None:
    (tmp_path / "refs").write_text("@article{a, doi={10.5555/a}}")
    (file,) = papers(tmp_path / "refs")
    assert "a library of references (BibTeX)" in (file.error or "")


def test_a_line_over_the_limit_is_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    lines = (DATA / "cord19.jsonl").read_bytes().splitlines(keepends=True)
    long = lines[0].replace(b"Cloth was tested", b"x" * 5000)
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines[0] + long + lines[1])
    first, refused, last = ArticleFiles((path,), 4000)
    assert refused.member == "line 2"
    assert refused.error == "the line is long, over the limit of 4,000 (setting max_file_bytes)"
    assert first.content is not None
    assert last.content is not None


def test_a_paper_of_a_set_over_the_limit_is_refused(tmp_path: Path) -> None:
    content = (DATA / "pubmed.xml").read_text().replace("Tea is old.", "x" * 200_000)
    path = tmp_path / "a.xml"
    path.write_text(content)
    refused, bread = ArticleFiles((path,), 150_000)
    assert refused.member == "/PubmedArticleSet/PubmedArticle[1]"
    assert "over the limit of 150,000" in (refused.error or "")
    assert read(bread).paper.pmid == "90000022"


def test_source_of_a_part_of_a_file_names_the_part() -> None:
    one, two = documents(DATA / "europepmc.xml")
    assert one.paper.source.member == "/articles/article[1]"
    assert two.statements[0].span.path == "/article/body/p"
    assert one.paper.source.format == Format.JATS


def test_a_document_is_read_by_what_it_begins_with() -> None:
    content = (DATA / "grobid.tei.xml").read_bytes()
    assert read_document(content, package="x").paper.source.format == Format.TEI
    with pytest.raises(InputError, match="x is in no known format"):
        read_document(b"Buy milk.", package="x")


def test_rows_that_stand_anywhere_in_a_long_table_are_gathered_in_little_memory(
    tmp_path: Path,
) -> None:
    path = tmp_path / "long.jsonl.gz"
    rows, sources = 40_000, 400
    with gzip.open(path, "wt", compresslevel=1) as out:
        for number in range(rows):
            source = number * 7919 % sources
            out.write(
                f'{{"source_doi": "10.5555/x{source}", "text": "Yield {number} fell {"x" * 400}.",'
                f' "target_doi": "10.5555/y{number % 97}"}}\n'
            )
    tracemalloc.start()
    try:
        found = 0
        for article in ArticleFiles((path,), LIMIT):
            assert article.content is not None
            assert article.content.count(b"\n") + 1 == rows // sources
            found += 1
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == sources
    assert peak < 12 * 2**20  # of 20 MB: a lot of rows, and one paper


def test_every_column_and_format_is_documented() -> None:
    page = (DATA.parent.parent.parent / "docs" / "formats.md").read_text("utf-8")
    for name in (*Columns.model_fields, *Format):
        assert f"`{name}`" in page, name


OPEN_DATA = '{"corpusid": 5, "content": {"text": "ab [1]", "annotations": %s}}\n'
PERSON = {"first": "A", "middle": [], "last": "B", "suffix": "", "affiliation": {"a": "Synthetic"}}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"paper_id": "x", "body_text": %s}' % ("[" * 3000 + "]" * 3000), "not JSON"),
        (
            OPEN_DATA % '{"bibref": "[{\\"start\\": null}]"}',
            "start: input should be a valid integer",
        ),
        (OPEN_DATA % '{"bibref": "{"}', "content/annotations/bibref: not JSON in a string"),
        ('{"documents": [{"passages": 5}]}', "passages: input should be a valid list"),
        ('{"documents": [], "passages": 1}', "the collection holds no document"),
        (
            '<!DOCTYPE TEI [<!ENTITY a "b">]><TEI><text><p>&a;</p></text></TEI>',
            "the entity &a; would have to be resolved",
        ),
        (
            "<PubmedArticleSet><PubmedArticle><MedlineCitation/></PubmedArticle>"
            "</PubmedArticleSet><!",
            "not well-formed XML",
        ),
    ],
)
def test_hostile_files_get_one_sentence(content: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text(content.replace('"x", "body_text"', '"x", "bib_entries": {}, "body_text"'))
    errors = []
    for article in papers(path):
        try:
            assert article.error is None, article.error
            read(article)
        except (InputError, AssertionError) as error:
            errors.append(article.error or str(error))
    assert len(errors) == 1
    assert reason in errors[0]
    assert "\n" not in errors[0]
