"""When two words or names mean the same thing, although they are not written alike."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from semsearch.language.clauses import atoms_of, is_against
from semsearch.language.lexicon import load_data

#: Names of Greek letters that stand in names of things.
GREEK = frozenset("alpha beta gamma delta epsilon zeta theta kappa lambda sigma omega".split())
_LEAST_STEM = 4  # letters that two forms of a word have in common at least
#: The ``opening`` of what works against its stem.
ANTI = "anti"


def name_form(text: str) -> tuple[str, ...]:
    """A name as a row of atoms, without signs and blanks."""
    return tuple(atom for atom in atoms_of(text) if atom[0].isalnum())


def greek_spellings(bare: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Other ways to write Greek letters in a name: "TNF-a", "TNFalpha", "NF-kappaB" for "NF-κB"."""
    if len(bare) == 1:
        return []
    found: list[tuple[str, ...]] = []
    for place, atom in enumerate(bare):
        if atom not in GREEK:
            continue
        before, behind = bare[:place], bare[place + 1 :]
        for letter in (atom, atom[0]):
            found.append((*before, letter, *behind))
            if behind and behind[0].isalpha():
                found.append((*before, letter + behind[0], *behind[1:]))
            if before and before[-1].isalpha():
                found.append((*before[:-1], before[-1] + letter, *behind))
    return [form for form in dict.fromkeys(found) if form != bare]


@cache
def same_names() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """By name, without signs and blanks, the other names of the same thing, as rows of atoms."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for line in _data()["names"].strip().splitlines():
        forms = [name_form(name) for name in line.split("|")]
        for form in forms:
            found.setdefault("".join(form), []).extend(other for other in forms if other != form)
    return {name: tuple(forms) for name, forms in found.items()}


@cache
def _same_words() -> Mapping[str, frozenset[str]]:
    """By word the other forms of it that no ending tells."""
    found: dict[str, frozenset[str]] = {}
    for line in _data()["words"].strip().splitlines():
        forms = frozenset(line.split())
        for form in forms:
            found[form] = found.get(form, frozenset()) | forms
    return found


@cache
def contraries() -> Mapping[str, frozenset[str]]:
    """By word those that make the opposite kind of the same thing: "short" for "long"."""
    found: dict[str, set[str]] = {}
    for line in _data()["contrary"].strip().splitlines():
        one, other = line.split()
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


def same_word(atom: str, wanted: str, word: bool) -> bool:
    """Whether two atoms are forms of one word; names have no other forms but a plural."""
    if atom == wanted:
        return True
    if word and atom in _same_words().get(wanted, ()):
        return True
    atom, wanted = _spelling(atom), _spelling(wanted)
    if word and is_against(atom) and not is_against(wanted):
        atom = atom[4:]
    if atom[0] != wanted[0] or not atom.isalpha():
        return False
    shorter = min(len(atom), len(wanted))
    if not word or shorter < _LEAST_STEM:
        return len(wanted) > 2 and (atom == wanted + "s" or wanted == atom + "s")
    common = 0
    while common < shorter and atom[common] == wanted[common]:
        common += 1
    endings = _endings()
    if common < _LEAST_STEM or common < 0.5 * max(len(atom), len(wanted)):
        return False
    return atom[common:] in endings and wanted[common:] in endings


@lru_cache(maxsize=65536)
def opening(atom: str) -> str:
    """The first letters of an atom: two that ``same_word`` holds for have the same ones.

    But for what begins with "anti" (``ANTI``), which is also read without it.
    """
    return _spelling(atom)[:_LEAST_STEM]


def openings(wanted: str, word: bool) -> set[str]:
    """The ``opening`` of every atom that ``same_word`` may hold for."""
    spelled = _spelling(wanted)
    found = {wanted, spelled, f"{spelled}s", spelled.removesuffix("s")}
    found |= _same_words().get(wanted, frozenset()) if word else set()
    return {opening(atom) for atom in found} | ({ANTI} if word else set())


@lru_cache(maxsize=65536)
def _spelling(atom: str) -> str:
    """One spelling of words that are written in two: "oedema", "tumour", "sulphur"."""
    if len(atom) < 5 or not atom.isalpha():
        return atom
    for old, new in _spellings_of_two():
        atom = atom.replace(old, new)
    return atom


@cache
def _spellings_of_two() -> tuple[tuple[str, str], ...]:
    rows = _data()["spellings"].strip().splitlines()
    return tuple((row.split()[0], row.split()[1]) for row in rows)


@cache
def _endings() -> frozenset[str]:
    return frozenset(_data()["endings"].split()) | {""}


@cache
def _data() -> Mapping[str, str]:
    same: Mapping[str, str] = load_data("names.toml")["same"]
    return same
