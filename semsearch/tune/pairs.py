"""Pairs of texts of a corpus that say something of the same thing, which an embedder learns from.

Nobody annotates them: who cites a work says what it found, who writes an abstract says what it is
about. The kinds are in ``PairKind``. Taken are papers that no split of ``semsearch eval`` asks
about (``evaluate.splits.fitted_papers``): of all others not one statement, title of their own or
abstract is read. One in ten of the papers that are taken, told by a digest of their id, is set
aside for choosing between versions of the model (``set_aside``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.recipe import StatementRecipe, abstract_text, statement_text
from semsearch.evaluate.splits import digest_order, fitted_papers
from semsearch.language.scripts import normal_form
from semsearch.language.sentences import split_sentences
from semsearch.language.tokens import lexical_tokens
from semsearch.search import Searcher
from semsearch.store.reading import citations, live_abstracts, live_statements_of
from semsearch.store.works import titles_of_works

#: A statement that cites more works says little of each.
MOST_WORKS = 3
#: Statements of other papers that one statement is paired with.
MOST_COCITED = 2
#: Sentences of an abstract that can spare one.
LEAST_SENTENCES = 4
#: Characters of a sentence that says something by itself, and of a title.
_SENTENCE = (40, 400)
_LEAST_TITLE = 15
_PAPERS = 64  # read at once


class PairKind(StrEnum):
    """What is paired; the first is asked for the second."""

    STATEMENT_TITLE = "statement-title"  # a statement, the title of a work it cites
    STATEMENT_ABSTRACT = "statement-abstract"  # the same, title and abstract
    STATEMENT_SENTENCE = "statement-sentence"  # the same, the sentence of the abstract most like it
    STATEMENTS = "statements"  # statements of different papers that cite one work
    TITLE_ABSTRACT = "title-abstract"  # of one paper
    TITLE_SENTENCE = "title-sentence"  # of one paper, the sentence most like the title
    SENTENCE_ABSTRACT = "sentence-abstract"  # a sentence of an abstract, title and rest


#: Kinds with a whole abstract, which a ranking compares by sentence vectors alone.
LONG = frozenset({PairKind.STATEMENT_ABSTRACT, PairKind.TITLE_ABSTRACT, PairKind.SENTENCE_ABSTRACT})


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts of one thing.

    ``works``: ids of all that is cited by what the texts come from, and of the paper where they
    are its own; texts that share one are no negatives of each other.
    """

    kind: PairKind
    query: str
    answer: str
    works: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs to train on, and pairs of the papers that are set aside, in the order of their papers.

    ``papers``: how many papers each of both comes from.
    """

    training: tuple[Pair, ...]
    validation: tuple[Pair, ...]
    papers: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Statement:
    paper: str
    text: str
    works: frozenset[str]


def set_aside(paper: str) -> bool:
    """Whether a paper is kept for choosing between versions of the model."""
    return digest_order(paper)[1] % 10 == 0


def collect_pairs(searcher: Searcher) -> Pairs:
    """All pairs of an index, in an order that depends on the index alone."""
    columns = searcher.generation.statements.columns
    papers = [bytes(one).decode() for one in columns.papers[fitted_papers(columns)]]
    parts = [[paper for paper in papers if set_aside(paper) is aside] for aside in (False, True)]
    training, validation = (tuple(_pairs_of(searcher, part)) for part in parts)
    return Pairs(training, validation, (len(parts[0]), len(parts[1])))


def _pairs_of(searcher: Searcher, papers: Sequence[str]) -> Iterator[Pair]:
    abstracts = {
        paper: (normal_form(title or ""), normal_form(abstract))
        for paper, title, abstract in live_abstracts(searcher.store, papers)
    }
    statements = list(_statements_of(searcher, papers))
    yield from _of_statements(statements, titles_of_works(searcher.store), abstracts)
    yield from _cocited(statements)
    for paper, (title, abstract) in abstracts.items():
        yield from _of_abstract(paper, title, abstract)


def _statements_of(searcher: Searcher, papers: Sequence[str]) -> Iterator[_Statement]:
    """The statements of some papers as the index encodes them, with the works that they cite."""
    recipe = StatementRecipe(searcher.generation.manifest.recipe)
    for start in range(0, len(papers), _PAPERS):
        held = live_statements_of(searcher.store, papers[start : start + _PAPERS])
        cited = citations(searcher.store, [one.id for one, _ in held])
        for one, title in held:
            text = statement_text(
                recipe,
                text=one.text,
                markers=one.markers,
                before=one.before,
                after=one.after,
                title=title,
            )
            works = frozenset(c.target for c in cited.get(one.id, ()) if c.target)
            if works and _SENTENCE[0] <= len(text) <= _SENTENCE[1]:
                yield _Statement(one.paper, text, works)


def _of_statements(
    statements: Sequence[_Statement],
    titles: Mapping[str, str],
    abstracts: Mapping[str, tuple[str, str]],
) -> Iterator[Pair]:
    for one in statements:
        if len(one.works) > MOST_WORKS:
            continue
        for work in sorted(one.works):
            title = normal_form(titles.get(work) or "")
            if len(title) >= _LEAST_TITLE:
                yield Pair(PairKind.STATEMENT_TITLE, one.text, title, one.works)
            if work in abstracts and work != one.paper:
                own, abstract = abstracts[work]
                whole = abstract_text(own, abstract)
                yield Pair(PairKind.STATEMENT_ABSTRACT, one.text, whole, one.works)
                best = _most_like(one.text, _sentences(abstract))
                if best is not None:
                    yield Pair(PairKind.STATEMENT_SENTENCE, one.text, best, one.works)


def _cocited(statements: Sequence[_Statement]) -> Iterator[Pair]:
    """Each statement with the next ones of other papers among those that cite a work."""
    citing: dict[str, list[_Statement]] = {}
    for one in statements:
        if len(one.works) <= MOST_WORKS:
            for work in one.works:
                citing.setdefault(work, []).append(one)
    for work in sorted(citing):
        held = citing[work]
        for place, one in enumerate(held):
            others = [other for other in held[place + 1 :] if other.paper != one.paper]
            for other in others[:MOST_COCITED]:
                if other.text != one.text:
                    yield Pair(PairKind.STATEMENTS, one.text, other.text, one.works | other.works)


def _of_abstract(paper: str, title: str, abstract: str) -> Iterator[Pair]:
    own = frozenset({paper})
    sentences = _sentences(abstract)
    titled = len(title) >= _LEAST_TITLE
    if titled:
        yield Pair(PairKind.TITLE_ABSTRACT, title, abstract, own)
        best = _most_like(title, sentences)
        if best is not None:
            yield Pair(PairKind.TITLE_SENTENCE, title, best, own)
    if len(sentences) >= LEAST_SENTENCES:  # the inverse cloze task (Lee et al. 2019)
        for one in sentences:
            rest = normal_form(abstract.replace(one, " ", 1))
            yield Pair(PairKind.SENTENCE_ABSTRACT, one, abstract_text(title, rest), own)


def _sentences(text: str) -> list[str]:
    """The sentences of a text that say something by themselves."""
    found = [text[start:end] for start, end in split_sentences(text)]
    return [one for one in found if _SENTENCE[0] <= len(one) <= _SENTENCE[1]]


def _most_like(text: str, sentences: Sequence[str]) -> str | None:
    """The sentence that shares the most words with a text, by Jaccard index; None without any.

    Words, because a choice by the model that is to learn would only tell it what it knows.
    """
    words = set(lexical_tokens(text))
    shares = [_jaccard(words, set(lexical_tokens(one))) for one in sentences]
    best = int(np.argmax(shares)) if shares else -1
    return sentences[best] if best >= 0 and shares[best] > 0 else None


def _jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(len(one | other), 1)


def counted(pairs: Sequence[Pair]) -> dict[str, int]:
    """How many pairs there are of each kind."""
    kinds = [one.kind for one in pairs]
    return {str(kind): kinds.count(kind) for kind in PairKind}


def rows_of_kind(pairs: Sequence[Pair]) -> dict[PairKind, NDArray[np.int64]]:
    """The places of the pairs of each kind that there is."""
    kinds = np.array([str(one.kind) for one in pairs])
    found = {kind: np.flatnonzero(kinds == str(kind)) for kind in PairKind}
    return {kind: rows for kind, rows in found.items() if len(rows)}
