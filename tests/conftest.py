"""What tests of several rooms share."""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray

from semsearch.encode.encoder import Encoded, Encoder, TokenVectors

if TYPE_CHECKING:
    from semsearch.search import Searcher

ROOT = Path(__file__).resolve().parent.parent

# No test measures time: how long an example takes is a matter of what else the machine does.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Converted models outlast a run of the tests: converting one takes longer than all tests of a room.
os.environ.setdefault("SEMSEARCH_MODEL_CACHE", str(ROOT / ".pytest_cache" / "models"))
# Builds of a few small articles are done sooner than processes start; tests/index/test_workers.py
# has those.
os.environ.setdefault("SEMSEARCH_PROCESSES", "1")


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real articles and evaluation sets; tests that need it skip without it."""
    folder = Path(os.environ.get("SEMSEARCH_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; name their folder with SEMSEARCH_DATA")
    return folder


@pytest.fixture(scope="session")
def real_index() -> Path:
    """The folder of an index of many real articles, which is only read; without it tests skip."""
    named = os.environ.get("SEMSEARCH_REAL_INDEX")
    if named is None:
        pytest.skip("no index of real articles; name its folder with SEMSEARCH_REAL_INDEX")
    return Path(named)


class HashedWords(Encoder):
    """An encoder without a model: words hashed into 64 dimensions, so that shared words count."""

    name = "hashed-words"
    digest = hashlib.sha256(b"hashed-words 1").hexdigest()
    dimension = 64

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def token_counts(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + 2 for text in texts]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += texts
        return self._vectors(texts)

    def encode_tokens(self, texts: Sequence[str]) -> Encoded:
        tokens = []
        for text in texts:
            spans = [m.span() for m in re.finditer(r"\w+", text)] or [(0, len(text))]
            rows = self._vectors([text[start:end] for start, end in spans])
            tokens.append(TokenVectors(np.array(spans, dtype=np.int32), rows))
        return Encoded(self.encode(texts), tuple(tokens))

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in ["", *text.casefold().split()]:
                digest = hashlib.sha256(word.strip(".,").encode()).digest()
                vectors[row, digest[0] % self.dimension] += 1 if digest[1] % 2 else -1
                vectors[row, digest[2] % self.dimension] += 0.5
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: NDArray[np.float32] = np.ascontiguousarray(vectors / norms, dtype=np.float32)
        return unit


@pytest.fixture
def encoder() -> HashedWords:
    """A fast deterministic encoder that remembers what it was given."""
    return HashedWords()


@pytest.fixture(scope="session")
def hashed_words() -> type[HashedWords]:
    """The class of ``encoder``, for fixtures that last longer than a test."""
    return HashedWords


def make_tiny(folder: Path, *, pooling: str = "mean") -> Path:
    """A model of random weights, in a folder as sentence-transformers saves one."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import AutoTokenizer, BertConfig, BertModel

    from semsearch.encode.sources import default_folder

    torch.manual_seed(3)
    tokenizer = AutoTokenizer.from_pretrained(str(default_folder()))
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    plain = folder.parent / f"{folder.name}-plain"
    BertModel(config).save_pretrained(str(plain))
    tokenizer.save_pretrained(str(plain))
    transformer = Transformer(str(plain), max_seq_length=48)
    modules = [transformer, Pooling(32, pooling_mode=pooling)]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="session")
