"""Twenty-two questions about the real articles, with answers that can be stood behind.

Verdicts are expected as sets, since single papers come and go; each with the reason in a phrase.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from semsearch.answer.ask import Answer, ask
from semsearch.answer.verdict import StanceCounts, VerdictKind
from semsearch.search import Searcher

YES, PROBABLY, MIXED, NO, UNKNOWN = VerdictKind
SUPPORTED = {YES, PROBABLY}


@pytest.fixture(scope="module")
def searcher(real_index: Path) -> Iterator[Searcher]:
    opened = Searcher(real_index)
    yield opened
    opened.close()


def counts_of(answer: Answer) -> StanceCounts:
    assert answer.verdict is not None
    return answer.verdict.counts


@pytest.mark.parametrize(
    ("question", "expected", "heavier"),
    [
        # cohort studies and reviews agree
        ("does whole grain intake reduce the risk of type 2 diabetes", SUPPORTED, "supports"),
        # the same papers, asked the wrong way round
        ("do whole grains increase the risk of diabetes", {NO}, "opposes"),
        # "a major inhibitor of iron and zinc absorption", in nutrition papers of several groups
        ("does phytate inhibit iron absorption", SUPPORTED, "supports"),
        # textbook knowledge in seed papers, some of which also say it of mutants
        ("does ABA inhibit seed germination", SUPPORTED, "supports"),
        ("are gibberellins able to promote seed germination", SUPPORTED, "supports"),
        ("is auxin required for lateral root formation", SUPPORTED, "supports"),
        ("is flowering promoted by vernalization", SUPPORTED, "supports"),
        ("does gibberellin trigger the degradation of DELLA proteins", SUPPORTED, "supports"),
        # named as the gene by which rice resists it
        ("does Xa21 confer resistance to bacterial blight", SUPPORTED, "supports"),
        # two papers by different groups, and a weak objection
        ("can butyrate reduce inflammation", SUPPORTED, "supports"),
        # the cause of the disease; that amounts or timing make no difference is said as well
        ("is gluten required for celiac disease", {*SUPPORTED, MIXED}, "supports"),
        # one meta-analysis is cited once: no clear yes
        ("is wheat yield reduced by ozone", {PROBABLY}, "supports"),
        # one clear statement
        ("do arbuscular mycorrhizal fungi increase phosphorus uptake", {PROBABLY}, "supports"),
        # asked without a direction: any role counts
        ("role of ethylene in fruit ripening", SUPPORTED, "supports"),
    ],
)
def test_what_the_articles_say(
    searcher: Searcher, question: str, expected: set[VerdictKind], heavier: str
) -> None:
    verdict = ask(searcher, question).verdict
    assert verdict is not None
    assert verdict.verdict in expected
    assert verdict.leaning == heavier


@pytest.mark.parametrize(
    "question",
    ["does stomatal closure induce ABA", "does seed germination increase gibberellins"],
)
def test_the_reversed_relation_gives_no_yes_and_is_reported(
    searcher: Searcher, question: str
) -> None:
    counts = counts_of(answer := ask(searcher, question))
    assert answer.verdict is not None
    assert answer.verdict.verdict in {MIXED, UNKNOWN}
    assert counts.reversed.papers >= 5
    assert counts.reversed.papers > counts.supports.papers


def test_an_effect_without_its_direction_is_no_verdict_for_one(searcher: Searcher) -> None:
    # "miR156 targets SPL genes", and no statement says that it represses them
    counts = counts_of(answer := ask(searcher, "does miR156 repress SPL genes"))
    assert answer.verdict is not None
    assert answer.verdict.verdict is UNKNOWN
    assert counts.neutral.papers >= 2


def test_what_no_statement_tells_is_unknown(searcher: Searcher) -> None:
    # both are spoken of, and nowhere together
    answer = ask(searcher, "does caffeine cause osteoporosis")
    assert answer.verdict is not None
    assert answer.verdict.verdict is UNKNOWN
    assert answer.coverage.statements_of_both == 0
    assert answer.coverage.unknown_words == ()


def test_a_word_that_is_nowhere_is_said_so(searcher: Searcher) -> None:
    answer = ask(searcher, "does metoprolol lower blood pressure")
    assert answer.verdict is not None
    assert answer.verdict.verdict is UNKNOWN
    assert [one.word for one in answer.coverage.unknown_words] == ["metoprolol"]
    assert answer.did_you_mean is None


def test_a_misspelt_word_is_offered(searcher: Searcher) -> None:
    answer = ask(searcher, "do tocopherls protect against lipid peroxidation")
    assert answer.did_you_mean == "do tocopherols protect against lipid peroxidation"
    assert answer.verdict is not None
    assert answer.verdict.verdict is UNKNOWN


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("which microRNAs target SPL genes", "miR156"),
        ("how does cytokinin delay leaf senescence", "cytokinin"),
    ],
)
def test_open_questions_get_evidence_and_no_verdict(
    searcher: Searcher, question: str, word: str
) -> None:
    answer = ask(searcher, question)
    assert answer.verdict is None
    assert sum(word in hit.statement.text for hit in answer.statements[:5]) >= 3
