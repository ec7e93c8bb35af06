"""Markers of a plain text: where its in-text references are printed, without a reference list.

For texts that come without markers, as evaluation sets do. What is found has no references.
"""

from __future__ import annotations

import re

from semsearch.records import Marker

_NUMBERS = r"\d{1,3}(?:\s?[,;–—−‐-]\s?\d{1,3})*"
_PRINTED = re.compile(
    rf"""
    \[\s*(?:refs?\.?\s*)?{_NUMBERS}[a-z]?\s*\]                      # [3], [4–7, 9]
  | \(\s*(?:refs?\.?\s*)?{_NUMBERS}\s*\)                            # (3), (4–7, 9)
  | \((?=[^()]*\b(?:1[89]|20)\d\d[a-z]?\b)(?=[^()]*[^\W\d_]{{2}})[^()]*[^\W\d_][^()]*\)  # (Ng 2004)
  | \(\s*(?:1[89]|20)\d\d[a-z]?(?:\s?[,;]\s?(?:1[89]|20)\d\d[a-z]?)*\s*\)  # (2004, 2007)
  | \[(?=[^\[\]]*\b(?:1[89]|20)\d\d)[^\[\]]*\]                      # [Ng 2004]
  | [⁰¹²³⁴⁵⁶⁷⁸⁹]+(?:[,⁻–‐-]+[⁰¹²³⁴⁵⁶⁷⁸⁹]+)*                         # ³,⁴
  | (?:(?<=[a-z]{{4}})|(?<=[a-z]{{2}}[.,;:)\]”"])|(?<=al\.))\d{{1,3}}(?:[,–−‐-]\s?\d{{1,3}})*
    (?=[\s.,;:)\]]|$)                                               # rice12,13 and 14 after a stop
    """,
    re.VERBOSE,
)
_NOT_A_WORK = re.compile(
    r"[=%<>±≤≥°]|\b(?:table|fig|figure|p|n|vol|suppl\w*|version)\b", re.IGNORECASE
)


def printed_markers(text: str) -> tuple[Marker, ...]:
    """The markers of a text by how they look, sorted; bracketed ones with their brackets.

    Args:
        text: a statement as printed.
    """
    return tuple(
        Marker(start=match.start(), end=match.end(), references=())
        for match in _PRINTED.finditer(text)
        if not (match[0][0] in "([" and _NOT_A_WORK.search(match[0]))
    )
