"""The lexical index: the memory-mapped one against the slow one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.errors import DamageError
from semsearch.index.lexical import (
    LexicalQuery,
    MappedLexicalIndex,
    SlowLexicalIndex,
    open_lexical,
    write_lexical,
)

WORDS = st.sampled_from(["emt", "il6", "induc", "rice", "β", "not", "zz"])
TEXTS = st.lists(st.lists(WORDS, max_size=9), min_size=1, max_size=12)
RUN = st.lists(WORDS, min_size=1, max_size=3).map(tuple)
QUERIES = st.builds(
    LexicalQuery,
    st.lists(st.lists(RUN, min_size=1, max_size=3).map(tuple), max_size=4).map(tuple),
    phrases=st.lists(RUN, max_size=2).map(tuple),
    excluded=st.lists(RUN, max_size=2).map(tuple),
)


def mapped(folder: Path, texts: list[list[str]]) -> MappedLexicalIndex:
    write_lexical(folder / "lexical", texts)
    return open_lexical(folder / "lexical")


@given(texts=TEXTS, query=QUERIES, limit=st.integers(0, 15), data=st.data())
def test_rows_and_scores_are_those_of_the_slow_index(
    tmp_path_factory: Any, texts: list[list[str]], query: LexicalQuery, limit: int, data: Any
) -> None:
    index, slow = mapped(tmp_path_factory.mktemp("lexical"), texts), SlowLexicalIndex(texts)
    bits = st.lists(st.booleans(), min_size=len(texts), max_size=len(texts))
    allowed = data.draw(st.none() | bits.map(lambda found: np.array(found, dtype=np.bool_)))
    found = index.search(query, limit, allowed=allowed)
    expected = slow.search(query, limit, allowed=allowed)
    assert found.rows.tolist() == expected.rows.tolist()
    assert np.allclose(found.scores, expected.scores, rtol=1e-6)
    everything = np.arange(len(texts))
    assert np.allclose(index.score(query, everything), slow.score(query, everything), rtol=1e-6)
    assert (index.matching(query) == slow.matching(query)).all()
    for row in range(len(texts)):
        assert index.token_numbers(row) == slow.token_numbers(row)
    assert index.numbers(["emt", "nowhere"]) == slow.numbers(["emt", "nowhere"])


def test_score_is_bm25(tmp_path: Path) -> None:
    index = mapped(tmp_path, [["emt", "induc", "il6"], ["rice"], ["emt"]])
    score = index.score(LexicalQuery(((("il6",),),)), np.array([0]))[0]
    idf = np.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    assert score == pytest.approx(idf * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 3 / (5 / 3))), rel=1e-6)


def test_alternatives_count_once_by_the_best(tmp_path: Path) -> None:
    index = mapped(tmp_path, [["aba", "abscis", "acid"], ["aba"], ["acid"]])
    both = LexicalQuery(((("aba",), ("abscis", "acid")),))
    one = index.score(LexicalQuery(((("abscis", "acid"),),)), np.array([0]))[0]
    assert index.score(both, np.array([0]))[0] == one
    assert index.search(both, 10).rows.tolist() == [0, 1] or index.search(both, 10).rows[0] == 1


def test_equal_texts_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        mapped(tmp_path / name, [["emt", "il6"], ["il6", "β"]])
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*.npy"))
    assert len(files) == 7
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_missing_file_is_damage(tmp_path: Path) -> None:
    mapped(tmp_path, [["emt"]])
    (tmp_path / "lexical" / "rows.npy").unlink()
    with pytest.raises(DamageError, match=r"rows\.npy cannot be read"):
        open_lexical(tmp_path / "lexical")
