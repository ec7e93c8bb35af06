"""What services say of works reaches the index, and is shown as theirs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from semsearch.encode.recipe import StatementRecipe
from semsearch.errors import IndexFolderError
from semsearch.fetch.ledger import Ledger
from semsearch.index.build import Builder
from semsearch.index.report import BuildReport
from semsearch.parse.packages import ArticleFiles
from semsearch.rank.options import read_options
from semsearch.records import Author, Notice, NoticeKind, Service
from semsearch.report.html import report_html
from semsearch.report.outside import notice_source, outside_lines
from semsearch.report.paper import report_on
from semsearch.report.tally import tally
from semsearch.search import Searcher
from semsearch.serve.app import create_app
from semsearch.serve.pages.links import paper_path, report_path
from semsearch.store.outside import (
    OutsideCount,
    OutsideFact,
    OutsideMetadata,
    OutsideNotice,
    find_sidecars,
)

DOI = "10.5555/told"
RETRACTED = OutsideNotice(kind=NoticeKind.RETRACTION, other="doi:10.5555/notice")
RELATED = (
    '<related-article related-article-type="retraction-forward" ext-link-type="doi"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="10.5555/notice"/>'
)


@pytest.fixture
def folder(tmp_path: Path, article: Callable[..., bytes]) -> Path:
    """Two articles, of which the first says neither its year nor who wrote it."""
    made = tmp_path / "articles"
    made.mkdir()
    said = '<p>EMT induces IL-6 [<xref rid="B1">1</xref>].</p>'
    bare = article(said, doi=DOI, title="Its own title").replace(b"<year>2020</year>", b"")
    (made / "told.xml").write_bytes(bare)
    (made / "other.xml").write_bytes(article(said, doi="10.5555/other"))
    return made


def metadata(looked: str = "2026-01-02T03:04:05+00:00", **others: Any) -> OutsideFact:
    said = OutsideMetadata(
        title="Another title",
        year=1999,
        journal="Another journal",
        authors=(Author(family="Smith", given="Jane"),),
    )
    given: dict[str, Any] = {"work": f"doi:{DOI}", "looked": looked, "said": said, **others}
    return OutsideFact(service=Service.CROSSREF, **given)


def count(citations: int, work: str = f"doi:{DOI}") -> OutsideFact:
    said = OutsideCount(citations=citations)
    looked = "2026-01-03T00:00:00+00:00"
    return OutsideFact(work=work, service=Service.OPENCITATIONS, looked=looked, said=said)


def tell(folder: Path, *facts: OutsideFact) -> None:
    ledger = Ledger(folder)
    for fact in facts:
        ledger.keep(fact)
    ledger.close()


@pytest.fixture
def build(folder: Path, tmp_path: Path, encoder: Any) -> Callable[[], BuildReport]:
    builder = Builder(tmp_path / "index", encoder, StatementRecipe.TEXT, 256)
    return lambda: builder.build(ArticleFiles((folder,), 10**6))


@pytest.fixture
def searcher(tmp_path: Path, encoder: Any) -> Callable[[], Searcher]:
    return lambda: Searcher(tmp_path / "index", encoder=encoder)


def test_article_speaks_for_itself_and_the_service_beside_it(
    folder: Path, build: Callable[[], BuildReport], searcher: Callable[[], Searcher]
) -> None:
    tell(folder, metadata(), count(1234))
    build()
    with closing(searcher()) as opened:
        found = opened.paper(DOI)
        assert (found.paper.title, found.paper.year) == ("Its own title", None)
        assert found.paper.journal == "Journal of Tests"
        assert [one.service for one in found.outside] == [Service.CROSSREF, Service.OPENCITATIONS]
        assert found.outside[0].metadata is not None
        assert found.outside[0].metadata.title == "Another title"
        assert outside_lines(found.paper, found.outside) == [
            "Crossref on 2026-01-02: authors: Jane Smith; year: 1999",
            "OpenCitations on 2026-01-03: cited by 1,234 works, in and beyond the index",
        ]
        assert report_on(opened, DOI).work.outside == found.outside
        assert opened.paper("10.5555/other").outside == ()
        asked = read_options(filters=["year=1999"])  # a filter asks what articles say
        assert not opened.search("EMT", options=asked).hits


def test_notice_that_a_service_tells_of_counts_and_names_it(
    folder: Path, build: Callable[[], BuildReport], searcher: Callable[[], Searcher]
) -> None:
    tell(folder, metadata(notices=(RETRACTED,)))
    build()
    notice = Notice(
        kind=NoticeKind.RETRACTION,
        issued=False,
        other="doi:10.5555/notice",
        source=Service.CROSSREF,
    )
    with closing(searcher()) as opened:
        paper = opened.paper(DOI).paper
        assert (paper.retracted, paper.notices) == (True, (notice,))
        assert notice_source(notice) == " (Crossref)"
        assert tally(opened, "10.5555/cited.1").from_retracted == 1
        asked = read_options(filters=["notice=retraction"])
        hits = opened.search("EMT induces IL-6", options=asked).hits
        assert [hit.statement.paper.doi for hit in hits] == [DOI]


def test_pages_and_files_name_the_service(
    folder: Path, build: Callable[[], BuildReport], searcher: Callable[[], Searcher]
) -> None:
    tell(folder, metadata(notices=(RETRACTED,)), count(1234))
    build()
    with closing(searcher()) as opened:
        client = TestClient(create_app(opened))
        page = client.get(report_path(DOI)).text
        paper = client.get(paper_path(DOI)).text
        file = report_html(report_on(opened, DOI), opened.info(), version="0")
        for text in (page, paper, file):
            assert "retraction (doi:10.5555/notice) (Crossref)" in text
            assert "Crossref on 2026-01-02: authors: Jane Smith; year: 1999" in text
            assert "cited by 1,234 works, in and beyond the index" in text
        found = client.get(f"/api/v1/papers/{DOI}").json()
        assert found["paper"]["notices"][0]["source"] == "crossref"
        assert found["outside"][0]["metadata"]["year"] == 1999
        told = client.get(f"/api/v1/papers/{DOI}/report").json()["work"]["outside"]
        assert told == found["outside"]


def test_notice_of_the_article_is_not_said_twice(
    folder: Path,
    build: Callable[[], BuildReport],
    searcher: Callable[[], Searcher],
    article: Callable[..., bytes],
) -> None:
    (folder / "told.xml").write_bytes(article(doi=DOI, front=RELATED))
    concern = OutsideNotice(kind=NoticeKind.CONCERN, other=None)
    tell(folder, metadata(notices=(RETRACTED, concern)))
    build()
    with closing(searcher()) as opened:
        notices = opened.paper(DOI).paper.notices
    assert [(one.kind, one.source) for one in notices] == [
        (NoticeKind.RETRACTION, None),
        (NoticeKind.CONCERN, Service.CROSSREF),
    ]


def test_retraction_of_a_work_that_is_only_cited_is_told(
    folder: Path, build: Callable[[], BuildReport], searcher: Callable[[], Searcher]
) -> None:
    cited = "doi:10.5555/cited.1"
    tell(folder, metadata(work=cited, notices=(RETRACTED,)), count(7, cited))
    build()
    with closing(searcher()) as opened:
        work = report_on(opened, "10.5555/cited.1").work
    assert work.retracted
    assert [one.citations for one in work.outside] == [None, 7]


def test_newer_answers_publish_and_older_ones_change_nothing(
    folder: Path, build: Callable[[], BuildReport], searcher: Callable[[], Searcher]
) -> None:
    plain = build().index.content_digest
    tell(folder, count(1))
    first = build()
    assert first.published
    assert first.index.content_digest != plain
    assert not build().published
    tell(folder, metadata(looked="2025-01-01T00:00:00+00:00"))
    assert build().published
    older = metadata(looked="2024-01-01T00:00:00+00:00", notices=(RETRACTED,))
    tell(folder, older)
    assert not build().published
    tell(folder, metadata(looked="2026-06-01T00:00:00+00:00", notices=(RETRACTED,)))
    assert build().published
    with closing(searcher()) as opened:
        assert opened.paper(DOI).paper.retracted
    (folder / "fetched.sqlite").unlink()  # what was taken over stays
    assert not build().published


def test_answer_that_a_service_has_none_is_not_taken_over(
    folder: Path, build: Callable[[], BuildReport]
) -> None:
    build()
    tell(folder, metadata(said=None))
    assert not build().published


def test_ledgers_are_found_in_folders_below_them_and_beside_files(folder: Path) -> None:
    below = folder / "a" / "b"
    below.mkdir(parents=True)
    tell(below, count(1))
    assert find_sidecars((folder, folder / "told.xml")) == (below / "fetched.sqlite",)
    tell(folder, count(1))
    assert find_sidecars((folder / "told.xml", folder / "other.xml")) == (
        folder / "fetched.sqlite",
    )


def test_ledger_in_a_folder_that_cannot_be_written_is_read(
    folder: Path, build: Callable[[], BuildReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(folder, count(1))
    monkeypatch.setattr("semsearch.store.outside.os.access", lambda *_: False)
    assert build().published


@pytest.mark.parametrize("damage", ["kind", "said", "bytes", "tables"])
def test_damaged_ledger_is_named(
    folder: Path, build: Callable[[], BuildReport], damage: str
) -> None:
    tell(folder, metadata(notices=(RETRACTED,)))
    path = folder / "fetched.sqlite"
    if damage == "bytes":
        path.write_bytes(b"no database" * 100)
    else:
        changes = {
            "kind": "UPDATE outside_notices SET kind = 'praise'",
            "said": "UPDATE outside SET said = '[]'",
            "tables": "DROP TABLE outside_notices",
        }
        with closing(sqlite3.connect(path)) as ledger, ledger:
            ledger.execute(changes[damage])
    with pytest.raises(IndexFolderError, match=r"fetched\.sqlite"):
        build()
