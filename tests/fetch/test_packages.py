"""Packages and articles that lists of PubMed Central name."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from semsearch.errors import InputError
from semsearch.fetch import Fetcher
from semsearch.fetch.pmc import read_list
from semsearch.parse.packages import ArticleFiles
from tests.fetch.conftest import Reply, Services, md5, package

HEAD = "File,Article Citation,Accession ID,Last Updated (YYYY-MM-DD HH:MM:SS),PMID,License"


def line(number: int, updated: str = "2020-01-02 03:04:05", licence: str = "CC BY") -> str:
    return (
        f'oa_package/0a/{number:02}/PMC{number}.tar.gz,"J Test. 2020; 1:{number}, and more",'
        f"PMC{number},{updated},{number},{licence}"
    )


@pytest.fixture
def packages(services: Services) -> Services:
    """Three packages, with a picture and the text of each."""
    for number in (1, 2, 3):
        members = {
            f"PMC{number}/fig.jpg": bytes(range(256)) * 40,
            f"PMC{number}/a.nxml": services.articles[f"PMC{number}"],
        }
        services.packages[f"oa_package/0a/{number:02}/PMC{number}.tar.gz"] = package(members)
    return services


@pytest.fixture
def listed(tmp_path: Path) -> Callable[..., Path]:
    def write(*lines: str, head: str | None = HEAD) -> Path:
        path = tmp_path / "list.csv"
        path.write_text("\n".join([*([head] if head else []), *lines]) + "\n", "utf-8")
        return path

    return write


def test_packages_of_a_list_come_with_their_licences(
    fetcher: Fetcher, packages: Services, listed: Callable[..., Path]
) -> None:
    path = listed(line(1), line(2, licence="NO-CC CODE"), line(3))
    report = fetcher.packages(path, limit=None)
    assert (report.found, report.wanted, report.fetched) == (3, 3, 3)
    licence = orjson.loads((fetcher.folder / "PMC2.licence.json").read_bytes())
    assert licence["licence"] == "NO-CC CODE"
    found = list(ArticleFiles((fetcher.folder,), 10**6))
    assert [one.content for one in found] == [packages.articles[f"PMC{n}"] for n in (1, 2, 3)]
    packages.asked.clear()
    assert fetcher.packages(path, limit=None).there == 3
    assert packages.asked == []


def test_package_of_a_later_date_takes_the_place_of_the_earlier(
    fetcher: Fetcher, packages: Services, listed: Callable[..., Path]
) -> None:
    fetcher.packages(listed(line(1)), limit=None)
    newer = listed(line(1, "2021-01-01 00:00:00"))
    assert fetcher.packages(newer, limit=None).fetched == 1
    assert [one.name for one in fetcher.folder.glob("*.tar.gz")] == ["PMC1.20210101000000.tar.gz"]
    assert fetcher.packages(listed(line(1)), limit=None).fetched == 0


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (lambda whole: whole[:-9], "cannot be read to its end"),
        (lambda whole: whole[: len(whole) // 2], "cannot be read to its end"),
        (lambda whole: whole[:-8] + b"\0\0\0\0" + whole[-4:], "cannot be read to its end"),
        (lambda _: b"<html>no package</html>", "cannot be read to its end"),
        (lambda _: package({"readme.txt": b"x"}), "holds no article"),
    ],
    ids=["without its last bytes", "half", "with another check sum", "a page", "without article"],
)
def test_package_that_is_not_whole_is_not_kept(
    fetcher: Fetcher,
    packages: Services,
    listed: Callable[..., Path],
    wrong: Callable[[bytes], bytes],
    reason: str,
) -> None:
    name = "oa_package/0a/02/PMC2.tar.gz"
    packages.packages[name] = wrong(packages.packages[name])
    report = fetcher.packages(listed(line(1), line(2)), limit=None)
    ((missing),) = report.failed
    assert missing.id == "PMC2"
    assert reason in missing.reason
    assert [one.name for one in fetcher.folder.glob("*.gz")] == ["PMC1.20200102030405.tar.gz"]


def test_package_over_the_limit_is_refused_before_it_is_read(
    fetcher: Fetcher, packages: Services, listed: Callable[..., Path]
) -> None:
    packages.faults["/pmc/oa_package/0a/01/PMC1.tar.gz"] = [Reply(b"x", length=str(2**40))]
    report = fetcher.packages(listed(line(1)), limit=None)
    assert "over the limit of 1,073,741,824" in report.skipped[0].reason


def test_lines_that_name_no_package_are_passed_over(
    fetcher: Fetcher, packages: Services, listed: Callable[..., Path]
) -> None:
    path = listed(
        "../../etc/passwd.tar.gz,x,PMC4,2020-01-01 00:00:00,4,CC BY",
        "/etc/x.tar.gz,x,PMC4,2020-01-01 00:00:00,4,CC BY",
        "a/b.pdf,x,PMC4,2020-01-01 00:00:00,4,CC BY",
        "a/b.tar.gz,x,none,2020-01-01 00:00:00,4,CC BY",
        "a",
        "",
        line(1),
    )
    assert fetcher.packages(path, limit=None).fetched == 1
    assert list(packages.times()) == ["/pmc/oa_package/0a/01/PMC1.tar.gz"]


def test_limit_holds_for_lists(
    fetcher: Fetcher, packages: Services, listed: Callable[..., Path]
) -> None:
    path = listed(line(1), line(2), line(3))
    assert fetcher.packages(path, limit=2).fetched == 2
    assert len(packages.asked) == 2


def test_version_that_cannot_be_had_leaves_the_earlier_one(
    fetcher: Fetcher, packages: Services, listed: Callable[..., Path]
) -> None:
    fetcher.packages(listed(line(1)), limit=None)
    path = "/pmc/oa_package/0a/01/PMC1.tar.gz"
    packages.faults[path] = [Reply(b"", 404)]
    fetcher.packages(listed(line(1, "2021-01-01 00:00:00")), limit=None)
    assert [one.name for one in fetcher.folder.glob("*.gz")] == ["PMC1.20200102030405.tar.gz"]
    fetcher.packages(listed(line(1, "2022-01-01 00:00:00")), limit=None)
    assert [one.name for one in fetcher.folder.glob("*.gz")] == ["PMC1.20220101000000.tar.gz"]


def test_article_that_a_list_does_not_open_may_come_from_a_search(
    fetcher: Fetcher, services: Services, listed: Callable[..., Path]
) -> None:
    closed = described(services, 1, is_pmc_openaccess=False)
    assert fetcher.packages(listed(closed, head=None), limit=None).passed == 1
    assert fetcher.articles("x", limit=1).fetched == 1
    assert (fetcher.folder / "PMC1.xml").is_file()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "offers no article"),
        (b"name,place\n1,2\n", "offers no article"),
        (b"\x1f\x8bcut", "cannot be read"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_file_that_is_no_list_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=rf"list\.csv {said}"):
        list(read_list(path, "http://example.org"))
    with pytest.raises(InputError, match="cannot be read"):
        list(read_list(tmp_path / "none.csv", "http://example.org"))


def described(services: Services, number: int, place: int = 1, **others: Any) -> str:
    """Put a version of an article into the cloud; its line in the inventory."""
    name = f"PMC{number}.{place}"
    text = services.articles.get(f"PMC{number}", b"")
    services.objects[f"{name}/{name}.xml"] = text
    services.objects[f"metadata/{name}.json"] = orjson.dumps(
        {
            "pmcid": f"PMC{number}",
            "version": place,
            "doi": f"10.5555/fetch.{number}",
            "is_pmc_openaccess": True,
            "is_retracted": False,
            "license_code": "CC BY",
            "xml_url": f"s3://bucket/{name}/{name}.xml?md5={md5(text)}",
            **others,
        }
    )
    return f'"bucket","metadata/{name}.json","2026-01-01T00:00:00.000Z","{"0" * 32}"'


@pytest.fixture
def inventory(services: Services, listed: Callable[..., Path]) -> Iterator[Path]:
    yield listed(
        described(services, 1),
        described(services, 2, is_pmc_openaccess=False),
        described(services, 3, xml_url=None),
        '"bucket","inventory-reports/x/manifest.json","2026-01-01T00:00:00.000Z","0"',
        described(services, 4, 1),
        described(services, 4, 2),
        head=None,
    )


def test_articles_of_an_inventory_come_in_their_last_version(
    fetcher: Fetcher, services: Services, inventory: Path
) -> None:
    report = fetcher.packages(inventory, limit=None)
    assert (report.found, report.passed, report.fetched) == (5, 2, 3)
    assert sorted(one.name for one in fetcher.folder.glob("*.xml")) == ["PMC1.1.xml", "PMC4.2.xml"]
    licence = orjson.loads((fetcher.folder / "PMC4.licence.json").read_bytes())
    assert (licence["licence"], licence["file"]) == ("CC BY", "PMC4.2.xml")
    services.asked.clear()
    report = fetcher.packages(inventory, limit=None)
    assert (report.fetched, report.there) == (0, 2)
    assert report.passed == 2
    assert services.asked == []


def test_inventory_may_be_compressed(
    fetcher: Fetcher, services: Services, inventory: Path, tmp_path: Path
) -> None:
    packed = tmp_path / "part.csv.gz"
    packed.write_bytes(gzip.compress(inventory.read_bytes()))
    assert fetcher.packages(packed, limit=1).fetched == 1


def test_article_with_another_digest_is_not_kept(
    fetcher: Fetcher, services: Services, listed: Callable[..., Path]
) -> None:
    path = listed(described(services, 1, xml_url="s3://b/PMC1.1/PMC1.1.xml?md5=" + "0" * 32),
                  head=None)  # fmt: skip
    report = fetcher.packages(path, limit=None)
    assert "the MD5 digest is" in report.failed[0].reason
    assert not list(fetcher.folder.glob("PMC*"))


@pytest.mark.parametrize(
    "others",
    [
        {"xml_url": "s3://bucket/../secret/PMC1.1.xml"},
        {"xml_url": "s3://bucket/PMC9.1/PMC9.1.xml"},
        {"pmcid": "PMC9"},
        {"version": 7},
        {"version": 0},
        {"is_pmc_openaccess": "perhaps"},
    ],
)
def test_description_of_something_else_is_refused(
    fetcher: Fetcher, services: Services, listed: Callable[..., Path], others: dict[str, Any]
) -> None:
    report = fetcher.packages(listed(described(services, 1, **others), head=None), limit=None)
    assert [one.id for one in report.failed] == ["PMC1"]
    assert list(services.times()) == ["/pmc/metadata/PMC1.1.json"]
