"""Names of authors."""

from __future__ import annotations

import pytest

from semsearch.language.names import (
    Person,
    author_keys,
    common_keys,
    name_forms,
    people,
    same_person,
    shared_by,
    shares_author,
    wanted_names,
)
from semsearch.records import Author, SelfCertainty


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


def of(*names: tuple[str, str | None]) -> tuple[Person, ...]:
    return people(Author(family=family, given=given) for family, given in names)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Jane A.", "J", True),
        ("JA", "Jane", True),
        ("JA", "J. M.", False),
        ("Jane", "Julia", False),
        ("Xiao-Ming", "XM", True),
        ("Alex", "Alexander", True),
        (None, "J", False),
    ],
)
def test_further_initials_and_given_names_may_contradict(
    one: str | None, other: str, same: bool
) -> None:
    assert same_person(*of(("Smith", one), ("Smith", other))) is same


def test_two_orcids_decide_against_a_name() -> None:
    authors = [
        Author(family="Smith", given="Jane", orcid=f"0000-0001-2345-678{n}") for n in range(2)
    ]
    assert shares_author(authors[:1], authors[1:]) is False


def test_how_sure_a_shared_author_is_depends_on_how_common_the_name_is() -> None:
    wangs = of(*(("Wang", given) for given in ("YA", "YB", "YC", "Y")))
    assert common_keys((one.key, form) for one in wangs[1:] for form in name_forms(one)) == set()
    common = common_keys((one.key, form) for one in wangs for form in name_forms(one))
    assert common == {"wang y"}
    one = of(("Wang", "Y"), ("Quillon", "Bea"))
    assert shared_by(one, of(("Wang", "Yan")), common) is SelfCertainty.AMBIGUOUS
    assert shared_by(of(("Wang", "Ying")), of(("Wang", "Ying")), common) is SelfCertainty.BY_NAME
    assert shared_by(one, of(("Quillon", "B")), common) is SelfCertainty.BY_NAME
    assert shared_by(one, of(("Quillon", "Bea")), common) is SelfCertainty.CERTAIN
    assert shared_by(one, of(("Quillon", "B"), ("Wang", "Y")), common) is SelfCertainty.CERTAIN
    assert shared_by(one, of(("Ambrel", "C")), common) is None
