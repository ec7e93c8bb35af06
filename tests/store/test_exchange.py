"""An exported store comes back without loss, and a damaged one not at all."""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from semsearch.encode.recipe import StatementRecipe
from semsearch.errors import (
    InputError,
    MismatchError,
    MissingIndexError,
    StorageError,
    UsageError,
)
from semsearch.index import exchange
from semsearch.index.build import Builder
from semsearch.index.citation_types import correct_citation, list_corrections
from semsearch.index.exchange import export_store, import_store, store_lines
from semsearch.index.layout import Layout
from semsearch.index.verify import verify
from semsearch.parse.packages import ArticleFiles
from semsearch.records import (
    AbstractPart,
    Account,
    Author,
    Box,
    Citation,
    CitationType,
    Document,
    Marker,
    Notice,
    NoticeKind,
    Paper,
    Place,
    Reference,
    Section,
    Service,
    Source,
    Span,
    Statement,
)
from semsearch.store.database import Database, write_back
from semsearch.store.exchange import forms
from semsearch.store.outside import (
    OutsideCount,
    OutsideFact,
    OutsideMetadata,
    OutsideNotice,
    write_fact,
)
from semsearch.store.writing import FileRecord, remove_paper, write_document

LIMIT = 10**7
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "store-export.md").read_text("utf-8")
TABLES = (
    "papers", "notices", "cited_works", "statements", "citations", "files", "outside",
    "outside_notices", "type_corrections",
)  # fmt: skip


def rows_of(store: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(store)) as connection:
        return {
            table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr)  # noqa: S608
            for table in TABLES
        }


def builder(folder: Path, encoder: Any) -> Builder:
    return Builder(folder=folder, encoder=encoder, recipe=StatementRecipe.TEXT, batch_tokens=4096)


@pytest.fixture
def index(demo: Path, tmp_path: Path, encoder: Any) -> Path:
    """The demo corpus with a correction, a paper that left and what a service said."""
    folder = tmp_path / "index"
    shutil.copytree(demo, folder)
    with closing(Database(Layout(folder).store)) as store:
        paper, statement = store.read(
            "SELECT paper, statement FROM citations c JOIN statements s ON s.id = c.statement"
            " ORDER BY s.id LIMIT 1"
        )[0]
        (other,) = store.read("SELECT max(id) FROM papers WHERE id <> ?", (paper,))[0]
        said = OutsideMetadata(title="Told", authors=(Author(family="Void"),))
        notices = (OutsideNotice(kind=NoticeKind.RETRACTION, other="doi:10.5555/taken.back"),)
        for fact in (
            OutsideFact(work=paper, service=Service.CROSSREF, looked="2026", said=said,
                        notices=notices),
            OutsideFact(work=paper, service=Service.OPENCITATIONS, looked="2026",
                        said=OutsideCount(citations=7)),
            OutsideFact(work="doi:10.5555/x", service=Service.CROSSREF, looked="2026", said=None),
        ):  # fmt: skip
            write_fact(store.connection, fact)
    correct_citation(folder, statement, CitationType.CONTRASTING)
    builder(folder, encoder).remove([other])
    return folder


def test_imported_store_builds_the_same_index(index: Path, tmp_path: Path, encoder: Any) -> None:
    out, copy = tmp_path / "store.jsonl", tmp_path / "copy"
    export_store(index, out)
    counts = import_store(out, copy)
    assert counts["paper"] == 35
    assert counts["outside"] == 3
    assert b"".join(store_lines(copy)) == out.read_bytes()
    again = builder(copy, encoder).build().index
    original = builder(index, encoder).build().index
    assert again.content_digest == original.content_digest
    assert again.counts == original.counts
    assert verify(copy, max_bytes=LIMIT).sound
    assert list_corrections(copy) == list_corrections(index)
    mine, theirs = rows_of(Layout(copy).store), rows_of(Layout(index).store)
    assert {name: mine[name] for name in TABLES if name not in ("papers", "statements")} == {
        name: theirs[name] for name in TABLES if name not in ("papers", "statements")
    }


