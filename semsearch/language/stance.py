"""What a statement says about the relation that a question asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from semsearch.language.absence import is_little, taken_away
from semsearch.language.clauses import Statement, atoms_of, mask_markers, read_clauses
from semsearch.language.effect import Effect, denial_features, read_effect
from semsearch.language.lacking import kept_without, shown_by_lack, without_lack
from semsearch.language.lexicon import Lexicon, Word, forms_of, load_lexicon
from semsearch.language.mentions import ENOUGH, Mention, Side, part_shared
from semsearch.language.pairing import choose, listed_together
from semsearch.language.question import QuestionAnalysis
from semsearch.language.relation import Pair, Polarity, StanceModels, load_models, make_pair
from semsearch.language.surroundings import direction_features

# Where no word of a relation stands near two mentions, nothing is said of them.
_NO_RELATION = re.compile(r"[^vdgnuercwbEefJAjUOcs]*")
_BESIDE = 8  # parts of words beside the mentions that are looked at
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
        if word is not None and word.if_bad and not self._bad:
            self._sign = 0
        form = self._lexicon.words.get(question.relation or "", Word())
        if form.guarding == "from" and "from" in _atoms(target):
            self._sign = -1  # "does X protect cells from Y": less of Y, as in statements
        self._lack = any(self._lexicon.words.get(atom, Word()).lack for atom in _atoms(agent))
        self._gene = agent.lower() if _GENE.fullmatch(agent) else ""
        self._asked = forms_of(question.relation or "")
        self._models = models or load_models()

    def read(self, text: str) -> StanceReading:
        """The stance of a text, in at most a fifth of a millisecond for one of usual length."""
        evidence, coverage = self.evidence(text)
        if evidence is None:
            return _unrelated(coverage)
        pair = evidence.pair
        if self._asked and self._asked.keys().isdisjoint(pair.statement.atoms):
            return _unrelated(coverage)  # nobody says that what is asked happens, or does not
        if self._is_list(pair):
            return _unrelated(coverage)
        first_acts = self._models.direction.score(pair, direction_features(pair)) > 0
        forward = first_acts == evidence.agent_first
        effect = read_effect(pair, target_is_second=first_acts, bad=self._bad)
        agent = pair.first if evidence.agent_first else pair.second
        away = self._away(pair.statement, agent, text)
        shown = shown_by_lack(pair, effect, agent) if away else None
        kept = away and kept_without(pair, effect, agent)
        if (
            shown is None
            and not kept
            and not effect.known
            and _NO_RELATION.fullmatch(pair.before[-_BESIDE:] + pair.between + pair.after[:_BESIDE])
        ):
            return _unrelated(coverage)
        if not forward:
            return self._reading(Stance.REVERSED, evidence, effect, coverage)
        told = without_lack(pair, agent) if away else pair
        denied = self._models.denial.score(told, denial_features(told, effect)) > 0
        hedged = self._models.hedge.score(pair) > 0
        sign = -effect.sign if away else effect.sign
        if shown is not None:
            denied, sign = False, shown
        denied = denied or kept
        if denied or (sign and self._sign and sign != self._sign):
            stance = Stance.OPPOSES
        else:
            stance = Stance.HEDGED_SUPPORTS if hedged else Stance.SUPPORTS
        if self.question.negated:
            stance = Stance.SUPPORTS if stance is Stance.OPPOSES else Stance.OPPOSES
        return self._reading(stance, evidence, effect, coverage)

    def _is_list(self, pair: Pair) -> bool:
        """Whether both sides only stand in one list, and no word tells a relation of equals.

        "Between A and B", "correlation of A and B" and "A and B interact" tell one, "correlated
        with A and B" does not.
        """
        statement, first, last = pair.statement, pair.first.first, pair.second.last
        atoms, words = statement.atoms, statement.words
        told = any(
            atoms[place] == "between" or (words[place].symmetric and atoms[place + 1] == "of")
            for place in range(max(0, first - _BESIDE), first)
        ) or any(word.symmetric for word in words[last : last + _BESIDE])
        return not told and listed_together(statement, pair.first, pair.second)

    def _away(self, statement: Statement, agent: Mention, text: str) -> bool:
        """Whether a statement speaks of the lack of the agent, and of no lack that is asked for.

        Where the question asks for a lack ("does boron deficiency stop growth"), what tells of the
        thing itself ("boron sustains growth") says the opposite of the lack.
        """
        shown = text[statement.starts[agent.first] : statement.ends[agent.last - 1]]
        # The mutant of a gene is written small: "flowering was early in flc" of the gene FLC.
        away = taken_away(statement, agent) or shown == self._gene
        if not self._lack:
            return away
        named = {statement.atoms[place] for place in agent.named}
        if any(self._lexicon.words.get(atom, Word()).knockout for atom in named):
            return away
        return not (away or is_little(statement, agent))

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
        statement = read_clauses(rows, self._lexicon, self._asked)
        agent_hits, target_hits = part_shared(agent_hits, target_hits)
        of_agent = frozenset(hit[0] for hit in agent_hits)
        of_target = frozenset(hit[0] for hit in target_hits)
        agents = self._agent.mentions(agent_hits, statement.codes, of_target - of_agent)
        targets = self._target.mentions(target_hits, statement.codes, of_agent - of_target)
        best = choose(statement, agents, targets)
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


_GENE = re.compile(r"[A-Z]{2,}[A-Z0-9/.-]*|[A-Z]+\d+[A-Z0-9/.-]*")
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
