"""The words of a statement that govern the target of a relation."""

from __future__ import annotations

import re

from semsearch.language.clauses import Statement, is_against, noun_phrase
from semsearch.language.mentions import Mention
from semsearch.language.parts import next_code
from semsearch.language.relation import Pair

VERBS = frozenset("vdg")
_GOVERNORS = frozenset("vgdur")
_ADJECTIVES = frozenset("jJA")
_PARTICIPLES = frozenset("dg")
_CLAUSE_ENDS = frozenset(";.yq")
_LIST_SIGNS = frozenset(",&")
_BEHIND_ACTING = frozenset("eniftp")  # "toxic to Y", "a harmful effect on Y"
_LINKS = frozenset("oiftp")  # prepositions between a noun and what it governs
# What ends the noun phrases before a target: "an increase of Y" is looked for, no verb.
_PHRASE_ENDS = frozenset("vdurabc,hmDt")
# The noun phrase "effect of X on Y".
_EFFECT_OF = re.compile(r"[eEn][^vdgbq.;,]*o[xjJA]*$")
_ON = re.compile(r"[xjJnA\-]*[fi][xjJA]*")
_BY_DOING = re.compile(r"[xjJ]*bg[xjJoi\-]*")
_OPENING = 8  # atoms before the first mention in which a relation is looked for last
_VERB_REACH = 18  # atoms behind the target in which its verb is looked for
_NEAR_LIST = 4  # parts of a target's own phrase before an "and" that may belong to it


# "When X occurred, Y was reduced": a clause with a verb ends, and the target has a verb of its own.
_OWN_CLAUSE = re.compile(r"[vdua][^.;]*,[xjJ\-]*$")
_PREDICATE = re.compile(r"[xA]*(?:a[xAjJ]*d|u)")


def governing_words(pair: Pair, *, target_is_second: bool) -> list[int]:
    """Positions of the words that tell what happens to the target, those nearest to it first."""
    found = _before_second(pair) if target_is_second else _around_first(pair)
    return list(dict.fromkeys(found))


def names_effect_of(pair: Pair) -> bool:
    """Whether the mentions stand in one noun phrase, "the effect of X on Y"."""
    return _EFFECT_OF.search(pair.before) is not None and _ON.match(pair.between) is not None


def beside_neutral(pair: Pair, used: list[int]) -> list[int]:
    """The word of direction that is joined to a verb without one.

    Looked for behind the target ("binds Y and inhibits it", "targets Y for degradation"), then
    before the verb ("raises and alters Y").
    """
    codes, words = pair.statement.codes, pair.statement.words
    linked, before = False, ""
    for place in range(pair.second.last, len(codes)):
        code = codes[place]
        if words[place].sign and ((linked and code in VERBS) or (before == "p" and code == "n")):
            return [place]
        before = code if code not in ("", "x", "j", "J") else before
        if code in ("t", "&", ",", "p"):
            linked = True
        elif code and (code != "x" or (linked and before != "p")):
            break
    verbs = [place for place in used if codes[place] in VERBS]
    if not verbs or "&" not in codes[pair.first.last : verbs[0]]:
        return []
    for place in range(verbs[0] - 1, pair.first.last - 1, -1):
        if codes[place] in VERBS and words[place].relation:
            return [place] if words[place].sign else []
    return []


def _before_second(pair: Pair) -> list[int]:
    """Positions of the words that govern a target behind its agent."""
    statement, target = pair.statement, pair.second
    if _OWN_CLAUSE.search(pair.between) and _PREDICATE.match(pair.after):
        own = _noun_after(statement, target.last) + _verb_after(statement, target.last)
        if any(statement.words[position].sign for position in own):
            return own
    found, verb = _leftwards(statement, target.first - 1, pair.first.last)
    found += _noun_after(statement, target.last)
    if verb is not None:
        return [*found, *verb]
    start = pair.first.first
    of_effect = _EFFECT_OF.search(pair.before) and _ON.fullmatch(pair.between)
    if of_effect and not found:  # "the harmful effect of X on Y led to"
        found = _leftwards(statement, start - 1, max(0, start - _OPENING))[0]
        if any(statement.words[position].sign for position in found):
            return found
    against = any(is_against(statement.atoms[place]) for place in target.named)
    if not against and not any(statement.words[position].relation for position in found):
        found += _verb_after(statement, target.last)
    if found:
        return found
    found, verb = _leftwards(statement, start - 1, max(0, start - _OPENING))
    if found:  # "Z mitigates the harmful effect of X on Y": the verb is that of another agent
        verb = None
    return [p for p in (*found, *(verb or ())) if not statement.words[p].knockout]


def _around_first(pair: Pair) -> list[int]:
    """Positions of the words that govern a target before its agent."""
    statement, target = pair.statement, pair.first
    if _BY_DOING.fullmatch(pair.between):  # "Z inhibits Y by raising X"
        found, verb = _leftwards(statement, target.first - 1, 0)
        doing = [
            place for place in range(target.last, pair.second.first) if _does(statement, place)
        ]
        if verb:
            return [*found, *verb, *doing]
    found = _noun_phrases_before(statement, target.first - 1)
    found += _noun_after(statement, target.last)
    found += _verb_between(statement, target.last, pair.second.first)
    if found and not any(statement.words[position].sign for position in found):
        found += _agent_noun(statement, pair.second)
    if found:
        return found
    found, verb = _leftwards(statement, target.first - 1, 0)
    found += verb or ()
    if not found and any(word.cause for word in statement.words[target.last : pair.second.first]):
        return []  # "Y due to X is rare"
    return found or _verb_after(statement, pair.second.last)


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
        if code in _PARTICIPLES and place - 1 > end and codes[place - 1] == "-":
            continue  # "ABRE-binding protein": of another thing
        if code in _GOVERNORS:
            if word.relation:
                return found, [place, *([] if word.sign else _manner(statement, place))]
            break
        if code in _LIST_SIGNS:
            crossed += code
        elif code == "A" and not word.guarding and right not in _BEHIND_ACTING:
            pass  # "toxic Y"
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


def _does(statement: Statement, place: int) -> bool:
    return statement.codes[place] == "g" and statement.words[place].relation


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
            (words[position].measured or statement.atoms[position] == "losses")
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
        if place and codes[place - 1] == "-":
            told = False  # "X-treated cells"
        if told and words[place].sign:
            return [place]
        before = code or before
    return []


def _verb_between(statement: Statement, position: int, end: int) -> list[int]:
    """The first verb or participle of a relation between target and agent."""
    codes, words = statement.codes, statement.words
    by = next((place for place in range(end - 1, position, -1) if codes[place] == "b"), None)
    neutral: int | None = None  # "affected" of "Y production is affected by X"
    for place in range((by or position) - 1, position - 1, -1):  # "activated by Z, stopped by X"
        told = words[place].sign and codes[place] in tuple("dnuv")
        if told and (words[place].measured if neutral is not None else codes[place] != "v"):
            return [place]
        if neutral is None and codes[place] == "d" and words[place].relation:
            neutral = place
    if neutral is not None:
        return [neutral, *_manner(statement, neutral)]
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
