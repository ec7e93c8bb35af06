"""What a statement says happens to the target of a relation."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from semsearch.language.absence import DOERS
from semsearch.language.clauses import Statement, is_against, noun_phrase
from semsearch.language.governing import (
    VERBS,
    beside_neutral,
    governing_words,
    names_effect_of,
)
from semsearch.language.lexicon import load_lexicon
from semsearch.language.mentions import Mention
from semsearch.language.parts import next_code, next_place
from semsearch.language.relation import Pair


@dataclass(frozen=True, slots=True)
class Effect:
    """What a statement says happens to the target.

    Attributes:
        sign: +1 more, -1 less, 0 when neither is said.
        known: whether any word of a relation was found.
        positions: atoms of the words that tell it.
    """

    sign: int
    known: bool
    positions: tuple[int, ...]


# A relation without a word of direction that makes more all the same: "Y due to X", "Y needs X".
_CAUSAL = re.compile(r"c|r|wo")
# A relation that says neither more nor less: "plays a role in Y", "is involved in Y".
_TOLD = re.compile(r"h[^.;]*e|A[pif]")
_SCOPE = 5  # parts between a negation and the word that it denies


def read_effect(pair: Pair, *, target_is_second: bool, bad: bool) -> Effect:
    """What happens to the target, from the words that govern it.

    Their directions are multiplied: preventing a loss makes more.

    Args:
        pair: the two mentions.
        target_is_second: whether the target is the later one.
        bad: whether the target is a bad thing, so that improving it means less of it.
    """
    words, codes = pair.statement.words, pair.statement.codes
    target = pair.second if target_is_second else pair.first
    inside = [
        position
        for position in range(target.first, target.last)
        if codes[position]
        and (position not in target.named or is_against(pair.statement.atoms[position]))
        and not (
            pair.statement.atoms[position].endswith(DOERS) and next_code(codes, position) == ","
        )  # "of repressors, DELLA proteins"
    ]
    governing = governing_words(pair, target_is_second=target_is_second)
    used = [position for position in governing if position not in target.elsewhere]
    signed = any(words[position].sign for position in used)
    used += [
        position
        for position in inside
        if words[position].sign and not (signed and "&" in codes[target.first : position])
    ]  # "reduced weight and poor yield" says one thing of both
    used = _without_own_nouns(pair, used)
    used = [position for position in used if not _is_size_of_effect(pair.statement, position)]
    told = [words[position] for position in used]
    guards = [position for position in used if _guards(pair.statement, position, target)]
    signs = [-1] if guards else []
    rest = [words[position] for position in used if position not in guards]
    signs += [
        -word.sign if word.quality and bad else word.sign
        for word in rest
        if word.sign and (bad or not word.if_bad)
    ]
    if not signs and used and target_is_second:
        signs = [words[place].sign for place in beside_neutral(pair, used)]
    positions = tuple(sorted(used))
    if _is_vague(pair.statement, used, bad=bad):
        return Effect(0, True, positions)
    if signs:
        return Effect(math.prod(signs), True, positions)
    if not any(word.code in VERBS for word in told) and _CAUSAL.search(pair.between):
        return Effect(1, True, positions)
    known = any(word.relation for word in told) or _TOLD.search(pair.between) is not None
    return Effect(0, known, positions)


def _is_size_of_effect(statement: Statement, position: int) -> bool:
    """Whether a word tells how large an effect is, not which way it goes: "greater effect"."""
    word, behind = statement.words[position], next_place(statement.codes, position)
    if word.quality or behind is None or statement.codes[position] not in ("J", "E"):
        return False
    return statement.codes[behind] == "e" or statement.words[behind].vague


def _without_own_nouns(pair: Pair, used: list[int]) -> list[int]:
    """The governing words without nouns that name the target where others leave the way open.

    "Production" is one in "X affects Y production", not in "Y production by X".
    """
    words, codes = pair.statement.words, pair.statement.codes
    generic = load_lexicon().generic
    own = [
        place
        for place in used
        if codes[place] in ("n", "E")
        and pair.statement.atoms[place] in generic
        and not words[place].measured
    ]
    others = [place for place in used if place not in own]
    told = (
        any(words[place].relation for place in others)
        or _TOLD.search(pair.between) is not None
        or names_effect_of(pair)
    )
    return others if own and told and not any(words[place].sign for place in others) else used


def _is_vague(statement: Statement, used: list[int], *, bad: bool) -> bool:
    """Whether what is nearest to the target is an unspecified change: "X causes changes in Y"."""
    codes, words = statement.codes, statement.words
    nearest = next((place for place in used if codes[place] in ("n", "E", "J", "j")), None)
    if nearest is None or codes[nearest] not in ("n", "E") or not words[nearest].vague:
        return False
    if bad and words[nearest].if_bad:
        return False  # "weed control"
    beside = noun_phrase(codes, nearest - 1, -1)  # "negative regulation of Y"
    return not statement.atoms[nearest].endswith(DOERS) and not any(
        words[place].sign for place in beside if codes[place] in ("j", "J")
    )


def _guards(statement: Statement, position: int, target: Mention) -> bool:
    """Whether a word makes less of what a preposition names: "protects cells from Y"."""
    guarding = statement.words[position].guarding
    return bool(guarding) and guarding in statement.atoms[position : target.last]


def denial_features(pair: Pair, effect: Effect) -> list[tuple[str, float]]:
    """Whether a negation belongs to the words that tell the relation."""
    return [("governed", float(any(is_denied(pair.statement, p) for p in effect.positions)))]


def is_denied(statement: Statement, relation: int) -> bool:
    """Whether a negation stands before a word of a relation, in the same group of verbs."""
    codes, atoms = statement.codes, statement.atoms
    if codes[relation] == "U":
        return True
    infinitive = statement.words[relation].base == atoms[relation]
    passed = 0
    for place in range(relation - 1, -1, -1):
        code = codes[place]
        if not code:
            continue
        if code in ("N", "O"):
            return True
        passed += 1
        together = atoms[place] == "or" or infinitive  # "failed to do this and increase Y"
        ends = code in tuple(";.yqb,(du") or (code == "&" and not together)
        ends = ends or (code == "v" and not infinitive)
        if ends or passed > _SCOPE:
            return False
    return False
