"""What a reference says of its work, in the form in which references are compared.

Many entries are one run of text without marked parts: their title is the longest stretch between
full stops that reads like one. Others name no title at all, as is usual in chemistry; they are told
by first author, year, volume and page.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from semsearch.language.names import folded_name
from semsearch.language.titles import folded_title
from semsearch.records import Author, Paper, Reference

#: What follows in an entry is no volume or page: addresses, dates of access, identifiers.
_TAIL = re.compile(
    r"https?:|www\.|\bdoi\b|\bpmid\b|\bpmc\b|\bavailable\b|\baccess(?:ed)?\b|\bretrieved\b"
    r"|\bcited\b|\b10\.\d{4}",
    re.IGNORECASE,
)
#: One of these stands where ``_TAIL`` matches.
_TAIL_WORDS = ("http", "www.", "doi", "pm", "available", "access", "retrieved", "cited", "10.")
_LABEL = re.compile(r"^\W*\d{1,4}\W*(?=[A-Z])")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_ENCLOSED_YEAR = re.compile(r"\((1[5-9]\d\d|20\d\d)[a-z]?\)")
_NUMBER = re.compile(r"\d{1,7}")
_STRETCH = re.compile(r"(?<=[^\W\d_]{3})[.?!](?=\s)|(?<=\))[.:]?\s|\.\s(?=[A-Z][A-Za-z]{2})")
_FIRST_NAME = re.compile(r"^\W*(?:[a-z]\)\s*)?([^\W\d_][\w'’-]+(?: [^\W\d_][\w'’-]+)?)")

#: Words of a title; with fewer it is taken for generic ("Editorial", "The plant immune system").
GENERIC_WORDS = 5
_TITLE_WORDS = 4  # that a stretch of running text must have to be taken for a title
_NUMBERS_KEPT = 6  # of an entry: volume, issue, pages
_LEAST_LETTERS = 4  # of a title that says anything
_FEW_AUTHORS = frozenset({"et al", "al", "others", "and others", "anonymous", "anon"})


@dataclass(frozen=True, slots=True, order=True)
class Sketch:
    """A work as one or several references give it.

    ``title`` is folded, empty without one; ``guessed`` when it was found in running text.
    ``family`` is the folded family name of the first author; ``numbers`` are those of volume,
    issue and pages as printed, kept apart only where the title alone says too little.
    """

    title: str
    year: int  # 0 without
    family: str
    journal: str
    numbers: tuple[int, ...]
    guessed: bool

    @property
    def usable(self) -> bool:
        """Whether it says enough to tell the work from others."""
        words = self.title.count(" ") + 1
        if len(self.title) >= _LEAST_LETTERS and (self.family or self.year or words >= 4):
            return True
        return bool(self.family and self.year and len(self.numbers) >= 2)

    @property
    def told(self) -> Sketch:
        """What tells the work from others: journal and place only where the title is generic."""
        if self.title.count(" ") + 1 < GENERIC_WORDS:
            return replace(self, guessed=False)
        return replace(self, journal="", numbers=(), guessed=False)

    @property
    def text(self) -> str:
        """All that it says, in one line."""
        numbers = " ".join(map(str, self.numbers))
        return "\t".join((self.title, str(self.year), self.family, self.journal, numbers))

    @property
    def own_id(self) -> str:
        """The id of a work that nothing but this is known of."""
        return f"work:{hashlib.sha256(self.text.encode()).hexdigest()[:16]}"


def named_authors(authors: Iterable[Author]) -> tuple[Author, ...]:
    """The authors of a list without what stands for the rest ("et al.")."""
    return tuple([a for a in authors if folded_name(a.family) not in _FEW_AUTHORS])


def journal_titles(references: Sequence[Reference]) -> frozenset[str]:
    """Names that references give as the journal and hardly ever as the title of a work in one."""
    seen = Counter(folded_title(r.journal) for r in references if r.journal)
    titled = Counter(folded_title(r.title) for r in references if r.title and r.journal)
    return frozenset(name for name, count in seen.items() if is_journal(count, titled[name]))


def is_journal(seen: int, titled: int) -> bool:
    """Whether a name is a journal.

    Args:
        seen: references that give it as the journal.
        titled: those that give it as the title of a work in one.
    """
    return seen > 1 + 10 * titled


def sketch_of(
    work: Paper | Reference, people: Sequence[Author], journals: Container[str]
) -> Sketch:
    """The sketch of a paper or a reference.

    Args:
        work: the paper or reference.
        people: its authors, as ``named_authors`` gives them.
        journals: folded names that are journals, as ``journal_titles`` finds them; a reference
            without a title often has its journal in that place.
    """
    title, journal = folded_title(work.title), folded_title(work.journal)
    raw = work.raw if isinstance(work, Reference) else ""
    if title and not journal and (title in journals or _is_abbreviated(work.title or "")):
        title, journal = "", title
    year = work.year or _year_in(raw.replace(work.title, " ", 1) if work.title else raw)
    guessed = False
    if not title and not journal:
        title = _title_in(raw)
        guessed = bool(title)
    family = folded_name(people[0].family) if people else _family_in(raw, title)
    return Sketch(
        title=title,
        year=year or 0,
        family=family,
        journal=journal,
        numbers=_numbers_in(raw, work.title or "", year),
        guessed=guessed,
    )


def _is_abbreviated(title: str) -> bool:
    """Whether most words end with a full stop, as in "J. Am. Chem. Soc."."""
    words = title.split()
    return 2 * sum(word.endswith((".", ".,")) for word in words) > len(words)


def _year_in(raw: str) -> int | None:
    """The year that stands in brackets alone, else the last that is of no address or access."""
    found = _ENCLOSED_YEAR.findall(raw)[:1] or _YEAR.findall(_head(raw)) or _YEAR.findall(raw)
    return int(found[-1]) if found else None


def _head(raw: str) -> str:
    """An entry up to its addresses, dates of access and identifiers."""
    lower = raw.lower()
    places = [place for word in _TAIL_WORDS if (place := lower.find(word)) >= 0]
    if not places:
        return raw
    tail = _TAIL.search(raw, min(places) if len(lower) == len(raw) else 0)
    return raw[: tail.start()] if tail else raw


def _family_in(raw: str, title: str) -> str:
    """The first name that an entry starts with; empty where it starts with its title."""
    text = _LABEL.sub("", raw)
    found = _FIRST_NAME.match(text)
    if not found or (title and folded_title(text[: len(title) + 20]).startswith(title[:20])):
        return ""
    return folded_name(found.group(1)).split()[0]


def _title_in(raw: str) -> str:
    """The longest stretch of an entry that reads like a title, folded; empty without one."""
    best = ""
    for stretch in _STRETCH.split(_head(raw)):
        if stretch is None:
            continue
        words = re.findall(r"[^\W\d_]{3,}", stretch)
        small = sum(word[0].islower() for word in words)
        folded = folded_title(stretch)
        if small >= _TITLE_WORDS and len(folded) > len(best):
            best = folded
    return best


def _numbers_in(raw: str, title: str, year: int | None) -> tuple[int, ...]:
    """Volume, issue and pages of an entry in the order printed."""
    text = _LABEL.sub("", raw)
    text = text.replace(title, " ", 1) if title else text
    found = [int(number) for number in _NUMBER.findall(_head(text))]
    return tuple(n for n in found if n != year)[-_NUMBERS_KEPT:]