def test_paper_that_left_is_in_it_with_all_that_was_derived(index: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    import_store(store_lines(index), copy)
    sql = (
        "SELECT c.* FROM citations c JOIN statements s ON s.id = c.statement"
        " WHERE s.last_seen IS NOT NULL ORDER BY c.statement, c.reference"
    )
    with (
        closing(Database(Layout(index).store)) as old,
        closing(Database(Layout(copy).store)) as new,
    ):
        gone = [tuple(row) for row in old.read(sql)]
        assert gone == [tuple(row) for row in new.read(sql)]
        assert any(row[3] is not None for row in gone)
        # Generations are counted from the published one, which is the second.
        assert new.read("SELECT DISTINCT first_seen, last_seen FROM statements ORDER BY 2")[1][
            :
        ] == (-1, -1)


def test_model_decisions_are_left_out_and_labels_stay(index: Path) -> None:
    with closing(sqlite3.connect(Layout(index).store)) as store, store:
        store.execute(
            "UPDATE citations SET type = 'supporting', decided_by = 'label', confidence = 0.5"
            " WHERE decided_by <> 'person' AND statement = (SELECT max(statement) FROM citations"
            " WHERE decided_by <> 'person')"
        )
    decided = [
        citation["decided_by"]
        for line in map(orjson.loads, store_lines(index))
        if line["record"] == "statement" and line["last_seen"] is None
        for citation in line["citations"]
    ]
    assert set(decided) == {None, "label"}


def test_lines_are_of_one_moment(
    index: Path, tmp_path: Path, encoder: Any, article: Callable[..., bytes]
) -> None:
    before = list(store_lines(index))
    lines = store_lines(index)
    begun = list(islice(lines, 3))
    (tmp_path / "new.xml").write_bytes(article('<p>Rain fell [<xref rid="B1">1</xref>].</p>'))
    builder(index, encoder).build(ArticleFiles((tmp_path / "new.xml",), LIMIT))
    assert begun + list(lines) == before
    assert list(store_lines(index)) != before


def test_every_damaged_line_is_refused_and_nothing_is_left(index: Path, tmp_path: Path) -> None:
    lines = list(store_lines(index))
    copy = tmp_path / "copy"
    chosen = sorted({0, 1, 2, 3, len(lines) // 2, *range(len(lines) - 8, len(lines))})
    for number in chosen:
        line = lines[number]
        middle = len(line) // 2
        for damaged in (
            line[:middle],
            line[:middle] + bytes([line[middle] ^ 1]) + line[middle + 1 :],
            b"",
            line + line,
            b"\n",
            b"[]\n",
            line.replace(b'"record":', b'"recorded":'),
        ):
            changed = [*lines[:number], *damaged.splitlines(keepends=True), *lines[number + 1 :]]
            with pytest.raises(InputError, match=r"^standard input, line [0-9]+: ."):
                import_store(changed, copy)
            assert [path.name for path in copy.iterdir()] == ["LOCK"]
    for number in (0, 1, len(lines) - 1):
        with pytest.raises(InputError, match=f"line {number + 1}: the file is cut, expected"):
            import_store(lines[:number], copy)
    import_store(lines, copy)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'"section":"', b'"section":"x', r"field 'section'"),
        (b'"first_seen":0', b'"first_seen":5', r"field 'first_seen'"),
        (b'"ordinal":0', b'"ordinal":"0"', r"field 'ordinal'"),
        (b'"paper":"doi:', b'"paper":"pmid:', "expected a paper that stands in a line before"),
        (b'"text":"', b'"text":"\xff', "line 2: "),
        (b'"heading":', b'"more":1,"heading":', r"field 'more'"),
    ],
)
def test_refusal_says_what_was_expected(
    demo: Path, tmp_path: Path, old: bytes, new: bytes, said: str
) -> None:
    lines = list(store_lines(demo))
    number = next(
        n for n, line in enumerate(lines) if b'"record":"statement"' in line and old in line
    )
    changed = lines[number].replace(old, new, 1)
    assert changed != lines[number]
    with pytest.raises(InputError, match=said.replace("line 2", f"line {number + 1}")):
        import_store([*lines[:number], changed, *lines[number + 1 :]], tmp_path / "copy")


