"""The store: one paper a transaction, and what is kept of what goes away."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from semsearch.errors import DamageError, MismatchError, MissingIndexError, NotFoundError
from semsearch.parse.jats import read_jats
from semsearch.records import Document, Notice, NoticeKind
from semsearch.store.database import MIGRATIONS, Database
from semsearch.store.reading import (
    citations,
    cited_works,
    count_files,
    count_statements,
    file_record,
    live_statements,
    paper_id_of,
    papers,
    references,
    statements,
    statements_of,
    times_cited,
)
from semsearch.store.stale import is_copy
from semsearch.store.writing import FileRecord, remove_paper, write_document

Article = Callable[..., bytes]
CITING = '<p>{} [<xref ref-type="bibr" rid="B1">1</xref>].</p>'


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "store.sqlite")
    yield opened
    opened.close()


def make(article: Article, *sentences: str, **parts: object) -> Document:
    body = "".join(CITING.format(sentence) for sentence in sentences)
    return read_jats(article(body, **parts), package="/test.xml")


def write(database: Database, document: Document, generation: int = 0) -> None:
    source = document.paper.source
    record = FileRecord(
        name=str(source),
        package=source.package,
        member=source.member,
        sha256=source.sha256,
        reader="jats 1",
        paper=document.paper.id,
        error=None,
        statements=len(document.statements),
        account=document.account,
    )
    write_document(database, document, record, generation=generation)


def seen(database: Database) -> dict[str, tuple[int, int | None]]:
    rows = database.read("SELECT text, first_seen, last_seen FROM statements")
    return {row["text"]: (row["first_seen"], row["last_seen"]) for row in rows}


def test_document_comes_back_as_it_was(database: Database, article: Article) -> None:
    document = make(
        article, "It holds", "It fails", front="<abstract><p>An <b/>end.</p></abstract>"
    )
    write(database, document)
    paper = document.paper.id
    assert papers(database, [paper]) == {paper: document.paper}
    assert tuple(statements_of(database, paper)) == document.statements
    assert tuple(references(database, paper)) == document.references
    ids = [s.id for s in document.statements]
    assert statements(database, ids) == {s.id: s for s in document.statements}
    assert [c for i in ids for c in citations(database, ids)[i]] == list(document.citations)
    listed = {reference.key: reference for reference in document.references}
    assert [pair for i in ids for pair in cited_works(database, ids)[i]] == [
        (citation, listed[citation.reference]) for citation in document.citations
    ]
    known = file_record(database, "/test.xml")
    assert known is not None
    assert known.account == document.account


@pytest.mark.parametrize("asked", [1, 2, 3, 64, 65, 899, 900, 901, 2500])
def test_list_of_any_length_is_read_once_and_in_order(database: Database, asked: int) -> None:
    names = [f"{number:04}" for number in range(asked)]
    sql = "SELECT value FROM json_each(?) WHERE value IN ({}) ORDER BY value"
    known = "[" + ", ".join(f'"{name}"' for name in [*names, "other"]) + "]"
    rows = database.read_in(sql.replace("?", f"'{known}'"), [*reversed(names), *names])
    assert [row["value"] for row in rows] == names
    assert list(database.read_in(sql.replace("?", f"'{known}'"), [])) == []


def test_live_statements_are_paged_by_id(database: Database, article: Article) -> None:
    write(database, make(article, *(f"Sentence {n}" for n in range(7))))
    pages, after = [], ""
    while page := live_statements(database, after=after, limit=3):
        pages.append([s.id for s, _ in page])
        after = page[-1][0].id
    assert [len(page) for page in pages] == [3, 3, 1]
    joined = [identity for page in pages for identity in page]
    assert joined == sorted(joined)


def test_statement_that_was_published_keeps_its_row_when_it_goes(
    database: Database, article: Article
) -> None:
    write(database, make(article, "It holds", "It fails"), generation=0)
    write(database, make(article, "It holds", "It wavers"), generation=3)
    assert seen(database) == {
        "It holds [1].": (1, None),
        "It fails [1].": (1, 3),
        "It wavers [1].": (4, None),
    }
    assert count_statements(database, ["doi:10.5555/test"]) == 2


def test_statement_that_was_never_published_leaves_no_trace(
    database: Database, article: Article
) -> None:
    write(database, make(article, "It fails"), generation=3)
    write(database, make(article, "It wavers"), generation=3)
    assert seen(database) == {"It wavers [1].": (4, None)}


def test_statement_that_comes_back_is_live_again(database: Database, article: Article) -> None:
    write(database, make(article, "It holds"), generation=0)
    write(database, make(article, "It fails"), generation=1)
    write(database, make(article, "It holds"), generation=2)
    assert seen(database)["It holds [1]."] == (1, None)


def test_removed_paper_keeps_its_published_statements(database: Database, article: Article) -> None:
    document = make(article, "It holds")
    write(database, document)
    assert remove_paper(database, document.paper.id, generation=2) == 1
    assert seen(database) == {"It holds [1].": (1, 2)}
    assert count_statements(database, ["doi:10.5555/test"]) == count_files(database) == 0
    assert paper_id_of(database, "10.5555/test") is None
    with pytest.raises(NotFoundError, match=r"no paper doi:10\.5555/test"):
        remove_paper(database, document.paper.id, generation=2)


@pytest.mark.parametrize("name", ["10.5555/TEST", "doi:10.5555/test", "/test.xml"])
def test_paper_is_found_by_each_of_its_names(
    database: Database, article: Article, name: str
) -> None:
    write(database, make(article, "It holds"))
    assert paper_id_of(database, name) == "doi:10.5555/test"


def test_citing_statements_of_a_work_are_counted(database: Database, article: Article) -> None:
    write(database, make(article, "It holds", "It fails"))
    assert times_cited(database, "doi:10.5555/cited.1") == 2
    assert times_cited(database, "doi:10.5555/cited.2") == 0


def test_paper_carries_the_notice_that_only_its_notice_names(
    database: Database, article: Article
) -> None:
    write(database, make(article, "It holds", doi="10.5555/bad"))
    related = (
        '<related-article related-article-type="retracted-article" ext-link-type="doi"'
        ' xlink:href="10.5555/bad"/>'
    )
    notice = read_jats(
        article(doi="10.5555/notice", kind="retraction", front=related), package="/notice.xml"
    )
    write(database, notice)
    assert papers(database, ["doi:10.5555/bad"])["doi:10.5555/bad"].notices == (
        Notice(kind=NoticeKind.RETRACTION, issued=False, other="doi:10.5555/notice"),
    )


def test_failed_transaction_leaves_no_trace(database: Database, article: Article) -> None:
    def fail() -> None:
        with database.atomic():
            write(database, make(article, "It holds"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert seen(database) == {}


def test_all_tables_are_strict_and_foreign_keys_hold(database: Database) -> None:
    tables = database.read("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    assert len(tables) >= 6
    assert all("STRICT" in table["sql"] for table in tables)
    assert database.read("PRAGMA foreign_keys")[0][0] == 1
    assert database.read("PRAGMA journal_mode")[0][0] == "wal"
    with pytest.raises(sqlite3.IntegrityError), database.atomic() as connection:
        connection.execute(
            "INSERT INTO cited_works (paper, key, position, authors, raw)"
            " VALUES ('nobody', 'B1', 0, '[]', '')"
        )


def test_store_of_a_newer_version_is_refused_with_both_numbers(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    Database(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    message = f"store version {len(MIGRATIONS) + 1}, .* up to {len(MIGRATIONS)}"
    with pytest.raises(MismatchError, match=message):
        Database(path)


def test_file_that_is_no_database_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.write_bytes(b"this is not a database, but long enough to be looked at" * 20)
    with pytest.raises(DamageError, match=r"store\.sqlite is not a usable SQLite file"):
        Database(path)


def test_missing_store_is_a_missing_index_when_reading(tmp_path: Path) -> None:
    with pytest.raises(MissingIndexError, match="holds no index"):
        Database(tmp_path / "store.sqlite", read_only=True)


def test_connections_of_threads_that_ended_are_closed(database: Database, tmp_path: Path) -> None:
    def opened() -> int:
        links = (one.readlink() for one in Path("/proc/self/fd").iterdir() if one.is_symlink())
        return sum(link == database.path for link in links)

    def ask() -> None:
        database.read("SELECT count(*) FROM papers")

    for _ in range(20):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    assert opened() <= 4  # this thread, the last one that asked, and what SQLite has yet to close


def test_copy_holds_what_was_committed_and_stays_as_it_is(
    database: Database, article: Article, tmp_path: Path
) -> None:
    write(database, make(article, "It holds"))
    path = tmp_path / "copy.sqlite"
    database.copy(path)
    assert is_copy(path, database)
    write(database, make(article, "It fails"))
    assert not is_copy(path, database)
    copied = Database(path, read_only=True)
    assert [s.text for s, _ in live_statements(copied)] == ["It holds [1]."]
    copied.close()
    assert not is_copy(tmp_path / "none.sqlite", database)
