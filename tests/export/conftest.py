"""Statements as exports take them, with hostile texts where wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import strategies as st

from semsearch.export import (
    Export,
    ExportedStatement,
    ExportFormat,
    ExportHead,
    ResultKind,
    stream,
)
from semsearch.export.identifiers import paper_iri
from semsearch.language.stance import Stance
from semsearch.records import Author, CitationType, Place, Section, Span
from semsearch.retrieve.hits import (
    CitedWork,
    MarkerView,
    Origin,
    PaperView,
    StanceView,
    StatementView,
)

INDEX = "ab" * 32
#: What means something in one of the formats, or breaks lines, or is no character.
HOSTILE = (
    "\x00\x07\n\r\t\x0b\x0c\x1c\x85\u2028\u2029\ud800\"'`{}\\=+-@|<>&%#$_~^*[]!?,;:. "
    "שם\u202e\u200f😀βé\u0301ˆ日0"
)
_SIGNS = st.one_of(st.sampled_from(HOSTILE), st.integers(0, 0x1FFFF).map(chr))
TEXTS = st.lists(_SIGNS, min_size=6, max_size=20).map("".join)
WORDS = TEXTS.map(lambda text: f"a{text}b")
DOIS = st.text(st.sampled_from("abc019.-_()<>[];:/+#%{}\\~\"'@=é"), min_size=1, max_size=12).map(
    lambda tail: f"10.5555/{tail}"
)


def make_head(**changes: Any) -> ExportHead:
    """The head of a search."""
    fields: dict[str, Any] = {
        "id": "0" * 32,
        "result": ResultKind.SEARCH,
        "asked": "IL-6",
        "query": None,
        "filter": None,
        "statements": 1,
        "empty_because": None,
        "verdict": None,
        "work": None,
        "tally": None,
        "index": INDEX,
        "model": "m",
        "version": "0.1.0",
    }
    return ExportHead(**(fields | changes))


def make_cited(**changes: Any) -> CitedWork:
    """A cited work with a typed citation."""
    fields: dict[str, Any] = {
        "key": "B1",
        "label": "1",
        "paper": "doi:10.5555/cited",
        "doi": "10.5555/cited",
        "pmid": None,
        "title": "A cited work",
        "year": 2001,
        "authors": (Author(family="Rao", given="Ravi"),),
        "raw": "Rao R. A cited work. 2001.",
        "in_corpus": False,
        "type": CitationType.SUPPORTING,
        "confidence": 0.9,
        "decided_by": "a model",
        "self_citation": True,
    }
    return CitedWork(**(fields | changes))


def make_statement(
    *,
    text: str = "EMT induces IL-6 [1].",
    before: str | None = None,
    after: str | None = None,
    heading: str | None = "Results",
    title: str | None = "A source",
    journal: str | None = "J Tests",
    family: str = "Rossi",
    given: str | None = "Anna",
    doi: str = "10.5555/one",
    license: str | None = "https://creativecommons.org/licenses/by/4.0/",
    retracted: bool = False,
    cites: tuple[CitedWork, ...] = (make_cited(),),
    **changes: Any,
) -> ExportedStatement:
    """A statement whose first character but one is its marker."""
    paper = PaperView(
        id=f"doi:{doi}",
        doi=doi,
        pmid="123",
        pmcid="PMC7",
        title=title,
        authors=(Author(family=family, given=given), Author(family="WHO and others")),
        year=2020,
        journal=journal,
        publication_types=("research-article",),
        retracted=retracted,
        notices=(),
    )
    view = StatementView(
        id="abcdefghij234567",
        text=text,
        before=before,
        after=after,
        heading=heading,
        section=Section.RESULTS,
        place=Place.PARAGRAPH,
        ordinal=3,
        markers=(MarkerView(start=0, end=1, references=("B1",)),),
        cites=cites,
        paper=paper,
        file="one.xml",
        span=Span(path="/article/body/p[1]", start=4, end=4 + len(text)),
    )
    fields: dict[str, Any] = {
        "rank": 1,
        "score": 0.5,
        "link": "/api/v1/statements/abcdefghij234567",
        "source": paper_iri(paper.id),
        "statement": view,
        "publisher": "A house",
        "license": license,
        "sha256": "cd" * 32,
        "retracted_works": (),
        "stance": StanceView(stance=Stance.SUPPORTS, spans=()),
        "about": None,
        "origin": Origin(
            dense_rank=1,
            dense_score=-0.25,
            lexical_rank=None,
            lexical_score=0.0,
            fusion_score=None,
            rerank_score=0.5,
        ),
        "duplicates": (),
        "more_from_paper": (),
        "index": INDEX,
    }
    return ExportedStatement(**(fields | changes))


STATEMENTS = st.builds(
    make_statement,
    text=WORDS,
    before=st.none() | TEXTS,
    after=st.none() | TEXTS,
    heading=st.none() | TEXTS,
    title=st.none() | WORDS,
    journal=st.none() | WORDS,
    family=WORDS,
    given=st.none() | WORDS,
    doi=DOIS,
    license=st.none() | TEXTS,
    retracted=st.booleans(),
    cites=st.lists(
        st.builds(
            make_cited, title=st.none() | TEXTS, raw=WORDS, key=st.sampled_from(["B1", "B 2"])
        ),
        max_size=2,
    ).map(tuple),
)


@pytest.fixture(scope="session")
def statement() -> Callable[..., ExportedStatement]:
    """Makes a statement: ``statement(text="…", title="…", …)``."""
    return make_statement


@pytest.fixture(scope="session")
def cited() -> Callable[..., CitedWork]:
    """Makes a cited work."""
    return make_cited


@pytest.fixture(scope="session")
def head() -> Callable[..., ExportHead]:
    """Makes the head of an export."""
    return make_head


@pytest.fixture(scope="session")
def hostile() -> st.SearchStrategy[ExportedStatement]:
    """Statements in which every text that comes from an article is hostile."""
    return STATEMENTS


@pytest.fixture(scope="session")
def written() -> Callable[[ExportFormat, Sequence[ExportedStatement]], str]:
    """Writes statements in a format, as an export of them is written."""

    def write(
        how: ExportFormat, statements: Sequence[ExportedStatement], head: ExportHead | None = None
    ) -> str:
        export = Export(
            head=head or make_head(statements=len(statements)),
            sources=[one.statement.paper.id for one in statements],
            read=lambda places: [statements[place] for place in places],
            own=None if head is None or head.work is None else head.work.id,
        )
        return b"".join(stream(export, how)).decode("utf-8", "strict")

    return write
