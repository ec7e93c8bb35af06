"""Titles of works, so that one work can be told under several spellings of its title.

Titles of one series differ in a number or in one word that counts ("part I" and "part II", "in
vitro" and "in vivo"); spellings of one title differ in letters within words. Letters alone do not
tell the two apart, so words and numbers are compared beside them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

from rapidfuzz import fuzz

from semsearch.language.names import folded_name

#: Words of a title that carry no meaning of their own.
_STOP = frozenset(
    "a an and as at by for from in into is its of on or the to using via with".split()
)
_JOURNAL_STOP = frozenset("the of and for in on de la usa us london official".split())
_ROMAN = frozenset("i ii iii iv v vi vii viii ix x".split())
_NUMBER = re.compile(r"\d+")
_NOTE = re.compile(r"[\[(](?:in [A-Z]\w+|in \w+ with \w+ abstract)[\])]|<[^<>]{1,20}>")
_GREEK = {
    code: " " + unicodedata.name(chr(code)).split()[-1].lower() + " "
    for code in (*range(0x391, 0x3AA), *range(0x3B1, 0x3CA))
    if unicodedata.name(chr(code), "")
}

#: Two words are spellings of one another from this likeness of their letters (0–100); "vitro" and
#: "vivo" have 67, "colour" and "color" 91, a transposed or dropped letter in six 83 and more.
_SPELLING = 80
#: Letters that a title must have to be taken for the beginning of a longer one.
_BEGINNING_LETTERS = 25
#: Likeness of a title and its own beginning: a subtitle is often left out.
_BEGINNING = 0.94
#: Less where what is left out has a number: of a part, a version, a supplement of another year.
_CONTINUED = 0.03
_PART_WORDS = 2  # "part ii" after a title makes it another one
#: What a word that one title has and the other has not takes off, and two that contradict.
_LEFT_OUT = 0.02
_CONTRADICTION = 0.12


@lru_cache(maxsize=2**17)
def folded_title(text: str | None) -> str:
    """A title without case, accents, signs, notes in brackets and a leading article.

    Greek letters go by their names, so that "TGF-β" and "TGF-beta" are one.
    """
    if not text:
        return ""
    plain = _NOTE.sub(" ", text).replace("&", " and ")
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain).translate(_GREEK)
    words = folded_name(plain).split()
    if len(words) > 1 and words[0] in {"the", "a", "an"}:
        words = words[1:]
    return " ".join(words)


@lru_cache(maxsize=200_000)
def _numerals(folded: str) -> tuple[str, ...]:
    """The numbers of a title in order, Roman ones included: "part ii of c4" has "ii", "4"."""
    found: list[str] = []
    for word in folded.split():
        found += [word] if word in _ROMAN else _NUMBER.findall(word)
    return tuple(sorted(found))


def title_likeness(one: str, other: str, *, least: float = 0.8) -> float:
    """How alike two folded titles are, 0–1; 0.0 where it is less than ``least``.

    1.0 is equality of all letters and digits. Titles with different numbers are not alike. A word
    that is no spelling of a word of the other title takes something off.
    """
    letters, others = one.replace(" ", ""), other.replace(" ", "")
    if letters == others:
        return 1.0 if letters else 0.0
    short, long = sorted((one, other), key=lambda t: (len(t), t))
    if long.startswith(short + " ") and len(short.replace(" ", "")) >= _BEGINNING_LETTERS:
        rest = long[len(short) :]
        if not _numerals(rest):
            return _BEGINNING
        return _BEGINNING - _CONTINUED if len(rest.split()) > _PART_WORDS else 0.0
    ratio = fuzz.ratio(letters, others, score_cutoff=100 * least) / 100
    if ratio == 0.0 or _numerals(one) != _numerals(other):
        return 0.0
    mine, theirs = _left_over(one, other)
    found = ratio - (_CONTRADICTION if mine and theirs else _LEFT_OUT if mine or theirs else 0.0)
    return found if found >= least else 0.0


def same_journal(one: str, other: str) -> bool:
    """Whether two folded names are of one journal, written out or abbreviated word by word.

    "proc natl acad sci" is "proceedings of the national academy of sciences", and so is "pnas".
    """
    if one == other:
        return True
    mine = [word for word in one.split() if word not in _JOURNAL_STOP]
    theirs = [word for word in other.split() if word not in _JOURNAL_STOP]
    if len(mine) == len(theirs):
        return all(_abbreviates(a, b) for a, b in zip(mine, theirs, strict=True))
    short, long = sorted((mine, theirs), key=len)
    return len(short) == 1 and len(long) > 2 and short[0] == "".join(word[0] for word in long)


def _abbreviates(one: str, other: str) -> bool:
    """Whether one word has the letters of the other in their order, and its first."""
    short, long = sorted((one, other), key=len)
    rest = iter(long)
    return short[0] == long[0] and all(letter in rest for letter in short)


def _left_over(one: str, other: str) -> tuple[list[str], list[str]]:
    """The words of each title that are no spelling of a word of the other."""
    mine, theirs = Counter(one.split()), Counter(other.split())
    left = sorted(w for w in (mine - theirs).elements() if w not in _STOP)
    right = sorted(w for w in (theirs - mine).elements() if w not in _STOP)
    if left and right and fuzz.ratio("".join(left), "".join(right)) >= 100 * 0.95:
        return [], []  # words that are written apart in one title and together in the other
    for word in list(left):
        best = max(right, key=lambda w: (fuzz.ratio(word, w), w), default=None)
        if best is not None and fuzz.ratio(word, best) >= _SPELLING:
            left.remove(word)
            right.remove(best)
    return left, right
