"""Citation statements of one article, and the account of every marker in it."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from semsearch.language.identifiers import paper_id
from semsearch.language.scripts import normal_form
from semsearch.language.sentences import split_sentences
from semsearch.parse.blocks import Block, block_of, read_block
from semsearch.parse.citations import Pointer, read_pointers
from semsearch.parse.references import ReferenceList
from semsearch.parse.strings import string_value
from semsearch.records import Account, Citation, Marker, Reference, Span, Statement

IN_REFERENCE_LIST = "in_reference_list"
IN_SUB_ARTICLE = "in_sub_article"  # reviews, replies and translations printed with the article
IN_FORMULA = "in_formula"  # inside markup that has no text of its own
WITHOUT_TEXT = "without_text"  # an empty marker in a block without words
REPEATED = "repeated_in_statement"


def citing_xrefs(root: etree._Element) -> list[etree._Element]:
    """Every ``xref``, whatever its ``ref-type``, with a rid that names a ``ref`` of the article."""
    targets = {node.get("id") for node in root.iter("ref")} - {None}
    return [x for x in root.iter("xref") if targets.intersection((x.get("rid") or "").split())]


@dataclass(slots=True)
class StatementReader:
    """Reads the statements of one article; ``account`` says what became of each marker."""

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

    def read(self, root: etree._Element, xrefs: list[etree._Element]) -> None:
        """Read every block that holds one of ``xrefs``."""
        self._xrefs = len(xrefs)
        self._targets = {r.key: r for r in self.references.references}
        self._warnings += self.references.warnings
        self._warnings += _dangling(root, set(self.references.entries))
        blocks: dict[etree._Element, list[etree._Element]] = {}
        for xref in xrefs:
            around = {node.tag for node in xref.iterancestors()}
            if "ref-list" in around or "ref" in around:
                self._exclude(xref, IN_REFERENCE_LIST)
            elif around & {"sub-article", "response"}:
                self._exclude(xref, IN_SUB_ARTICLE)
            else:
                blocks.setdefault(block_of(xref), []).append(xref)
        for element, held in blocks.items():
            # Only its own: the text of a table row also shows cells that are blocks themselves.
            block = read_block(element, frozenset(held))
            shown = {x.element for x in block.rendered.xrefs}
            for xref in held:
                if xref not in shown:
                    self._exclude(xref, IN_FORMULA)
            self._read_block(block)

    def account(self) -> Account:
        """What became of every marker; the two sides of its equation are counted apart."""
        return Account(
            xrefs=self._xrefs,
            expanded=self._expanded,
            citations=len(self.citations),
            excluded=dict(sorted(self._excluded.items())),
            warnings=tuple(self._warnings),
        )

    def _exclude(self, xref: etree._Element, reason: str) -> None:
        named = (xref.get("rid") or "").split()
        works = [w for i in dict.fromkeys(named) for w in self.references.entries.get(i, ())]
        self._excluded[reason] += len(works)
        self._expanded += len(works) - 1

    def _read_block(self, block: Block) -> None:
        pointers, warnings = read_pointers(block.rendered, self.references)
        self._warnings += warnings
        sentences = _sentences(block, pointers)
        for n, held in _share_out(sentences, pointers):
            text = block.rendered.text
            before = text[slice(*sentences[n - 1])] if n else block.lead
            after = text[slice(*sentences[n + 1])] if n + 1 < len(sentences) else None
            self._add(block, sentences[n], held, before=before, after=after)
        if not sentences:
            for xref in block.rendered.xrefs:
                self._exclude(xref.element, WITHOUT_TEXT)

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
                span=Span(path=block.path, start=raw_start, end=raw_end),
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
        return [(0, len(rendered.text))]
    spans: list[tuple[int, int]] = []
    for start, end in _pieces(rendered.breaks, len(rendered.text)):
        text = rendered.text[start:end]
        spans += [
            (start + first, start + last)
            for first, last in split_sentences(
                text,
                markers=[
                    (p.start - start, p.end - start)
                    for p in pointers
                    if start <= p.start and p.end <= end
                ],
                formulas=[
                    (a - start, b - start) for a, b in rendered.formulas if start <= a and b <= end
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


def _dangling(root: etree._Element, ids: set[str]) -> list[str]:
    """A warning for each marker of a bibliographic type whose rid points nowhere."""
    found: list[str] = []
    for xref in root.iter("xref"):
        if xref.get("ref-type") == "bibr":
            lost = [rid for rid in (xref.get("rid") or "").split() if rid not in ids]
            if lost or not xref.get("rid"):
                shown = " ".join(string_value(xref).split())
                found.append(f"the marker {shown!r} points to no reference: rid {' '.join(lost)!r}")
    return found
