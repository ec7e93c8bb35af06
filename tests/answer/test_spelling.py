"""Words of a question that an index does not hold."""

from __future__ import annotations

import pytest

from semsearch.answer.ask import Answer, ask
from semsearch.search import Searcher


def unknown(answer: Answer) -> dict[str, tuple[str, ...]]:
    return {one.word: one.meant for one in answer.coverage.unknown_words}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("secrtion", "secretion"),  # missing
        ("secreetion", "secretion"),  # added
        ("secretiom", "secretion"),  # wrong
        ("secertion", "secretion"),  # changed with its neighbour
        ("fibrablosts", "fibroblasts"),
        ("trensitoin", "transition"),  # two
    ],
)
def test_a_misspelt_word_is_offered_and_not_asked(
    searcher: Searcher, written: str, meant: str
) -> None:
    question = f"does EMT increase {written}"
    answer = ask(searcher, question)
    assert answer.did_you_mean == f"does EMT increase {meant}"
    assert unknown(answer)[written][0] == meant
    assert answer.question == question
    assert answer.asked is not None
    assert answer.asked.target == written


@pytest.mark.parametrize(
    "question",
    [
        "does EMT induce IL-6",
        "is IL-6 secretion induced by EMT",
        "which cells release interleukin-6",
    ],
)
def test_words_that_the_index_holds_are_passed_over(searcher: Searcher, question: str) -> None:
    answer = ask(searcher, question)
    assert (answer.did_you_mean, unknown(answer)) == (None, {})


def test_words_unlike_any_other_are_told_without_an_offer(searcher: Searcher) -> None:
    answer = ask(searcher, "does quetiapine potentiate XYZ9 or EMTT in kxq")
    assert answer.did_you_mean is None
    assert unknown(answer) == {"quetiapine": (), "XYZ9": (), "EMTT": (), "kxq": ()}


def test_every_word_that_is_like_one_is_changed_and_nothing_else(searcher: Searcher) -> None:
    answer = ask(searcher, "does quetiapine stop the secrtion of IL-6 by fibrablosts?")
    assert answer.did_you_mean == "does quetiapine stop the secretion of IL-6 by fibroblasts?"


def test_nothing_is_offered_for_another_language_or_a_pasted_sequence(searcher: Searcher) -> None:
    for question in (
        "quel fibrablosts secertent secrtion avec trensitoin dans rates",
        "does " + "acgt" * 200 + " bind IL-6",
    ):
        answer = ask(searcher, question)
        assert answer.did_you_mean is None
        assert unknown(answer)
        assert not any(unknown(answer).values())


def test_a_query_without_words_has_no_unknown_ones(searcher: Searcher) -> None:
    answer = ask(searcher, "author:Tervald")
    assert (answer.did_you_mean, unknown(answer)) == (None, {})
