"""Words of a text: where they stand, and which of them carry its meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from string import ascii_letters, digits
from typing import Any

# A word may hold hyphens, slashes, primes and signs inside it (IL-6, TGF-β1, 3′-UTR).
_WORD = re.compile(r"\w+(?:[-‐‑–/′'’+.]\w+)*")
_PARTS = re.compile(r"[^\W_]+")

# Words of a question that say nothing about its subject.
STOP_WORDS = frozenset(
    """
    a about after again against all also am an and any are as at be because been before being
    between both but by can could did do does doing during each either few for from further had
    has have having he her here hers him his how i if in into is it its itself just may me might
    more most must my no nor not of off on once only or other our ours out over own same shall she
    should so some such than that the their theirs them themselves then there these they this those
    through to too under until up upon very was we were what when where whether which while who
    whom whose why will with within without would you your yours
    """.split()
)


def words(text: str) -> Iterator[tuple[int, int]]:
    """Half-open spans of the words of a text."""
    for match in _WORD.finditer(text):
        yield match.span()


def has_words(text: str) -> bool:
    """Whether a text holds at least one letter or digit, of whatever script."""
    return _PARTS.search(text) is not None


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """A word without case, inflection, and signs inside it: ``IL-6`` and ``il6`` are one."""
    bare = "".join(_PARTS.findall(unicodedata.normalize("NFKC", word).casefold()))
    return str(_stemmer().stemWord(bare)) if bare.isalpha() and bare.isascii() else bare


def content_words(text: str) -> frozenset[str]:
    """The folded words of a text, without stop words."""
    found: set[str] = set()
    for start, end in words(text):
        word = text[start:end]
        if word.casefold() in STOP_WORDS:
            continue
        found.add(fold(word))
        found |= {
            fold(p) for p in _PARTS.findall(word) if len(p) > 2 and p.casefold() not in STOP_WORDS
        }
    return frozenset(found) - {""}


def matches(
    text: str, wanted: frozenset[str], apart: Sequence[tuple[int, int]] = ()
) -> tuple[tuple[int, int], ...]:
    """Spans of the words of ``text`` whose folded form is wanted.

    A compound counts whole when it is wanted whole, else those of its parts that are wanted.

    Args:
        text: the text.
        wanted: folded words, as ``content_words`` gives them.
        apart: spans that hold no words of the text, such as markers; sorted, not overlapping.
    """
    spans: list[tuple[int, int]] = []
    if not wanted:
        return ()
    # Folding takes most of the time, and never changes the first letter of a word in ASCII.
    others = {c for word in wanted for c in (word[0], word[0].upper())}
    passed = frozenset(ascii_letters + digits) - others
    position = 0
    for start, end in (*apart, (len(text), len(text))):
        for match in _WORD.finditer(text, position, start):
            word = match[0]
            if word[0] not in passed and fold(word) in wanted:
                spans.append(match.span())
            elif not word.isalnum():  # a compound: else it is its only part
                first = match.start()
                spans += [
                    (first + part.start(), first + part.end())
                    for part in _PARTS.finditer(word)
                    if len(part[0]) > 1 and part[0][0] not in passed and fold(part[0]) in wanted
                ]
        position = max(position, end)
    return tuple(spans)


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")
