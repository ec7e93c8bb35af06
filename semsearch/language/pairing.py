"""Which mention of an agent and which of a target a statement relates to each other."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from semsearch.language.clauses import Statement
from semsearch.language.mentions import Mention

_NAMED = 2.0  # weight of the share of a side that a mention names
_LENGTH_COST = 0.012  # an atom between the mentions
_COMMA_COST = 0.03
_END_COST = 0.3
_BREAK_COST = 0.3
_STRONG_BONUS = 0.25  # a verb between the mentions, or the first one in an opening phrase
_WEAK_BONUS = 0.15  # another word of a relation
_DIRECT_BONUS = 0.2
_FURTHEST = 150  # atoms between two mentions that are read together
_STRONG = re.compile("[vdgubrcAU]")
_WEAK = re.compile("[nfejJA]")
# What parts two mentions: the end of a sentence, and a conjunction that brings in a new subject;
# behind "but failed to" and ", and raises" the subject is still the old one.
_END = re.compile("[.;]")
_NEW_SUBJECT = re.compile("y(?![_,H]*[vdguaDNOmMhrst])|,_*&_*[xjJnEe][_xjJnEeo-]*[aDmMhvudr]")
# The same where the second mention is the new subject: "Y falls, and X rises".
_JOINED = re.compile("[vdua].*,_*&[_xjJn-]*$")
_PREDICATE = re.compile("[_xn-]*[aDmMhvudr]")
# One verb, and nothing but words of a noun phrase up to the second mention.
_DIRECT = re.compile("^[_xjJahmMDNtO-]*[vdg][_xjJH-]*$")


def choose(
    statement: Statement, agents: Sequence[Mention], targets: Sequence[Mention]
) -> tuple[Mention, Mention] | None:
    """The two mentions that belong together most likely: near, in one clause, with a verb."""
    line = "".join([code or "_" for code in statement.codes])
    best: tuple[Mention, Mention] | None = None
    highest = -math.inf
    for agent in agents:
        for target in targets:
            named = _NAMED * (agent.share + target.share)
            if named + _STRONG_BONUS + _DIRECT_BONUS <= highest or (
                agent.first < target.last and target.first < agent.last
            ):
                continue
            left, right = (agent, target) if agent.first < target.first else (target, agent)
            between = line[left.last : right.first]
            if len(between) > _FURTHEST:
                continue
            commas = between.count(",")
            score = named - _LENGTH_COST * len(between) - _COMMA_COST * commas
            score -= _END_COST * len(_END.findall(between))
            breaks = len(_NEW_SUBJECT.findall(between))
            if _JOINED.search(between) and _PREDICATE.match(line, right.last):
                breaks += 1
            score -= _BREAK_COST * breaks
            if _DIRECT.search(between):
                score += _DIRECT_BONUS
            if _STRONG.search(between) or (commas and _brings_in(statement.codes, left.first)):
                score += _STRONG_BONUS
            elif _WEAK.search(between):
                score += _WEAK_BONUS
            if score > highest:
                highest, best = score, (agent, target)
    return best


def _brings_in(codes: Sequence[str], position: int) -> bool:
    """Whether a mention stands in an opening phrase: "In X mutants, Y …", "under X, Y …"."""
    for code in reversed(codes[max(0, position - 6) : position]):
        if code in ("c", "i", "b"):
            return True
        if code in ("v", "d", ",", ".", ";"):
            return False
    return False
