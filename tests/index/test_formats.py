"""A folder of all formats in one index: sums, duplicates, verification, and a second build."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from semsearch.encode.recipe import StatementRecipe
from semsearch.index.build import Builder
from semsearch.index.layout import Layout
from semsearch.index.report import BuildReport, summary
from semsearch.index.verify import verify
from semsearch.parse.packages import ArticleFiles
from semsearch.parse.reader import Format, Reader
from semsearch.parse.readers import reader_of
from semsearch.records import Document
from semsearch.report.tally import tally
from semsearch.search import Searcher
from semsearch.store.database import Database
from semsearch.store.reading import citations, statements_of

Article = Callable[..., bytes]
Builds = Callable[..., BuildReport]
DATA = Path(__file__).resolve().parent.parent / "data" / "formats"
LIMIT = 10**6


@pytest.fixture
def build(tmp_path: Path, encoder: Any) -> Builds:
    def run(*inputs: Path, folder: str = "index") -> BuildReport:
        builder = Builder(
            folder=tmp_path / folder,
            encoder=encoder,
            recipe=StatementRecipe.TEXT,
            batch_tokens=256,
        )
        return builder.build(ArticleFiles(inputs, LIMIT))

    return run


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    folder = tmp_path / "mixed"
    shutil.copytree(DATA, folder)
    (folder / "notes.txt").write_text("Buy milk.")
    return folder


def test_a_folder_of_all_formats_adds_up(mixed: Path, build: Builds) -> None:
    report = build(mixed)
    assert report.skipped == ()
    assert set(report.formats) == set(Format)
    for sums in (report.totals, *report.formats.values()):
        assert sums.xrefs + sums.expanded == sums.citations + sum(sums.excluded.values())
    for name in ("files", "statements", "xrefs", "citations"):
        parts = sum(getattr(sums, name) for sums in report.formats.values())
        assert parts == getattr(report.totals, name)
    assert report.totals.statements == report.index.counts["statements"]
    assert report.totals.citations == report.index.counts["citations"]
    assert report.totals.read == report.index.counts["papers"]
    assert [Path(name).name for name in report.unknown] == [
        "library.bib", "library.csl.json", "library.rdf", "library.ris", "library.zotero.csv",
        "notes.txt",
    ]  # fmt: skip
    shown = summary(report)
    assert "6 files in no known format" in shown
    assert "  tei: 2 files, 14 statements, 20 xrefs + 4 expanded = 22 citations" in shown


def test_a_second_build_reads_nothing_and_gives_the_same(
    mixed: Path, build: Builds, encoder: Any
) -> None:
    first = build(mixed)
    encoder.encoded.clear()
    second = build(mixed)
    assert encoder.encoded == []
    assert second.totals.unchanged == second.totals.files
    assert second.index == first.index
    assert build(mixed, folder="fresh").index.content_digest == first.index.content_digest


def test_quotes_of_all_formats_are_verified(mixed: Path, build: Builds, tmp_path: Path) -> None:
    report = build(mixed)
    found = verify(tmp_path / "index", sample=1000, max_bytes=LIMIT)
    assert found.faults == ()
    assert found.quotes_equal + found.quotes_rendered == report.totals.statements
    text = (mixed / "doc2json.json").read_text("utf-8")
    (mixed / "doc2json.json").write_text(text.replace("height of barley", "weight of barley"))
    (fault,) = verify(tmp_path / "index", sample=1000, max_bytes=LIMIT).faults
    assert "does not stand at #/pdf_parse/body_text/0/text 0–40" in fault


def test_works_are_one_whatever_format_cites_them(
    mixed: Path, build: Builds, tmp_path: Path, encoder: Any
) -> None:
    build(mixed)
    searcher = Searcher(tmp_path / "index", encoder=encoder)
    # Two TEI, an S2ORC, CORD-19 twice, the open data, and two articles of Europe PMC.
    assert tally(searcher, "10.5555/cited.dry").tally.citing_papers == 8
    assert tally(searcher, "corpusid:601").tally.citing_papers == 1


def test_what_only_some_formats_tell_is_kept(mixed: Path, build: Builds, tmp_path: Path) -> None:
    build(mixed)
    database = Database(Layout(tmp_path / "index").store, read_only=True)
    try:
        boxed = statements_of(database, "doi:10.5555/readers.tei")[1]
        assert [box.page for box in boxed.span.boxes] == [1, 2]
        held = statements_of(database, "corpusid:501")
        found = citations(database, [s.id for s in held])
        assert [c.intents for c in found[held[0].id]] == [("background",)]
        labelled = statements_of(database, "doi:10.5555/readers.table2")
        (citation,) = citations(database, [labelled[0].id])[labelled[0].id]
        assert (str(citation.type), citation.decided_by) == ("contrasting", "label")
    finally:
        database.close()


ABSTRACT = "PMID- 1\nTI  - A synthetic article.\nLID - 10.5555/same [doi]\nAB  - Drought is dry.\n"
TABLE = "source_doi,text,target_doi\n10.5555/same,It was seen [1].,10.5555/cited.1\n"
CITING = '<p>It holds [<xref ref-type="bibr" rid="B1">1</xref>].</p>'


@pytest.fixture
def duplicates(tmp_path: Path, article: Article) -> Path:
    """One paper three times, the richest in the middle."""
    folder = tmp_path / "duplicates"
    folder.mkdir()
    (folder / "a.csv").write_text(TABLE)
    (folder / "b.xml").write_bytes(article(CITING, doi="10.5555/same"))
    (folder / "c.nbib").write_text(ABSTRACT)
    return folder


def told(report: BuildReport) -> dict[str, tuple[str, str | None]]:
    return {
        Path(f.file.partition("!")[0]).name: (
            str(f.outcome),
            None if f.richer is None else Path(f.richer.partition("!")[0]).name,
        )
        for f in report.files
    }


def test_of_a_paper_in_several_formats_the_richest_wins_and_the_report_says_so(
    duplicates: Path, build: Builds
) -> None:
    report = build(duplicates)
    assert told(report) == {
        "a.csv": ("poorer", "b.xml"),
        "b.xml": ("read", None),
        "c.nbib": ("poorer", "b.xml"),
    }
    assert report.skipped == ()
    assert report.totals.poorer == 2
    assert report.index.counts["papers"] == 1
    assert report.totals.statements == report.index.counts["statements"] == 1
    assert "2 poorer than another of the same paper" in summary(report)


def test_the_richest_stays_in_the_builds_that_follow(duplicates: Path, build: Builds) -> None:
    first = build(duplicates)
    second = build(duplicates)
    assert told(second)["b.xml"] == ("unchanged", None)
    assert told(second)["a.csv"] == ("poorer", "b.xml")
    assert second.index == first.index
    # Also where the poorer file is built alone.
    assert told(build(duplicates / "c.nbib")) == {"c.nbib": ("poorer", "b.xml")}


def test_the_next_best_takes_over_when_the_richest_is_gone(duplicates: Path, build: Builds) -> None:
    build(duplicates)
    (duplicates / "b.xml").unlink()
    report = build(duplicates)
    assert told(report)["a.csv"] == ("read", None)
    assert told(report)["c.nbib"][0] == "poorer"
    assert report.index.counts["statements"] == 1
    fresh = build(duplicates, folder="fresh")
    assert fresh.index.content_digest == report.index.content_digest


def archive(path: Path, **members: bytes) -> None:
    with zipfile.ZipFile(path, "w") as written:
        for name, content in members.items():
            written.writestr(f"{name}.xml", content)


@pytest.mark.parametrize("name", ["a.zip", "z.zip"])
def test_the_next_best_takes_over_when_the_richest_is_gone_from_its_archive(
    name: str, duplicates: Path, build: Builds, article: Article
) -> None:
    (duplicates / "b.xml").unlink()
    same, other = article(CITING, doi="10.5555/same"), article(CITING, doi="10.5555/other")
    archive(duplicates / name, same=same, other=other)
    first = build(duplicates)
    assert told(first)["c.nbib"][0] == told(first)["a.csv"][0] == "poorer"
    # Of a folder without the archive nothing is known of the archive.
    assert told(build(duplicates / "a.csv", duplicates / "c.nbib")) == {
        "a.csv": ("poorer", name),
        "c.nbib": ("poorer", name),
    }
    archive(duplicates / name, other=other)
    report = build(duplicates)
    assert told(report) == {
        "a.csv": ("read", None),
        "c.nbib": ("poorer", "a.csv"),
        name: ("unchanged", None),
    }
    assert report.totals.statements == report.index.counts["statements"] == 2
    fresh = build(duplicates, folder="fresh")
    assert fresh.index.content_digest == report.index.content_digest
    assert told(build(duplicates)) == {
        "a.csv": ("unchanged", None),
        "c.nbib": ("poorer", "a.csv"),
        name: ("unchanged", None),
    }


def test_the_best_of_those_that_were_passed_over_takes_over(
    duplicates: Path, build: Builds, article: Article
) -> None:
    (duplicates / "b.xml").unlink()
    (duplicates / "a.csv").rename(duplicates / "d.csv")
    same, other = article(CITING, doi="10.5555/same"), article(CITING, doi="10.5555/other")
    archive(duplicates / "z.zip", same=same, other=other)
    build(duplicates)
    archive(duplicates / "z.zip", other=other)
    assert told(build(duplicates)) == {
        "c.nbib": ("poorer", "d.csv"),
        "d.csv": ("read", None),
        "z.zip": ("unchanged", None),
    }


def test_a_file_that_gives_another_paper_now_lets_the_next_best_take_over(
    duplicates: Path, build: Builds, article: Article
) -> None:
    build(duplicates)
    (duplicates / "b.xml").write_bytes(article(CITING, doi="10.5555/other"))
    report = build(duplicates)
    assert told(report)["a.csv"] == ("read", None)
    assert told(report)["c.nbib"] == ("poorer", "a.csv")
    assert report.index.counts["papers"] == 2


def test_an_archive_that_is_cut_off_keeps_the_richest(
    duplicates: Path, build: Builds, article: Article
) -> None:
    (duplicates / "b.xml").unlink()
    same, other = article(CITING, doi="10.5555/same"), article(CITING, doi="10.5555/other")
    archive(duplicates / "z.zip", other=other, same=same)
    build(duplicates)
    archive(duplicates / "z.zip", other=other, broken=b"x" * (LIMIT + 1))
    report = build(duplicates)
    assert told(report)["a.csv"] == ("poorer", "z.zip")
    assert report.index.counts["papers"] == 2


def test_an_article_without_statements_gives_way_to_one_that_has_some(
    tmp_path: Path, article: Article, build: Builds
) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "a.xml").write_bytes(article("<p>Nothing is cited.</p>", doi="10.5555/same"))
    (folder / "b.csv").write_text(TABLE)
    report = build(folder)
    assert told(report)["a.xml"][0] == "poorer"
    assert report.index.counts["statements"] == 1


def test_a_reader_that_fails_over_an_article_ends_no_build(
    duplicates: Path, build: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(format_: Format) -> Reader:
        def read(content: bytes, *, package: str, member: str | None = None) -> Document:
            raise TypeError("Integer exceeds\n64-bit range")

        reader = reader_of(format_)
        return replace(reader, read=read) if format_ is Format.JATS else reader

    monkeypatch.setattr("semsearch.index.reading.reader_of", failing)
    report = build(duplicates)
    (skipped,) = report.skipped
    assert Path(skipped.file).name == "b.xml"
    assert skipped.error == (
        "the reader of JATS failed over it (TypeError: Integer exceeds 64-bit range)"
    )
    assert told(report)["a.csv"][0] == "read"


def test_a_file_that_is_cut_off_keeps_what_was_read_from_it(mixed: Path, build: Builds) -> None:
    first = build(mixed)
    path = mixed / "pubmed.xml"
    path.write_bytes(path.read_bytes()[:-400])
    report = build(mixed)
    (skipped,) = report.skipped
    assert "not well-formed XML" in (skipped.error or "")
    assert "papers before that were read" in (skipped.error or "")
    assert report.index.counts["papers"] == first.index.counts["papers"]
