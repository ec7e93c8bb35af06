"""The statements of one paper out of its rows: a row a marker.

Rows with the same source, text, neighbours and heading are one statement; a statement with two
cited works has two rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from semsearch.language.identifiers import (
    normalize_arxiv,
    normalize_corpusid,
    normalize_doi,
    normalize_pmcid,
    normalize_pmid,
    paper_id,
)
from semsearch.parse.blocks import Block
from semsearch.parse.checked import checked, year_in
from semsearch.parse.gathering import read_rows
from semsearch.parse.reader import Format, source_of
from semsearch.parse.reference_list import (
    ReferenceList,
    ReferenceListing,
    add_links,
    reference_of,
    written_out,
)
from semsearch.parse.s2orc.reader import author_of
from semsearch.parse.sections import section_of_heading
from semsearch.parse.statements import (
    MISPLACED,
    REPEATED,
    WITHOUT_ENTRY,
    WITHOUT_TEXT,
    StatementReader,
)
from semsearch.parse.strings import Mark, render_string
from semsearch.parse.tables.columns import NEEDED, Columns, source_ids, type_of
from semsearch.parse.text import string_shown
from semsearch.records import (
    AbstractPart,
    Author,
    CitationType,
    Document,
    Paper,
    Reference,
    Section,
    Source,
)

READER_VERSION = 2


def read_statements(content: bytes, *, package: str, member: str | None = None) -> Document:
    """The document in the gathered rows of one paper.

    Args:
        content: the rows, as ``gathered`` gives them.
        package: path of the file, or of the archive that holds it.
        member: path inside the archive, and the paper.

    Raises:
        InputError: a row has another form; the message names it.
    """
    rows = [(place, checked(Columns, row, NEEDED), row) for place, row in read_rows(content)]
    source = source_of(content, Format.STATEMENTS, package, member)
    paper = _paper([row for _, row, _ in rows], source)
    references, keys = _references([row for _, row, _ in rows], paper.id)
    reader = StatementReader(paper=paper.id, references=references)
    types: dict[tuple[str, str], CitationType] = {}
    groups: dict[tuple[str | None, ...], list[int]] = {}
    for number, (_, row, _) in enumerate(rows):
        groups.setdefault((row.text, row.before, row.after, row.heading, row.section), []).append(
            number
        )
    for group in groups.values():
        place, row, raw = rows[group[0]]
        if row.text is None:
            reader.found(len(group))
            for number in group:
                reader.exclude(keys[number], WITHOUT_TEXT)
            continue
        text = str(raw["text"])
        marks = _Marks(text, reader)
        for number in group:
            marks.add(rows[number][1], keys[number], rows[number][0])
        before = len(reader.statements)
        reader.read_block(
            Block(
                path=f"{place.replace(' ', '=')}#text",
                rendered=render_string(text, marks.apart()),
                heading=string_shown(row.heading) or None,
                section=_section(row),
                whole=True,
                named=True,
                lead=string_shown(row.before) or None,
                follows=string_shown(row.after) or None,
            )
        )
        for statement in reader.statements[before:]:
            for number in group:
                kind = type_of(rows[number][1])
                for key in keys[number] if kind is not None else ():
                    types.setdefault((statement.id, key), kind or CitationType.UNCLASSIFIED)
    reader.set_types(types)
    return reader.document(paper)


@dataclass(slots=True)
class _Marks:
    """The markers of a statement out of its rows.

    Rows with the same marker are one that names several works: the account counts it once, and its
    further works as expanded, so that both together count rows.
    """

    text: str
    reader: StatementReader
    _named: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)

    def add(self, row: Columns, keys: tuple[str, ...], place: str) -> None:
        """Take the marker of a row; ``keys`` are of its cited work, none or one."""
        where = self._where(row)
        if where is None or not keys:
            self.reader.found(1)
            self.reader.exclude(keys, MISPLACED if where is None else WITHOUT_ENTRY)
            if where is None:
                self.reader.warn(f"{place}: the marker {row.marker!r} is not where the row says")
            return
        held = self._named.get(where, ())
        if not held or keys[0] in held:
            self.reader.found(1)
        if keys[0] in held:
            self.reader.exclude(keys, REPEATED)
        else:
            self._named[where] = (*held, *keys)

    def apart(self) -> list[Mark]:
        """All in order; one that begins inside another is cut to what is behind that."""
        found: list[Mark] = []
        at = 0
        for (start, end), named in sorted(self._named.items()):
            first = max(start, at)
            at = max(end, first)
            found.append(Mark(first, at, named))
        return found

    def _where(self, row: Columns) -> tuple[int, int] | None:
        """Its offsets; without a word on that, behind the text. None where it does not stand."""
        size = len(self.text)
        if row.marker_start is not None and row.marker_end is not None:
            start, end = row.marker_start, row.marker_end
            fits = 0 <= start <= end <= size
            held = self.text[start:end].strip()
            return (start, end) if fits and row.marker in (None, held) else None
        if row.marker is None:
            return size, size
        start = self.text.find(row.marker)
        return None if start < 0 else (start, start + len(row.marker))


def _section(row: Columns) -> Section:
    for text in (row.section, row.heading):
        section = section_of_heading(text)
        if section is not None:
            return section
    return Section.OTHER


def _paper(rows: Sequence[Columns], source: Source) -> Paper:
    """What the rows say of their source, each column by the first row that has it."""
    ids: dict[str, str | None] = {}
    for row in rows:
        for scheme, value in source_ids(row).items():
            ids[scheme] = ids.get(scheme) or value

    def first(column: str) -> str | None:
        return next((value for row in rows if (value := getattr(row, column)) is not None), None)

    abstract = string_shown(first("source_abstract"))
    return Paper(
        id=paper_id(**ids) or f"sha256:{source.sha256}",
        doi=ids.get("doi"),
        pmid=ids.get("pmid"),
        pmcid=ids.get("pmcid"),
        title=string_shown(first("source_title")) or None,
        abstract=(AbstractPart(heading=None, text=abstract),) if abstract else (),
        year=year_in(first("source_year")),
        journal=string_shown(first("source_journal")) or None,
        publisher=None,
        publication_types=(),
        authors=_people(first("source_authors")),
        license=first("source_license"),
        notices=(),
        source=source,
        corpusid=ids.get("corpusid"),
    )


def _references(rows: Sequence[Columns], paper: str) -> tuple[ReferenceList, list[tuple[str, ...]]]:
    """The cited works, each once, and the key of that of each row."""
    listing = ReferenceListing()
    known: dict[tuple[object, ...], str] = {}
    keys: list[tuple[str, ...]] = []
    for row in rows:
        work = _work(row, paper)
        if work is None:
            keys.append(())
            continue
        told = (work.doi, work.pmid, work.pmcid, work.arxiv, work.corpusid)
        identity = told if any(told) else (work.title, work.year, work.raw)
        if identity not in known:
            (key,) = listing.entry(None)
            known[identity] = key
            listing.references.append(replace(work, key=key))
        keys.append((known[identity],))
    return listing.finish(), keys


def _work(row: Columns, paper: str) -> Reference | None:
    told = {
        "doi": normalize_doi(row.target_doi),
        "pmid": normalize_pmid(row.target_pmid),
        "pmcid": normalize_pmcid(row.target_pmcid),
        "arxiv": normalize_arxiv(row.target_arxiv),
    }
    ids = {scheme: value for scheme, value in told.items() if value}
    authors, title = _people(row.target_authors), string_shown(row.target_title) or None
    year, journal = year_in(row.target_year), string_shown(row.target_journal) or None
    raw = string_shown(row.reference) or written_out(
        authors=authors, title=title, journal=journal, year=year
    )
    add_links(ids, (raw,))
    corpusid = normalize_corpusid(row.target_corpusid)
    if not (ids or corpusid or raw):
        return None
    return reference_of(
        ids,
        paper=paper,
        key="",
        title=title,
        year=year or year_in(row.reference),
        journal=journal,
        authors=authors,
        raw=raw,
        corpusid=corpusid,
    )


def _people(text: str | None) -> tuple[Author, ...]:
    """Names between semicolons, the family name first where there is a comma."""
    found: list[Author] = []
    for name in (text or "").split(";"):
        family, comma, given = name.partition(",")
        if comma and family.strip():
            found.append(Author(family=family.strip(), given=given.strip() or None))
        elif name.strip():
            found.append(author_of(name))
    return tuple(found)
