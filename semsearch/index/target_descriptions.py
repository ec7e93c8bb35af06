"""What is known of a work: by its paper in the corpus, else by what most references say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from semsearch.language.names import folded_name
from semsearch.language.titles import folded_title
from semsearch.records import Author, Paper, Reference
from semsearch.store.resolving import Work

T = TypeVar("T")


def describe_work(
    identity: str,
    values: Mapping[str, str],
    known: Sequence[Paper | Reference],
    people: Sequence[tuple[Author, ...]],
) -> Work:
    """A work with what is known of it.

    Args:
        identity: its id.
        values: its identifiers by scheme.
        known: the paper of the corpus where it is one, and the references that lead to it.
        people: the authors of each of these, as ``named_authors`` gives them.
    """
    own = next((one for one in known if isinstance(one, Paper) and one.id == identity), None)
    says = [own] if own else known
    return Work(
        id=identity,
        doi=values.get("doi"),
        pmid=values.get("pmid"),
        pmcid=values.get("pmcid"),
        arxiv=values.get("arxiv"),
        title=_most_said([one.title for one in says], folded_title),
        year=own.year if own else _most_said([one.year for one in known], lambda year: year),
        journal=_most_said([one.journal for one in says], folded_title),
        authors=own.authors if own and own.authors else _authors(people),
        in_corpus=own is not None,
    )


def _most_said(values: Iterable[T | None], alike: Callable[[T], Hashable]) -> T | None:
    """What most values say, in the form that most of these have, then in the longest one.

    Values that fold into nothing, such as a title of signs alone, say nothing.
    """
    folded = [(alike(value), value) for value in values if value is not None]
    if len(folded) == 1:
        return folded[0][1] if folded[0][0] else None
    given = [(said, value) for said, value in folded if said]
    kinds = Counter(said for said, _ in given)
    forms = Counter(value for _, value in given)
    best = min(
        given,
        key=lambda one: (-kinds[one[0]], -forms[one[1]], -len(str(one[1])), str(one[1])),
        default=None,
    )
    return None if best is None else best[1]


def _authors(given: Sequence[tuple[Author, ...]]) -> tuple[Author, ...]:
    """The longest list of authors that starts with the first author that most references name."""
    if len(given) == 1:
        return given[0]
    lists = Counter(given)
    del lists[()]
    firsts: Counter[str] = Counter()
    for people, count in lists.items():
        firsts[folded_name(people[0].family)] += count
    first = min(firsts, key=lambda v: (-firsts[v], v), default=None)
    fitting = [people for people in lists if folded_name(people[0].family) == first]
    return min(fitting, key=lambda p: (-len(p), -lists[p], repr(p)), default=())
