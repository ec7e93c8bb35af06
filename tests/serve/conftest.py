"""Small corpora for the routes that foreign clients call."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from semsearch.encode.recipe import StatementRecipe
from semsearch.index.build import Builder
from semsearch.index.columns import TYPES, with_sets
from semsearch.index.layout import Layout
from semsearch.parse.packages import ArticleFiles
from semsearch.records import CitationType
from semsearch.retrieve.generation import ids_of
from semsearch.search import Searcher
from semsearch.serve.app import create_app
from semsearch.serve.served import Served
from semsearch.store.database import Database
from semsearch.store.reading import citations

ROOT = Path(__file__).resolve().parent.parent.parent
#: Two DOIs as hard as real ones get.
HARD = "10.1002/(sici)1097-0142(19990101)85:1<1::aid-cncr1>3.0.co;2-x"
NESTED = "10.5555/a/b(c);d_e"


def _ref(number: int, kind: str, value: str, title: str) -> str:
    value = value.replace("<", "&lt;").replace(">", "&gt;")
    return (
        f'<ref id="B{number}"><element-citation><person-group person-group-type="author"><name>'
        f"<surname>Known{number}</surname><given-names>K</given-names></name></person-group>"
        f"<article-title>{title}</article-title><source>Old Journal</source><year>1999</year>"
        f'<pub-id pub-id-type="{kind}">{value}</pub-id></element-citation></ref>'
    )


def _front(name: str, abstract: str) -> str:
    return (
        f'<contrib-group><contrib contrib-type="author"><name><surname>{name}</surname>'
        "<given-names>Ann B</given-names></name></contrib></contrib-group>"
        f"<abstract><p>{abstract}</p></abstract>"
    )


_HARD_REF = _ref(1, "doi", HARD.upper(), "A hard work")
_FIRST = (
    '<sec sec-type="intro"><title>Introduction</title>'
    '<p>It was asked &lt;often&gt; &amp; early. EMT induces IL-6 [<xref rid="B1">1</xref>,'
    ' <xref rid="B2">2</xref>]. A last word.</p></sec>'
    '<sec sec-type="methods"><title>Methods</title>'
    '<p>Cells with EMT were kept as before [<xref rid="B1">1</xref>].</p></sec>'
    '<sec sec-type="conclusions"><title>Conclusions</title>'
    '<p>Our EMT data (p &lt; 0.05) differ from theirs [<xref rid="B1">1</xref>].</p></sec>'
)
_SECOND = (
    '<sec sec-type="results"><title>Results</title>'
    '<p>IL-6 was raised as in EMT [<xref rid="B1">1</xref>]. Snail is known'
    ' [<xref rid="B2">2</xref>, <xref rid="B3">3</xref>, <xref rid="B4">4</xref>].</p></sec>'
)
_SERVED = (
    "<sec><title>Results</title><p>It was looked at again."
    ' EMT induces IL-6 [<xref rid="B1">1</xref>, <xref rid="B2">2</xref>].</p>'
    '<p>Snail raises EMT [<xref rid="B1">1</xref>].</p></sec>'
)
#: Type of each citation by the start of its statement and the key of its reference.
_TYPES = {
    ("EMT induces", "B1"): CitationType.SUPPORTING,
    ("EMT induces", "B2"): CitationType.MENTIONING,
    ("Cells with", "B1"): CitationType.MENTIONING,
    ("Our EMT", "B1"): CitationType.CONTRASTING,
    ("IL-6 was", "B1"): CitationType.SUPPORTING,
}


@pytest.fixture(scope="module")
def cited(
    tmp_path_factory: pytest.TempPathFactory,
    article: Callable[..., bytes],
    hashed_words: Callable[[], Any],
) -> Iterator[Searcher]:
    """Two articles: the second cites the first, and both cite ``HARD``."""
    where = tmp_path_factory.mktemp("cited")
    (where / "a.xml").write_bytes(
        article(
            _FIRST,
            refs=_HARD_REF + _ref(2, "doi", NESTED, "A nested work"),
            doi="10.5555/First",
            title="The first article",
            front=_front("Ahlberg", "EMT and IL-6 in one abstract."),
        )
    )
    (where / "b.xml").write_bytes(
        article(
            _SECOND,
            refs=_HARD_REF
            + _ref(2, "doi", "10.5555/first", "The first article")
            + _ref(3, "pmid", "1234567", "A work of PubMed")
            + _ref(4, "pmcid", "PMC7654", "A work of PMC"),
            doi="10.5555/second",
            title="The second article",
            front=_front("Berg", "Snail was looked at."),
            kind="review-article",
        )
    )
    builder = Builder(
        folder=where / "index",
        encoder=hashed_words(),
        recipe=StatementRecipe.TEXT,
        batch_tokens=256,
    )
    builder.build(ArticleFiles((where / "a.xml", where / "b.xml"), 10**6))
    _label(Layout(where / "index").store_of(1))
    opened = Searcher(where / "index", encoder=hashed_words())
    _label_rows(opened)
    yield opened
    opened.close()


@pytest.fixture
def client(cited: Searcher) -> TestClient:
    """A client of the application over ``cited``."""
    return TestClient(create_app(cited), raise_server_exceptions=False)


@pytest.fixture(scope="session")
def served(
    tmp_path_factory: pytest.TempPathFactory, article: Callable[..., bytes]
) -> Iterator[str]:
    """Address of a server in its own process, with the real model, over two equal articles."""
    folder = tmp_path_factory.mktemp("served")
    for name in ("one", "two"):
        (folder / f"{name}.xml").write_bytes(
            article(
                _SERVED,
                refs=2,
                doi=f"10.5555/{name}",
                title=f"Article {name}",
                front="<abstract><p>Whether EMT induces IL-6.</p></abstract>",
            )
        )
    command = [sys.executable, "-m", "semsearch"]
    index = ["--index", str(folder / "index")]
    built = subprocess.run(  # noqa: S603 - our own command
        [*command, "build", str(folder), *index],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*command, "serve", *index, "--port", str(port)],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "Uvicorn running" in line:
            break
    else:
        pytest.fail("the server ended before it was ready")
    drain = threading.Thread(target=process.stderr.read, daemon=True)
    drain.start()
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()
    drain.join()
    process.stderr.close()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of this repository."""
    return subprocess.run(  # noqa: S603 - our own commands
        [sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, check=False
    )


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo index, made with the real model; whoever changes it takes a copy."""
    folder = tmp_path_factory.mktemp("demo")
    written = run("scripts/make_demo_corpus.py", str(folder / "corpus"))
    assert written.returncode == 0, written.stderr
    built = run(
        "-m", "semsearch", "build", str(folder / "corpus"), "--index", str(folder / "index")
    )
    assert built.returncode == 0, built.stderr
    assert built.stderr == ""  # no progress bar in a pipe
    return folder / "index"


Publish = Callable[..., Path]


@pytest.fixture
def publish(
    tmp_path: Path, article: Callable[..., bytes], hashed_words: Callable[[], Any]
) -> Publish:
    """Builds an index of one article that says this: ``publish("EMT induces IL-6", …)``.

    A second call puts another generation in its place.
    """

    def build(*sentences: str, doi: str = "10.5555/told") -> Path:
        said = "".join(f'<p>{one} [<xref rid="B1">1</xref>].</p>' for one in sentences)
        (tmp_path / "told.xml").write_bytes(article(said, doi=doi))
        Builder(
            folder=tmp_path / "index",
            encoder=hashed_words(),
            recipe=StatementRecipe.TEXT,
            batch_tokens=256,
        ).build(ArticleFiles((tmp_path / "told.xml",), 10**6))
        return tmp_path / "index"

    return build


@pytest.fixture
def opened(publish: Publish, hashed_words: Callable[[], Any]) -> Iterator[Served]:
    """An index that says "EMT induces IL-6" and "Snail raises EMT", as a server holds it."""
    served = Served(
        Searcher(publish("EMT induces IL-6", "Snail raises EMT"), encoder=hashed_words())
    )
    yield served
    served.close()


def _label(store: Path) -> None:
    database = Database(store)
    with database.atomic() as connection:
        connection.execute("UPDATE citations SET type = 'unclassified'")
        for (start, key), kind in _TYPES.items():
            changed = connection.execute(
                "UPDATE citations SET type = ?, confidence = 1, decided_by = 'label'"
                " WHERE reference = ? AND statement IN"
                " (SELECT id FROM statements WHERE text LIKE ?)",
                (kind.value, key, f"{start}%"),
            )
            assert changed.rowcount == 1, (start, key)
    database.close()


def _label_rows(searcher: Searcher) -> None:
    """What a build after the labels would write into the columns."""
    texts = searcher.generation.statements
    ids = ids_of(texts.dense, np.arange(len(texts.dense)))
    made = citations(searcher.store, ids)
    types = np.array(
        [sum({1 << TYPES.index(c.type) for c in made[one]}) for one in ids], dtype=np.uint8
    )
    columns = with_sets(replace(texts.columns, types=types))
    searcher.generation = replace(searcher.generation, statements=replace(texts, columns=columns))
