"""Every tally of an index adds up, and one that does not is named."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from semsearch.encode.recipe import StatementRecipe
from semsearch.index.build import Builder
from semsearch.index.layout import Layout
from semsearch.parse.packages import ArticleFiles
from semsearch.report import about, sums
from semsearch.report.sums import SumCheck, check_sums, check_tallies
from semsearch.store.cited import CitationTo, citations_to, citing_counts
from semsearch.store.database import Database

ROOT = Path(__file__).resolve().parent.parent.parent


def build(folder: Path, files: ArticleFiles, words: Any) -> Path:
    recipe = StatementRecipe.TEXT
    Builder(folder=folder, encoder=words(), recipe=recipe, batch_tokens=4096).build(files)
    return folder


def counted(folder: Path) -> tuple[int, int]:
    """Works that statements cite, and citations, by the plainest of queries."""
    layout = Layout(folder)
    database = Database(layout.store_of(layout.published()), read_only=True)
    row = database.read(
        "SELECT count(DISTINCT c.target), count(*) FROM citations c"
        " JOIN statements s ON s.id = c.statement WHERE s.last_seen IS NULL"
    )[0]
    database.close()
    return row[0], row[1]


def sound(folder: Path, outcome: SumCheck) -> None:
    assert outcome.faults == ()
    assert (outcome.works, outcome.citations) == counted(folder)


def test_tallies_of_the_demo_corpus_add_up(tmp_path: Path, hashed_words: Any) -> None:
    script = ROOT / "scripts" / "make_demo_corpus.py"
    subprocess.run([sys.executable, str(script), str(tmp_path / "corpus")], check=True)  # noqa: S603
    folder = build(tmp_path / "i", ArticleFiles((tmp_path / "corpus",), 10**7), hashed_words)
    outcome = check_tallies(folder)
    sound(folder, outcome)
    assert outcome.works > 30


def test_tallies_of_real_articles_add_up(data: Path, tmp_path: Path, hashed_words: Any) -> None:
    package = sorted((data / "jats").glob("*small*.tar.gz"))
    if not package:
        pytest.skip("no package of real articles")
    files = list(islice(ArticleFiles((package[0],), 10**8), 12))
    for number, file in enumerate(files):
        assert file.content is not None
        (tmp_path / f"{number}.xml").write_bytes(file.content)
    folder = build(tmp_path / "i", ArticleFiles((tmp_path,), 10**8), hashed_words)
    outcome = check_tallies(folder)
    sound(folder, outcome)
    assert outcome.works > 100
    assert 0 < outcome.without_work < outcome.citations


def test_tallies_of_the_whole_real_index_add_up(real_index: Path) -> None:
    sound(real_index, check_tallies(real_index))


@pytest.fixture
def store(reported: Path, tmp_path: Path) -> Iterator[Database]:
    """A copy that may be damaged."""
    whole = Database(Layout(reported).store_of(1), read_only=True)
    whole.copy(tmp_path / "store.sqlite")
    whole.close()
    opened = Database(tmp_path / "store.sqlite")
    yield opened
    opened.close()


def test_a_sound_store_has_no_faults(store: Database) -> None:
    outcome = check_sums(store)
    assert outcome == SumCheck(works=2, citations=19, without_work=0, faults=())


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("UPDATE citations SET type = 'praising'", "19 citations are of the type 'praising'"),
        (
            "UPDATE citations SET target = 'doi:10.5555/gone' WHERE type = 'contrasting'",
            "2 citations lead to doi:10.5555/gone, which is no work",
        ),
        (
            "UPDATE citations SET self_certainty = NULL WHERE self_citation",
            "the sum by self-certainty is (0, 0, 0, 0), expected (",
        ),
    ],
)
def test_what_the_store_lacks_is_named(store: Database, sql: str, fault: str) -> None:
    with store.atomic() as connection:
        assert connection.execute(sql).rowcount
    assert fault in check_sums(store).faults[0]


def _less(found: list[Any]) -> list[Any]:
    return found[:-1]


def _as_one_paper(found: list[CitationTo]) -> list[CitationTo]:
    return [replace(one, paper="doi:10.5555/one") for one in found]


@pytest.mark.parametrize(
    ("place", "name", "change", "fault"),
    [
        ("semsearch.report.tally", "citing_counts", _less, "the tally is Tally("),
        ("semsearch.report.sums", "citations_to", _less, "the tally of its report is Tally("),
        ("semsearch.report.sums", "citations_to", _as_one_paper, "the tally of its report is"),
    ],
)
def test_a_reading_that_loses_citations_is_named(
    store: Database, monkeypatch: pytest.MonkeyPatch, place: str, name: str, change: Any, fault: str
) -> None:
    readings: dict[str, Any] = {"citing_counts": citing_counts, "citations_to": citations_to}
    reading = readings[name]

    def changed(*arguments: Any) -> Any:
        return change(reading(*arguments))

    monkeypatch.setattr(f"{place}.{name}", changed)
    faults = check_sums(store).faults
    assert any(fault in one for one in faults)
    assert all(one.startswith("doi:10.5555/") for one in faults)


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        ("by_year", "the sum by year is"),
        ("by_section", "the sum by section is"),
        ("by_relationship", "the sum by relationship is"),
        ("by_journal", "the sum by journal is"),
        ("by_publication_type", "the sum by publication type is"),
    ],
)
def test_a_breakdown_that_loses_citations_is_named(
    store: Database, monkeypatch: pytest.MonkeyPatch, part: str, fault: str
) -> None:
    def lossy(statements: Any) -> about.Breakdown:
        whole = about.break_down(statements)
        return replace(
            whole, **{part: {one: about.tally_about(()) for one in getattr(whole, part)}}
        )

    monkeypatch.setattr(sums, "break_down", lossy)
    found = check_sums(store).faults
    assert found
    assert any(fault in one for one in found)
