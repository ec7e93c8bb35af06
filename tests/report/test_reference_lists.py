"""Reference lists: what is read, and what is named as skipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from semsearch.errors import InputError
from semsearch.report.listed import Entry
from semsearch.report.reference_lists import ReferenceList, read_entries, read_reference_list
from semsearch.report.references import check_references
from semsearch.search import Searcher

BIB = r"""@comment{of the editor}
@article{good, title={A {Title} of \"o}, year=2012, doi={10.5555/only.cited}}
@article{none, title={No identifier}}
@article{good, doi={10.5555/one}}
@article{broken, title={never closed, doi={10.5555/two}
@article{url, doi={https://doi.org/10.5555/Some\_Thing}}
@article{twice, doi={10.5555/a}, doi={10.5555/b}}
@misc{arx, eprint={2004.07180v2}, archivePrefix={arXiv}}
@article{last, pmid={10835412}
"""
RIS = """TY  - JOUR
ID  - one
TI  - First
PY  - 2019
DO  - 10.5555/one
ER  -

TY  - JOUR
TI  - Never ended
DO  - 10.5555/two
TY  - JOUR
ID  - three
UR  - https://doi.org/10.5555/three
ER  -
TI  - Without type
ER  -
TY  - JOUR
TI  - Nothing
ER  -
"""


def read(folder: Path, name: str, content: str | bytes) -> ReferenceList:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_reference_list(path)


def test_bibtex_goes_on_after_what_is_broken(tmp_path: Path) -> None:
    found = read(tmp_path, "refs.bib", BIB)
    assert [(one.line, one.key, one.name) for one in found.entries] == [
        (2, "good", "10.5555/only.cited"),
        (6, "url", "10.5555/some_thing"),
        (8, "arx", "arxiv:2004.07180"),
    ]
    assert (found.entries[0].title, found.entries[0].year) == ("A Title of ö", "2012")
    assert [(one.line, one.key) for one in found.skipped] == [
        (3, "none"), (4, "good"), (5, "broken"), (7, "twice"), (9, "last"),
    ]  # fmt: skip
    assert found.skipped[1].reason == "the key good stands at line 2 already"
    assert found.skipped[0].reason.startswith("no DOI, PMID, PMCID or arXiv number")


def test_ris_records_are_read_and_damaged_ones_named(tmp_path: Path) -> None:
    found = read(tmp_path, "refs.ris", RIS.replace("\n", "\r\n"))
    assert [(one.line, one.key, one.name, one.year) for one in found.entries] == [
        (1, "one", "10.5555/one", "2019"),
        (11, "three", "10.5555/three", None),
    ]
    assert [(one.line, one.reason.split(" (")[0]) for one in found.skipped] == [
        (8, "a record of RIS without an ER line at its end"),
        (15, "a record of RIS without a TY line"),
        (17, "no DOI, PMID, PMCID or arXiv number"),
    ]


def test_plain_lists_take_an_identifier_or_a_reference_a_line(tmp_path: Path) -> None:
    text = "# mine\n10.5555/one\n\nPMID: 123\nPMC77\nSmith J. Title. 2001. doi:10.5555/two.\nnone\n"
    found = read(tmp_path, "refs.txt", text)
    assert [(one.line, one.name) for one in found.entries] == [
        (2, "10.5555/one"), (4, "pmid:123"), (5, "PMC77"), (6, "10.5555/two"),
    ]  # fmt: skip
    assert [one.line for one in found.skipped] == [7]


@pytest.mark.parametrize("name", ["refs.bib", "refs.ris", "refs.txt"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00@{", b"}}}} @ @article{", b"ER  -\nTY"])
def test_no_content_of_a_file_is_an_error(tmp_path: Path, name: str, content: bytes) -> None:
    assert read(tmp_path, name, content).entries == ()


def test_other_files_and_missing_ones_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"expected \.bib, \.ris, \.txt"):
        read(tmp_path, "refs.docx", "")
    with pytest.raises(InputError, match="cannot be read"):
        read_reference_list(tmp_path / "none.bib")


def test_a_check_has_a_row_for_each_reference(report_searcher: Searcher, tmp_path: Path) -> None:
    path = tmp_path / "refs.txt"
    path.write_text("10.5555/three\n10.5555/only.cited\n10.4444/unknown\nnothing here\n")
    check = check_references(report_searcher, path)
    assert [(one.line, one.target is not None, one.retracted) for one in check.references] == [
        (1, True, True), (2, True, False), (3, False, False),
    ]  # fmt: skip
    assert (check.unknown, check.retracted, len(check.skipped)) == (1, 1, 1)
    held = [one.tally for one in check.references if one.tally is not None]
    assert check.tally.total == sum(tally.total for tally in held)
    assert check.file == "refs.txt"


DATA = Path(__file__).resolve().parent.parent / "data" / "formats"


@pytest.mark.parametrize(
    ("name", "entries", "skipped"),
    [
        ("library.bib", [(1, "10.5555/cited.dry")], [2, 3]),
        ("library.ris", [(1, "10.5555/cited.dry")], []),
        ("library.csl.json", [(2, "10.5555/cited.dry"), (23, "pmid:90000011")], [36]),
        ("library.rdf", [(2, "10.5555/cited.dry"), (11, "10.5555/cited.pots")], [12]),
        ("library.zotero.csv", [(2, "10.5555/cited.dry"), (3, "pmid:90000011")], [4]),
        ("pubmed.nbib", [(2, "10.5555/readers.honey"), (22, "pmid:90000042")], []),
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_libraries_are_known_by_their_content(
    name: str, entries: list[tuple[int, str]], skipped: list[int], mark: bytes, tmp_path: Path
) -> None:
    found = read(tmp_path, "renamed.docx", mark + (DATA / name).read_bytes())
    assert [(one.line, one.name) for one in found.entries] == entries
    assert [one.line for one in found.skipped] == skipped
    assert all(one.year for one in found.entries)


@pytest.mark.parametrize(
    "name", ["library.csl.json", "library.rdf", "library.zotero.csv", "library.ris", "pubmed.nbib"]
)
def test_a_library_that_is_cut_off_is_read_as_far_as_it_goes(name: str, tmp_path: Path) -> None:
    content = (DATA / name).read_bytes()
    for part in range(1, 20):
        try:
            found = read(tmp_path, "cut.txt", content[: len(content) * part // 20])
        except InputError as error:
            assert "\n" not in str(error)
        else:
            assert len(found.entries) <= 2


@pytest.mark.parametrize(
    ("dated", "number"), [("[2020]", 1), ("{}", 1), ("[[]]", 1), ("[[[5]]]", 1), ("9" * 5000, 0)]
)
def test_odd_date_of_csl_json_is_no_date(tmp_path: Path, dated: str, number: int) -> None:
    item = '{"DOI": "10.5555/one", "type": "book", "title": "A", "issued": {"date-parts": %s}}'
    found = read(tmp_path, "refs.json", f"[{item % dated}]")
    assert (len(found.entries), len(found.skipped)) == (number, 1 - number)


def test_a_broken_item_of_csl_json_is_named_with_its_line(tmp_path: Path) -> None:
    text = '[{"id": "a", "title": "A", "type": "book", "DOI": "10.5555/one"},\n 5,\n {"id": \n'
    found = read(tmp_path, "refs.json", text)
    assert [one.name for one in found.entries] == ["10.5555/one"]
    assert [(one.line, one.reason) for one in found.skipped] == [
        (2, "not an object, as CSL JSON has them"),
        (3, "not readable as JSON; the entries after it are not read"),
    ]


@pytest.mark.parametrize(
    ("name", "families"),
    [
        ("library.csl.json", ["Adler"]),
        ("library.rdf", ["Adler"]),
        ("library.zotero.csv", ["Adler"]),
        ("pubmed.nbib", ["Pine", "Reed"]),
    ],
)
def test_entries_tell_their_authors(name: str, families: list[str]) -> None:
    first = read_entries((DATA / name).read_bytes(), name)[0]
    assert isinstance(first, Entry)
    assert [author.family for author in first.authors] == families


def test_entries_of_bibtex_have_authors_as_they_are_sorted_and_need_no_identifier() -> None:
    text = r"""@a{one, author={M{\"u}ller, Ann and Jan van der Berg and {World Health Organization}
 and others}, title={A}, year={2010a}}"""
    (one,) = read_entries(text.encode("latin-1"), "refs.bib")
    assert isinstance(one, Entry)
    assert [author.family for author in one.authors] == [
        "Müller", "van der Berg", "World Health Organization",
    ]  # fmt: skip
    assert (one.names, one.year, one.letter) == ((), "2010", "a")


def test_what_is_no_utf8_is_read_as_windows_1252() -> None:
    text = "@a{one, author={Müller, Ann}, doi={10.5555/x}}"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        (one,) = read_entries(text.encode(encoding), "refs.bib")
        assert isinstance(one, Entry)
        assert one.authors[0].family == "Müller"
