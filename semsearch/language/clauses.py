"""A statement as a row of words with their parts in the sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from types import MappingProxyType

from semsearch.language.lexicon import (
    SKIPPED,
    Lexicon,
    Word,
    load_lexicon,
)
from semsearch.language.parts import resolve

# Letters and digits apart, so that numbers glued to a word ("stress20") and the two spellings of a
# name ("IL6", "IL-6") make no difference.
_ATOM = re.compile(r"([^\W\d_Ͱ-Ͽ²³¹⁰-₟]+|[Ͱ-Ͽ]+|\d+|[²³¹⁰⁴-⁹]+|[₀-₉]+|[,;:.()\-‐‑–−/+→|])")
_PUNCTUATION = {
    ",": ",", ";": ";", ":": ";", ".": ".", "(": "(", ")": ")", "-": "-", "‐": "-", "‑": "-",
    "–": "-", "−": "-", "/": "&", "+": "", "→": "v",
    "|": ";",  # between the cells of a row of a table
}  # fmt: skip
# Reference markers: numbers in brackets, and brackets with a year.
_MARKER = re.compile(
    r"\[[\d\s,;–-]+\]|\([^()]*\b(?:1[89]|20)\d\d[a-z]?\b[^()]*(?:\([^()]*\)[^()]*)?\)"
    r"|\(\s*\d+(?:\s*[,;–-]\s*\d+)*\s*\)|\bet al\."
)
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu", "π": "pi",
    "σ": "sigma", "τ": "tau", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
# Short names in capitals that are other words in small letters.
_MOLECULES = {"NO": "nitricoxide", "DON": "deoxynivalenol"}
# Prefixes of verbs, and whether they turn them round.
_PREFIXES = {
    "re": 1, "co": 1, "over": 1, "hyper": 1, "trans": 1, "auto": 1, "photo": 1, "bio": 1,
    "de": -1, "under": -1, "hypo": -1,
}  # fmt: skip
_SHORTEST_STEM = 5
_NOTHING = Word(code=SKIPPED)
_CONTINUED = Word(code=SKIPPED)  # told by identity: belongs to the phrase before
_PLAIN = Word()
_AGAINST = Word(code="J", sign=-1)
_NOT_AGAINST = ("antibod", "antibio", "antigen", "antioxid", "anticip", "antisens", "antiqu")
_NEAR = 3  # words beside a mention that count as its noun phrase


@dataclass(frozen=True, slots=True)
class Statement:
    """The atoms of a text; all lists have one entry an atom.

    Attributes:
        atoms: letters in lower case with Greek letters by name, digits, or one sign.
        starts: where each begins in the text.
        ends: half-open.
        words: what each can say.
        codes: part in the sentence; "" for what patterns pass over.
    """

    atoms: list[str]
    starts: list[int]
    ends: list[int]
    words: list[Word]
    codes: list[str]

    def glued(self, position: int) -> bool:
        """Whether an atom and the next one stand without a blank between them."""
        return self.ends[position] == self.starts[position + 1]

    def without_asides(self, kept: Sequence[tuple[int, int]]) -> Statement:
        """The statement with brackets passed over that none of the spans ``kept`` touches."""
        if "(" not in self.codes:
            return self
        codes, opened = list(self.codes), list[int]()
        for position, code in enumerate(self.codes):
            if code == "(":
                opened.append(position)
            elif code == ")" and opened:
                first, last = opened.pop(), position + 1
                if all(end <= first or start >= last for start, end in kept):
                    codes[first:last] = [SKIPPED] * (last - first)
        return replace(self, codes=codes)

    def phrase_end(self, position: int) -> int:
        """The atom behind the word or phrase that begins at ``position``."""
        end = position + 1
        while end < len(self.words) and self.words[end] is _CONTINUED:
            end += 1
        return end


def atoms_of(text: str) -> list[str]:
    """Atoms of a text in order: runs of letters, runs of digits, signs."""
    return atoms_among(cut(text))


def cut(text: str) -> list[str]:
    """A text cut into what stands between its atoms and the atoms, in turn."""
    return _ATOM.split(text)


def atoms_among(pieces: Sequence[str]) -> list[str]:
    """The atoms of a text that was ``cut``, as ``atoms_of`` gives them."""
    return list(map(_normal, pieces[1::2]))


@lru_cache(maxsize=65536)
def _normal(atom: str) -> str:
    """An atom in lower case with Greek letters by name; "NO" is the molecule, not the word."""
    if atom in _PUNCTUATION:
        return atom
    atom = _MOLECULES.get(atom) or atom.lower()
    if atom.isascii():
        return atom
    return "".join(_GREEK.get(letter, letter) for letter in unicodedata.normalize("NFKC", atom))


def noun_phrase(codes: Sequence[str], position: int, step: int) -> list[int]:
    """Positions beside a mention that belong to its noun phrase.

    Args:
        codes: parts of the words of a statement.
        position: the atom beside the mention.
        step: 1 to look behind the mention, -1 to look before it.
    """
    found: list[int] = []
    while 0 <= position < len(codes) and len(found) < _NEAR:
        code = codes[position]
        if code and code not in "xjJAnoE-ew":
            break
        if code:
            found.append(position)
        position += step
    return found


def mask_markers(text: str) -> str:
    """``text`` with reference markers blanked, every other character in its place."""
    if "[" not in text and "(" not in text and "et al" not in text:
        return text
    return _MARKER.sub(lambda match: " " * len(match.group()), text)


def read_clauses(
    atoms: list[str],
    pieces: Sequence[str],
    lexicon: Lexicon,
    extra: Mapping[str, Word] = MappingProxyType({}),
) -> Statement:
    """The parts of a statement.

    Args:
        atoms: as ``atoms_of`` gives them for text without markers.
        pieces: of the same text, as ``cut`` gives them.
        lexicon: the words that matter.
        extra: words that matter for one question only; the lexicon's come before them.
    """
    edges = list(accumulate(map(len, pieces)))
    starts, ends = edges[:-1:2], edges[1::2]
    words = list(map(_word, atoms))
    if extra:
        for place, atom in enumerate(atoms):
            if atom in extra and words[place] is _PLAIN:
                words[place] = extra[atom]
    codes = [word.code for word in words]
    last = len(atoms) - 1
    for position in _places(codes, "-"):
        if not (
            0 < position < last
            and ends[position - 1] == starts[position]
            and ends[position] == starts[position + 1]
        ):
            codes[position] = ","  # a dash
    for position in _places(codes, "."):
        if 0 < position < last and (
            ends[position] == starts[position + 1]  # "H2A.Z", "0.5"
            or (len(atoms[position - 1]) == 1 and atoms[position - 1].isalpha())  # "E. coli"
        ):
            codes[position] = SKIPPED
    phrases, behind = lexicon.phrases, 0
    for position in [place for place, atom in enumerate(atoms) if atom in phrases]:
        found = _phrase(atoms, position, phrases[atoms[position]]) if position >= behind else None
        if found is None:
            continue
        length, word = found
        behind = position + length
        words[position:behind] = [word, *[_CONTINUED] * (length - 1)]
        codes[position:behind] = [word.code, *[SKIPPED] * (length - 1)]
    resolve(words, codes, atoms)
    return Statement(atoms, starts, ends, words, codes)


def _places(codes: list[str], wanted: str) -> list[int]:
    return [place for place, code in enumerate(codes) if code == wanted] if wanted in codes else []


@lru_cache(maxsize=65536)
def _word(atom: str) -> Word:
    """What an atom can say by itself."""
    sign = _PUNCTUATION.get(atom)
    if sign is not None:
        return Word(code=sign)
    return load_lexicon().words.get(atom) or _unlisted(atom)


def is_against(atom: str) -> bool:
    """Whether a word names what works against its stem: "antiangiogenic", not "antibody"."""
    return len(atom) > 8 and atom.startswith("anti") and not atom.startswith(_NOT_AGAINST)


def _unlisted(atom: str) -> Word:
    """Numbers and adverbs are passed over; "antiangiogenic" makes less."""
    if atom.isdigit() or (len(atom) > 5 and atom.endswith("ly")):
        return _NOTHING
    return _AGAINST if is_against(atom) else _prefixed(atom)


def _prefixed(atom: str) -> Word:
    """A word by its stem: "reactivate" is like "activate", "derepression" turns "repression"."""
    for prefix, sign in _PREFIXES.items():
        rest = atom[len(prefix) :]
        if atom.startswith(prefix) and len(rest) > _SHORTEST_STEM:
            word = load_lexicon().words.get(rest, _PLAIN)
            if word.relation:
                return replace(word, sign=sign * word.sign)
    return _PLAIN


def _phrase(
    atoms: list[str], position: int, rests: tuple[tuple[tuple[str, ...], Word], ...]
) -> tuple[int, Word] | None:
    """Length in atoms and word of the longest phrase that stands here; hyphens count as blanks."""
    for rest, word in rests:
        place = position + 1
        for part in rest:
            if place < len(atoms) and atoms[place] in "-‐‑–" and place + 1 < len(atoms):
                place += 1
            if place >= len(atoms) or atoms[place] != part:
                break
            place += 1
        else:
            return place - position, word
    return None
