"""What a run fetched, and what it did not and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from semsearch.records import Service


@dataclass(frozen=True, slots=True)
class NotFetched:
    """One thing that did not come, and why."""

    id: str  # PMCID, or DOI
    reason: str


@dataclass(slots=True, kw_only=True)
class ArticlesReport:
    """What became of articles; it is filled while they are fetched.

    ``wanted`` = ``fetched`` + ``there`` + skipped + failed, unless the run was stopped.
    ``skipped`` will not be asked for again, ``failed`` will. ``skipped_before``: in earlier runs.
    ``listing`` says where a list ended before its end.
    """

    service: Service
    asked: str  # query, or list
    found: int = 0  # as the service says
    passed: int = 0  # entries that are no open full text
    wanted: int = 0
    fetched: int = 0
    bytes: int = 0
    there: int = 0  # from earlier runs
    skipped_before: int = 0
    skipped: list[NotFetched] = field(default_factory=list)
    failed: list[NotFetched] = field(default_factory=list)
    listing: str | None = None
    stopped: str | None = None


@dataclass(slots=True, kw_only=True)
class FactsReport:
    """What became of questions to a service about works; it is filled while they are asked."""

    service: Service
    works: int = 0
    there: int = 0  # from earlier runs
    answered: int = 0
    unknown: int = 0  # works that the service does not know
    notices: int = 0
    failed: list[NotFetched] = field(default_factory=list)
    stopped: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchReport:
    """What a run did."""

    folder: str
    articles: ArticlesReport | None
    facts: tuple[FactsReport, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is missing that an attempt could have given."""
        one = self.articles
        return (one is None or not (one.skipped or one.failed or one.listing or one.stopped)) and (
            not any(fact.failed or fact.stopped for fact in self.facts)
        )


def summary(report: FetchReport) -> str:
    """The report in a few lines for people."""
    lines = []
    if (one := report.articles) is not None:
        lines.append(
            f"{one.service}: {one.found:,} found, {one.wanted:,} wanted: {one.fetched:,} fetched"
            f" ({one.bytes:,} bytes), {one.there:,} there already, {len(one.skipped):,} skipped,"
            f" {one.skipped_before:,} skipped in earlier runs, {len(one.failed):,} failed"
        )
        if one.passed:
            lines.append(f"{one.passed:,} passed over: no open full text")
        for name, group in (("skipped", one.skipped), ("failed", one.failed)):
            reasons = Counter(missing.reason for missing in group)
            lines += [f"{name}, {count:,}: {reason}" for reason, count in reasons.most_common()]
        lines += [text for text in (one.listing, one.stopped) if text]
    for fact in report.facts:
        lines.append(
            f"{fact.service}: {fact.works:,} works: {fact.answered:,} answered,"
            f" {fact.there:,} there already, {fact.unknown:,} not known to it,"
            f" {len(fact.failed):,} failed; {fact.notices:,} notices"
        )
        if fact.stopped:
            lines.append(fact.stopped)
    return "\n".join(lines)
