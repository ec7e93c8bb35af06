"""Plain text: paragraphs between empty lines, and the reference list at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from semsearch.claims.draft import Block, Draft, DraftFormat
from semsearch.claims.markers import mark
from semsearch.claims.printed_list import ends_list, is_list_title, part_entries, printed_entry
from semsearch.report.listed import Entry


def read_plain(text: str, *, most: int = 0) -> Draft:
    """A draft of plain text.

    Args:
        text: with ends of lines of Unix.
        most: entries of the bibliographies beside the draft.
    """
    lines = list(enumerate(text.split("\n"), start=1))
    body, listed = part_list(lines)
    entries = listed_entries(listed)
    blocks, notes = mark(paragraphs(body), max(most, len(entries)))
    return Draft(format=DraftFormat.TEXT, blocks=tuple(blocks), entries=entries, notes=notes)


def part_list(
    lines: Sequence[tuple[int, str]],
) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The lines of a draft without its reference list, and those of the list.

    The list starts behind the last line that is its title, and ends where another title follows.
    """
    starts = [place for place, (_, text) in enumerate(lines) if is_list_title(text)]
    if not starts:
        return list(lines), []
    first = starts[-1] + 1
    rest = lines[first:]
    last = first + next(
        (place for place, (_, text) in enumerate(rest) if ends_list(text)), len(rest)
    )
    return [*lines[: first - 1], *lines[last:]], list(lines[first:last])


def listed_entries(lines: Iterable[tuple[int, str]]) -> tuple[Entry, ...]:
    """The entries of a printed list, by the number that is printed before each where it has one.

    Numbers lead to entries by their place: a gap in them, or another order, leaves what is missing
    as entries that name nothing.
    """
    found = part_entries(lines)
    labels = [one.label for one in found]
    if not found or None in labels or len(set(labels)) < len(labels):
        return tuple(printed_entry(one) for one in found)
    by_label = {one.label: one for one in found if one.label is not None}
    most = max(by_label)
    if most > 2 * len(found) + 10 or min(by_label) < 1:  # the numbers are none of a list
        return tuple(printed_entry(one) for one in found)
    missing = Entry(line=0, key=None, names=(), title=None, year=None)
    return tuple(
        printed_entry(by_label[number]) if number in by_label else missing
        for number in range(1, most + 1)
    )


def paragraphs(lines: Iterable[tuple[int, str]]) -> list[Block]:
    """The blocks between empty lines."""
    found: list[Block] = []
    held: list[tuple[int, str]] = []
    for number, text in [*lines, (0, "")]:
        shown = " ".join(text.split())
        if shown:
            held.append((number, shown))
        elif held:
            found.append(joined(held))
            held = []
    return found


def joined(lines: Sequence[tuple[int, str]]) -> Block:
    """A block of lines that are not empty."""
    starts: list[tuple[int, int]] = []
    at = 0
    for number, text in lines:
        starts.append((at, number))
        at += len(text) + 1
    return Block(" ".join(text for _, text in lines), tuple(starts))
