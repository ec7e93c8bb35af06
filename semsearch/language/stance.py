"""What a statement says about the relation that a question asks for."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from semsearch.language.clauses import Statement, atoms_of, mask_markers, read_clauses
from semsearch.language.effect import Effect, denial_features, read_effect
from semsearch.language.lexicon import Lexicon, Word, load_lexicon
from semsearch.language.mentions import ENOUGH, Mention, Side, part_shared
from semsearch.language.question import QuestionAnalysis
from semsearch.language.relation import Pair, Polarity, StanceModels, load_models, make_pair
from semsearch.language.surroundings import direction_features, taken_away

# Where no word of a relation stands near two mentions, nothing is said of them.
_NO_RELATION = re.compile(r"[^vdgnuercwbEefJAjUOcs]*")
_BESIDE = 8  # parts of words beside the mentions that are looked at
_MOST_BONUS = 0.25  # for two mentions with a verb between them
_STRONG = re.compile("[vdgubrc]")
_WEAK = re.compile("[nfejJA]")
_FURTHEST = 150  # atoms between two mentions that are read together
_AROUND = 14  # atoms around the mentions in which the word that denies or hedges is looked for


class Stance(StrEnum):
    """What a statement says about a question."""

    SUPPORTS = "supports"
    HEDGED_SUPPORTS = "hedged_supports"
    OPPOSES = "opposes"
    REVERSED = "reversed"  # the target acts on the agent, or is said not to
    UNRELATED = "unrelated"


class SpanRole(StrEnum):
    """What a deciding span is for."""

    AGENT = "agent"
    RELATION = "relation"
    TARGET = "target"
    NEGATION = "negation"
    HEDGE = "hedge"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidingSpan:
    """Characters of the text, half-open, that decided the reading."""

    role: SpanRole
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StanceReading:
    """How a statement was read.

    Attributes:
        stance: towards the question.
        spans: what decided it, in the order of the text.
        agent_coverage: how much of the agent the text names, 0 to 1.
        target_coverage: how much of the target the text names, 0 to 1.
        relation_found: whether a word of a relation stands between the two.
    """

    stance: Stance
    spans: tuple[DecidingSpan, ...]
    agent_coverage: float
    target_coverage: float
    relation_found: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the models see of one statement; ``agent_first`` by the order of the text."""

    pair: Pair
    agent_first: bool


class StanceReader:
    """Reads statements for one question.

    Args:
        question: as ``analyse_question`` gives it.
        synonyms: other forms of names in the question, by any form.
        models: weights to read with; those of the package if None.
    """

    def __init__(
        self,
        question: QuestionAnalysis,
        *,
        synonyms: Mapping[str, Sequence[str]] | None = None,
        models: StanceModels | None = None,
    ) -> None:
        self.question = question
        self._lexicon: Lexicon = load_lexicon()
        given = synonyms or {}
        agent, target = question.agent or "", question.target or ""
        shared = frozenset(_atoms(agent)) & frozenset(_atoms(target))
        self._agent = Side(agent, self._lexicon, given, shared)
        self._target = Side(target, self._lexicon, given, shared)
        signs = {Polarity.INCREASE: 1, Polarity.DECREASE: -1}
        self._sign = signs.get(question.polarity, 0) if question.polarity else 0
        self._bad = _is_bad(target, self._lexicon)
        word = self._lexicon.bases.get(question.relation or "")
        if word is not None and word.quality and self._bad:
            self._sign = -self._sign
        self._models = models or load_models()

    def read(self, text: str) -> StanceReading:
        """The stance of a text, in at most a fifth of a millisecond for one of usual length."""
        evidence, coverage = self.evidence(text)
        if evidence is None:
            return _unrelated(coverage)
        pair = evidence.pair
        first_acts = self._models.direction.score(pair, direction_features(pair)) > 0
        forward = first_acts == evidence.agent_first
        effect = read_effect(pair, target_is_second=first_acts, bad=self._bad)
        if not effect.known and _NO_RELATION.fullmatch(
            pair.before[-_BESIDE:] + pair.between + pair.after[:_BESIDE]
        ):
            return _unrelated(coverage)
        if not forward:
            return self._reading(Stance.REVERSED, evidence, effect, coverage)
        agent = pair.first if evidence.agent_first else pair.second
        away = taken_away(pair.statement, agent)
        denied = self._models.denial.score(pair, denial_features(pair, effect)) > 0
        hedged = self._models.hedge.score(pair) > 0
        sign = -effect.sign if away else effect.sign
        if denied and away and self._unable(pair, effect):
            denied, sign = False, self._sign
        if denied or (sign and self._sign and sign != self._sign):
            stance = Stance.OPPOSES
        else:
            stance = Stance.HEDGED_SUPPORTS if hedged else Stance.SUPPORTS
        if self.question.negated:
            stance = Stance.SUPPORTS if stance is Stance.OPPOSES else Stance.OPPOSES
        return self._reading(stance, evidence, effect, coverage)

    def _unable(self, pair: Pair, effect: Effect) -> bool:
        """Whether what lacks the agent cannot do what the agent does: "mutants fail to do it"."""
        words = pair.statement.words
        if effect.sign and self._sign:
            return effect.sign == self._sign
        return effect.sign >= 0 and any(
            word.denial == "f" for word in words[pair.first.last : pair.second.first]
        )

    def evidence(self, text: str) -> tuple[Evidence | None, tuple[float, float]]:
        """The pair of mentions that is read, if both sides are named, and their coverage."""
        if not self._agent.units or not self._target.units:
            return None, (0.0, 0.0)
        rows = atoms_of(mask_markers(text))
        atoms = [row[0] for row in rows]
        agent_hits = self._agent.hits(atoms)
        target_hits = self._target.hits(atoms)
        coverage = (self._agent.coverage(agent_hits), self._target.coverage(target_hits))
        if min(coverage) < ENOUGH:
            return None, coverage
        statement = read_clauses(rows, self._lexicon)
        agent_hits, target_hits = part_shared(agent_hits, target_hits)
        of_agent = frozenset(hit[0] for hit in agent_hits)
        of_target = frozenset(hit[0] for hit in target_hits)
        agents = self._agent.mentions(agent_hits, statement.codes, of_target - of_agent)
        targets = self._target.mentions(target_hits, statement.codes, of_agent - of_target)
        best = _choose(statement, agents, targets)
        if best is None:
            return None, coverage
        agent, target = best
        return Evidence(make_pair(statement, agent, target), agent.first < target.first), coverage

    def _reading(
        self, stance: Stance, evidence: Evidence, effect: Effect, coverage: tuple[float, float]
    ) -> StanceReading:
        pair = evidence.pair
        statement = pair.statement
        agent, target = (
            (pair.first, pair.second) if evidence.agent_first else (pair.second, pair.first)
        )
        spans = [
            _span(statement, SpanRole.AGENT, agent.first, agent.last),
            _span(statement, SpanRole.TARGET, target.first, target.last),
        ]
        told = [(position, SpanRole.RELATION) for position in effect.positions]
        if stance is Stance.OPPOSES:
            told += [(position, SpanRole.NEGATION) for position in _cues(pair, "NOU")]
        if stance is Stance.HEDGED_SUPPORTS:
            told += [(position, SpanRole.HEDGE) for position in _cues(pair, "mHsP")]
        spans += [
            _span(statement, role, position, statement.phrase_end(position))
            for position, role in dict(told).items()
            if not agent.first <= position < agent.last
            and not target.first <= position < target.last
        ]
        spans.sort(key=lambda span: (span.start, span.end))
        return StanceReading(
            stance=stance,
            spans=tuple(spans),
            agent_coverage=coverage[0],
            target_coverage=coverage[1],
            relation_found=effect.known,
        )


