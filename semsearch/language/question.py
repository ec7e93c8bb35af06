"""What a question asks: agent, relation and target."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from semsearch.language.lexicon import REVERSE
from semsearch.language.question_forms import OPENERS, Found, find_asked, find_stated
from semsearch.language.relation import Polarity

_AUXILIARY = re.compile(
    r"^(?:(?:is it (?:true|known|possible|likely|the case) that|"
    r"is there (?:any )?evidence (?:that|for)|whether|if)\s+|"
    r"(do|does|did|can|could|may|might|will|would|should|has|have|had|is|are|was|were|must)\s+)"
    r"(.*)$",
    re.IGNORECASE | re.DOTALL,
)
_NEGATED = re.compile(
    r"\b(?:not|never|fails?\s+to|failed\s+to|unable\s+to|no\s+longer)\s+|n['’]t\s+", re.I
)
_BE = frozenset({"is", "are", "was", "were"})
_EFFECT = r"(?:effect|influence|impact)\s+(?:on|upon)\s+"
_NO_EFFECT = re.compile(rf"\b(?:has|have|had)\s+no\s+{_EFFECT}", re.I)
_HAS_EFFECT = re.compile(rf"\b(?:has|have|had)\s+(?:an?\s+)?(?:\w+\s+)?{_EFFECT}", re.I)
_CIRCUMSTANCE = re.compile(
    r"^\s*(?:under|after|upon|with|during|following|in response to|due to|because of|by)\s+", re.I
)
_ADVERB = re.compile(
    r"\s+(?:also|directly|indirectly|significantly|really|actually|always|often|strongly)$", re.I
)  # "Rht genes directly"
_ARTICLE = re.compile(r"^(?:the|a|an|any|some)\s+", re.I)


class QuestionKind(StrEnum):
    """Whether a question can be answered with yes or no."""

    YES_NO = "yes-no"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnalysis:
    """What a question asks.

    Attributes:
        text: the question as it was given.
        kind: whether it asks for a yes or no. What is no clause but names both sides of a
            relation ("role of X in Y", "X → Y", "X-induced Y") does.
        agent: what acts, as the question has it, without a leading article. In "does Y depend on
            X" and "is Y induced by X" that is X.
        relation: base form of the verb.
        target: what is acted on.
        polarity: of the relation.
        negated: whether the question is about the lack of it: "does X fail to induce Y".
    """

    text: str
    kind: QuestionKind
    agent: str | None
    relation: str | None
    target: str | None
    polarity: Polarity | None
    negated: bool


def analyse_question(text: str) -> QuestionAnalysis:
    """Finds agent, relation and target of a question; what is not found is None."""
    bare = " ".join(text.split()).rstrip("?!. ")
    is_open = OPENERS.match(bare) is not None
    negated = _NEGATED.search(bare) is not None or _NO_EFFECT.search(bare) is not None
    bare = _NO_EFFECT.sub("affect ", _NEGATED.sub(" ", bare)).strip()
    bare = _HAS_EFFECT.sub("affect ", bare)
    asked = _AUXILIARY.match(bare)
    found = _find(bare, asked)
    closed = asked is not None and not is_open
    nothing = QuestionAnalysis(
        text=text,
        kind=QuestionKind.YES_NO if closed else QuestionKind.OPEN,
        agent=None,
        relation=None,
        target=None,
        polarity=None,
        negated=negated,
    )
    if found is None:
        return nothing
    agent, word, target = found
    circumstance = _CIRCUMSTANCE.match(target)
    if circumstance:  # "does Y rise under X": what stands first is acted on
        agent, target = target[circumstance.end() :], agent
    elif word.code == REVERSE:  # "does Y depend on X"
        agent, target = target, agent
    named = (_clean(agent), _clean(target))
    complete = all(named) and not is_open
    return replace(
        nothing,
        kind=QuestionKind.YES_NO if closed or complete else QuestionKind.OPEN,
        agent=named[0],
        relation=word.base or None,
        target=named[1],
        polarity=(Polarity.NEUTRAL, Polarity.INCREASE, Polarity.DECREASE)[word.sign],
    )


def _find(bare: str, asked: re.Match[str] | None) -> Found | None:
    if asked is None:
        return find_stated(bare)
    auxiliary, rest = asked.group(1), asked.group(2)
    if auxiliary is None:  # "is there evidence that X induces Y"
        return find_stated(rest)
    return find_asked(rest, passive_first=auxiliary.lower() in _BE) or find_stated(bare)


def _clean(phrase: str) -> str | None:
    """A phrase without what surrounds it; None for question words and nothing."""
    bare = _ADVERB.sub("", _ARTICLE.sub("", phrase.strip(" ,;:"))).strip()
    return None if not bare or OPENERS.match(bare) else bare
