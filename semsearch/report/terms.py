"""Names of groups of texts: the words and pairs of words that are their own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from math import log

from semsearch.language.tokens import lexical_tokens
from semsearch.language.words import STOP_WORDS, fold, words

Term = tuple[str, ...]  # one folded word, or two that stand side by side

_DECIMALS = 9
_CELLS = " | "  # between the cells of a row of a table, which starts no sentence
_LONGEST = 24  # letters; addresses and file names are longer
_NO_TERM = re.compile(r"^[12]\d{3}[a-z]?$|/\d|\.[a-z]{2}")  # years, units, addresses
#: Sequences of nucleotides, printed whole or in groups: primers stand in many methods sections.
_NUCLEOTIDES = re.compile(r"(?:\b[ACGTU]{3,}[ -]){2,}[ACGTU]+\b|\b[ACGTU]{8,}\b|\b[acgtu]{10,}\b")
_SHORTEST = 3  # letters of a word, unless it has a digit or capitals inside
# Words of how science is reported: they tell no subject from another.
_REPORTING = frozenset(
    fold(word)
    for word in """
    accordance according addition additionally al analysis analyses analyzed approach article
    associated author based case compared consistent data demonstrated described determined
    different effect et example fig figure finding found furthermore high higher however important
    increase increased indicate indicated investigated known low lower many method moreover
    observed obtained paper performed present previous previously reported respectively result
    results review revealed role several show showed shown significant significantly similar study
    studies suggest suggested table thus two three use used using various well work would may one
    first second recent recently related including among although since therefore whereas
    """.split()
)


def name_groups(
    groups: Sequence[Sequence[str]],
    rarity: Callable[[str], float],
    *,
    without: Sequence[str] = (),
    most: int = 3,
) -> list[tuple[str, ...]]:
    """For each group of texts the terms that are its own, best first, as the texts spell them.

    The weight of a term t in group c is c-TF-IDF (Grootendorst 2022, "BERTopic", equation 2),
    ``tf(t, c) / |c| · log(1 + A / f(t))`` with A the mean number of terms of a group and f(t) the
    frequency of t in all groups, times how rare its words are in the whole index, so that what
    every paper of a field says names no group. ``tf`` counts texts, so that one text that repeats
    itself does not. Words of reporting ("showed", "study") and stop words are no terms.

    Args:
        groups: texts without markers.
        rarity: the idf of a token in the index, at least 0.
        without: texts whose words are no terms, such as names of authors.
        most: terms of a group.
    """
    spelt: dict[Term, Counter[str]] = {}
    barred = frozenset(fold(t[a:b]) for t in without for a, b in words(t))
    counts = [_counted(texts, spelt, barred) for texts in groups]
    everywhere: Counter[Term] = Counter()
    for count in counts:
        everywhere.update(count)
    mean = sum(everywhere.values()) / max(len(groups), 1)

    def rare(term: Term) -> float:
        found = [rarity(token) for word in term for token in lexical_tokens(word)]
        return sum(found) / len(found) if found else 0.0

    rarities = {term: rare(_surface(spelt[term])) for term in everywhere}
    return [
        _best(
            {
                term: round(
                    number / max(len(texts), 1) * log(1 + mean / everywhere[term]) * rarities[term],
                    _DECIMALS,
                )
                for term, number in count.items()
                if number > 1 or len(texts) == 1
            },
            spelt,
            most,
        )
        for texts, count in zip(groups, counts, strict=True)
    ]


def _counted(
    texts: Sequence[str], spelt: dict[Term, Counter[str]], barred: frozenset[str]
) -> Counter[Term]:
    count: Counter[Term] = Counter()
    for text in texts:
        seen: dict[Term, str] = {}
        before: tuple[int, str, str] | None = None
        sequences = [found.span() for found in _NUCLEOTIDES.finditer(text)]
        for start, end in words(text):
            shown = text[start:end]
            folded = fold(shown)
            in_sequence = any(first <= start < last for first, last in sequences)
            if in_sequence or folded in barred or not _is_term(shown, folded):
                before = None
                continue
            if start == 0 and _CELLS not in text:
                shown = _uncapitalised(shown)
            seen.setdefault((folded,), shown)
            if before is not None and text[before[0] : start] == " " and before[1] != folded:
                seen.setdefault((before[1], folded), f"{before[2]} {shown}")
            before = (end, folded, shown)
        for term, surface in seen.items():
            count[term] += 1
            spelt.setdefault(term, Counter())[surface] += 1
    return count


def _is_term(shown: str, folded: str) -> bool:
    if not folded or folded in _REPORTING or shown.casefold() in STOP_WORDS or folded.isdecimal():
        return False
    if len(shown) > _LONGEST or _NO_TERM.search(shown):
        return False
    marked = any(c.isdigit() for c in shown) or any(c.isupper() for c in shown[1:])
    return len(folded) >= (2 if marked else _SHORTEST) and any(c.isalpha() for c in folded)


def _uncapitalised(shown: str) -> str:
    """Lower case, unless a capital stands inside: the start of a sentence is no name."""
    return shown if any(c.isupper() for c in shown[1:]) else shown.casefold()


def _surface(spellings: Counter[str]) -> tuple[str, ...]:
    return tuple(_commonest(spellings).split(" "))


def _commonest(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda one: (-spellings[one], len(one), one))


def _best(
    weights: dict[Term, float], spelt: dict[Term, Counter[str]], most: int
) -> tuple[str, ...]:
    """The heaviest terms; of a pair and its words only the heaviest."""
    found: list[Term] = []
    # A pair says more than its words: it comes first where it weighs as much as the lighter half.
    ranked = sorted(weights, key=lambda term: (-weights[term] * len(term), term))
    for term in ranked:
        if weights[term] <= 0 or len(found) == most:
            break
        if not any(set(term) & set(other) for other in found):
            found.append(term)
    return tuple(_commonest(spelt[term]) for term in found)
