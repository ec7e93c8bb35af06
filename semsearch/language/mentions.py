"""Where a text speaks of a thing that a question names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from semsearch.language.clauses import atoms_among, cut
from semsearch.language.lexicon import Lexicon
from semsearch.language.likeness import (
    GREEK,
    contraries,
    greek_spellings,
    name_form,
    opening,
    openings,
    same_names,
    same_word,
)
from semsearch.language.words import STOP_WORDS

_TAIL = frozenset(
    "in during at among under within across from following after before upon via".split()
)
_PREPOSITIONS = _TAIL | frozenset("of to for on by with from against".split())
# Nouns whose "in" names what they are of: "a rise in temperature".
_MEASURED = frozenset(
    "increase increases decrease decreases reduction reductions rise fall drop decline gain loss"
    " change changes difference differences variation variations shift deficiency deficit elevation"
    " improvement involvement participation".split()
)
_HEAD_WEIGHT = 1.4  # the noun that the rest of the phrase describes
_GENERIC_WEIGHT = 0.35
_TAIL_WEIGHT = 0.35
_TAIL_SHARE = 0.1  # of a mention's share that where and when may add
_HYPHENS = frozenset("-‐‑–")
_GAP = 5  # atoms between two words of one mention, at most
#: Share of a side that one mention must hold to count as speaking of it.
ENOUGH = 0.2
_LONGEST_NAME = 6  # words of a name that has other forms
_MOST = 5  # mentions of a side that are looked at

Hit = tuple[int, int, int]  # first atom, atom behind the last, unit
_STOPS = frozenset(";.,vdgulsqyabcmDNh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Words of a side that stand together; half-open span of atoms."""

    first: int
    last: int
    share: float  # of the weight of the side, 0 to 1
    named: frozenset[int] = frozenset()  # atoms of the span that belong to the side
    elsewhere: frozenset[int] = frozenset()  # atoms outside the span that belong to it


@dataclass(frozen=True, slots=True)
class _Unit:
    forms: tuple[tuple[str, ...], ...]  # rows of atoms, each of which names the unit
    weight: float
    word: bool  # an ordinary word, whose other forms count too
    tail: bool  # tells where or when, not what: "in yeast"


