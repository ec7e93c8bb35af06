"""What may be asked: limits of texts and of answers."""

from __future__ import annotations

import re
import unicodedata

from semsearch.errors import QueryError
from semsearch.language.words import has_words
from semsearch.settings import settings

_STATEMENT_ID = re.compile(r"[a-z2-7]{16}")


def check_text(text: str, *, name: str = "question") -> str:
    """A question or pasted text, without white space around it.

    Raises:
        QueryError: it is empty, holds no letter or digit, is over its limit, or holds a control
            character other than those of lines and tabs.
    """
    stripped = text.strip()
    most = settings().max_query_characters
    if not stripped:
        raise QueryError(f"the {name} is empty, expected some words")
    if len(stripped) > most:
        raise QueryError(
            f"the {name} has {len(stripped):,} characters, over the limit of {most:,}"
            " (setting max_query_characters)"
        )
    if not has_words(stripped):
        raise QueryError(f"the {name} {stripped!r} holds no letter or digit, expected some words")
    refuse_control_characters(stripped, name)
    return stripped


def refuse_control_characters(text: str, name: str) -> None:
    """Raise QueryError where ``text`` holds one other than those of lines and tabs."""
    for place, character in enumerate(text, start=1):
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\r\t":
            raise QueryError(
                f"the {name} holds the control character U+{ord(character):04X} at character"
                f" {place}"
            )


def check_limit(limit: int | None) -> int:
    """How many hits to give; None stands for the setting ``limit``.

    Raises:
        QueryError: less than 1 or over the setting ``max_limit``.
    """
    if limit is None:
        return settings().limit
    if not 1 <= limit <= settings().max_limit:
        raise QueryError(
            f"the limit is {limit}, expected 1 to {settings().max_limit:,} (setting max_limit)"
        )
    return limit


def is_statement_id(text: str) -> bool:
    """Whether a text has the form of a statement id."""
    return _STATEMENT_ID.fullmatch(text) is not None
