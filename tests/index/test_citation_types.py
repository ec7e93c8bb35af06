"""Types of the citations of a corpus: decided once, corrected for good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from semsearch.errors import NotFoundError
from semsearch.index.citation_types import decide_types
from semsearch.parse.jats import read_jats
from semsearch.progress import Quiet
from semsearch.records import CitationType
from semsearch.store.database import Database
from semsearch.store.labels import correct_type, mark_labels
from semsearch.store.reading import citations
from semsearch.store.writing import FileRecord, remove_paper, write_document

Article = Callable[..., bytes]
BODY = (
    "<sec><title>Discussion</title><p>Our results are consistent with those of Ng et al."
    ' [<xref ref-type="bibr" rid="B1">1</xref>], but contradict the findings of Li et al.'
    ' [<xref ref-type="bibr" rid="B2">2</xref>].</p></sec>'
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "store.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def put(database: Database, article: Article) -> Callable[[], str]:
    """Writes the article; the id of its statement."""

    def write() -> str:
        document = read_jats(article(BODY), package="/test.xml")
        source = document.paper.source
        record = FileRecord(
            name=str(source), package=source.package, member=None, sha256=source.sha256,
            reader="jats 1", paper=document.paper.id, error=None,
            statements=len(document.statements), account=document.account,
        )  # fmt: skip
        write_document(database, document, record, generation=1)
        return document.statements[0].id

    return write


def types_of(database: Database, statement: str) -> dict[str, tuple[str, str | None]]:
    found = citations(database, [statement])[statement]
    return {one.reference: (one.type.value, one.decided_by) for one in found}


def test_every_citation_gets_type_confidence_and_who_decided(
    database: Database, put: Callable[[], str]
) -> None:
    statement = put()
    assert decide_types(database, Quiet(), threshold=0.0) == 1
    found = {one.reference: one for one in citations(database, [statement])[statement]}
    assert found["B1"].type is CitationType.SUPPORTING
    assert found["B2"].type is CitationType.CONTRASTING
    for one in found.values():
        assert one.confidence is not None
        assert 1 / 3 <= one.confidence <= 1
        assert one.decided_by is not None
        assert one.decided_by.startswith("citation-types ")


def test_what_was_decided_is_not_decided_again(database: Database, put: Callable[[], str]) -> None:
    put()
    assert decide_types(database, Quiet(), threshold=0.5) == 1
    assert decide_types(database, Quiet(), threshold=0.5) == 0
    assert decide_types(database, Quiet(), threshold=0.6) == 1  # another threshold does


def test_below_the_threshold_a_citation_is_unclassified(
    database: Database, put: Callable[[], str]
) -> None:
    statement = put()
    decide_types(database, Quiet(), threshold=1.0)
    assert {kind for kind, _ in types_of(database, statement).values()} == {"unclassified"}


def test_labels_of_the_input_win(database: Database, put: Callable[[], str]) -> None:
    statement = put()
    with database.atomic() as connection:
        connection.execute("UPDATE citations SET type = 'mentioning' WHERE reference = 'B1'")
    assert mark_labels(database) == 1
    decide_types(database, Quiet(), threshold=0.0)
    assert types_of(database, statement)["B1"] == ("mentioning", "label")
    assert types_of(database, statement)["B2"][0] == "contrasting"


def test_a_correction_survives_rereading_removal_and_another_model(
    database: Database, put: Callable[[], str]
) -> None:
    statement = put()
    decide_types(database, Quiet(), threshold=0.0)
    assert correct_type(database, statement, CitationType.MENTIONING, "B2") == ["B2"]
    assert types_of(database, statement)["B2"] == ("mentioning", "person")
    paper = database.read("SELECT id FROM papers")[0]["id"]
    remove_paper(database, paper, generation=1)
    assert put() == statement
    decide_types(database, Quiet(), threshold=0.1)
    assert types_of(database, statement)["B2"] == ("mentioning", "person")
    assert types_of(database, statement)["B1"][0] == "supporting"


def test_a_correction_without_reference_holds_for_all(
    database: Database, put: Callable[[], str]
) -> None:
    statement = put()
    assert correct_type(database, statement, CitationType.SUPPORTING) == ["B1", "B2"]
    decide_types(database, Quiet())
    assert set(types_of(database, statement).values()) == {("supporting", "person")}


def test_what_is_not_there_cannot_be_corrected(database: Database, put: Callable[[], str]) -> None:
    statement = put()
    with pytest.raises(NotFoundError, match="holds no statement nothing"):
        correct_type(database, "nothing", CitationType.SUPPORTING)
    with pytest.raises(NotFoundError, match="cites no reference 'B9', only B1, B2"):
        correct_type(database, statement, CitationType.SUPPORTING, "B9")
