"""From what a page shows to its bytes: templates, headers, and the files beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import Response
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined

from semsearch.language.licences import licence_name
from semsearch.report.html import FILTERS
from semsearch.serve.middleware.headers import SECURITY
from semsearch.serve.pages import links
from semsearch.version import __version__

#: A browser may keep a page to go back to, and asks before it shows it as a new one.
_HEADERS = {**SECURITY, "Cache-Control": "no-cache"}
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file beside the pages."""

    content: bytes
    type: str
    etag: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that tells when what a page shows has changed."""

    type: str
    href: str
    title: str


def page(
    template: str,
    *,
    status: int = 200,
    api: str | None = None,
    feeds: Sequence[Feed] = (),
    **shown: Any,
) -> Response:
    """A page.

    Args:
        template: name of the template.
        status: of the response.
        api: where the same data are as JSON.
        feeds: of the page.
        shown: what the template shows.
    """
    text = (
        _environment()
        .get_template(template)
        .render(api=api, feeds=feeds, status=status, version=__version__, **shown)
    )
    return Response(text, status_code=status, media_type="text/html", headers=_HEADERS)


@cache
def static_files() -> dict[str, StaticFile]:
    """The files beside the pages by name, read once: nothing else can be asked for."""
    found = {}
    for one in files("semsearch.serve.pages").joinpath("static").iterdir():
        kind = _TYPES.get(f".{one.name.rpartition('.')[2]}")
        if kind is not None:
            content = one.read_bytes()
            found[one.name] = StaticFile(
                content, kind, f'"{hashlib.sha256(content).hexdigest()[:16]}"'
            )
    return found


@cache
def _environment() -> Environment:
    made = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("semsearch.serve.pages"),
                PrefixLoader({"report": PackageLoader("semsearch.report")}),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    made.filters["percent"] = lambda share: f"{share:.0%}"
    made.filters["sure"] = lambda share: ">99%" if 0.995 <= share < 1 else f"{share:.0%}"
    made.filters["many"] = lambda count, thing: (
        f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
    )
    made.filters["licence"] = _licence
    for function in (
        links.doi_url,
        links.paper_path,
        links.report_path,
        links.statement_path,
        links.similar_path,
        links.searches_path,
    ):
        made.filters[function.__name__] = function
    return made


def _licence(text: str) -> str:
    """The short name of a licence that has one, else its text."""
    name = licence_name(text)
    return text if name in (None, "other") else str(name)
