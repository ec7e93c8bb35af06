"""Questions to begin with, made of what the index says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from semsearch.answer.ask import verdict_on
from semsearch.answer.examples import MOST, as_question, example_questions
from semsearch.answer.verdict import VerdictKind
from semsearch.search import Searcher


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("EMT induces IL-6.", "does EMT induce IL-6"),
        ("Strigolactone positively controls crown root elongation in rice",
         "does strigolactone control crown root elongation"),
        ("The drought reduced grain yield, as known.", "does drought reduce grain yield"),
        ("It is known that statins reduce mortality.", None),  # no form that tells it from a noun
        ("It was shown that nitric oxide inhibited root growth.",
         "does nitric oxide inhibit root growth"),
        ("Chitosan oligosaccharides induced resistance.",
         "do chitosan oligosaccharides induce resistance"),
        ("Oxidative stress activates NF-κB.", "does oxidative stress activate NF-κB"),
        ("It reduces yield.", None),
        ("This inhibitor (X) reduces yield.", None),
        ("Treatment increases it.", None),
        ("Warming causes changes.", None),
        ("EMT is seen in cells.", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_short_sentence_becomes_a_question(sentence: str, question: str | None) -> None:
    assert as_question(sentence) == question


def test_examples_are_of_different_things_and_the_index_speaks_of_them(
    demo: Path, hashed_words: Any
) -> None:
    searcher = Searcher(demo, encoder=hashed_words())
    found = example_questions(searcher)
    assert len(found) == MOST
    assert len({question.split()[1].casefold() for question in found}) == MOST
    for question in found:
        verdict = verdict_on(searcher, question)
        assert verdict is not None
        assert verdict.verdict is not VerdictKind.UNKNOWN
    assert example_questions(searcher) is found
    again = Searcher(demo, encoder=hashed_words())
    assert example_questions(again) == found
    searcher.close()
    again.close()
