"""No control character leaves in an export."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

import orjson

T = TypeVar("T")

# Cc, the separators of lines and paragraphs, and surrogates, which are no characters.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# The same in JSON, where some have escapes; an escaped backslash may look like one of them.
_IN_JSON = re.compile(rb"\\[bfnrtu]|\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]")


def clean_text(text: str) -> str:
    """Each control character is a space; one for one, so that spans of the text go on holding."""
    return _CONTROL.sub(" ", text)


def cleaned(value: T) -> T:
    """A record in which every text is clean.

    Nearly all are, and looking at the record as JSON tells so much sooner than looking at each of
    its texts.
    """
    try:
        if _IN_JSON.search(orjson.dumps(value)) is None:
            return value
    except orjson.JSONEncodeError:  # a surrogate
        pass
    found: Any = _cleaned(value)
    return found  # type: ignore[no-any-return]


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return value if isinstance(value, Enum) else clean_text(value)
    if isinstance(value, tuple):
        return tuple(_cleaned(one) for one in value)
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(one) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        own = {one.name: getattr(value, one.name) for one in fields(value)}
        changed = {
            name: new
            for name, old in own.items()
            if (new := _cleaned(old)) is not old and new != old
        }
        return replace(value, **changed) if changed else value
    return value
