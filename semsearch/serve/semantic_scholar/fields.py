"""Which fields of an answer a client of Semantic Scholar asks for.

A field is a name, with a dot before a part of it: ``title``, ``authors.name``,
``citingPaper.title``. What this index does not know is left out of the answer even when it is asked
for; what the service does not have either is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from semsearch.errors import QueryError

#: What the service has of a paper and of its authors, known here or not.
_AUTHOR = frozenset(
    "affiliations authorId citationCount externalIds hIndex homepage name paperCount url".split()
)
_PLAIN = frozenset(
    """
    abstract citationCount citationStyles corpusId externalIds fieldsOfStudy
    influentialCitationCount isOpenAccess journal matchScore openAccessPdf paperId publicationDate
    publicationTypes publicationVenue referenceCount s2FieldsOfStudy textAvailability title url
    venue year
    """.split()
)
_WITH_PARTS = frozenset(("authors", "citations", "references", "embedding", "tldr"))
_NAMED = frozenset(("externalIds", "journal"))
_EDGE = frozenset(("contexts", "intents", "contextsWithIntent", "isInfluential"))
_SNIPPET = frozenset(
    """
    snippet.text snippet.snippetKind snippet.section snippet.snippetOffset snippet.annotations
    snippet.annotations.sentences snippet.annotations.refMentions
    """.split()
)


@dataclass(frozen=True, slots=True)
class PaperFields:
    """Fields of a paper that are wanted; of the authors, the citing and the cited papers, too."""

    names: frozenset[str]
    authors: frozenset[str] = frozenset()
    citations: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()

    def __contains__(self, name: str) -> bool:
        return name in self.names


#: What is given of a paper when nothing is asked for.
DEFAULT = PaperFields(frozenset(("paperId", "title")))


@dataclass(frozen=True, slots=True)
class EdgeFields:
    """Fields of a citation that are wanted, and of the paper at its other end."""

    names: frozenset[str]
    paper: PaperFields = DEFAULT


def paper_fields(fields: str | None) -> PaperFields:
    """The fields of a paper.

    Raises:
        QueryError: one that there is not.
    """
    if fields is None:
        return DEFAULT
    return _paper(_listed(fields))


def edge_fields(fields: str | None, paper: str) -> EdgeFields:
    """The fields of a citation, those of its other end with or without its name before them.

    Args:
        fields: as the client gives them.
        paper: name of the other end, ``citingPaper`` or ``citedPaper``.

    Raises:
        QueryError: one that there is not.
    """
    if fields is None:
        return EdgeFields(frozenset())
    names = [name.removeprefix(f"{paper}.") for name in _listed(fields) if name != paper]
    edge = frozenset(name for name in names if name in _EDGE)
    rest = [name for name in names if name not in _EDGE]
    return EdgeFields(edge, _paper(rest) if rest else DEFAULT)


def snippet_fields(fields: str | None) -> frozenset[str]:
    """The fields of a snippet, all of them when nothing is asked for.

    Raises:
        QueryError: one that there is not; paper and score are always given.
    """
    if fields is None:
        return _SNIPPET
    names = [n if f"{n}.".startswith("snippet.") else f"snippet.{n}" for n in _listed(fields)]
    _refuse([n for n in names if n not in _SNIPPET and n != "snippet"])
    if "snippet" in names:
        return _SNIPPET
    found = set(names)
    if "snippet.annotations" in found:
        found |= {name for name in _SNIPPET if name.startswith("snippet.annotations.")}
    return frozenset(found)


def chosen(record: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The parts of a record that are wanted, in its order."""
    wanted = frozenset(names)
    return {name: value for name, value in record.items() if name in wanted}


def _paper(names: Iterable[str]) -> PaperFields:
    wanted = [name.partition(".")[::2] for name in names]
    _refuse([f"{root}.{part}" if part else root for root, part in wanted if not _is(root, part)])
    parts: dict[str, set[str]] = {}
    for root, part in wanted:
        parts.setdefault(root, set()).update([part.partition(".")[0]] if part else [])
    return PaperFields(
        frozenset({"paperId", *parts}),
        authors=frozenset(parts.get("authors") or {"name"}),
        citations=frozenset(parts.get("citations") or {"title"}) | {"paperId"},
        references=frozenset(parts.get("references") or {"title"}) | {"paperId"},
    )


def _is(root: str, part: str) -> bool:
    """Whether Semantic Scholar has such a field of a paper."""
    if root in ("citations", "references"):
        first = part.partition(".")[0]
        return not part or first in _PLAIN or first == "authors"
    if root == "authors":
        return not part or part in _AUTHOR
    return root in _WITH_PARTS or (root in _PLAIN and (not part or root in _NAMED))


def _listed(fields: str) -> list[str]:
    return [name.strip() for name in fields.split(",") if name.strip()]


def _refuse(unknown: list[str]) -> None:
    if unknown:
        shown = ", ".join(name[:60] for name in unknown[:10])
        raise QueryError(f"Unrecognized or unsupported fields: [{shown}]")
