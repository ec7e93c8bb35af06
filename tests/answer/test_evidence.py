"""What a verdict counts of what was read."""

from __future__ import annotations

from semsearch.answer.ask import ask
from semsearch.answer.evidence import (
    LEAST_AGAINST,
    LEAST_RELEVANCE,
    LEAST_WEIGHT,
    ReadCandidate,
    evidence_of,
    read_candidates,
)
from semsearch.language.question import analyse_question
from semsearch.language.stance import Stance, StanceReader
from semsearch.rank.options import SearchOptions
from semsearch.search import Searcher


def read(text: str, relevance: float) -> ReadCandidate:
    reading = StanceReader(analyse_question("does EMT induce IL-6")).read(text)
    return ReadCandidate(place=0, id="s", relevance=relevance, reading=reading)


def test_a_plain_statement_has_a_voice_even_where_it_is_hardly_relevant() -> None:
    assert read("EMT induces IL-6.", LEAST_RELEVANCE).has_voice


def test_doubtful_statements_and_those_that_say_nothing_have_none() -> None:
    scattered = (
        "Zeta raises the response of the liver to EMT in rats that were fed with rice and barley,"
        " and that had been found to have lost weight and to have less IL-6."
    )
    assert not read(scattered, 0.3).has_voice
    assert read("Rice is eaten.", 0.9).weight == 0
    assert not read("EMT and IL-6 were measured.", 0.9).has_voice


def test_weight_grows_with_relevance_and_with_what_is_named() -> None:
    weights = [read("EMT induces IL-6.", relevance).weight for relevance in (0.1, 0.4, 0.9)]
    assert weights == sorted(weights)
    half = StanceReader(analyse_question("does salt stress induce IL-6")).read(
        "Stress induces IL-6"
    )
    assert (
        ReadCandidate(place=0, id="s", relevance=0.9, reading=half).weight
        < read("Stress induces IL-6", 0.9).weight + weights[-1]
    )


def test_the_verdict_counts_each_statement_that_has_a_voice_once(searcher: Searcher) -> None:
    run = searcher.run("does EMT induce IL-6", SearchOptions())
    candidates = read_candidates(searcher, run)
    evidence = evidence_of(searcher, run, candidates)
    assert evidence is not None
    assert [one.id for one in evidence] == [
        one.id for one in sorted(candidates, key=lambda one: -one.weight) if one.has_voice
    ]
    for one in evidence:
        against = one.stance in (Stance.OPPOSES, Stance.REVERSED)
        assert one.weight >= (LEAST_AGAINST if against else LEAST_WEIGHT)


def test_both_directions_of_the_demo_corpus_are_told_apart(searcher: Searcher) -> None:
    asked, turned = (
        ask(searcher, question).verdict
        for question in ("does EMT induce IL-6", "does IL-6 induce EMT")
    )
    assert asked is not None
    assert turned is not None
    forward = {*asked.counts.supports.ids, *asked.counts.opposes.ids}
    backward = set(asked.counts.reversed.ids)
    assert len(forward) > 30
    assert len(backward) > 15
    assert not forward & backward
    assert forward & set(turned.counts.reversed.ids)
    assert backward & {*turned.counts.supports.ids, *turned.counts.opposes.ids}
