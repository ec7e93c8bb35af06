"""BibTeX and RIS, read back by bibtexparser and rispy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
import rispy
from bibtexparser import model
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import SeparateCoAuthors, SplitNameParts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text

from semsearch.export import ExportFormat
from semsearch.export.bibliography import quote
from semsearch.export.cleaning import cleaned
from semsearch.export.identifiers import cite_key
from semsearch.records import Author, CitationType
from semsearch.report.tally import Tally
from semsearch.report.work import WorkView

Make = Callable[..., Any]
#: Writing all of it and reading it back takes its time on a busy machine.
SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _bib(text: str) -> list[model.Entry]:
    library = parse_string(text, append_middleware=[SeparateCoAuthors(), SplitNameParts()])
    assert library.failed_blocks == []
    assert len(library.blocks) == len(library.entries)  # nothing stands between the entries
    return list(library.entries)


def _read(tex: str) -> str:
    """TeX as it is printed, with single spaces."""
    read = LatexNodes2Text(strict_latex_spaces=True).latex_to_text(tex)
    return _line(str(read).replace("ˆ", "^"))  # pylatexenc reads \textasciicircum so


def _line(text: str | None) -> str:
    return re.sub(" +", " ", cleaned(text or "")).strip(" ")


def _plain(text: str | None) -> str:
    return _line(text).replace("ˆ", "^")


def _ris(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rispy.loads(text)
    return found


@SLOWLY
@given(data=st.data())
def test_bibtex_gives_back_every_text(
    data: st.DataObject, hostile: st.SearchStrategy[Any], written: Make
) -> None:
    one = data.draw(hostile)
    (entry,) = _bib(written(ExportFormat.BIBTEX, [one]))
    fields = {name: field.value for name, field in entry.fields_dict.items()}
    paper = one.statement.paper
    assert entry.key == cite_key(paper.id)
    assert _read(fields.get("title", "")) == _plain(paper.title)
    assert _read(fields.get("journal", "")) == _plain(paper.journal)
    assert _read(fields.get("copyright", "")) == _plain(one.license)
    first, group = fields["author"]
    assert _read(" ".join([*first.von, *first.last])) == _plain(paper.authors[0].family)
    assert _read(" ".join(first.first)) == _plain(paper.authors[0].given)
    assert _read(" ".join(group.last)) == "WHO and others"
    notes = fields["note"].split("\n")
    assert _read(notes[1 if paper.retracted else 0]) == _plain(quote(cleaned(one)))
    assert ("keywords" in fields) == paper.retracted
    assert notes[-1].strip().startswith("From the semsearch index abab")


@SLOWLY
@given(data=st.data())
def test_ris_gives_back_every_text(
    data: st.DataObject, hostile: st.SearchStrategy[Any], written: Make
) -> None:
    one = data.draw(hostile)
    text = written(ExportFormat.RIS, [one])
    (record,) = _ris(text)
    paper = one.statement.paper
    assert record["id"] == cite_key(paper.id)
    assert record.get("title", "") == _line(paper.title).strip()
    assert record.get("secondary_title", "") == _line(paper.journal).strip()
    assert record["type_of_reference"] == ("JOUR" if paper.journal else "GEN")
    family, *given = (_line(part) for part in record["authors"][0].split(", "))
    assert family == _line(paper.authors[0].family.replace(",", " "))
    assert given == (
        [_line(paper.authors[0].given.replace(",", " "))] if paper.authors[0].given else []
    )
    assert record["authors"][1] == "WHO and others"
    assert _line(quote(cleaned(one))) in record["notes"]
    assert ("retracted" in record.get("keywords", [])) == paper.retracted
    # One line a field, whatever a reader takes for the end of a line.
    assert all(re.match(r"[A-Z][A-Z0-9]  - |$", line) for line in text.splitlines())


@SLOWLY
@given(data=st.data())
def test_no_control_character_comes_out(
    data: st.DataObject, hostile: st.SearchStrategy[Any], written: Make
) -> None:
    statements = data.draw(st.lists(hostile, max_size=3))
    for how in ExportFormat:
        text = written(how, statements)
        found = {c for c in text if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")}
        assert found <= {"\n", "\r"}
        if how in (ExportFormat.JSONL, ExportFormat.ANNOTATION):
            assert re.search(r"(?<!\\)(?:\\\\)*\\[bfnrtu]", text) is None


def test_statements_of_one_source_are_one_entry_with_all_quotes(
    statement: Make, written: Make
) -> None:
    several = [
        statement(text="First [1].", doi="10.5555/one"),
        statement(text="Second [1].", doi="10.5555/two"),
        statement(text="Third [1].", doi="10.5555/one"),
    ]
    entries = _bib(written(ExportFormat.BIBTEX, several))
    assert [entry.key for entry in entries] == ["doi:10.5555/one", "doi:10.5555/two"]
    assert [n.count("\n") for n in (e.fields_dict["note"].value for e in entries)] == [2, 1]
    records = _ris(written(ExportFormat.RIS, several))
    assert [len(record["notes"]) for record in records] == [3, 2]  # the last is the licence
    assert "First" in records[0]["notes"][0] and "Third" in records[0]["notes"][1]


@pytest.mark.parametrize(
    ("family", "given", "bibtex", "ris"),
    [
        ("van der Berg", "Jan", "van der Berg, Jan", "van der Berg, Jan"),
        ("Müller", "Anna-Lena", r"M{\"u}ller, Anna-Lena", "Müller, Anna-Lena"),
        ("Smith, Jr.", "J.", "{Smith, Jr.}, J.", "Smith Jr., J."),
        ("Marks and Spencer", "A", "{Marks and Spencer}, A", "Marks and Spencer, A"),
        ("Group of Two, Inc.", None, "{Group of Two, Inc.}", "Group of Two Inc."),
        ("\x00", "Only", "{Only}", "Only"),
    ],
)
def test_a_name_stays_one_name(
    statement: Make, written: Make, family: str, given: str | None, bibtex: str, ris: str
) -> None:
    one = statement(family=family, given=given)
    assert f"  author = {{{bibtex} and {{WHO and others}}}},\n" in written(
        ExportFormat.BIBTEX, [one]
    )
    assert f"\r\nAU  - {ris}\r\nAU  - WHO and others\r\n" in written(ExportFormat.RIS, [one])


def test_a_quote_says_where_it_stands_and_what_it_cites(statement: Make, cited: Make) -> None:
    one = statement(
        cites=(
            cited(type=CitationType.CONTRASTING, confidence=None, decided_by="person"),
            cited(paper="work:1f", doi=None, title="No identifier", self_citation=False),
        ),
        retracted_works=("doi:10.5555/cited",),
    )
    assert quote(one) == (
        "“EMT induces IL-6 [1].” [results › Results; cites doi:10.5555/cited: contrasting by"
        " person, self-citation; cites “No identifier”: supporting 0.90; stance: supports; cites"
        " retracted work: doi:10.5555/cited] /api/v1/statements/abcdefghij234567"
    )


@pytest.mark.parametrize("itself", [False, True])
def test_the_work_of_a_report_comes_first_and_once(
    statement: Make, head: Make, written: Make, itself: bool
) -> None:
    work = WorkView(
        id="doi:10.5555/work",
        doi="10.5555/work",
        pmid=None,
        pmcid=None,
        arxiv=None,
        title="The work",
        authors=(Author(family="Smith", given="Jane"),),
        year=1999,
        journal=None,
        publisher=None,
        publication_types=(),
        abstract=None,
        in_corpus=False,
        entries=2,
        retracted=True,
        notices=(),
        outside=(),
    )
    tally = Tally(
        supporting=1, contrasting=0, mentioning=1, unclassified=0, total=2, citing_papers=2
    )
    about = head(work=work, tally=tally)
    several = [statement(doi="10.5555/one"), *([statement(doi="10.5555/work")] if itself else [])]
    entries = _bib(written(ExportFormat.BIBTEX, several, about))
    assert [entry.key for entry in entries] == ["doi:10.5555/work", "doi:10.5555/one"]
    note = entries[0].fields_dict["note"].value
    assert "The work of this report. 2 citations in 2 papers: 1 supporting" in note
    assert ("EMT induces" in note) == itself
    assert len(_ris(written(ExportFormat.RIS, several, about))) == 2
    (alone,) = _bib(written(ExportFormat.BIBTEX, [], about))
    assert alone.key == "doi:10.5555/work"
    assert alone.entry_type == "misc"
    assert alone.fields_dict["note"].value.startswith("Retracted.")
