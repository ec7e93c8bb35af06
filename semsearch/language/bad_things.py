"""Whether what a phrase names is a bad thing, so that improving it means less of it."""

from __future__ import annotations

from semsearch.language.clauses import atoms_of
from semsearch.language.lexicon import Lexicon, Word

# Heads behind which the thing itself is named: "risk of stroke".
_MEASURES = frozenset(
    "risk risks incidence severity number level levels amount rate rates probability prevalence"
    " onset development progression occurrence frequency growth signs extent likelihood chance"
    " symptoms burden content concentration".split()
)
_PREPOSITIONS = frozenset("oifpcb")
_BAD_ENDINGS = ("itis", "emia", "aemia", "pathy", "algia")  # of the names of diseases


def is_bad(target: str, lexicon: Lexicon) -> bool:
    """Whether the head of a phrase is a bad thing: "risk of stroke", not "stress tolerance"."""
    head = Word()
    name = ""
    for atom in atoms_of(target):
        if atom in ("and", "or", ",") and head.bad:
            return True
        word = lexicon.words.get(atom, Word())
        if word.code and word.code in _PREPOSITIONS:
            if name in _MEASURES and not head.bad:
                continue
            break
        if atom.isalpha():
            head, name = word, atom
    return head.bad or name.endswith(_BAD_ENDINGS)
