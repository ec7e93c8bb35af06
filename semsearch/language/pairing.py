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
_LISTED_COST = 0.5
_LONGEST_LIST = 60  # atoms behind two names in which the "and" of their list is looked for
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

# Nothing but names of a list between two mentions: "TNF, IL-1 and IL-6", "A and the level of B".
_LISTED = re.compile(
    r"(?:_*\([^()]*\)|_*[x\-]){0,4}_*[,&](?:[_xjJeo()\-]*[,&])*(?:(?<=&)[_n]*)?[_xjJeo()\-]*"
)
_GOES_ON = re.compile(r"[_xjJeo()\-]*(?:,[_xjJeo()\-]*)*&")  # up to the "and" of a list
_EXAMPLES = frozenset(
    "including include includes namely like ie e especially particularly such".split()
)
_NAME_WORDS = frozenset("xjJeon-&(")
_OPENERS = frozenset("cibpf")
_PARTICIPLES = frozenset("dg")
_STARTS = frozenset(".;,y")


def listed_together(statement: Statement, first: Mention, second: Mention) -> bool:
    """Whether two mentions are names in one list, of which none is said to act on another.

    In "under A, B and C fell" the first name is no member, and in "what blocks A, such as B" the
    second one is an example of what stands before.
    """
    codes = statement.codes
    line = "".join([code or "_" for code in codes[first.last : second.first]])
    if _LISTED.fullmatch(line) is None:
        return False
    if not _EXAMPLES.isdisjoint(statement.atoms[first.last : second.first]):
        return False
    behind = "".join([code or "_" for code in codes[second.last : second.last + _LONGEST_LIST]])
    if "&" not in line and _GOES_ON.match(behind) is None:
        return False
    return not (line.lstrip("_x()-").startswith(",") and _opens(statement, first.first))


def _opens(statement: Statement, position: int) -> bool:
    """Whether a clause begins with a circumstance that a mention ends: "in cells with A"."""
    codes, found = statement.codes, False
    for place in range(position - 1, -1, -1):
        code = codes[place]
        if statement.atoms[place] in _EXAMPLES:
            return False  # "cytokines such as A, B and C rose"
        if code in _STARTS:
            break
        if code and code not in _NAME_WORDS and code not in _OPENERS:
            before = next((c for c in reversed(codes[:place]) if c), ".")
            return found and code in _PARTICIPLES and before in _STARTS  # "treated with A"
        found = found or code in _OPENERS
    return found


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
            if listed_together(statement, left, right):
                score -= _LISTED_COST
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
