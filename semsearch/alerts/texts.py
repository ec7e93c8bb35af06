"""News in plain words: for a terminal, a mail, and the entries of feeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from semsearch.alerts.news import Changes, ToldNotice, ToldStatement, VerdictChange
from semsearch.export.cleaning import clean_text
from semsearch.report.paper import short_authors


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is told: a sentence, and the statement that it is about."""

    text: str
    statement: ToldStatement | None = None


def headline(changes: Changes) -> str:
    """What is new, in a few words, the weightiest first."""
    parts = []
    if changes.verdict is not None:
        before, after = _verdicts(changes.verdict)
        parts.append(f"verdict now {after} (was {before})")
    if changes.notices:
        parts.append(_counted(len(changes.notices), "notice"))
    if changes.first_against is not None:
        parts.append("the first statement against")
    for count, what in (
        (len(changes.new), "new statement"),
        (len(changes.reread), "statement read otherwise"),
        (len(changes.gone), "statement gone"),
        (len(changes.returned), "statement back"),
    ):
        if count:
            parts.append(_counted(count, what))
    return ", ".join(parts)


def lines(changes: Changes) -> Iterator[Line]:
    """Everything that is new, the weightiest first; no control characters."""
    if changes.verdict is not None:
        before, after = _verdicts(changes.verdict)
        yield Line(f"The verdict was {before} and is now {after}.")
    for notice in changes.notices:
        yield Line(_notice(notice))
    new = sorted(changes.new, key=lambda one: (one.id != changes.first_against, one.id))
    for one in new:
        first = "The first against" if one.id == changes.first_against else "New"
        yield Line(f"{first}{_says(one.says)}: {quoted(one)}", one)
    for reread in changes.reread:
        one = reread.statement
        first = "The first against: read" if one.id == changes.first_against else "Read"
        yield Line(
            f"{first} otherwise, {_word(reread.before)} before, {_word(one.says)} now:"
            f" {quoted(one)}",
            one,
        )
    yield from _plain("Gone", changes.gone)
    yield from _plain("Back", changes.returned)


def quoted(one: ToldStatement) -> str:
    """A statement with its source."""
    text = "its text is not kept" if one.text is None else f"“{clean_text(one.text)}”"
    parts = [
        short_authors(one.authors),
        f"({one.year or 'no year'})",
        one.title or "without title",
        one.journal,
        one.paper,
    ]
    return f"{text} — {clean_text(' '.join(part for part in parts if part))}"


def _plain(word: str, statements: Iterable[ToldStatement]) -> Iterator[Line]:
    for one in statements:
        yield Line(f"{word}{_says(one.says)}: {quoted(one)}", one)


def _notice(notice: ToldNotice) -> str:
    title = clean_text(notice.title or "without title")
    other = "" if notice.other is None else f", see {clean_text(notice.other)}"
    return f"Notice of {notice.kind}: {title}, {clean_text(notice.paper)}{other}."


def _verdicts(change: VerdictChange) -> tuple[str, str]:
    return change.before or "none", change.after or "none"


def _says(says: str | None) -> str:
    return "" if says is None else f" ({_word(says)})"


def _word(says: str | None) -> str:
    return "unread" if says is None else says.replace("_", " ")


def _counted(count: int, what: str) -> str:
    """Such as "2 new statements": the noun is made plural, not what follows it."""
    if count == 1:
        return f"1 {what}"
    noun = "statement" if "statement" in what else what
    return f"{count:,} {what.replace(noun, noun + 's')}"