def test_newer_format_and_other_files_are_refused(demo: Path, tmp_path: Path) -> None:
    lines = list(store_lines(demo))
    newer = lines[0].replace(b'"format":1', b'"format":2')
    with pytest.raises(MismatchError, match="the format is 2"):
        import_store([newer, *lines[1:]], tmp_path / "copy")
    (tmp_path / "a.xml").write_bytes(b"<article>\n</article>\n")
    with pytest.raises(InputError, match=r"a\.xml, line 1: .* expected one JSON object"):
        import_store(tmp_path / "a.xml", tmp_path / "copy")
    with pytest.raises(InputError, match="cannot be read"):
        import_store(tmp_path / "nothing", tmp_path / "copy")
    with pytest.raises(UsageError, match="holds an index, expected a new or an empty folder"):
        import_store(lines, demo)
    with pytest.raises(MissingIndexError):
        export_store(tmp_path / "nothing", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_a_killed_import_left_is_no_hindrance(demo: Path, tmp_path: Path) -> None:
    copy = Layout(tmp_path / "copy")
    copy.folder.mkdir()
    for ending in ("", "-wal", "-shm"):
        copy.store.with_name(f"store.sqlite.partial{ending}").write_bytes(b"half")
    import_store(store_lines(demo), copy.folder)
    assert sorted(path.name for path in copy.folder.iterdir()) == ["LOCK", "store.sqlite"]


@pytest.mark.parametrize(
    "form",
    [forms.Head, forms.PaperForm, forms.NoticeForm, forms.ReferenceForm, forms.StatementForm,
     forms.CitationForm, forms.FileForm, forms.OutsideForm, forms.OutsideNoticeForm,
     forms.CorrectionForm, forms.End],
)  # fmt: skip
def test_fields_of_lines_are_described_in_their_order(form: type[BaseModel]) -> None:
    told = re.findall(r"`(\w+)`", PAGE)
    fields = [name for name in form.model_fields if name != "record"]
    wanted = iter(told)
    assert all(field in wanted for field in fields), "a field is missing or out of its place"


_TEXT = st.text(max_size=8)
_MAYBE = st.none() | _TEXT
_WHOLE = st.integers(-(2**63), 2**63 - 1)
_COUNT = st.integers(0, 2**40)
_AUTHORS = st.lists(st.builds(Author), max_size=2).map(tuple)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A paper with references and statements as no reader would give them."""
    paper = draw(
        st.builds(
            Paper,
            id=st.text(min_size=1, max_size=4),
            abstract=st.lists(st.builds(AbstractPart), max_size=2).map(tuple),
            year=st.none() | _WHOLE,
            publication_types=st.lists(_TEXT, max_size=2).map(tuple),
            authors=_AUTHORS,
            notices=st.lists(st.builds(Notice, source=st.none()), max_size=2).map(tuple),
            source=st.builds(Source),
            corpusid=_MAYBE,
        )
    )
    keys = draw(st.lists(_TEXT, max_size=3, unique=True))
    references = tuple(
        draw(
            st.builds(
                Reference, paper=st.just(paper.id), key=st.just(key), year=st.none() | _WHOLE,
                authors=_AUTHORS, corpusid=_MAYBE,
            )
        )
        for key in keys
    )  # fmt: skip
    names = draw(st.lists(_TEXT, max_size=3, unique=True))
    number = st.floats(allow_nan=False, allow_infinity=False)
    box = st.builds(Box, page=_COUNT, x=number, y=number, width=number, height=number)
    statements = tuple(
        draw(
            st.builds(
                Statement,
                id=st.just(f"{paper.id} {name}"),
                paper=st.just(paper.id),
                ordinal=_COUNT,
                section=st.sampled_from(Section),
                place=st.sampled_from(Place),
                markers=st.lists(st.builds(Marker, start=_COUNT, end=_COUNT), max_size=2).map(
                    tuple
                ),
                span=st.builds(
                    Span, start=_COUNT, end=_COUNT, boxes=st.lists(box, max_size=2).map(tuple)
                ),
            )
        )
        for name in names
    )
    citations = tuple(
        draw(
            st.builds(
                Citation,
                statement=st.just(statement.id),
                reference=st.just(key),
                marker=_COUNT,
                target=st.none(),
                type=st.sampled_from(CitationType),
                confidence=st.none() | st.floats(0, 1),
                decided_by=st.sampled_from([None, "label"]),
                intents=st.lists(_TEXT, max_size=2).map(tuple),
            )
        )
        for statement in statements
        for key in keys
    )
    account = draw(
        st.builds(
            Account, xrefs=_COUNT, expanded=_COUNT, citations=_COUNT,
            excluded=st.dictionaries(_TEXT, _COUNT, max_size=2),
            warnings=st.lists(_TEXT, max_size=2).map(tuple),
        )
    )  # fmt: skip
    return Document(
        paper=paper,
        references=references,
        statements=statements,
        citations=citations,
        account=account,
    )


@settings(max_examples=40)
@given(found=st.lists(documents(), max_size=4, unique_by=lambda one: one.paper.id))
def test_whatever_a_store_holds_comes_back(found: list[Document]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index, copy = Layout(Path(folder) / "index"), Layout(Path(folder) / "copy")
        index.folder.mkdir()
        with closing(Database(index.store)) as store:
            for number, document in enumerate(found):
                record = FileRecord(
                    name=f"file {number}", package="package", member=None, sha256=None,
                    reader="reader 1", paper=document.paper.id, error=None, statements=0,
                    account=document.account,
                )  # fmt: skip
                write_document(store, document, record, generation=0)
            for document in found[::3]:
                remove_paper(store, document.paper.id, generation=0)
        lines = list(store_lines(index.folder))
        import_store(lines, copy.folder)
        assert rows_of(copy.store) == rows_of(index.store)
        assert list(store_lines(copy.folder)) == lines


def test_store_that_cannot_be_made_whole_is_not_put_in_place(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_store(demo, tmp_path / "store.jsonl")

    def full(_: object, path: Path) -> None:
        raise StorageError(f"{path}: database or disk is full")

    monkeypatch.setattr(exchange, "write_back", full)
    with pytest.raises(StorageError, match="disk is full"):
        import_store(tmp_path / "store.jsonl", tmp_path / "copy")
    assert [path.name for path in (tmp_path / "copy").iterdir()] == ["LOCK"]


def test_log_that_somebody_reads_is_not_taken_for_written_back(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with closing(Database(path)) as database, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM papers").fetchone()
        database.connection.execute("PRAGMA busy_timeout = 0")
        with database.atomic() as connection:
            connection.execute("DELETE FROM works_made")
            connection.execute("INSERT INTO works_made VALUES ('a', 'b')")
        with pytest.raises(StorageError, match="is read by another process"):
            write_back(database.connection, path)
        other.rollback()
        write_back(database.connection, path)
        assert path.with_name("store.sqlite-wal").stat().st_size == 0
