"""Whether what was asked for as acting is only the circumstance under which something else acts."""

from __future__ import annotations

import re

from semsearch.language.lexicon import load_lexicon
from semsearch.language.relation import Pair

# A subject of its own and the verb of which the target is the object: "X increased (the) Y".
_ACTS = re.compile(r"(?P<subject>(?:[xjJA\-&]*[xn][ofipc])*[xjJA\-&]*x)[vd][xjJ\-]*$")
_OPENS = frozenset("..;,qy")  # what may stand before the subject
# No verb between the target and its circumstance: "Y of wheat under", "Y (under".
_BESIDE = re.compile(r"(?:[oifp(][xjJA\-]*)*[(,]?c[xjJA\-]*")
# What tells that the target itself is another one under the circumstance:
_TOLD_BEHIND = re.compile(
    r"[xjJA\-&)]*(?:[amhDM][amhDMN]*x?[dujJEAUN]|[du](?![xjJ]))"
)  # "Y under X was lower"
_NAMED_CHANGE = re.compile(r"(?:n|E)[oif][xjJA\-&]*$")  # "a reduction in Y under X"
_REPORTED = re.compile(r"l[xjJA\-]*[djJE][xjJA\-&]*$")  # "we found reduced Y under X"
_SHOWN = re.compile(r"h[xjJA\-]*[djJE][xjJA\-&]*$")  # "plants showed reduced Y under X"


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
        return _BESIDE.fullmatch(pair.between) is not None and not _is_told(pair, lexicon.bearers)
    target = pair.second
    found = _subject(pair, agent.last, target.first)
    return (
        found is not None
        and pair.between.startswith(",")  # "under X, silicon increased Y"
        and lexicon.bearers.isdisjoint(found)
    )


def _is_told(pair: Pair, bearers: frozenset[str]) -> bool:
    """Whether a target that stands right before its circumstance is said to change under it."""
    before = pair.before
    if _TOLD_BEHIND.match(pair.after) or _REPORTED.search(before):
        return True
    named = _NAMED_CHANGE.search(before)
    if named is not None and _changes(pair, len(before) - named.start()):
        return True
    atoms = pair.statement.atoms[: pair.first.first]
    if _SHOWN.search(before) is not None:
        return not bearers.isdisjoint(atoms)
    subject = _subject(pair, 0, pair.first.first)
    return subject is not None and not bearers.isdisjoint(subject)


def _changes(pair: Pair, back: int) -> bool:
    """Whether the word that stands some parts before the first mention tells more or less."""
    codes, words = pair.statement.codes, pair.statement.words
    places = [place for place in range(pair.first.first) if codes[place]]
    return bool(words[places[-back]].sign)


def _subject(pair: Pair, first: int, last: int) -> list[str] | None:
    """The words of the subject whose verb has what follows for its object; None without one."""
    codes, atoms = pair.statement.codes, pair.statement.atoms
    places = [place for place in range(first, last) if codes[place]]
    line = "".join(codes[place] for place in places)
    found = _ACTS.search(line)
    if found is None:
        return None
    start, end = found.span("subject")
    if start and line[start - 1] not in _OPENS:
        return None
    return [atoms[place] for place in places[start:end]]


def _is_circumstance(pair: Pair, position: int, prepositions: frozenset[str]) -> bool:
    """Whether a preposition leads to the mention at a position: "under severe X"."""
    codes, atoms = pair.statement.codes, pair.statement.atoms
    for place in range(position - 1, -1, -1):
        if atoms[place] in prepositions:
            return True
        if codes[place] not in ("", "x", "j", "J", "-"):
            return False
    return False
