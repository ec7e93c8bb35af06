"""What Crossref and OpenCitations say of works."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.errors import UsageError
from semsearch.fetch import FactsReport, Fetcher
from semsearch.fetch.crossref import read_updates, read_work, updates_url, work_url
from semsearch.fetch.opencitations import count_url, read_count
from semsearch.records import Author, NoticeKind, Service
from semsearch.store.outside import OutsideNotice
from tests.fetch.conftest import Reply, Services

WORK: dict[str, Any] = {
    "DOI": "10.5555/fetch.1",
    "title": ["EMT &amp; <i>IL-6</i>\n in  cells"],
    "container-title": ["Journal of <b>Tests</b>"],
    "publisher": "Test Press",
    "type": "journal-article",
    "issued": {"date-parts": [[2019, 4, 1]]},
    "author": [
        {"family": "Smith", "given": "Jane", "ORCID": "http://orcid.org/0000-0002-1825-0097"},
        {"name": "The Group"},
        {"given": "Nobody"},
    ],
    "license": [
        {"URL": "https://example.org/tdm", "content-version": "tdm"},
        {"URL": "https://creativecommons.org/licenses/by/4.0/", "content-version": "vor"},
    ],
    "updated-by": [
        {"DOI": "10.5555/NOTICE.1", "type": "retraction", "source": "retraction-watch"},
        {"DOI": "10.5555/v2", "type": "new_version"},
    ],
}


def notice(about: str, doi: str, kind: str) -> dict[str, Any]:
    return {"DOI": doi, "update-to": [{"DOI": about, "type": kind, "label": kind}]}


@pytest.fixture
def told(services: Services) -> Services:
    services.works = {"10.5555/fetch.1": WORK, "10.5555/fetch.2": {"DOI": "10.5555/fetch.2"}}
    services.notices = [
        notice("10.5555/fetch.1", "10.5555/notice.1", "retraction"),
        notice("10.5555/fetch.1", "10.5555/notice.2", "expression_of_concern"),
        notice("10.5555/fetch.3", "10.5555/notice.3", "Erratum"),
    ]
    services.counts = {"10.5555/fetch.1": "1234"}
    return services


def kept(fetcher: Fetcher, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(fetcher.folder / "fetched.sqlite")) as ledger:
        return ledger.execute(sql).fetchall()


def numbers(report: FactsReport) -> tuple[int, ...]:
    return report.works, report.there, report.answered, report.unknown, len(report.failed)


def test_metadata_is_read_without_markup() -> None:
    found, notices = read_work(orjson.dumps({"message": WORK}))
    assert (found.title, found.journal) == ("EMT & IL-6 in cells", "Journal of Tests")
    assert (found.year, found.publisher) == (2019, "Test Press")
    assert found.license == "https://creativecommons.org/licenses/by/4.0/"
    assert found.authors == (
        Author(family="Smith", given="Jane", orcid="0000-0002-1825-0097"),
        Author(family="The Group"),
    )
    assert notices == (OutsideNotice(kind=NoticeKind.RETRACTION, other="doi:10.5555/notice.1"),)


@pytest.mark.parametrize(
    "work",
    [
        {},
        {"issued": {"date-parts": [[None]]}},
        {"issued": {"date-parts": []}},
        {"issued": {"date-parts": [[]]}},
        {"title": [" "], "container-title": []},
    ],
)
def test_work_of_which_little_is_said_is_read(work: dict[str, Any]) -> None:
    found, notices = read_work(orjson.dumps({"message": {"DOI": "10.5555/x", **work}}))
    assert (found.title, found.year, found.journal, found.authors) == (None, None, None, ())
    assert notices == ()


@given(st.text(max_size=60))
def test_any_title_becomes_one_line_or_nothing(title: str) -> None:
    body = orjson.dumps({"message": {"DOI": "10.5555/x", "title": [title]}}, default=str)
    found = read_work(body)[0].title
    assert found is None or (found and "\n" not in found and found == found.strip())


def test_answers_of_another_form_are_refused() -> None:
    for body in (b"", b"[]", b"<html>", b'{"message": {}}'):
        with pytest.raises(ValueError, match=r".+"):
            read_work(body)
    for body in (b"[]", b"{}", b'[{"count": "many"}]', b'[{"count": -1}]', b'[{"n": 1}]'):
        with pytest.raises(ValueError, match=r".+"):
            read_count(body)
    short = {"message": {"items": [], "total-results": 2}}
    with pytest.raises(ValueError, match="0 of 2 notices"):
        read_updates(orjson.dumps(short))


def test_urls_name_the_contact_and_escape_what_a_doi_holds() -> None:
    odd = "10.5555/a#b?c d(1)/e;f<g>"
    assert work_url("http://c", odd, None) == (
        "http://c/works/10.5555%2Fa%23b%3Fc%20d%281%29%2Fe%3Bf%3Cg%3E"
    )
    assert work_url("http://c/", "10.5555/x", "me@example.org").endswith("?mailto=me%40example.org")
    assert "updates%3A10.5555%2Fx%2Cupdates%3A10.5555%2Fy" in updates_url(
        "http://c", ["10.5555/x", "10.5555/y"], None
    )
    assert count_url("http://o", odd) == (
        "http://o/citation-count/doi:10.5555/a%23b%3Fc%20d%281%29/e%3Bf%3Cg%3E"
    )


def test_articles_of_the_folder_are_asked_about_once(fetcher: Fetcher, told: Services) -> None:
    fetcher.articles("x", limit=3)
    report = fetcher.facts(Service.CROSSREF)
    assert numbers(report) == (3, 0, 3, 0, 0)
    assert report.notices == 3
    sql = "SELECT work, kind, other FROM outside_notices ORDER BY work, position"
    assert kept(fetcher, sql) == [
        ("doi:10.5555/fetch.1", "retraction", "doi:10.5555/notice.1"),
        ("doi:10.5555/fetch.1", "concern", "doi:10.5555/notice.2"),
        ("doi:10.5555/fetch.3", "correction", "doi:10.5555/notice.3"),  # registered elsewhere
    ]
    report = fetcher.facts(Service.OPENCITATIONS)
    assert numbers(report) == (3, 0, 3, 0, 0)
    assert kept(
        fetcher, "SELECT said FROM outside WHERE service = 'opencitations' ORDER BY work"
    ) == [('{"citations":1234}',), ('{"citations":0}',), ('{"citations":0}',)]
    told.asked.clear()
    assert numbers(fetcher.facts(Service.CROSSREF)) == (3, 3, 0, 0, 0)
    assert numbers(fetcher.facts(Service.OPENCITATIONS)) == (3, 3, 0, 0, 0)
    assert told.asked == []


def test_other_works_are_asked_about_in_any_spelling(fetcher: Fetcher, told: Services) -> None:
    dois: Sequence[str] = ["https://doi.org/10.5555/FETCH.1", "10.5555/fetch.1", "no doi"]
    assert numbers(fetcher.facts(Service.CROSSREF, dois)) == (1, 0, 1, 0, 0)
    unknown = ["10.5555/nobody.knows", "10.5555/with,comma"]
    assert numbers(fetcher.facts(Service.CROSSREF, unknown)) == (2, 0, 0, 2, 0)
    filters = [one for one in told.asked if "filter=" in one]
    assert "nobody.knows" in filters[-1]
    assert "comma" not in filters[-1]
    assert numbers(fetcher.facts(Service.CROSSREF, unknown)) == (2, 2, 0, 0, 0)


def test_notices_of_many_works_are_asked_for_in_few_questions(
    fetcher: Fetcher, told: Services
) -> None:
    dois = [f"10.5555/many.{n}" for n in range(45)]
    assert fetcher.facts(Service.CROSSREF, dois).unknown == 45
    assert told.times()["/crossref/works"] == 3


def test_failures_are_named_and_tried_again(fetcher: Fetcher, told: Services) -> None:
    told.faults["/crossref/works/10.5555/fetch.1"] = [Reply(b"", 503)] * 5
    told.faults["/crossref/works/10.5555/fetch.2"] = [Reply(b"", 403)]
    dois = ["10.5555/fetch.1", "10.5555/fetch.2"]
    report = fetcher.facts(Service.CROSSREF, dois)
    assert [one.id for one in report.failed] == dois
    assert report.stopped is None
    assert numbers(fetcher.facts(Service.CROSSREF, dois)) == (2, 0, 2, 0, 0)


def test_service_that_is_down_is_not_asked_about_everything(
    fetcher: Fetcher, told: Services
) -> None:
    dois = [f"10.5555/many.{n}" for n in range(9)]
    for doi in dois:
        told.faults[f"/oc/citation-count/doi:{doi}"] = [Reply(b"", 500)] * 5
    report = fetcher.facts(Service.OPENCITATIONS, dois)
    assert report.stopped is not None
    assert len(report.failed) == 3
    assert len(told.asked) == 15


def test_other_services_have_no_facts(fetcher: Fetcher) -> None:
    with pytest.raises(UsageError, match="pmc is not asked about works"):
        fetcher.facts(Service.PMC)
