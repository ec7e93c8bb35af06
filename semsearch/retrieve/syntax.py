"""What a user may write into a query beside plain text.

``"exact phrase"``, ``-word`` and ``-"phrase"`` to leave out, and the fields ``title:``,
``author:``, ``journal:``, ``doi:`` (of the source) and ``cites:`` (DOI of a cited work), whose
values may be quoted. Everything else is text: there are no other operators, and no text can break
out of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from semsearch.errors import QueryError
from semsearch.language.identifiers import normalize_doi
from semsearch.language.words import has_words
from semsearch.retrieve.query import refuse_control_characters


class QueryField(StrEnum):
    """What a value in a query may be about."""

    TITLE = "title"
    AUTHOR = "author"
    JOURNAL = "journal"
    DOI = "doi"
    CITES = "cites"


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query in parts.

    ``text``: what is left for the meaning and the words, with the words of phrases. ``phrases``:
    what a statement must hold. ``excluded``: what it must not hold. ``fields``: name and value.
    """

    text: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    fields: tuple[tuple[QueryField, str], ...] = ()


_QUOTES = str.maketrans("“”„«»", '"' * 5)
_PART = re.compile(
    r"""
    (?<!\S)(?P<field>title|author|journal|doi|cites):(?:"(?P<quoted>[^"]*)"|(?P<value>[^\s"]*))(?!\S)
    | (?<!\S)-(?:"(?P<without>[^"]*)"|(?P<minus>[^\W\d_][^\s"]*))(?!\S)
    | (?<!\S)"(?P<phrase>[^"]*)"(?=[\s?.!,;:]|$)
    """,
    re.VERBOSE | re.IGNORECASE,
)


# A quote where one may open; inches and the like follow a digit or a letter.
_OPENED = re.compile(r'(?:(?<=\s)|^|(?<=:)|(?<=\s-))"')


def parse_query(text: str) -> ParsedQuery:
    """The parts of a query.

    Raises:
        QueryError: a quote that is not closed, a field without a value or with a wrong one, a
            phrase without words, or a control character.
    """
    refuse_control_characters(text, "query")
    asked = text.translate(_QUOTES)
    left: list[str] = []
    outside: list[str] = []
    phrases: list[str] = []
    excluded: list[str] = []
    fields: list[tuple[QueryField, str]] = []
    position = 0
    for part in _PART.finditer(asked):
        left.append(asked[position : part.start()])
        outside.append(left[-1])
        position = part.end()
        if part["field"] is not None:
            value = part["quoted"] if part["quoted"] is not None else part["value"]
            fields.append(_field(QueryField(part["field"].lower()), value, part.start()))
        elif part["phrase"] is not None:
            phrases.append(_some(part["phrase"], part.start()))
            left.append(part["phrase"])
        else:
            found = part["without"] if part["without"] is not None else part["minus"]
            excluded.append(_some(found, part.start()))
    outside.append(asked[position:])
    left.append(asked[position:])
    if any(_OPENED.search(part) for part in outside):
        raise QueryError(
            f"the quote at character {asked.rfind(chr(34)) + 1} is not closed or not apart,"
            ' expected "words in quotes" between spaces'
        )
    return ParsedQuery(
        " ".join(" ".join(left).split()), tuple(phrases), tuple(excluded), tuple(fields)
    )


def _field(field: QueryField, value: str, place: int) -> tuple[QueryField, str]:
    bare = value.strip()
    if not has_words(bare):
        raise QueryError(
            f"{field.value}: at character {place + 1} has no value, expected {field.value}:value"
        )
    if field in (QueryField.DOI, QueryField.CITES):
        doi = normalize_doi(bare)
        if doi is None or len(bare.split()) > 1:
            raise QueryError(
                f"{field.value}:{bare[:60]} at character {place + 1} is no DOI, expected one such"
                " as 10.1000/182"
            )
        return field, doi
    return field, bare


def _some(text: str, place: int) -> str:
    if not has_words(text):
        raise QueryError(f"the quotes at character {place + 1} hold no word")
    return " ".join(text.split())
