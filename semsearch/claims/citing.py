"""The citing sentences of a draft, and what each cites."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from semsearch.claims.bibliography import Bibliography, Led
from semsearch.claims.draft import Block, Draft, Naming, Pointer
from semsearch.encode.recipe import plain_text
from semsearch.language.sentences import split_sentences
from semsearch.language.words import has_words
from semsearch.recommend.place import leading_clause
from semsearch.records import Marker

#: Stands for a marker while a sentence is taken apart.
_STAND_IN: Final = "[1]"
#: Markers that another one stands right behind: both are for the same clause.
_MARKED: Final = re.compile(r"(?:\[1\](?:[\s,;&–—-]|and\b|to\b)*)+\Z")


@dataclass(frozen=True, slots=True)
class DraftCitation:
    """A sentence citing one work, however often it does.

    ``claim``: the clause that leads up to the marker where that says something by itself, else the
    sentence, without markers.
    """

    pointer: Pointer
    led: Led
    claim: str


@dataclass(frozen=True, slots=True)
class CitingSentence:
    """A sentence of a draft that cites; ``text`` as printed, ``plain`` without its markers."""

    text: str
    plain: str
    context: str
    place: str
    citations: tuple[DraftCitation, ...]


def citing_sentences(draft: Draft, bibliography: Bibliography) -> list[CitingSentence]:
    """All sentences that cite, in the order of the draft."""
    return [one for block in draft.blocks for one in _of_block(block, bibliography)]


def _of_block(block: Block, bibliography: Bibliography) -> Iterator[CitingSentence]:
    if not block.pointers:
        return
    spans = split_sentences(block.text, markers=_apart(block.pointers))
    for number, (start, end) in enumerate(spans):
        own = [one for one in block.pointers if start <= one.start < end]
        if own:
            first, last = spans[max(number - 1, 0)][0], spans[min(number + 1, len(spans) - 1)][1]
            yield _sentence(block, (start, end), own, _without(block, first, last), bibliography)


def _apart(pointers: Sequence[Pointer]) -> list[tuple[int, int]]:
    """The spans of markers, none over another."""
    found: list[tuple[int, int]] = []
    for start, end in sorted({(one.start, one.end) for one in pointers}):
        if not found or start >= found[-1][1]:
            found.append((start, end))
    return found


def _sentence(
    block: Block,
    span: tuple[int, int],
    own: Sequence[Pointer],
    context: str,
    bibliography: Bibliography,
) -> CitingSentence:
    start, end = span
    plain = _without(block, start, end)
    canonical, places = _canonical(block, start, end)
    citations: dict[object, DraftCitation] = {}
    for one in own:
        led = bibliography.lead(one)
        clause = leading_clause(_MARKED.sub("", canonical[: places[one.start]]))
        claim = clause if clause is not None and has_words(clause) else plain
        same = led.entry if led.entry is not None else (one.naming, one.printed)
        citations.setdefault(same, DraftCitation(one, led, claim))
    return CitingSentence(
        text=block.text[start:end],
        plain=plain,
        context=context,
        place=block.place(start),
        citations=tuple(citations.values()),
    )


def _without(block: Block, start: int, end: int) -> str:
    """A part of a block without the markers in it."""
    canonical, places = _canonical(block, start, end)
    markers = [
        Marker(start=place + 1, end=place + 2, references=())
        for place in sorted(set(places.values()))
        if canonical.startswith(_STAND_IN, place)
    ]
    return plain_text(canonical, markers)


def _canonical(block: Block, start: int, end: int) -> tuple[str, dict[int, int]]:
    """A part of a block with a stand-in for each marker, and where each pointer stands in it.

    Names that are a part of the sentence stay as they are; keys that are leave a stand-in.
    """
    pieces: list[str] = []
    places: dict[int, int] = {}
    at, length = start, 0
    for one in block.pointers:
        if not start <= one.start < end:
            continue
        if one.start < at and places:
            places.setdefault(one.start, max(places.values()))
            continue
        before, stop = block.text[at : one.start], min(one.end, end)
        stays = one.naming is Naming.NAME and not one.bracketed
        shown = block.text[one.start : stop] if stays else _STAND_IN
        places[one.start] = length + len(before)
        pieces += [before, shown]
        length += len(before) + len(shown)
        at = stop
    return "".join([*pieces, block.text[at:end]]), places
