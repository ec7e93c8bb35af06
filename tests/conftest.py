"""What tests of several rooms share."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from semsearch.encode.encoder import Encoded, TokenVectors

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real articles and evaluation sets; tests that need it skip without it."""
    folder = Path(os.environ.get("SEMSEARCH_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; name their folder with SEMSEARCH_DATA")
    return folder


class HashedWords:
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
