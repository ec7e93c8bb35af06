"""What may be written into a query beside text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.errors import QueryError, StaleCursorError
from semsearch.retrieve.paging import list_digest, read_cursor, write_cursor
from semsearch.retrieve.syntax import ParsedQuery, QueryField, parse_query


def test_phrases_words_left_out_and_fields_are_taken_out() -> None:
    found = parse_query(
        '"salt stress" in rice -wheat -"bread wheat" title:"heat shock" author:Smith'
        " journal:Cells doi:10.5555/a cites:https://doi.org/10.5555/B"
    )
    assert found == ParsedQuery(
        "salt stress in rice",
        ("salt stress",),
        ("wheat", "bread wheat"),
        (
            (QueryField.TITLE, "heat shock"),
            (QueryField.AUTHOR, "Smith"),
            (QueryField.JOURNAL, "Cells"),
            (QueryField.DOI, "10.5555/a"),
            (QueryField.CITES, "10.5555/b"),
        ),
    )


@pytest.mark.parametrize(
    "text",
    [
        "mTOR: role of X at 3:1 on http://a.b",
        "IL-6 at -5 degrees - and so on",
        'a 5" pipe and a 6" pipe',
        "a AND b OR (c) NOT d* +e ~f ^g \\ [h] {i}",
        "'; DROP TABLE statements; --",
        "subtitle:x retitle:y",
    ],
)
def test_everything_else_is_text(text: str) -> None:
    assert parse_query(text) == ParsedQuery(" ".join(text.split()))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('the "unclosed', "the quote at character 5 is not closed"),
        ("title:", "title: at character 1 has no value"),
        ('x author:""', "author: at character 3 has no value"),
        ("doi:12345", "doi:12345 at character 1 is no DOI"),
        ('doi:"10.5555/a b"', "is no DOI"),
        ('"" x', "the quotes at character 1 hold no word"),
        ("a\x00b", r"control character U+0000 at character 2"),
    ],
)
def test_broken_syntax_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse_query(text)
    assert message in str(refused.value)


@given(st.text(alphabet=st.characters(blacklist_categories=("Cc", "Cs")), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse_query(text)
    except QueryError:
        return
    assert found.text == " ".join(found.text.split())


@given(st.text(alphabet="ab αβ.,;()[]{}*+~^\\/_=<>!?%&#@'0123456789", max_size=60))
def test_text_without_quotes_colons_and_dashes_is_unchanged(text: str) -> None:
    assert parse_query(text) == ParsedQuery(" ".join(text.split()))


@given(st.integers(0, 10**9), st.text(max_size=20))
def test_cursor_comes_back_for_its_list_only(offset: int, query: str) -> None:
    digest = list_digest("index", query)
    assert read_cursor(write_cursor(offset, digest), digest) == offset
    with pytest.raises(QueryError, match="belongs to another query"):
        read_cursor(write_cursor(offset, digest), list_digest("index", f"{query}!"))
    with pytest.raises(StaleCursorError, match="an index that has changed"):
        read_cursor(write_cursor(offset, digest), list_digest("other", query))


@given(st.text(max_size=40))
def test_any_other_cursor_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        read_cursor(text, list_digest("index"))
