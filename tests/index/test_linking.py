"""What changed papers have to do with is linked by itself, as if all were linked anew."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from semsearch.index import linking, target_titles
from semsearch.index.linking import resolve_targets
from semsearch.progress import Quiet
from semsearch.records import (
    Account,
    Author,
    Citation,
    Document,
    Paper,
    Place,
    Reference,
    Section,
    Source,
    Span,
    Statement,
)
from semsearch.store.changes import Change, begin_changes, changed, resume_changes
from semsearch.store.database import Database
from semsearch.store.writing import FileRecord, remove_paper, write_document

JOURNALS = (None, None, "Journal of Invented Botany", "Acta Ficta", "J Invent Bot")
TITLES = (
    "Salt stress alters the ion balance of invented barley roots",
    "Salt stress alters the ion balance of invented barley root",
    "Heat stress alters the ion balance of invented barley roots",
    "Salt stress alters the ion balance of invented barley leaves",
    "Salt stress alters the ion balance of invented barley roots: a study",
    "Salt stress alters the ion balance of invented barley root 2",
    "Editorial",
    "Journal of Invented Botany",
    "Acta Ficta",
    "J. Inv. Bot.",
    "A wholly other work on the frost of rice in valleys",
    None,
)
PEOPLE = tuple(
    Author(family=family, given=given)
    for family, given in (
        ("Maresti", "Ana"), ("Maresti", "Ada"), ("Maresti", "Amy"), ("Maresti", "A. B."),
        ("Wang", "Y. A."), ("Wang", "Y. B."), ("Wang", "Y. C."), ("Wang", "Y"), ("et al", None),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """What a reference list, or a paper, says of a work."""

    title: str | None
    year: int | None
    journal: str | None
    authors: tuple[Author, ...]
    doi: str | None
    pmid: str | None
    place: str

    def parts(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "year": self.year,
            "journal": self.journal,
            "authors": self.authors,
            "pmid": self.pmid,
        }


def sometimes(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.none() | strategy


MADE = st.builds(
    Made,
    title=st.sampled_from((*TITLES[:2], *TITLES)),
    year=st.sampled_from([None, 2013, 2014, 2014, 2015, 2016]),
    journal=st.sampled_from(JOURNALS),
    authors=st.lists(st.sampled_from(PEOPLE), max_size=2).map(tuple),
    doi=sometimes(st.sampled_from([f"10.5555/{n}" for n in range(5)])),
    pmid=sometimes(st.sampled_from([str(n) for n in range(1, 5)])),
    place=st.sampled_from(["", "12:301-309", "12:301", "7:55-57"]),
)
#: A paper, and what it becomes: itself with a list, or None where it goes.
STEP = st.tuples(st.integers(0, 4), st.none() | st.tuples(MADE, st.lists(MADE, max_size=6)))
Step = tuple[int, tuple[Made, list[Made]] | None]
STEPS = st.lists(st.lists(STEP, min_size=1, max_size=2), min_size=1, max_size=5)


def document(number: int, own: Made, listed: list[Made]) -> Document:
    identity = f"doi:10.5555/{number}"
    references = tuple(
        Reference(
            paper=identity, key=f"B{n}", label=None, doi=one.doi, pmcid=None, arxiv=None,
            raw=f"{one.title or ''} {one.journal or ''} {one.year or ''} {one.place}",
            **one.parts(),
        )
        for n, one in enumerate(listed)
    )  # fmt: skip
    return Document(
        paper=Paper(
            id=identity, doi=f"10.5555/{number}", pmcid=None, abstract=(), publisher=None,
            publication_types=(), license=None, notices=(),
            source=Source(package=f"/{number}", member=None, sha256="0" * 64, format="jats"),
            **own.parts(),
        ),
        references=references,
        statements=(
            Statement(
                id=f"s{number}", paper=identity, ordinal=0, text="It holds.", before=None,
                after=None, heading=None, section=Section.RESULTS, place=Place.PARAGRAPH,
                markers=(), span=Span(path="/", start=0, end=9),
            ),
        ),
        citations=tuple(
            Citation(statement=f"s{number}", reference=one.key, marker=0, target=None)
            for one in references
        ),
        account=Account(),
    )  # fmt: skip


def write(database: Database, number: int, own: Made, listed: list[Made]) -> None:
    made = document(number, own, listed)
    record = FileRecord(
        name=f"/{number}", package=f"/{number}", member=None, sha256="0" * 64, reader="jats 1",
        paper=made.paper.id, error=None, statements=1, account=Account(),
    )  # fmt: skip
    write_document(database, made, record, generation=1)


def rows(path: Path, *queries: str) -> list[list[str]]:
    with closing(sqlite3.connect(path)) as file:
        return [sorted(map(repr, file.execute(sql).fetchall())) for sql in queries]


def derived(path: Path) -> list[list[str]]:
    """All that the store derives from papers and lists."""
    tables = ("works", "work_names", "resolutions", "link_conflicts")
    live = (
        "SELECT c.* FROM citations c JOIN statements s ON s.id = c.statement"
        " WHERE s.last_seen IS NULL"
    )
    return rows(path, *(f"SELECT * FROM {table}" for table in tables), live)  # noqa: S608


def kept(path: Path) -> list[object]:
    """What is kept of the linking, whatever its ids are."""
    components: dict[int, set[str]] = {}
    with closing(sqlite3.connect(path)) as file:
        for key, component in file.execute("SELECT key, component FROM nodes"):
            components.setdefault(component, set()).add(key)
        for (content,) in file.execute("SELECT features FROM entries"):
            assert array("q", content).itemsize == 8
    return [
        sorted(map(sorted, components.values())),
        *rows(
            path,
            "SELECT e.paper, e.key, n.key, e.features FROM entries e"
            " LEFT JOIN nodes n ON n.id = e.node",
            "SELECT e.paper, e.key, f.feature FROM features f"
            " LEFT JOIN entries e ON e.id = f.entry",
            "SELECT key, work, has_doi, blocks FROM nodes",
            "SELECT n.key, b.block FROM blocks b LEFT JOIN nodes n ON n.id = b.node",
            "SELECT * FROM forms",
        ),
    ]


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How often all was linked, and how often what changed."""
    counts: Counter[str] = Counter()

    def counted(name: str) -> Callable[..., object]:
        real = getattr(linking, name)

        def call(*arguments: object) -> object:
            done = real(*arguments)
            counts[name] += done is not False
            return done

        return call

    for name in ("_make", "_change"):
        monkeypatch.setattr(linking, name, counted(name))
    yield counts


