"""How likely a statement was read rightly: that it tells the relation, and what was read of it.

A statement may name both sides of a relation and tell something else. How likely that is shows in
where the mentions stand. The weights are of a logistic regression over ``Told`` and the relevance
of the statement, fitted by ``scripts/train_clarity.py`` on readings that were judged by hand.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from semsearch.language.mentions import Mention
from semsearch.language.relation import Pair

#: Margins of the direction above this say no more, in log odds.
MOST_MARGIN = 4.0
#: Of readings across the cells of a table about so many are right; too few were judged for a fit.
ACROSS_CELLS = 0.6
#: Fields of ``Told`` that have a fitted weight.
FITTED = ("verb_before", "preposition_before", "distance", "margin", "acting_share")
_LEAST_ODDS = 1e-3  # keeps the log odds of relevance finite
# A verb of the clause before both mentions: something else acts, "Z acts downstream of X in Y".
_VERB_BEFORE = re.compile(r"[vduar][^.;y]*$")
# The first mention ends a phrase with a preposition: "the response of Z to X".
_PREPOSITION_BEFORE = re.compile(r"[oifp][xjJAn&\-]*$")


@dataclass(frozen=True, slots=True)
class Told:
    """Where the two mentions of a reading stand.

    Attributes:
        verb_before: 1 where a verb of their clause stands before both, else 0.
        preposition_before: 1 where the first one ends a phrase with a preposition, else 0.
        distance: log of 1 + the number of words between them.
        margin: how clear it is which of the two acts, log odds, 0 to ``MOST_MARGIN``.
        acting_share: of the name of what acts that its mention holds, 0 to 1.
        other_cell: whether the mentions stand in different cells of a row of a table.
    """

    verb_before: float
    preposition_before: float
    distance: float
    margin: float
    acting_share: float
    other_cell: bool


def told(pair: Pair, acting: Mention, direction: float) -> Told:
    """What is looked at of a pair of mentions.

    Args:
        pair: the mentions.
        acting: the one that was read to act.
        direction: log odds that the first one acts.
    """
    return Told(
        verb_before=float(_VERB_BEFORE.search(pair.before) is not None),
        preposition_before=float(_PREPOSITION_BEFORE.search(pair.before) is not None),
        distance=math.log1p(len(pair.between)),
        margin=min(abs(direction), MOST_MARGIN),
        acting_share=acting.share,
        other_cell="|" in pair.statement.atoms[pair.first.last : pair.second.first],
    )


def chance(seen: Told, relevance: float) -> float:
    """How likely a reading is right, 0 to 1.

    Args:
        seen: where its mentions stand.
        relevance: of the statement to the question, 0 to 1.
    """
    weights = load_weights()
    odds = weights["bias"] + weights["relevance"] * relevance_odds(relevance)
    for name in FITTED:
        odds += weights[name] * getattr(seen, name)
    found = 1 / (1 + math.exp(-odds))
    return found * ACROSS_CELLS if seen.other_cell else found


def relevance_odds(relevance: float) -> float:
    """The log odds of a relevance, 0 to 1, finite at both ends."""
    return math.log((relevance + _LEAST_ODDS) / (1 - relevance + _LEAST_ODDS))


@cache
def load_weights() -> Mapping[str, float]:
    """The fitted weights that come with the package: those of ``FITTED``, relevance and bias."""
    path = resources.files("semsearch.language").joinpath("data", "clarity_weights.json")
    weights: Mapping[str, float] = json.loads(path.read_text("utf-8"))["weights"]
    return weights
