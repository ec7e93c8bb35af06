"""The page of a report, its plots and its tables."""

from __future__ import annotations

import csv
import re
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from semsearch.report.html import check_html, report_html
from semsearch.report.options import read_report_options
from semsearch.report.paper import report_on
from semsearch.report.plots import plot_sections, plot_years
from semsearch.report.references import check_references
from semsearch.report.table import check_csv
from semsearch.report.tally import Tally
from semsearch.search import Searcher

HELD, CITED = "10.5555/a(b)1;c<d", "10.5555/only.cited"


@pytest.fixture
def page(report_searcher: Searcher) -> str:
    options = read_report_options(limit=50, query="EMT <b>")
    found = report_on(report_searcher, HELD, options=options)
    return report_html(found, report_searcher.info(), version="1.2.3")


def found(tree: Any, path: str) -> list[Any]:
    """What an XPath gives; its types depend on the path."""
    return list(tree.xpath(path))


def counts(*numbers: int) -> Tally:
    one, two, three, four = numbers
    return Tally(
        supporting=one,
        contrasting=two,
        mentioning=three,
        unclassified=four,
        total=sum(numbers),
        citing_papers=1,
    )


def test_what_articles_and_users_wrote_is_escaped(page: str) -> None:
    assert "<script" not in page
    assert "EMT induces IL-6 &lt;script&gt;" in page
    assert "EMT &lt;b&gt;" in page
    assert "&lt;twice&gt;" in page
    assert "https://doi.org/10.5555/a%28b%291%3Bc%3Cd" in page


def test_the_page_needs_nothing_beside_itself(page: str) -> None:
    tree = html.fromstring(page)
    assert not found(tree, "//script | //link | //img | //iframe | //*[@src] | //@onclick")
    assert not re.search(r"url\(|@import", page)
    links = [str(one) for one in found(tree, "//a/@href")]
    assert all(link.startswith(("#", "https://doi.org/10.")) for link in links)
    assert found(tree, "//meta[@http-equiv='Content-Security-Policy']/@content")


def test_links_inside_the_page_lead_somewhere_and_ids_are_unique(page: str) -> None:
    tree = html.fromstring(page)
    ids = [str(one) for one in found(tree, "//@id")]
    assert len(ids) == len(set(ids))
    inside = {str(link)[1:] for link in found(tree, "//a/@href") if str(link).startswith("#")}
    assert inside and inside <= set(ids)


def test_the_page_can_be_heard(page: str) -> None:
    tree = html.fromstring(page)
    assert found(tree, "/html/@lang") == ["en"]
    levels = [int(one.tag[1]) for one in found(tree, "//h1 | //h2 | //h3")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(found(table, "caption") for table in found(tree, "//table"))
    for picture in found(tree, "//*[local-name()='svg']"):
        named = str(picture.get("aria-labelledby")).split()
        assert all("".join(found(tree, f"//*[@id='{one}']")[0].itertext()).strip() for one in named)


def test_shared_authors_and_journals_are_said(page: str) -> None:
    tree = html.fromstring(page)
    text = "".join(str(part) for part in found(tree, "//text()"))
    assert "shares the name of an author (certain) · same journal" in text
    rows = [["".join(cell.itertext()) for cell in row] for row in found(tree, "//tr")]
    assert ["certain", "0", "0", "2", "0", "2", "1"] in rows
    assert ["by name", *"000000"] in rows
    assert ["same", *"222174"] in rows


def test_the_same_report_gives_the_same_page(report_searcher: Searcher) -> None:
    info = report_searcher.info()
    first, second = (
        report_html(report_on(report_searcher, CITED), info, version="1") for _ in range(2)
    )
    assert first == second


def test_columns_are_as_high_as_their_numbers_and_stand_on_each_other() -> None:
    plot = plot_years(
        {"2019": counts(1, 0, 3, 0), "2020": counts(0, 0, 0, 0), "2021": counts(8, 0, 0, 0)}
    )
    assert plot is not None
    heights = [bar.height for bar in plot.bars]
    assert heights[1] == pytest.approx(3 * heights[0], abs=0.1)
    assert heights[2] == pytest.approx(8 * heights[0], abs=0.1)
    assert plot.bars[0].y == pytest.approx(plot.bars[1].y + plot.bars[1].height, abs=0.02)
    assert [name.text for name in plot.names] == ["2019", "2020", "2021"]
    assert plot.says == "2019: 1 supporting, 3 mentioning; 2021: 8 supporting"
    assert plot_years({"2019": counts(0, 0, 0, 0)}) is None


@pytest.mark.parametrize("highest", [1, 4, 5, 6, 37, 99, 100, 101, 2500, 123456])
def test_the_axis_holds_the_highest_column_in_few_whole_steps(highest: int) -> None:
    plot = plot_years({"2019": counts(highest, 0, 0, 0)})
    assert plot is not None
    values = [int(label.text.replace(",", "")) for label in plot.labels]
    assert 2 <= len(values) <= 6
    assert values[0] == 0 and values[-2] < highest <= values[-1]
    assert all(bar.y >= 0 for bar in plot.bars)


def test_a_century_of_years_fits_with_some_of_them_named() -> None:
    plot = plot_years({str(year): counts(1, 1, 1, 1) for year in range(1920, 2021)})
    assert plot is not None
    assert all(bar.x >= 0 and bar.x + bar.width <= plot.width for bar in plot.bars)
    assert plot.names[-1].text == "2020"
    assert len(plot.names) < 20


def test_rows_of_sections_end_with_their_sums() -> None:
    plot = plot_sections({"results": counts(2, 1, 0, 0), "methods": counts(0, 0, 0, 0)})
    assert plot is not None
    assert [label.text for label in plot.labels] == ["3", "0"]
    assert sum(bar.width for bar in plot.bars) + 104 + 64 == pytest.approx(plot.width, abs=0.1)


def test_csv_and_page_of_a_reference_check_name_what_was_skipped(
    report_searcher: Searcher, tmp_path: Path
) -> None:
    path = tmp_path / "refs.txt"
    path.write_text("nothing <i>\n10.5555/three\n10.4444/x\n")
    check = check_references(report_searcher, path)
    rows = list(csv.DictReader(StringIO(check_csv(check))))
    assert [(row["line"], row["total"], row["retracted"]) for row in rows] == [
        ("1", "", ""), ("2", "0", "yes"), ("3", "", "no"),
    ]  # fmt: skip
    assert rows[0]["skipped"].startswith("no DOI")
    assert rows[1]["notices"] == "retraction (doi:10.5555/taken.back)"
    shown = check_html(check, report_searcher.info(), version="1")
    assert "RETRACTED" in shown and "not in the index" in shown