def relink(database: Database, path: Path, generation: int) -> None:
    resume_changes(database, generation)
    told = changed(database, Change.TEXT, generation)
    resolve_targets(database, Quiet(), kept=path, changed=told)


def check_history(folder: Path, steps: list[list[Step]]) -> None:
    """Every state of a history is that of a store that was filled at once."""
    database = Database(folder / "store.sqlite")
    resolve_targets(database, Quiet(), kept=folder / "targets.sqlite")
    generation = 1
    begin_changes(database, generation)
    held: dict[int, tuple[Made, list[Made]]] = {}
    for place, step in enumerate(steps):
        for number, made in step:
            if made is not None:
                write(database, number, *made)
                held[number] = made
            elif held.pop(number, None) is not None:
                remove_paper(database, f"doi:10.5555/{number}", generation=1)
        relink(database, folder / "targets.sqlite", generation)
        if place % 3 != 1:  # else what changed is told again with what changes next
            generation += 1
            begin_changes(database, generation)
        fresh = Database(folder / f"fresh{place}.sqlite")
        for number, made in held.items():
            write(fresh, number, *made)
        resolve_targets(fresh, Quiet(), kept=folder / f"kept{place}.sqlite")
        fresh.close()
        assert derived(database.path) == derived(fresh.path)
        assert kept(folder / "targets.sqlite") == kept(folder / f"kept{place}.sqlite")
    database.close()


@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=20,
)
@given(steps=STEPS)
@pytest.mark.parametrize("window", [False, True])
def test_any_history_leads_references_where_linking_all_leads_them(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    ways: Counter[str],
    window: bool,
    steps: list[list[Step]],
) -> None:
    if window:
        monkeypatch.setattr(target_titles, "_ALL_PAIRS", 3)
        monkeypatch.setattr(target_titles, "_WINDOW", 1)
    ways.clear()
    check_history(tmp_path_factory.mktemp("history"), steps)
    assert ways["_make"] == 1 + len(steps)  # at the beginning, and of each store filled at once


