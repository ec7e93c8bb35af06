"""The claim check: a draft and its bibliography against what the corpus says of the cited works."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from semsearch.claims.bibliography import Bibliography, Lead
from semsearch.claims.citing import CitingSentence, DraftCitation, citing_sentences
from semsearch.claims.direction import direction_of
from semsearch.claims.draft import Draft
from semsearch.claims.evidence import LIKE, AboutWork, Claim, Evidence, by_type
from semsearch.claims.reading import read_draft, read_draft_text
from semsearch.claims.results import (
    CheckedCitation,
    CheckedSentence,
    CheckedWork,
    CheckResult,
    CheckSummary,
    CitedAs,
    Flag,
    LikeStatements,
    SkippedEntry,
    Status,
)
from semsearch.claims.reviews import review_sign
from semsearch.claims.sources import Sources, named_work
from semsearch.claims.works import KnownBy, find_works
from semsearch.errors import QueryError
from semsearch.records import CitationType, NoticeKind
from semsearch.report.listed import Entry, Skipped
from semsearch.report.reference_lists import read_bounded, read_entries
from semsearch.report.tally import tally_works
from semsearch.report.work import WorkView, view_works
from semsearch.retrieve.views import view_statements
from semsearch.search import Searcher
from semsearch.settings import settings
from semsearch.store.names import work_ids

#: Statements that are shown of each citation, and contrasting ones.
SHOWN: Final = 3
MOST_SHOWN: Final = 20
_OF_NOTICE: Final = {
    NoticeKind.CORRECTION: Flag.CORRECTED,
    NoticeKind.CONCERN: Flag.CONCERN,
}
_STATUS: Final = {
    Lead.AMBIGUOUS: Status.AMBIGUOUS,
    Lead.NOWHERE: Status.NOWHERE,
    Lead.BROKEN: Status.BROKEN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """How a draft is checked.

    ``shown``: most statements of each list. ``leave_out``: papers whose statements do not count,
    such as the draft itself where the index holds it; by DOI or another identifier.
    """

    shown: int = SHOWN
    leave_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BibliographyFile:
    """A bibliography beside a draft; ``name`` tells the format where the content does not."""

    name: str
    content: bytes


def check(
    searcher: Searcher,
    draft: str | Path,
    bibliographies: Sequence[str | Path] = (),
    *,
    options: CheckOptions | None = None,
) -> CheckResult:
    """Check what a draft cites, sentence by sentence.

    Args:
        searcher: the index.
        draft: a file (``Path``) or the text itself (``str``): plain, Markdown, LaTeX, or .docx.
        bibliographies: files, or texts, in a format of ``report.reference_lists``.
        options: how to check.

    Raises:
        InputError: a file cannot be read, or is no draft or bibliography.
        QueryError: the draft cites nothing, has too many citing sentences, or an option is wrong.
    """
    listed = [
        BibliographyFile(name=str(one), content=read_bounded(one))
        if isinstance(one, Path)
        else BibliographyFile(name="bibliography.txt", content=one.encode())
        for one in bibliographies
    ]
    if isinstance(draft, Path):
        return check_content(searcher, str(draft), read_bounded(draft), listed, options=options)
    return check_content(searcher, "the draft", draft, listed, options=options)


def check_content(
    searcher: Searcher,
    name: str,
    content: str | bytes,
    bibliographies: Sequence[BibliographyFile],
    *,
    options: CheckOptions | None = None,
) -> CheckResult:
    """As ``check``, of what is at hand already; ``name`` is of the draft, for messages."""
    how = options or CheckOptions()
    if not 1 <= how.shown <= MOST_SHOWN:
        raise QueryError(f"{how.shown} statements are to be shown, expected 1 to {MOST_SHOWN}")
    listed = [(one.name, read_entries(one.content, one.name)) for one in bibliographies]
    beside = [entry for _, entries in listed for entry in entries]
    if isinstance(content, bytes):
        draft = read_draft(content, name, most=len(beside))
    else:
        draft = read_draft_text(content, name, most=len(beside))
    bibliography = Bibliography(draft.entries, beside)
    citing = citing_sentences(draft, bibliography)
    _check_citing(citing, name)
    skipped = tuple(
        SkippedEntry(file=Path(file).name, line=one.line, key=one.key, reason=one.reason)
        for file, entries in listed
        for one in entries
        if isinstance(one, Skipped)
    )
    return _Check(searcher, how).result(Path(name).name, draft, citing, skipped)


def _check_citing(citing: Sequence[CitingSentence], name: str) -> None:
    most = settings().max_check_sentences
    if not citing:
        raise QueryError(
            f"{name} cites nothing that can be found, expected markers such as [@key],"
            " \\cite{key}, [3] or (Rao et al., 2010), or DOIs"
        )
    if len(citing) > most:
        raise QueryError(
            f"{name} has {len(citing):,} citing sentences, over the limit of {most:,} (setting"
            " max_check_sentences); check it in parts"
        )


class _Check:
    """One check of one draft."""

    def __init__(self, searcher: Searcher, how: CheckOptions) -> None:
        self._searcher = searcher
        self._how = how
        apart = work_ids(searcher.store, how.leave_out)
        unknown = [name for name, identity in apart.items() if identity is None]
        if unknown:
            raise QueryError(f"the index does not know {unknown[0]!r}, which is to be left out")
        self._apart = frozenset(one for one in apart.values() if one is not None)
        self._evidence = Evidence(searcher, sorted(self._apart))
        self._works: dict[Entry, tuple[str, KnownBy]] = {}
        self._views: dict[str, WorkView] = {}

    def result(
        self,
        name: str,
        draft: Draft,
        citing: Sequence[CitingSentence],
        skipped: tuple[SkippedEntry, ...],
    ) -> CheckResult:
        cited = [one for sentence in citing for one in sentence.citations]
        self._works = find_works(
            self._searcher, [one.led.entry for one in cited if one.led.entry is not None]
        )
        merged = [self._merged(sentence) for sentence in citing]
        ids = list(dict.fromkeys(work for _, own in merged for _, work in own if work is not None))
        self._views = view_works(self._searcher.store, ids)
        self._evidence.read_about(ids)
        claims = self._evidence.claims(
            [one.claim for _, own in merged for one, work in own if work is not None]
        )
        sources = Sources(self._searcher, self._evidence, ids)
        sentences = tuple(self._sentence(one, own, claims, sources) for one, own in merged)
        counts = Counter(one.work for s in sentences for one in s.citations)
        return CheckResult(
            name=name,
            format=draft.format,
            notes=draft.notes,
            skipped=skipped,
            summary=_summary(sentences, len(ids)),
            works=tuple(self._checked_works(ids, counts)),
            sentences=sentences,
        )

    def _merged(
        self, sentence: CitingSentence
    ) -> tuple[CitingSentence, list[tuple[DraftCitation, str | None]]]:
        """The citations of a sentence with their works, each work once."""
        found: dict[object, tuple[DraftCitation, str | None]] = {}
        for one in sentence.citations:
            entry = one.led.entry
            work = self._works[entry][0] if entry in self._works else None
            found.setdefault(work or (entry, one.pointer), (one, work))
        return sentence, list(found.values())

    def _sentence(
        self,
        sentence: CitingSentence,
        own: Sequence[tuple[DraftCitation, str | None]],
        claims: Mapping[str, Claim],
        sources: Sources,
    ) -> CheckedSentence:
        works = [work for _, work in own if work is not None]
        citations = tuple(
            self._unfound(one)
            if work is None
            else self._citation(
                one,
                self._views[work],
                claims[one.claim],
                sources.for_citation(
                    sentence, claims[one.claim], one.claim, self._views[work], works
                ),
            )
            for one, work in own
        )
        direction = direction_of(self._searcher, sentence.plain, self._counts) if works else None
        flags = []
        if all(Flag.REVIEW in one.flags for one in citations):
            flags.append(Flag.ONLY_REVIEWS)
        if direction is not None and direction.against:
            flags.append(Flag.AGAINST)
        return CheckedSentence(
            text=sentence.text,
            place=sentence.place,
            citations=citations,
            direction=direction,
            flags=tuple(flags),
        )

    def _counts(self, paper: str) -> bool:
        numbers = self._evidence.columns.paper_numbers([paper])
        return bool(len(numbers) and self._evidence.counted[numbers[0]])

    def _unfound(self, one: DraftCitation) -> CheckedCitation:
        entry = one.led.entry
        return CheckedCitation(
            printed=one.pointer.printed,
            status=_STATUS.get(one.led.lead, Status.UNKNOWN),
            why=one.led.why,
            key=None if entry is None else entry.key,
            title=None if entry is None else entry.title or entry.raw or entry.names[0],
            year=None if entry is None else entry.year,
            work=None,
            known_by=None,
            claim=one.claim,
            about=0,
            about_like={},
            statements=(),
            contrasting=(),
            others=None,
            flags=(),
        )

    def _citation(
        self,
        one: DraftCitation,
        work: WorkView,
        claim: Claim,
        others: LikeStatements,
    ) -> CheckedCitation:
        entry = one.led.entry
        about = self._evidence.about(work.id, claim)
        like = [one for one in about if one.like >= LIKE]
        contrasting = [x for x in like if x.about.citation.type is CitationType.CONTRASTING]
        rest = [x for x in about if x.about.citation.type is not CitationType.CONTRASTING]
        rest = sorted(rest[: self._how.shown], key=_supporting_first)
        flags = list(_notice_flags(work))
        if contrasting:
            flags.append(Flag.CONTRASTED)
        if review_sign(work) is not None:
            flags.append(Flag.REVIEW)
        if others.sources:
            flags.append(Flag.PRIMARY_SOURCES)
        return CheckedCitation(
            printed=one.pointer.printed,
            status=Status.KNOWN,
            why=None,
            key=None if entry is None else entry.key,
            title=work.title,
            year=None if work.year is None else str(work.year),
            work=work.id,
            known_by=None if entry is None else self._works[entry][1],
            claim=one.claim,
            about=len(about),
            about_like=by_type(like),
            statements=self._shown(rest),
            contrasting=self._shown(contrasting[: self._how.shown]),
            others=others,
            flags=tuple(flags),
        )

    def _shown(self, found: Sequence[AboutWork]) -> tuple[CitedAs, ...]:
        views = view_statements(self._searcher.store, [one.about.id for one in found])
        return tuple(
            CitedAs(
                like=one.like,
                type=one.about.citation.type,
                confidence=one.about.citation.confidence,
                self_citation=one.about.citation.self_citation,
                statement=view,
            )
            for one, view in zip(found, views, strict=True)
        )

    def _checked_works(
        self, ids: Sequence[str], counts: Mapping[str | None, int]
    ) -> Iterator[CheckedWork]:
        tallies = tally_works(self._searcher.store, ids)
        for one in ids:
            view = self._views[one]
            yield CheckedWork(
                work=named_work(view),
                review=review_sign(view),
                retracted=view.retracted,
                notices=view.notices,
                tally=tallies[one].tally,
                citations=counts[one],
            )


def _supporting_first(one: AboutWork) -> tuple[bool, float, str]:
    return one.about.citation.type is not CitationType.SUPPORTING, -one.like, one.about.id


def _notice_flags(work: WorkView) -> Iterator[Flag]:
    if work.retracted:
        yield Flag.RETRACTED
    kinds = {notice.kind for notice in work.notices if not notice.issued}
    yield from (flag for kind, flag in _OF_NOTICE.items() if kind in kinds)


def _summary(sentences: Sequence[CheckedSentence], works: int) -> CheckSummary:
    citations = [one for sentence in sentences for one in sentence.citations]
    statuses = Counter(one.status for one in citations)
    flags = Counter(flag for one in citations for flag in one.flags)
    flags.update(flag for one in sentences for flag in one.flags)
    return CheckSummary(
        sentences=len(sentences),
        citations=len(citations),
        by_status={one.value: statuses[one] for one in Status},
        works=works,
        flags={one.value: flags[one] for one in Flag},
        flagged=sum(bool(s.flags or any(c.flags for c in s.citations)) for s in sentences),
    )
