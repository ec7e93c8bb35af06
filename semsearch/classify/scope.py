"""Which words of a statement speak of which marker: one view a group of markers.

"These values are higher than in [3], but similar to those of [4, 5]" has two views: "these values
are higher than in @" and "these values are but similar to those of @". A statement is cut between
two citations where a turn or a relation stands between them; a view after the first keeps what
the statement begins with, up to its first relation, for that is what is compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from semsearch.classify.tokens import CITED, Token

_RELATIONS: Final = frozenset({"agree", "similar", "disagree", "differ"})
_FEWEST = 2  # units between two citations that are spoken of apart


@dataclass(frozen=True, slots=True)
class View:
    """What a statement says of some of its markers.

    ``units``: in reading order. ``markers``: indices, ascending; empty where none was found.
    ``relation``: class of the relation that a view after the first begins with, else None.
    """

    units: tuple[Token, ...]
    markers: tuple[int, ...]
    relation: str | None = None


def views_of(units: Sequence[Token]) -> list[View]:
    """The views of a statement, at least one; each marker token is in exactly one.

    Args:
        units: its tokens, each cue as one of them.
    """
    cited = [place for place, unit in enumerate(units) if CITED in unit.text]
    cuts = [0]
    for here, following in pairwise(cited):
        cut = _cut(units, here + 1, following)
        if cut is not None:
            cuts.append(cut)
    cuts.append(len(units))
    head = _head(units, cuts[1]) if len(cuts) > 2 else ()
    made = []
    for start, end in pairwise(cuts):
        own = tuple(units[start:end])
        markers = tuple(sorted([m for unit in own for m in unit.markers]))
        if start == 0:
            made.append(View(own, markers))
            continue
        leading = next((n for n, unit in enumerate(own) if _says(unit)), len(own))
        said = own[leading].cue if leading < len(own) else None
        relation = said if said in _RELATIONS else None
        # The turn into a comparison says nothing of its outcome.
        compared = own[leading:] if relation is not None else own
        made.append(View((*head, *compared), markers, relation))
    return made


def _cut(units: Sequence[Token], start: int, end: int) -> int | None:
    """Where to cut between two citations, or None."""
    if end - start < _FEWEST:
        return None
    for place in range(start, end):
        if units[place].cue == "turn" or units[place].text == ";":
            return place
    for place in range(start, end):
        if units[place].cue in _RELATIONS:
            return place
    return None


def _head(units: Sequence[Token], end: int) -> tuple[Token, ...]:
    for place in range(end):
        if units[place].cue in _RELATIONS or CITED in units[place].text:
            return tuple(units[:place])
    return ()


def _says(unit: Token) -> bool:
    """Whether a view that begins with a unit is told by it."""
    return unit.cue != "turn" and unit.text not in ",;"
