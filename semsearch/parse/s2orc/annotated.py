"""Full texts of Semantic Scholar's open data: one text, and annotations with offsets into it.

``content.text`` is the whole paper. ``content.annotations`` has lists of ``start``, ``end`` and
``attributes``, each as JSON in a string: paragraphs, headings, markers (``bibref`` with ``ref_id``)
and entries of the reference list (``bibentry`` with ``id``, ``doi`` and ``matched_paper_id``).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson
from pydantic import Field

from semsearch.errors import InputError
from semsearch.language.identifiers import (
    normalize_arxiv,
    normalize_corpusid,
    normalize_doi,
    normalize_pmcid,
    normalize_pmid,
    paper_id,
)
from semsearch.parse.checked import Mapped, Shape, Shown, checked, year_in
from semsearch.parse.cutting import pointer
from semsearch.parse.reference_list import ReferenceList, ReferenceListing
from semsearch.parse.s2orc.passages import Cite, Passage, read_passages
from semsearch.parse.statements import StatementReader
from semsearch.parse.text import string_shown
from semsearch.records import AbstractPart, Author, Document, Paper, Source

_EXPECTED = "a full text of Semantic Scholar's open data"
#: How often annotations of one kind may cover the text.
_MOST_COVERED: Final = 10
_PATH: Final = pointer("content", "text")


class Annotation(Shape):
    """A part of the text."""

    start: int
    end: int
    attributes: dict[str, Any] | None = None

    def attribute(self, name: str) -> str | None:
        """An attribute as text."""
        value = (self.attributes or {}).get(name)
        return None if value is None else str(value)


class Origin(Shape):
    """Where the file of a paper was found."""

    oainfo: Mapped[Any] = Field(default_factory=dict)


class Content(Shape):
    """The text, and what is where in it."""

    source: Origin | None = None
    text: str
    annotations: Mapped[Any]


class FullText(Shape):
    """A paper."""

    corpusid: Shown = None
    externalids: Mapped[Any] = Field(default_factory=dict)
    year: Shown = None
    content: Content


def is_annotated(found: dict[str, Any]) -> bool:
    """Whether a JSON object is of this form."""
    content = found.get("content")
    return isinstance(content, dict) and bool({"annotations", "text"} & content.keys())


def read_annotated(found: dict[str, Any], source: Source) -> Document:
    """The document in one JSON object.

    Raises:
        InputError: it has another form; the message names the place.
    """
    full = checked(FullText, found, _EXPECTED)
    text = full.content.text
    notes = _Annotations(full.content.annotations, len(text))
    paper = _paper(full, notes, source)
    reader = StatementReader(paper=paper.id, references=_references(text, notes, paper.id))
    read_passages(reader, _passages(text, notes, set(reader.references.entries)))
    return reader.document(paper)


class _Annotations:
    """The annotations by kind, each list in reading order; out of the text they are left out.

    Those of one kind stand beside each other; lists that cover the text again and again are
    refused, as what is read from them would be many times as long as the file.
    """

    def __init__(self, found: Mapping[str, Any], length: int) -> None:
        self._found, self._length = found, length
        self._given: dict[str, list[Any]] = {}
        self._read: dict[str, list[Annotation]] = {}
        self._starts: dict[str, list[int]] = {}

    def of(self, kind: str) -> list[Annotation]:
        if kind not in self._read:
            listed = [checked(Annotation, one, _EXPECTED) for one in self._all(kind)]
            held = [one for one in listed if 0 <= one.start <= one.end <= self._length]
            covered = sum(one.end - one.start for one in held)
            if covered > _MOST_COVERED * self._length:
                raise InputError(
                    f"content/annotations/{kind}: they cover {covered:,} characters of a text of"
                    f" {self._length:,}, expected annotations beside each other"
                )
            self._read[kind] = sorted(held, key=lambda one: (one.start, one.end))
            self._starts[kind] = [one.start for one in self._read[kind]]
        return self._read[kind]

    def inside(self, kind: str, span: Annotation) -> list[Annotation]:
        """Those of a kind that lie within another annotation."""
        listed = self.of(kind)
        first = bisect_left(self._starts[kind], span.start)
        last = bisect_right(self._starts[kind], span.end)
        return [one for one in listed[first:last] if one.end <= span.end]

    def count(self, kind: str) -> int:
        """How many there are, those out of the text too."""
        return len(self._all(kind))

    def _all(self, kind: str) -> list[Any]:
        if kind not in self._given:
            self._given[kind] = self._listed(kind)
        return self._given[kind]

    def _listed(self, kind: str) -> list[Any]:
        given = self._found.get(kind)
        if isinstance(given, str):
            try:
                given = orjson.loads(given)
            except orjson.JSONDecodeError:
                raise InputError(
                    f"content/annotations/{kind}: not JSON in a string, expected {_EXPECTED}"
                ) from None
        if given is None:
            return []
        if not isinstance(given, list):
            raise InputError(
                f"content/annotations/{kind}: a {type(given).__name__}, expected a list, in"
                f" {_EXPECTED}"
            )
        return given


def _passages(text: str, notes: _Annotations, entries: set[str]) -> Iterator[Passage]:
    refs = notes.of("bibref")
    rest: list[Annotation] = []
    heads = _heads(notes)
    at = 0
    for part in notes.of("paragraph"):
        while at < len(refs) and refs[at].start < part.start:
            rest.append(refs[at])
            at += 1
        first = at
        while at < len(refs) and refs[at].start < part.end:
            at += 1
        head = heads(part.start)
        yield Passage(
            path=_PATH,
            text=text,
            start=part.start,
            end=part.end,
            cites=[_cite(ref, text, entries) for ref in refs[first:at]],
            heading=None if head is None else string_shown(text[head.start : head.end]) or None,
        )
    # Markers outside every paragraph are read with the line that they stand in.
    for start, end, group in _lines(text, [*rest, *refs[at:]]):
        yield Passage(
            path=_PATH,
            text=text,
            start=start,
            end=end,
            cites=[_cite(ref, text, entries) for ref in group],
        )
    lost = notes.count("bibref") - len(refs)
    if lost:  # outside the text: nothing is there to be read
        yield Passage(
            path=_PATH,
            text=text,
            cites=[Cite(start=-1, end=-1, printed=None, named=()) for _ in range(lost)],
        )


def _heads(notes: _Annotations) -> Callable[[int], Annotation | None]:
    """What gives the last heading that ends before a place; places are asked for in their order."""
    listed = notes.of("sectionheader")
    by_end = deque(sorted(range(len(listed)), key=lambda n: listed[n].end))
    last = -1

    def before(place: int) -> Annotation | None:
        nonlocal last
        while by_end and listed[by_end[0]].end <= place:
            last = max(last, by_end.popleft())
        return None if last < 0 else listed[last]

    return before


def _lines(text: str, refs: Sequence[Annotation]) -> Iterator[tuple[int, int, list[Annotation]]]:
    groups: dict[tuple[int, int], list[Annotation]] = {}
    ends = [found.start() for found in re.finditer("\n", text)] if refs else []
    for ref in refs:
        before, after = bisect_left(ends, ref.start), bisect_left(ends, ref.end)
        start = ends[before - 1] + 1 if before else 0
        end = ends[after] if after < len(ends) else len(text)
        groups.setdefault((start, end), []).append(ref)
    for (start, end), group in groups.items():
        yield start, end, group


def _cite(ref: Annotation, text: str, entries: set[str]) -> Cite:
    name = ref.attribute("ref_id")
    return Cite(
        start=ref.start,
        end=ref.end,
        printed=text[ref.start : ref.end],
        named=(name,) if name in entries and name is not None else (),
    )


def _paper(full: FullText, notes: _Annotations, source: Source) -> Paper:
    text = full.content.text
    ids = {name.casefold(): value for name, value in full.externalids.items() if value}
    corpusid = normalize_corpusid(full.corpusid)
    doi = normalize_doi(_text(ids.get("doi")))
    pmid = normalize_pmid(_text(ids.get("pubmed")))
    pmcid = normalize_pmcid(_text(ids.get("pubmedcentral")))
    arxiv = normalize_arxiv(_text(ids.get("arxiv")))
    abstract = _joined(text, notes.of("abstract"))
    origin = full.content.source or Origin()
    return Paper(
        id=paper_id(doi=doi, pmid=pmid, pmcid=pmcid, arxiv=arxiv, corpusid=corpusid)
        or f"sha256:{source.sha256}",
        doi=doi,
        pmid=pmid,
        pmcid=pmcid,
        title=_joined(text, notes.of("title")),
        abstract=(AbstractPart(heading=None, text=abstract),) if abstract else (),
        year=year_in(full.year),
        journal=_joined(text, notes.of("venue")[:1]),
        publisher=_joined(text, notes.of("publisher")[:1]),
        publication_types=(),
        authors=tuple(_people(text, notes, "author")),
        license=_text(origin.oainfo.get("license")),
        notices=(),
        source=source,
        corpusid=corpusid,
    )


def _references(text: str, notes: _Annotations, paper: str) -> ReferenceList:
    listing = ReferenceListing()
    for entry in notes.of("bibentry"):
        name = entry.attribute("id")
        raw = string_shown(text[entry.start : entry.end])
        doi = normalize_doi(entry.attribute("doi"))
        listing.printed(
            name,
            raw,
            {"doi": doi} if doi else {},
            paper=paper,
            title=_joined(text, notes.inside("bibtitle", entry)[:1]),
            authors=tuple(_people(text, notes, "bibauthor", entry)),
            corpusid=normalize_corpusid(entry.attribute("matched_paper_id")),
        )
    return listing.finish()


def _people(
    text: str, notes: _Annotations, kind: str, inside: Annotation | None = None
) -> Iterator[Author]:
    """The authors of a paper (``author``), or of an entry of its reference list (``bibauthor``)."""
    for one in notes.of(kind) if inside is None else notes.inside(kind, inside):
        family = _joined(text, notes.inside(f"{kind}lastname", one))
        given = _joined(text, notes.inside(f"{kind}firstname", one))
        if family:
            yield Author(family=family, given=given)
        elif name := string_shown(text[one.start : one.end]):
            yield Author(family=name)


def _joined(text: str, parts: Sequence[Annotation]) -> str | None:
    return " ".join(filter(None, (string_shown(text[p.start : p.end]) for p in parts))) or None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
