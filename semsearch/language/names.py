"""Names of authors, so that the same person can be told in two papers.

Two people with one family name and one initial cannot be told apart without an ORCID: what is said
of shared authors is said of names.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from semsearch.records import Author, SelfCertainty

_ORCID = re.compile(r"(?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])", re.IGNORECASE)
_SIGNS = re.compile(r"[^a-z0-9]+")
_WORDS = re.compile(r"[^\W\d_]+")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[\s-]?){1,3}")


def author_keys(author: Author) -> tuple[str, ...]:
    """What stands for an author: ``smith j``, and ``orcid:…`` where it is known.

    An author without given names, such as a group, is the family name alone.
    """
    family = folded_name(author.family)
    given = folded_name(author.given or "")
    keys = [f"{family} {given[0]}" if given else family] if family else []
    if author.orcid:
        keys.append(f"orcid:{author.orcid.upper()}")
    return tuple(keys)


def keys_of(authors: Iterable[Author]) -> tuple[str, ...]:
    """The keys of several authors, sorted, each once."""
    return tuple(sorted({key for author in authors for key in author_keys(author)}))


@dataclass(frozen=True, slots=True)
class Person:
    """An author as names are compared; ``given`` is empty where only initials are known."""

    key: str  # as ``author_keys`` makes it, empty without a family name
    initials: str
    given: str
    orcid: str | None


def person(author: Author) -> Person:
    """An author in the form in which names are compared."""
    return person_named(author.family, author.given, author.orcid)


def person_named(family: str, given: str | None, orcid: str | None) -> Person:
    """``person`` of an author by what is printed."""
    first, initials, name = _given_forms(given or "")
    folded = folded_name(family)
    return Person(f"{folded} {first}" if folded and first else folded, initials, name, orcid)


@lru_cache(maxsize=2**16)
def _given_forms(given: str) -> tuple[str, str, str]:
    """Of given names: the first letter, the initials, and the first name written out."""
    initials, name = "", ""
    for word in _WORDS.findall(given):
        short = len(word) <= 3 and word.isupper()
        initials += folded_name(word) if short else folded_name(word)[:1]
        if not short and len(word) >= 3 and not name:
            name = folded_name(word)
    return folded_name(given)[:1], initials.replace(" ", ""), name


def people(authors: Iterable[Author]) -> tuple[Person, ...]:
    """The authors of a paper in the form in which names are compared."""
    return tuple(person(author) for author in authors)


def same_person(one: Person, other: Person) -> bool:
    """Whether nothing printed speaks against two names being one person's.

    Family name and first initial agree, further initials and given names do not contradict: J. is
    Jane and J. A., Jane is neither Julia nor J. M. when she is Jane A. Two ORCIDs decide.
    """
    if one.orcid and other.orcid:
        return one.orcid == other.orcid
    if not one.key or one.key != other.key:
        return False
    return _begins(one.initials, other.initials) and _begins(one.given, other.given)


def shared_by(
    one: Sequence[Person], other: Sequence[Person], common: Container[str] = ()
) -> SelfCertainty | None:
    """How sure it is that two papers share an author; None when no name is shared.

    Two shared names are certain, and one with an ORCID on both sides, or with given names on both
    sides when it is not common. A common name with one initial is ambiguous.

    Args:
        one: the authors of one paper.
        other: those of the other.
        common: keys that several people have, as ``common_keys`` finds them.
    """
    pairs = [(a, b) for a in one for b in other if same_person(a, b)]
    if not pairs:
        return None
    if len({a.key for a, _ in pairs}) > 1 or any(a.orcid and b.orcid for a, b in pairs):
        return SelfCertainty.CERTAIN
    if all(a.key in common for a, _ in pairs):
        told = any(
            (a.given and b.given) or min(len(a.initials), len(b.initials)) > 1 for a, b in pairs
        )
        return SelfCertainty.BY_NAME if told else SelfCertainty.AMBIGUOUS
    if any(a.given and b.given and a.key not in common for a, b in pairs):
        return SelfCertainty.CERTAIN
    return SelfCertainty.BY_NAME


def common_keys(forms: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The keys that three people or more have; see ``is_common``.

    Args:
        forms: keys of people with the forms in which each is printed, each once.
    """
    of_key: dict[str, list[str]] = defaultdict(list)
    for key, form in forms:
        of_key[key].append(form)
    return frozenset(key for key, found in of_key.items() if is_common(found))


def name_forms(one: Person) -> tuple[str, ...]:
    """What tells people with one key apart: ``i`` and two initials, ``g`` and a given name."""
    initials = (f"i{one.initials[:2]}",) if len(one.initials) > 1 else ()
    return (*initials, f"g{one.given}") if one.given else initials


def is_common(forms: Iterable[str]) -> bool:
    """Whether three people or more have a key: by second initials, or by given names.

    Two kinds may be one person and a typing error.

    Args:
        forms: all in which it is printed, as ``name_forms`` gives them, each once.
    """
    return any(count > 2 for count in Counter(form[0] for form in forms).values())


def shares_author(one: Iterable[Author], other: Iterable[Author]) -> bool | None:
    """Whether two papers share an author by name or ORCID; None where one has no authors."""
    mine, theirs = people(one), people(other)
    if not any(p.key or p.orcid for p in mine) or not any(p.key or p.orcid for p in theirs):
        return None
    return shared_by(mine, theirs) is not None


def _begins(one: str, other: str) -> bool:
    """Whether one text begins with the other; an empty one does not contradict."""
    return one.startswith(other) or other.startswith(one)


def wanted_names(text: str) -> tuple[str, ...]:
    """The keys that a typed name may stand for; a key that ends with a space is a family name.

    ``Smith``, ``Smith J``, ``Smith, Jane``, ``Jane Smith`` and an ORCID are understood.
    """
    orcid = _ORCID.fullmatch(text.strip())
    if orcid:
        return (f"orcid:{orcid.group(1).upper()}",)
    if "," in text:
        family, given = (folded_name(part) for part in text.split(",", 1))
        return (f"{family} {given[0]}",) if given else (f"{family} ", family)
    parts = text.split()
    whole = folded_name(text)
    found = [f"{whole} ", whole]  # a family name of several words, or a group
    if len(parts) > 1:
        if _INITIALS.fullmatch(parts[-1]) and (len(parts[-1]) == 1 or parts[-1].isupper()):
            found = [f"{folded_name(' '.join(parts[:-1]))} {folded_name(parts[-1])[0]}"]
        elif first := folded_name(parts[0]):
            found.append(f"{folded_name(' '.join(parts[1:]))} {first[0]}")
            found.append(f"{folded_name(parts[-1])} {first[0]}")
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=2**17)
def folded_name(text: str) -> str:
    """A name without case, accents and signs, with single spaces."""
    if text.isascii():
        return _SIGNS.sub(" ", text.lower()).strip()
    plain = unicodedata.normalize(
        "NFKD", text.replace("ß", "ss").replace("ø", "o").replace("Ø", "O")
    )
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(kept.casefold().split())
