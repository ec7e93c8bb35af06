"""The place of a text: found once, with what stands around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.errors import QueryError
from semsearch.language.words import has_words
from semsearch.recommend.place import MARK, find_place, leading_clause


def test_the_sentence_of_the_mark_is_found_with_its_neighbours() -> None:
    place = find_place(
        "Rice is grown in Asia. Drought reduces the yield of rice [CIT], and heat does so too"
        " [3, 5–7]. Breeders know it."
    )
    assert place.sentence == "Drought reduces the yield of rice, and heat does so too."
    assert place.context == f"Rice is grown in Asia. {place.sentence} Breeders know it."
    assert place.clause == "Drought reduces the yield of rice"
    assert place.dois == ()


def test_a_mark_behind_the_full_stop_belongs_to_the_sentence_before() -> None:
    place = find_place("Cells migrate. EMT induces IL-6. [CIT] Patients suffer.")
    assert place.sentence == "EMT induces IL-6."
    assert place.context == "Cells migrate. EMT induces IL-6. Patients suffer."


def test_without_a_mark_the_whole_text_is_the_place() -> None:
    text = "EMT induces IL-6. Patients suffer."
    place = find_place(text)
    assert (place.sentence, place.context, place.clause) == (text, text, text)


def test_the_case_of_the_mark_and_of_brackets_around_it_say_nothing() -> None:
    for text in ("EMT induces IL-6 ([cit]).", "EMT induces IL-6 [Cit]."):
        assert find_place(text).sentence == "EMT induces IL-6."


def test_a_clause_that_says_nothing_by_itself_is_the_sentence() -> None:
    place = find_place("As in [CIT], EMT induces IL-6.")
    assert place.clause == place.sentence == "As in, EMT induces IL-6."


@pytest.mark.parametrize(
    ("before", "clause"),
    [
        ("Rice is grown in Asia [3], wheat is grown in Europe ", "wheat is grown in Europe"),
        ("Heat harms; drought reduces the yield ", "drought reduces the yield"),
        ("Some grow rice, whereas others grow wheat ", "whereas others grow wheat"),
        ("Rice (Oryza sativa) reduces NAD(P)H ", "Rice (Oryza sativa) reduces NAD(P)H"),
        ("Some grow rice (Lee et al., 2001), others wheat and barley ", "others wheat and barley"),
        ("see ", None),
        ("", None),
    ],
)
def test_the_clause_begins_behind_what_parts_the_sentence(before: str, clause: str | None) -> None:
    assert leading_clause(before) == clause


def test_dois_are_taken_out_of_the_text_once_each() -> None:
    place = find_place(
        "EMT induces IL-6 (doi:10.1000/ABC.1), and again https://doi.org/10.1000/abc.1 [CIT]."
    )
    assert place.dois == ("10.1000/abc.1",)
    assert "10.1000" not in place.context
    assert place.sentence == "EMT induces IL-6, and again."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"one {MARK} two [cit]", "holds [CIT] 2 times, expected one place"),
        (MARK, "expected the words around it"),
        (f"[12] {MARK} doi:10.1000/1", "expected the words around it"),
    ],
)
def test_what_is_no_place_is_refused(text: str, message: str) -> None:
    with pytest.raises(QueryError) as refused:
        find_place(text)
    assert message in str(refused.value)


@given(st.text(max_size=200), st.text(max_size=200), st.booleans())
def test_any_text_gives_a_place_or_one_sentence_of_refusal(
    before: str, after: str, marked: bool
) -> None:
    text = f"{before}{MARK if marked else ''}{after}"
    try:
        place = find_place(text)
    except QueryError as refused:
        assert "\n" not in str(refused)
        return
    for part in (place.sentence, place.context, place.clause):
        assert has_words(part)
        assert MARK not in part
    assert place.sentence in place.context
