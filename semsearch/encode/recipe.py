"""Which text is encoded: recipes for statements, and the one for abstracts.

Every encoded text is in NFKC with single spaces. The text is the outcome of the recipe, so its
digest says all that a cache of vectors needs to know.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from enum import StrEnum

from semsearch.language.scripts import normal_form
from semsearch.records import Marker


class StatementRecipe(StrEnum):
    """Which text of a statement is encoded; all take the markers out of the statement."""

    TEXT = "text"  # the statement
    TITLE_TEXT = "title-text"  # title of the source paper, then the statement
    BEFORE_TEXT = "before-text"  # the sentence before, then the statement
    CONTEXT = "context"  # the sentence before, the statement, the sentence after


# Each marker is replaced by one character of a private plane while the text around it is looked at:
# numbers of references, years, markers with names, and brackets that were emptied.
_NUMBER, _YEAR, _NAMED = 0x100000, 0x104000, 0x108000
_EMPTIED = "\U0010c000"
_MOST = 0x4000
_ANY = "\U00100000-\U0010c000"
_GONE = f"[\U00100000-\U00103fff{_EMPTIED}]"  # what leaves no trace outside brackets
_YEARS = re.compile(r"(?:1[5-9]|20)\d\d[a-z]?")
_BRACKET = re.compile(rf"[\[(]([^\[\]()]*[{_ANY}][^\[\]()]*)[\])]")
# Words that only lead to the markers of a bracket: "(e.g., …; see also …)".
_LEADING = re.compile(
    r"\b(?:e\.g\.|i\.e\.|cf\.|and|also|see|for|in|by|from|the|a|an|but|reviews?|reviewed|ref(?:s|erences?)?"
    r"|therein|examples?|instance|to|adapted|modified|after|according)(?!\w)",
    re.IGNORECASE,
)
# Names before a year that alone is marked: "Zhao et al., 2007, 2011", "van der Berg & Lee 2010".
_NAMES = re.compile(
    r"\bet al\b|\b(?:van|von|de|der|den|del|della|di|da|dos|la|le|el|al|bin|ter|ten)\b"
    r"|\b[A-Z][^\W\d_]*(?:['’‐-][^\W\d_]+)*"
)
_SEPARATORS = " \t,.:;&–—−⁻‐-/"
_RUN = re.compile(
    rf"\s?(?:\b(?:refs?|references?)\.?\s?)?{_GONE}"
    rf"(?:(?:[\s,;&–—−⁻‐-]|\band\b|\bto\b)*{_GONE})*",
    re.IGNORECASE,
)
_SPACE_BEFORE_STOP = re.compile(r"\s+([,.;:!?)\]])")
_STRAY_STOP = re.compile(r"([\[(])\s*[,;.:]\s*")
_LETTERS = re.compile(r"[^\W\d_]")


def plain_text(text: str, markers: Sequence[Marker]) -> str:
    """A statement without its markers, in normal form.

    Numbers of references go, with their brackets and what separates them. Author-year markers go
    when their part of a bracket holds nothing else; what belongs to the sentence stays as printed,
    as "Lee et al." in "Lee et al. (2001) showed". What would leave no words stays whole.

    Args:
        text: the statement as printed.
        markers: its markers, sorted by start.
    """
    printed: dict[str, str] = {}
    pieces: list[str] = []
    position = 0
    for number, marker in enumerate(markers[:_MOST]):
        shown = text[marker.start : marker.end]
        if marker.start < position or not shown:
            continue
        gap = chr(_kind(normal_form(shown)) + number)
        printed[gap] = shown
        pieces += [text[position : marker.start], gap]
        position = marker.end
    cut = "".join([*pieces, text[position:]])
    before = ""
    while before != cut:  # brackets inside brackets are emptied first
        before = cut
        cut = _BRACKET.sub(_empty_bracket, cut)
    cut = _RUN.sub("", cut)
    for gap, shown in printed.items():
        cut = cut.replace(gap, shown)
    plain = normal_form(_STRAY_STOP.sub(r"\1", _SPACE_BEFORE_STOP.sub(r"\1", cut)))
    return plain if _LETTERS.search(plain) else normal_form(text)


def statement_text(
    recipe: StatementRecipe,
    *,
    text: str,
    markers: Sequence[Marker],
    before: str | None,
    after: str | None,
    title: str | None,
) -> str:
    """The text of a statement under a recipe.

    Args:
        recipe: which text.
        text: the statement as printed.
        markers: its markers, sorted by start.
        before: the sentence before it.
        after: the sentence after it.
        title: title of the source paper.
    """
    plain = plain_text(text, markers)
    parts: list[str | None]
    match recipe:
        case StatementRecipe.TEXT:
            parts = [plain]
        case StatementRecipe.TITLE_TEXT:
            parts = [_sentence(title), plain]
        case StatementRecipe.BEFORE_TEXT:
            parts = [before, plain]
        case StatementRecipe.CONTEXT:
            parts = [before, plain, after]
    return normal_form(" ".join(part for part in parts if part))


def abstract_text(title: str | None, abstract: str | None) -> str:
    """Title and abstract of a paper, joined by a space, as BEIR joins them."""
    return normal_form(" ".join(part for part in (title, abstract) if part))


def text_digest(text: str) -> bytes:
    """SHA-256 of the UTF-8 text, 32 bytes."""
    return hashlib.sha256(text.encode()).digest()


def _kind(shown: str) -> int:
    if _LETTERS.search(shown) and not _YEARS.fullmatch(shown):
        return _NAMED
    return _YEAR if _YEARS.fullmatch(shown) else _NUMBER


def _empty_bracket(bracket: re.Match[str]) -> str:
    """A bracket without the parts that only cite; one that only cites leaves no bracket."""
    inner = bracket.group(1)
    kept = [part for part in inner.split(";") if not _only_cites(part)]
    if not kept:
        return _EMPTIED
    return bracket.group()[0] + ";".join(kept) + bracket.group()[-1]


def _only_cites(part: str) -> bool:
    if not re.search(rf"[{_ANY}]", part):
        return False
    rest = re.sub(rf"[{_ANY}]", "", part)
    if re.search("[\U00104000-\U0010bfff]", part):  # a year or a name is marked
        rest = _NAMES.sub("", rest)
    return not _LEADING.sub("", rest).strip(_SEPARATORS)


def _sentence(title: str | None) -> str | None:
    if not title:
        return None
    return title if title.endswith((".", "?", "!")) else f"{title}."
