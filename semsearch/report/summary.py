"""A report in plain words, by rules: counts and quotes, each sentence with what it rests on.

No sentence says more than can be counted or read in the statements that it names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from semsearch.index.columns import Relationship
from semsearch.records import CitationType, Place, Section, SelfCertainty, Statement
from semsearch.report.about import About
from semsearch.report.themes import Theme
from semsearch.report.work import WorkView

_QUOTED = 320  # characters of a quote; longer ones are cut at a space, and the cut is shown
_SHOWN_THEMES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySentence:
    """A sentence and the ids of the statements it rests on.

    ``statements`` is empty only where the sentence says that there are none, or what the notices
    or the metadata of the work say.
    """

    text: str
    statements: tuple[str, ...]


def summarise(
    work: WorkView,
    statements: Sequence[About],
    themes: Sequence[Theme],
    read: Mapping[str, Statement],
    *,
    names: Mapping[str, str],
    retracted_sources: Mapping[str, int],
    without_retracted: bool,
) -> tuple[SummarySentence, ...]:
    """The report in plain words.

    Args:
        work: what the report is about.
        statements: all that are counted.
        themes: of these.
        read: the statements by id.
        names: paper id → short name of a source, such as "Smith et al. (2019)".
        retracted_sources: retracted source → how many of its statements are about the work.
        without_retracted: whether these are left out of ``statements``.
    """
    found = [*_standing(work), _extent(work, statements)]
    if statements:
        found += _types(statements)
        found += _where(statements)
        found += _when(statements)
        found += _own(statements)
        found += [_theme(theme, len(statements)) for theme in themes[:_SHOWN_THEMES]]
        found += _quotes(statements, read, names)
    if retracted_sources:
        found.append(_retracted(statements, retracted_sources, without_retracted))
    return tuple(found)


def shortened(text: str, most: int = _QUOTED) -> str:
    """A quote of at most ``most`` characters, cut at a space and marked with an ellipsis."""
    if len(text) <= most:
        return text
    cut = text[:most].rsplit(" ", 1)[0].rstrip(" ,;:")
    return f"{cut} …"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Such as "1 paper" and "1,204 papers"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def _standing(work: WorkView) -> list[SummarySentence]:
    if not work.notices:
        return []
    kinds = sorted({notice.kind.value for notice in work.notices})
    return [SummarySentence(text=f"Notices about this work: {', '.join(kinds)}.", statements=())]


def _extent(work: WorkView, statements: Sequence[About]) -> SummarySentence:
    if not statements:
        return SummarySentence(text="No statement of this index cites it.", statements=())
    papers = len({s.paper for s in statements})
    years = [s.year for s in statements if s.year is not None]
    when = ""
    if years:
        first, last = min(years), max(years)
        when = f", all of {first}" if first == last else f", from {first} to {last}"
    verb = "cites" if len(statements) == 1 else "cite"
    return SummarySentence(
        text=f"{counted(len(statements), 'statement')} in {counted(papers, 'paper')} of this index"
        f" {verb} it{when}.",
        statements=_ids(statements),
    )


def _types(statements: Sequence[About]) -> list[SummarySentence]:
    said = {
        CitationType.SUPPORTING: ("supports it", "support it"),
        CitationType.CONTRASTING: ("contrasts with it", "contrast with it"),
        CitationType.MENTIONING: ("only mentions it", "only mention it"),
        CitationType.UNCLASSIFIED: ("is of no decided type", "are of no decided type"),
    }
    total = len(statements)
    if all(s.citation.type is CitationType.UNCLASSIFIED for s in statements):
        text = "None of them has a decided citation type."
        return [SummarySentence(text=text, statements=_ids(statements))]
    found = []
    for kind, (one, many) in said.items():
        group = [s for s in statements if s.citation.type is kind]
        if group:
            papers = counted(len({s.paper for s in group}), "paper")
            text = f"{len(group):,} of {total:,} {one if len(group) == 1 else many}, in {papers}."
            found.append(SummarySentence(text=text, statements=_ids(group)))
    return found


def _where(statements: Sequence[About]) -> list[SummarySentence]:
    groups: dict[str, list[About]] = {}
    for statement in statements:
        groups.setdefault(statement.section, []).append(statement)
    most = max(len(group) for group in groups.values())
    first = [section for section in Section if len(groups.get(section, ())) == most]
    total = len(statements)
    if len(first) > 1 or most * 3 < total:
        return []
    place = "under other headings" if first[0] is Section.OTHER else f"in the {first[0]}"
    stand = "stands" if most == 1 else "stand"
    more = "" if most == total else ", more than in any other section"
    text = f"{most:,} of {total:,} {stand} {place}{more}."
    return [SummarySentence(text=text, statements=_ids(groups[first[0]]))]


def _when(statements: Sequence[About]) -> list[SummarySentence]:
    papers: dict[int, set[str]] = {}
    for statement in statements:
        if statement.year is not None:
            papers.setdefault(statement.year, set()).add(statement.paper)
    if len(papers) < 3:
        return []
    peak = min(papers, key=lambda year: (-len(papers[year]), -year))
    if len(papers[peak]) < 3:
        return []
    tied = [year for year in papers if len(papers[year]) == len(papers[peak])]
    if len(tied) > 1:
        return []
    group = [s for s in statements if s.year == peak]
    text = f"More papers cite it in {peak} than in any other year: {len(papers[peak]):,}."
    return [SummarySentence(text=text, statements=_ids(group))]


def _own(statements: Sequence[About]) -> list[SummarySentence]:
    group = [s for s in statements if s.relationship is Relationship.SELF]
    if not group:
        return []
    who = "comes from a paper that shares" if len(group) == 1 else "come from papers that share"
    text = f"{len(group):,} of {len(statements):,} {who} the name of an author with it"
    unsure = [s for s in group if s.citation.self_certainty is SelfCertainty.AMBIGUOUS]
    if unsure:
        number = "all" if len(unsure) == len(group) else f"{len(unsure):,}"
        text += f", {number} by a name that several people have"
    return [SummarySentence(text=f"{text}.", statements=_ids(group))]


def _theme(theme: Theme, total: int) -> SummarySentence:
    share = f"{len(theme.statements):,} of {total:,} statements"
    named = f" ({', '.join(theme.terms)})" if theme.terms else ""
    return SummarySentence(
        text=f"Theme {theme.number}{named}, {share}; the most typical: “{shortened(theme.text)}”",
        statements=(
            theme.representative,
            *(one for one in theme.statements if one != theme.representative),
        ),
    )


def _quotes(
    statements: Sequence[About], read: Mapping[str, Statement], names: Mapping[str, str]
) -> list[SummarySentence]:
    found = []
    for kind, lead in (
        (CitationType.SUPPORTING, "Support"),
        (CitationType.CONTRASTING, "Contrast"),
    ):
        group = [
            s for s in statements if s.citation.type is kind and read[s.id].place is not Place.TABLE
        ]
        if group:
            best = min(group, key=lambda s: (-(s.citation.confidence or 0.0), s.id))
            quote = shortened(read[best.id].text)
            text = f"{lead}, in the words of {names[best.paper]}: “{quote}”"
            found.append(SummarySentence(text=text, statements=(best.id,)))
    return found


def _retracted(
    statements: Sequence[About], retracted: Mapping[str, int], without: bool
) -> SummarySentence:
    number = sum(retracted.values())
    papers = "a retracted paper" if len(retracted) == 1 else f"{len(retracted):,} retracted papers"
    fate = "left out" if without else "counted"
    are = "is" if number == 1 else "are"
    return SummarySentence(
        text=f"{counted(number, 'statement')} of {papers} {are} {fate}.",
        statements=_ids([s for s in statements if s.paper in retracted]),
    )


def _ids(statements: Sequence[About]) -> tuple[str, ...]:
    return tuple(s.id for s in statements)
