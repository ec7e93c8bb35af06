"""The works of the index that entries of a bibliography are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from rapidfuzz import fuzz

from semsearch.language.names import folded_name
from semsearch.recommend.candidates import title_words
from semsearch.recommend.cite import work_titled
from semsearch.recommend.titles import titles_of
from semsearch.report.listed import Entry
from semsearch.search import Searcher
from semsearch.store.names import work_ids
from semsearch.store.works import works

#: Years that entry and work may be apart where a title led from one to the other: of a preprint,
#: or of a paper that came out online first.
_YEARS_APART: Final = 1
#: Likeness (0–100) from which on a title stands in an entry that is printed whole.
_STANDS_IN: Final = 96.0
#: Shorter titles stand in other ones.
_LEAST_TITLE: Final = 25
_NEAREST: Final = 5
_SIGNS: Final = re.compile(r"[^\w\s]")


class KnownBy(StrEnum):
    """What led from an entry to its work."""

    IDENTIFIER = "identifier"
    TITLE = "title"  # nearly the same, and the years agree


def find_works(searcher: Searcher, entries: Iterable[Entry]) -> dict[Entry, tuple[str, KnownBy]]:
    """Entry → id of its work, and what led to it; what the index does not know is left out.

    By identifier, else by title where the years are at most one apart and the first author agrees.
    Titles are known of the works that a paper of the corpus cites.
    """
    listed = list(dict.fromkeys(entries))
    ids = work_ids(searcher.store, [name for one in listed for name in one.names])
    found: dict[Entry, tuple[str, KnownBy]] = {}
    for one in listed:
        known = next((ids[name] for name in one.names if ids[name] is not None), None)
        if known is not None:
            found[one] = (known, KnownBy.IDENTIFIER)
            continue
        titled = _by_title(searcher, one)
        if titled is not None:
            found[one] = (titled, KnownBy.TITLE)
    return found


def _by_title(searcher: Searcher, entry: Entry) -> str | None:
    identity = None
    if entry.title is not None:
        identity = work_titled(searcher, entry.title)
    elif entry.raw is not None:
        identity = _within(searcher, entry.raw)
    if identity is None:
        return None
    work = works(searcher.store, [identity])[identity]
    if entry.year is not None and work.year is not None:
        if not entry.year.isdecimal() or abs(int(entry.year) - work.year) > _YEARS_APART:
            return None
    elif len(work.title or "") < _LEAST_TITLE:
        return None  # nothing but a few words agrees
    if entry.authors and work.authors:
        families = {folded_name(author.family) for author in entry.authors}
        if folded_name(work.authors[0].family) not in families:
            return None
    return identity


def _within(searcher: Searcher, raw: str) -> str | None:
    """The id of the cited work whose title stands in an entry as it is printed."""
    titles = titles_of(searcher)
    printed = _plain(raw)
    for code in titles.words.search(title_words(titles.words, raw).query, _NEAREST).rows.tolist():
        title = _plain(titles.texts[code])
        if len(title) >= _LEAST_TITLE and fuzz.partial_ratio(title, printed) >= _STANDS_IN:
            return bytes(searcher.generation.statements.columns.targets.values[code]).decode()
    return None


def _plain(text: str) -> str:
    return " ".join(_SIGNS.sub(" ", text.casefold()).split())
