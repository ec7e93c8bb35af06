"""Words of a question that an index does not hold, and those that may be meant instead.

Nothing is corrected: what was asked is what was searched, and the reader decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_lowercase

from rapidfuzz import process
from rapidfuzz.distance import OSA

from semsearch.encode.recipe import plain_text
from semsearch.index.lexical.protocol import LexicalQuery
from semsearch.language.lexicon import load_lexicon
from semsearch.language.question_forms import OPENERS
from semsearch.language.tokens import lexical_tokens
from semsearch.language.words import STOP_WORDS, words
from semsearch.rank.run import Run
from semsearch.retrieve.generation import Generation, ids_of
from semsearch.store.database import Database
from semsearch.store.reading import statements

#: Words that are offered for one that is not held.
MOST = 3
#: Letters of a word from which one wrong letter tells it from another word, and from which two do.
ONE_WRONG, TWO_WRONG = 5, 8
#: Letters above which a word is a pasted sequence and no misspelt one.
LONGEST = 30
#: Unknown words in a question above which it is in another language: none is offered then.
FEW = 4
#: Statements that hold a word, or it may be misspelt itself.
LEAST_STATEMENTS = 2
_ENDING = 4  # letters of an ending
_STEMS = 12  # nearest ones whose words are looked at
_READ = 50  # statements in which the words of a stem are looked for
_PLAIN = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownWord:
    """A word of a question that no statement and no abstract of the index holds.

    ``meant``: words of the index that are spelt alike, the likeliest first.
    """

    word: str
    meant: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """``did_you_mean``: the question with the likeliest word for each that is spelt like one."""

    unknown: tuple[UnknownWord, ...]
    did_you_mean: str | None


def spelling_of(generation: Generation, store: Database, run: Run) -> Spelling:
    """The words of a question that the index does not hold.

    Verbs by which relations are told are understood without being held, and are passed over.
    """
    if run.asked is None:
        return Spelling(unknown=(), did_you_mean=None)
    text = run.asked.text
    spans = [span for span in words(text) if not _is_known(generation, text[slice(*span)])]
    few = len(spans) <= FEW
    unknown: list[UnknownWord] = []
    better, position = "", 0
    for start, end in spans:
        word = text[start:end]
        meant = _meant(generation, store, word) if few else ()
        unknown.append(UnknownWord(word=word, meant=meant))
        if meant:
            better += text[position:start] + meant[0]
            position = end
    return Spelling(
        unknown=tuple(unknown), did_you_mean=better + text[position:] if better else None
    )


def _is_known(generation: Generation, word: str) -> bool:
    folded = word.casefold()
    if folded in STOP_WORDS or OPENERS.match(word) or load_lexicon().words.get(folded):
        return True
    held = (generation.contexts, generation.statements.lexical, generation.abstracts.lexical)
    return all(
        any(index.numbers([token]) for index in held) for token in frozenset(lexical_tokens(word))
    )


def _meant(generation: Generation, store: Database, word: str) -> tuple[str, ...]:
    """The words of the index that are spelt like one; none for names and short words."""
    if (
        not ONE_WRONG <= len(word) <= LONGEST
        or not _PLAIN.fullmatch(word)
        or word[1:] != word[1:].lower()
    ):
        return ()
    asked = word.lower()
    held = generation.statements.lexical.texts_holding()
    likely = (stem for stem in map(_stem, sorted(_edited(asked))) if _is_held(held, stem))
    wrong, stems = 1, list(likely)
    if not stems and len(asked) >= TWO_WRONG:
        wrong, stems = 2, _alike(asked, held)
    found = {
        printed: held[stem]
        for stem in dict.fromkeys(stems)
        for printed in _printed(generation, store, stem)
        if OSA.distance(asked, printed) <= wrong
    }
    likeliest = sorted(found, key=lambda one: (one[0] != asked[0], -found[one], one))
    return tuple(likeliest[:MOST])


def _is_held(held: Mapping[str, int], stem: str) -> bool:
    return held.get(stem, 0) >= LEAST_STATEMENTS


def _stem(word: str) -> str:
    return lexical_tokens(word)[0]


def _edited(word: str) -> set[str]:
    """All words that differ in one letter: missing, added, wrong, or changed with its neighbour."""
    parts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    return (
        {one + other[1:] for one, other in parts if other}
        | {one + letter + other for one, other in parts for letter in ascii_lowercase}
        | {one + letter + other[1:] for one, other in parts if other for letter in ascii_lowercase}
        | {one + other[1] + other[0] + other[2:] for one, other in parts if len(other) > 1}
    ) - {word}


def _alike(word: str, held: Mapping[str, int]) -> list[str]:
    """The stems that differ from the beginning of a word in two letters at most, likeliest first.

    What is wrong in an ending keeps it from being taken off, so that its length is not known.
    """
    first = max(ONE_WRONG, len(word) - _ENDING)
    longest = len(word) + 2
    choices = [
        stem
        for stem in held
        if ONE_WRONG <= len(stem) <= longest and len(stem) >= first - 2 and _is_held(held, stem)
    ]
    away: dict[str, float] = {}
    for length in range(first, len(word) + 1):
        for stem, distance, _ in process.extract(
            word[:length], choices, scorer=OSA.distance, score_cutoff=2, limit=None
        ):
            away[stem] = min(distance, away.get(stem, distance))
    return sorted(away, key=lambda stem: (away[stem], -held[stem], stem))[:_STEMS]


def _printed(generation: Generation, store: Database, stem: str) -> set[str]:
    """The words of a stem in small letters, as the shortest statements that hold it print them."""
    texts = generation.statements
    rows = texts.lexical.search(LexicalQuery((((stem,),),)), _READ).rows
    found = set()
    for one in statements(store, ids_of(texts.dense, rows)).values():
        text = plain_text(one.text, one.markers)
        found |= {text[start:end].lower() for start, end in words(text)}
    return {word for word in found if _PLAIN.fullmatch(word) and lexical_tokens(word) == [stem]}
