"""What to cite at a place of a text: works, each with the statements in which others cite it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from semsearch.errors import QueryError
from semsearch.rank.options import one_of
from semsearch.recommend.candidates import citing_rows, title_words
from semsearch.recommend.place import find_place
from semsearch.recommend.ranking import RankedWorks, rank_works
from semsearch.recommend.titles import titles_of
from semsearch.records import Author, NoticeKind, Section
from semsearch.retrieve.generation import ids_of
from semsearch.retrieve.hits import StatementView
from semsearch.retrieve.query import check_limit, check_text, refuse_control_characters
from semsearch.retrieve.views import view_statements
from semsearch.search import Searcher
from semsearch.store.names import work_ids
from semsearch.store.notices import notices_about
from semsearch.store.resolving import Work
from semsearch.store.works import works

#: Statements that are shown for a work.
SHOWN: Final = 3
#: Most works that a text may be said to cite.
MOST_CITES: Final = 500
#: Likeness (0–100) from which on two titles are one; a subtitle or a misprint stays above it.
_SAME_TITLE: Final = 92.0
_VOID: Final = frozenset({NoticeKind.RETRACTION, NoticeKind.WITHDRAWAL})
_YEARS: Final = range(1000, 3000)


class Why(StrEnum):
    """Why a work that fits is not recommended."""

    CITED = "cited"  # the text cites it already
    LATER = "later"  # it is of a later year than the text
    RETRACTED = "retracted"
    SAME_TITLE = "same_title"  # a work of the same title comes before it


@dataclass(frozen=True, slots=True, kw_only=True)
class CiteOptions:
    """How works are recommended.

    ``limit``: most works, None for the setting ``limit``. ``cites``: what the text cites already,
    by DOI, another identifier, or title. ``section``: that the place stands in. ``year``: of the
    text; later works are left out.
    """

    limit: int | None = None
    cites: tuple[str, ...] = ()
    section: Section | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownWork:
    """A work as it is named in lists."""

    id: str
    doi: str | None
    pmid: str | None
    title: str | None
    authors: tuple[Author, ...]
    year: int | None
    journal: str | None
    in_corpus: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CitingStatement:
    """A statement that cites a work; ``like`` is its cosine to the sentence, −1 to 1."""

    like: float
    statement: StatementView


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """A work that may be cited at the place.

    ``score``: how likely it is cited there, 0–1. ``papers``, ``statements``: of the corpus that
    cite it. ``reasons``: features by name, as in ``cite/features.py``. ``examples``: the statements
    that cite it which are most like the sentence, of different papers where there are.
    """

    rank: int  # from 1
    score: float
    work: KnownWork
    papers: int
    statements: int
    reasons: dict[str, float]
    examples: tuple[CitingStatement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A work that ranked among those given and is not recommended."""

    work: KnownWork
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class CiteResult:
    """What to cite at a place of a text.

    ``sentence``, ``context`` and ``clause`` are what was compared. ``cites``: works that the text
    cites already, as far as the corpus knows them; ``unknown``: what was named and is not known.
    """

    query: str
    sentence: str
    context: str
    clause: str
    cites: tuple[KnownWork, ...]
    unknown: tuple[str, ...]
    works: tuple[Recommendation, ...]
    left_out: tuple[LeftOut, ...]


def read_cite_options(
    *,
    limit: int | None = None,
    cites: Sequence[str] = (),
    section: str | None = None,
    year: int | None = None,
) -> CiteOptions:
    """Options from the words of a command or a request.

    Raises:
        QueryError: there is no such section, the year has not four digits, too many works are
            named or an empty one, or the limit is out of its range.
    """
    check_limit(limit)
    if year is not None and year not in _YEARS:
        raise QueryError(f"the year is {year}, expected four digits")
    named = tuple(dict.fromkeys(name.strip() for name in cites))
    if len(named) > MOST_CITES:
        raise QueryError(f"{len(named):,} works are named as cited, expected {MOST_CITES} at most")
    for name in named:
        check_text(name, name="name of a cited work")
    return CiteOptions(
        limit=limit,
        cites=named,
        section=None if section is None else one_of(Section, "section", section),
        year=year,
    )


def cite(searcher: Searcher, text: str, options: CiteOptions | None = None) -> CiteResult:
    """Works to cite at the place that ``[CIT]`` marks in a text, best first.

    Without a mark the whole text is the place. What the text cites already is left out: works of
    the options, DOIs in the text, and works whose first author and year stand in it.

    Args:
        searcher: the index.
        text: a sentence or a paragraph.
        options: how to recommend.

    Raises:
        QueryError: the text is empty, too long, or marks more than one place; a wrong limit.
    """
    how = options or CiteOptions()
    asked = check_text(text, name="text")
    refuse_control_characters(asked, "text")
    place = find_place(asked)
    limit = check_limit(how.limit)
    columns = searcher.generation.statements.columns
    named = (*how.cites, *place.dois)
    found = _named_works(searcher, named)
    codes = [columns.targets.code(one) for one in dict.fromkeys(found.values())]
    known = np.array(sorted(code for code in codes if code is not None), dtype=np.int64)
    ranked = rank_works(searcher, place, known=known, section=how.section)
    identities = [bytes(one).decode() for one in columns.targets.values[ranked.codes]]
    held = works(searcher.store, [*identities, *found.values()])
    void = _retracted(searcher, identities)
    chosen: list[int] = []
    titles: set[str] = set()
    left_out: list[LeftOut] = []
    for number, identity in enumerate(identities):
        if len(chosen) == limit:
            break
        work = held[identity]
        title = (work.title or identity).casefold().rstrip(".")
        why = _why_not(work, asked, how.year, identity in void)
        if why is None and title in titles:
            why = Why.SAME_TITLE
        if why is None:
            chosen.append(number)
            titles.add(title)
        elif len(left_out) < limit:
            left_out.append(LeftOut(work=known_work(work), why=why))
    return CiteResult(
        query=asked,
        sentence=place.sentence,
        context=place.context,
        clause=place.clause,
        cites=tuple(known_work(held[one]) for one in dict.fromkeys(found.values()) if one in held),
        unknown=tuple(name for name in dict.fromkeys(named) if name not in found),
        works=tuple(
            _recommendation(
                searcher, ranked, number, held[identities[number]], rank=rank, examples=examples
            )
            for rank, (number, examples) in enumerate(
                zip(chosen, _examples(searcher, ranked, chosen), strict=True), start=1
            )
        ),
        left_out=tuple(left_out),
    )


