"""One index, one query: the same bytes in every process, with the learned weights in use."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from semsearch.encode.recipe import StatementRecipe
from semsearch.index.build import Builder
from semsearch.parse.packages import ArticleFiles

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import sys
from dataclasses import replace
sys.path[:0] = [{root!r}, {tests!r}]
import orjson
from conftest import HashedWords
from semsearch.answer.ask import ask
from semsearch.rank import statements
from semsearch.rank.options import SearchOptions
from semsearch.retrieve.filter_parsing import parse_filter
from semsearch.retrieve.filters import FilterField
from semsearch.search import Searcher
shipped = statements.shipped_model()
statements.shipped_model = lambda: replace(shipped, encoder=HashedWords.digest)
searcher = Searcher({folder!r}, encoder=HashedWords())
plain = SearchOptions(limit=50, facets=tuple(FilterField))
several = parse_filter({{"or": [{{"section": ["results", "methods"]}}, {{"year": 2015}}]}})
answers = [
    ask(searcher, question, options=options)
    for question in ("does EMT induce IL-6", "IL-6 and drought", "which genes matter in EMT")
    for options in (plain, replace(plain, group=True, filter=several))
]
sys.stdout.buffer.write(orjson.dumps(answers))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, hashed_words: Callable[[], Any]) -> Path:
    where = tmp_path_factory.mktemp("equal")
    subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(ROOT / "scripts" / "make_demo_corpus.py"), str(where / "corpus")],
        check=True,
        capture_output=True,
    )
    Builder(
        folder=where / "index",
        encoder=hashed_words(),
        recipe=StatementRecipe.TEXT,
        batch_tokens=4096,
    ).build(ArticleFiles((where / "corpus",), 10**6))
    return where / "index"


def test_answers_are_the_same_bytes_with_any_hash_seed(folder: Path) -> None:
    code = ASK.format(root=str(ROOT), tests=str(ROOT / "tests"), folder=str(folder))
    found = [
        subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert found[0] == found[1]
    answers = orjson.loads(found[0])
    assert len(answers) == 6
    for answer in answers:
        assert answer["statements"]
        assert answer["expansions"]
        scores = [hit["origin"]["rerank_score"] for hit in answer["statements"]]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score < 1 for score in scores)
    assert answers[0]["verdict"]["counts"]["supports"]["statements"] > 0