def test_work_that_comes_between_two_in_a_large_block_parts_them_until_it_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ways: Counter[str]
) -> None:
    monkeypatch.setattr(target_titles, "_ALL_PAIRS", 3)
    monkeypatch.setattr(target_titles, "_WINDOW", 1)
    first, second, between, before, behind = (
        Made(title, 2014, None, PEOPLE[:1], None, None, "")
        for title in (
            TITLES[1],
            TITLES[0],
            TITLES[5],
            "Salt stress alters a wholly other thing of fields",
            "Salt stress alters the young wheat of some other fields",
        )
    )
    lists = {0: [first, before], 2: [second, behind]}
    start: list[Step] = [(number, (OTHER, listed)) for number, listed in lists.items()]
    check_history(tmp_path, [start, [(1, (OTHER, [between]))], [(1, None)]])
    works = [
        len(rows(tmp_path / f"fresh{step}.sqlite", "SELECT id FROM works")[0]) for step in range(3)
    ]
    # The one that came, the paper that lists it, and one of the two that were one.
    assert works == [works[0], works[0] + 3, works[0]]
    assert ways["_change"] == 3


def made(title: str | None, person: Author | None, **parts: Any) -> Made:
    said = {"year": 2014, "journal": None, "doi": None, "pmid": None, "place": ""} | parts
    return Made(title=title, authors=() if person is None else (person,), **said)


SILENT = made(None, None, year=None)
FROST = "Frost of rice in invented valleys"
LEAVES = "Quite other notes on leaves of barley"


@pytest.mark.parametrize(
    ("first", "second", "coming", "told"),
    [
        pytest.param(  # what most references say of a DOI is a tie
            (SILENT, [made(FROST, PEOPLE[0], doi="10.5555/9")]),
            (SILENT, [made(LEAVES, PEOPLE[4], doi="10.5555/9")]),
            (SILENT, [made(FROST, PEOPLE[4], year=1990)]),
            "SELECT work FROM resolutions WHERE paper = 'doi:10.5555/0'",
            id="how often a title is given",
        ),
        pytest.param(  # a DOI is not believed any more, and what is left says what another says
            (SILENT, [made("Editorial", PEOPLE[0], doi="10.5555/9")]),
            (SILENT, [made("Editorial", PEOPLE[0])]),
            (SILENT, [made(LEAVES, PEOPLE[4], doi="10.5555/9")] * 2),
            "SELECT work FROM resolutions WHERE paper = 'doi:10.5555/0'",
            id="whether a DOI is believed",
        ),
        pytest.param(
            (SILENT, [made("Acta Ficta", PEOPLE[0], place="12:301-309")]),
            (SILENT, [made(LEAVES, PEOPLE[4])]),
            (SILENT, [made(title, PEOPLE[4], journal="Acta Ficta") for title in TITLES[:2]]),
            "SELECT work FROM resolutions WHERE paper = 'doi:10.5555/0'",
            id="whether a name is a journal",
        ),
        pytest.param(
            (made(FROST, PEOPLE[4]), [made(TITLES[0], PEOPLE[7])]),
            (SILENT, [made(LEAVES, PEOPLE[0])]),
            (SILENT, [made(TITLES[2], PEOPLE[5]), made(TITLES[3], PEOPLE[6])]),
            "SELECT self_certainty FROM citations WHERE statement = 's0'",
            id="whether a name is common",
        ),
    ],
)
def test_what_papers_say_that_have_nothing_else_in_common_counts(
    tmp_path: Path,
    ways: Counter[str],
    first: tuple[Made, list[Made]],
    second: tuple[Made, list[Made]],
    coming: tuple[Made, list[Made]],
    told: str,
) -> None:
    check_history(tmp_path, [[(0, first), (2, second)], [(1, coming)], [(1, None)]])
    before, between, after = (rows(tmp_path / f"fresh{step}.sqlite", told) for step in range(3))
    assert before != between
    assert before == after
    assert ways["_change"] == 3


ONE = Made(TITLES[0], 2014, JOURNALS[2], PEOPLE[:1], "10.5555/7", None, "")
OTHER = Made(TITLES[10], 2015, None, PEOPLE[4:6], None, "3", "12:301")


