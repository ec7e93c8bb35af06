"""Citations with their markers taken out: the questions of local citation recommendation.

A question is a place of a statement: markers that stand side by side or in one bracket. What the
statement says without any marker is asked, with the sentences beside it, from which markers are
taken out as well; the works cited at the place are to be found. Works that the statement cites at
other places are no candidates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.recipe import plain_text
from semsearch.evaluate.splits import digest_order
from semsearch.recommend.place import Place as CitePlace
from semsearch.recommend.place import leading_clause
from semsearch.records import Marker, Place, Section, Statement
from semsearch.retrieve.generation import ids_of
from semsearch.search import Searcher
from semsearch.store.reading import citations, statements, statements_of

_LOT = 256  # statements read at once
# What may stand between two markers that are one place.
_BETWEEN = re.compile(r"(?:[\s,;&–—−/()\[\]‐-]|\band\b)*")


@dataclass(frozen=True, slots=True)
class Masked:
    """A masked citation.

    ``id``: of the statement and the place in it. ``paper``: number of the source paper in the
    columns. ``wanted``: (w,) codes of the works that are cited at the place, among the candidates.
    ``beside``: (b,) codes of what the statement cites at other places. ``elsewhere``: (e,) codes
    of what the paper cites in other statements, without ``wanted``.
    """

    id: str
    paper: int
    place: CitePlace
    section: Section
    wanted: NDArray[np.int64]
    beside: NDArray[np.int64]
    elsewhere: NDArray[np.int64]


def masked_citations(
    searcher: Searcher, papers: NDArray[np.bool_], candidates: NDArray[np.bool_]
) -> Iterator[Masked]:
    """The masked citations of running text, in an order that has nothing to do with them.

    Args:
        searcher: the index.
        papers: (p,) source papers to take them from.
        candidates: (t,) works that may be wanted.
    """
    texts = searcher.generation.statements
    columns = texts.columns
    cites = np.add.reduceat(
        np.append(candidates[columns.targets.codes], False).astype(np.int64),
        columns.targets.offsets[:-1],
    ) * (np.diff(columns.targets.offsets) > 0)
    rows = np.flatnonzero((cites > 0) & papers[columns.paper])
    ids = ids_of(texts.dense, rows)
    order = sorted(range(len(ids)), key=lambda place: digest_order(ids[place]))
    for start in range(0, len(order), _LOT):
        lot = [ids[place] for place in order[start : start + _LOT]]
        held = statements(searcher.store, lot)
        cited = citations(searcher.store, lot)
        for one in lot:
            if held[one].place is not Place.PARAGRAPH:
                continue
            by_marker: dict[int, set[int]] = {}
            for citation in cited.get(one, ()):
                code = columns.targets.code(citation.target) if citation.target else None
                if code is not None:
                    by_marker.setdefault(citation.marker, set()).add(code)
            yield from _of_statement(searcher, held[one], by_marker, candidates)


def marker_groups(text: str, markers: Sequence[Marker]) -> list[list[int]]:
    """The markers of a statement by place: side by side, or in one bracket."""
    groups: list[list[int]] = []
    for number, marker in enumerate(markers):
        if groups:
            end = markers[groups[-1][-1]].end
            gap = text[end : marker.start]
            before = text[:end]
            inside = before.count("(") + before.count("[") > before.count(")") + before.count("]")
            if _BETWEEN.fullmatch(gap) or (inside and not re.search(r"[)\]]", gap)):
                groups[-1].append(number)
                continue
        groups.append([number])
    return groups


def _of_statement(
    searcher: Searcher,
    statement: Statement,
    by_marker: dict[int, set[int]],
    candidates: NDArray[np.bool_],
) -> Iterator[Masked]:
    columns = searcher.generation.statements.columns
    paper = int(columns.paper_numbers([statement.paper])[0])
    all_cited = set().union(*by_marker.values()) if by_marker else set()
    groups = marker_groups(statement.text, statement.markers)
    around = _neighbours(searcher, statement)
    for number, group in enumerate(groups):
        here = set().union(*(by_marker.get(marker, set()) for marker in group))
        wanted = sorted(code for code in here if candidates[code])
        if not wanted:
            continue
        rows = columns.rows_of.of([paper])
        cited = np.unique(columns.targets.taken(rows).codes)
        yield Masked(
            id=f"{statement.id}-{number}",
            paper=paper,
            place=_place(statement, groups, number, around),
            section=statement.section,
            wanted=np.array(wanted, dtype=np.int64),
            beside=np.array(sorted(all_cited - here), dtype=np.int64),
            elsewhere=np.setdiff1d(cited, sorted(all_cited)).astype(np.int64),
        )


def _place(
    statement: Statement, groups: list[list[int]], number: int, around: tuple[str, str]
) -> CitePlace:
    markers = statement.markers
    start = markers[groups[number][0]].start
    first = markers[groups[number - 1][-1]].end if number else 0
    sentence = plain_text(statement.text, markers)
    before, after = around
    context = " ".join(one for one in (before, sentence, after) if one)
    # Names that belong to the markers stay in what stands before the first of them.
    lead = re.split(r"[(\[][^()\[\]]*$", statement.text[first:start])[0]
    return CitePlace(sentence, context, leading_clause(lead) or sentence, ())


def _neighbours(searcher: Searcher, statement: Statement) -> tuple[str, str]:
    """The sentences before and after, without the markers that are known of them."""
    plain = {
        one.text: plain_text(one.text, one.markers)
        for one in statements_of(searcher.store, statement.paper)
        if abs(one.ordinal - statement.ordinal) == 1
    }
    before, after = statement.before or "", statement.after or ""
    return plain.get(before, before), plain.get(after, after)
