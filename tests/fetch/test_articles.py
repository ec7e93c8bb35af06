"""Articles of a search of Europe PMC, page by page, and what does not come."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from semsearch.errors import LockedError, UsageError
from semsearch.fetch import Fetcher, FetchReport, NotFetched, summary
from semsearch.parse.packages import ArticleFiles
from semsearch.settings import Settings
from tests.fetch.conftest import FakeClock, Reply, Services, hit

FULL = "/epmc/{}/fullTextXML"


def names(folder: Path) -> list[str]:
    """Articles in a folder."""
    return sorted(path.name for path in folder.glob("*.xml"))


def test_articles_come_with_their_licences(fetcher: Fetcher, services: Services) -> None:
    report = fetcher.articles("EMT AND (IL-6)", limit=100)
    assert (report.found, report.wanted, report.fetched, report.there) == (5, 5, 5, 0)
    assert report.bytes == sum(map(len, services.articles.values()))
    assert names(fetcher.folder) == [f"{pmcid}.xml" for pmcid in sorted(services.articles)]
    for pmcid, content in services.articles.items():
        assert (fetcher.folder / f"{pmcid}.xml").read_bytes() == content
        licence = orjson.loads((fetcher.folder / f"{pmcid}.licence.json").read_bytes())
        assert licence["licence"] == "cc by"
        assert licence["file"] == f"{pmcid}.xml"
        assert licence["sha256"] == hashlib.sha256(content).hexdigest()
        assert licence["url"].endswith(f"/{pmcid}/fullTextXML")
    asked = services.asked[0]
    assert "query=%28EMT+AND+%28IL-6%29%29+AND+OPEN_ACCESS%3Ay+AND+IN_EPMC%3Ay" in asked
    assert "cursorMark=%2A" in asked
    assert FetchReport(folder="", articles=report, facts=()).whole


def test_fetched_folder_is_what_a_build_reads(fetcher: Fetcher) -> None:
    fetcher.articles("x", limit=100)
    found = list(ArticleFiles((fetcher.folder,), 10**6))
    assert [Path(one.package).name for one in found] == names(fetcher.folder)
    assert all(one.error is None for one in found)


def test_limit_ends_the_listing_early(fetcher: Fetcher, services: Services) -> None:
    report = fetcher.articles("x", limit=3)
    assert (report.found, report.wanted, report.fetched) == (5, 3, 3)
    assert services.times()["/epmc/search"] == 2
    assert names(fetcher.folder) == ["PMC1.xml", "PMC2.xml", "PMC3.xml"]


def test_nothing_is_fetched_again_and_what_is_new_comes(
    fetcher: Fetcher, services: Services, full_text: Callable[..., bytes]
) -> None:
    fetcher.articles("x", limit=100)
    services.asked.clear()
    services.articles = {"PMC9": full_text("PMC9"), **services.articles}
    report = fetcher.articles("x", limit=100)
    assert (report.fetched, report.there) == (1, 5)
    assert {path for path in services.times() if "fullText" in path} == {FULL.format("PMC9")}
    fetcher.articles("another search", limit=100)
    assert max(services.times()[FULL.format(one)] for one in services.articles) == 1


def test_file_that_was_deleted_comes_again(fetcher: Fetcher) -> None:
    fetcher.articles("x", limit=100)
    (fetcher.folder / "PMC2.xml").unlink()
    assert fetcher.articles("x", limit=100).fetched == 1
    assert (fetcher.folder / "PMC2.xml").is_file()


def test_hits_that_are_no_open_full_text_are_counted(fetcher: Fetcher, services: Services) -> None:
    services.hits = [
        hit("PMC1"),
        hit("PMC2", isOpenAccess="N"),
        hit("PMC3", inEPMC="N"),
        {"id": "4", "source": "MED"},
        hit("../../etc/PMC5"),
        hit("PMC5", license=None, doi=None),
    ]
    report = fetcher.articles("x", limit=100)
    assert (report.found, report.passed, report.fetched) == (6, 4, 2)
    assert names(fetcher.folder) == ["PMC1.xml", "PMC5.xml"]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(b"", 404), "status 404"),
        (Reply(b"x", length=str(10**9)), "over the limit"),
        (Reply(b"", 302, {"Location": "http://10.0.0.1/x"}), "not of the public internet"),
    ],
)
def test_article_that_is_refused_is_named_and_skipped_for_good(
    fetcher: Fetcher, services: Services, reply: Reply, reason: str
) -> None:
    services.faults[FULL.format("PMC2")] = [reply]
    report = fetcher.articles("x", limit=100)
    ((missing),) = report.skipped
    assert missing.id == "PMC2"
    assert reason in missing.reason
    assert report.fetched == 4
    whole = FetchReport(folder="", articles=report, facts=())
    assert not whole.whole
    assert f"skipped, 1: {missing.reason}" in summary(whole)
    assert not list(fetcher.folder.glob("*PMC2*"))
    report = fetcher.articles("x", limit=100)
    assert (report.there, report.skipped_before, report.skipped) == (4, 1, [])
    assert services.times()[FULL.format("PMC2")] == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<article><p>cut", "not well-formed XML (line 1"),
        (b"<html/>", "the root element is 'html', expected 'article'"),
        (b'{"error": 1}', "not well-formed XML"),
        (b"", "not well-formed XML"),
        (b"<!DOCTYPE a [<!ENTITY b SYSTEM '/etc/passwd'>]><a>&b;</a>", "the root element is 'a'"),
        (
            b"<article><front><article-meta><article-id pub-id-type='pmc'>7</article-id>"
            b"</article-meta></front></article>",
            "the file is of PMC7",
        ),
    ],
)
def test_something_else_in_place_of_an_article_is_not_kept_and_tried_again(
    fetcher: Fetcher, services: Services, body: bytes, reason: str
) -> None:
    services.faults[FULL.format("PMC2")] = [Reply(body)]
    report = fetcher.articles("x", limit=100)
    ((missing),) = report.failed
    assert missing.id == "PMC2"
    assert reason in missing.reason
    assert report.fetched == 4
    assert not list(fetcher.folder.glob("*PMC2*"))
    assert fetcher.articles("x", limit=100).fetched == 1
    assert services.times()[FULL.format("PMC2")] == 2


def test_page_that_stands_for_everything_stops_the_run(
    fetcher: Fetcher, services: Services
) -> None:
    for pmcid in services.articles:
        services.faults[FULL.format(pmcid)] = [Reply(b"<html>we are mending things</html>")]
    report = fetcher.articles("x", limit=100)
    assert (report.fetched, len(report.failed)) == (0, 3)
    assert report.stopped is not None


def test_skipped_article_is_asked_for_again_when_that_is_wanted(
    tmp_path: Path, services: Services, limits: Settings, clock: FakeClock
) -> None:
    services.faults[FULL.format("PMC2")] = [Reply(b"", 404)]
    for again, fetched in ((False, 4), (False, 0), (True, 1)):
        with Fetcher(tmp_path, limits, clock, again=again) as fetcher:
            assert fetcher.articles("x", limit=100).fetched == fetched


def test_failed_article_is_tried_again_by_the_next_run(
    fetcher: Fetcher, services: Services
) -> None:
    services.faults[FULL.format("PMC2")] = [Reply(b"", 503)] * 5
    report = fetcher.articles("x", limit=100)
    assert [one.id for one in report.failed] == ["PMC2"]
    assert report.fetched == 4
    report = fetcher.articles("x", limit=100)
    assert (report.fetched, report.there, report.failed) == (1, 4, [])


def test_cut_bodies_and_busy_services_cost_time_alone(
    fetcher: Fetcher, services: Services, clock: FakeClock
) -> None:
    content = services.articles["PMC1"]
    services.faults = {
        FULL.format("PMC1"): [
            Reply(content, sent=len(content) // 2),
            Reply(content, length=str(len(content) + 7)),
            Reply(content[:-20], length=""),
        ],
        FULL.format("PMC3"): [Reply(b"", 429, {"Retry-After": "9"})],
        "/epmc/search": [Reply(b"", 503), Reply(b'{"hitCount": 5, "resul', length="")],
    }
    report = fetcher.articles("x", limit=100)
    assert report.fetched == 5
    assert clock.long_waits == [1, 2, 1, 2, 4, 9]
    assert (fetcher.folder / "PMC1.xml").read_bytes() == content


def test_run_stops_where_the_service_is_down_and_goes_on_later(
    fetcher: Fetcher, services: Services
) -> None:
    for pmcid in ("PMC2", "PMC3", "PMC4", "PMC5"):
        services.faults[FULL.format(pmcid)] = [Reply(b"", 503)] * 5
    report = fetcher.articles("x", limit=100)
    assert report.stopped is not None
    assert report.stopped.startswith("stopped, to go on run it again later: 127.0.0.1 gave no")
    assert services.times()[FULL.format("PMC5")] == 0
    services.faults.clear()
    services.asked.clear()
    report = fetcher.articles("x", limit=100)
    assert (report.fetched, report.there, report.stopped) == (4, 1, None)
    pages = [one.rpartition("=")[2] for one in services.asked if "cursorMark" in one]
    assert pages == ["c4", "c5"]  # the listing went on from its cursor


def test_service_that_wants_to_be_left_alone_is_not_asked_three_times(
    fetcher: Fetcher, services: Services
) -> None:
    services.faults[FULL.format("PMC2")] = [Reply(b"", 429, {"Retry-After": "86400"})]
    report = fetcher.articles("x", limit=100)
    assert "asks to be left alone for 86,400 s" in report.failed[0].reason
    assert report.stopped is not None
    assert [services.times()[FULL.format(one)] for one in ("PMC1", "PMC2", "PMC3")] == [1, 1, 0]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>busy</html>", "the answer has another form: Invalid JSON"),
        (b"{}", "the answer has another form at hitCount"),
        (b'{"hitCount": -1}', "hitCount"),
        (b'{"hitCount": 1, "resultList": {"result": [7]}}', "resultList.result.0"),
    ],
)
def test_answer_of_another_form_stops_the_search(
    fetcher: Fetcher, services: Services, body: bytes, reason: str
) -> None:
    services.faults["/epmc/search"] = [Reply(body)]
    report = fetcher.articles("x", limit=100)
    assert report.stopped is not None
    assert reason in report.stopped
    assert fetcher.articles("x", limit=100).fetched == 5


@pytest.mark.parametrize(
    "cursors",
    [lambda cursor: cursor, lambda _: "c2", lambda cursor: "c0-2" if cursor == "c2" else "c2"],
    ids=["stays", "stays at the second page", "goes in a circle"],
)
def test_cursor_that_does_not_move_ends_the_listing_and_is_named(
    fetcher: Fetcher, services: Services, cursors: Callable[[str], str]
) -> None:
    services.cursors = cursors
    report = fetcher.articles("x", limit=100)
    assert report.listing is not None
    assert "of 5 hits: the cursor did not move" in report.listing
    assert services.times()["/epmc/search"] <= 4
    assert report.fetched in (2, 4)
    assert not FetchReport(folder="", articles=report, facts=()).whole
    services.cursors = None
    assert fetcher.articles("x", limit=100).listing is None
    assert len(names(fetcher.folder)) == 5


def test_circle_of_pages_without_open_hits_ends(fetcher: Fetcher, services: Services) -> None:
    services.hits = [hit(f"PMC{n}", isOpenAccess="N") for n in range(1, 6)]
    services.cursors = lambda cursor: "c0-2" if cursor == "c2" else "c2"
    report = fetcher.articles("x", limit=100)
    assert report.fetched == 0
    assert services.times()["/epmc/search"] <= 4


def test_search_without_hits_and_without_words(fetcher: Fetcher, services: Services) -> None:
    services.hits = []
    report = fetcher.articles("x", limit=100)
    assert (report.found, report.fetched, report.listing) == (0, 0, None)
    with pytest.raises(UsageError, match="the query is empty"):
        fetcher.articles("  ", limit=100)


def test_two_runs_into_one_folder_are_refused(
    fetcher: Fetcher, limits: Settings, clock: FakeClock
) -> None:
    with (
        pytest.raises(LockedError, match="is being written by process"),
        Fetcher(fetcher.folder, limits, clock),
    ):
        pass


def test_file_of_the_name_that_was_there_before_is_taken_only_when_it_is_the_article(
    tmp_path: Path, services: Services, limits: Settings, clock: FakeClock
) -> None:
    (tmp_path / "PMC1.xml").write_bytes(services.articles["PMC1"])
    (tmp_path / "PMC2.xml").write_bytes(services.articles["PMC1"])
    with Fetcher(tmp_path, limits, clock) as fetcher:
        report = fetcher.articles("x", limit=2)
    assert (report.there, report.fetched) == (1, 1)
    assert (tmp_path / "PMC2.xml").read_bytes() == services.articles["PMC2"]
    assert (tmp_path / "PMC1.licence.json").is_file()


def test_missing_things_are_counted_by_reason() -> None:
    from semsearch.fetch import ArticlesReport
    from semsearch.records import Service

    report = ArticlesReport(service=Service.EUROPEPMC, asked="x", found=9, wanted=3)
    report.skipped = [NotFetched("PMC1", "status 404"), NotFetched("PMC2", "status 404")]
    text = summary(FetchReport(folder="", articles=report, facts=()))
    assert "europepmc: 9 found, 3 wanted: 0 fetched (0 bytes), 0 there already, 2 skipped" in text
    assert "skipped, 2: status 404" in text
