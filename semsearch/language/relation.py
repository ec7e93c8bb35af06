"""Two mentions in a statement, and the models that say how the statement relates them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources

from semsearch.language.clauses import Statement
from semsearch.language.lexicon import load_data
from semsearch.language.mentions import Mention


class Polarity(StrEnum):
    """Families of relations."""

    INCREASE = "increase"
    DECREASE = "decrease"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two mentions in the order of the text, and the parts of the words around them.

    Attributes:
        statement: the words.
        first: the earlier mention.
        second: the later mention, behind the first.
        before: codes up to the first mention.
        between: codes between the two.
        after: codes behind the second.
        both: all of them, with "X" and "Y" for the mentions, and behind "|" what follows their
            clause.
    """

    statement: Statement
    first: Mention
    second: Mention
    before: str
    between: str
    after: str
    both: str


_LEAST = 0.02  # weights below this are left out, for speed
# A clause with a verb of its own up to a comma: "although A did not rise,".
_SUBORDINATE = re.compile(r"[^,q]*[vdumaDhrsl][^,]*,")
# A relative clause that is closed: "A1, which had no effect,".
_RELATIVE = re.compile(r"(?<=,)q[^,q]*[vdumaDhrsl][^,]*,")
# A clause that "and" joins to the mention's: "A1 had no effect, and". What is only suggested or
# reported ("it seems that A1 rises, and") may be both, and stays.
_COORDINATE = re.compile(r"[^sq]*[vdumaDhr][^sq]*,&")
# What begins another clause: a stop, a conjunction, or a comma with a subject and its verb.
_NEXT_CLAUSE = re.compile(r"[.;y]|,&?[xjJneEow\-]+(?:[opi][xjJneEow\-]+)*[aDmMhvu]")
_FAR = 45  # letters of a string that patterns look at, away from the mentions


def make_pair(statement: Statement, one: Mention, other: Mention) -> Pair:
    """The pair of two mentions that do not overlap, in either order."""
    first, second = (one, other) if one.first < other.first else (other, one)
    statement = statement.without_asides(((first.first, first.last), (second.first, second.last)))
    codes = statement.codes
    before = _own_clause("".join(codes[: first.first])[-_FAR:])
    between = "".join(codes[first.last : second.first])
    behind = "".join(codes[second.last :])[:_FAR]
    end = _clause_end(behind)
    after = behind[:end]
    both = f"{before}X{between}Y{after}|{behind[end:]}"
    return Pair(statement, first, second, before, between, after, both)


def _own_clause(before: str) -> str:
    """What stands before the first mention without other clauses.

    "Although A did not rise, in mice" gives "in mice"; what governs the mention's clause stays:
    "it was suggested that".
    """
    start = max(before.rfind(end) for end in ".;y") + 1
    own = before[start:]
    if start and before[start - 1] == "y":
        subordinate = _SUBORDINATE.match(own)
        if subordinate:
            own = own[subordinate.end() :]
    own = _RELATIVE.sub("", own)
    other = _COORDINATE.match(own)
    return own[other.end() :] if other else own


def _clause_end(behind: str) -> int:
    """Where the clause of the second mention ends in what stands behind it."""
    found = _NEXT_CLAUSE.search(behind)
    return found.start() if found else len(behind)


#: Strings of which each model remembers which patterns stand in them: short ones come again often.
_REMEMBERED = 16_384


@dataclass(frozen=True, slots=True)
class PatternModel:
    """A linear model over patterns; the score is the log of the odds."""

    bias: float
    trigger: re.Pattern[str]  # of parts without which no pattern can speak for the model
    patterns: tuple[tuple[str, re.Pattern[str], float], ...]  # where, pattern, weight
    others: Mapping[str, float]  # weights of features that are no patterns
    _found: Mapping[str, Callable[[str], tuple[int, ...]]] = field(init=False)

    def __post_init__(self) -> None:
        places = dict.fromkeys(where for where, _, _ in self.patterns)
        object.__setattr__(self, "_found", {where: self._finder(where) for where in places})

    def _finder(self, where: str) -> Callable[[str], tuple[int, ...]]:
        """Gives the numbers of the patterns of one string that stand in it."""
        searches = [
            (n, p.search) for n, (place, p, _) in enumerate(self.patterns) if place == where
        ]
        return lru_cache(_REMEMBERED)(
            lambda text: tuple([number for number, search in searches if search(text) is not None])
        )

    def score(self, pair: Pair, others: Sequence[tuple[str, float]] = ()) -> float:
        """Log odds that the first mention acts, the relation is denied, or it is hedged."""
        score = self.bias
        if self.trigger.search(pair.both) is None:
            return score
        found: list[int] = []
        for where, finder in self._found.items():
            found += finder(getattr(pair, where))
        for number in sorted(found):  # in the order of patterns: another one would round otherwise
            score += self.patterns[number][2]
        for name, value in others:
            score += self.others.get(name, 0.0) * value
        return score


@dataclass(frozen=True, slots=True, kw_only=True)
class StanceModels:
    """What decides how a pair of mentions is read."""

    direction: PatternModel  # which of the two acts
    denial: PatternModel  # whether the relation is denied
    hedge: PatternModel  # whether it is only thought possible


#: Features that are no patterns, with their priors.
PRIORS: Mapping[str, Mapping[str, float]] = {
    "direction": {
        "leaning": 0.5,
        "knockout": 0.8,
        "gain": 0.5,
        "without": 1.5,
        "symmetric": 2.0,
        "either": -1.5,
        "doer": 8.0,
    },
    "denial": {"governed": 2.5},
    "hedge": {},
}

# Denying needs a word that denies and hedging one that hedges; looking for it first saves time.
_TRIGGERS = {"direction": "", "denial": "[NOU]", "hedge": "[mMHsP]"}

MODELS = ("direction", "denial", "hedge")


@cache
def pattern_table() -> dict[str, tuple[tuple[str, str, re.Pattern[str], float], ...]]:
    """Patterns of each of ``MODELS``: where they look, name, pattern, prior weight."""
    data = load_data("patterns.toml")
    table = {}
    for model in MODELS:
        rows = []
        for row in data[model]:
            source = row["pattern"]
            for name, meaning in data["macros"].items():
                source = source.replace("{" + name + "}", meaning)
            rows.append((row["where"], row["name"], re.compile(source), float(row["prior"])))
        table[model] = tuple(rows)
    return table


def make_models(fitted: Mapping[str, Mapping[str, float]]) -> StanceModels:
    """Models from weights by name; a feature that is not named keeps its prior."""
    made = {}
    for model in MODELS:
        weights = fitted.get(model, {})
        patterns = tuple(
            (where, pattern, weights.get(name, prior))
            for where, name, pattern, prior in pattern_table()[model]
            if abs(weights.get(name, prior)) >= _LEAST
        )
        others = {name: weights.get(name, prior) for name, prior in PRIORS[model].items()}
        made[model] = PatternModel(
            weights.get("bias", 0.0), re.compile(_TRIGGERS[model]), patterns, others
        )
    return StanceModels(**made)


@cache
def load_models() -> StanceModels:
    """The fitted weights that come with the package."""
    path = resources.files("semsearch.language").joinpath("data", "stance_weights.json")
    return make_models(json.loads(path.read_text("utf-8"))["weights"])