def save_tiny() -> Callable[..., Path]:
    """Saves a tiny model: ``save_tiny(folder, pooling="mean")``."""
    return make_tiny


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny model."""
    return make_tiny(tmp_path_factory.mktemp("tiny") / "model")


Article = Callable[..., bytes]


@pytest.fixture(scope="session")
def article() -> Article:
    """Makes a JATS article: ``article(body, refs=3, doi="10.5555/test", …)``."""
    return make_article


def make_article(
    body: str = "<p>Nothing is cited.</p>",
    *,
    refs: int | str = 9,
    doi: str | None = "10.5555/test",
    title: str = "A synthetic article",
    front: str = "",
    kind: str = "research-article",
    after_body: str = "",
) -> bytes:
    """A synthetic article; ``refs`` is a count of plain references B1, B2, … or their markup."""
    listed = refs if isinstance(refs, str) else "".join(make_ref(n + 1) for n in range(refs))
    identifier = f'<article-id pub-id-type="doi">{doi}</article-id>' if doi else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<article xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:mml="http://www.w3.org/1998/Math/MathML"
 article-type="{kind}"><front><journal-meta><journal-title-group>
<journal-title>Journal of Tests</journal-title></journal-title-group></journal-meta>
<article-meta>{identifier}<title-group><article-title>{title}</article-title></title-group>
<pub-date pub-type="epub"><year>2020</year></pub-date>{front}</article-meta></front>
<body>{body}</body><back><ref-list>{listed}</ref-list>{after_body}</back></article>
""".encode()


def make_ref(number: int) -> str:
    """A numbered reference with a DOI."""
    return (
        f'<ref id="B{number}"><label>{number}</label><element-citation>'
        f"<article-title>Cited work {number}</article-title><year>2001</year>"
        f'<pub-id pub-id-type="doi">10.5555/cited.{number}</pub-id></element-citation></ref>'
    )


def reference(key: str, doi: str, title: str, authors: str = "") -> str:
    """An entry of a reference list; authors are family names between spaces."""
    names = "".join(f"<name><surname>{name}</surname></name>" for name in authors.split())
    return (
        f'<ref id="{key}"><label>{key[1:]}</label><element-citation>{names}'
        f"<article-title>{title}</article-title><year>2010</year><source>J Cited</source>"
        f'<pub-id pub-id-type="doi">{doi}</pub-id></element-citation></ref>'
    )


def signed(*names: str) -> str:
    """Authors of an article, each "Family Given"."""
    listed = "".join(
        f'<contrib contrib-type="author"><name><surname>{name.split()[0]}</surname>'
        f"<given-names>{name.split()[1]}</given-names></name></contrib>"
        for name in names
    )
    return f"<contrib-group>{listed}</contrib-group>"


