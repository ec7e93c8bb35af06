"""The reference list at the end of a draft, as it is printed: "3. Rao R, Lee K. Title. J. 2010"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from semsearch.language.scripts import normal_form
from semsearch.parse.checked import year_in
from semsearch.parse.reference_list import add_links
from semsearch.records import Author
from semsearch.report.listed import Entry, author_named, entry_of, in_extra

_TITLE: Final = re.compile(
    r"(?:\d{1,2}\.?\s+)?(?:references?(?:\s+(?:list|cited))?|bibliography|(?:literature|works)\s+cited"
    r"|literature|citations)\s*:?",
    re.IGNORECASE,
)
#: What follows a reference list.
_AFTER: Final = re.compile(
    r"(?:figures?|tables?|figure legends?|legends?|captions?|appendi(?:x|ces)|supplement\w*"
    r"(?:\s+\w+){0,2}|acknowledge?ments?|author contributions?|funding|abbreviations)\b.{0,40}",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(
    r"\[?\(?(\d{1,4})[\].):]{1,2}\s*(?=\S)|\[(\d{1,4})\]\s*|(\d{1,4})\s+(?=[A-Z])"
)
_BULLET: Final = re.compile(r"[-*•–]\s+")
#: The first author ends before a comma, initials or a year.
_FIRST: Final = re.compile(
    r"((?:[^\W\d_][\w'’.-]*\s+){0,3}?[^\W\d_][\w'’-]+)"
    r"(?=\s*,|\s+(?:[A-Z]\.?-?){1,3}(?=[\s,.;]|$)|\s*\(|\s+(?:and|&|et)\s|\.\s|\s*$)"
)
_SECOND: Final = re.compile(r"(?:,|\band\b|&)\s+(?:(?:[A-Z]\.[\s-]?){1,3}\s*)?([^\W\d_][\w'’-]+)")
_YEAR: Final = re.compile(r"(?<![\d./:-])((?:1[5-9]|20)\d\d)([a-z])?(?![\w./-]*\d)")
_BRACKETED_YEAR: Final = re.compile(r"\(((?:1[5-9]|20)\d\d)([a-z])?[),]")
#: Farther on stand titles, whose "and" joins no authors.
_AUTHORS: Final = 200


@dataclass(frozen=True, slots=True)
class Printed:
    """An entry that starts at a line or paragraph, with the number that is printed before it."""

    line: int
    label: int | None
    text: str


def is_list_title(text: str) -> bool:
    """Whether a line or paragraph is the title of a reference list."""
    return len(text) < 40 and _TITLE.fullmatch(text.strip().strip("#*_ ").strip()) is not None


def ends_list(text: str) -> bool:
    """Whether a line or paragraph is the title of what follows a reference list."""
    return len(text) < 60 and _AFTER.fullmatch(text.strip().strip("#*_ ").strip()) is not None


def part_entries(lines: Iterable[tuple[int, str]]) -> list[Printed]:
    """The entries of a printed list.

    Where lines begin with numbers, those without belong to the entry before them; else an entry
    ends at an empty line where there are any, and at the end of its line where there are none.

    Args:
        lines: number and text of each, empty ones included.
    """
    given = [(number, text.strip()) for number, text in lines]
    filled = [one for one in given if one[1]]
    labelled = sum(_LABEL.match(text) is not None for _, text in filled)
    inner = [text for _, text in given]
    gaps = any(not text for text in "\n".join(inner).strip().split("\n"))
    found: list[Printed] = []
    open_entry = False
    for number, text in given:
        label = _LABEL.match(text) if labelled * 2 > len(filled) or labelled > 2 else None
        if not text:
            open_entry = open_entry and labelled > 0
            continue
        if open_entry and label is None and (labelled or gaps):
            last = found[-1]
            found[-1] = Printed(last.line, last.label, f"{last.text} {text}")
            continue
        bare = _BULLET.sub("", text[label.end() :] if label else text, count=1)
        shown = next((one for one in label.groups() if one), None) if label else None
        found.append(Printed(number, int(shown) if shown else None, bare))
        open_entry = True
    return found


def printed_entry(one: Printed, key: str | None = None) -> Entry:
    """An entry by what can be told from how it is printed."""
    text = normal_form(one.text)
    ids: dict[str, str] = {}
    add_links(ids, [text])
    given: dict[str, list[str | None]] = {kind: [value] for kind, value in ids.items()}
    for kind, values in in_extra(text).items():
        given.setdefault(kind, []).extend(values)
    year = _BRACKETED_YEAR.search(text) or _YEAR.search(text)
    shown = f"{year[1]}{year[2] or ''}" if year else str(year_in(text) or "")
    return entry_of(one.line, key, given, "", shown, authors=_authors(text), raw=text)


def _authors(text: str) -> list[Author]:
    first = _FIRST.match(text)
    if first is None:
        return []
    found = [Author(family=first[1].strip())]
    rest = text[first.end() : _AUTHORS]
    ends = re.search(r"\(?\b(?:1[5-9]|20)\d\d[a-z]?\b|[^\W\d_]{3,}\.\s|\bet al\b", rest)
    for name in _SECOND.finditer(rest[: ends.start()] if ends else rest):
        author = author_named(name[1])
        if author is not None and not (name[1].isupper() and len(name[1]) < 4):
            found.append(author)
    return found