class Twins:
    """A store of which changes are linked, and what is kept of it."""

    def __init__(self, folder: Path) -> None:
        self.store = Database(folder / "store.sqlite")
        self.kept = folder / "targets.sqlite"
        for number, listed in enumerate([[ONE, OTHER], [ONE], [OTHER]]):
            write(self.store, number, OTHER, listed)
        resolve_targets(self.store, Quiet(), kept=self.kept)
        begin_changes(self.store, 1)

    def change(self, *listed: Made) -> None:
        """Give a paper another list, and link what it has to do with."""
        write(self.store, 1, OTHER, list(listed))
        relink(self.store, self.kept, 1)

    def check(self, folder: Path) -> None:
        """All is as if the papers had been linked at once."""
        fresh = folder / "kept.sqlite"
        found, held = derived(self.store.path), kept(self.kept)
        with self.store.atomic() as connection:
            connection.execute("DELETE FROM works_made")
        resolve_targets(self.store, Quiet(), kept=fresh)
        assert (derived(self.store.path), kept(fresh)) == (found, held)


@pytest.fixture
def twins(tmp_path: Path, ways: Counter[str]) -> Iterator[Twins]:
    made = Twins(tmp_path)
    ways.clear()
    yield made
    made.store.close()


def test_change_is_linked_by_itself(tmp_path: Path, twins: Twins, ways: Counter[str]) -> None:
    twins.change(OTHER, OTHER)
    twins.change(ONE)
    assert ways == {"_change": 2}
    twins.check(tmp_path)


def test_without_word_of_what_changed_all_is_linked(
    tmp_path: Path, twins: Twins, ways: Counter[str]
) -> None:
    write(twins.store, 1, OTHER, [OTHER])
    resolve_targets(twins.store, Quiet(), kept=twins.kept)
    assert ways == {"_make": 1}
    twins.change(ONE)
    assert ways == {"_make": 1, "_change": 1}
    twins.check(tmp_path)


def test_change_that_reaches_far_is_linked_with_all(
    tmp_path: Path, twins: Twins, ways: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking, "MOST_ENTRIES", 3)
    twins.change(OTHER, ONE)
    assert ways == {"_make": 1, "_change": 0}
    twins.check(tmp_path)


def test_references_of_many_changed_papers_are_read_once(
    tmp_path: Path, twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking, "MOST_ENTRIES", 1)
    monkeypatch.setattr(linking, "closure_of", None)  # not even asked
    twins.change(OTHER, ONE)
    monkeypatch.undo()
    twins.check(tmp_path)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:8192])


def foreign(path: Path) -> None:
    path.write_text("no file of SQLite, however long it is" * 1000)


def contradicting(path: Path) -> None:
    """A sound file that names references which the store has not."""
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE entries SET key = key || 'x' WHERE key IS NOT NULL")


@pytest.mark.parametrize("harm", [Path.unlink, empty, cut, foreign, contradicting])
def test_what_is_kept_is_made_again_where_it_is_missing_or_damaged(
    tmp_path: Path, twins: Twins, ways: Counter[str], harm: Callable[[Path], None]
) -> None:
    harm(twins.kept)
    twins.change(OTHER)
    assert ways == {"_make": 1, "_change": 0}
    twins.change(ONE)
    assert ways == {"_make": 1, "_change": 1}
    twins.check(tmp_path)


@pytest.mark.parametrize("behind", ["store", "kept"])
def test_store_and_what_is_kept_of_two_moments_are_told_apart(
    tmp_path: Path, twins: Twins, ways: Counter[str], behind: str
) -> None:
    """A crash or a power cut between the two files; the papers' files are the same throughout."""
    path = twins.kept if behind == "kept" else twins.store.path
    twins.store.close()
    copy = tmp_path / "copy"
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    twins.change(OTHER)
    twins.store.close()
    copy.replace(path)
    ways.clear()
    twins.change(OTHER, ONE)
    assert ways == {"_make": 1, "_change": 0}
    twins.check(tmp_path)


def test_change_that_fails_leaves_no_trace(
    tmp_path: Path, twins: Twins, ways: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(twins.kept)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(linking, "change_forms", fail)
        with pytest.raises(KeyboardInterrupt):
            twins.change(OTHER)
    assert kept(twins.kept) == before
    relink(twins.store, twins.kept, 1)
    assert ways == {"_change": 1}
    twins.check(tmp_path)
