"""What a claim check gives: frozen records, written to JSON as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from semsearch.answer.verdict import Verdict
from semsearch.claims.draft import DraftFormat
from semsearch.claims.reviews import ReviewSign
from semsearch.claims.works import KnownBy
from semsearch.language.stance import Stance
from semsearch.recommend.cite import CitingStatement, KnownWork
from semsearch.records import CitationType, Notice
from semsearch.report.tally import Tally
from semsearch.retrieve.hits import StatementView


class Status(StrEnum):
    """What became of a citation of the draft; every one has one of these."""

    KNOWN = "known"  # it leads to a work that the index holds or cites
    UNKNOWN = "unknown"  # it leads to an entry whose work the index does not know
    AMBIGUOUS = "ambiguous"  # several entries fit
    NOWHERE = "nowhere"  # no entry fits
    BROKEN = "broken"  # its entry cannot be read


class Flag(StrEnum):
    """What deserves a look; ``docs/checking.md`` defines each exactly."""

    RETRACTED = "retracted"
    CORRECTED = "corrected"
    CONCERN = "concern"
    CONTRASTED = "contrasted"
    REVIEW = "review"
    PRIMARY_SOURCES = "primary_sources"
    ONLY_REVIEWS = "only_reviews"  # of a sentence
    AGAINST = "against"  # of a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedAs:
    """A statement by others that cites the work.

    ``like``: cosine to the claim, −1 to 1. ``type``, ``confidence`` (0–1) and ``self_citation`` are
    those of its citation of this work.
    """

    like: float
    type: CitationType
    confidence: float | None
    self_citation: bool | None
    statement: StatementView


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimarySource:
    """A work, no review, that others cite for statements like the claim.

    ``papers``: with a like statement that cites it. ``together``: of these, those that cite the
    draft's work in the same statement. ``score``: as ``cite`` gives it, 0–1. ``in_draft``: the
    draft cites it elsewhere.
    """

    score: float
    work: KnownWork
    papers: int
    together: int
    in_draft: bool
    examples: tuple[CitingStatement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LikeStatements:
    """What others cite for statements like a claim, whatever they cite.

    ``papers``: with a like statement. ``of_work``: of these, those whose like statement cites the
    draft's work. ``sources``: other works that more of them cite, by ``score``.
    """

    papers: int
    of_work: int
    sources: tuple[PrimarySource, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedCitation:
    """One sentence of the draft citing one work.

    ``work`` is the id of one of ``CheckResult.works``, None where the index does not know it;
    ``title`` and ``year`` are then what the bibliography says. ``about``: statements by others that
    cite the work, by papers that are not retracted; ``about_like``: those like the claim, by type.
    ``statements``: the likest of those that do not contrast, supporting ones first.
    ``contrasting``: those like the claim that contrast, the likest first.
    """

    printed: str
    status: Status
    why: str | None
    key: str | None
    title: str | None
    year: str | None
    work: str | None
    known_by: KnownBy | None
    claim: str
    about: int
    about_like: dict[str, int]
    statements: tuple[CitedAs, ...]
    contrasting: tuple[CitedAs, ...]
    others: LikeStatements | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """What others say to the relation that a sentence states.

    ``question``: made of the sentence. ``says``: how the sentence itself is read, supports or
    opposes. ``against``: the clearest statements of the other side where the verdict is against the
    sentence.
    """

    question: str
    says: Stance
    verdict: Verdict
    against: tuple[StatementView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSentence:
    """A citing sentence of the draft; ``place`` is such as "line 12" or "paragraph 3"."""

    text: str
    place: str
    citations: tuple[CheckedCitation, ...]
    direction: Direction | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedWork:
    """A work that the draft cites and the index knows; ``tally`` is over the whole index.

    ``citations``: of the draft that lead to it.
    """

    work: KnownWork
    review: ReviewSign | None
    retracted: bool
    notices: tuple[Notice, ...]
    tally: Tally
    citations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedEntry:
    """An entry of a bibliography that could not be read."""

    file: str
    line: int
    key: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSummary:
    """Sums over the sentences.

    ``by_status`` adds up to ``citations``. ``flags``: how many citations, or sentences for
    "only_reviews" and "against", have each; ``flagged``: sentences with a flag of either kind.
    """

    sentences: int
    citations: int
    by_status: dict[str, int]
    works: int
    flags: dict[str, int]
    flagged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """A draft, checked: evidence for who wrote it, and no judgement.

    ``notes``: of reading the draft, one sentence each. ``skipped``: entries of the bibliographies.
    """

    name: str
    format: DraftFormat
    notes: tuple[str, ...]
    skipped: tuple[SkippedEntry, ...]
    summary: CheckSummary
    works: tuple[CheckedWork, ...]
    sentences: tuple[CheckedSentence, ...]
