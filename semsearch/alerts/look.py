"""A look: what the index says to a saved search now.

Of a question with a verdict that is all that the verdict counts, of another question the statements
of its answer, those folded or grouped under them too; of a work every statement about it that its
query and filter choose. Notices are those about the sources of these statements, and about the work
itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import orjson

from semsearch.alerts.searches import SavedSearch, SearchKind
from semsearch.answer.ask import ask
from semsearch.answer.sides import counts_of
from semsearch.answer.verdict import VerdictKind
from semsearch.errors import NotFoundError
from semsearch.language.stance import Stance
from semsearch.records import CitationType, NoticeKind
from semsearch.report.paper import gather
from semsearch.report.selection import select
from semsearch.search import Searcher
from semsearch.store.notices import notices_about
from semsearch.store.reading import statements
from semsearch.store.works import work_id

#: What a statement says that speaks against the question or the work.
AGAINST = frozenset({Stance.OPPOSES.value, CitationType.CONTRASTING.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A statement of the evidence.

    ``says``: its stance in the verdict, None without one; or the type of its citation of the work.
    """

    id: str
    paper: str
    says: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenNotice:
    """A notice about a source or about the work."""

    paper: str
    kind: NoticeKind
    other: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen, in a canonical order.

    ``created``: when the generation was published. ``verdict``: None without a yes/no relation.
    ``known``: of a work, whether the index holds or cites it.
    """

    generation: int
    created: str
    content_digest: str
    verdict: VerdictKind | None
    evidence: tuple[Seen, ...]
    notices: tuple[SeenNotice, ...]
    known: bool = True

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what was seen, whatever the generation."""
        parts = (self.verdict, self.evidence, self.notices)
        return hashlib.sha256(orjson.dumps(parts)).hexdigest()

    @property
    def against(self) -> bool:
        """Whether anything speaks against."""
        return any(one.says in AGAINST for one in self.evidence)


def take_look(searcher: Searcher, search: SavedSearch) -> Look:
    """Ask a saved search.

    Raises:
        QueryError: it cannot be asked.
        IndexFolderError: the index cannot be read.
    """
    if search.kind is SearchKind.QUESTION:
        return _look_at_question(searcher, search)
    return _look_at_work(searcher, search)


def _look_at_question(searcher: Searcher, search: SavedSearch) -> Look:
    answer = ask(searcher, search.query, options=search.search_options())
    says: dict[str, str | None] = {}
    if answer.verdict is not None:
        for stance, count in counts_of(answer.verdict).items():
            says |= dict.fromkeys(count.ids, stance.value)
    else:
        for hit in answer.statements:
            says |= dict.fromkeys((hit.statement.id, *hit.duplicates, *hit.more_from_paper))
    held = statements(searcher.store, list(says))
    evidence = [Seen(id=one, paper=held[one].paper, says=says[one]) for one in sorted(held)]
    verdict = None if answer.verdict is None else answer.verdict.verdict
    return _look(searcher, verdict, evidence, {one.paper for one in evidence})


def _look_at_work(searcher: Searcher, search: SavedSearch) -> Look:
    how = search.report_options()
    try:
        work_id(searcher.store, search.query)
    except NotFoundError:  # nobody cites it yet, or nobody does any more
        return _look(searcher, None, [], set(), known=False)
    found = gather(searcher, search.query, how)
    chosen = select(searcher, found.work, found.counted, how).statements
    evidence = [
        Seen(id=one.id, paper=one.paper, says=one.citation.type.value)
        for one in sorted(chosen, key=lambda one: one.id)
    ]
    return _look(searcher, None, evidence, {one.paper for one in evidence} | {found.work.id})


def _look(
    searcher: Searcher,
    verdict: VerdictKind | None,
    evidence: list[Seen],
    papers: set[str],
    *,
    known: bool = True,
) -> Look:
    manifest = searcher.generation.manifest
    notices = {
        SeenNotice(paper=paper, kind=notice.kind, other=notice.other)
        for paper, said in notices_about(searcher.store, sorted(papers)).items()
        for notice in said
    }
    return Look(
        generation=manifest.generation,
        created=manifest.created,
        content_digest=manifest.content_digest,
        verdict=verdict,
        evidence=tuple(evidence),
        notices=tuple(sorted(notices, key=lambda n: (n.paper, n.kind, n.other or ""))),
        known=known,
    )
