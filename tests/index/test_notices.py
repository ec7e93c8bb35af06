"""Notices find their work by any of its names, in the corpus or only cited."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from semsearch.index.linking import resolve_targets
from semsearch.parse.jats import read_jats
from semsearch.progress import Quiet
from semsearch.records import Notice, NoticeKind
from semsearch.store.database import Database
from semsearch.store.notices import notices_about
from semsearch.store.reading import papers
from semsearch.store.writing import FileRecord, remove_paper, write_document

Write = Callable[..., str]
PMID = '<article-id pub-id-type="pmid">{}</article-id>'
RELATED = (
    '<related-article related-article-type="{}" ext-link-type="{}"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="{}"/>'
)
REFERENCE = (
    '<ref id="B1"><element-citation><article-title>A cited work</article-title><year>2001</year>'
    '<pub-id pub-id-type="doi">10.5555/cited</pub-id><pub-id pub-id-type="pmid">9</pub-id>'
    "</element-citation></ref>"
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "store.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def write(database: Database, article: Callable[..., bytes]) -> Write:
    def put(doi: str, front: str = "", body: str = "<p>Nothing.</p>", refs: str = "") -> str:
        document = read_jats(
            article(body, doi=doi, front=front, refs=refs, title=doi), package=f"/{doi}.xml"
        )
        record = FileRecord(
            name=f"/{doi}.xml", package=f"/{doi}.xml", member=None, reader="jats 1", error=None,
            sha256=document.paper.source.sha256, paper=document.paper.id,
            statements=len(document.statements), account=document.account,
        )  # fmt: skip
        write_document(database, document, record, generation=0)
        return document.paper.id

    return put


def test_a_notice_that_names_a_paper_by_its_pmid_is_about_it(
    database: Database, write: Write
) -> None:
    taken_back = write("10.5555/bad", PMID.format(77))
    notice = write("10.5555/notice", RELATED.format("retracted-article", "pmid", "77"))
    resolve_targets(database, Quiet())
    said = (Notice(kind=NoticeKind.RETRACTION, issued=False, other=notice),)
    assert papers(database, [taken_back])[taken_back].notices == said
    assert notices_about(database, [taken_back, notice]) == {taken_back: said}
    (own,) = papers(database, [notice])[notice].notices
    assert (own.issued, own.other) == (True, taken_back)


def test_what_paper_and_notice_say_of_each_other_by_other_names_is_one_notice(
    database: Database, write: Write
) -> None:
    bad = write("10.5555/bad", PMID.format(77) + RELATED.format("retraction-forward", "pmid", "78"))
    notice = write(
        "10.5555/notice", PMID.format(78) + RELATED.format("retracted-article", "pmid", "77")
    )
    resolve_targets(database, Quiet())
    assert notices_about(database, [bad]) == {
        bad: (Notice(kind=NoticeKind.RETRACTION, issued=False, other=notice),)
    }


def test_a_notice_about_a_work_that_is_only_cited_is_found_by_the_name_of_a_reference(
    database: Database, write: Write
) -> None:
    write("10.5555/citing", body='<p>It holds [<xref rid="B1">1</xref>].</p>', refs=REFERENCE)
    notice = write("10.5555/notice", RELATED.format("retracted-article", "pmid", "9"))
    resolve_targets(database, Quiet())
    (said,) = notices_about(database, ["doi:10.5555/cited"])["doi:10.5555/cited"]
    assert (said.kind, said.other) == (NoticeKind.RETRACTION, notice)
    remove_paper(database, notice, generation=1)
    resolve_targets(database, Quiet())
    assert notices_about(database, ["doi:10.5555/cited"]) == {}
