"""What entries of reference lists have in common, as numbers by which they are found.

A number stands for a text: 61 bits of a digest of it, and what kind of text it is.
"""

from __future__ import annotations

from enum import IntEnum
from hashlib import blake2b

from semsearch.index.target_ids import identifiers_of, name_of
from semsearch.index.target_likeness import Node
from semsearch.index.target_titles import blocks_of
from semsearch.index.targets import Entry
from semsearch.language.names import person
from semsearch.language.titles import folded_title
from semsearch.records import Paper, Reference

_KINDS = 7  # bits of a number that tell the kind


class Feature(IntEnum):
    """Of what kind a text is that entries have in common."""

    IDENTIFIER = 0
    TITLE = 1  # of the sketch
    BARE = 2  # a title beside which no journal stands
    JOURNAL = 3
    TITLED = 4  # a title beside which a journal stands
    AUTHOR = 5  # key of a person, of papers of the corpus


def number_of(text: str) -> int:
    """What stands for a text; the bits of ``Feature`` are 0."""
    digest = blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True) & ~_KINDS


def kind_of(feature: int) -> Feature:
    """Of what kind a feature is."""
    return Feature(feature & _KINDS)


def as_kind(feature: int, kind: Feature) -> int:
    """The same text as one of another kind."""
    return (feature & ~_KINDS) | kind


def printed_features(work: Paper | Reference) -> set[int]:
    """The features of a paper or a reference that depend on it alone: all but ``TITLE``."""
    title, journal = folded_title(work.title), folded_title(work.journal)
    found = {number_of(name_of(one)) | Feature.IDENTIFIER for one in identifiers_of(work)}
    if title and not journal:
        found.add(number_of(title) | Feature.BARE)
    if isinstance(work, Reference):
        if work.journal:
            found.add(number_of(journal) | Feature.JOURNAL)
            if work.title:
                found.add(number_of(title) | Feature.TITLED)
    else:
        keys = {person(author).key for author in work.authors}
        found |= {number_of(key) | Feature.AUTHOR for key in keys if key}
    return found


def features_of(entry: Entry) -> set[int]:
    """All features of an entry."""
    found = printed_features(entry.work)
    if entry.sketch.title:
        found.add(number_of(entry.sketch.title) | Feature.TITLE)
    return found


def blocks_in_numbers(node: Node) -> set[int]:
    """The blocks of a node as numbers."""
    return {number_of("\t".join(map(str, block))) for block in blocks_of(node)}


def place_of(work: Paper | Reference) -> tuple[str, str | None]:
    """The paper in whose list an entry stands, and its key; None for the paper itself."""
    return (work.paper, work.key) if isinstance(work, Reference) else (work.id, None)
