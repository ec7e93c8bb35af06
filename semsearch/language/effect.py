"""What a statement says happens to the target of a relation."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from semsearch.language.clauses import Statement, is_against, next_code, noun_phrase
from semsearch.language.mentions import Mention
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


_VERBS = frozenset("vdg")
_GOVERNORS = frozenset("vgdur")
_ADJECTIVES = frozenset("jJA")
_CLAUSE_ENDS = frozenset(";.yq")
_LIST_SIGNS = frozenset(",&")
_LINKS = frozenset("oiftp")  # prepositions between a noun and what it governs
# What ends the noun phrases before a target: "an increase of Y" is looked for, no verb.
_PHRASE_ENDS = frozenset("vdurabc,hmDt")
# A relation without a word of direction that makes more all the same: "Y due to X", "a role in Y".
_CAUSAL = re.compile(r"c|h[^.;]*e|A[pif]|r")
_OPENING = 8  # atoms before the first mention in which a relation is looked for last
_VERB_REACH = 18  # atoms behind the target in which its verb is looked for
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
    governing = _before_second(pair) if target_is_second else _around_first(pair)
    inside = [
        position
        for position in range(target.first, target.last)
        if codes[position]
        and (position not in target.named or is_against(pair.statement.atoms[position]))
    ]
    used = list(dict.fromkeys(governing)) + [p for p in inside if words[p].sign]
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
        signs = [words[place].sign for place in _beside_neutral(pair, used)]
    positions = tuple(sorted(used))
    if signs:
        return Effect(math.prod(signs), True, positions)
    if not any(word.code in _VERBS for word in told) and _CAUSAL.search(pair.between):
        return Effect(1, True, positions)
    return Effect(0, any(word.relation for word in told), positions)


def _guards(statement: Statement, position: int, target: Mention) -> bool:
    """Whether a word makes less of what a preposition names: "protects cells from Y"."""
    guarding = statement.words[position].guarding
    return bool(guarding) and guarding in statement.atoms[position : target.last]


def denial_features(pair: Pair, effect: Effect) -> list[tuple[str, float]]:
    """Whether a negation belongs to the words that tell the relation."""
    return [("governed", float(any(is_denied(pair.statement, p) for p in effect.positions)))]


def _beside_neutral(pair: Pair, used: list[int]) -> list[int]:
    """The word of direction that is joined to a verb without one.

    Looked for behind the target ("binds Y and inhibits it", "targets Y for degradation"), then
    before the verb ("raises and alters Y").
    """
    codes, words = pair.statement.codes, pair.statement.words
    linked, before = False, ""
    for place in range(pair.second.last, len(codes)):
        code = codes[place]
        if words[place].sign and ((linked and code in _VERBS) or (before == "p" and code == "n")):
            return [place]
        before = code if code not in ("", "x", "j", "J") else before
        if code in ("t", "&", ",", "p"):
            linked = True
        elif code and (code != "x" or (linked and before != "p")):
            break
    verbs = [place for place in used if codes[place] in _VERBS]
    if not verbs or "&" not in codes[pair.first.last : verbs[0]]:
        return []
    for place in range(verbs[0] - 1, pair.first.last - 1, -1):
        if codes[place] in _VERBS and words[place].relation:
            return [place] if words[place].sign else []
    return []


def _before_second(pair: Pair) -> list[int]:
    """Positions of the words that govern a target behind its agent."""
    statement, target = pair.statement, pair.second
    found, verb = _leftwards(statement, target.first - 1, pair.first.last)
    found += _noun_after(statement, target.last)
    if verb is not None:
        return [*found, *verb]
    if not any(statement.words[position].relation for position in found):
        found += _verb_after(statement, target.last)
    if found:
        return found
    start = pair.first.first
    found, verb = _leftwards(statement, start - 1, max(0, start - _OPENING))
    return [p for p in (*found, *(verb or ())) if not statement.words[p].knockout]


def _around_first(pair: Pair) -> list[int]:
    """Positions of the words that govern a target before its agent."""
    statement, target = pair.statement, pair.first
    found = _noun_phrases_before(statement, target.first - 1)
    found += _noun_after(statement, target.last)
    found += _verb_between(statement, target.last, pair.second.first)
    if found and not any(statement.words[position].sign for position in found):
        found += _agent_noun(statement, pair.second)
    if found:
        return found
    found, verb = _leftwards(statement, target.first - 1, 0)
    return [*found, *(verb or ())] or _verb_after(statement, pair.second.last)


def _leftwards(statement: Statement, position: int, end: int) -> tuple[list[int], list[int] | None]:
    """Words of direction from a target leftwards, and the verb that they lead to, if one does.

    "X causes a reduction in Y" gives "reduction", then "causes". Behind "and" or a comma only
    what governs counts: "a loss of A and Y", not "loss" alone.
    """
    codes, words = statement.codes, statement.words
    found: list[int] = []
    crossed, right = "", ""
    for place in range(position, end - 1, -1):
        code, word = codes[place], words[place]
        if not code:
            continue
        if code in _CLAUSE_ENDS or (code in _LIST_SIGNS and found):
            break
        if code in _GOVERNORS:
            if word.relation:
                return found, [place, *([] if word.sign else _manner(statement, place))]
            break
        if code in _LIST_SIGNS:
            crossed += code
        elif (word.sign or word.relation or (word.guarding == "against" and "p" in right)) and (
            not crossed or right in _LINKS or ("," not in crossed and code in _ADJECTIVES)
        ):
            found.append(place)
        right = code
    return found, None


def _noun_phrases_before(statement: Statement, position: int) -> list[int]:
    """Words of direction in the noun phrases that a target ends: "a marked decrease in Y"."""
    codes, words = statement.codes, statement.words
    found: list[int] = []
    crossed, right, steps = False, "", 0
    for place in range(position, -1, -1):
        code, word = codes[place], words[place]
        if not code:
            continue
        if code in _CLAUSE_ENDS or code in _PHRASE_ENDS:
            break
        if code == "g":
            return [*found, place] if word.relation else found
        if code == "&":
            if found or steps >= _NEAR_LIST:
                break
            crossed = True
        elif (word.sign or word.relation) and (
            not crossed or right in _LINKS or code in _ADJECTIVES
        ):
            found.append(place)
        steps += 1
        right = code
    return found


_NEAR_LIST = 4  # parts of a target's own phrase before an "and" that may belong to it


def _manner(statement: Statement, position: int) -> list[int]:
    """The adverb beside a verb without direction: "negatively affects", "regulated positively"."""
    codes = statement.codes
    for step in (-1, 1):
        place = position + step
        while 0 <= place < len(codes) and not codes[place]:
            place += step
        told = 0 <= place < len(codes) and codes[place] == "J"
        if told and (step < 0 or statement.atoms[place].endswith("ly")):
            return [place]
    return []


def _noun_after(statement: Statement, position: int) -> list[int]:
    """A noun of direction right behind the target: "Y reduction", "Y scavenging"."""
    codes, words = statement.codes, statement.words
    steps = 0
    listed = False  # behind "and": "yield and quality losses"
    while position < len(codes) and steps < 3 + 2 * listed:
        code = codes[position]
        listed = listed or code == "&"
        if code and code not in "x-nEJg&":
            break
        noun = code in ("n", "E", "J")
        gerund = code == "g" and next_code(codes, position) not in ("x", "j", "J")
        ends = not listed or (
            (words[position].relation or statement.atoms[position] == "losses")
            and next_code(codes, position) not in ("x", "j", "J", "o", "i")
        )
        if words[position].sign and (noun or gerund) and ends:
            return [position]
        steps += bool(code)
        position += 1
    return []


def _agent_noun(statement: Statement, agent: Mention) -> list[int]:
    """A noun of direction beside the agent: "regulated by the activator X"."""
    for position in noun_phrase(statement.codes, agent.first - 1, -1):
        if statement.words[position].sign and statement.codes[position] in ("n", "E"):
            return [position]
    return []


def _verb_after(statement: Statement, position: int) -> list[int]:
    """The verb behind the target: "Y was reduced", "Y rose"."""
    codes, words = statement.codes, statement.words
    before = ""
    for place in range(position, min(position + _VERB_REACH, len(codes))):
        code = codes[place]
        if code in (";", ".", "y", "q", "t"):
            break
        told = code in tuple("vduUg") or (code in ("J", "j") and before in ("a", "h", "J"))
        if told and words[place].sign:
            return [place]
        before = code or before
    return []


def _verb_between(statement: Statement, position: int, end: int) -> list[int]:
    """The first verb or participle of a relation between target and agent."""
    codes, words = statement.codes, statement.words
    by = next((place for place in range(end - 1, position, -1) if codes[place] == "b"), None)
    for place in range((by or position) - 1, position - 1, -1):  # "activated by Z, stopped by X"
        if codes[place] in tuple("dnu") and words[place].sign:
            return [place]
    before = ""
    for place in range(position, end):
        code, word = codes[place], words[place]
        if not code:
            continue
        tells = (
            code in tuple("vdguU")
            or (code == "n" and next_code(codes, place) == "b")  # "subject to inhibition by X"
            or (code in ("J", "j", "n") and before in ("a", "h"))  # "Y was lower under X"
        )
        if tells and (word.sign or word.relation):
            return [place, *([] if word.sign else _manner(statement, place))]
        before = code
    return []


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