class Side:
    """One side of a relation, as words to look for.

    Args:
        phrase: the agent or target as the question has it.
        lexicon: tells which words say little.
        synonyms: other forms by short or long form; case and signs inside make no difference.
        shared: atoms that the other side has too.
    """

    def __init__(
        self,
        phrase: str,
        lexicon: Lexicon,
        synonyms: Mapping[str, Sequence[str]],
        shared: frozenset[str] = frozenset(),
    ) -> None:
        self.units = _units(phrase, lexicon, synonyms, shared)
        self.total = sum(unit.weight for unit in self.units) or 1.0
        self._core = sum(unit.weight for unit in self.units if not unit.tail) or 1.0
        self._forms: dict[str, tuple[tuple[int, tuple[str, ...]], ...]] = {}  # by first atom
        self._seen: set[str] = set()  # atoms of which is known whether they are among these
        self._openings = frozenset[str]().union(
            *(openings(form[0], unit.word) for unit in self.units for form in unit.forms)
        )
        named = frozenset(form[0] for unit in self.units for form in unit.forms)
        self._contrary = frozenset(
            other for word in named for other in contraries().get(word, ()) if other not in named
        )

    def hits(self, atoms: Sequence[str]) -> list[Hit]:
        """Where units of the side stand, in the order of the text."""
        fresh = set(atoms)
        fresh -= self._seen
        if fresh:
            self._look_at(fresh)
        starting = self._forms
        if starting.keys().isdisjoint(atoms):
            return []
        found: list[Hit] = []
        for position in [place for place, atom in enumerate(atoms) if atom in starting]:
            for unit, form in starting[atoms[position]]:
                end = _match(atoms, position, form, self.units[unit].word)
                if end and not self._of_contrary_kind(atoms, position):
                    found.append((position, end, unit))
        return found

    def _look_at(self, atoms: set[str]) -> None:
        """Find the units and forms that begin with some atoms."""
        self._seen |= atoms
        first = self._openings
        for atom in [atom for atom in atoms if opening(atom) in first]:
            forms = tuple(
                (number, form)
                for number, unit in enumerate(self.units)
                for form in unit.forms
                if same_word(atom, form[0], unit.word)
            )
            if forms:
                self._forms[atom] = forms

    def _of_contrary_kind(self, atoms: Sequence[str], position: int) -> bool:
        """Whether right before an atom stands what the side is not: "short" days of "long days"."""
        if not self._contrary or not position:
            return False
        before = position - 1
        if atoms[before] in _HYPHENS and before:
            before -= 1
        return atoms[before] in self._contrary

    def coverage(self, hits: Iterable[Hit]) -> float:
        """Share of the weight of the side whose units are among the hits, 0 to 1."""
        units = self.units
        return sum([units[unit].weight for unit in {hit[2] for hit in hits}]) / self.total

    def _share(self, group: Iterable[Hit]) -> float:
        """Share of what the side is that a group names; where or when counts for little."""
        found = {hit[2] for hit in group}
        core = sum(self.units[unit].weight for unit in found if not self.units[unit].tail)
        tail = sum(self.units[unit].weight for unit in found if self.units[unit].tail)
        return min(1.0, core / self._core + _TAIL_SHARE * tail / self.total)

    def mentions(
        self, hits: Sequence[Hit], codes: Sequence[str], others: frozenset[int]
    ) -> list[Mention]:
        """Groups of hits, the best first; none reaches over atoms that the other side names."""
        groups: list[list[Hit]] = []
        for hit in hits:
            if groups:
                last = groups[-1][-1]
                if hit[:2] == last[:2] or (
                    last[1] <= hit[0] <= last[1] + _GAP
                    and _joined(codes[last[1] : hit[0]])
                    and others.isdisjoint(range(last[1], hit[0]))
                    and all(hit[2] != other[2] for other in groups[-1])
                ):
                    groups[-1].append(hit)
                    continue
            groups.append([hit])
        atoms = [frozenset(n for first, last, _ in g for n in range(first, last)) for g in groups]
        every = frozenset[int]().union(*atoms)
        made = [
            Mention(
                first=group[0][0],
                last=group[-1][1],
                share=self._share(group),
                named=named,
                elsewhere=every - named,
            )
            for group, named in zip(groups, atoms, strict=True)
        ]
        made.sort(key=lambda mention: (-mention.share, mention.first))
        least = max(ENOUGH, made[0].share * 0.5) if made else 0.0
        return [mention for mention in made if mention.share >= least][:_MOST]


def _joined(gap: Sequence[str]) -> bool:
    """Whether words stand between two words of a mention that do not part them."""
    return not gap or _STOPS.isdisjoint(gap) or (list(gap[:2]) == ["-", "d"] and len(gap) < 4)


def _units(
    phrase: str,
    lexicon: Lexicon,
    synonyms: Mapping[str, Sequence[str]],
    shared: frozenset[str],
) -> tuple[_Unit, ...]:
    groups = _groups(phrase)
    other_forms = _other_forms(groups, synonyms)
    lowered = f" {phrase.lower()}"
    units: list[_Unit] = []
    weight, head, prepositional = 1.0, 0, False
    named = False  # a word that says what the side is has been read
    for number, bare in enumerate(groups):
        text = "".join(bare)
        prepositional = prepositional or (bool(units) and text in _PREPOSITIONS)
        if text in _TAIL and named:
            weight = _TAIL_WEIGHT
        if text in STOP_WORDS or (len(bare[0]) == 1 == len(bare) and f" {text}." in lowered):
            continue  # "B." of "B. subtilis"
        factor = _GENERIC_WEIGHT if set(bare) <= lexicon.generic else 1.0
        if set(bare) <= shared:
            factor *= _GENERIC_WEIGHT
        forms = (bare, *greek_spellings(bare), *other_forms.get(number, ()))
        ordinary = len(bare) == 1 and bare[0].isalpha() and len(text) > 3
        units.append(_Unit(forms, weight * factor, ordinary, weight < 1.0))
        named = named or not set(bare) <= lexicon.generic | _MEASURED
        if weight == 1.0 and not prepositional:
            head = len(units) - 1
    if units:
        units[head] = replace(units[head], weight=units[head].weight * _HEAD_WEIGHT)
    return tuple(units)


