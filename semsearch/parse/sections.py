"""The canonical section of a printed heading.

The rule, in full: numbering, case and closing punctuation are taken off the heading; it is cut at
"and", "&", commas, slashes, colons and dashes; the first part that is a name in the table below
decides. So "2. MATERIALS AND METHODS" is methods, and "Results and Discussion" is **results**:
combined sections go by the one they name first. A heading without such a name says nothing; then
the ``sec-type`` of its section decides, else the heading around it, and so on upwards. What no
heading decides is ``other``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from semsearch.records import Section

_NAMES: dict[Section, str] = {
    Section.INTRODUCTION: """
        intro; introduction; introductory remarks; general introduction; background; objective;
        objectives; aim; aims; rationale; literature review; review of literature;
        review of the literature; related work; related works; theoretical background;
        theoretical framework; state of the art; overview; hypothesis; hypotheses; motivation;
        purpose; aim of the study; aims of the study; context
    """,
    Section.METHODS: """
        method; methods; methodology; methodologies; materials; material; materials|methods;
        materiel; experimental; experimental section; experimental sections;
        experimental procedure; experimental procedures; experimental design;
        experimental methods; experiment; experiments; study design; procedure; procedures;
        star methods; online methods; data analysis;
        statistical analysis; statistical analyses; statistics; data collection; study population;
        methods section; material methods; materials methods; protocol; study protocol;
        data sources; empirical strategy; research design; simulation setup; model description
    """,
    Section.RESULTS: """
        result; results; finding; findings; main results; experimental results;
        results section; key findings; main findings; case presentation;
        case description; case report; case reports
    """,
    Section.DISCUSSION: """
        discussion; discussions; general discussion; comment; comments; interpretation;
        limitations; strengths; strengths limitations; limitations of the study; study limitations;
        implications; summary of findings
    """,
    Section.CONCLUSION: """
        conclusion; conclusions; concluding remark; concluding remarks; concluding;
        conclusive remarks; closing remarks; final remarks; summary; future prospects;
        future perspectives; future directions; perspectives; outlook; perspective;
        take home message
    """,
}
_SECTION_OF = {
    " ".join(name.split()): section
    for section, names in _NAMES.items()
    for name in names.split(";")
    if name.strip()
}
_NUMBERING = re.compile(
    r"^(?:(?:section|chapter|part)\s+)?"
    r"(?:\(?(?:\d+(?:\.\d+)*|[ivxlc]+|[a-z])\s*[.):]+\s*|\d+(?:\.\d+)*\s+|[ivx]+\s+(?=\w))",
    re.IGNORECASE,
)
_CUTS = re.compile(r"\s+and\s+|\s*[&,/:;|+]\s*|\s+[–—-]\s+|\.\s+")


def section_of_heading(heading: str | None) -> Section | None:
    """The section that one printed heading or ``sec-type`` names, or None when it names none."""
    if not heading:
        return None
    bare = " ".join(heading.casefold().replace("-", " ").split())
    bare = _NUMBERING.sub("", bare, count=1).strip(" .:;–—")
    whole = _SECTION_OF.get(bare)
    if whole is not None:
        return whole
    for part in _CUTS.split(bare):
        section = _SECTION_OF.get(part.strip(" .:;–—()"))
        if section is not None:
            return section
    return None


def canonical_section(levels: Iterable[tuple[str | None, str | None]]) -> Section:
    """The section of a place from its (heading, sec-type) pairs, the nearest level first."""
    for heading, sec_type in levels:
        section = section_of_heading(heading) or section_of_heading(sec_type)
        if section is not None:
            return section
    return Section.OTHER
