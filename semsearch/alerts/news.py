"""News: what is different between the last look at a saved search and this one.

Everything is told once: a statement or notice that was ever seen is not new again, also when it
went and came back. A statement is a text in a paper: another file of the paper changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from semsearch.alerts.look import AGAINST, Look, Seen, SeenNotice
from semsearch.answer.verdict import VerdictKind
from semsearch.records import Author, NoticeKind
from semsearch.search import Searcher
from semsearch.store.database import Database
from semsearch.store.generations import live_ids
from semsearch.store.reading import papers, statements
from semsearch.store.works import works


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStatement:
    """A statement as it was when it was told, with its source.

    ``says`` as in ``Seen``. ``text`` is None where the store has lost a statement that is gone.
    """

    id: str
    says: str | None
    text: str | None
    paper: str
    doi: str | None
    title: str | None
    authors: tuple[Author, ...]
    year: int | None
    journal: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """A statement that is read otherwise than before."""

    statement: ToldStatement
    before: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldNotice:
    """A notice about a source of the evidence, or about the work of a report."""

    paper: str
    doi: str | None
    title: str | None
    kind: NoticeKind
    other: str | None  # paper id of the notice


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictChange:
    """The verdict of the last look and of this one."""

    before: VerdictKind | None
    after: VerdictKind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is new.

    ``first_against``: id of the first statement ever seen that opposes, or contrasts with the work.
    ``gone``: left the corpus, or, where there is a verdict or a work, no longer counts.
    ``returned``: was gone and is there again. Lists are ordered by statement id.
    """

    new: tuple[ToldStatement, ...]
    first_against: str | None
    verdict: VerdictChange | None
    reread: tuple[Reread, ...]
    gone: tuple[ToldStatement, ...]
    returned: tuple[ToldStatement, ...]
    notices: tuple[ToldNotice, ...]

    def __bool__(self) -> bool:
        return bool(
            self.new
            or self.verdict
            or self.reread
            or self.gone
            or self.returned
            or self.notices
            or self.first_against
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What one look at a saved search found.

    ``number``: ascending over all searches. ``found``: when, UTC, ISO 8601.
    """

    id: str  # a UUID
    number: int
    search: str  # id
    found: str
    generation: int
    published: str  # when the generation was
    changes: Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What is remembered of a saved search.

    ``looks`` counts them; ``present`` and ``past`` are the statements of the last look and those
    seen only before it; ``notices`` all that were ever seen; ``against`` whether anything ever was.
    """

    looks: int
    looked: str
    generation: int
    created: str
    content_digest: str
    digest: str
    verdict: VerdictKind | None
    present: Mapping[str, Seen]
    past: Mapping[str, Seen]
    notices: frozenset[SeenNotice]
    against: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a look shows that the memory does not have, and what is to be remembered as present.

    The answer to a question without a verdict is a list of the best: a statement that others push
    out of it is still there, and stays present until it leaves the corpus.
    """

    changes: Changes
    present: tuple[Seen, ...]


def compare(searcher: Searcher, memory: Memory, look: Look, *, ranked: bool) -> Comparison:
    """Compare a look with the one before.

    Args:
        searcher: the index that was looked at.
        memory: of the looks before.
        look: this one.
        ranked: the evidence is a list of the best, not all that counts.
    """
    now = {one.id: one for one in look.evidence}
    came = [one for one in look.evidence if one.id not in memory.present]
    missing = [memory.present[one] for one in sorted(memory.present.keys() - now.keys())]
    if ranked:
        missing = _left(searcher.store, missing)
    told = tell(searcher.store, [*look.evidence, *missing])
    against = [one.id for one in look.evidence if one.says in AGAINST]
    changes = Changes(
        new=tuple(told[one.id] for one in came if one.id not in memory.past),
        first_against=min(against) if against and not memory.against else None,
        verdict=VerdictChange(before=memory.verdict, after=look.verdict)
        if look.verdict != memory.verdict
        else None,
        reread=tuple(
            Reread(statement=told[one.id], before=memory.present[one.id].says)
            for one in look.evidence
            if one.id in memory.present and memory.present[one.id].says != one.says
        ),
        gone=tuple(told[one.id] for one in missing),
        returned=tuple(told[one.id] for one in came if one.id in memory.past),
        notices=_notices(searcher.store, set(look.notices) - memory.notices),
    )
    departed = {one.id for one in missing}
    kept = {one: seen for one, seen in memory.present.items() if one not in departed} | now
    return Comparison(changes=changes, present=tuple(kept[one] for one in sorted(kept)))


def tell(database: Database, seen: Iterable[Seen]) -> dict[str, ToldStatement]:
    """Statements with their sources, by id; those that left the corpus too."""
    wanted = {one.id: one for one in seen}
    held = statements(database, list(wanted))
    sources = papers(database, sorted({one.paper for one in wanted.values()}))
    found: dict[str, ToldStatement] = {}
    for identity, one in wanted.items():
        paper = sources.get(one.paper)
        found[identity] = ToldStatement(
            id=identity,
            says=one.says,
            text=held[identity].text if identity in held else None,
            paper=one.paper,
            doi=None if paper is None else paper.doi,
            title=None if paper is None else paper.title,
            authors=() if paper is None else paper.authors,
            year=None if paper is None else paper.year,
            journal=None if paper is None else paper.journal,
        )
    return found


def _left(database: Database, seen: list[Seen]) -> list[Seen]:
    """Those whose statement left the corpus."""
    there = live_ids(database, [one.id for one in seen])
    return [one for one in seen if one.id not in there]


def _notices(database: Database, seen: set[SeenNotice]) -> tuple[ToldNotice, ...]:
    ids = sorted({one.paper for one in seen})
    sources = papers(database, ids)
    cited = works(database, ids)
    found = []
    for one in sorted(seen, key=lambda n: (n.paper, n.kind, n.other or "")):
        about = sources.get(one.paper) or cited.get(one.paper)
        found.append(
            ToldNotice(
                paper=one.paper,
                doi=None if about is None else about.doi,
                title=None if about is None else about.title,
                kind=one.kind,
                other=one.other,
            )
        )
    return tuple(found)
