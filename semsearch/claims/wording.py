"""A claim check in words: what was counted, with its numbers, and no judgement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from semsearch.answer.verdict import Verdict
from semsearch.claims.results import (
    CheckedCitation,
    CheckedSentence,
    CheckedWork,
    CheckResult,
    Flag,
    PrimarySource,
    Status,
)
from semsearch.claims.reviews import ReviewSign
from semsearch.language.stance import Stance
from semsearch.recommend.cite import KnownWork
from semsearch.records import NoticeKind
from semsearch.report.outside import notice_source
from semsearch.report.paper import short_authors

_STATUS: Final = {
    Status.KNOWN: "to works that the index knows",
    Status.UNKNOWN: "to works that it does not know",
    Status.AMBIGUOUS: "fit several entries",
    Status.NOWHERE: "lead nowhere",
    Status.BROKEN: "lead to entries that cannot be read",
}
FLAGS: Final = {
    Flag.RETRACTED: "the cited work is retracted or withdrawn",
    Flag.CORRECTED: "the cited work is corrected",
    Flag.CONCERN: "an expression of concern about the cited work",
    Flag.CONTRASTED: "statements like the claim contrast with the cited work",
    Flag.REVIEW: "the cited work is a review",
    Flag.PRIMARY_SOURCES: "others cite other sources more often for like statements",
    Flag.ONLY_REVIEWS: "sentences that cite nothing but reviews",
    Flag.AGAINST: "sentences that say the opposite of what others say",
}
_SIGNS: Final = {
    ReviewSign.PUBLICATION_TYPE: "its publication type",
    ReviewSign.TITLE: "its title",
    ReviewSign.JOURNAL: "its journal",
}


def many(count: int, thing: str) -> str:
    """Such as "1 paper" and "2 papers"."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def named(work: KnownWork) -> str:
    """A work in a line: "Rao et al. (2010) Why rice grows"."""
    dated = " ".join(p for p in (short_authors(work.authors), work.year and f"({work.year})") if p)
    return " ".join(part for part in (dated, (work.title or work.id).rstrip(".")) if part)


def summary_lines(found: CheckResult) -> list[str]:
    """The sums, the flags that were set, and the notes of the reading."""
    sums = found.summary
    lines = [
        f"{found.name} ({found.format}): {many(sums.sentences, 'citing sentence')},"
        f" {many(sums.citations, 'citation')} of {many(sums.works, 'known work')}"
    ]
    statuses = [f"{n:,} {_STATUS[Status(one)]}" for one, n in sums.by_status.items() if n]
    lines.append(f"citations: {', '.join(statuses)}")
    lines += [f"{n:,} × {FLAGS[Flag(one)]}" for one, n in sums.flags.items() if n]
    if not sums.flagged:
        lines.append("nothing is flagged")
    lines += [f"note: {note}" for note in found.notes]
    if found.skipped:
        lines.append(
            f"note: {many(len(found.skipped), 'entry of a bibliography')} not read"
            if len(found.skipped) == 1
            else f"note: {len(found.skipped):,} entries of bibliographies not read"
        )
    return lines


def sentence_lines(sentence: CheckedSentence) -> Iterator[str]:
    """The flags of a sentence."""
    if Flag.ONLY_REVIEWS in sentence.flags:
        yield "cited only through reviews: all that the sentence cites are reviews"
    if Flag.AGAINST in sentence.flags and sentence.direction is not None:
        one = sentence.direction
        yield (
            f"others say the opposite: to “{one.question}” the sentence says"
            f" {'yes' if one.says is Stance.SUPPORTS else 'no'}, {_said(one.verdict)}"
        )


def citation_head(one: CheckedCitation, found: CheckResult) -> str:
    """What is cited, and how the index knows it."""
    if one.status is not Status.KNOWN:
        shown = f" {one.title}" if one.title else ""
        why = f": {one.why}" if one.why else ""
        return f"{one.printed}{shown} ({one.status}{why})"
    work = work_of(one, found)
    tally = work.tally
    return (
        f"{one.printed} {named(work.work)} ({many(tally.total, 'citation')} by"
        f" {many(tally.citing_papers, 'paper')}: {tally.supporting:,} supporting,"
        f" {tally.contrasting:,} contrasting)"
    )


def citation_lines(one: CheckedCitation, found: CheckResult) -> Iterator[str]:
    """The flags of a citation, with the numbers that they rest on."""
    if one.status is not Status.KNOWN:
        return
    work = work_of(one, found)
    for notice in work.notices:
        if notice.issued:
            continue
        what = "expression of concern" if notice.kind is NoticeKind.CONCERN else notice.kind.value
        yield f"{what}: {notice.other or 'no identifier'}{notice_source(notice)}"
    if Flag.CONTRASTED in one.flags:
        like = sum(one.about_like.values())
        yield (
            f"{one.about_like['contrasting']:,} of {many(like, 'statement')} about it that"
            f" {'is' if like == 1 else 'are'} like the claim"
            f" {'contrasts' if one.about_like['contrasting'] == 1 else 'contrast'}"
        )
    if Flag.REVIEW in one.flags and work.review is not None:
        yield f"it is a review, by {_SIGNS[work.review]}"
    if Flag.PRIMARY_SOURCES in one.flags and one.others is not None:
        yield (
            f"of {many(one.others.papers, 'paper')} with statements like the claim"
            f" {one.others.of_work:,} cite it; more of them cite"
        )
        for source in one.others.sources:
            yield f"  {source_line(source)}"


def source_line(source: PrimarySource) -> str:
    """A primary source with its numbers."""
    together = f", {source.together:,} of them beside this work" if source.together else ""
    already = "; the draft cites it elsewhere" if source.in_draft else ""
    return f"{named(source.work)}: {many(source.papers, 'paper')}{together}{already}"


def work_of(one: CheckedCitation, found: CheckResult) -> CheckedWork:
    """The work of a citation that is known."""
    return next(work for work in found.works if work.work.id == one.work)


def _said(verdict: Verdict) -> str:
    counts = verdict.counts
    supporting = counts.supports.papers + counts.hedged_supports.papers
    return (
        f"the verdict on what others say is {verdict.verdict} ({many(supporting, 'paper')} for,"
        f" {counts.opposes.papers:,} against)"
    )
