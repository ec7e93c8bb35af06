"""What is exported of a search, an answer, similar contexts and a report."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from semsearch.answer.ask import ask
from semsearch.encode.encoder import Encoder
from semsearch.encode.recipe import StatementRecipe
from semsearch.errors import InputError, NotFoundError, QueryError
from semsearch.export import (
    Export,
    ExportFormat,
    ResultKind,
    export_answer,
    export_report,
    export_search,
    export_similar,
    results,
    stream,
    write,
)
from semsearch.export.reading import read_statements
from semsearch.index.build import Builder
from semsearch.parse.packages import ArticleFiles
from semsearch.rank.options import read_options
from semsearch.report.options import read_report_options
from semsearch.report.paper import report_on
from semsearch.report.references import check_references
from semsearch.retrieve.hits import StatementHit
from semsearch.search import Searcher

HELD = "10.5555/a(b)1;c<d"
ONE = read_options(limit=1)


def _ids(export: Export) -> list[str]:
    return [one.statement.id for one in export.statements()]


def test_a_search_is_exported_whole_in_the_order_of_its_pages(report_searcher: Searcher) -> None:
    hits: list[StatementHit] = []
    cursor = None
    while True:
        page = report_searcher.search("EMT IL-6", options=read_options(limit=3, cursor=cursor))
        hits += page.hits
        cursor = page.next
        if cursor is None:
            break
    exported = list(export_search(report_searcher, "EMT IL-6").statements())
    assert len(hits) > 10  # the setting ``limit``, which would be a page
    assert [(h.rank, h.score, h.statement.id) for h in hits] == [
        (one.rank, one.score, one.statement.id) for one in exported
    ]
    assert [(h.origin, h.stance, h.duplicates) for h in hits] == [
        (one.origin, one.stance, one.duplicates) for one in exported
    ]


def test_limit_and_cursor_choose_the_page_that_search_gives(report_searcher: Searcher) -> None:
    first = report_searcher.search("rice", options=read_options(limit=2))
    options = read_options(limit=3, cursor=first.next)
    page = report_searcher.search("rice", options=options)
    exported = export_search(report_searcher, "rice", options=options)
    assert _ids(exported) == [hit.statement.id for hit in page.hits]
    assert exported.head.statements == 3
    rest = export_search(report_searcher, "rice", options=read_options(cursor=first.next))
    everything = export_search(report_searcher, "rice")
    assert _ids(rest) == _ids(everything)[2:]
    assert len({rest.head.id, everything.head.id, exported.head.id}) == 3


def test_filter_sort_and_group_hold_for_an_export(report_searcher: Searcher) -> None:
    options = read_options(filters=["year=2021.."], sort="year", group=True, limit=50)
    page = report_searcher.search("EMT rice", options=options)
    exported = export_search(report_searcher, "EMT rice", options=options)
    assert exported.head.filter == page.filter
    assert [(h.statement.id, h.more_from_paper) for h in page.hits] == [
        (one.statement.id, one.more_from_paper) for one in exported.statements()
    ]


def test_nothing_found_says_why(report_searcher: Searcher) -> None:
    options = read_options(filters=["year=1800..1801"])
    exported = export_search(report_searcher, "EMT", options=options)
    assert exported.head.statements == 0 and _ids(exported) == []
    assert exported.head.empty_because


def test_an_answer_has_its_verdict_and_stances(report_searcher: Searcher) -> None:
    answer = ask(report_searcher, "does EMT induce IL-6", limit=50)
    exported = export_answer(report_searcher, "does EMT induce IL-6")
    assert exported.head.result is ResultKind.ANSWER
    assert exported.head.verdict == answer.verdict is not None
    stances = {h.statement.id: h.stance for h in answer.statements}
    assert {one.statement.id: one.stance for one in exported.statements()} == stances


def test_similar_contexts_are_those_of_the_searcher(report_searcher: Searcher) -> None:
    identity = report_searcher.search("EMT").hits[0].statement.id
    found = report_searcher.similar(identity, limit=3)
    exported = export_similar(report_searcher, identity, limit=3)
    assert _ids(exported) == [hit.statement.id for hit in found.hits]
    assert exported.head.asked == identity
    with pytest.raises(NotFoundError):
        export_similar(report_searcher, "a" * 16)


def test_a_report_has_all_statements_and_what_they_say_of_the_work(
    report_searcher: Searcher,
) -> None:
    report = report_on(report_searcher, HELD, options=read_report_options(limit=100))
    exported = export_report(report_searcher, HELD)
    listed = [(source, one) for source in report.sources for one in source.statements]
    found = list(exported.statements())
    assert [one.id for _, one in listed] == [one.statement.id for one in found]
    for (source, one), other in zip(listed, found, strict=True):
        assert other.about is not None
        assert (one.type, one.confidence, one.decided_by, one.relationship) == (
            other.about.type,
            other.about.confidence,
            other.about.decided_by,
            other.about.relationship,
        )
        assert one.relevance == round(other.score, 6)
        assert source.paper == other.statement.paper
    assert [one.rank for one in found] == list(range(1, len(found) + 1))
    assert (exported.head.work, exported.head.tally) == (report.work, report.tally)


def test_the_options_of_a_report_hold_for_its_export(report_searcher: Searcher) -> None:
    first = report_on(report_searcher, HELD, options=read_report_options(limit=1))
    options = read_report_options(limit=2, cursor=first.next)
    page = report_on(report_searcher, HELD, options=options)
    exported = list(export_report(report_searcher, HELD, options=options).statements())
    assert [one.statement.id for one in exported] == [
        one.id for source in page.sources for one in source.statements
    ]
    assert exported[0].rank == 1 + len(first.sources[0].statements)
    chosen = read_report_options(query="EMT", filters=["section=results"], without_retracted=True)
    whole = export_report(report_searcher, HELD, options=chosen)
    same = report_on(report_searcher, HELD, options=chosen)
    assert (whole.head.query, whole.head.filter) == ("EMT", same.filter)
    assert whole.head.statements == same.total_statements
    with pytest.raises(NotFoundError, match="neither holds nor cites"):
        export_report(report_searcher, "10.5555/only.citad")


@pytest.fixture
def small(
    tmp_path: Path, article: Callable[..., bytes], hashed_words: type[Encoder]
) -> Iterator[Searcher]:
    """A retracted work, cited once with all that is known of it and once by its DOI alone."""
    void = (
        '<related-article related-article-type="retraction-forward" ext-link-type="doi"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="10.5555/taken.back"/>'
        "<permissions><license><license-p>Free &amp; open</license-p></license></permissions>"
    )
    bare = (
        '<ref id="B1"><element-citation><pub-id pub-id-type="doi">10.5555/cited.1</pub-id>'
        "</element-citation></ref>"
    )
    cites = '<p>EMT induces IL-6 [<xref rid="B1">1</xref>].</p>'
    for name, xml in {
        "void": article(
            "<p>None.</p>", refs=0, doi="10.5555/cited.1", title="Cited work 1", front=void
        ),
        "full": article(f"{cites}<p>Rice.</p>", refs=1, doi="10.5555/full", front=void),
        "bare": article(cites.replace("EMT", "Snail"), refs=bare, doi="10.5555/bare"),
    }.items():
        (tmp_path / f"{name}.xml").write_bytes(xml)
    Builder(
        folder=tmp_path / "index",
        encoder=hashed_words(),
        recipe=StatementRecipe.TEXT,
        batch_tokens=256,
    ).build(ArticleFiles((tmp_path,), 10**6))
    opened = Searcher(tmp_path / "index", encoder=hashed_words())
    yield opened
    opened.close()


def test_retracted_sources_and_retracted_cited_works_are_told_apart(small: Searcher) -> None:
    found = {
        one.statement.paper.id: one for one in export_search(small, "induces IL-6").statements()
    }
    assert [one.statement.paper.retracted for one in found.values()].count(True) == 1
    assert found["doi:10.5555/full"].statement.paper.retracted
    assert {one.retracted_works for one in found.values()} == {("doi:10.5555/cited.1",)}
    csv = b"".join(stream(export_search(small, "Snail", options=ONE), ExportFormat.CSV)).decode()
    head, row = (line.split(",") for line in csv.splitlines())
    assert dict(zip(head, row, strict=True))["cited_retracted"] == "yes"


def test_licence_file_and_index_are_in_every_statement(small: Searcher, tmp_path: Path) -> None:
    found = list(export_search(small, "EMT", options=ONE).statements())
    assert [one.license for one in found] == ["Free & open"]
    digest = hashlib.sha256((tmp_path / "full.xml").read_bytes()).hexdigest()
    assert [one.sha256 for one in found] == [digest]
    assert {one.index for one in found} == {small.generation.manifest.content_digest}


def test_what_a_reference_leaves_out_is_that_of_its_work(small: Searcher) -> None:
    (one,) = export_search(small, "Snail", options=ONE).statements()
    (work,) = one.statement.cites
    (plain,) = small.search("Snail", options=ONE).hits
    assert plain.statement.cites[0].title is None
    assert (work.title, work.year) == ("Cited work 1", 2020)


def test_statements_are_read_while_they_go_out(
    report_searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    original = read_statements

    def counted(searcher: Searcher, found: Any, base_url: str) -> Any:
        read.append(len(found))
        return original(searcher, found, base_url)

    monkeypatch.setattr(results, "LOT", 2)
    monkeypatch.setattr("semsearch.export.results.read_statements", counted)
    for how in ExportFormat:
        read.clear()
        exported = export_search(report_searcher, "EMT rice IL-6")
        assert read == []  # nothing is read before somebody takes it
        pieces = stream(exported, how)
        next(pieces)
        assert sum(read) <= 4 < exported.head.statements
        rest = b"".join(pieces)
        assert sum(read) == exported.head.statements and max(read) == 2
        assert rest


def test_the_same_request_gives_the_same_bytes(report_searcher: Searcher) -> None:
    for how in ExportFormat:
        one, other = (
            b"".join(stream(export_answer(report_searcher, "does EMT induce IL-6"), how))
            for _ in range(2)
        )
        assert one == other


@pytest.mark.parametrize("how", [ExportFormat.BIBTEX, ExportFormat.RIS])
def test_an_exported_bibliography_can_be_checked_against_the_index(
    report_searcher: Searcher, tmp_path: Path, how: ExportFormat
) -> None:
    path = tmp_path / {"bibtex": "x.bib", "ris": "x.ris"}[how]
    write(export_report(report_searcher, HELD), how, path)
    check = check_references(report_searcher, path)
    assert (check.skipped, check.unknown) == ((), 0)
    assert len(check.references) == 1 + report_on(report_searcher, HELD).total_sources
    assert check.references[0].target == f"doi:{HELD}"
    assert check.references[0].title == "EMT induces IL-6 <script>"


@pytest.fixture
def exported(report_searcher: Searcher) -> Iterator[Export]:
    yield export_search(report_searcher, "EMT")


@pytest.mark.parametrize("how", list(ExportFormat))
def test_a_file_has_the_bytes_of_the_stream(
    exported: Export, how: ExportFormat, tmp_path: Path
) -> None:
    write(exported, how, tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == b"".join(stream(exported, how))


def test_who_reads_the_old_file_reads_it_to_its_end(exported: Export, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("before")
    with path.open() as old:
        write(exported, ExportFormat.CSV, path)
        assert old.read() == "before"
    assert path.read_bytes().startswith(b"rank,")


def test_a_failed_write_leaves_the_file_as_it_was(
    exported: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("before")
    monkeypatch.setattr(results, "LOT", 1)

    def broken(*_: object) -> Any:
        raise QueryError("no more")

    once = exported.read([0])
    half = Export(
        head=exported.head,
        sources=exported.sources,
        read=lambda places: once if places[0] == 0 else broken(),
    )
    with pytest.raises(QueryError, match="no more"):
        write(half, ExportFormat.CSV, path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_written_through_and_a_folder_is_refused(
    exported: Export, tmp_path: Path
) -> None:
    (tmp_path / "real").write_text("before")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write(exported, ExportFormat.JSONL, str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert orjson.loads((tmp_path / "real").read_bytes().splitlines()[0])["asked"] == "EMT"
    for path in (tmp_path, tmp_path / "none" / "x"):
        with pytest.raises(InputError, match="cannot be written"):
            write(exported, ExportFormat.JSONL, path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link", "real"]
