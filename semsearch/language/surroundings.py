"""What the words beside two mentions say about which of them acts."""

from __future__ import annotations

import re

from semsearch.language.absence import DOERS, taken_away
from semsearch.language.clauses import Statement, noun_phrase
from semsearch.language.mentions import Mention
from semsearch.language.relation import Pair

_WITHIN = re.compile(r"[icK][xjJAno\-&,]*$")
_OPENING = re.compile(r"(?:^|[.;,yq])[xJ]*[icK][xjJAno\-&,]*$")
_DOER = re.compile(r"-?n[,(]?[xjJAHP&,()\-w]*")
_SYMMETRIC = re.compile(r"[dvnj]")
_MOST_LEANING = 2.0


def direction_features(
    pair: Pair, away: tuple[bool, bool] | None = None
) -> list[tuple[str, float]]:
    """What the words of the two mentions and beside them say about which one acts.

    Args:
        pair: the mentions.
        away: whether each is taken away, where that is known.
    """
    taken = away or taken_both(pair)
    first = _about(pair.statement, pair.first, taken[0])
    second = _about(pair.statement, pair.second, taken[1])
    found = [(name, first[name] - second[name]) for name in first]
    # What lacks something is where the other thing is looked for: "Y was higher in X mutants".
    within = second["knockout"] and _WITHIN.search(pair.between) is not None
    opening = first["knockout"] and _OPENING.search(pair.before) is not None
    found.append(("without", float(bool(opening)) - float(bool(within))))
    symmetric = _SYMMETRIC.search(pair.between) is not None and any(
        word.symmetric for word in pair.statement.words[pair.first.last : pair.second.first]
    )
    found.append(("symmetric", symmetric * (first["leaning"] - second["leaning"])))
    found.append(("either", float(symmetric)))
    found.append(("doer", -float(_names_second(pair))))
    return found


def taken_both(pair: Pair) -> tuple[bool, bool]:
    """Whether the first and the second mention are of something that is taken away."""
    return taken_away(pair.statement, pair.first), taken_away(pair.statement, pair.second)


def _names_second(pair: Pair) -> bool:
    """Whether the second mention is the name of what acts on the first: "the Y inhibitor, X"."""
    codes, atoms = pair.statement.codes, pair.statement.atoms
    return _DOER.fullmatch(pair.between) is not None and any(
        codes[place] == "n" and atoms[place].endswith(DOERS)
        for place in range(pair.first.last, pair.second.first)
    )


def _about(statement: Statement, mention: Mention, away: bool) -> dict[str, float]:
    words, codes = statement.words, statement.codes
    beside = noun_phrase(codes, mention.first - 1, -1) + noun_phrase(codes, mention.last, 1)
    lean: float = sum([word.lean for word in words[mention.first : mention.last]])
    lean += 0.5 * sum([words[position].lean for position in beside])
    return {
        "leaning": max(-_MOST_LEANING, min(_MOST_LEANING, lean)),
        "gain": float(any(words[position].gain for position in beside)),
        "knockout": float(away),
    }