def _choose(
    statement: Statement, agents: Sequence[Mention], targets: Sequence[Mention]
) -> tuple[Mention, Mention] | None:
    """The two mentions that belong together most likely: near, in one clause, with a verb."""
    line = "".join([code or "_" for code in statement.codes])
    best: tuple[Mention, Mention] | None = None
    highest = -math.inf
    for agent in agents:
        for target in targets:
            named = 1.5 * (agent.share + target.share)
            if named + _MOST_BONUS <= highest or (
                agent.first < target.last and target.first < agent.last
            ):
                continue
            left, right = (agent, target) if agent.first < target.first else (target, agent)
            between = line[left.last : right.first]
            if len(between) > _FURTHEST:
                continue
            breaks = between.count(".") + between.count(";") + between.count("y")
            commas = between.count(",")
            score = named - 0.012 * len(between) - 0.15 * breaks - 0.03 * commas
            if _STRONG.search(between) or (commas and _brings_in(statement.codes, left.first)):
                score += _MOST_BONUS
            elif _WEAK.search(between):
                score += 0.15
            if score > highest:
                highest, best = score, (agent, target)
    return best


def _cues(pair: Pair, codes: str) -> list[int]:
    """Words of some kind between the mentions, or else nearest to them in their clause."""
    found = pair.statement.codes
    between = [
        p for p in range(pair.first.last, pair.second.first) if found[p] and found[p] in codes
    ]
    if between:
        return between
    for places in (
        range(pair.first.first - 1, max(-1, pair.first.first - _AROUND), -1),
        range(pair.second.last, min(len(found), pair.second.last + _AROUND)),
    ):
        for place in places:
            if found[place] and found[place] in codes:
                return [place]
    return []


def _brings_in(codes: Sequence[str], position: int) -> bool:
    """Whether a mention stands in an opening phrase: "In X mutants, Y …", "under X, Y …"."""
    for code in reversed(codes[max(0, position - 6) : position]):
        if code in ("c", "i", "b"):
            return True
        if code in ("v", "d", ",", ".", ";"):
            return False
    return False


def _span(statement: Statement, role: SpanRole, first: int, last: int) -> DecidingSpan:
    return DecidingSpan(role=role, start=statement.starts[first], end=statement.ends[last - 1])


def _unrelated(coverage: tuple[float, float]) -> StanceReading:
    return StanceReading(
        stance=Stance.UNRELATED,
        spans=(),
        agent_coverage=coverage[0],
        target_coverage=coverage[1],
        relation_found=False,
    )


def _atoms(phrase: str) -> list[str]:
    return [atom for atom, _, _ in atoms_of(phrase)]


# Heads behind which the thing itself is named: "risk of stroke".
_MEASURES = frozenset(
    "risk risks incidence severity number level levels amount rate rates probability prevalence"
    " onset development progression occurrence frequency growth signs extent likelihood chance"
    " symptoms burden content concentration".split()
)
_PREPOSITIONS = frozenset("oifpcb")
_BAD_ENDINGS = ("itis", "emia", "aemia", "pathy", "algia")  # of the names of diseases


def _is_bad(target: str, lexicon: Lexicon) -> bool:
    """Whether the head of a phrase is a bad thing: "risk of stroke", not "stress tolerance"."""
    head = Word()
    name = ""
    for atom in _atoms(target):
        if atom in ("and", "or", ",") and head.bad:
            return True
        word = lexicon.words.get(atom, Word())
        if word.code and word.code in _PREPOSITIONS:
            if name in _MEASURES and not head.bad:
                continue
            break
        if atom.isalpha():
            head, name = word, atom
    return head.bad or name.endswith(_BAD_ENDINGS)
