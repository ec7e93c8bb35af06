"""What may be asked."""

from __future__ import annotations

import pytest

from semsearch.errors import QueryError
from semsearch.retrieve.query import check_limit, check_text, is_statement_id
from semsearch.settings import settings


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the question is empty"),
        (" \n ", "the question is empty"),
        ("?!…", "holds no letter or digit"),
        (
            "a" * 2001,
            r"has 2,001 characters, over the limit of 2,000 \(setting max_query_characters",
        ),
        ("EMT\x00", r"holds the control character U\+0000 at character 4"),
        ("EMT\ud800", r"holds the control character U\+D800 at character 4"),
    ],
)
def test_text_that_cannot_be_asked_is_refused(text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        check_text(text)


@pytest.mark.parametrize(
    "text", ["does EMT induce IL-6", "上皮间质转化", "a" * 2000, "EMT\n\tinduces IL-6"]
)
def test_text_that_can_be_asked_is_kept(text: str) -> None:
    assert check_text(f" {text}\n") == text


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_limit_out_of_range_is_refused_with_the_range(limit: int) -> None:
    with pytest.raises(QueryError, match=f"the limit is {limit}, expected 1 to 1,000"):
        check_limit(limit)


def test_limit_defaults_to_the_setting() -> None:
    assert check_limit(None) == settings().limit
    assert check_limit(3) == 3


def test_form_of_statement_ids() -> None:
    assert is_statement_id("abcdefghij234567")
    assert not is_statement_id("abcdefghij23456")
    assert not is_statement_id("EMT induces IL-6")
