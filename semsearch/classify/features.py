"""Features of a view of a statement, as names with values.

A name begins with what it tells of: ``w`` words, one to three in a row; ``p`` a cue phrase, ``c``
its class; ``s`` the sequence of classes with what lies between them; ``o`` which class comes before
which; ``first`` how it begins; ``i`` how relation, own work, prior work and the neighbours meet;
``b`` and ``a`` the sentence before and after; ``h`` the heading.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from semsearch.classify.cues import Cues
from semsearch.classify.tokens import CITED, NAME, NUMBER, Token, tokens_of

_MARKS: Final = frozenset({CITED, NAME, NUMBER, *".,;:()"})
_SILENT: Final = frozenset({"_", *".,;:()", NUMBER})
_RELATIONS: Final[tuple[str, ...]] = ("agree", "similar", "disagree", "differ")
_REACH: Final = 8  # classes that follow another and are still seen with it
_HEADINGS: Final = (
    "introduc", "background", "method", "material", "result", "discuss", "conclu",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Classes of cues in a neighbouring sentence and its first words."""

    classes: tuple[str, ...]
    first: tuple[str, ...]


@lru_cache(maxsize=256)  # statements that follow one another share neighbours
def neighbour(cues: Cues, text: str | None) -> Neighbour | None:
    """What a neighbouring sentence tells; None where there is none."""
    if not text:
        return None
    words = [token.text for token in tokens_of(text)]
    found = {cue for _, _, cue in cues.places(words)}
    return Neighbour(tuple(sorted(found)), tuple(words[:2]))


def features_of(
    units: Sequence[Token],
    *,
    before: Neighbour | None,
    after: Neighbour | None,
    heading: str | None,
    known: Container[str] | None = None,
) -> dict[str, float]:
    """Name → value, 0–1, of a view.

    Args:
        units: the view.
        before: the sentence before the statement.
        after: the sentence after it.
        heading: the printed heading, or the canonical section.
        known: features of words in a row are given where all of them are among these; None for
            all.
    """
    found: dict[str, float] = {}
    words = " ".join([unit.text for unit in units]).split()
    _words(found, words, known)
    classes = _classes(found, units)
    found["citations"] = min(3, words.count(CITED)) / 3
    for side, near in (("b", before), ("a", after)):
        if near is None:
            found[side + ":none"] = 1.0
            continue
        for one in near.classes:
            found[f"{side}:{one}"] = 1.0
        for word in near.first:
            found[f"{side}1:{word}"] = 1.0
    _meet(found, set(classes), before, after)
    lower = (heading or "").lower()
    for part in [part for part in _HEADINGS if part in lower] or ["other"]:
        found["h:" + part] = 1.0
        for one in set(classes):
            found[f"h:{part}+{one}"] = 0.5
    return found


def _words(found: dict[str, float], words: Sequence[str], known: Container[str] | None) -> None:
    """Add the words, and how the view begins."""
    kept = words if known is None else [word if word in known else "" for word in words]
    names = [f"w:{one}" for one in kept if one]
    names += [f"w:{one} {two}" for one, two in pairwise(kept) if one and two]
    triples = zip(kept, kept[1:], kept[2:], strict=False)
    names += [f"w:{one} {two} {three}" for one, two, three in triples if one and two and three]
    found.update(dict.fromkeys(names, 1.0))
    if words:
        found["first:" + words[0]] = 1.0
        found["first:" + " ".join(words[:2])] = 1.0


def _classes(found: dict[str, float], units: Sequence[Token]) -> list[str]:
    """Add the cues and their order; their classes, with citations and names, in reading order."""
    stream = ["^"]
    for unit in units:
        if unit.cue is not None:
            stream.append(unit.cue)
            found[f"p:{unit.cue}:{unit.text}"] = 1.0
        elif unit.text in _MARKS:
            stream.append(unit.text)
        elif stream[-1] != "_":
            stream.append("_")
    for length in (2, 3):
        for start in range(len(stream) - length + 1):
            found["s:" + " ".join(stream[start : start + length])] = 1.0
    classes = [part for part in stream[1:] if part not in _SILENT]
    for place, one in enumerate(classes):
        found[f"c:{one}"] = 1.0
        for other in classes[place + 1 : place + _REACH]:
            found[f"o:{one}>{other}"] = 1.0
    return classes


def _meet(
    found: dict[str, float],
    classes: set[str],
    before: Neighbour | None,
    after: Neighbour | None,
) -> None:
    """Add what relation, subject and neighbours say together."""
    ahead = set(before.classes) if before else set()
    behind = set(after.classes) if after else set()
    subject = (
        "own" if "own" in classes
        else "this" if "this" in classes
        else "before" if "own" in ahead
        else "none"
    )  # fmt: skip
    other = "prior" if "prior" in classes else "found" if "found" in classes else "none"
    for relation in [one for one in _RELATIONS if one in classes] or ["none"]:
        found[f"i:{subject}+{relation}"] = 1.0
        found[f"i:{subject}+{relation}+{other}"] = 1.0
        found[f"i:{relation}+{other}"] = 1.0
        for one in ("turn", "negation"):
            if one in classes:
                found[f"i:{relation}+{one}"] = 1.0
        for one in ("reason", "own", "disagree", "agree", "this"):
            if one in behind:
                found[f"i:{relation}+a:{one}"] = 1.0
            if one in ahead:
                found[f"i:{relation}+b:{one}"] = 1.0
    for one in ("reason", "disagree", "differ"):
        if one in behind:
            for inside in ("turn", "own", "found", "prior"):
                if inside in classes:
                    found[f"i:{inside}+a:{one}"] = 1.0