def _other_forms(
    groups: Sequence[tuple[str, ...]], synonyms: Mapping[str, Sequence[str]]
) -> dict[int, list[tuple[str, ...]]]:
    """By word the other forms of every named run of words that it is part of."""
    given: dict[str, list[tuple[str, ...]]] = {}
    for name, forms in synonyms.items():
        given.setdefault("".join(name_form(name)), []).extend(filter(None, map(name_form, forms)))
    known = same_names()
    found: dict[int, list[tuple[str, ...]]] = {}
    for first in range(len(groups)):
        text = ""
        for last in range(first, min(len(groups), first + _LONGEST_NAME)):
            text += "".join(groups[last])
            others = [*given.get(text, ()), *known.get(text, ())]
            if others:
                for number in range(first, last + 1):
                    found.setdefault(number, []).extend(others)
    return found


def _groups(phrase: str) -> list[tuple[str, ...]]:
    """Words of a phrase as rows of atoms; compounds of ordinary words fall apart.

    Names stay whole: "IL-6", "E-cadherin", "TNF-α", "H2A.Z". "IL-6-induced" is a name and a word.
    """
    groups: list[list[list[str]]] = []
    glued = False
    parts = cut(phrase)
    for atom, between in zip(atoms_among(parts), parts[::2], strict=False):
        if between or not groups:
            groups.append([[]])
        if not atom[0].isalnum():
            glued = False
        else:
            if glued and not between:
                groups[-1][-1].append(atom)
            else:
                groups[-1].append([atom])
            glued = True
    made: list[tuple[str, ...]] = []
    for group in groups:
        pieces: list[list[str]] = []
        open_name = False
        for piece in filter(None, group):
            short = _is_name(piece)
            joins = open_name and (short or (len(pieces[-1]) == 1 and len(pieces[-1][-1]) == 1))
            joins = joins or (bool(pieces) and open_name and _is_letter(pieces[-1]))
            joins = joins or (bool(pieces) and piece[0].isdigit())
            if joins:
                pieces[-1] += piece
            else:
                pieces.append(piece)
            open_name = short
        made += map(tuple, pieces)
    return made


def _is_name(piece: list[str]) -> bool:
    return len(piece) > 1 or piece[0].isdigit() or len(piece[0]) <= 3 or piece[0] in GREEK


def _is_letter(piece: list[str]) -> bool:
    return len(piece) == 1 and (len(piece[0]) == 1 or piece[0] in GREEK)


def _match(atoms: Sequence[str], position: int, form: tuple[str, ...], word: bool) -> int:
    """The atom behind the form if it stands at ``position``, else 0; signs between count not."""
    place = position + 1
    for part in form[1:]:
        if place < len(atoms) and atoms[place] in "-‐‑–−/.,;()" and place + 1 < len(atoms):
            place += 1
        if place >= len(atoms) or not same_word(atoms[place], part, word or len(part) > 3):
            return 0
        place += 1
    return place


def part_shared(agent: list[Hit], target: list[Hit]) -> tuple[list[Hit], list[Hit]]:
    """Hits of two sides without those atoms that both claim and that stand nearer to the other."""
    agent_atoms = {hit[0] for hit in agent}
    both = {hit[0] for hit in target if hit[0] in agent_atoms}
    if not both:
        return agent, target
    of_agent = [hit[0] for hit in agent if hit[0] not in both]
    of_target = [hit[0] for hit in target if hit[0] not in both]
    if not of_agent:
        return _left_over(agent, target), target
    if not of_target:
        return agent, _left_over(target, agent)
    lost_agent: set[int] = set()
    lost_target: set[int] = set()
    for position in sorted(both):
        near_agent = min(abs(position - other) for other in of_agent)
        near_target = min(abs(position - other) for other in of_target)
        if near_agent < near_target:
            lost_target.add(position)
        elif near_target < near_agent:
            lost_agent.add(position)
    return (
        [hit for hit in agent if hit[0] not in lost_agent],
        [hit for hit in target if hit[0] not in lost_target],
    )


def _left_over(poor: list[Hit], rich: list[Hit]) -> list[Hit]:
    """Hits of a side that has no words of its own, without those in a longer name of the other.

    Of "cysteine synthase makes cysteine" the side "cysteine" keeps the last word.
    """
    places = {hit[0] for hit in poor}
    own = [hit for hit in rich if hit[0] not in places]
    taken = {hit[0] for hit in poor if any(0 <= other[0] - hit[1] <= 1 for other in own)}
    return [hit for hit in poor if hit[0] not in taken] or poor
