"""Short forms that papers define."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.errors import DamageError, SettingError
from semsearch.language.abbreviations import (
    AbbreviationMiner,
    AbbreviationTable,
    Definitions,
    changed_json,
    senses_json,
)
from semsearch.language.definitions import Definition, find_definitions

EMT = "Cells pass through epithelial–mesenchymal transition (EMT) in culture."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (EMT, [("EMT", "epithelial–mesenchymal transition")]),
        ("Release of interleukin-6 (IL-6) rose.", [("IL-6", "interleukin-6")]),
        ("the EMT (epithelial–mesenchymal transition) here", [("EMT", EMT[19:52])]),
        ("reactive oxygen species (ROS; toxic) in cells", [("ROS", "reactive oxygen species")]),
        ("as shown (Smith 2010) and (see Fig. 2) and [3]", []),
        ("in mice (n = 12) and rats (P < 0.05)", []),
        ("the World Health Organization (WHO) and others", [("WHO", "World Health Organization")]),
        ("a large study (ABC) of nothing alike", []),
    ],
)
def test_definitions_are_found(text: str, found: list[tuple[str, str]]) -> None:
    assert list(find_definitions(text)) == [Definition(*one) for one in found]


def table(*texts: str) -> AbbreviationTable:
    miner = AbbreviationMiner()
    for number, text in enumerate(texts):
        miner.read(f"p{number}", text)
    return miner.table()


def test_question_is_widened_both_ways() -> None:
    found = table(EMT, EMT).alternatives("does EMT induce epithelial-mesenchymal transitions")
    assert [(one.start, one.end, one.other, one.papers, one.searched) for one in found] == [
        (5, 8, "epithelial–mesenchymal transition", 2, True),
        (16, 50, "EMT", 2, True),
    ]


def test_short_form_that_a_question_defines_itself_is_not_widened() -> None:
    centre = "cells of the germinal center (GC) divide"
    known = table(centre, centre)
    assert [one.other for one in known.alternatives("does GC shrink")] == ["germinal center"]
    assert known.alternatives("is glutamine cyclase (GC) an enzyme") == ()


def test_form_of_one_paper_alone_is_not_trusted() -> None:
    assert table(EMT).alternatives("does EMT induce IL-6") == ()


def test_ambiguous_form_is_shown_and_not_searched() -> None:
    heat = "heat stress (HS) was mild"
    other = "in hidradenitis suppurativa (HS) it was"
    third = "with horse serum (HS) added"
    found = table(heat, heat, other, other, third, third).alternatives("does HS hurt")
    assert [one.searched for one in found] == [False]
    assert len(found[0].others) == 2
    clear = table(heat, heat, heat, heat, other).alternatives("does HS hurt")
    assert [(one.other, one.searched, one.others) for one in clear] == [("heat stress", True, ())]


def test_table_comes_back_from_its_file(tmp_path: Path) -> None:
    found = table(EMT, EMT, "reactive oxygen species (ROS) rose")
    (tmp_path / "a.json").write_bytes(found.as_json())
    assert AbbreviationTable.read(tmp_path / "a.json") == found
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(DamageError, match=r"a\.json cannot be read as abbreviations"):
        AbbreviationTable.read(tmp_path / "a.json")


def test_user_list_adds_and_forbids(tmp_path: Path) -> None:
    path = tmp_path / "own.tsv"
    path.write_text("# mine\n-EMT\nXYZ\tfoo bar baz\n")
    found = table(EMT, EMT).corrected(path)
    assert found.alternatives("does EMT hurt") == ()
    assert [one.other for one in found.alternatives("does XYZ hurt")] == ["foo bar baz"]
    path.write_text("XYZ\n")
    with pytest.raises(SettingError, match=r"own\.tsv line 1 is 'XYZ', expected a short form"):
        table().corrected(path)


@given(st.text(alphabet="abAB12 ()-–;,.", max_size=80))
def test_any_text_gives_long_forms_that_hold_the_letters_in_order(text: str) -> None:
    for found in find_definitions(text):
        rest = iter(found.long.casefold())
        assert all(c in rest for c in found.short.casefold() if c.isalnum())


def test_salts_and_kin_of_an_acid_are_searched_by_its_short_form() -> None:
    acids = ["jasmonic acid (JA) rose here"] * 6 + ["the jasmonate (JA) rose here"] * 2
    known = table(*acids)
    for word in ("jasmonates", "Jasmonate", "jasmonates?"):
        found = known.alternatives(f"does light induce {word}")
        assert [(one.other, one.papers, one.searched) for one in found] == [("JA", 8, True)]
    assert table("fumaric acid (FA) here").alternatives("fumarate in rats") == ()  # one paper


@pytest.mark.parametrize("name", ["TNF-alpha", "TNF-α", "TNFα", "TNFalpha"])
def test_names_of_greek_letters_are_letters(name: str) -> None:
    known = table(*["tumor necrosis factor-α (TNF-α) in rats"] * 3)
    (found,) = known.alternatives(f"does {name} induce fever")
    assert (found.other, found.searched) == ("tumor necrosis factor-α", True)


TEXTS = (
    EMT,
    "heat stress (HS) was mild",
    "hidradenitis suppurativa (HS) it was",
    "Heat Stress (HS) was mild, and reactive oxygen species (ROS) rose",
    "naïve β cells (NBC) rose",
    "nothing was defined",
)


def counted(texts: list[str]) -> Definitions:
    miner = AbbreviationMiner()
    for number, text in enumerate(texts):
        miner.read(f"p{number}", text)
    return miner.definitions()


@given(
    stay=st.lists(st.sampled_from(TEXTS)),
    gone=st.lists(st.sampled_from(TEXTS)),
    came=st.lists(st.sampled_from(TEXTS)),
)
def test_changed_definitions_are_those_of_all_papers(
    stay: list[str], gone: list[str], came: list[str]
) -> None:
    before, after = counted(stay + gone), counted(stay + came)
    assert changed_json(
        before.as_json(), senses_json(before.senses()), counted(gone), counted(came)
    ) == (after.as_json(), senses_json(after.senses()))


def test_what_was_not_defined_cannot_be_taken_away() -> None:
    nothing = counted([])
    with pytest.raises(ValueError, match="was not defined by the papers that are taken away"):
        changed_json(nothing.as_json(), senses_json({}), counted([EMT]), nothing)
