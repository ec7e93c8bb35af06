"""Markdown (CommonMark): each statement as a quote, under it the reference and what it cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from semsearch.answer.verdict import Verdict
from semsearch.export.bibliography import RETRACTED, place, said_to_question, tallied
from semsearch.export.exported import ExportedStatement, ExportHead, ResultKind
from semsearch.export.identifiers import work_iri
from semsearch.export.tex import one_line
from semsearch.records import Author
from semsearch.retrieve.hits import CitedWork

# What begins markup anywhere in a line, HTML and entities among it.
_MARKUP = re.compile(r"[\\`*_{}\[\]<>&#|~!$]")
# What begins a list, a heading or a rule at the start of a line.
_AT_START = re.compile(r"^(\d{1,9})([.)])|^([-+=])")
_TITLES = {
    ResultKind.SEARCH: "Statements for",
    ResultKind.ANSWER: "Statements that speak to",
    ResultKind.SIMILAR: "Statements similar to",
    ResultKind.REPORT: "Statements about",
}
_MOST_AUTHORS = 6


def write_markdown(head: ExportHead, statements: Iterable[ExportedStatement]) -> Iterator[bytes]:
    """The head, then the statements."""
    yield "\n\n".join([*_head(head), ""]).encode()
    for one in statements:
        yield "\n\n".join(["---", *_statement(one), ""]).encode()


def plain(text: str) -> str:
    """Text that Markdown shows as it stands, on one line of its own."""
    escaped = _MARKUP.sub(r"\\\g<0>", one_line(text))
    return _AT_START.sub(
        lambda found: f"\\{found[3]}" if found[3] else f"{found[1]}\\{found[2]}", escaped
    )


def _head(head: ExportHead) -> Iterator[str]:
    work = head.work
    title = head.asked if work is None else work.title or work.id
    yield f"# {_TITLES[head.result]}: {plain(title)}"
    if work is not None:
        if work.retracted:
            yield f"**{RETRACTED}**"
        yield _reference(work.authors, work.year, work.title, work.journal, work_iri(work.id))
    if head.tally is not None:
        yield f"{tallied(head.tally)}."
    if head.verdict is not None:
        yield _verdict(head.verdict)
    if head.query is not None:
        yield f"That fit: {plain(head.query)}"
    if head.filter is not None:
        yield f"Only where {plain(head.filter)}"
    if head.empty_because is not None:
        yield f"Nothing: {plain(head.empty_because)}"
    count = f"{head.statements:,} statement{'' if head.statements == 1 else 's'}"
    yield f"{count}, exported by semsearch {head.version} from the index `{head.index}`."


def _verdict(verdict: Verdict) -> str:
    line = f"**Verdict: {verdict.verdict}**"
    if verdict.share is None or verdict.low is None or verdict.high is None:
        return f"{line} (no statement speaks of this relation)"
    counts = verdict.counts
    sides = {
        "in support": counts.supports,
        "in support with reserve": counts.hedged_supports,
        "against": counts.opposes,
        "of an effect without its direction": counts.neutral,
        "in the opposite direction": counts.reversed,
    }
    told = "; ".join(
        f"{name} {count.statements:,} (papers {count.papers:,}, independent groups"
        f" {count.author_groups:,})"
        for name, count in sides.items()
        if count.statements
    )
    return (
        f"{line} (support {verdict.share:.0%} of the weight, 95 % interval {verdict.low:.0%} to"
        f" {verdict.high:.0%}). Statements {told}."
    )


def _statement(one: ExportedStatement) -> Iterator[str]:
    held, paper = one.statement, one.statement.paper
    yield f"> {plain(held.text)}"
    mark = f"**{RETRACTED}** " if paper.retracted else ""
    yield mark + _reference(paper.authors, paper.year, paper.title, paper.journal, one.source)
    facts = [plain(place(one))]
    if (stance := said_to_question(one)) is not None:
        facts.append(plain(stance))
    if one.about is not None:
        sure = "" if one.about.confidence is None else f" {one.about.confidence:.2f}"
        facts.append(f"this work: {one.about.type}{sure}")
    if one.license:
        facts.append(f"licence {plain(one.license)}")
    facts.append(f"[statement {held.id}](<{one.link}>)")
    yield " · ".join(facts)
    if held.cites:
        yield "\n".join(_cited(work, held.text, one) for work in held.cites)


def _cited(work: CitedWork, text: str, one: ExportedStatement) -> str:
    marker = next((m for m in one.statement.markers if work.key in m.references), None)
    printed = "" if marker is None else f"\\[{plain(text[marker.start : marker.end])}\\] "
    sure = "" if work.confidence is None else f" {work.confidence:.2f}"
    own = ", self-citation" if work.self_citation else ""
    void = f"**{RETRACTED}** " if work.paper in one.retracted_works else ""
    iri = work_iri(work.paper) if work.paper else None
    reference = _reference(work.authors, work.year, work.title or work.raw, None, iri)
    return f"- cites {printed}{void}{reference} — {work.type}{sure}{own}"


def _reference(
    authors: Sequence[Author],
    year: int | None,
    title: str | None,
    journal: str | None,
    iri: str | None,
) -> str:
    names = [f"{a.family}, {a.given}" if a.given else a.family for a in authors[:_MOST_AUTHORS]]
    who = "; ".join(names) + (" et al." if len(authors) > _MOST_AUTHORS else "")
    parts = [
        " ".join(part for part in (plain(who), f"({year})" if year else "") if part),
        plain(title or "without title"),
        f"*{plain(journal)}*" if journal and one_line(journal) else "",
    ]
    line = " ".join(
        part if part.endswith((".", "?", "!")) else f"{part}." for part in parts if part
    )
    return f"{line} <{iri}>" if iri else line
