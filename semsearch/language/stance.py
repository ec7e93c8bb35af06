"""What a statement says about the relation that a question asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from semsearch.language.absence import is_little
from semsearch.language.bad_things import is_bad
from semsearch.language.circumstance import another_acts
from semsearch.language.clarity import Told, told
from semsearch.language.clauses import (
    Statement,
    atoms_among,
    atoms_of,
    cut,
    mask_markers,
    read_clauses,
)
from semsearch.language.effect import Effect, denial_features, read_effect
from semsearch.language.lacking import kept_without, shown_by_lack, without_lack
from semsearch.language.lexicon import Lexicon, Word, forms_of, load_lexicon
from semsearch.language.mentions import ENOUGH, Mention, Side, part_shared
from semsearch.language.pairing import choose, listed_together
from semsearch.language.question import QuestionAnalysis
from semsearch.language.relation import Pair, Polarity, StanceModels, load_models, make_pair
from semsearch.language.surroundings import direction_features, taken_both

# Where no word of a relation stands near two mentions, nothing is said of them.
_NO_RELATION = re.compile(r"[^vdgnuercwbEefJAjUOcs]*")
# Something else acts on the second: "X is common, with Z reducing Y", "X rose, while Z reduced Y".
_OTHER_SUBJECT = re.compile(r"(?:c[xjJ\-]*x+g|[vdu][^.;]*y[xjJneA\-&]*x[mMDahNt]*[vdu])[^.;yq,]*$")
_BESIDE = 8  # parts of words beside the mentions that are looked at
_AROUND = 14  # atoms around the mentions in which the word that denies or hedges is looked for


class Stance(StrEnum):
    """What a statement says about a question."""

    SUPPORTS = "supports"
    HEDGED_SUPPORTS = "hedged_supports"
    OPPOSES = "opposes"
    NEUTRAL = "neutral"  # an effect without its direction, where a direction was asked
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
        told: where the mentions stand, from which ``clarity.chance`` tells how likely the reading
            is right; None where nothing was read.
    """

    stance: Stance
    spans: tuple[DecidingSpan, ...]
    agent_coverage: float
    target_coverage: float
    relation_found: bool
    told: Told | None = None


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
        shared = frozenset(atoms_of(agent)) & frozenset(atoms_of(target))
        self._agent = Side(agent, self._lexicon, given, shared)
        self._target = Side(target, self._lexicon, given, shared)
        signs = {Polarity.INCREASE: 1, Polarity.DECREASE: -1}
        self._sign = signs.get(question.polarity, 0) if question.polarity else 0
        self._bad = is_bad(target, self._lexicon)
        word = self._lexicon.bases.get(question.relation or "")
        if word is not None and word.quality and self._bad:
            self._sign = -self._sign
        if word is not None and word.if_bad and not self._bad:
            self._sign = 0
        form = self._lexicon.words.get(question.relation or "", Word())
        if form.guarding == "from" and "from" in atoms_of(target):
            self._sign = -1  # "does X protect cells from Y": less of Y, as in statements
        self._lack = any(self._lexicon.words.get(atom, Word()).lack for atom in atoms_of(agent))
        self._gene = agent.lower() if _GENE.fullmatch(agent) else ""
        self._asked = forms_of(question.relation or "")
        self._models = models or load_models()
        self._known: dict[tuple[str, float], StanceReading] = {}

    def read(self, text: str, *, least: float = ENOUGH) -> StanceReading:
        """The stance of a text.

        Args:
            text: with or without its markers.
            least: share of each side that the text must name, or else it is unrelated.
        """
        found = self._known.get((text, least))
        if found is None:
            found = self._known[text, least] = self._read(text, least)
        return found

    def _read(self, text: str, least: float) -> StanceReading:
        evidence, coverage = self.evidence(text, least)
        if evidence is None:
            return _unrelated(coverage)
        pair = evidence.pair
        # Where the verb of a question is no relation of its own, nobody says that it happens.
        unsaid = self._asked and self._asked.keys().isdisjoint(pair.statement.atoms)
        if unsaid or self._is_list(pair):
            return _unrelated(coverage)
        taken = taken_both(pair)
        direction = self._models.direction.score(pair, direction_features(pair, taken))
        first_acts = direction > 0
        seen = told(pair, pair.first if first_acts else pair.second, direction)
        forward = first_acts == evidence.agent_first
        effect = read_effect(pair, target_is_second=first_acts, bad=self._bad)
        agent = pair.first if evidence.agent_first else pair.second
        away = self._away(pair.statement, agent, text, taken[0 if agent is pair.first else 1])
        shown = shown_by_lack(pair, effect, agent) if away else None
        kept = away and kept_without(pair, effect, agent)
        silent = (
            shown is None
            and not kept
            and not effect.known
            and _NO_RELATION.fullmatch(pair.before[-_BESIDE:] + pair.between + pair.after[:_BESIDE])
        )
        if silent or (first_acts and _OTHER_SUBJECT.search(pair.between)):
            return _unrelated(coverage)
        if forward and another_acts(pair, agent_is_second=not evidence.agent_first):
            return _unrelated(coverage)
        if forward:
            stance = self._stance_of(pair, agent, effect, away=away, shown=shown, kept=kept)
        else:
            stance = Stance.NEUTRAL if self._is_undirected(pair, effect) else Stance.REVERSED
        return self._reading(stance, evidence, effect, coverage, seen)

    def _stance_of(
        self,
        pair: Pair,
        agent: Mention,
        effect: Effect,
        *,
        away: bool,
        shown: int | None,
        kept: bool,
    ) -> Stance:
        """The stance of a pair in which the agent acts.

        Args:
            pair: the mentions.
            agent: the one that acts.
            effect: what is said to happen to the target.
            away: whether the agent is spoken of as missing.
            shown: what its lack shows that it does, as ``shown_by_lack`` gives it.
            kept: whether the target is there without it.
        """
        whole = without_lack(pair, agent) if away else pair
        denied = self._models.denial.score(whole, denial_features(whole, effect)) > 0
        sign = -effect.sign if away else effect.sign
        if shown is not None:
            denied, sign = False, shown
        if denied or kept or (sign and self._sign and sign != self._sign):
            stance = Stance.OPPOSES
        elif self._sign and not sign and shown is None:
            return Stance.NEUTRAL
        else:
            hedged = self._models.hedge.score(pair) > 0
            stance = Stance.HEDGED_SUPPORTS if hedged else Stance.SUPPORTS
        if self.question.negated:
            return Stance.SUPPORTS if stance is Stance.OPPOSES else Stance.OPPOSES
        return stance

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

    def _is_undirected(self, pair: Pair, effect: Effect) -> bool:
        """Whether two things are joined and neither acts, where a direction is asked.

        "X is associated with Y" is one, "X is not associated with Y" is none.
        """
        return (
            bool(self._sign)
            and not effect.sign
            and any(pair.statement.words[place].symmetric for place in effect.positions)
            and self._models.denial.score(pair, denial_features(pair, effect)) <= 0
        )

    def _away(self, statement: Statement, agent: Mention, text: str, taken: bool) -> bool:
        """Whether a statement speaks of the lack of the agent, and of no lack that is asked for.

        Where the question asks for a lack ("does boron deficiency stop growth"), what tells of the
        thing itself ("boron sustains growth") says the opposite of the lack.
        """
        shown = text[statement.starts[agent.first] : statement.ends[agent.last - 1]]
        # The mutant of a gene is written small: "flowering was early in flc" of the gene FLC.
        away = taken or shown == self._gene
        if not self._lack:
            return away
        named = {statement.atoms[place] for place in agent.named}
        if any(self._lexicon.words.get(atom, Word()).knockout for atom in named):
            return away
        return not (away or is_little(statement, agent))

    def evidence(
        self, text: str, least: float = ENOUGH
    ) -> tuple[Evidence | None, tuple[float, float]]:
        """The pair of mentions that is read, if both sides are named, and their coverage."""
        if not self._agent.units or not self._target.units:
            return None, (0.0, 0.0)
        pieces = cut(mask_markers(text))
        atoms = atoms_among(pieces)
        agent_hits = self._agent.hits(atoms)
        target_hits = self._target.hits(atoms)
        coverage = (self._agent.coverage(agent_hits), self._target.coverage(target_hits))
        if min(coverage) < least:
            return None, coverage
        statement = read_clauses(atoms, pieces, self._lexicon, self._asked)
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
        self,
        stance: Stance,
        evidence: Evidence,
        effect: Effect,
        coverage: tuple[float, float],
        seen: Told,
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
        cues = [(position, SpanRole.RELATION) for position in effect.positions]
        if stance is Stance.OPPOSES:
            cues += [(position, SpanRole.NEGATION) for position in _cues(pair, "NOU")]
        if stance is Stance.HEDGED_SUPPORTS:
            cues += [(position, SpanRole.HEDGE) for position in _cues(pair, "mHsP")]
        spans += [
            _span(statement, role, position, statement.phrase_end(position))
            for position, role in dict(cues).items()
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
            told=seen,
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


_GENE = re.compile(r"[A-Z]{2,}[A-Z0-9/.-]*|[A-Z]+\d+[A-Z0-9/.-]*")
