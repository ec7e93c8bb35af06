"""Addresses of pages, and of the same data as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlencode

API = "/api/v1"
_SAFE = "/:()"  # in a path, beside letters, digits and "_.-~"
_ROUTES = ("/report", "/report/export")  # behind the name of a work

Parameters = Iterable[tuple[str, str]]


def with_query(path: str, parameters: Parameters) -> str:
    """A path with its parameters, such as ``/?q=IL-6``."""
    query = urlencode(list(parameters))
    return f"{path}?{query}" if query else path


def in_path(name: str) -> str:
    """A DOI or id as a part of a path; one that ends like a route has its slashes encoded."""
    whole = quote(name, safe=_SAFE)
    return whole.replace("/", "%2F") if name.endswith(_ROUTES) else whole


def paper_path(name: str) -> str:
    """The page of a paper of the corpus, by DOI or id."""
    return f"/papers/{in_path(name)}"


def report_path(name: str) -> str:
    """The report of a work, by DOI or id."""
    return f"/papers/{in_path(name)}/report"


def statement_path(identity: str) -> str:
    """The page of a statement: its permanent link."""
    return f"/statements/{in_path(identity)}"


def searches_path(identity: str) -> str:
    """The page of a saved search."""
    return f"/searches/{in_path(identity)}"


def doi_url(doi: str) -> str:
    """Where a DOI leads."""
    return f"https://doi.org/{quote(doi, safe='/')}"


def similar_path(identity: str) -> str:
    """Statements that cite in a context like that of a statement."""
    return with_query("/similar", [("statement", identity)])
