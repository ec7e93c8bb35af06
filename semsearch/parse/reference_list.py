"""The reference list of an article, whatever format it was read from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from semsearch.language.identifiers import (
    find_doi,
    normalize_arxiv,
    normalize_pmcid,
    normalize_pmid,
)
from semsearch.parse.checked import year_in
from semsearch.records import Author, Reference

_PUBMED_LINK = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d{1,9})\b")
_PMC_LINK = re.compile(r"ncbi\.nlm\.nih\.gov/(?:pmc/)?articles/(PMC\d{1,9})\b")
_ARXIV_LINK = re.compile(
    r"arxiv\.org/(?:abs|pdf)/([\w.-]+(?:/\d+)?)|\barXiv:\s*([\w.-]+(?:/\d+)?)", re.I
)


@dataclass(frozen=True, slots=True)
class ReferenceList:
    """The references of one article, and the entries that a marker can name.

    ``entries`` maps the id of an entry to the keys of its works; ``order`` gives the position of
    each entry in the list, by which ranges are filled; ``labels`` what is printed before it.
    """

    references: tuple[Reference, ...]
    entries: dict[str, tuple[str, ...]]
    order: dict[str, int]
    labels: dict[str, str | None]
    warnings: tuple[str, ...]

    def known(self, named: Sequence[str]) -> tuple[str, ...]:
        """Those of some ids that are entries of the list, each once."""
        return tuple(dict.fromkeys(name for name in named if name in self.entries))

    def works(self, named: Sequence[str]) -> tuple[str, ...]:
        """The keys of the works of the entries with some ids."""
        return tuple(key for name in dict.fromkeys(named) for key in self.entries.get(name, ()))

    def between(self, first: str, last: str) -> tuple[str, ...]:
        """The ids of the entries strictly between two entries of the list."""
        ids = tuple(self.order)
        return ids[self.order[first] + 1 : self.order[last]]

    def after(self, first: str, count: int) -> tuple[str, ...]:
        """The ids of the next ``count`` entries; fewer at the end of the list."""
        start = self.order[first] + 1
        return tuple(self.order)[start : start + count]


@dataclass(slots=True)
class ReferenceListing:
    """Makes a reference list, entry by entry; ``printed`` or the reader adds the ``references``."""

    references: list[Reference] = field(default_factory=list)
    _entries: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _order: dict[str, int] = field(default_factory=dict)
    _labels: dict[str, str | None] = field(default_factory=dict)
    _warnings: list[str] = field(default_factory=list)
    _keys: set[str] = field(default_factory=set)

    def entry(self, name: str | None, *, label: str | None = None, works: int = 1) -> Sequence[str]:
        """The keys of the works of the next entry.

        Args:
            name: the id by which markers name it; None without.
            label: what is printed before it.
            works: how many it holds.
        """
        position = len(self._order)
        key = f"#{position + 1}" if name is None else name
        if key in self._entries:
            self._warnings.append(f"two references have the id {key!r}; markers go to the first")
        while key in self._entries:
            key = f"{key}#{position + 1}"
        keys = _keys_of(key, works)
        while self._keys.intersection(keys):  # an entry may be called as a work of another is
            keys = _keys_of(f"{keys[0]}#{position + 1}", works)
        self._keys.update(keys)
        self._entries[key] = keys
        self._order[key] = position
        self._labels[key] = label
        return keys

    def printed(
        self,
        name: str | None,
        raw: str,
        ids: dict[str, str],
        *,
        paper: str,
        links: Sequence[str] = (),
        title: str | None = None,
        authors: tuple[Author, ...] = (),
        corpusid: str | None = None,
    ) -> None:
        """The next entry, one work of which hardly more is known than how it is printed.

        Args:
            name: the id by which markers name it; None without.
            raw: as it is printed.
            ids: its identifiers by scheme; those in ``links`` and ``raw`` are added.
            paper: the id of the citing paper.
            links: addresses that stand in it.
            title: of the work.
            authors: of the work.
            corpusid: its number in Semantic Scholar.
        """
        (key,) = self.entry(name)
        add_links(ids, (*links, raw))
        self.references.append(
            reference_of(
                ids,
                paper=paper,
                key=key,
                title=title,
                year=year_in(raw),
                journal=None,
                authors=authors,
                raw=raw,
                corpusid=corpusid,
            )
        )

    def finish(self) -> ReferenceList:
        """The list."""
        return ReferenceList(
            tuple(self.references),
            self._entries,
            self._order,
            self._labels,
            tuple(self._warnings),
        )


def _keys_of(entry: str, works: int) -> tuple[str, ...]:
    return tuple(entry if n == 0 else f"{entry}~{n + 1}" for n in range(works))


def reference_of(
    ids: Mapping[str, str | None],
    *,
    paper: str,
    key: str,
    raw: str,
    label: str | None = None,
    title: str | None = None,
    year: int | None = None,
    journal: str | None = None,
    authors: tuple[Author, ...] = (),
    corpusid: str | None = None,
) -> Reference:
    """A reference with the identifiers of its work, by scheme."""
    return Reference(
        paper=paper,
        key=key,
        label=label,
        doi=ids.get("doi"),
        pmid=ids.get("pmid"),
        pmcid=ids.get("pmcid"),
        arxiv=ids.get("arxiv"),
        title=title,
        year=year,
        journal=journal,
        authors=authors,
        raw=raw,
        corpusid=corpusid,
    )


def add_links(ids: dict[str, str], texts: Iterable[str]) -> None:
    """Add the identifiers of a work that stand in links or running text only, by scheme."""
    for text in texts:
        found: dict[str, str | None] = {}
        if "doi" not in ids and "10." in text:
            found["doi"] = find_doi(text)
        if "pmid" not in ids and (link := _PUBMED_LINK.search(text)):
            found["pmid"] = normalize_pmid(link.group(1))
        if "pmcid" not in ids and (link := _PMC_LINK.search(text)):
            found["pmcid"] = normalize_pmcid(link.group(1))
        if "arxiv" not in ids and (link := _ARXIV_LINK.search(text)):
            number = (link.group(1) or link.group(2)).removesuffix(".pdf").rstrip(".")
            found["arxiv"] = normalize_arxiv(number)
        ids |= {scheme: value for scheme, value in found.items() if value}


def written_out(
    *,
    authors: Sequence[Author] = (),
    title: str | None = None,
    journal: str | None = None,
    year: int | None = None,
    volume: str | None = None,
    issue: str | None = None,
    pages: str | None = None,
) -> str:
    """An entry whose parts are given apart, as a reader would see it."""
    names = ", ".join(f"{a.family} {a.given}" if a.given else a.family for a in authors)
    number = (volume or "") + (f"({issue})" if issue else "")
    place = ":".join(part for part in (number, pages) if part)
    dated = " ".join(part for part in (str(year) if year else "", place) if part)
    shown = [part.rstrip(". ") for part in (names, title, journal, dated) if part]
    text = ". ".join(part for part in shown if part)
    return f"{text}." if text else ""