def _named_works(searcher: Searcher, names: Sequence[str]) -> dict[str, str]:
    """Name → id of the work, by identifier or by title; unknown names are left out."""
    found: dict[str, str] = {}
    for name, identity in work_ids(searcher.store, names).items():
        known = identity or work_titled(searcher, name)
        if known is not None:
            found[name] = known
    return {name: found[name] for name in names if name in found}


def work_titled(searcher: Searcher, title: str) -> str | None:
    """The id of the cited work whose title is nearly this one."""
    titles = titles_of(searcher)
    words = title_words(titles.words, title)
    for code in titles.words.search(words.query, 5).rows.tolist():
        if fuzz.ratio(title.casefold(), titles.texts[code].casefold()) >= _SAME_TITLE:
            return bytes(searcher.generation.statements.columns.targets.values[code]).decode()
    return None


def _why_not(work: Work, text: str, year: int | None, void: bool) -> Why | None:
    if _names(text, work):
        return Why.CITED
    if year is not None and work.year is not None and work.year > year:
        return Why.LATER
    return Why.RETRACTED if void else None


def _names(text: str, work: Work) -> bool:
    """Whether a text names a work by its first author and year: "Kalluri and Weinberg (2009)"."""
    if not work.authors or work.year is None:
        return False
    family = re.escape(work.authors[0].family)
    named = rf"\b{family}\b[^.;]{{0,40}}(?:\bet al\.)?[^.;]{{0,10}}\b{work.year}"
    return re.search(named, text) is not None


def _retracted(searcher: Searcher, ids: Sequence[str]) -> frozenset[str]:
    about = notices_about(searcher.store, ids)
    return frozenset(
        one
        for one, notices in about.items()
        if any(notice.kind in _VOID and not notice.issued for notice in notices)
    )


def _examples(
    searcher: Searcher, ranked: RankedWorks, chosen: Sequence[int]
) -> list[tuple[CitingStatement, ...]]:
    """The statements to show for each chosen work; all are read at once."""
    dense = searcher.generation.statements.dense
    columns = searcher.generation.statements.columns
    picked: list[list[tuple[int, float]]] = []
    for number in chosen:
        rows = citing_rows(columns, int(ranked.codes[number]), None).astype(np.int64)
        like = dense.scores(ranked.sentence, rows).astype(np.float64)
        order = np.lexsort((rows, -like))
        picked.append(_of_different_papers(rows[order], like[order], columns.paper))
    rows = np.unique(np.array([row for own in picked for row, _ in own], dtype=np.int64))
    views = dict(
        zip(rows.tolist(), view_statements(searcher.store, ids_of(dense, rows)), strict=True)
    )
    return [
        tuple(CitingStatement(like=round(like, 6), statement=views[row]) for row, like in own)
        for own in picked
    ]


def _of_different_papers(
    rows: NDArray[np.int64], like: NDArray[np.float64], paper: NDArray[np.int32]
) -> list[tuple[int, float]]:
    """``SHOWN`` statements at most, one of each paper before a second one of any."""
    seen: set[int] = set()
    first: list[tuple[int, float]] = []
    more: list[tuple[int, float]] = []
    for row, value in zip(rows.tolist(), like.tolist(), strict=True):
        source = int(paper[row])
        (more if source in seen else first).append((row, value))
        seen.add(source)
    return [*first, *more][:SHOWN]


def _recommendation(
    searcher: Searcher,
    ranked: RankedWorks,
    number: int,
    work: Work,
    *,
    rank: int,
    examples: tuple[CitingStatement, ...],
) -> Recommendation:
    columns = searcher.generation.statements.columns
    rows = citing_rows(columns, int(ranked.codes[number]), None)
    features = sorted(ranked.features.items())
    return Recommendation(
        rank=rank,
        score=float(ranked.scores[number]),
        work=known_work(work),
        papers=len(np.unique(columns.paper[rows])),
        statements=len(rows),
        reasons={name: round(float(values[number]), 4) for name, values in features},
        examples=examples,
    )


def known_work(work: Work) -> KnownWork:
    """A work as lists name it."""
    return KnownWork(
        id=work.id,
        doi=work.doi,
        pmid=work.pmid,
        title=work.title,
        authors=work.authors,
        year=work.year,
        journal=work.journal,
        in_corpus=work.in_corpus,
    )
