"""What a statement says of an agent by telling what happens, or does not, where it is missing."""

from __future__ import annotations

import re
from dataclasses import replace

from semsearch.language.clauses import Statement
from semsearch.language.effect import Effect, is_denied
from semsearch.language.mentions import Mention
from semsearch.language.relation import Pair, make_pair

_BESIDE = 4  # atoms before an agent in which "without" belongs to it
_AROUND = 10  # atoms beside a mention in which what lacks it is named
# The target is denied itself, not a change of it, by what stands before or behind it.
_NONE_BEFORE = re.compile(r"O[xjJAHP\-]*$")  # "mutants had no Y", "no Y was seen in"
_NOT_DONE_BEFORE = re.compile(r"N[hl][xjJAHP\-]*$")  # "mutants did not show Y"
_NOT_SEEN_BEHIND = re.compile(r"^[xjJA\-]*[Dahm]+N[xa]*[hlx]")  # "Y was not seen, formed, there"
_SEEN_BEHIND = re.compile(
    r"^[xjJA\-]*(?:[ah]+[xa]*l|u)[x,]*[icOp]"
)  # "Y was seen in", "Y occurred"


def holder_lacks(statement: Statement, mention: Mention) -> bool:
    """Whether something that lacks the mention is spoken of: "X mutants", "cells without X".

    "Loss of X" and "silencing X" name what was done, not what it was done to.
    """
    words = statement.words
    near = range(max(0, mention.first - _AROUND), min(len(words), mention.last + _AROUND))
    return any(words[place].holder for place in near)


def without_lack(pair: Pair, agent: Mention) -> Pair:
    """The pair with "without" before the agent read as a circumstance: it denies no relation."""
    statement = pair.statement
    places = [
        place
        for place in range(max(0, agent.first - _BESIDE), agent.first)
        if statement.codes[place] == "O" and statement.words[place].knockout
    ]
    if not places:
        return pair
    codes = list(statement.codes)
    for place in places:
        codes[place] = "c"
    return make_pair(replace(statement, codes=codes), pair.first, pair.second)


def shown_by_lack(pair: Pair, effect: Effect, agent: Mention) -> int | None:
    """What the agent does, where a statement denies something of what lacks the agent.

    "X mutants failed to repress Y" tells that X represses Y, and "no Y was seen without X" that it
    makes Y; but "loss of X did not change Y" denies that it does anything.

    Args:
        pair: the mentions.
        effect: what is said to happen to the target.
        agent: the mention that is taken away.

    Returns:
        The sign of what it does, 0 where neither more nor less is said, or None where the denial is
        one of the relation.
    """
    statement = pair.statement
    if agent is pair.first:
        none = _NONE_BEFORE.search(pair.between) or _NOT_DONE_BEFORE.search(pair.between)
    else:
        none = _NONE_BEFORE.search(pair.before)
    seen = pair.after if agent is pair.first else pair.between
    if (none or _NOT_SEEN_BEHIND.search(seen)) and not any(
        statement.words[place].sign for place in effect.positions
    ):
        return 1
    if not holder_lacks(statement, agent):
        return None
    denied = [place for place in effect.positions if is_denied(statement, place)]
    if any(statement.words[place].measured for place in denied):
        return None
    if denied:
        return effect.sign
    behind = pair.second.first
    unable = any(
        statement.words[place].denial == "f" and "&" not in statement.codes[place:behind]
        for place in range(pair.first.last, behind)
    )  # not "failed to sustain growth and entered Y"
    return 1 if unable and effect.sign >= 0 else None


def kept_without(pair: Pair, effect: Effect, agent: Mention) -> bool:
    """Whether the target is said to be there where the agent is missing.

    "Y was still seen in the absence of X", "Y occurred without X".
    """
    return (
        agent is pair.second
        and _SEEN_BEHIND.search(pair.between) is not None
        and not any(pair.statement.words[place].sign for place in effect.positions)
    )
