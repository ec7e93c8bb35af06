"""The text that is encoded."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.encode.recipe import (
    StatementRecipe,
    abstract_text,
    plain_text,
    statement_text,
    text_digest,
)
from semsearch.language.scripts import normal_form
from semsearch.records import Marker


def mark(text: str, *shown: str) -> list[Marker]:
    markers, position = [], 0
    for one in shown:
        start = text.index(one, position)
        position = start + len(one)
        markers.append(Marker(start=start, end=position, references=("B1",)))
    return markers


@pytest.mark.parametrize(
    ("text", "shown", "plain"),
    [
        ("EMT induces IL-6 [3, 4–7].", ["3", "4", "7"], "EMT induces IL-6."),
        ("It rises in cells³⁰,³⁶.", ["³⁰", "³⁶"], "It rises in cells."),
        ("It rises in cells.³⁰–³⁶", ["³⁰", "³⁶"], "It rises in cells."),
        ("Used minimap2³⁸ and then IL-6⁴ too.", ["³⁸", "⁴"], "Used minimap2 and then IL-6 too."),
        ("It holds (reviewed in [3]).", ["3"], "It holds."),
        ("It holds ([50], Figure 2).", ["50"], "It holds (Figure 2)."),
        ("It holds [3]–[7] and refs. 8 and 9 too.", ["3", "7", "8", "9"], "It holds and too."),
        ("In mice [3] and rats [4], it holds.", ["3", "4"], "In mice and rats, it holds."),
        (
            "It (e.g., Smith, 2010; see also Lee, 2012) holds.",
            ["Smith, 2010", "Lee, 2012"],
            "It holds.",
        ),
        ("It holds (Zhao et al., 2007, 2011).", ["2007", "2011"], "It holds."),
        ("It holds (van der Berg & Lee 2010).", ["2010"], "It holds."),
        (
            "It fails (Type II error; Zhao et al., 2007).",
            ["Zhao et al., 2007"],
            "It fails (Type II error).",
        ),
        ("Smith et al. (2010) showed IL-6.", ["2010"], "Smith et al. showed IL-6."),
        (
            "Smith et al. (2010) showed IL-6.",
            ["Smith et al. (2010)"],
            "Smith et al. (2010) showed IL-6.",
        ),
        ("[12]", ["12"], "[12]"),
        ("H₂O₂ at 10⁻⁶ M [77]", ["77"], "H2O2 at 10−6 M"),
        ("Nothing is marked (n = 5).", [], "Nothing is marked (n = 5)."),
    ],
)
def test_markers_are_taken_out(text: str, shown: list[str], plain: str) -> None:
    assert plain_text(text, mark(text, *shown)) == plain


def test_empty_marker_is_no_obstacle() -> None:
    assert plain_text("It holds.", [Marker(start=3, end=3, references=("B1",))]) == "It holds."


pieces = st.lists(
    st.tuples(
        st.text(alphabet="abc IL-6.,;()[]²³\u00a0", max_size=12),
        st.sampled_from(["771", "[772]", "⁷⁷³", "Lee, 1999", "1999"]),
    ),
    max_size=6,
)


@given(pieces)
def test_any_text_gives_normal_text_without_numbers_of_references(
    parts: list[tuple[str, str]],
) -> None:
    text, markers = "", []
    for before, shown in parts:
        text += before
        markers.append(Marker(start=len(text), end=len(text) + len(shown), references=("B1",)))
        text += shown + " "
    plain = plain_text(text, markers)
    assert plain == unicodedata.normalize("NFKC", plain)
    assert "  " not in plain
    assert not any(ord(c) >= 0x100000 for c in plain)
    words = any(c.isalpha() for c in unicodedata.normalize("NFKC", "".join(b for b, _ in parts)))
    if words and plain != normal_form(text):  # what would leave no words stays whole
        assert not any(number in plain for number in ("771", "772", "773"))


@pytest.mark.parametrize(
    ("recipe", "text"),
    [
        (StatementRecipe.TEXT, "It holds."),
        (StatementRecipe.TITLE_TEXT, "On IL-6. It holds."),
        (StatementRecipe.BEFORE_TEXT, "We ask. It holds."),
        (StatementRecipe.CONTEXT, "We ask. It holds. It ends."),
    ],
)
def test_recipes_say_which_text_is_encoded(recipe: StatementRecipe, text: str) -> None:
    asked = "It holds [1]."
    assert (
        statement_text(
            recipe,
            text=asked,
            markers=mark(asked, "1"),
            before="We ask.",
            after="It ends.",
            title="On IL-6",
        )
        == text
    )


def test_missing_neighbours_leave_the_statement() -> None:
    for recipe in StatementRecipe:
        encoded = statement_text(
            recipe, text="It holds.", markers=[], before=None, after=None, title=None
        )
        assert encoded == "It holds."


def test_abstract_is_encoded_with_its_title() -> None:
    assert abstract_text("On IL-6", "It holds.") == "On IL-6 It holds."
    assert abstract_text(None, "It does.") == "It does."
    assert abstract_text("On IL-6", None) == "On IL-6"


def test_digest_is_sha256_of_the_text() -> None:
    assert text_digest("abc").hex().startswith("ba7816bf")
