"""Filters from what a user writes: JSON, or one parameter for each condition.

JSON: ``{"and": [{"section": ["results"]}, {"year": {"from": 2010}}, {"not": {"journal": "X"}}]}``;
an object with several fields means all of them. A parameter is ``field=value``, with several values
separated by ``|`` and ``-`` before the field for "not"; years are ``2015``, ``2010..2015``,
``2010..`` or ``..2015``; all parameters together must hold.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

import orjson

from semsearch.errors import QueryError
from semsearch.index.columns import RELATIONSHIPS, SECTIONS, TYPES
from semsearch.language.identifiers import normalize_doi
from semsearch.language.names import folded_name
from semsearch.language.scripts import normal_form
from semsearch.records import NoticeKind
from semsearch.retrieve.filters import All, AnyOf, FieldIs, Filter, FilterField, Not, YearBetween

MOST_VALUES = 1000
MOST_CHARACTERS = 500  # of one value; the longest names of journals have some 200
DEEPEST = 10
YEARS = range(1000, 2101)
_ANY_NOTICE = "any"
_CHOICES: dict[FilterField, tuple[str, ...]] = {
    FilterField.SECTION: tuple(SECTIONS),
    FilterField.CITATION_TYPE: tuple(TYPES),
    FilterField.RELATIONSHIP: tuple(RELATIONSHIPS),
    FilterField.NOTICE: (*NoticeKind, _ANY_NOTICE),
}
_RANGE = re.compile(r"(\d{0,9})\.\.(\d{0,9})|(\d{1,9})")
_MORE_THAN_DOI = re.compile(r"10\.\S+\s")


def parse_filter(data: object) -> Filter:
    """A filter from JSON data.

    Raises:
        QueryError: an unknown field, a value that it cannot have or of more than
            ``MOST_CHARACTERS``, a wrong form, more than ``MOST_VALUES`` values or deeper than
            ``DEEPEST``.
    """
    found = _parse(data, 1)
    if (count := _count(found)) > MOST_VALUES:
        raise QueryError(f"the filter has {count:,} values, expected at most {MOST_VALUES:,}")
    return found


def parse_filter_text(text: str) -> Filter:
    """A filter from JSON text; errors as in ``parse_filter``."""
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise QueryError(f"the filter is not JSON: {error}") from None
    return parse_filter(data)


def parse_parameters(parameters: Iterable[str]) -> Filter | None:
    """A filter from parameters such as ``section=results|discussion``; None without any.

    Raises:
        QueryError: as in ``parse_filter``.
    """
    parts: list[object] = []
    for parameter in parameters:
        if parameter.lstrip().startswith("{"):
            try:
                parts.append(orjson.loads(parameter))
            except orjson.JSONDecodeError as error:
                raise QueryError(f"the filter {parameter!r} is not JSON: {error}") from None
            continue
        name, equals, value = parameter.partition("=")
        if not equals:
            raise QueryError(f"the filter {parameter!r} has no =, expected field=value")
        field = _field(name.strip().removeprefix("-"))
        condition: object = {field.value: value.split("|")}
        parts.append({"not": condition} if name.strip().startswith("-") else condition)
    if not parts:
        return None
    return parse_filter({"and": parts} if len(parts) > 1 else parts[0])


def _parse(data: object, depth: int) -> Filter:
    if depth > DEEPEST:
        raise QueryError(f"the filter is nested deeper than {DEEPEST} levels")
    if not isinstance(data, dict) or not data:
        raise QueryError(
            f"the filter holds {_shown(data)}, expected an object such as"
            ' {"section": ["results"]}'
        )
    parts = [_condition(str(name), value, depth) for name, value in data.items()]
    return parts[0] if len(parts) == 1 else _joined(All, parts)


def _condition(name: str, value: object, depth: int) -> Filter:
    if name in ("and", "or"):
        if not isinstance(value, list) or not value:
            raise QueryError(f"the filter has {name!r} with {_shown(value)}, expected a list")
        parts = [_parse(part, depth + 1) for part in value]
        return parts[0] if len(parts) == 1 else _joined(All if name == "and" else AnyOf, parts)
    if name == "not":
        return Not(_parse(value, depth + 1))
    field = _field(name)
    if field is FilterField.YEAR:
        return _years(value)
    found = value if isinstance(value, list) else [value]
    if not found:
        raise QueryError(f"the filter {field.value} has no value")
    values = {_value(field, one) for one in found}
    if _ANY_NOTICE in values and field is FilterField.NOTICE:
        values = {kind.value for kind in NoticeKind}
    return FieldIs(field, tuple(sorted(values)))


def _joined(kind: type[All] | type[AnyOf], parts: Sequence[Filter]) -> Filter:
    """The parts in a canonical order, each once."""
    by_text = {orjson.dumps(part.as_data()): part for part in parts}
    unique = tuple(by_text[text] for text in sorted(by_text))
    return unique[0] if len(unique) == 1 else kind(unique)


def _field(name: str) -> FilterField:
    if name not in list(FilterField):
        names = ", ".join(FilterField)
        raise QueryError(f"there is no filter {_shown(name)}, expected one of {names}")
    return FilterField(name)


def _value(field: FilterField, raw: object) -> str:
    if not isinstance(raw, str):
        raise QueryError(f"the filter {field.value} has {_shown(raw)}, expected text")
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in raw):
        raise QueryError(
            f"the filter {field.value} has {_shown(raw)}, expected no control character"
        )
    value = normal_form(raw)
    if not value:
        raise QueryError(f"the filter {field.value} has an empty value")
    if len(value) > MOST_CHARACTERS:
        raise QueryError(
            f"the filter {field.value} has a value of {len(value):,} characters, expected at most"
            f" {MOST_CHARACTERS}"
        )
    if field in _CHOICES:
        if value.casefold() not in _CHOICES[field]:
            expected = ", ".join(_CHOICES[field])
            raise QueryError(
                f"the filter {field.value} has {_shown(value)}, expected one of {expected}"
            )
        return value.casefold()
    if field in (FilterField.SOURCE_DOI, FilterField.TARGET_DOI):
        doi = normalize_doi(value)
        if doi is None or _MORE_THAN_DOI.search(value):
            raise QueryError(
                f"the filter {field.value} has {_shown(value)}, expected a DOI such as 10.1000/182"
            )
        return doi
    if field in (FilterField.SOURCE_AUTHOR, FilterField.TARGET_AUTHOR) and not folded_name(value):
        raise QueryError(f"the filter {field.value} has {_shown(value)}, expected a name")
    return value


def _years(value: object) -> Filter:
    if isinstance(value, list):
        if not value:
            raise QueryError("the filter year has no value")
        if any(isinstance(one, list) for one in value):
            raise QueryError(f"the filter year has {_shown(value)}, expected one list of years")
        parts = [_years(one) for one in value]
        return parts[0] if len(parts) == 1 else _joined(AnyOf, parts)
    if isinstance(value, dict):
        ends = value.get("from"), value.get("to")
        if ends == (None, None) or not value.keys() <= {"from", "to"}:
            raise QueryError(f"the filter year has {_shown(value)}, expected from and to")
        return _between(value, *ends)
    if isinstance(value, int) and not isinstance(value, bool):
        return _between(value, value, value)
    found = _RANGE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or (found.group(3) is None and not (found.group(1) or found.group(2))):
        raise QueryError(f"the filter year has {_shown(value)}, expected 2015 or 2010..2015")
    if found.group(3):
        return _between(value, int(found.group(3)), int(found.group(3)))
    first, last = (int(end) if end else None for end in found.group(1, 2))
    return _between(value, first, last)


def _between(shown: object, first: Any, last: Any) -> Filter:
    for end in (first, last):
        if end is not None and (
            not isinstance(end, int) or isinstance(end, bool) or end not in YEARS
        ):
            raise QueryError(
                f"the filter year has {_shown(shown)}, expected {YEARS[0]} to {YEARS[-1]}"
            )
    if first is not None and last is not None and first > last:
        raise QueryError(f"the filter year goes from {first} back to {last}")
    return YearBetween(first, last)


def _count(found: Filter) -> int:
    match found:
        case FieldIs():
            return len(found.values)
        case All() | AnyOf():
            return sum(_count(part) for part in found.parts)
        case Not():
            return _count(found.part)
        case _:
            return 1


def _shown(value: object) -> str:
    text = value.value if isinstance(value, StrEnum) else repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
