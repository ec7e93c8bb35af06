"""The lexical index: the memory-mapped one against the slow one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semsearch.errors import DamageError
from semsearch.index.lexical.files import open_lexical, write_lexical
from semsearch.index.lexical.mapped import MappedLexicalIndex
from semsearch.index.lexical.protocol import LexicalQuery
from semsearch.index.lexical.slow import SlowLexicalIndex

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
    folder.mkdir(exist_ok=True)
    write_lexical(folder / "lexical", texts)
    return open_lexical(folder / "lexical")


@settings(deadline=None)  # ten files are synced
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
    assert found.scores.tobytes() == expected.scores.tobytes()
    everything = np.arange(len(texts))
    assert index.score(query, everything).tobytes() == slow.score(query, everything).tobytes()
    assert (index.matching(query) == slow.matching(query)).all()
    for row in range(len(texts)):
        assert index.token_numbers(row) == slow.token_numbers(row)
    assert index.numbers(["emt", "nowhere"]) == slow.numbers(["emt", "nowhere"])
    assert index.texts_holding() == slow.texts_holding()
    keys, expected_keys = index.said(everything), slow.said(everything)
    assert ((keys[:, None] == keys) == (expected_keys[:, None] == expected_keys)).all()


@settings(deadline=None)
@given(
    texts=st.lists(st.lists(WORDS, max_size=9), min_size=1, max_size=40),
    query=QUERIES,
    limit=st.integers(1, 6),
    sizes=st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([0, 1, 12])),
    data=st.data(),
)
def test_best_rows_are_the_same_however_they_are_gone_through(
    tmp_path_factory: Any,
    texts: list[list[str]],
    query: LexicalQuery,
    limit: int,
    sizes: tuple[int, int, int],
    data: Any,
) -> None:
    index, slow = mapped(tmp_path_factory.mktemp("windows"), texts), SlowLexicalIndex(texts)
    bits = st.lists(st.booleans(), min_size=len(texts), max_size=len(texts))
    allowed = data.draw(st.none() | bits.map(lambda found: np.array(found, dtype=np.bool_)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("semsearch.index.lexical.best._FIRST", sizes[0])
        patch.setattr("semsearch.index.lexical.best._WINDOW", sizes[1])
        patch.setattr("semsearch.index.lexical.best.LOOK_UP", sizes[2])
        patch.setattr("semsearch.index.lexical.mapped.LOOK_UP", sizes[2])
        found = index.search(query, limit, allowed=allowed)
    expected = slow.search(query, limit, allowed=allowed)
    assert found.rows.tolist() == expected.rows.tolist()
    assert found.scores.tobytes() == expected.scores.tobytes()


def test_texts_say_the_same_but_for_silent_words(tmp_path: Path) -> None:
    texts = [
        ["the", "emt", "induc", "il6"],
        ["emt", "induc", "the", "il6"],
        ["il6", "induc", "emt"],
        ["emt", "not", "induc", "il6"],
        [],
        ["the"],
    ]
    keys = mapped(tmp_path, texts).said(np.arange(6)).tolist()
    assert keys[0] == keys[1]
    assert keys[4] == keys[5]
    assert len(set(keys)) == 4
    other = tmp_path / "other"
    other.mkdir()
    again = mapped(other, [["rice"], texts[1]]).said(np.array([1]))
    assert again.tolist() == keys[:1]


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


def test_phrase_does_not_go_over_into_the_next_text(tmp_path: Path) -> None:
    index = mapped(tmp_path, [["salt", "stress"], ["salt"], ["stress", "salt"], ["stress"], []])
    held = index.matching(LexicalQuery((), phrases=(("salt", "stress"),)))
    assert held.tolist() == [True, False, False, False, False]


def test_phrase_is_counted_in_more_texts_than_are_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [["salt", "stress"] * (row % 4) + ["rice"] for row in range(23)]
    index = mapped(tmp_path, texts)
    monkeypatch.setattr("semsearch.index.lexical.mapped._CHUNK", 5)
    query = LexicalQuery(((("salt", "stress"),),))
    rows = np.arange(len(texts))
    expected = SlowLexicalIndex(texts).score(query, rows)
    assert index.score(query, rows).tobytes() == expected.tobytes()


def test_one_endless_token_does_not_widen_the_vocabulary(tmp_path: Path) -> None:
    endless, other = "a" * 5000, "a" * 4999 + "b"
    index = mapped(tmp_path, [["emt", endless], ["emt"]])
    assert index.vocabulary.dtype.itemsize == 64
    assert index.matching(LexicalQuery((), phrases=((endless,),))).tolist() == [True, False]
    assert not index.matching(LexicalQuery((), phrases=((other,),))).any()
    short = mapped(tmp_path / "short", [["emt"]])
    assert short.numbers([endless]) == frozenset()


@pytest.mark.parametrize("texts", [[], [[]], [[], []]])
def test_corpus_without_words_has_no_matches(tmp_path: Path, texts: list[list[str]]) -> None:
    index = mapped(tmp_path, texts)
    assert len(index) == len(texts)
    assert index.search(LexicalQuery(((("emt",),),)), 10).rows.tolist() == []
    assert index.search(LexicalQuery(()), 10).rows.tolist() == list(range(len(texts)))


@pytest.mark.parametrize("wrong", [(((),), ()), ((), ((),)), (((((),)),), ())])
def test_query_with_nothing_in_a_group_or_run_is_refused(wrong: Any) -> None:
    groups, phrases = wrong
    with pytest.raises(ValueError, match="without alternatives or a run without tokens"):
        LexicalQuery(groups, phrases=phrases)


@pytest.mark.parametrize("token", ["", "emt\0"])
def test_token_that_numpy_cannot_keep_is_refused(tmp_path: Path, token: str) -> None:
    with pytest.raises(ValueError, match="empty or ends in a zero byte"):
        write_lexical(tmp_path / "lexical", [[token]])


def test_threads_get_equal_answers(tmp_path: Path) -> None:
    words = ["emt", "il6", "rice", "salt"]
    random = np.random.default_rng(1)
    index = mapped(tmp_path, [list(random.choice(words, size=6)) for _ in range(200)])
    query = LexicalQuery((((words[0],), (words[1], words[2])), ((words[3],),)))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: index.search(query, 50), range(20)))
    assert len({(one.rows.tobytes(), one.scores.tobytes()) for one in found}) == 1


def test_equal_texts_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        mapped(tmp_path / name, [["emt", "il6"], ["il6", "β"]])
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*.npy"))
    assert len(files) == 10
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_lots_in_which_postings_are_counted_do_not_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [["emt", "il6", "emt"], [], ["il6"], ["β", "emt"], ["zz"], ["emt"], ["β", "β"]]
    whole = mapped(tmp_path / "whole", texts)
    monkeypatch.setattr("semsearch.index.lexical.files._CHUNK", 3)
    parts = mapped(tmp_path / "parts", texts)
    assert [whole.rows.tolist(), whole.frequencies.tolist(), whole.tokens.tolist()] == [
        parts.rows.tolist(), parts.frequencies.tolist(), parts.tokens.tolist()
    ]  # fmt: skip
    assert whole.starts.tolist() == parts.starts.tolist()


@pytest.mark.parametrize("name", ["rows", "tokens", "starts", "offsets", "vocabulary"])
def test_files_that_do_not_agree_are_damage(tmp_path: Path, name: str) -> None:
    mapped(tmp_path, [["emt", "il6"], ["il6"]])
    path = tmp_path / "lexical" / f"{name}.npy"
    np.save(path, np.load(path)[:-1])
    with pytest.raises(DamageError, match="do not agree in length"):
        open_lexical(tmp_path / "lexical")


def test_missing_file_is_damage(tmp_path: Path) -> None:
    mapped(tmp_path, [["emt"]])
    (tmp_path / "lexical" / "rows.npy").unlink()
    with pytest.raises(DamageError, match=r"rows\.npy cannot be read"):
        open_lexical(tmp_path / "lexical")
