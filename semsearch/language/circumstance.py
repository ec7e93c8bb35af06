"""Whether what was asked for as acting is only the circumstance under which something else acts."""

from __future__ import annotations

import re

from semsearch.language.lexicon import Word, load_lexicon
from semsearch.language.relation import Pair

# A subject of its own and the verb of which the target is the object: "X increased (the) Y".
_ACTS = re.compile(r"(?P<subject>(?:[xjJA\-&]*[xn][ofipc])*[xjJA\-&]*x-?)[vd][xjJ\-]*$")
_OPENS = frozenset(".;,qy")  # what may stand before the subject
_FRONTED = re.compile(r"[xjJ\-]*,?")  # "under X stress, silicon increased Y"
_VERB = re.compile(r",[vd][xjJ\-]*")  # "silicon, under X, increased Y"
_ENCLOSED = re.compile(r"(?:^|[.;,qy])[xjJA\-&]*x-?,c[xjJ\-]*$")
_BY = re.compile(r"[dg][^.;,qy]*?b(?P<doer>[xjJA\-]*x)")  # "Y was increased by silicon"
# No verb between the target and its circumstance: "Y of wheat under", "Y (under".
_BESIDE = re.compile(r"(?:[oifp(][xjJA\-]*)*[(,]?c[xjJA\-]*")
# What tells that the target itself is another one under the circumstance:
_TOLD_BEHIND = re.compile(r"[xjJA\-&),]*(?:[amhDM][amhDMN]*x?[dujJEAUN]|[du](?![xjJ]))")
_NAMED_CHANGE = re.compile(r"(?:n|E)[oif][xjJA\-&]*$")  # "a reduction in Y under X"
_REPORTED = re.compile(r"l[xjJA\-]*[djJE][xjJA\-&]*$")  # "we found reduced Y under X"
_SHOWN = re.compile(r"h[xjJA\-]*[djJE][xjJA\-&]*$")  # "plants showed reduced Y under X"
_CELLS = ("cyte", "cytes", "blast", "blasts", "phage", "phages", "clast", "clasts")


def another_acts(pair: Pair, *, agent_is_second: bool) -> bool:
    """Whether something else acts on the target, and the agent is where or when it does.

    "Silicon increased yield under drought" tells what silicon does, and "QTL for yield under
    drought" of no effect. "Plants close stomata under drought", "yield increased under drought" and
    "we found increased yield under drought" tell of drought.

    Args:
        pair: the mentions.
        agent_is_second: whether the agent is the later one.
    """
    lexicon = load_lexicon()
    agent = pair.second if agent_is_second else pair.first
    if not _is_circumstance(pair, agent.first, lexicon.circumstances):
        return False
    if agent_is_second:
        if _has_doer(pair, pair.first.last, pair.second.first):
            return True
        return _BESIDE.fullmatch(pair.between) is not None and not _is_told(pair)
    if _has_doer(pair, pair.second.last, len(pair.statement.codes)):
        return True  # "under X, Y was increased by silicon"
    if _VERB.fullmatch(pair.between) and _ENCLOSED.search(pair.before):
        return not _bear(_words(pair, 0, pair.first.first))
    start = _FRONTED.match(pair.between)
    found = _subject(pair, agent.last, pair.second.first, start.end() if start else 0)
    return found is not None and not _bear(found)


def _has_doer(pair: Pair, first: int, last: int) -> bool:
    """Whether a passive verb right there names what acts: "was increased by silicon"."""
    places = _places(pair, first, last)
    line = "".join(pair.statement.codes[place] for place in places)
    found = _BY.search(line)
    if found is None or "a" not in line[: found.start()]:
        return False
    start, end = found.span("doer")
    words = [pair.statement.atoms[place] for place in places[start:end]]
    return load_lexicon().amounts.isdisjoint(words)


def _bear(words: list[str]) -> bool:
    """Whether words name a bearer of effects, or only more of the circumstance: "X stress"."""
    lexicon = load_lexicon()
    return any(word in lexicon.bearers or word.endswith(_CELLS) for word in words) or all(
        lexicon.words.get(word, Word()).lean > 0 for word in words
    )


def _is_told(pair: Pair) -> bool:
    """Whether a target that stands right before its circumstance is said to change under it."""
    before = pair.before
    if _TOLD_BEHIND.match(pair.after) or _REPORTED.search(before):
        return True
    named = _NAMED_CHANGE.search(before)
    if named is not None and _changes(pair, len(before) - named.start()):
        return True
    if _SHOWN.search(before) is not None:
        return _bear(_words(pair, 0, pair.first.first))
    subject = _subject(pair, 0, pair.first.first)
    return subject is not None and _bear(subject)


def _changes(pair: Pair, back: int) -> bool:
    """Whether the word that stands some parts before the first mention tells more or less."""
    places = _places(pair, 0, pair.first.first)
    return bool(pair.statement.words[places[-back]].sign)


def _subject(pair: Pair, first: int, last: int, passed: int = 0) -> list[str] | None:
    """The words of the subject whose verb has what follows for its object; None without one.

    Args:
        pair: the mentions.
        first: atom from which it is looked for.
        last: atom behind the verb.
        passed: parts at most before it that may be anything; the rest must open a clause.
    """
    places = _places(pair, first, last)
    line = "".join(pair.statement.codes[place] for place in places)
    found = _ACTS.search(line)
    if found is None:
        return None
    start, end = found.span("subject")
    if start > passed and line[start - 1] not in _OPENS:
        return None
    if passed and line[:passed].endswith(",") and start < passed:
        start = passed
    return [pair.statement.atoms[place] for place in places[start:end] if place >= first]


def _words(pair: Pair, first: int, last: int) -> list[str]:
    return [pair.statement.atoms[place] for place in _places(pair, first, last)]


def _places(pair: Pair, first: int, last: int) -> list[int]:
    """The atoms of a stretch that are not passed over."""
    return [place for place in range(first, last) if pair.statement.codes[place]]


def _is_circumstance(pair: Pair, position: int, prepositions: frozenset[str]) -> bool:
    """Whether a preposition leads to the mention at a position: "under severe X"."""
    codes, atoms = pair.statement.codes, pair.statement.atoms
    for place in range(position - 1, -1, -1):
        if atoms[place] in prepositions:
            return True
        if codes[place] not in ("", "x", "j", "J", "-"):
            return False
    return False
