"""How the evidence for a question differs from that of an earlier generation.

An index keeps every statement that a generation ever held, with the first and the last generation
that did. So what was there then is read again today, with the model, the rules and the lexicons of
today; a difference is one of the literature, not of the program:

- evidence now: what the verdict on the question counts; without a yes/no relation the statements of
  the answer;
- *come*: those of it that the earlier generation did not hold yet;
- *gone*: statements that the earlier generation held and that left the corpus, where they name both
  sides of the relation and are clear enough for the verdict. They are in no index any more: how
  relevant they are is not known, and counts as ``RELEVANCE``;
- the verdict then: of the evidence now without what has come, and with what has gone.

A statement is a text in a paper: one that another file of the paper has too has neither come nor
gone. One that left and came back counts as if it had been there all the time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from semsearch.alerts.look import Seen
from semsearch.alerts.news import ToldStatement, tell
from semsearch.answer.evidence import ReadCandidate, evidence_of, read_candidates
from semsearch.answer.verdict import Evidence, VerdictKind, decide
from semsearch.encode.recipe import plain_text
from semsearch.errors import QueryError
from semsearch.index.history import Published, history
from semsearch.index.layout import Layout
from semsearch.language.names import keys_of
from semsearch.rank.listing import list_statements
from semsearch.rank.options import SearchOptions
from semsearch.rank.run import Run
from semsearch.retrieve.query import check_text
from semsearch.search import Searcher
from semsearch.store.generations import gone_since, held_at
from semsearch.store.reading import papers

#: Relevance of a statement that left the corpus, 0–1: it says neither yes nor no.
RELEVANCE: Final = 0.5
_NUMBER: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceDiff:
    """The evidence for a question now, and what it was at an earlier generation.

    ``since``, ``until``: generations; ``since`` is 0 before the first. ``since_published``: None
    where its date is not known. ``gone`` and ``verdict_then`` are None where they cannot be told:
    without a yes/no relation, or where words such as ``author:`` choose among the statements, which
    is not known of those that are gone.
    """

    question: str
    since: int
    since_published: str | None
    until: int
    until_published: str
    come: tuple[ToldStatement, ...]
    gone: tuple[ToldStatement, ...] | None
    evidence: int  # statements now
    verdict_then: VerdictKind | None
    verdict_now: VerdictKind | None


def diff(searcher: Searcher, question: str, since: str | int) -> EvidenceDiff:
    """What has come and gone for a question since an earlier generation.

    Args:
        searcher: an opened index.
        question: as for ``ask``.
        since: a number of a generation, or a date, or a time, in ISO 8601 (UTC unless it says
            otherwise): the generation that was published last before it.

    Raises:
        QueryError: the question cannot be asked, or ``since`` is neither, or lies after the
            generation that is open, or it is not known which generation there was at that time.
    """
    asked = check_text(question)
    manifest = searcher.generation.manifest
    known = [
        one for one in history(Layout(searcher.folder)) if one.generation <= manifest.generation
    ]
    number = read_since(since, known, manifest.generation)
    run = searcher.run(asked, SearchOptions())
    now, counted = _evidence(searcher, asked, run)
    there = held_at(searcher.store, [one.id for one in now], number)
    come = [one for one in now if one.id not in there]
    verdict_then, gone = None, None
    if counted is not None and _is_plain(searcher, run):
        gone = _gone(searcher, run, number)
        stayed = [one for one in counted if one.id in there]
        verdict_then = decide(sorted([*stayed, *gone], key=lambda one: -one.weight)).verdict
    left = None if gone is None else [_seen(one) for one in gone]
    told = tell(searcher.store, [*come, *(left or ())])
    return EvidenceDiff(
        question=asked,
        since=number,
        since_published=next((one.created for one in known if one.generation == number), None),
        until=manifest.generation,
        until_published=manifest.created,
        come=tuple(told[one.id] for one in come),
        gone=None if left is None else tuple(told[one.id] for one in left),
        evidence=len(now),
        verdict_then=verdict_then,
        verdict_now=None if counted is None else decide(counted).verdict,
    )


def read_since(since: str | int, known: Sequence[Published], newest: int) -> int:
    """The generation that a number or a date stands for, 0 before the first.

    Args:
        since: as in ``diff``.
        known: generations with their dates, ascending.
        newest: the generation that is open.

    Raises:
        QueryError: as in ``diff``.
    """
    text = str(since).strip()
    if _NUMBER.fullmatch(text):
        if int(text) > newest:
            raise QueryError(
                f"since is {text}, expected a generation up to {newest}, the one that is open, or"
                " a date such as 2026-01-31"
            )
        return int(text)
    when = _time(text)
    if when > datetime.now(UTC):
        raise QueryError(f"since is {text}, which is still to come")
    before = [one.generation for one in known if datetime.fromisoformat(one.created) < when]
    after = [one for one in known if one.generation not in before]
    last = before[-1] if before else 0
    following = after[0].generation if after else newest + 1
    if following - last > 1:
        dated = f", or a date after {after[0].created}" if after else ""
        raise QueryError(
            f"which of the generations {last} to {following - 1} there was at {text} is not known,"
            f" expected the number of a generation{dated}"
        )
    return last


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise QueryError(
            f"since is {text[:60]!r}, expected a date such as 2026-01-31 or the number of a"
            " generation"
        ) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _evidence(searcher: Searcher, asked: str, run: Run) -> tuple[list[Seen], list[Evidence] | None]:
    """What counts now; the second is None without a verdict."""
    counted = evidence_of(searcher, run, read_candidates(searcher, run))
    if counted is not None:
        return [_seen(one) for one in counted], counted
    listed = list_statements(searcher.generation, searcher.store, asked, run, SearchOptions())
    return [
        Seen(id=hit.statement.id, paper=hit.statement.paper.id, says=None) for hit in listed.hits
    ], None


def _seen(one: Evidence) -> Seen:
    return Seen(id=one.id, paper=one.paper, says=one.stance)


def _is_plain(searcher: Searcher, run: Run) -> bool:
    """Whether the words of the question alone choose, among all statements."""
    return run.filter is None and run.allowed == len(searcher.generation.statements.dense)


def _gone(searcher: Searcher, run: Run, since: int) -> list[Evidence]:
    """What spoke of the relation and left the corpus since a generation, clearest first."""
    if run.asked is None or run.asked.reader is None:
        return []
    found: list[Evidence] = []
    held = gone_since(searcher.store, since)
    sources = papers(searcher.store, sorted({one.paper for one in held}))
    for one in held:
        reading = run.asked.reader.read(plain_text(one.text, one.markers))
        read = ReadCandidate(-1, one.id, RELEVANCE, reading)
        if not read.has_voice:
            continue
        found.append(
            Evidence(
                id=one.id,
                stance=reading.stance,
                weight=read.weight,
                paper=one.paper,
                authors=keys_of(sources[one.paper].authors),
            )
        )
    found.sort(key=lambda one: (-one.weight, one.id))
    return found
