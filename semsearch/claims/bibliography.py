"""Which entry of the bibliographies a pointer leads to: found, or said to be none or several."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from semsearch.claims.draft import Naming, Pointer
from semsearch.language.names import folded_name
from semsearch.report.listed import Entry, Skipped

_SPLIT: Final = re.compile(r",?\s(?:and|&)\s|,\s")
_OTHERS: Final = re.compile(r",?\s(?:et\sal\.?|and\s(?:others|colleagues|co-?workers))\Z")


class Lead(StrEnum):
    """What a pointer leads to."""

    ENTRY = "entry"
    AMBIGUOUS = "ambiguous"  # several entries fit equally well
    NOWHERE = "nowhere"  # no entry fits
    BROKEN = "broken"  # the entry cannot be read


@dataclass(frozen=True, slots=True)
class Led:
    """Where a pointer leads; ``why`` says it where that is no entry."""

    lead: Lead
    entry: Entry | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class _Listed:
    """An entry of one list, with its place in it."""

    entry: Entry
    family: str  # folded, of the first author


class Bibliography:
    """The entries that the pointers of a draft may lead to.

    Args:
        own: of the reference list that the draft holds itself; numbers lead into it where it has
            entries, else into ``beside``.
        beside: entries of bibliographies beside the draft, those that cannot be read too.
    """

    def __init__(self, own: Sequence[Entry], beside: Sequence[Entry | Skipped]) -> None:
        self._numbered: Sequence[Entry | Skipped] = own or beside
        self._keyed: dict[str, Entry | Skipped] = {}
        self._dated: defaultdict[str, list[_Listed]] = defaultdict(list)
        self.size = len(self._numbered)
        for one in (*own, *beside):
            if one.key is not None:
                self._keyed.setdefault(one.key, one)
            if isinstance(one, Entry) and one.year and one.authors:
                self._dated[one.year].append(_Listed(one, folded_name(one.authors[0].family)))
        self._folded: Mapping[str, list[str]] = _by_case(self._keyed)

    def lead(self, pointer: Pointer) -> Led:
        """Where a pointer leads."""
        match pointer.naming:
            case Naming.KEY:
                return self._by_key(pointer.name)
            case Naming.NUMBER:
                return self._by_number(int(pointer.name))
            case Naming.NAME:
                return self._by_name(pointer)
            case Naming.IDENTIFIER:
                named = Entry(line=0, key=None, names=(pointer.name,), title=None, year=None)
                return Led(Lead.ENTRY, named)
            case Naming.FIELD:
                if pointer.entry is None:
                    return Led(Lead.BROKEN, why=f"it is {pointer.name}")
                return Led(Lead.ENTRY, pointer.entry)

    def _by_key(self, key: str) -> Led:
        found = self._keyed.get(key)
        if found is None:
            others = self._folded.get(key.casefold(), [])
            if not others:
                return Led(Lead.NOWHERE, why=f"no entry has the key {key}")
            near = ", ".join(others)
            return Led(Lead.NOWHERE, why=f"no entry has the key {key}; {near} differs in case")
        return _led(found)

    def _by_number(self, number: int) -> Led:
        if number > len(self._numbered):
            held = len(self._numbered)
            why = f"the list has {held:,} entries" if held else "there is no reference list"
            return Led(Lead.NOWHERE, why=why)
        return _led(self._numbered[number - 1])

    def _by_name(self, pointer: Pointer) -> Led:
        families, others = _families(pointer.name)
        fitting = [
            one.entry
            for one in self._dated.get(pointer.year or "", ())
            if _is_family(families[0], one.family)
        ]
        lettered = [one for one in fitting if one.letter == pointer.letter]
        if pointer.letter and len(fitting) > 1:
            fitting = lettered or [one for one in fitting if one.letter is None]
        if len(fitting) > 1:
            fitting = [one for one in fitting if _fits_authors(one, families, others)] or fitting
        unique = {_identity(one): one for one in fitting}
        if len(unique) == 1:
            return Led(Lead.ENTRY, next(iter(unique.values())))
        if not unique:
            return Led(Lead.NOWHERE, why=f"no entry is of {families[0]} and {pointer.year}")
        shown = "; ".join(_shown(one) for one in unique.values())
        return Led(Lead.AMBIGUOUS, why=f"{len(unique)} entries fit: {shown}")


def _led(found: Entry | Skipped) -> Led:
    if isinstance(found, Skipped):
        return Led(Lead.BROKEN, why=f"its entry at line {found.line} is {found.reason}")
    if not (found.names or found.title or found.raw):
        if not found.line:
            return Led(Lead.NOWHERE, why="the list has no entry of this number")
        return Led(
            Lead.BROKEN, why=f"its entry at line {found.line} has no identifier and no title"
        )
    return Led(Lead.ENTRY, found)


def _families(name: str) -> tuple[list[str], bool]:
    """The family names of a printed marker, and whether it says that there are more authors."""
    bare = _OTHERS.sub("", name)
    return [one.strip() for one in _SPLIT.split(bare) if one.strip()], bare != name


def _is_family(printed: str, listed: str) -> bool:
    """Whether a printed name is that of a list: "van der Berg" is also Berg, "As Rao" Rao."""
    folded = folded_name(printed)
    return folded == listed or folded.endswith(f" {listed}") or listed.endswith(f" {folded}")


def _fits_authors(one: Entry, families: Sequence[str], others: bool) -> bool:
    """Whether the further authors that are printed are those of an entry, and as many."""
    listed = [folded_name(author.family) for author in one.authors]
    if any(not any(_is_family(name, held) for held in listed) for name in families[1:]):
        return False
    return len(listed) > len(families) if others else len(listed) == len(families)


def _identity(one: Entry) -> str:
    """Entries with one identifier, or one wording, are the same."""
    return next(iter(one.names), None) or folded_name(one.title or one.raw or str(one.line))


def _shown(one: Entry) -> str:
    name = one.title or one.raw or next(iter(one.names), "")
    return f"{one.key}: {name[:80]}" if one.key else name[:80]


def _by_case(keyed: Mapping[str, object]) -> Mapping[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key in keyed:
        found[key.casefold()].append(key)
    return found
