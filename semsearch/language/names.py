"""Names of authors, so that the same person can be told in two papers.

Two people with one family name and one initial cannot be told apart without an ORCID: what is said
of shared authors is said of names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from semsearch.records import Author

_ORCID = re.compile(r"(?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])", re.IGNORECASE)
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


def shares_author(one: Iterable[Author], other: Iterable[Author]) -> bool | None:
    """Whether two papers share an author by name or ORCID; None where one has no authors."""
    mine, theirs = keys_of(one), keys_of(other)
    if not mine or not theirs:
        return None
    return not set(mine).isdisjoint(theirs)


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


def folded_name(text: str) -> str:
    """A name without case, accents and signs, with single spaces."""
    plain = unicodedata.normalize(
        "NFKD", text.replace("ß", "ss").replace("ø", "o").replace("Ø", "O")
    )
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(kept.casefold().split())
