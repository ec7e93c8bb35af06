"""Untrusted JSON against the form that a format documents."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from semsearch.errors import InputError

Model = TypeVar("Model", bound=BaseModel)
# Not in a DOI, an address or an arXiv number.
_YEAR = re.compile(r"(?<![\d./:])(1[5-9]\d\d|20\d\d)(?!\d|\.\d)")


class Shape(BaseModel):
    """A part of a format; members that are not named here are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def _shown(value: object) -> object:
    """Text without white space around it; numbers as text; nothing for empty text."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return value.strip() or None if isinstance(value, str) else value


def _listed(value: object) -> object:
    return [] if value is None else value


def _mapped(value: object) -> object:
    return {} if value is None or value == [] else value


#: Text, None where it is empty; a number is taken for its digits.
Shown = Annotated[str | None, BeforeValidator(_shown)]
T = TypeVar("T")
#: A list that may be missing or null.
Listed = Annotated[list[T], BeforeValidator(_listed)]
#: An object that may be missing or null, or an empty list as PHP writes it.
Mapped = Annotated[dict[str, T], BeforeValidator(_mapped)]


def checked(model: type[Model], found: object, expected: str) -> Model:
    """Some JSON in the form of a model.

    Raises:
        InputError: it has another form; the message names the member.
    """
    try:
        return model.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = "/".join(str(step) for step in first["loc"]) or "the whole"
        raise InputError(f"{place}: {first['msg'].lower()}, expected {expected}") from None


def year_in(text: str | None) -> int | None:
    """The first year in a date or a reference."""
    found = _YEAR.search(text or "")
    return int(found[1]) if found else None


def first_text(*values: Any) -> str | None:
    """The first value that is text and not empty."""
    return next((v.strip() for v in values if isinstance(v, str) and v.strip()), None)
