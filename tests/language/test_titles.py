"""Titles and journals: one work under several spellings, and two works that are spelt alike."""

from __future__ import annotations

import pytest

from semsearch.language.titles import folded_title, same_journal, title_likeness

SALT = "Salt stress and TGF-β in invented barley roots"


@pytest.mark.parametrize(
    "other",
    [
        "Salt stress & TGF-beta in invented barley roots.",
        "SALT STRESS AND TGF-Β IN INVENTED BARLEY ROOTS",
        "The salt-stress and TGFβ in invented barley roots",
        "Salt stress and TGF-β in invented barley roots (in Chinese)",
        "Salt stres and TGF-β in invetned barley roots",
    ],
)
def test_spellings_of_one_title_are_alike(other: str) -> None:
    assert title_likeness(folded_title(SALT), folded_title(other)) >= 0.95


@pytest.mark.parametrize(
    "other",
    [
        "Heat stress and TGF-β in invented barley roots",
        "Salt stress and TGF-β1 in invented barley roots",
        "Salt stress and TGF-β in invented barley roots II",
        "Salt stress and TGF-β in invented wheat roots",
    ],
)
def test_a_number_or_a_word_makes_another_title(other: str) -> None:
    assert title_likeness(folded_title(SALT), folded_title(other)) < 0.9


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Proc. Natl. Acad. Sci. U. S. A.", "PNAS", False),
        ("Proceedings of the National Academy of Sciences", "Proc Natl Acad Sci", True),
        ("Proceedings of the National Academy of Sciences", "PNAS", True),
        ("Plant J.", "The Plant Journal", True),
        ("Plant Cell", "Plant Cell & Environment", False),
        ("BMC Genetics", "BMC Genomics", False),
        ("Nature", "Nature Genetics", False),
    ],
)
def test_journals_are_one_when_word_by_word_abbreviates(one: str, other: str, same: bool) -> None:
    assert same_journal(folded_title(one), folded_title(other)) is same
