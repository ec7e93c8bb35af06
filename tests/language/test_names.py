"""Names of authors."""

from __future__ import annotations

import pytest

from semsearch.language.names import author_keys, shares_author, wanted_names
from semsearch.records import Author


def test_keys_are_family_and_initial_and_orcid() -> None:
    found = author_keys(
        Author(family="Müller-Lüdenscheidt", given="Åsa K.", orcid="0000-0001-2345-678X")
    )
    assert found == ("muller ludenscheidt a", "orcid:0000-0001-2345-678X")
    assert author_keys(Author(family="A Consortium")) == ("a consortium",)


def test_shared_author_by_initial_or_orcid_or_not_known() -> None:
    one = [Author(family="Smith", given="Jane")]
    assert shares_author(one, [Author(family="SMITH", given="J")]) is True
    assert shares_author(one, [Author(family="Smith", given="Karl")]) is False
    assert shares_author(one, []) is None
    with_id = [Author(family="Smith", given="Jane", orcid="0000-0001-2345-678X")]
    renamed = [Author(family="Jones", given="Jane", orcid="0000-0001-2345-678X")]
    assert shares_author(with_id, renamed) is True


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Smith J", "smith j"),
        ("Smith, Jane", "smith j"),
        ("Jane Smith", "smith j"),
        ("Smith", "smith "),
        ("van der Berg", "van der berg "),
        ("https://orcid.org/0000-0001-2345-678x", "orcid:0000-0001-2345-678X"),
    ],
)
def test_typed_names_are_understood(typed: str, key: str) -> None:
    assert key in wanted_names(typed)