#: In the corpus, and known from reference lists alone.
HELD, CITED = "10.5555/a(b)1;c<d", "10.5555/only.cited"


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory, hashed_words: type[HashedWords]) -> Path:
    """An index in which ``HELD`` is cited by four papers and ``CITED`` by two.

    ``HELD`` has 2 supporting, 2 contrasting (one by a retracted paper), 2 mentioning citations (one
    statement leads to it by two entries) and 1 unclassified one.
    """
    from semsearch.encode.recipe import StatementRecipe
    from semsearch.index.build import Builder
    from semsearch.index.layout import Layout
    from semsearch.parse.packages import ArticleFiles

    folder = tmp_path_factory.mktemp("reported")
    escaped = HELD.replace("<", "&lt;")
    held = reference("B1", escaped, "EMT induces IL-6", "Smith")
    again = reference("B2", escaped, "EMT induces IL-6", "Smith")
    other = reference("B3", CITED, "Salt &lt;b&gt;stress&lt;/b&gt; in rice", "Rao Lee")
    x1, x2, x3 = (f'[<xref rid="B{n}">{n}</xref>]' for n in (1, 2, 3))
    themes = "".join(
        f"<p>Salt stress lowers the yield of rice cultivar number {n} {x3}. Under drought the"
        f" roots of maize grow deeper in season {n} {x3}.</p>"
        for n in ("one", "two", "three", "four", "five")
    )
    articles = {
        "held": make_article(
            f"<p>Rice is eaten {x3}.</p>",
            refs=other,
            doi=escaped,
            title="EMT induces IL-6 &lt;script&gt;",
            front=signed("Smith Jane")
            + "<abstract><p>EMT induces IL-6 in cells.</p></abstract>"
            + '<related-article related-article-type="correction-forward" ext-link-type="doi"'
            ' xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="10.5555/notice"/>',
        ),
        "one": make_article(
            f"<sec><title>Results</title><p>We confirm that EMT induces IL-6 {x1}. IL-6 rises"
            f" &lt;twice&gt; in EMT {x1}. Rice {x3} and EMT {x1} differ.</p></sec>",
            refs=held + other,
            doi="10.5555/one",
            front=signed("Rossi Anna"),
        ).replace(b"<year>2020</year>", b"<year>2021</year>"),
        "two": make_article(
            f"<sec><title>Discussion</title><p>EMT was studied {x1}{x2}.</p></sec>",
            refs=held + again,
            doi="10.5555/two",
            front=signed("Smith Jane"),
            kind="review-article",
        ).replace(b"<year>2020</year>", b"<year>2022</year>"),
        "three": make_article(
            f"<sec><title>Methods</title><p>EMT does not induce IL-6 {x1}.</p></sec>",
            refs=held,
            doi="10.5555/three",
            front=signed("Void Max")
            + '<related-article related-article-type="retraction-forward" ext-link-type="doi"'
            ' xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="10.5555/taken.back"/>',
        ),
        "four": make_article(
            f"<p>=EMT is old {x1}.</p>{themes}",
            refs=held + other,
            doi="10.5555/four",
            front=signed("Rao Ravi"),
        ),
    }
    unread = reference("B9", "10.5555/never.cited", "Listed alone", "Quill")
    articles["five"] = make_article("<p>Rain.</p>", refs=unread, doi="10.5555/report")
    for name, xml in articles.items():
        (folder / f"{name}.xml").write_bytes(xml)
    Builder(
        folder=folder / "index",
        encoder=hashed_words(),
        recipe=StatementRecipe.TEXT,
        batch_tokens=256,
    ).build(ArticleFiles((folder,), 10**6))
    typed = {
        "We confirm%": ("supporting", 0.9),
        "IL-6 rises%": ("supporting", 0.7),
        "Rice %": ("contrasting", 0.8),
        "EMT was%": ("mentioning", 0.95),
        "EMT does not%": ("contrasting", 0.6),
    }
    with closing(sqlite3.connect(Layout(folder / "index").store_of(1))) as store, store:
        store.execute("UPDATE citations SET type = 'unclassified', confidence = NULL")
        for text, (kind, confidence) in typed.items():
            store.execute(
                "UPDATE citations SET type = ?, confidence = ?, decided_by = 'test'"
                " WHERE target = ? AND statement IN (SELECT id FROM statements WHERE text LIKE ?)",
                (kind, confidence, f"doi:{HELD}", text),
            )
    return folder / "index"


@pytest.fixture
def report_searcher(reported: Path, hashed_words: type[HashedWords]) -> Iterator[Searcher]:
    """A searcher over ``reported``."""
    from semsearch.search import Searcher

    opened = Searcher(reported, encoder=hashed_words())
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, hashed_words: type[HashedWords]) -> Path:
    """An index of the demo corpus, with the encoder of ``encoder``."""
    from semsearch.encode.recipe import StatementRecipe
    from semsearch.index.build import Builder
    from semsearch.parse.packages import ArticleFiles

    folder = tmp_path_factory.mktemp("demo")
    script = ROOT / "scripts" / "make_demo_corpus.py"
    subprocess.run([sys.executable, str(script), str(folder / "corpus")], check=True)  # noqa: S603
    Builder(
        folder=folder / "index",
        encoder=hashed_words(),
        recipe=StatementRecipe.TEXT,
        batch_tokens=4096,
    ).build(ArticleFiles((folder / "corpus",), 10**7))
    return folder / "index"


@pytest.fixture(scope="module")
def searcher(demo: Path, hashed_words: type[HashedWords]) -> Iterator[Searcher]:
    """The demo corpus, opened."""
    from semsearch.search import Searcher

    opened = Searcher(demo, encoder=hashed_words())
    yield opened
    opened.close()
