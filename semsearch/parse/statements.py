"""Citation statements of one paper, and the account of every marker in it."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from semsearch.language.identifiers import paper_id
from semsearch.language.scripts import normal_form
from semsearch.language.sentences import split_sentences
from semsearch.parse.blocks import Block
from semsearch.parse.citations import Pointer, read_pointers
from semsearch.parse.reference_list import ReferenceList
from semsearch.records import (
    Account,
    Box,
    Citation,
    CitationType,
    Document,
    Marker,
    Paper,
    Reference,
    Span,
    Statement,
)

IN_REFERENCE_LIST = "in_reference_list"
IN_SUB_ARTICLE = "in_sub_article"  # reviews, replies and translations printed with the article
IN_FORMULA = "in_formula"  # inside markup that has no text of its own
WITHOUT_TEXT = "without_text"  # an empty marker in a block without words
WITHOUT_ENTRY = "without_entry"  # the format marks it, but names no entry of the reference list
MISPLACED = "misplaced"  # its offsets do not cut out of the text what it says that it prints
REPEATED = "repeated_in_statement"


@dataclass(slots=True)
class StatementReader:
    """Reads the statements of one paper; ``account`` says what became of each marker.

    The reader of a format finds the markers (``found``), and hands on the blocks that hold them
    (``read_block``); what it cannot hand on it excludes with a reason (``exclude``).
    """

    paper: str
    references: ReferenceList
    statements: list[Statement] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    _excluded: Counter[str] = field(default_factory=Counter)
    _expanded: int = 0
    _xrefs: int = 0
    _warnings: list[str] = field(default_factory=list)
    _seen: Counter[str] = field(default_factory=Counter)
    _targets: dict[str, Reference] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._targets = {r.key: r for r in self.references.references}
        self._warnings += self.references.warnings

    def found(self, markers: int) -> None:
        """Say how many markers were found, before anything becomes of them."""
        self._xrefs += markers

    def warn(self, *warnings: str) -> None:
        """Put warnings into the account."""
        self._warnings += warnings

    def exclude(self, named: Sequence[str], reason: str) -> None:
        """A marker that gives no citation; each work that it names counts, at least one."""
        works = len(self.references.works(named)) or 1
        self._excluded[reason] += works
        self._expanded += works - 1

    def account(self) -> Account:
        """What became of every marker; the two sides of its equation are counted apart."""
        return Account(
            xrefs=self._xrefs,
            expanded=self._expanded,
            citations=len(self.citations),
            excluded=dict(sorted(self._excluded.items())),
            warnings=tuple(self._warnings),
        )

    def read_block(self, block: Block) -> None:
        """Take the statements of a block."""
        pointers, warnings = read_pointers(block.rendered, self.references, ranges=not block.named)
        self._warnings += warnings
        sentences = _sentences(block, pointers)
        if not sentences:
            for marker in block.rendered.markers:
                self.exclude(marker.named, WITHOUT_TEXT)
            return
        for _ in filter(lambda pointer: not pointer.keys, pointers):
            self.exclude((), WITHOUT_ENTRY)
        for n, held in _share_out(sentences, [p for p in pointers if p.keys]):
            text = block.rendered.text
            before = text[slice(*sentences[n - 1])] if n else block.lead
            after = text[slice(*sentences[n + 1])] if n + 1 < len(sentences) else block.follows
            self._add(block, sentences[n], held, before=before, after=after)

    def set_types(self, types: Mapping[tuple[str, str], CitationType]) -> None:
        """Types that came with the input, by statement and key of the reference."""
        self.citations = [
            replace(one, type=types.get((one.statement, one.reference), one.type))
            for one in self.citations
        ]

    def set_intents(self, intents: Mapping[tuple[str, str], tuple[str, ...]]) -> None:
        """Intents that came with the input, by statement and key of the reference."""
        self.citations = [
            replace(one, intents=intents.get((one.statement, one.reference), ()))
            for one in self.citations
        ]

    def document(self, paper: Paper) -> Document:
        """All that was read, with the paper it was read from."""
        return Document(
            paper=paper,
            references=self.references.references,
            statements=tuple(self.statements),
            citations=tuple(self.citations),
            account=self.account(),
        )

    def _add(
        self,
        block: Block,
        span: tuple[int, int],
        pointers: list[Pointer],
        *,
        before: str | None,
        after: str | None,
    ) -> None:
        start, end = span
        text = block.rendered.text[start:end]
        raw_start, raw_end = block.rendered.source_span(start, end)
        identity = self._identity(text)
        self.statements.append(
            Statement(
                id=identity,
                paper=self.paper,
                ordinal=len(self.statements),
                text=text,
                before=before,
                after=after,
                heading=block.heading,
                section=block.section,
                place=block.place,
                markers=tuple(
                    Marker(
                        start=min(max(p.start, start), end) - start,
                        end=min(max(p.end, start), end) - start,
                        references=p.keys,
                        superscript=p.raised,
                    )
                    for p in pointers
                ),
                span=Span(
                    path=block.path, start=raw_start, end=raw_end, boxes=_boxes(block, start, end)
                ),
            )
        )
        self._cite(identity, pointers)

    def _cite(self, statement: str, pointers: list[Pointer]) -> None:
        cited: set[str] = set()
        for position, pointer in enumerate(pointers):
            self._expanded += len(pointer.keys) - 1
            for key in pointer.keys:
                if key in cited:
                    self._excluded[REPEATED] += 1
                    continue
                cited.add(key)
                target = self._targets[key]
                self.citations.append(
                    Citation(
                        statement=statement,
                        reference=key,
                        marker=position,
                        target=paper_id(
                            doi=target.doi,
                            pmid=target.pmid,
                            pmcid=target.pmcid,
                            arxiv=target.arxiv,
                            corpusid=target.corpusid,
                        ),
                    )
                )

    def _identity(self, text: str) -> str:
        """An id from what is said where: it does not change when text before it changes."""
        normal = normal_form(text)
        occurrence = self._seen[normal]
        self._seen[normal] += 1
        return statement_id(self.paper, normal, occurrence)


def statement_id(paper: str, normal: str, occurrence: int) -> str:
    """16 characters of base32 (80 bits) over paper id, normal form and count of equal texts."""
    digest = hashlib.sha256(f"{paper}\n{occurrence}\n{normal}".encode()).digest()
    return b32encode(digest[:10]).decode().lower()


def _sentences(block: Block, pointers: list[Pointer]) -> list[tuple[int, int]]:
    """Spans of the sentences of a block; none runs over a break, all markers are whole."""
    rendered = block.rendered
    if block.whole:
        return [(0, len(rendered.text))] if rendered.text else []
    spans: list[tuple[int, int]] = []
    # Both lists are in reading order.
    first_of, begins = [p.start for p in pointers], [a for a, _ in rendered.formulas]
    for start, end in _pieces(rendered.breaks, len(rendered.text)):
        text = rendered.text[start:end]
        spans += [
            (start + first, start + last)
            for first, last in split_sentences(
                text,
                markers=[
                    (p.start - start, p.end - start)
                    for p in pointers[bisect_left(first_of, start) : bisect_right(first_of, end)]
                    if p.end <= end
                ],
                formulas=[
                    (a - start, b - start)
                    for a, b in rendered.formulas[
                        bisect_left(begins, start) : bisect_right(begins, end)
                    ]
                    if b <= end
                ],
            )
        ]
    return spans


def _share_out(
    sentences: list[tuple[int, int]], pointers: list[Pointer]
) -> Iterator[tuple[int, list[Pointer]]]:
    """Each marker to exactly one sentence: the last that begins at or before it.

    A marker with text lies wholly inside its sentence; an empty one may stand in the space behind.
    """
    starts = [start for start, _ in sentences]
    held: dict[int, list[Pointer]] = {}
    if sentences:
        for pointer in pointers:
            held.setdefault(max(bisect_right(starts, pointer.start) - 1, 0), []).append(pointer)
    yield from sorted(held.items())


def _pieces(breaks: tuple[int, ...], end: int) -> Iterator[tuple[int, int]]:
    start = 0
    for position in (*breaks, end):
        if position > start:
            yield start, position
        start = max(start, position)


def _boxes(block: Block, start: int, end: int) -> tuple[Box, ...]:
    """Where a part of a block stands on the pages, as far as the format says."""
    held = (boxes for first, last, boxes in block.boxes if first < end and last > start)
    return tuple(dict.fromkeys(box for boxes in held for box in boxes))
