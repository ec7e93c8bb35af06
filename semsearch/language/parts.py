"""Which part a word has in its sentence, where it may have several."""

from __future__ import annotations

from collections.abc import Sequence

from semsearch.language.lexicon import (
    ATTRIBUTE,
    CHANGE,
    EITHER,
    FILL,
    ING,
    NOUN,
    PAST,
    REVERSE,
    SKIPPED,
    VERB,
    Word,
)

_WANTING = frozenset({"need", "require"})
_BEFORE_NOUN = frozenset("oifpbcJjOavdgh")
_BEFORE_VERB = frozenset("tmMDNq")
_BEFORE_RISING = frozenset("cboip")
_HAVE = frozenset(("has", "have", "had"))  # with a participle mostly a tense: "has improved Y"
_REPORTS = frozenset("lh")  # "found", "shown"
_ALONE = frozenset((VERB, PAST))
_WITH_OBJECT = frozenset("ab")  # before a verb that is passive
_MANNER = frozenset(("", "J"))  # "increased faster on"
_NO_OBJECT = frozenset("fipc.;")  # behind a verb without an object
_CLAUSE_STARTS = frozenset(".;yms")
_AFTER_NOUN = frozenset("oib.,avdh")
_NOMINAL = frozenset((FILL, NOUN, EITHER, ATTRIBUTE, "e", "w", "-", "&"))
_ATTRIBUTE_AFTER = frozenset("vgtoifpcbhOJ")


def next_place(codes: Sequence[str], position: int) -> int | None:
    """Where the next part stands that is not passed over; None where there is none."""
    return next((place for place in range(position + 1, len(codes)) if codes[place]), None)


def next_code(codes: Sequence[str], position: int) -> str:
    """The next part that is not passed over, or ""."""
    place = next_place(codes, position)
    return "" if place is None else codes[place]


def resolve(words: list[Word], codes: list[str], atoms: list[str]) -> None:
    """Decides between noun and verb, and between participles before a noun and others.

    Args:
        words: of a statement.
        codes: what each is by itself; changed in place.
        atoms: of the statement.
    """
    before = last = ""  # code of the last atom that is not passed over, and the atom
    article = False
    reported = False  # behind "showed that"
    for position, code in enumerate(codes):
        word = words[position]
        if code == SKIPPED:
            article = article or word.article
            continue
        atom = atoms[position]
        if code != FILL or word.predicative or atom == "while":
            part = _part(words, codes, atoms, position, (before, last, article, reported))
            reported = part not in _CLAUSE_STARTS and (
                reported or (part == "q" and before in _REPORTS)
            )
            codes[position] = before = part
        else:
            before = code
        last = atom
        article = word.article


def _part(
    words: list[Word],
    codes: list[str],
    atoms: list[str],
    position: int,
    behind: tuple[str, str, bool, bool],
) -> str:
    """The part of one word in its sentence.

    Args:
        words: of the statement.
        codes: up to the word as they were decided.
        atoms: of the statement.
        position: of the word.
        behind: code of the last atom that is not passed over, the atom, whether an article stands
            there, and whether something was reported before.
    """
    before, last, article, reported = behind
    part = code = codes[position]
    if code == REVERSE:
        denied = before == "N" and atoms[position].endswith("ed")
        wanted = (before == "a" or denied) and words[position].base in _WANTING
        part = "A" if wanted else code  # "X is needed for Y"
    elif code == EITHER:
        is_ = before == "a" and words[position].adjective  # "the risk is lower"
        part = "J" if is_ else _noun_or_verb(codes, position, before, article)
    elif code == "e":
        part = VERB if before in tuple("tDN") and not article else code  # "did not effect Y"
    elif code == PAST:
        stands_before = article or (before in _ATTRIBUTE_AFTER and last not in _HAVE)
        after = next((c for c in codes[position + 1 : position + 4] if c), "")
        part = ATTRIBUTE if stands_before and after in _NOMINAL else code
    elif code == ING and before == "c":
        part = ATTRIBUTE  # "with increasing salinity"
    elif code == CHANGE and before in _BEFORE_RISING and atoms[position].endswith("ing"):
        part = ATTRIBUTE  # "with rising salinity"
    elif code == "m" and reported and atoms[position] == "could":
        # "Showed that X could do it" tells an ability, "could be due to X" does not.
        part = "m" if next_code(codes, position) == "a" else "M"
    elif words[position].predicative and before in ("a", "h"):
        part = "U"  # "was normal", "showed normal growth"
    elif atoms[position] == "while" and _is_ing(atoms, position + 1):
        part = "c"  # "Y rose while adding X"
    if part in _ALONE and words[position].intransitive and before not in _WITH_OBJECT:
        after = next((c for c in codes[position + 1 : position + 5] if c not in _MANNER), ".")
        part = CHANGE if after in _NO_OBJECT else part
    return part


def _is_ing(atoms: list[str], position: int) -> bool:
    """Whether a participle stands here, perhaps behind a prefix: "adding", "co-firing"."""
    return any(atom.endswith("ing") for atom in atoms[position : position + 3])


def _noun_or_verb(codes: list[str], position: int, before: str, article: bool) -> str:
    if article or before in _BEFORE_NOUN:
        return NOUN
    if before in _BEFORE_VERB:
        return VERB
    after = next((code for code in codes[position + 1 :] if code), ".")
    return NOUN if after in _AFTER_NOUN else VERB
